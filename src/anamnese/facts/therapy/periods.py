"""When a course began and ended, where its own words tell it."""

from __future__ import annotations

from anamnese.facts.cues import at_edge
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.aside import SYSTEMIC, is_aside, is_irradiated, is_kept_up, together
from anamnese.facts.therapy.counts import NUMBER_WORDS, WORDS
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.systemic import unknown
from anamnese.facts.time.expression import TimeExpression
from anamnese.history.calendar import shift
from anamnese.reading.fold import folded_re, holds

_RECEIVED = folded_re(
    r"[ ,]{0,2}[a-z' ]{0,30}\b(?:recu|recoit|recevoir|traitee?|beneficie|administre\w*|debute\w*|incluse?|mise? sous)"
    r"\b[^.;]{0,80}$"
)
_GOES_ON = folded_re(
    r"(?:(?:il|elle|le patient|la patiente|le malade|la malade|on)[ ](?:en )?(?:a |avait )?(?:ensuite |ainsi |donc |"
    r"alors |en )?(?:recu|recoit|beneficie|complete|termine|acheve|effectue|realise|administre)|"
    r"(?:complete|completant|au total|un total))\b"
)
_GOING_ON = ("il ", "elle ", "le ", "la ", "on ", "complet", "au total", "un total")
_PROGRESSED_BEFORE = folded_re(
    r"\bprogress(?!ivement)(?:(?!rapport|compar|depuis)[^.;]){0,60}\b(?:en|le|au|du|de|\()[ ]?(?:debut |fin |mi-? ?)?$"
)
_PROGRESSED_AFTER = folded_re(r"[^.;]{0,60}\bprogress")
_PROGRESSED = 80
"""Characters behind a date within which it may be told to be that of a progression."""
_YEAR = 4
"""The length of a date of which no month is told."""
IN_ONE_DAY = ("CHIP", "PIPAC")
"""Regimens that are given in the course of one operation."""
_IN_SESSIONS = ("radiotherapy", "embolisation")
_LINE_START = folded_re(
    r"[ *>#~|-]*(?:\(?\d{1,2}[ ]?[.)°][ ]+)?(?:(?:le|du|de|en|depuis|entre|fin|debut|d'|des|traitement|des)[ ]?){0,3}"
)
_LABEL = folded_re(r"[ ]?(?:\([^()\n]{1,12}\)[ ]?)?:[ ]?[a-z0-9' ]{0,30}$")
_THEN = folded_re(r"[^;.\n]{0,30}\bpuis [^;.\n]{0,20}")
_LISTED = folded_re(r"[ ](?:et|puis)[ ](?:en |le )?|,[ ]?(?:en |le )?")
"""Between the days on which a course was given: all of them where they are as many as its cycles."""
_GIVEN_FOR = folded_re(
    r"\b(?:(?:arret\w*|interromp\w*|suspendu\w*)[ ](?:[a-z']+ ){0,4}?(?:apres|au bout de|(?<!y )a)|"
    r"(?:poursuivie?|maintenue?)[ ]pendant)[ ](?:un total de )?"
    rf"(?P<n>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<unit>ans?|mois)\b|"
    rf"\b(?:a|apres|au bout de)[ ](?P<m>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<part>ans?|mois)\b[ ,]*(?:de traitement,? )?"
    r"(?:(?:se|est|a ete|il|elle|on|fut|etait|definitivement)[ ]){0,3}(?:arrete|suspend|interromp|stoppe)|"
    rf"\b(?:poursuivie?|maintenue?)[ ](?P<k>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<span>ans?|mois)\b|"
    rf"\b(?P<u>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<under>ans?|mois)[ ]sous[ ](?:le |l'|ce )?"
    r"(?:traitement|[a-z]+(?:nib|mab|rib|lisib|limus|mide|zole|ene))\b"
)
_OF_GIVEN_FOR = (
    "apres",
    "pendant",
    "au bout de",
    "arret",
    "suspend",
    "interromp",
    "stopp",
    "poursuivi",
    "maintenu",
    "sous",
)
_DURING = folded_re(rf"\b(?:pendant|durant)[ ](?P<n>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<unit>ans?|mois)\b")
_DATES_ONLY = folded_re(r"(?:[\d/. >•*-]|\b(?:du|au|de|a|le|et|depuis)\b)*")
_COLON = folded_re(r"[ ]?:|[ ]?-+>?[ ]?\d\d/")
_SEQUENCE = folded_re(r"[^;.\n]{0,40}\b(?:puis|suivie?s?)\b[^;.\n]{0,30}")
_RELAYED = folded_re(
    r"[^.;]{0,120}\b(?:remplace\w*|relaye\w*|relais|switch\w*|substitue\w*|change[es]{0,2} (?:a|par|pour|en)|"
    r"passage (?:a|au)|rotation|bascul\w*)\b[^.;,]{0,40}"
)
_CHANGED_TO = folded_re(
    r"\b(?:(?:on|nous|il|elle|est|avons|a) (?:(?:decide|decidons) de )?(?:passe|passons|passer|change|changeons|"
    r"changer|bascule)(?: (?:le|la|son|de) (?:traitement|therapie|ligne|schema))? (?:a|au|aux|par|pour|vers)|"
    r"passage (?:a|au|aux)|rotation (?:a|vers|par)|switch (?:pour|vers|par|a|au)|"
    r"changement (?:de (?:traitement|ligne|schema|therapie) )?(?:a|au|aux|par|pour|vers))[ ]"
    r"(?:l'|la |le |les |un |une )?$"
)
"""Before the drug that takes the place of the one told before it: `on passe au │pazopanib`."""
_OF_CHANGE = ("pass", "chang", "rotation", "switch", "bascul")
_RESUMED = folded_re(r"[^.;]{0,30}\brepri[st]")
_RESUMED_ON = folded_re(r"\b(?:interromp|suspend|arret|stopp)[^.;]{0,40}\brepri[st]\w*[ ](?:[a-z]+ )?(?:en|le|au)[ ]?$")
_RESUMED_SOON = 50
_KEPT_UP = folded_re(r"\b(?:entretien|maintenance)\b")
_FIRST_CYCLE = folded_re(
    r"(?:(?<![a-z0-9])c1(?:[ ]?j[ ]?1)?|\b(?:cycle|cure|dose|perfusion)[ ]?(?:n[°o] ?)?1(?:[ ]?j[ ]?1)?|"
    r"\b(?:1er|1ere|1re|premiere?)[ ](?:cycle|cure|dose|perfusion|injection|administration)"
    r"(?:[ ](?:est|a|ete|fut|administree?|recue?|retardee?|debutee?|commencee?|realisee?|donnee?|effectuee?)){0,4})"
    r"(?:[ ]+(?:prevue? )?(?:le|en|au|:|du|a partir du))?[ (]*$"
)
_FIRST = ("c1", "cycle", "cure", "dose", "perfusion", "injection", "administration")
_SENTENCES_AFTER = 3
"""Sentences after a course's own in which its end may be told."""
_REACH = 420
_ACCOUNT = 1500
"""Characters before a place within which the date that an account has come to stands."""
_ENDED = folded_re(
    r"(?:termin\w*|derni(?:er|ere)s?(?:[ ](?:cures?|cycles?|doses?|seances?|perfusions?|injections?|"
    r"administrations?|instillations?|prises?|fractions?|traitement|chimio\w*)\b|(?=[ ](?:le|en|au|date|du|etait|fut|"
    r"ayant|administre\w*|recue?)\b)|(?=[ ]?[:,(])|(?=[ ]?$))|"
    r"suspend\w*|interromp\w*|arret\w*|stopp\w*|acheve\w*|"
    r"finie?s?|fin (?:du|de la|des|de l')[ ]?(?:traitement|chimio\w*|cures|radio\w*|cycles)|"
    r"\bfin(?= le| :)|[(,:-][ ]?fin(?=[ ]?$)|\bfin (?=prevue|programmee|theorique)|"
    r"\bstop\b(?! tabac| alcool)|finalis(?:e|ee|es|ees|er|ant|ent)\b|\bultime (?:cycle|cure|dose|seance|perfusion)|"
    r"conclu\w* (?:le|la|son|sa|ce|cette) (?:traitement|chimio\w*|radio\w*|cycle|schema)|abandonn\w*|discontinu\w*|"
    r"\bcess(?:e|ee|es|ees|ation)\b(?! (?:le |son |de )?(?:tabac|fumer))|\bcompletant\b|date de fin|relaye\w*|"
    r"remplace\w*|switch\w*|"
    r"jusqu'(?:a|au|en)(?: fin| debut| mi-?)?|completees?\b(?! par)|"
    r"\b(?:a|ont|ete|pour|il|elle|qui|et|patiente?) complete[rs]?(?= |$)|"
    r"(?:^|[.\n] ?)complete[es]?(?= [\w-]+ (?:cycle|cure|dose|seance|perfusion))|clotur\w*)"
    r"(?:[ ]?,[ ]?|[ ]?(?:[a-z0-9]+ ){0,4}(?:le|en|au|:|\(|fin|debut)?[ ]?)$|"
    r"jusqu'(?:a|au) (?:l'|la |le |sa |son )?(?:apparition|survenue|progression|toxicite|intolerance|aggravation)"
    r"[^.;:]{0,30}?,? (?:en|le|au)[ ]?(?:debut |fin |mi-? ?)?$"
)
_OF_OTHER = folded_re(
    r"\b(?:tabac|tabag|alcool|fumer|travail|activite|etudes|scolar|grossesse|allait|antibio|antiviral|antifong|antalg|"
    r"anticoag|hepari|aspirin|cortico|predniso|dexameth|morphin|nutrition|transfus|sonde|drain|dialyse|oxygen|ventil|"
    r"isolement|aplasie|hospitalis|kinesi|reeduc|vaccin|lithium|metformin|statin)"
)
"""What else ends beside a course."""
_SUBJECT = 24
"""Characters before the word for an end that hold what ended."""
_OF_ENDED = (
    "arret", "fin", "termin", "dernier", "interromp", "suspend", "stop", "jusqu'", "relaye", "remplace", "switch",
    "acheve", "complet", "clotur", "finalis", "ultime", "conclu", "abandon", "discontinu", "cess",
)  # fmt: skip
_LAST_OF = folded_re(
    r"(?:\bderni(?:er|ere)s? (?:cures?|cycles?|doses?|seances?|perfusions?|injections?|administrations?)|"
    r"\bfin|\barret|\b(?:termin(?:e|ee|es|ant|er|ait)|achev(?:e|ee|ant|er)|finalis(?:e|ee|ant|er)|fini(?:t|r|ssant)?|"
    r"clotur(?:e|ant|er))(?: (?:le|la|l|les|son|sa|ses|un|une)| [\w-]+ (?:cures?|cycles?))?|"
    r"\bcomplet(?:e[es]?|ant)[ ](?:les |ses |ces )?[\w-]+ (?:cures?|cycles?|doses?|seances?|perfusions?|injections?))"
    r"[ ](?:de la |de l'|du |des |de |d')?$"
)
_ITS_OWN = folded_re(r"[ ,]*(?:(?:une?|d'une?|la|le|l'|du|de la|de|des|par|avec|\d{1,2}|cures?|cycles?)[ ]?){0,5}")
_BEGUN = folded_re(
    r"(?:debut\w*|commenc\w*|instaur\w*|initi\w*|introdui\w*|entrepris\w*|a partir d[eu']|depuis|des|c1(?:[ ]?j1)?|"
    r"administr\w*|realis\w*|"
    r"recu\w*|recoit|effectu\w*|delivr\w*|premier cycle|1er cycle|premiere cure)[ ]?(?:[a-z]+ ){0,2}(?:le|en|au|:|"
    r"prevue? le|du)?[ ]?$"
)
_BEGUN_BELOW = folded_re(r"[ -]*(?:date de )?debut\w*(?: du traitement| prevu\w*)?[ ]?:?[ ]?(?:le |en |au )?")
_PAIR = 2
"""Dates of a range."""
_NEXT_ITEM = (",", ";")
_DIRECT = folded_re(
    r"[ )]{0,2}(?:\d[\d.,]*[ ]?(?:mg|g|ug|mui|ui|mu|gy|auc)(?:/[a-z0-9²]+){0,2}(?: par jour)?,?[ ])?"
    r"(?:\([^()\n]{1,40}\)[ ]?)?(?:,|\(|:)?[ ]?(?:(?:en|le|au|des|debut|fin|mi|du|entre le|entre|de|d')[ -]?){0,2}$"
)
_BESIDE = 65
"""Characters: more than `_DIRECT` spans."""
_PRESCRIPTION = 100
"""Characters of the words of a prescription behind a drug."""
_OTHER_MATTER = folded_re(
    r"\.(?=[ \n]|$)(?<!\.[a-z]\.)|;|"
    + at_edge("irm", "tdm", "scanner", "tep", "pet", "bilan", "controle", "reponse", behind=r"\b")
    + "|"
    + at_edge("progress", "recidiv", "rechut", "toxicit", "decede")
)


