"""One course, many mentions: which mentions of systemic treatment tell a course, and which recall one told before."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import before_name, count_cycles, times_after
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.manner import begins, goes_on, is_fresh, words_before
from anamnese.facts.therapy.mentions import mentions
from anamnese.facts.therapy.patients import by_patient
from anamnese.facts.therapy.periods import told_year
from anamnese.facts.therapy.words import COMPANIONS
from anamnese.reading.fold import folded_re, holds

_SAME = folded_re(
    r"\bmeme (?:schema|protocole|chimiotherapie|traitement|regime|combinaison|association)|"
    r"\bmemes (?:drogues|molecules|doses|medicaments|agents)|"
    r"\b(?:schema|protocole|chimiotherapie|traitement)s? identique"
)
_CARRIES_OUT = 2500
"""Characters within which a course told with its drugs carries out one that was planned without them."""
_STARTS = folded_re(
    r"\b(?:debut\w*|commenc\w*|instaur\w*|decid\w*|propos\w*|initi\w*|mise? sous|recommand\w*|associ\w*)\b"
)
_TREATED_BY = folded_re(r"\btraite\w*\b[^.;]{0,140}$")
_RECEIVED = folded_re(r"\b(?:recu|recoit|beneficie|debute|commence|administre)\w*\b[^.;]{0,40}$")
"""What tells that a course which was planned is given."""
_MOTIVE = folded_re(
    r"\b(?:admis|hospitalis|adress|orient|confi|transfer|refer|convoqu)[a-z]*\b[^.;]{0,40}\bpour (?:une? |sa |son |"
    r"debuter une? |recevoir une? |la )?$"
)
"""`admise pour │chimiothérapie│ adjuvante`: what she came for is told further on."""
_RELAPSED = ("rechut", "recidiv", "progression")
"""Between a course told with its day and the drugs of another."""
_LISTED_WITHIN = 120
"""Characters between two phases of treatment in one list."""
_MOST = 40
"""Courses before or behind a mention that are looked at: no patient has more."""
_ELABORATES = 350
"""Characters within which a course told with its drugs spells out a generic one told before it."""


def systemic_courses(reading: Reading) -> list[Course]:
    """The courses of systemic treatment in order of place, each once."""
    told: list[Course] = []
    for group in by_patient(reading, mentions(reading), lambda candidate: candidate[0].start):
        told += _told(reading, group)
    count_cycles(reading, told)
    return told


def _told(reading: Reading, candidates: list[tuple[Course, str]]) -> list[Course]:
    """The courses of one patient."""
    named_kinds = {course.kind for course, role in candidates if course.named and role != "none"}
    told: list[Course] = []
    for course, role in candidates:
        if role == "none":
            continue
        if course.named:
            _tell_named(reading, told, course, role)
        elif _tells_generic(reading, told[-_MOST:], course, role, named_kinds):
            _take_content(reading, told, course)
            told.append(course)
        elif course.end_date:
            _end_last(told, course)
    told = [course for i, course in enumerate(told) if not _elaborated(reading, told, i)]
    return sorted(told, key=lambda course: course.start)


def _end_last(told: list[Course], course: Course) -> None:
    """Give the course told last its end, which is told of its kind: `on suspend l'│immunothérapie`."""
    for earlier in reversed(told):
        if earlier.kind == course.kind:
            if earlier.end_date is None and (earlier.start_date or "") <= str(course.end_date):
                earlier.end_date = course.end_date
            return


def _substance(course: Course) -> frozenset[str]:
    """The drugs of a course without their companions, where it has others."""
    drugs = frozenset(course.drugs)
    return drugs - COMPANIONS or drugs


def _tell_named(reading: Reading, told: list[Course], course: Course, role: str) -> None:
    own = _substance(course)
    if role == "course" and _sums_up(reading, told[-_MOST:], course, own):
        return
    for earlier in reversed(told[-_MOST:]):
        theirs = _substance(earlier)
        if earlier.kind != course.kind and not own <= theirs:
            continue
        same_regimen = bool(course.regimen and earlier.regimen and course.regimen.lower() == earlier.regimen.lower())
        if own == theirs or same_regimen:
            if role == "course" and (_another(reading, earlier, course) or _in_another_year(reading, earlier, course)):
                break
            _enrich(earlier, course)
            if role == "course" and earlier.status(reading) == "planned" and course.status(reading) == "affirmed":
                earlier.given = _RECEIVED.search(words_before(reading, course)) is not None
            return
        if own and own < theirs:
            if role == "course" and (
                is_fresh(reading, course)
                or goes_on(reading, course)
                or _another_line(earlier, course)
                or _begins_later(reading, earlier, course)
                or (course.start_date and _listed_behind(reading, earlier, course))
            ):
                break
            return
    told.append(course)


def _sums_up(reading: Reading, told: list[Course], course: Course, own: frozenset[str]) -> bool:
    """Whether a mention lists the drugs of several courses told before: `ayant reçu cisplatine et nivolumab`."""
    if len(own) < 2 or course.line or course.start_date or course.regimen:
        return False
    parts = [earlier for earlier in told if _substance(earlier) & own]
    if len(parts) < 2 or any(own <= _substance(earlier) for earlier in parts) or is_fresh(reading, course):
        return False
    sums_up = own <= frozenset().union(*map(_substance, parts))
    return sums_up and not _STARTS.search(words_before(reading, course))


def _another(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a mention with the content of a course told before tells another course."""
    if is_fresh(reading, course) or _another_line(earlier, course):
        return True
    if course.intent and earlier.intent and course.intent != earlier.intent:
        return True
    if (
        course.intent == "adjuvant"
        and earlier.intent is None
        and reading.hits_between("surgery", earlier.end, course.start)
    ):
        return True
    if _grafted_between(reading, earlier, course):
        folded = reading.folded
        counted = before_name(folded, course.start) or times_after(folded, course.end)
        return counted is not None or course.start_date is not None
    return _begins_later(reading, earlier, course)


