"""Courses of treatment: systemic, surgical, radiotherapy, transplant, embolisation and other acts, each once."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.acts import other_acts
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.intents import set_intents, share_intents
from anamnese.facts.therapy.periods import set_periods
from anamnese.facts.therapy.radiotherapy import radiotherapy_courses
from anamnese.facts.therapy.surgery import surgical_acts
from anamnese.facts.therapy.telling import systemic_courses

_OF_ANYONE = (
    *(f"{verb} le traitement" for verb in ("est", "reste", "demeure", "constitue", "represente")),
    *(f"{by} {source}" for by in ("selon", "d'apres") for source in ("la litterature", "les auteurs", "les etudes")),
    *("repose sur", "reposent sur", "dans la litterature", "certains auteurs", "plusieurs auteurs", "taux de survie"),
)
"""What a sentence has that tells of a treatment in general: `la chirurgie reste le traitement de choix`."""


def read(reading: Reading) -> Iterable[Draft]:
    """The therapies of a report in order of place."""
    courses = [
        *systemic_courses(reading),
        *surgical_acts(reading),
        *radiotherapy_courses(reading),
        *other_acts(reading),
    ]
    courses.sort(key=lambda course: (course.start, course.end))
    set_intents(reading, courses)
    share_intents(courses)
    set_periods(reading, courses)
    return [course.draft(reading) for course in courses if not _of_anyone(reading, course)]


def _of_anyone(reading: Reading, course: Course) -> bool:
    """Whether a course is told of patients in general: without a day, a dose or a number of its own."""
    if course.start_date or course.end_date or course.dose_gy or course.cycles:
        return False
    sentence = reading.sentence(course.start)
    words = reading.folded[sentence.start : sentence.end]
    return any(sign in words for sign in _OF_ANYONE)