def set_periods(reading: Reading, courses: list[Course]) -> None:
    """Fill `start_date` and `end_date` of the courses, in order of place, from the time expressions of their words."""
    for i, course in enumerate(courses):
        if course.kind == "surgery":
            continue
        following = _following(courses, i)
        ceiling = min(course.end + _REACH, following.start if following else len(reading.text))
        floor = max(reading.sentence(course.start).start, courses[i - 1].end if i else 0)
        _label(reading, course, floor, following, courses[i - 1] if i else None)
        _own(reading, course, ceiling, following)
        if i:
            _share(reading, courses[i - 1], course)
            _relay(reading, courses[i - 1], course)


def _following(courses: list[Course], i: int) -> Course | None:
    """The course told behind the one of a number; behind an irradiation and its boost, the next of another kind."""
    course = courses[i]
    for following in courses[i + 1 : i + 4]:
        if following.start < course.end:
            continue
        if not (following.kind == course.kind == "radiotherapy" and following.dose_gy):
            return following
        for other in courses[i + 2 : i + 5]:
            if other.kind != "radiotherapy":
                return other
        break
    return None


def _begun_below(reading: Reading, time: TimeExpression, end: int) -> bool:
    """Whether the sentence that follows one's end but tells the first day: `…, 4 cycles. Début le 10/10/22.`"""
    if time.start < end or reading.sentence(time.start).start != end:
        return False
    return _BEGUN_BELOW.fullmatch(reading.folded, end, time.start) is not None


