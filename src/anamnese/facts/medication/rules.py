"""Medications: each drug the patient is given, once for each course."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.medication.groups import Drug, drug_groups, schedule_of
from anamnese.facts.reading import Draft, Reading


def read(reading: Reading) -> Iterable[Draft]:
    """One `medication` for each drug of each course, one more for each change of its dose."""
    for group in drug_groups(reading):
        for drug in group.drugs:
            if drug.excluded is None:
                yield from _drafts(reading, drug)


def _drafts(reading: Reading, drug: Drug) -> Iterable[Draft]:
    for i, step in enumerate(drug.steps):
        dose = step.dose
        yield reading.draft(
            "medication",
            drug.head if i == 0 or dose is None else dose.start,
            max(drug.end, step.end, dose.end if dose else 0),
            name=drug.name,
            dose=dose.value if dose else None,
            unit=dose.unit if dose else None,
            schedule=schedule_of(reading, step),
            route=drug.route,
            cycles=drug.cycles,
        )
