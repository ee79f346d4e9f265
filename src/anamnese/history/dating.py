"""When each fact happened: the time expression that governs its words.

A date governs a fact, in this order: inside its words; attached behind it (`IRM du 15/01/16`); before it in the same
sentence; behind it in the same clause; told by the heading of its part; the day that a hospital document tells of;
carried over from the narrative before. What is carried further than a sentence keeps its month only, and what is done
(a treatment) is not carried further at all. Nothing is guessed: where none of these is there, a fact has no date.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from anamnese.facts.therapy.periods import IN_ONE_DAY
from anamnese.facts.time.expression import TimeExpression
from anamnese.history.calendar import earliest, shift
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft, Reading

_UNDATED = frozenset({"section", "patient", "time", "mention"})
_POINTS = frozenset({"surgery", "embolisation", "transplant"})
"""Kinds of therapy that begin and end on one day."""

_TO_COME = frozenset({"therapy", "medication", "imaging", "procedure"})
_ACTS = frozenset({"therapy", "medication"})
_ATTACHED = folded_re(
    r"[ )]*[(\[,:]?[ ]*(?:(?:realise|effectue|date|pratique|fait|debute|introduit|initie|instaure|mis|demande|"
    r"objective|"
    r"decouvert|signe|commence|obtenu)[es]*[ ]+)?(?:(?:du|le|en|de|au|des|d'|date|depuis|a partir d[ue]|vers|"
    r"datant d[ue]|c\d+j1|"
    r"c1|le j1|a|entre|fin|debut|mi|courant|un|jour|mois|prevue?|programmee?)[\s:]+)*(?:mois de |mi-)?[(]?\Z"
)
_SHOWN_BY = folded_re(
    r" ?\((?:(?:au|a la|sur (?:la|le)|cf) )?(?:tdm|tep|irm|scanner|pet|scintigraphie|biopsie|ponction|echographie|"
    r"radiographie|imagerie|bilan|cytoponction|coloscopie|endoscopie)[a-z -]{0,24}?(?: (?:du|de|en|le))? ?\Z"
)
"""The examination behind what it showed: `progression osseuse (TEP du 31/01/2022)`."""
_OF_EXAMINATION = folded_re(
    r"\((?:tdm|tep|irm|scanner|pet|scintigraphie|biopsie|cytoponction|echographie|coloscopie|fibroscopie|fogd|"
    r"endoscopie|mammographie)[a-z -]{0,24}?(?: (?:du|de|en|le))? ?\Z"
)
_CLAUSE_END = folded_re(
    r"[;]|\.\s|\n|[,:]\s+(?:puis|chirurgie|intervention|greffe|suivie?s?|et|mais|avec|ce qui|date|apres|dont|qui|ou|"
    r"ayant|on)\b|\bpuis\b(?! ?\d)|\bavant\b|\bsuivie?s?\b"
)
_COMPARED = folded_re(
    r"(?:\bcompar[a-z]+(?: a| au| avec)?|\bvs|\bpar rapport (?:a|au)|\banterieure?s?(?: du)?|"
    r"\breference)[^.;)\n]{0,30}$"
)
_COUNTED = folded_re(
    r"\b(?:apres|au bout d[e']|a|au) (?:le |la |les |l')?(?:\d+|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|"
    r"(?:prem|deux|trois|quatr|cinqu|six|sept|huit)i?eme?)\w* ?(?:cycles?|cures?|mois|semaines?|lignes?)\b"
)
_AT_MONTHS = folded_re(
    r"[^.;:]{0,60}?\ba (?:\d+|un|deux|trois|quatre|six|neuf|dix|douze) (?:mois|ans?) (?:post|de|apres|d')"
)
"""`récidive à 6 mois post-opératoires`."""
_PASSED = folded_re(
    r"\W*(?:(?:puis|mais|et),? )?(?:apres|au bout d[e']|environ)? ?"
    r"(?:une? |deux|trois|quatre|cinq|six|sept|huit|dix|\d+)[^.;,]{0,12}?\b(?:ans?|annees?|mois|semaines)\b"
)
_CHANGES = frozenset({"event", "response", "metastasis"})
_COURSES = frozenset({"chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone"})
_ITEM_END = folded_re(r"[,;.:()\n]|\bet\b|\bpuis\b|\bavec\b")
_STATEMENT_END = folded_re(r"[,;.:()\n]|\bpuis\b")
"""What ends what is said of a response: `rémission complète avec maladie résiduelle indétectable en avril 2020`."""
_KNOWN_SINCE = folded_re(
    r"\b(?:suivie?|connue?|porteu(?:r|se)|atteinte?|malade|evoluant|symptomatique|surveillee?)\b[^.;,]{0,30}\bdepuis "
    r"(?:l'annee |le mois de |le )?$"
)
_OF_DIAGNOSIS = folded_re(
    r"\b(?<!au )(?:diagnosti(?:c|ques?|quees?)(?!\s(?:differentiel|par))|dg|diag)\b(?:[ ]*+[:(])?[ ]*"
    r"(?:(?:est|a ete|etait|fut|initial|histologique|pose|porte|fait|date|remonte a|depuis|le|en|du|de|au mois de)"
    r"[ ]+)*$"
)
_ONSET = folded_re(
    r"\b(?:depuis|(?:remont|dat)[a-z]*[ ](?:a|au|de|d[u'])|debut[ ](?:des?|du)[ ][^.;\n]{0,30})[ ]*"
    r"(?:le |la )?(?:mois d[e'][ ]?)?$"
)
"""Before the time at which a complaint began, or a disease that is now told further: `évoluant depuis mars 2010`."""
_VISIT = folded_re(r"\b(?:admise?s?|hospitalisee?s?|consulte[a-z]*|presente|presentee|adressee?|recue?|vue?|revue?)\b")
_OPENING = 12
_OPENING_WORDS = 4
"""A time so near the beginning of its sentence opens it (`C'est pourquoi, en 2009, …`)."""
_NO_STORY = frozenset({"diagnosis", "conclusion"})
"""Sections that sum up and tell of nothing in the order in which it happened."""
_SAMPLES = frozenset({"biopsy", "cytology"})
_GIVEN = frozenset({"surgery", "chemotherapy", "radiotherapy", "targeted", "immunotherapy"})
"""Treatments of a cancer, which is known by then."""
_VALUED = frozenset({"lab", "lesion", "vital"})
_EARLIER_VALUE = folded_re(r"[^()\n]{0,12}\([ ]?\d[\d.,x* ]*(?:[a-z/%]{1,8}[ ])?(?:(?:en|le|au|du|debut|fin)[ ]*)*")
_RECEIVES = folded_re(
    r"\b(?:il|elle|on|nous|patiente?)[ ](?:lui )?(?:recoit|debute|commence|initie|instaure|introduit)\b[^.;]{0,40}$"
)
_DAY_COUNT = folded_re(r"[ ,(]{0,2}(?:obtenue? |evaluee? )?a j ?\+? ?(?P<days>[1-9]\d{1,2})\b")
_TOGETHER = folded_re(r"[ ]?:[^;.,]*\+[^;.,]*")
_LONGEST_IRRADIATION = 4
"""No irradiation goes on for more months than these, as the drugs told beside it may."""
_LISTS = folded_re(r"[ ]*[:|]")
"""Behind the stretch of time that a line of a list begins with: `07-08/21 | 45 Gy, cisplatine`."""
_AFTER = folded_re(
    r"\b(?:apres|post|refractaires? a|resistante?s? a|echec (?:de|a))[ ](?:une |la |l'|\d+ (?:cures|cycles) de )?$"
)
_SO_FAR = folded_re(
    r"\b(?:apres|a l'issue d|au terme d|au bout d|a|au|aux|scanner|tdm|irm|tep|bilan|reevaluation)\b[^.;,()]{0,30} ?$"
)
_NEXT_ITEM = folded_re(r"\)[ ]?(?:[,;]|puis\b|et puis\b)")
_AFTER_REACH = 24
_FOLLOWS = folded_re(r"\b(?:puis|suivie?s?)\b")
_HAS_VALUE = folded_re(r"[ ]*[:=][ ]*[<>~]?[ ]?\d")
_FIRST_DAY = folded_re(r"\bc ?1 ?[,/-]? ?j ?1\b[^.;\n]{0,40}$")
_HEADING_REST = 12
"""How many characters a heading has beside the words of an event: an ordinal, a colon."""

_KNOWN = folded_re(
    r"[^.;:,\n]{0,40}\b(?:opere|traite|diagnostique|reseque|connu|suivi|irradie|revele|pris en charge)e?s? "
    r"(?:depuis |en |le |debut |fin )+"
)
_AGAIN = folded_re(
    r"\b(?:rechute|recidive|metastase|progression)s?\b[^.;:,\n]{0,30}? (?:d[e']|du) ?(?:un |une |son |ce )?$"
)
_AGAIN_REACH = 60
_LINE_REACH = 400
_OBSERVED_TODAY = frozenset({"vital", "performance_status"})
_ATTACHED_REACH = 40
_CLAUSE_REACH = 120


def date_facts(reading: Reading, drafts: list[Draft]) -> None:
    """Give each draft the date that its place in the text tells."""
    Dating(reading).date(drafts)


class Dating:
    """The times of one report and what they govern."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._folded = reading.folded
        self._times = [time for time in reading.dates if not time.birth]
        self._starts = [time.start for time in self._times]
        self._therapies = sorted((draft.start, str(draft.get("kind"))) for draft in reading.facts("therapy"))
        self._sampled, self._observed, self._left, self._written = reading.document
        self._tumours = sorted(fact.start for fact in reading.facts("tumour") if fact.status in (None, "affirmed"))
        self._presented = [reading.sentence(patient.start).start for patient in reading.facts("patient")[1:]]

    def date(self, drafts: list[Draft]) -> None:
        """Give each draft its date, and a point treatment its day of beginning."""
        for draft in drafts:
            if draft.type in _UNDATED or draft.status == "family":
                continue
            if draft.date is None and draft.type == "tumour":
                draft.date = self._diagnosed(draft)
            if draft.date is None:
                draft.date = draft.get("start_date") or self._own(draft)
            if draft.date is None and draft.type == "response" and (day := self._day_of_transplant(draft)):
                draft.date = day
            over = draft.date is None and draft.type == "therapy" and self._is_over(draft)
            follows = (
                draft.date is None
                and draft.type == "therapy"
                and (self._follows(draft) or self._is_behind_another(draft))
            )
            if draft.date is None and draft.type == "event" and self._folded.startswith("recul", draft.start):
                continue  # `un recul de 12 mois` counts from what it does not say
            if draft.date is None:
                draft.date = self._in_sentence(draft, follows or over)
            if draft.date is None and over:
                draft.date = self._of_transplant(draft)
            if draft.date is None and draft.type == "event":
                draft.date = self._below_heading(draft)
            if draft.date is None and draft.status != "planned" and not follows and not over:
                draft.date = self._of_part(draft) or self._carried(draft)
            if self._to_come(draft):
                draft.status = "planned"
            if draft.type == "therapy" and draft.date is not None:
                draft.attributes.setdefault("start_date", draft.date)
                if draft.get("fractions") == 1:
                    draft.attributes.setdefault("end_date", draft.date)

    def _between(self, start: int, end: int) -> list[TimeExpression]:
        starts = self._starts
        first = bisect_left(starts, start)
        if first == len(starts) or starts[first] >= end:
            return []
        return self._times[first : bisect_left(starts, end, first)]

    def _part(self, pos: int) -> tuple[int, int]:
        """Where the account of the patient begins and ends whom a place tells of: no date of another holds there."""
        i = bisect_right(self._presented, pos)
        return (
            self._presented[i - 1] if i else 0,
            self._presented[i] if i < len(self._presented) else len(self._folded),
        )

    def _to_come(self, draft: Draft) -> bool:
        """Whether an act is dated later than the document that tells of it was written."""
        return (
            draft.status in (None, "affirmed")
            and draft.type in _TO_COME
            and self._written is not None
            and draft.date is not None
            and len(draft.date) == 10
            and draft.date > self._written
        )

    def _own(self, draft: Draft) -> str | None:
        """The date inside a fact's words, or attached behind them."""
        for time in self._between(draft.start, draft.end + _ATTACHED_REACH):
            if _tells_end(draft, time):
                continue
            if draft.type == "lab" and time.start >= draft.end and _HAS_VALUE.match(self._folded, time.end):
                break  # `44 (12/04 : 88)`: the date of the value behind it
            between = self._folded[draft.end : time.start]
            if time.start < draft.end or _ATTACHED.match(between):
                return time.value
            if draft.type in _CHANGES and _SHOWN_BY.match(between):
                return time.value
            break
        return None

    def _in_sentence(self, draft: Draft, follows: bool = False) -> str | None:
        """The last date before a fact in its sentence, unless it `follows` what that date tells of, else the first
        behind it in its clause."""
        sentence = self._reading.sentence(draft.start)
        before = [time for time in self._between(sentence.start, draft.start) if not self._is_compared(time)]
        if follows:
            before = []  # begun when what is told before it was over
        if before and draft.type in _ACTS:
            before = [time for time in before if not self._is_of_examination(time)]
        known_since = False
        if before and draft.type in _ACTS:
            before = [time for time in before if not self._is_known_since(time)]
            known_since = not before
        if (
            before
            and draft.type in _OBSERVED_TODAY
            and self._observed is not None
            and self._reading.section(draft.start) != "history"
        ):
            before = []
        if (
            len(before) > 1
            and draft.type in _ACTS
            and (before[-2].bound, before[-1].bound) == ("start", "end")
            and (
                _TOGETHER.fullmatch(self._folded, before[-1].end, draft.start)
                or (before[-2].start - sentence.start < _OPENING and _LISTS.match(self._folded, before[-1].end))
            )
        ):
            months = _months(before[-2].value, before[-1].value)
            longest = _LONGEST_IRRADIATION if draft.get("kind") == "radiotherapy" else months
            if draft.get("kind") in _COURSES and months <= longest:
                draft.attributes.setdefault("end_date", before[-1].value)
            return before[-2].value  # `du 18/06 au 03/08/2018 : 70 Gy + │cisplatine│`
        if before:
            return self._governing(draft, before, sentence.end)
        after = self._between(draft.end, min(sentence.end, draft.end + _CLAUSE_REACH))
        if after and (_tells_end(draft, after[0]) or (known_since and after[0].bound == "start")):
            return None
        if len(after) > 1 and after[0].bound == "start" and after[1].value == draft.get("end_date"):
            return None  # a range behind a sequence, whose first course begins it
        if after and draft.type in _VALUED and _EARLIER_VALUE.fullmatch(self._folded, draft.end, after[0].start):
            return None  # `412 ng/mL (38 en 11/2022)`: the date is that of the value beside it
        if after and draft.type == "lab" and _HAS_VALUE.match(self._folded, after[0].end):
            return None
        if after and draft.type in _ACTS and _OF_EXAMINATION.search(self._folded, draft.end, after[0].start):
            return None  # `colectomie pour adénocarcinome (coloscopie du 20/04/2015)`
        if after and not _CLAUSE_END.search(self._folded, draft.end, after[0].start):
            return after[0].value
        return None

    def _is_over(self, draft: Draft) -> bool:
        """Whether a treatment is told as one that was over: `mastectomie en juin 2023 après │CT néoadjuvante│`."""
        return _AFTER.search(self._folded, max(0, draft.start - _AFTER_REACH), draft.start) is not None

    def _of_transplant(self, draft: Draft) -> str | None:
        """The month of the transplant of a sentence, for what prepares it."""
        if not self._folded.startswith("conditionnement", draft.start):
            return None
        sentence = self._reading.sentence(draft.start)
        before = self._between(sentence.start, draft.start)
        return before[-1].value[:7] if before else None

    def _is_behind_another(self, draft: Draft) -> bool:
        """Whether the date before a course in its sentence is that of another, in the brackets behind that: `FEC (mars
        2014), │docétaxel│`; or that of the operation that it stands with: `Colectomie le 12 mars 2018 (pT3N1),
        12 cures de │FOLFOX│`."""
        if draft.get("kind") not in _COURSES or draft.get("regimen") in IN_ONE_DAY:
            return False
        start = self._reading.sentence(draft.start).start
        times = self._between(start, draft.start)
        first = bisect_left(self._therapies, (start, ""))
        before = self._therapies[first : bisect_left(self._therapies, (draft.start, ""))]
        if not times or not before or before[0][0] > times[-1].start:
            return False
        last = times[-1]
        opened = self._folded.rfind("(", max(before[0][0], last.start - 30), last.start)
        closed = self._folded.find(")", last.end, draft.start)
        if opened >= 0 and closed >= 0 and _NEXT_ITEM.match(self._folded, closed):
            return True
        near = [kind for pos, kind in before if pos >= last.start - _ATTACHED_REACH]
        return (
            len(last.value) == len("2018-03-12")
            and bool(near)
            and all(kind == "surgery" for kind in near)
            and "," in self._folded[last.end : draft.start]
        )

    def _follows(self, draft: Draft) -> bool:
        """Whether a course is told as what came after another of its sentence: `FEC en mars 2015, suivi de
        │paclitaxel`. Operations told one after the other are of one day."""
        sentence = self._reading.sentence(draft.start)
        first = bisect_left(self._therapies, (sentence.start, ""))
        before = self._therapies[first : bisect_left(self._therapies, (draft.start, ""))]
        times = self._between(sentence.start, draft.start)
        if not before or not times or len(times[-1].value) == 4:
            return False  # `traité en 2010 par mastectomie suivie de radiothérapie`: a year holds for both
        if draft.get("kind") == "surgery" and before[-1][1] == "surgery":
            return False
        return _FOLLOWS.search(self._folded, max(before[-1][0], times[-1].end), draft.start) is not None

    def _is_aside(self, time: TimeExpression) -> bool:
        """Whether a time stands in brackets, about the value before it: `44 (12/04 : 88)`."""
        opened = self._folded.rfind("(", max(0, time.start - 30), time.start)
        return opened >= 0 and self._folded.find(")", opened, time.start) < 0

    def _is_compared(self, time: TimeExpression) -> bool:
        """Whether a time is that of an earlier examination which the report only compares with."""
        return _COMPARED.search(self._folded, max(0, time.start - 45), time.start) is not None

    def _is_of_examination(self, time: TimeExpression) -> bool:
        """Whether a time stands in brackets with the examination that it is of: `rémission (TEP du 25/09/2017)`."""
        return _OF_EXAMINATION.search(self._folded, max(0, time.start - 50), time.start) is not None

    def _is_known_since(self, time: TimeExpression) -> bool:
        """Whether a time is that since which a disease is known, and no date of what was done: `suivie depuis 2012`."""
        if time.bound != "start":
            return False
        return _KNOWN_SINCE.search(self._folded, max(0, time.start - 60), time.start) is not None

    def _governing(self, draft: Draft, before: list[TimeExpression], end: int) -> str:
        """Which of the dates before a fact in its sentence governs it: the last that is not put in brackets about
        something else, unless the fact's own item of a list has a date behind it."""
        folded = self._folded
        last = before[-1]
        gap = folded[last.end : draft.start]
        if "," in gap or (":" in gap and draft.type in _ACTS):
            after = self._between(draft.end, min(end, draft.end + 45))
            closed = draft.end + (folded[draft.end : draft.end + 1] == ")")  # the words of a dose in brackets
            ends = draft.type in _ACTS and bool(after) and after[0].bound == "end"
            item_end = _STATEMENT_END if draft.type == "response" else _ITEM_END
            if after and not ends and not item_end.search(folded, closed, after[0].start):
                return after[0].value
        for time in reversed(before):
            opened = folded.rfind("(", max(0, time.start - 30), time.start)
            closed = folded.find(")", time.end, draft.start)
            aside = opened >= 0 and closed >= 0 and folded.find(")", opened, time.start) < 0
            if aside and draft.type in _CHANGES and _SO_FAR.search(folded, max(0, opened - 50), opened):
                return time.value  # `après 8 cures (avril 2021), │progression│`
            if not aside or folded[closed + 1 : closed + 3].strip().startswith((":", ";")) or time is before[0]:
                return time.value
        return last.value

    def _of_part(self, draft: Draft) -> str | None:
        """The date in the heading of a fact's part, or the day of the document for what was observed on it."""
        if self._observed is None:
            return None
        kind = self._reading.section(draft.start)
        if draft.type == "tumour":
            return self._sampled_first(draft)
        if draft.type == "therapy" and draft.get("kind") == "surgery" and self._sampled is not None:
            return self._sampled
        if draft.type == "therapy" and (draft.get("end_date") or self._observed) < self._observed:
            return None  # over by then
        if kind == "history":
            today = draft.type in _OBSERVED_TODAY or (draft.type == "therapy" and self._begins_today(draft))
            return self._observed if today else None
        part = self._reading.section_span(draft.start)
        line_end = self._folded.find("\n", part.start)
        heading = self._between(part.start, line_end if line_end >= 0 else part.end)
        if heading and draft.start > heading[-1].end:
            return heading[-1].value
        carried = [
            time
            for time in self._between(max(part.start, draft.start - 400), draft.start)
            if len(time.value) > len("2017") and not (draft.type == "lab" and self._is_aside(time))
        ]
        if carried and draft.type in ("lab", "biomarker", "lesion", "metastasis", "response") and kind != "conclusion":
            return carried[-1].value
        if draft.type == "medication" and kind in ("treatment", "conclusion") and self._left is not None:
            return self._left
        return self._observed

    def _begins_today(self, draft: Draft) -> bool:
        """Whether a line tells of the first day of a course's first cycle, for which the patient came."""
        line = self._folded.rfind("\n", 0, draft.start) + 1
        return _FIRST_DAY.search(self._folded, line, draft.start) is not None

    def _below_heading(self, draft: Draft) -> str | None:
        """The first date behind a heading that tells of an event: `Première rechute`, on a line or by itself."""
        own = self._reading.sentence(draft.start)
        words = self._folded[own.start : own.end].strip()
        if own.end >= len(self._folded) or len(words) > draft.end - draft.start + _HEADING_REST:
            return None
        first = self._reading.sentence(own.end)
        below = self._between(first.start, first.end)
        return below[0].value if below else None

    def _diagnosed(self, draft: Draft) -> str | None:
        """The earliest of the dates told for a tumour where it is named, and for the samples whose result it is."""
        here = self._of_known(draft)
        told = [date for naming in draft.namings if (date := self._of_naming(*naming)) is not None]
        if here is None and self._observed is None and self._reading.section(draft.start) in _NO_STORY:
            earlier = [naming for naming in draft.namings if naming[0] < draft.start]
            before = [date for naming in earlier if (date := self._of_naming(*naming)) is not None]
            here = earliest(before) or self._in_line(draft.start) or self._sampled_before(draft.start)
        if here is None and not told:
            here = self._told_of_diagnosis(draft)
        if here is None:
            here = self._of_part(draft) or self._carried(draft)
        return earliest([*told, here]) if here is not None else None

    def _told_of_diagnosis(self, draft: Draft) -> str | None:
        """The date that the text calls that of the diagnosis (`Dg 09/22`, `diagnostiqué en mai 2021`), of the patient's
        one tumour."""
        first, last = self._part(draft.start)
        here = bisect_left(self._tumours, first)
        if draft.status == "suspected" or bisect_left(self._tumours, last, here) - here != 1:
            return None
        for time in self._between(first, last):
            near = max(first, time.start - 40)
            if time.calendar and len(time.value) > len("2017") and _OF_DIAGNOSIS.search(self._folded, near, time.start):
                return time.value
        return None

    def _of_naming(self, start: int, end: int) -> str | None:
        """The date told for one naming of a tumour, in its sentence or earlier in its line."""
        naming = self._reading.draft("tumour", start, end)
        return self._of_known(naming) or self._in_line(start)

    def _of_known(self, naming: Draft) -> str | None:
        """The date told for a tumour in its sentence: that since which it is known, and not that of its relapse:
        `en mai 2021, rechute d'un │adénocarcinome│ opéré en 2018`."""
        since = _KNOWN.match(self._folded, naming.end)
        times = self._between(since.end(), since.end() + 1) if since else []
        if times:
            return times[0].value
        again = _AGAIN.search(self._folded, max(0, naming.start - _AGAIN_REACH), naming.start) is not None
        return self._own(naming) or self._in_sentence(naming, again)

    def _in_line(self, pos: int) -> str | None:
        """The last date before a place in its line: `Biopsie (24/9/15) : … . Le tout évoque …`."""
        reach = max(0, pos - _LINE_REACH)
        line = max(self._folded.rfind("\n", reach, pos) + 1, reach, self._part(pos)[0])
        for i in range(bisect_left(self._starts, pos) - 1, -1, -1):
            time = self._times[i]
            if time.start < line:
                break
            earlier = not time.calendar and i > 0 and time.value < self._times[i - 1].value
            if not earlier and not self._is_compared(time):
                return time.value
        return None

    def _sampled_first(self, draft: Draft) -> str | None:
        """The day of the diagnosis where no words about a tumour date it: in a report on a specimen, the day of that,
        unless the history names the tumour; else that of the first dated sample or treatment."""
        namings = ((draft.start, draft.end), *draft.namings)
        if self._sampled is not None and all(self._reading.section(start) != "history" for start, _ in namings):
            return self._sampled
        part = self._part(draft.start)
        return earliest(self._dates_of("procedure", _SAMPLES, *part)) or earliest(
            [date for date in self._dates_of("therapy", _GIVEN, *part) if len(date) > len("2017")]
        )

    def _sampled_before(self, pos: int) -> str | None:
        """The day of the first dated sample that is told before a place."""
        return earliest(self._dates_of("procedure", _SAMPLES, self._part(pos)[0], pos))

    def _dates_of(self, type: str, kinds: frozenset[str], start: int, end: int) -> list[str]:
        """The days told for the facts of some kinds inside a part of the text, in no order."""
        facts = [
            fact
            for fact in self._reading.facts(type)
            if fact.get("kind") in kinds and fact.status in (None, "affirmed") and start <= fact.start < end
        ]
        dates = [fact.get("start_date") or self._own(fact) or self._in_sentence(fact) for fact in facts]
        return [date for date in dates if date is not None]

    def _carried(self, draft: Draft) -> str | None:
        """The date that the narrative before carries over to a fact."""
        sentence = self._reading.sentence(draft.start)
        i = bisect_left(self._starts, sentence.start) - 1
        if i < 0:
            return None
        while self._is_past(i, sentence.start):
            if i == 0 or self._times[i].value >= self._times[i - 1].value:
                return None
            i -= 1  # the account stays at the later date told before
        time = self._times[i]
        if time.start < self._part(draft.start)[0]:
            return None
        previous = self._reading.sentence(max(0, sentence.start - 1))
        if time.start >= previous.start and time.bound != "end":
            return None if draft.type == "therapy" and self._is_of_another(draft, time) else time.value
        if draft.type in _ACTS:
            return self._begun_in_passage(draft, sentence.start, previous.start, time)
        if draft.type in _CHANGES and self._has_moved_on(draft, sentence.start, time):
            return None
        return time.value[:7]

    def _is_past(self, i: int, start: int) -> bool:
        """Whether a time tells of what was before the account, which it does not carry over to a sentence further on:
        `consulte en octobre pour une masse apparue six mois auparavant`, `suivie depuis 2012`, `opéré d'une hernie en
        1998`. A year alone dates what follows where it opens its sentence (`En 2012, elle présente …`)."""
        time = self._times[i]
        if not time.calendar:
            return i > 0 and time.value < self._times[i - 1].value
        length = len(time.value)
        if length == 10:
            return False
        opening = self._reading.sentence(time.start).start
        opens = time.start - opening < _OPENING or self._folded[opening : time.start].count(" ") < _OPENING_WORDS
        if length == 7:
            return not opens and _ONSET.search(self._folded, max(opening, time.start - 40), time.start) is not None
        if time.bound is not None:
            return True
        if opens:
            return False
        if start != self._reading.sentence(time.start).end or "\n" in self._folded[time.end : start]:
            return True
        return _VISIT.search(self._folded, start, self._reading.sentence(start).end) is not None

    def _has_moved_on(self, draft: Draft, start: int, time: TimeExpression) -> bool:
        """Whether an account has left a date behind: what follows is told by the count of cycles or months since it, or
        behind a course of treatment that was given meanwhile."""
        if _COUNTED.search(self._folded, start, draft.start) or _PASSED.match(self._folded, start, draft.start):
            return True
        if _AT_MONTHS.match(self._folded, draft.end, self._reading.sentence(draft.start).end):
            return True
        first = bisect_left(self._therapies, (time.end, ""))
        between = self._therapies[first : bisect_left(self._therapies, (start, ""))]
        return any(kind in _COURSES for _, kind in between)

    def _is_of_another(self, draft: Draft, time: TimeExpression) -> bool:
        """Whether the date of the sentence before is that of an operation, which what is given later does not share:
        `Mastectomie le 3 mai 2015. │FEC│ adjuvant.`"""
        if draft.get("kind") in _POINTS or draft.get("regimen") in IN_ONE_DAY:
            return False
        sentence = self._reading.sentence(time.start)
        first = bisect_left(self._therapies, (sentence.start, ""))
        before = self._therapies[first : bisect_left(self._therapies, (sentence.end, ""))]
        return any(kind == "surgery" for _, kind in before)

    def _day_of_transplant(self, draft: Draft) -> str | None:
        """The day of a response that is counted from a transplant: `réponse complète à J100`."""
        counted = _DAY_COUNT.match(self._folded, draft.end)
        if counted is None:
            return None
        days = [
            self._own(fact) or self._in_sentence(fact)
            for fact in self._reading.facts("therapy")
            if fact.get("kind") == "transplant" and fact.start < draft.start
        ]
        last = next((day for day in reversed(days) if day is not None and len(day) == len("2017-03-22")), None)
        return shift(last, 0, int(counted["days"]), keep="month") if last else None

    def _begun_in_passage(self, draft: Draft, start: int, previous: int, time: TimeExpression) -> str | None:
        """The month in which a passage sets out, for a treatment that is begun two sentences behind its date: `En mai
        2019, récidive. La biopsie la confirme. Elle reçoit │FOLFIRI│`."""
        if draft.type != "therapy" or draft.get("kind") == "surgery" or time.bound == "end" or len(time.value) < 7:
            return None
        first = self._reading.sentence(max(0, previous - 1))
        if time.start < first.start or "\n" in self._folded[time.end : draft.start]:
            return None
        return time.value[:7] if _RECEIVES.search(self._folded, start, draft.start) else None


def _months(first: str, last: str) -> int:
    """The months from one date to another, each told to the month at least; 0 where one is a year alone."""
    if len(first) < len("2017-03") or len(last) < len("2017-03"):
        return 0
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:7]) - int(first[5:7])


def _tells_end(draft: Draft, time: TimeExpression) -> bool:
    """Whether a date behind an act is that of its end: `jusqu'en mai`, `fin RT 18/02/2022`."""
    ended = time.value == draft.get("end_date") and not draft.get("start_date")
    return draft.type in _ACTS and (ended or time.bound == "end")