def _after_a_time(reading: Reading, course: Course, ceiling: int) -> str | None:
    """The end of a course that is told by how long it was given: `arrêt après 2 ans`, `maintenu pendant 26 mois`."""
    if not course.start_date or len(course.start_date) <= _YEAR:
        return None
    if not holds(reading.folded[course.end : ceiling], _OF_GIVEN_FOR):
        return None
    told = _GIVEN_FOR.search(reading.folded, course.end, ceiling)
    if told is None:
        return _during(reading, course, ceiling)
    last = min(reading.sentence_index(course.start) + _SENTENCES_AFTER, reading.sentence_index(ceiling))
    if reading.sentence_index(told.start()) > last:
        return None
    number = told["n"] or told["m"] or told["k"] or told["u"]
    unit = told["unit"] or told["part"] or told["span"] or told["under"]
    months = (int(number) if number.isdigit() else WORDS[number]) * (12 if unit[0] == "a" else 1)
    return shift(course.start_date, months, 0, keep="month")


def _during(reading: Reading, course: Course, ceiling: int) -> str | None:
    """The end of a course of which the words themselves tell how long it was given, where the story goes on till then:
    `tamoxifène débuté en mai 2012 pendant 5 ans`."""
    folded = reading.folded
    told = _DURING.search(
        folded, course.end, min(ceiling, course.end + _PRESCRIPTION, reading.sentence(course.start).end)
    )
    if told is None or not course.start_date:
        return None
    gap = folded[course.end : told.start()]
    for time in reversed(reading.dates_between(course.end, told.start())):
        gap = gap[: time.start - course.end] + gap[time.end - course.end :]
    if unknown(gap) > 1:
        return None
    months = int(told["n"] if told["n"].isdigit() else WORDS[told["n"]]) * (12 if told["unit"][0] == "a" else 1)
    end = shift(course.start_date, months, 0, keep="month")
    for time in reading.dates_between(told.end(), len(folded)):
        if end and time.value[: len(end)] >= end:
            return end
    return None


