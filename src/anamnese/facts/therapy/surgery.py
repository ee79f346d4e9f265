"""Surgical acts: each operation one fact, told at its first mention that is not a mere recall of it."""

from __future__ import annotations

import re
from bisect import bisect_left

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.operations import Mention, mention_of
from anamnese.facts.therapy.patients import by_patient
from anamnese.facts.therapy.surgery_reasons import CANCER, NEOPLASM, specimen_tells, tells_neoplasm
from anamnese.facts.therapy.surgery_retold import (
    NEAR,
    WIDE,
    near_dates,
    nodes,
    of_another_organ,
    on_another_day,
    organ_of,
    organ_told,
    other_date,
    other_numbers,
    other_year,
    same_act,
)
from anamnese.reading.fold import folded_re, holds

_OPERATIVE = folded_re(r"\b(?:compte[ -]rendu|protocole|cr|rapport)[ ](?:d'intervention\b|operatoire)|\bcro\b")
_TITLE = 400
"""Characters in which a report says that it tells of an operation."""
_LABELLED = folded_re(r"\W*(?:titre|intervention|geste|acte|procedure|operation|nature|type|realis)")
"""What opens the line that names the operations of a report."""
_DAY_BEHIND = 30
_DAY_AT = 16
_INDEFINITE = folded_re(r"(?:\b(?:une|d'une|des|par|avec|en|:|\+|et|a)[ ]|[:+,-] ?|\n)$")
_LISTED_WITH = frozenset({"appendicectomie", "cholécystectomie", "amygdalectomie"})
_HEADING = 30
"""Characters in which a heading says what it is."""
_ENUMERATED = 120
"""Characters before a sentence in which an enumeration of antecedents may have begun."""
_HISTORY_OF = folded_re(r"\b(?:antecedents?|atcd|atcds)\b")
_AND = folded_re(r"(?: et| ou|,)(?: de| d'| la| l'| de la)?[ ]?$")
_ALSO_CALLED = folded_re(r"(?:[ ][a-z-]+){0,3}[ ]\([ ]?=?")
_CONSISTED = folded_re(
    r"\b(?:intervention|operation|geste|chirurgie|chirurgicale?)[^.;,]{0,20}\b"
    r"(?:consist\w+|comport\w+|a compris|comprenait)[ ](?:en |a )?(?:une? |la |l'|le )?$"
)
"""`l'intervention a consisté en une │pancréatectomie│`: what the operation was that has been told."""
_OF_CONSISTED = ("consist", "comport", "compr")
_CLAUSE = folded_re(r"[^,;.\n]{0,100}(?:, (?:d'une?|pour|devant|sur)\b[^,;.\n]{0,60})?")
_BIOPSY = folded_re(r"biops|drainage|explorat")
_A = folded_re(r"(?<!par )(?<!d')\bune[ ](?:seconde |nouvelle )?$")
_UNSPECIFIC = ("broad", "weak", "approach", "participle", "stoma", "bone")
_QUALITY = folded_re(r"[ ]?[,(]?[ ]?r[012]\b|[ ](?:en |avec )(?:berges|marges|zone)|[ ](?:in)?complete?\b")
_LISTED_SIGNS = (", ", ",", ": ", "; ", "(", "- ")
_NEXT_STEP = ("puis on a ", "puis nous avons ", "puis ont ete ", "puis on avait ")
"""Before what was removed besides in one operation: `exérèse des nodules puis on a │réséqué│ l'épiploon`."""
_WITH = (" avec ", " avec une ")
_BROAD = ("broad", "weak")
_WAYS = ("stoma", "approach", "bone")
"""Acts that are done beside an operation, and are not what is recalled: `colostomie après │amputation│`."""
_ON = folded_re(r"(?:[ ]une premiere fois)?[ ]?\(?(?:en|le|depuis)?[ ]?(?:mois de |debut |fin )?")
_LISTED = folded_re(r"[ ]?(?:,|et)?[ ]?(?:en|le|de)?[ ]?\(?")
_OF_TUMOUR = (" d'un", " du ", " de son ", " de sa ", " pour un", " de la ", " de l'")
_ENDED = (",", ".", ";", ")", " et ", " puis ", "\n")
"""Behind `opéré` where the tumour stands before it: `carcinome du sein en 2009, │opéré│ et irradié`."""
_TUMOUR_NAMED = 90
"""Characters behind `opéré` that name the tumour, before the day of the operation."""
_NAMED_ON = folded_re(r"[^.;:\n()]*")
_NEXT_MENTIONS = 6
"""Mentions behind `opéré en 2009` among which the operation is named."""
_CARRIED = 700
"""Characters behind `opéré en 2009` within which the operation is named."""
_STEPS = frozenset({"act", "participle", "ablation", "nodes"})
_NODES_WITHIN = {
    "pelvie": frozenset({"iliaqu", "obtura", "ilio-o", "extern"}),
    "cervic": frozenset({"centra", "jugulo", "spinal", "recurr"}),
}
"""Groups of nodes of which a dissection of the whole is made (`nodes`)."""
_DENIED = ("negated", "family")
_MOST = 40
"""Operations before and behind a mention that are looked at: no patient has more."""


