"""Medications: each drug the patient is given, once for each course and dose level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from anamnese.facts.medication.courses import Courses
from anamnese.facts.medication.grammar import dose_at, schedule_at
from anamnese.facts.medication.groups import ANTICANCER, Drug, DrugGroup, Step, drug_groups, schedule_of
from anamnese.facts.reading import Draft, Reading

_REACH = 900
"""Characters between a drug and a change of its dose: a paragraph or two."""

_TO = re.compile(r"[^.;\n]{0,45}?\b(?:a|jusqu'a)[ ](?=\d)")
_SAME_DOSES = re.compile(r"[ ,(]*(?:aux memes doses|a la meme dose|memes doses|meme dose)")
_CYCLE = re.compile(r"\bc(?:ycle |ure )?\d{1,2}(?:[ ]?j1)?[ ](?:(?:est |sera )?(?:prevue?|programmee?)[ ])?(?:le|du|au|pour le|a partir du)[ ]$")
_DATED_DOSE = re.compile(r"[ ,(]*(?:a la dose de|a|dose de|dose)[ ](?=\d)")


class Told(NamedTuple):
    """A mention of a drug, and the fact of the course that it speaks of."""

    drug: Drug
    draft: Draft


def read(reading: Reading) -> Iterable[Draft]:
    """One `medication` for each drug of each course, one more for each change of its dose."""
    courses = Courses()
    patients = [draft.start for draft in reading.facts("patient")]
    found: list[Draft] = []
    told: list[Told] = []
    patient = 0
    for group in drug_groups(reading):
        while patient < len(patients) and patients[patient] < group.start:
            patient += 1
            if patient > 1 and patients[patient - 1] - patients[patient - 2] > 400:
                courses = Courses()
        for drug in group.drugs:
            if drug.excluded is None:
                found += _medications(reading, courses, group, drug)
                told.append(Told(drug, courses.told[drug.name][-1].draft))
    yield from found
    yield from _changed_doses(reading, told)


def _medications(reading: Reading, courses: Courses, group: DrugGroup, drug: Drug) -> Iterable[Draft]:
    """The new facts of one mention; a mention of a course already told adds to that fact what it lacked."""
    course = courses.same(reading, group, drug)
    first = _draft(reading, drug, drug.steps[0])
    steps = drug.steps[1:]
    if first.get("dose") is None and drug.name in courses.told and _SAME_DOSES.match(reading.folded, group.end):
        before = courses.told[drug.name][-1].draft
        for attribute in ("dose", "unit"):
            if before.get(attribute) is not None:
                first.attributes[attribute] = before.get(attribute)
    if course is None:
        courses.keep(reading, group, drug, first)
        yield first
    else:
        if first.get("dose") is not None and not course.dosed:
            course.draft.start, course.draft.end = first.start, first.end
            course.dosed = True
        for attribute, value in first.attributes.items():
            course.draft.attributes.setdefault(attribute, value)
        if course.dosed:
            steps = [step for step in steps if step.dose is None or step.dose.value != course.draft.get("dose")]
    for step in steps:
        yield _draft(reading, drug, step)


def _draft(reading: Reading, drug: Drug, step: Step) -> Draft:
    dose = step.dose
    first = step is drug.steps[0]
    return reading.draft(
        "medication",
        drug.head if first or dose is None else dose.start,
        max(drug.end if first else 0, step.end, dose.end if dose else 0),
        name=drug.name,
        dose=dose.value if dose else None,
        unit=dose.unit if dose else None,
        schedule=schedule_of(reading, step),
        route=drug.route,
        cycles=drug.cycles,
    )


def _changed_doses(reading: Reading, told: list[Told]) -> Iterable[Draft]:
    """A new dose of a drug named earlier: `réduction de la dose à 40 mg/j`, `ajustement de dose (de 150 mg à 100 mg)`,
    `C5 le 10/10/2023 à 60 mg/m2`."""
    folded = reading.folded
    for hit in reading.hits("dose_changes"):
        end = reading.sentence(hit.start).end
        place = _TO.match(folded, hit.end - 2 if folded.startswith(" a", hit.end - 2) else hit.end, end)
        if place is not None:
            yield from _changed_dose(reading, told, hit.start, place.end(), end)
    for date in reading.dates:
        place = _DATED_DOSE.match(folded, date.end)
        if place is not None:
            cycle = _CYCLE.search(folded, max(0, date.start - 40), date.start)
            if cycle is not None:
                yield from _changed_dose(reading, told, cycle.start(), place.end(), reading.sentence(date.start).end)


def _changed_dose(reading: Reading, told: list[Told], start: int, place: int, end: int) -> Iterable[Draft]:
    """The fact of a dose that stands at `place`, where it is new for the drug named last with a dose of its kind."""
    text, folded = reading.text, reading.folded
    dose = dose_at(text, folded, place, end)
    if dose is None or dose.kind != "mass":
        return
    after = schedule_at(folded, dose.end, end) or schedule_at(folded, dose.end + 1, end)
    for drug, draft in reversed(told):
        if drug.head <= dose.start < drug.tail:
            return  # the drug itself has read it
        if drug.start > start:
            continue
        if start - drug.start > _REACH:
            return
        unit = draft.get("unit")
        if unit == dose.unit or (unit is None and drug.kind in ANTICANCER):
            if draft.get("dose") != dose.value:
                yield reading.draft(
                    "medication",
                    start,
                    after.end if after else dose.end,
                    name=drug.name,
                    dose=dose.value,
                    unit=dose.unit,
                    schedule=text[after.start : after.end] if after else None,
                    route=draft.get("route"),
                )
            return