def _labels_another(folded: str, end: int, time: TimeExpression) -> bool:
    """Whether a date opens a line of its own below a course: `24/06 - 19/08/2019 : ABVD`."""
    line = folded.rfind("\n", end, time.start) + 1
    return (
        line > 0
        and _DATES_ONLY.fullmatch(folded, line, time.start) is not None
        and (_COLON.match(folded, time.end) is not None)
    )


def _listed(reading: Reading, course: Course, end: int) -> None:
    """The months or days on which a course was given: `deux cures en avril et mai 2019`."""
    listed: list[TimeExpression] = []
    closed = False
    for time in reading.dates_between(course.end, end):
        if listed:
            joined = _LISTED.fullmatch(reading.folded, listed[-1].end, time.start)
            if joined is None:
                break
            closed = closed or "," not in joined[0]
        elif _OTHER_MATTER.search(reading.folded, course.end, time.start):
            return
        listed.append(time)
    if len(listed) < _PAIR or not (closed or len(listed) == course.cycles):
        return
    if listed[0].value == (course.start_date or listed[0].value):
        course.start_date, course.end_date = listed[0].value, listed[-1].value


def _share(reading: Reading, previous: Course, course: Course) -> None:
    """One range behind a sequence: `3 FEC puis 3 docétaxel de janvier à mai 2012` begins with its first course."""
    if previous.kind != "chemotherapy" or course.kind != "chemotherapy" or previous.end_date:
        return
    if not course.start_date or not course.end_date or previous.start_date not in (None, course.start_date):
        return
    if reading.sentence(course.start).start > previous.start:
        return
    kept = _KEPT_UP.search(reading.folded, previous.end, course.end + 24)
    if not kept and _SEQUENCE.fullmatch(reading.folded, previous.end, course.start):
        previous.start_date, course.start_date = course.start_date, None


