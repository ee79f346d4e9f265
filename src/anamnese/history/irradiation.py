"""Irradiations told in several ways as one course: the technique beside the dose, the boost, the phases and their sum,
and the irradiation that a later report recalls without its dose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from anamnese.history.arrangement import Pair, bound
from anamnese.history.calendar import first_day, last_day, months_apart
from anamnese.history.story import Item

if TYPE_CHECKING:
    from anamnese.history.treatment import Treatment

_INSIDE = re.compile(r"\b(?:curie|brachy)|\bcontact\b|\bplaque\b")
"""Brachytherapy, which is a course beside the external irradiation."""

_BOOST = re.compile(r"\b(?:boost|complement|surimpression|surdosage|addition|phase (?:2|ii)\b)")
_BOOST_MONTHS = 0.5
"""A boost follows the irradiation that it completes within two weeks."""

_RECALLED_MONTHS = 1.25
"""How far the month from which an irradiation is recalled may lie from its first day."""

_RECALLED_YEAR = 12.0
"""An irradiation of the same dose recalled with the year of the diagnosis is that of the months behind it."""

_SUM_GY = 0.2
"""How far the doses of the phases and their sum may differ by rounding."""


def gather(found: list[Treatment], arranged: Mapping[Pair, bool]) -> None:
    """Put the tellings of one irradiation together; a person's word goes before."""
    told = [treatment for treatment in found if treatment.item.kind == "radiotherapy"]
    if len(told) < 2:
        return
    told.sort(key=lambda treatment: treatment.item.order)
    for whole in told:
        phases = [
            other
            for other in told
            if other is not whole
            and other in found
            and _may_be_one(whole, other, arranged)
            and _phase_of(other.item, whole.item)
        ]
        if len(phases) > 1 and abs(sum(_dose(phase.item) for phase in phases) - _dose(whole.item)) <= _SUM_GY:
            if whole.item.of_document:
                whole.item.attributes.pop("start_date", None)
                whole.item.date = None
            for phase in phases:
                _take(whole, phase, found, part=True)
    for number, treatment in enumerate(told):
        for other in told[:number]:
            if other not in found or treatment not in found or not _may_be_one(other, treatment, arranged):
                continue
            if any(_beside(held, treatment.item) for held in other.items):
                if any(_one(held, treatment.item) for held in other.items if _beside(held, treatment.item)):
                    _take(other, treatment, found, part=True)
                elif _one(treatment.item, other.item) and other.item.get("dose_gy") is None:
                    _take(treatment, other, found, part=True)
            elif _recalls(treatment.item, other.item):
                _take(other, treatment, found)
            elif _recalls(other.item, treatment.item):
                _take(treatment, other, found)


def _take(treatment: Treatment, other: Treatment, found: list[Treatment], part: bool = False) -> None:
    """Add a telling to a course, which with its parts lasts from the first beginning told to the last end; what only
    recalls it tells no time of it."""
    for item in other.items if not part else ():
        item.attributes.pop("start_date", None)
        item.date = None
    treatment.items += other.items
    treatment.in_parts |= part or other.in_parts
    found.remove(other)
    if any(item.start and not item.of_document for item in treatment.items):
        for item in treatment.items:
            if item.of_document and not item.get("end_date"):
                item.attributes.pop("start_date", None)
                item.date = None


def _beside(a: Item, b: Item) -> bool:
    """Whether one report tells of both."""
    return not {proof.report for proof in a.proofs}.isdisjoint(proof.report for proof in b.proofs)


def _may_be_one(a: Treatment, b: Treatment, arranged: Mapping[Pair, bool]) -> bool:
    if a.tumour != b.tumour or a.item.status != b.item.status or a.arranged or b.arranged:
        return False
    if arranged and bound(arranged, a.proofs, b.proofs) is False:
        return False
    return _is_inside(a.item) == _is_inside(b.item)


def _is_inside(item: Item) -> bool:
    return _INSIDE.search(f"{item.words} {item.get('site') or ''}") is not None


def _one(item: Item, told: Item) -> bool:
    """Whether a report tells of one irradiation twice: of its technique and its dose, or of it and its boost."""
    if item.get("dose_gy") and _BOOST.search(told.words) and _completes(told, item):
        return True
    if item.get("dose_gy") is not None and told.get("dose_gy") is not None:
        alike = all(item.get(name) == told.get(name) for name in ("dose_gy", "start_date", "end_date"))
        return alike and item.get("end_date") is not None
    if told.of_document and told.get("dose_gy") is None:
        return True
    ended, again = item.get("end_date"), told.get("end_date")
    dated = item.start is not None and (len(item.start) == len("2020-02-03") or ended is not None)
    return dated and item.start == told.start and (ended is None or again is None or ended == again)


def _completes(boost: Item, item: Item) -> bool:
    """Whether a boost is given with an irradiation, or right behind it."""
    begun, ended = boost.start, item.get("end_date")
    if begun is None or begun == item.start:
        return True
    if ended is None or first_day(begun) < first_day(item.start or ended):
        return False
    return months_apart(begun, ended) <= _BOOST_MONTHS


def _recalls(told: Item, item: Item) -> bool:
    """Whether what one report tells without a dose, or with the same, is the irradiation that another tells: it begins
    about when that does, or is told at a day of it."""
    if told.get("dose_gy") not in (None, item.get("dose_gy")) or not (told.start and item.start):
        return False
    end = item.get("end_date") or item.start
    if first_day(item.start) <= last_day(told.start) and first_day(told.start) <= last_day(end):
        return True
    apart = months_apart(told.start, item.start)
    if len(told.start) == len("2020-02") and told.get("dose_gy") is None:
        return apart <= _RECALLED_MONTHS
    return len(told.start) == len("2020") and told.get("dose_gy") is not None and apart <= _RECALLED_YEAR


def _phase_of(phase: Item, whole: Item) -> bool:
    """Whether an irradiation may be a phase of another: it lies within its time, or that one has no time of its own."""
    if not _dose(phase) or _dose(phase) >= _dose(whole) or phase.start is None:
        return False
    start, end = whole.start, whole.get("end_date")
    if whole.of_document or start is None:
        return True
    if end is None or first_day(start) > last_day(phase.start):
        return False
    return first_day(phase.get("end_date") or phase.start) <= last_day(end)


def _dose(item: Item) -> float:
    dose = item.get("dose_gy")
    return float(dose) if isinstance(dose, int | float) else 0.0
