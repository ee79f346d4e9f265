"""The intent of a treatment, where the text says it: adjuvant, neoadjuvant, palliative, curative."""

from __future__ import annotations

from itertools import pairwise

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re

_BREAK = folded_re(
    r"[;.]|\bpuis\b|\bsuivi|\bapres\b|\bavant\b|\bmais\b| et (?:une?|la|le|d'une?|de la) |, (?:une?|d'une?) "
)
_OTHER_CURES = folded_re(r"(?:,|\bet\b|\+|\()[ ]?[^,;.()]{0,24}\b(?:cures?|cycles?|chimio\w*|radio\w*|traitement)[ ]$")
_SEQUENCE = folded_re(r"[^.;]{0,170}(?:\bpuis\b|\bsuivie?s? (?:de|d'|par)|-->|=>|→|->|\+|\bet\b)[^.;]{0,40}$")
_THEN = folded_re(r"(?:[^\n]{0,160}|[^.]{0,160}\n[ -]*)\b(?:ensuite|puis)\b[^.;\n]{0,30}$")
_TOGETHER = {"chemotherapy", "radiotherapy"}
_BEFORE = 40
"""Characters before a course in which an adjective may stand: « traitement adjuvant par …, schéma … »."""
_AFTER = 100
_CONCOMITANT = folded_re(
    r"(?:[.:;,(+\n]|\ben|\b(?:chimiotherapie|radiotherapie|irradiation|rt|ct|qt|chimio|maniere|facon|traitement))"
    r"[ ]?concomitan"
)
_CALLED = ("au traitement ", "du traitement ", "le traitement ", "ce traitement ")
_LEADING = ("chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone")
_RECALLED = 1500
"""Characters behind a course within which it is called neoadjuvant."""
_BESIDE = 200
"""Characters between an irradiation and the chemotherapy that is told to be given with it."""


def set_intents(reading: Reading, courses: list[Course]) -> None:
    """Give each course the intent that its own words state; a plural adjective holds for the course before it too
    (`chimiothérapie et radiothérapie adjuvantes`), and what follows in one sequence shares the intent of its first."""
    folded = reading.folded
    if not reading.hits("intents"):
        return
    for i, course in enumerate(courses):
        if course.intent is not None:
            continue
        previous = courses[i - 1] if i else None
        following = courses[i + 1] if i + 1 < len(courses) else None
        sentence = reading.sentence(course.start)
        floor = max(sentence.start, course.start - _BEFORE)
        if previous:
            floor = max(floor, min(previous.end, course.start))
        end = max(course.end, course.start)
        ceiling = min(max(sentence.end, end), end + _AFTER)
        if following:
            ceiling = min(ceiling, max(following.start, end))
        for hit in reading.hits_between("intents", floor, ceiling):
            if hit.start >= end and _of_another(reading, end, hit.start):
                break
            if course.kind == "surgery" and hit.term.code in ("adjuvant", "neoadjuvant"):
                continue
            if hit.end <= course.start and _BREAK.search(folded, hit.end, course.start):
                continue
            course.intent = hit.term.code
            if (
                hit.term.row["scope"] == "plural"
                and previous
                and previous.intent is None
                and previous.start >= sentence.start
                and not _BREAK.search(folded, previous.end, hit.start)
            ):
                previous.intent = hit.term.code
            break
        if course.intent is None and previous is not None and _shares_intent(reading, previous, course):
            course.intent = previous.intent


def share_intents(courses: list[Course]) -> None:
    """Chemotherapy and irradiation told by one word (`radiochimiothérapie`) have one intent."""
    for one, other in pairwise(courses):
        if other.start < one.end and {one.kind, other.kind} == _TOGETHER:
            one.intent = other.intent = one.intent or other.intent


def share_concomitance(reading: Reading, courses: list[Course]) -> None:
    """Chemotherapy that is told to be concomitant with the irradiation beside it has its intent, and its first day."""
    for one, other in pairwise(courses):
        if {one.kind, other.kind} != _TOGETHER or not 0 <= other.start - one.end < _BESIDE:
            continue
        folded = reading.folded
        if folded.find("concomit", one.start, other.end) < 0 or not _CONCOMITANT.search(folded, one.start, other.end):
            continue
        one.intent = other.intent = one.intent or other.intent
        drugs, rays = (one, other) if one.kind == "chemotherapy" else (other, one)
        if drugs.start_date is None and rays.start_date and not drugs.end_date:
            drugs.start_date = rays.start_date


def recall_intents(reading: Reading, courses: list[Course]) -> None:
    """What is told before an operation without its intent is neoadjuvant where it is called so afterwards: `bonne
    réponse au traitement │néoadjuvant`."""
    folded = reading.folded
    for hit in reading.hits("intents"):
        if hit.term.code != "neoadjuvant" or not folded.endswith(_CALLED, 0, hit.start):
            continue
        before = [course for course in courses if hit.start - _RECALLED < course.start < hit.start]
        if any(course.intent == "neoadjuvant" for course in before):
            continue
        led: list[Course] = []
        for course in before:
            if course.kind == "surgery":
                break
            if course.kind in _LEADING:
                led.append(course)
        if all(course.intent is None for course in led):
            for course in led:
                course.intent = "neoadjuvant"


def _of_another(reading: Reading, end: int, start: int) -> bool:
    """Whether a word of intent behind a course is said of what follows: after a clause, an operation, other cures."""
    folded = reading.folded
    if _BREAK.search(folded, end, start) or _OTHER_CURES.search(folded, end, start):
        return True
    return bool(reading.hits_between("surgery", end, start))


def _shares_intent(reading: Reading, previous: Course, course: Course) -> bool:
    """Whether a course goes on a sequence begun as adjuvant or neoadjuvant: `AC puis paclitaxel`."""
    if previous.intent not in ("neoadjuvant", "adjuvant") or previous.kind == "surgery":
        return False
    if course.kind in ("surgery", "other", "embolisation"):
        return False
    gap = reading.folded[previous.end : course.start]
    if previous.start >= reading.sentence(course.start).start and _SEQUENCE.match(gap):
        return True
    return (course.kind == previous.kind or previous.intent == "adjuvant") and _THEN.match(gap) is not None