def _relay(reading: Reading, previous: Course, course: Course) -> None:
    """A course ends where the one begins that takes its place: `…, remplacé par le sunitinib en septembre 2012`."""
    if previous.end_date or not course.start_date or previous.kind not in SYSTEMIC or course.kind not in SYSTEMIC:
        return
    if (previous.start_date or "") > course.start_date:
        return
    sentence = reading.sentence(course.start)
    if sentence.start > previous.start:
        before = reading.folded[max(sentence.start, course.start - _BESIDE) : course.start]
        if (
            holds(before, _OF_CHANGE)
            and _CHANGED_TO.search(before)
            and course.start - previous.end < _ACCOUNT
            and not set(course.drugs) & set(previous.drugs)
        ):
            previous.end_date = course.start_date
        return
    if _RELAYED.fullmatch(reading.folded, previous.end, course.start):
        previous.end_date = course.start_date


def told_year(reading: Reading, pos: int) -> str:
    """The year that an account has come to at a place: of the last time expression before it, or in its sentence."""
    before = reading.dates_between(max(0, pos - _ACCOUNT), pos)
    if before:
        return before[-1].value[:4]
    after = reading.dates_between(pos, reading.sentence(pos).end)
    return after[0].value[:4] if after else ""


def _prescribed(folded: str, course: Course, time: TimeExpression) -> bool:
    """Whether but doses, routes and days stand between a course and a date: `175 mg/m2 i.v. toutes les 3 semaines en
    │mai 2018`."""
    if course.kind not in SYSTEMIC or not 0 <= time.start - course.end < _PRESCRIPTION:
        return False
    return not unknown(folded[course.end : time.start])


