"""A treatment given without a last cycle ends with the progression for which another takes its place:
`vandétanib depuis 2014 … Progresse en mars 2017 … cabozantinib`."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.aside import SYSTEMIC, is_kept_up
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re

_CONTINUOUS = ("targeted", "immunotherapy", "hormone")
"""Kinds that are given until they fail, not in a number of cycles."""
_REACH = 2500
"""Characters from a course to the one that takes its place."""
_PROGRESS = folded_re(r"progress(?:ion(?!s? (?:de|des) (?:l'|la )?dose)|e|ent|ait|a|er|ant|era)\b(?!ment)")
_DENIED = folded_re(
    r"\b(?:sans|pas|aucune?|absence|libre|ni|jusqu'(?:a|au)|risque|survie|avant|non|ecart\w*|eviter|apres|"
    r"temps|delai)[ ]"
    r"(?:[a-z']+[ ]){0,4}(?:de |d'|la |a |l'|une? )?$"
)
_ADDED = folded_re(
    r"\b(?:ajout\w*|associ\w*|adjonction|ainsi que|maintien|maintenant|poursui\w*|continu\w*)\b[^.;]{0,40}$"
)
_BEFORE = 40


def set_changes(reading: Reading, courses: list[Course]) -> None:
    """Give an end to the courses, in order of place, that have none and gave way to another after a progression."""
    for i, course in enumerate(courses):
        if course.kind not in _CONTINUOUS or course.end_date or not course.start_date or course.intent == "adjuvant":
            continue
        following = _next(courses, i)
        if following is not None and not is_kept_up(course):
            course.end_date = _progression(reading, course, following)


def _next(courses: list[Course], i: int) -> Course | None:
    """The systemic course that follows on one, with other drugs; None where none soon does."""
    course = courses[i]
    for other in courses[i + 1 :]:
        if other.start - course.end > _REACH:
            return None
        if other.kind not in SYSTEMIC:
            continue
        if not other.drugs or set(other.drugs) & set(course.drugs):
            return None
        return other
    return None


def _progression(reading: Reading, course: Course, following: Course) -> str | None:
    """The day of the last progression between two courses."""
    folded = reading.folded
    if folded.find("progress", course.end, following.start) < 0:
        return None
    if _ADDED.search(folded, max(course.end, following.start - _BEFORE), following.start):
        return None
    found: str | None = None
    for word in _PROGRESS.finditer(folded, course.end, following.start):
        if _DENIED.search(folded, max(course.end, word.start() - _BEFORE), word.start()):
            continue
        sentence = reading.sentence(word.start())
        times = [
            time
            for time in reading.dates_between(max(sentence.start, course.end), min(sentence.end, following.start))
            if time.bound is None and not time.birth
        ]
        if len(times) == 1:
            found = times[0].value
    if found is None or found <= str(course.start_date) or (following.start_date or found) < found[:7]:
        return None
    return found