def surgical_acts(reading: Reading) -> list[Course]:
    """The operations of a report in order of place."""
    mentions: list[Mention] = []
    for hit in reading.hits("surgery"):
        mention = mention_of(reading, hit)
        if mention is None or (mentions and mention.start < mentions[-1].end):
            continue
        if mentions and mentions[-1].recall:
            gap = reading.folded[mentions[-1].end : mention.start]
            if _AND.fullmatch(gap) or _ALSO_CALLED.fullmatch(gap):
                mention.recall = True  # `pièces de mastectomie et de tumorectomie`, `pièce de résection (wedge)`
        mentions.append(mention)
    told: list[Mention] = []
    for group in by_patient(reading, mentions, lambda mention: mention.start):
        group = _with_days(reading, group)
        specific = [mention for mention in group if mention.sort not in _UNSPECIFIC]
        starts = [mention.start for mention in specific]
        known: list[Mention] = []
        for mention in group:
            if _is_step(reading, mention, known[-_MOST:]):
                continue
            i = bisect_left(starts, mention.start)
            near = specific[max(0, i - _MOST) : i + _MOST]
            if _tells(reading, mention, near, known[-_MOST:]) and _stands(reading, mention):
                if known and known[-1].sort in _BROAD and _spells_out(reading, mention):
                    mention.day = mention.day or _day_of(reading, known.pop())
                known.append(mention)
            elif (undated := _undated_before(reading, mention, known)) is not None:
                known[undated] = mention
        told += known
    return [course for mention in told for course in _courses(reading, mention)]


def _with_days(reading: Reading, group: list[Mention]) -> list[Mention]:
    """The mentions, each undated operation with the day told before it: `opérée en 2009 pour une tumeur du rectum.
    … Une résection antérieure a été réalisée.`"""
    given: dict[int, str] = {}
    merged: set[int] = set()
    for i, mention in enumerate(group):
        dates = reading.dates_between(mention.end, mention.end + _DAY_AT) if mention.sort == "weak" else None
        if not dates or not _ON.fullmatch(reading.folded, mention.end, dates[0].start):
            continue
        for j in range(i + 1, min(i + _NEXT_MENTIONS, len(group))):
            if group[j].sort in ("operation", "nodes", "act"):
                if _carries_out(reading, mention, dates[0].end, group[j]):
                    given[j], merged = dates[0].value, merged | {i}
                break
    if not given:
        return group
    for j, day in given.items():
        group[j].day = day
    return [mention for i, mention in enumerate(group) if i not in merged]


