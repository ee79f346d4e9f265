"""The record of a course: drugs with their doses, regimen, line, dates, response, toxicities, why it ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from anamnese.history.dates import UNKNOWN, when
from anamnese.history.naming import is_general
from anamnese.history.outcomes import best_response, margins_and_nodes, reaches, stop_reason, toxicities
from anamnese.history.regimens import atc, recognised
from anamnese.history.story import Item, Story
from anamnese.history.treatment import Treatment, own_drugs
from anamnese.history.tumours import Primary
from anamnese.record import Course, DrugRecord, Proof, When

_POINTS = frozenset({"surgery", "transplant", "embolisation"})
"""Kinds of treatment that begin and end on one day."""

_RADIOSURGERY = re.compile(r"\bradio-?chirurg|\bgamma[ -]?knife")
_INTRAPERITONEAL = frozenset({"CHIP", "PIPAC"})


def courses(treatments: Sequence[Treatment], tumours: Sequence[Primary], story: Story) -> list[Course]:
    """The records of courses, in the order of the courses in the making."""
    ends = reaches(treatments, story)
    medications: dict[tuple[str, str], list[Item]] = {}
    for medication in story.of("medication"):
        medications.setdefault((medication.get("name"), medication.report), []).append(medication)
    return [
        _course(
            treatment, tumours[treatment.tumour] if treatment.tumour is not None else None, story, ends, medications
        )
        for treatment in treatments
    ]


def _course(
    treatment: Treatment,
    tumour: Primary | None,
    story: Story,
    ends: dict[int, int],
    medications: dict[tuple[str, str], list[Item]],
) -> Course:
    item = treatment.item
    drugs, regimen = own_drugs(treatment), item.get("regimen")
    named = None if regimen else recognised(drugs, tumour)
    proofs = treatment.proofs
    margins, nodes = margins_and_nodes(treatment, story, ends) if item.kind == "surgery" else (None, None)
    start, end = dates(treatment)
    doses = tuple([_drug(name, item, medications.get((name, item.report), ()), proofs) for name in drugs])
    for outcome in (*treatment.responses, *treatment.toxicities):
        proofs += outcome.proofs
    cycles = [count for held in treatment.items if (count := held.get("cycles")) is not None]
    told = _told(treatment)
    return Course(
        item.kind or "other",
        told.get("intent"),
        regimen or named,
        named is not None,
        doses,
        max(cycles, default=None),
        start,
        end,
        treatment.line,
        item.status,
        told.get("dose_gy"),
        told.get("fractions"),
        told.get("site"),
        procedures(treatment),
        margins,
        nodes,
        best_response(treatment),
        toxicities(treatment),
        stop_reason(treatment, story, ends),
        tuple(dict.fromkeys(proofs)),
    )


def _told(treatment: Treatment) -> dict[str, Any]:
    """The first value told of each attribute by any item of a course."""
    if len(treatment.items) == 1:
        return treatment.item.attributes
    told: dict[str, Any] = {}
    for item in treatment.items:
        for name, value in item.attributes.items():
            if value is not None:
                told.setdefault(name, value)
    return told


def procedures(treatment: Treatment) -> str | None:
    """The acts of one sitting, each once; a general word only where there is no name."""
    names = dict.fromkeys([name for item in treatment.items if (name := item.get("procedure"))])
    if len(names) > 1:
        names = dict.fromkeys([name for name in names if not is_general(name)]) or names
    return " + ".join(names) or None


def dates(treatment: Treatment) -> tuple[When, When]:
    """When a course began and ended. A point treatment ends when it begins; an end before the beginning is none."""
    item = treatment.item
    if not item.start:
        item = next((held for held in treatment.items if held.start), item)
    start, end = item.start, item.get("end_date") or _told(treatment).get("end_date")
    if treatment.arranged or treatment.in_parts:
        item = min((held for held in treatment.items if held.start), key=lambda held: held.start or "", default=item)
        start, end = item.start, max((last for held in treatment.items if (last := held.get("end_date"))), default=None)
    certainty = item.certainty if start and start == item.date else "stated"
    told_by_its_end = start is None and end is not None
    began = UNKNOWN if told_by_its_end else when(start, certainty if start else "placed", item.basis)
    if start and end and end[: len(start)] < start[: len(end)]:
        end = None
    if _is_point(item) and (end is None or not item.get("drugs") or item.get("regimen") in _INTRAPERITONEAL):
        return began, began
    return began, when(end) if end else UNKNOWN


def _is_point(item: Item) -> bool:
    kind = item.kind
    return (
        kind in _POINTS
        or item.get("regimen") in _INTRAPERITONEAL
        or (kind == "other" and bool(item.get("procedure")) and not item.get("drugs"))
        or (kind == "radiotherapy" and (item.get("fractions") == 1 or _is_radiosurgery(item)))
    )


def _is_radiosurgery(item: Item) -> bool:
    """Whether an irradiation of one day is radiosurgery, which is given in one session unless several are told."""
    single = item.get("fractions") is None and len(item.start or "") == len("2020-02-03")
    return single and _RADIOSURGERY.search(item.words) is not None


def _drug(name: str, item: Item, told: Sequence[Item], proofs: list[Proof]) -> DrugRecord:
    """A drug of a course, with the dose of the medication told inside its words, else of the same day, else right
    beside it."""
    inside = [m for m in told if m.span[0] < item.span[1] and item.span[0] < m.span[1]]
    chosen = inside or [m for m in told if m.date is not None and m.date == item.date]
    if not chosen:
        return DrugRecord(name, atc=atc().get(name))
    drug = chosen[0]
    proofs += drug.proofs
    return DrugRecord(
        name, drug.get("dose"), drug.get("unit"), drug.get("schedule"), drug.get("route"), atc().get(name)
    )