def _grafted_between(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a transplant parts two mentions of the same drugs in one list: `VRD x4, autogreffe, │VRD x2│`."""
    if course.start - earlier.end > _LISTED_WITHIN or reading.sentence(course.start).start > earlier.start:
        return False
    return any(
        hit.term.row["kind"] == "transplant" for hit in reading.hits_between("modalities", earlier.end, course.start)
    )


def _listed_behind(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a part of the drugs of a course, with a day of its own, follows on it in a list: `VRD x2, │lénalidomide│
    depuis 2020`."""
    if reading.folded.endswith(", ", 0, course.start) and not earlier.start_date:
        return reading.sentence(course.start).start <= earlier.start
    return _grafted_between(reading, earlier, course)


def _another_line(earlier: Course, course: Course) -> bool:
    """Whether a mention is of another line of treatment: a second line is none of the adjuvant treatment's."""
    if course.line is None:
        return False
    if earlier.line is None:
        return course.line > 1 and earlier.intent in ("adjuvant", "neoadjuvant")
    return course.line != earlier.line


def _begins_later(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a mention tells a beginning after what was told before of the course with its content."""
    known = earlier.end_date or earlier.start_date
    begin = course.start_date
    if not known or not begin or begin <= known or begin.startswith(known):
        return False
    return begins(reading, course)


def _in_another_year(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether `traité par …` stands in an account that has moved on to another year."""
    if not _TREATED_BY.search(
        reading.folded, max(reading.sentence(course.start).start, course.start - 160), course.start
    ):
        return False
    sentence = reading.sentence(course.start)
    ours = {time.value[:4] for time in reading.dates_between(sentence.start, sentence.end)}
    return bool(ours) and told_year(reading, earlier.start) not in ours | {""}


def _enrich(earlier: Course, course: Course) -> None:
    """Take over what a later mention adds."""
    earlier.recalls.append(course.end)
    earlier.regimen = earlier.regimen or course.regimen
    earlier.line = earlier.line or course.line
    earlier.intent = earlier.intent or course.intent
    earlier.start_date = earlier.start_date or course.start_date
    earlier.end_date = earlier.end_date or course.end_date


def _take_content(reading: Reading, told: list[Course], course: Course) -> None:
    """`deux autres cures selon le même protocole` has the drugs of the course before it."""
    sentence = reading.sentence(course.start)
    if not _SAME.search(reading.folded, max(sentence.start, course.start - 60), min(sentence.end, course.end + 60)):
        return
    earlier = next((earlier for earlier in reversed(told) if earlier.named and earlier.kind == course.kind), None)
    if earlier is not None:
        course.drugs, course.regimen = list(earlier.drugs), earlier.regimen


def _tells_generic(reading: Reading, told: list[Course], course: Course, role: str, named_kinds: set[str]) -> bool:
    """Whether a modality without drugs tells a course that nothing else tells."""
    same_kind = [earlier for earlier in told if earlier.kind == course.kind]
    if role == "recall":
        return not same_kind and course.kind not in named_kinds
    if not same_kind:
        return True
    if is_fresh(reading, course) or (course.line and same_kind[-1].line != course.line):
        return True
    known = {earlier.intent for earlier in same_kind}
    return bool(course.intent and course.intent not in known and None not in known)


def _elaborated(reading: Reading, told: list[Course], i: int) -> bool:
    """Whether a generic mention is spelt out by a named one soon after it, or later where it was only planned."""
    course = told[i]
    if course.named or course.apart:
        return False
    for later in told[i + 1 : i + 1 + _MOST]:
        if not later.named or later.kind != course.kind:
            continue
        if course.start_date and holds(reading.folded[course.end : later.start], _RELAPSED):
            return False
        gap = later.start - course.start
        if 0 < gap < _ELABORATES or (
            0 < gap < _CARRIES_OUT and (course.status(reading) == "planned" or _is_motive(reading, course))
        ):
            later.intent = later.intent or course.intent
            return True
    return False


def _is_motive(reading: Reading, course: Course) -> bool:
    """Whether a course is told as what the patient came for."""
    before = words_before(reading, course)
    return "pour " in before and _MOTIVE.search(before) is not None