def _carries_out(reading: Reading, mention: Mention, day: int, named: Mention) -> bool:
    """Whether an operation named behind `opéré en …` is that one: no other day is told till then, and no other organ
    than its own."""
    if named.recall or named.fresh or named.start - mention.end > _CARRIED:
        return False
    if reading.dates_between(day, reading.sentence(named.start).end):
        return False
    organ = organ_of(named.hit.term.code)
    sentence = reading.sentence(mention.start)
    told = {organ_of(place.term.code) for place in reading.hits_between("topography", mention.end, sentence.end)}
    return not organ or organ in told


def _spells_out(reading: Reading, mention: Mention) -> bool:
    """Whether a mention says what the operation was that a broad word has told."""
    words = reading.folded[max(reading.sentence(mention.start).start, mention.start - 70) : mention.start]
    return holds(words, _OF_CONSISTED) and _CONSISTED.search(words) is not None


def _day_of(reading: Reading, mention: Mention) -> str | None:
    """The day told right behind a mention."""
    dates = reading.dates_between(mention.end, mention.end + _DAY_AT)
    return dates[0].value if dates and _ON.fullmatch(reading.folded, mention.end, dates[0].start) else mention.day


def _is_step(reading: Reading, mention: Mention, known: list[Mention]) -> bool:
    """Whether a report of an operation that has been named tells of a step of it: `exérèse du mésocôlon`."""
    if not known or mention.sort not in _STEPS:
        return False
    if mention.sort == "nodes":
        ours = nodes(mention.procedure)
        wholes = [nodes(other.procedure) for other in known if other.sort == "nodes"]
        within = any(ours & parts and whole in told for told in wholes for whole, parts in _NODES_WITHIN.items())
        return within and _OPERATIVE.search(reading.folded, 0, _TITLE) is not None
    if reading.document.sampled is None:
        return False
    if not any(other.sort in ("operation", "nodes") for other in known):
        return False
    line = reading.sentence(mention.start).start
    if NEOPLASM.search(reading.folded, mention.start, mention.end) or _LABELLED.match(reading.folded, line):
        return False
    return _OPERATIVE.search(reading.folded, 0, _TITLE) is not None


def _undated_before(reading: Reading, mention: Mention, known: list[Mention]) -> int | None:
    """Which of the acts told before without a day is the one told here with its day (`lobectomie le 03/01/2024`)."""
    if mention.recall or mention.sort not in ("operation", "nodes"):
        return None
    sentence = reading.sentence(mention.start)
    behind = reading.dates_between(mention.end, min(mention.end + _DAY_BEHIND, sentence.end))
    before = reading.dates_between(sentence.start, mention.start)
    if not behind and not (before and reading.folded[before[-1].end : mention.start].strip() in (":", ",", "-")):
        return None
    for i, other in enumerate(known[-_MOST:], max(0, len(known) - _MOST)):
        own = reading.sentence(other.start)
        if same_act(other, mention) and own != sentence and not reading.dates_between(own.start, own.end):
            return i
    return None


def _courses(reading: Reading, mention: Mention) -> list[Course]:
    """The act; one for each day where its words list several (`exérèse en février et en mars 2018`)."""
    procedure = mention.procedure or None
    dates = []
    end = mention.end
    for time in reading.dates_between(mention.end, mention.end + 60):
        if not _LISTED.fullmatch(reading.folded[end : time.start]):
            break
        dates.append(time)
        end = time.end
    if len(dates) < 2:
        return [Course("surgery", mention.start, mention.end, procedure=procedure, start_date=mention.day)]
    return [Course("surgery", mention.start, time.end, procedure=procedure, start_date=time.value) for time in dates]


def _stands(reading: Reading, mention: Mention) -> bool:
    """Whether a mention tells of an operation of the patient that is not denied."""
    return reading.scopes.status(Draft("therapy", mention.start, mention.end, {}, None, None)) not in _DENIED


