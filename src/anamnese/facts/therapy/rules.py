"""Courses of treatment: systemic, surgical, radiotherapy, transplant, embolisation and other acts, each once."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.acts import other_acts
from anamnese.facts.therapy.intents import set_intents, share_intents
from anamnese.facts.therapy.periods import set_periods
from anamnese.facts.therapy.radiotherapy import radiotherapy_courses
from anamnese.facts.therapy.surgery import surgical_acts
from anamnese.facts.therapy.telling import systemic_courses


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
    return [course.draft(reading) for course in courses]