def _paused(folded: str, before: str, end: int) -> bool:
    """Whether a date is that of a pause, or of its end: `interrompu en │juillet│ puis repris en │septembre│`."""
    if "repri" in before and _RESUMED_ON.search(before):
        return True
    if folded.find("repri", end, end + _RESUMED_SOON) < 0:
        return False
    return _ENDED.search(before) is not None and _RESUMED.match(folded, end, end + _RESUMED_SOON) is not None


def _ended(before: str, kind: str) -> bool:
    """Whether the words before a date tell an end, and not that of another kind of treatment."""
    ended = _ENDED.search(before) if holds(before, _OF_ENDED) else None
    if ended is None or ("radio" in ended[0] and kind != "radiotherapy"):
        return False
    return _OF_OTHER.search(before, max(0, ended.start() - _SUBJECT)) is None


def _label(reading: Reading, course: Course, floor: int, following: Course | None, previous: Course | None) -> None:
    """`12/2022 à 06/2023 : …`, `07/12/2022 : …`, `du 05/11/2024 au 28/01/2025 : …` before a course."""
    before = reading.dates_between(floor, course.start)
    if not before or (previous is not None and _told_of(reading, previous, course, before)):
        return
    ranged = len(before) > 1 and before[-1].bound == "end" and before[-2].bound == "start"
    if ranged and course.start_date is None and _ITS_OWN.fullmatch(reading.folded, before[-1].end, course.start):
        course.start_date, course.end_date = before[-2].value, before[-1].value  # `du … au …, une chimiothérapie`
        return
    if not _LINE_START.fullmatch(reading.folded, reading.sentence(course.start).start, before[0].start):
        return
    last = before[-1]
    gap = reading.folded[last.end : course.start]
    if not _LABEL.match(gap):
        if last.bound == "end" and len(before) == 2 and before[-2].bound == "start" and _RECEIVED.match(gap):
            course.start_date, course.end_date = before[-2].value, last.value  # `entre mai et juin 2010, il a reçu …`
        return
    if last.bound == "end" and len(before) > 1 and before[-2].bound == "start":
        course.start_date = before[-2].value
        if following and following.kind != "surgery" and _THEN.fullmatch(reading.folded[course.end : following.start]):
            following.end_date = last.value  # one range over a sequence
        else:
            course.end_date = last.value
    elif last.bound != "end":
        course.start_date = last.value
        if len(before) > 1 and _LISTED.fullmatch(reading.folded, before[-2].end, last.start):
            course.start_date, course.end_date = before[-2].value, last.value  # `avril et juin 2023 : deux séances`


def _told_of(reading: Reading, previous: Course, course: Course, times: list[TimeExpression]) -> bool:
    """Whether the dates between two courses are the first one's: `6 FEC d'avril à août 2012, │radiothérapie│ …`."""
    if len(times) < _PAIR or (previous.start_date, previous.end_date) != (times[-2].value, times[-1].value):
        return False
    gap = reading.folded[times[-1].end : course.start]
    return gap.strip()[:1] in _NEXT_ITEM and not together(gap)


def _own_end(reading: Reading, course: Course) -> int:
    """Where the words about a course end: with its sentence, or with the next one that goes on about it."""
    end = reading.sentence(course.start).end
    if reading.folded.startswith(_GOING_ON, end) and _GOES_ON.match(reading.folded, end):
        return reading.sentence(end).end  # `Elle a reçu 6 cycles de … à …`
    return end


