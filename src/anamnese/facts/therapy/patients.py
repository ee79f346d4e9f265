"""Reports of several patients: what is told of one is never a recall of what was told of another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TypeVar

from anamnese.facts.reading import Reading

Item = TypeVar("Item")


def patient_bounds(reading: Reading) -> list[int]:
    """Where the report turns to its second patient, its third, and so on."""
    return sorted({reading.sentence(patient.start).start for patient in reading.facts("patient")})[1:]


def by_patient(reading: Reading, items: list[Item], place: Callable[[Item], int]) -> list[list[Item]]:
    """The items, in order of place, in one group for each patient of the report."""
    bounds = reading.once(patient_bounds)
    if not bounds:
        return [items]
    groups: list[list[Item]] = [[] for _ in range(len(bounds) + 1)]
    for item in items:
        groups[bisect_right(bounds, place(item))].append(item)
    return groups