def _tells(reading: Reading, mention: Mention, specific: list[Mention], told: list[Mention]) -> bool:
    if mention.sort in _BROAD:
        return _tells_broad(reading, mention, specific, told)
    folded = reading.folded
    sentence = reading.sentence(mention.start)
    same_sentence = [
        other for other in specific if other is not mention and sentence.start <= other.start < sentence.end
    ]
    if mention.sort == "finite":
        if _OPERATIVE.search(folded, 0, _TITLE):
            return False  # a step of the operation reported
        if same_sentence or not told or mention.start - told[-1].end >= NEAR:
            return not same_sentence
        return told[-1].start < sentence.start and bool(reading.dates_between(sentence.start, sentence.end))
    if mention.sort == "participle":
        if same_sentence and folded.endswith(_NEXT_STEP, 0, mention.start):
            return True
        return not same_sentence and not (told and mention.start - told[-1].end < NEAR)
    if mention.sort in ("approach", "bone", "stoma"):
        if mention.sort == "bone":
            return bool(same_sentence) and not any(other.name == mention.name for other in told)
        if mention.sort == "stoma":
            return not (mention.recall or mention.definite or any(other.name == mention.name for other in told))
        return (
            not any(abs(other.start - mention.start) < NEAR for other in specific)
            and not _BIOPSY.search(folded, sentence.start, sentence.end)
            and not (mention.recall or mention.definite)
            and not any(other.name == mention.name for other in told)
        )
    if (
        mention.benign
        and all(other.benign for other in same_sentence)
        and _among_antecedents(reading, mention, sentence.start)
    ):
        start = max(sentence.start, *(folded.rfind(sign, sentence.start, mention.start) for sign in ",;:"))
        clause = _CLAUSE.match(folded, mention.end)
        if not NEOPLASM.search(folded, start, clause.end() if clause else mention.end):
            return False
    if mention.recall:  # `pièce de prostatectomie et curage`, where nothing else tells of them
        told = [other for other in told if other.sort not in _WAYS]
        joined = told and _AND.fullmatch(folded, told[-1].end, mention.start) and told[-1].recall
        if not told or bool(joined and not any(same_act(other, mention) for other in told)):
            return True
        return of_another_organ(reading, mention, told)
    listed = (
        mention.sort == "act"
        and told
        and (
            folded.endswith(_LISTED_SIGNS, 0, mention.start)
            or (mention.start == sentence.start and not reading.dates_between(mention.end, mention.end + _DAY_AT))
            or (folded.endswith(_WITH, 0, mention.start) and told[-1].start >= sentence.start)
        )
    )
    if listed and not mention.detailed and _QUALITY.match(folded, mention.hit.end):
        return False  # `pT3N1, résection R0`: of the operation told
    if (
        mention.sort == "act"
        and told
        and not (mention.detailed or mention.fresh)
        and not _INDEFINITE.search(folded, max(0, mention.start - 8), mention.start)
    ):
        return bool(reading.dates_between(mention.end, mention.end + 8)) or on_another_day(reading, told, mention)
    before = [other for other in told if same_act(other, mention)]
    if not before:
        return not (mention.definite and mention.sort == "act" and told) or " d" in mention.procedure
    if mention.fresh:
        return True
    last = before[-1]
    if mention.side and last.side and mention.side != last.side and last.side != "b" and not mention.recall:
        return mention.sort != "nodes"
    if mention.definite:
        return on_another_day(reading, before, mention)
    if mention.sort == "act":
        if other_numbers(last.procedure, mention.procedure):
            return True
        indefinite = _INDEFINITE.search(folded, max(0, mention.start - 8), mention.start)
        dated = bool(reading.dates_between(mention.end, mention.end + _DAY_AT))
        return (bool(indefinite) or (dated and other_date(reading, last, mention))) and mention.start - last.end > 80
    return other_date(reading, last, mention) or (
        _A.search(folded, max(0, mention.start - 12), mention.start) is not None and other_year(reading, last, mention)
    )