def _own(reading: Reading, course: Course, ceiling: int, following: Course | None) -> None:
    times = reading.dates_between(course.start, ceiling)
    if times:
        _from_times(reading, course, times, following)
    if course.end_date is None and ((course.cycles or 0) > 1 or course.kind in _IN_SESSIONS):
        _listed(reading, course, _own_end(reading, course))
    if course.start_date and course.end_date is None and course.kind != "radiotherapy":
        course.end_date = _after_a_time(reading, course, ceiling)
    if course.regimen in IN_ONE_DAY or (course.start_date and course.fractions == 1):
        course.end_date = course.start_date
    if course.start_date and course.end_date and course.end_date < course.start_date[: len(course.end_date)]:
        course.end_date = None


def _from_times(reading: Reading, course: Course, times: list[TimeExpression], following: Course | None) -> None:
    """Fill the dates of a course from the time expressions in it and behind it."""
    folded = reading.folded
    sentence = reading.sentence(course.start)
    own_end = _own_end(reading, course)
    starts, beyond = reading.sentence_starts, reading.sentence_index(course.start) + _SENTENCES_AFTER + 1
    until = starts[beyond] if beyond < len(starts) else len(folded)
    previous: TimeExpression | None = None
    for time in times:
        unbegun = course.start_date is None
        if not unbegun and course.end_date is not None:
            break
        range_start, previous = previous, time
        before = folded[max(course.start, time.start - 48) : time.start]
        beside = (
            0 <= time.start - course.end < _BESIDE and _DIRECT.fullmatch(folded, course.end, time.start) is not None
        )
        if beside and course.end_date is None and _LAST_OF.search(folded, sentence.start, course.start):
            course.end_date = time.value  # `dernière cure de FEC le 12/06/2015`
            continue
        if unbegun and course.kind in SYSTEMIC and holds(before, _FIRST) and _FIRST_CYCLE.search(before):
            if course.end_date is None or time.value <= course.end_date:
                course.start_date = time.value
            continue
        if time.birth or time.start >= until:
            continue
        if _paused(folded, before, time.end):
            continue
        if _labels_another(folded, course.end, time):
            break
        if time.bound is not None:
            ranged = time.bound == "end" and range_start is not None and range_start.bound == "start"
            if is_aside(reading, course, time, range_start if ranged else None, following):
                continue
        final = folded[time.start : time.start + 4] == "fin "
        near = (
            (unbegun or final)
            and time.start < own_end
            and not (
                time.start > course.end
                and _OTHER_MATTER.search(folded, sentence.end if time.start > sentence.end else course.end, time.start)
            )
        )
        if unbegun and (
            (near and time.bound == "start") or (time.calendar and _begun_below(reading, time, sentence.end))
        ):
            course.start_date = time.value
        elif course.end_date is None and (
            time.bound == "end"
            or (near and final)
            or ((time.bound is None or " depuis" in before) and _ended(before, course.kind))
        ):
            course.end_date = time.value
            if (
                time.bound == "end"
                and unbegun
                and range_start is not None
                and range_start.bound == "start"
                and not (course.kind != "radiotherapy" and is_irradiated(reading, course.end, time.start))
            ):
                course.start_date = range_start.value  # told below: `du 12 juillet au 13 août`
        elif (
            near
            and unbegun
            and time.calendar
            and time.value != course.end_date
            and (beside or _BEGUN.search(before) or _prescribed(folded, course, time))
        ):
            course.start_date = time.value
        elif (
            course.end_date is None
            and time.value != course.start_date
            and course.kind in SYSTEMIC
            and time.start > course.end
            and time.calendar
            and folded.find("progress", course.end, time.end + _PROGRESSED) >= 0
            and (
                _PROGRESSED_BEFORE.search(folded, course.end, time.start)
                or _PROGRESSED_AFTER.match(folded, time.end, time.end + _PROGRESSED)
            )
            and not is_kept_up(course)
        ):
            course.end_date = time.value  # given until progression