def _among_antecedents(reading: Reading, mention: Mention, start: int) -> bool:
    """Whether an operation stands in an enumeration of antecedents."""
    folded = reading.folded
    line = reading.line_start(mention.start)
    heading = ""
    if reading.section(mention.start) == "history":
        first = reading.section_span(mention.start).start
        heading = folded[first : first + _HEADING].partition("\n")[0]
    before = folded[max(line, start - _ENUMERATED) : mention.start]
    return bool(
        (("atcd" in before or "anteced" in before) and _HISTORY_OF.search(before))
        or (_HISTORY_OF.search(heading) and "maladie" not in heading)
        or (
            mention.name in _LISTED_WITH
            and reading.section(mention.start) in ("history", None)
            and not specimen_tells(reading, mention.hit)
        )
    )


def _dated_apart(reading: Reading, mention: Mention, specific: list[Mention]) -> bool:
    """Whether `opéré en 2015 d'un mélanome`, `opéré d'un mélanome en 2015`, `mélanome en 2015, opéré` tells of an
    operation that nothing else names: by its own day, or by an organ that no other operation is of."""
    folded = reading.folded
    sentence = reading.sentence(mention.start)
    first = max(sentence.start, mention.start - 60)
    dates = reading.dates_between(mention.end, min(mention.end + _DAY_AT, sentence.end))
    if not dates or not _ON.fullmatch(folded, mention.end, dates[0].start):
        if folded.startswith(_OF_TUMOUR, mention.end):
            dates = reading.dates_between(mention.end, min(mention.end + _TUMOUR_NAMED, sentence.end))
            if dates and not _NAMED_ON.fullmatch(folded, mention.end, dates[0].start):
                return False
            dates = dates or reading.dates_between(max(sentence.start, mention.start - _DAY_BEHIND), mention.start)
        elif folded.startswith(_ENDED, mention.end) and tells_neoplasm(reading, first, mention.start):
            dates = reading.dates_between(first, mention.start)
        else:
            return False
        organ = organ_told(reading, mention)
        if any(_may_name(reading, other, organ, sentence.start, bool(dates)) for other in specific):
            return False
        if not dates:
            return bool(organ) and CANCER.search(folded, first, min(mention.end + 50, sentence.end)) is not None
    if not tells_neoplasm(reading, first, max(mention.end, dates[0].end) + 50):
        return False
    year = dates[0].value[:4]
    return not any(value.startswith(year) for other in specific for value in near_dates(reading, other))


def _may_name(reading: Reading, other: Mention, organ: int, sentence: int, dated: bool) -> bool:
    """Whether an operation named elsewhere may be the one that `opéré d'un cancer du côlon` tells, with its day where
    it is `dated`."""
    if reading.sentence(other.start).start == sentence:
        return True
    if dated and near_dates(reading, other):
        return False
    theirs = organ_of(other.hit.term.code)
    if theirs in WIDE:
        theirs = organ_told(reading, other)
    return not organ or not theirs or theirs == organ


def _tells_broad(reading: Reading, mention: Mention, specific: list[Mention], told: list[Mention]) -> bool:
    """Whether a word that only says « surgery » is all that tells of an operation."""
    folded = reading.folded
    reach = 60 if folded.startswith("chirurgicalement", mention.end - 16) else NEAR
    near = any(-reach // 2 < other.start - mention.end < reach for other in specific)
    if mention.sort == "weak":
        return (not specific and not told and not near) or _dated_apart(reading, mention, specific)
    if mention.recall or mention.definite:
        return not specific and not told
    again = mention.name == "reprise chirurgicale" or mention.fresh
    if near:
        return again and _dated_apart(reading, mention, specific) and all(near_dates(reading, one) for one in specific)
    if again:
        return True
    before = folded[max(0, mention.start - 30) : mention.start]
    if re.search(r"\b(?:la|de|en|d'|a|sans|apres|avant)[ ]$|[a-z]'$", before) and not re.search(
        r"(?:d'une|par|puis|traite\w*)[ ]$", before
    ):
        return not specific and not told
    return not (told and mention.start - told[-1].end < 2 * NEAR)
