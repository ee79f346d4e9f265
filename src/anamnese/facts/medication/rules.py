"""Medications: each drug the patient is given, once for each course and dose level."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anamnese.facts.medication.courses import Courses
from anamnese.facts.medication.grammar import dose_at, schedule_at
from anamnese.facts.medication.groups import ANTICANCER, Drug, DrugGroup, Step, drug_groups, schedule_of
from anamnese.facts.reading import Draft, Reading

_GIVEN_AS = {"corticosteroid": "corticoïde"}
"""Classes whose word stands for the drug where a dose is told (`corticothérapie à 10 mg/jour`)."""

_TO = re.compile(r"[^.;\n]{0,45}?\b(?:a|jusqu'a)[ ](?=\d)")
_FROM = re.compile(r"[^.;\n]{0,30}?\bde[ ](?=\d)")
_CYCLE_DOSE = re.compile(r"c(?:ycle |ure )?\d{1,2}(?:[ ]?j1)?[ ](?:(?:prevue?|programmee?)[ ])?(?:(?:le|du|au)[ ][\d/]{5,10}[ ])?(?:a|dose|reduit a|a la dose de)[ ](?=\d)")


def read(reading: Reading) -> Iterable[Draft]:
    """One `medication` for each drug of each course, one more for each change of its dose."""
    courses = Courses()
    patients = [draft.start for draft in reading.facts("patient")]
    found: list[Draft] = []
    known: list[tuple[Drug, Draft]] = []
    patient = 0
    for group in drug_groups(reading):
        while patient < len(patients) and patients[patient] < group.start:
            patient += 1
            if patient > 1 and patients[patient - 1] - patients[patient - 2] > 400:
                courses = Courses()
        for drug in group.drugs:
            if drug.excluded is None:
                for draft in _medications(reading, courses, group, drug):
                    found.append(draft)
                    known.append((drug, draft))
    yield from found
    yield from _changed_doses(reading, known)


def _medications(reading: Reading, courses: Courses, group: DrugGroup, drug: Drug) -> Iterable[Draft]:
    """The new facts of one mention; a mention of a course already told adds to that fact what it lacked."""
    course = courses.same(reading, group, drug)
    first = _draft(reading, drug, drug.steps[0])
    steps = drug.steps[1:]
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


def _changed_doses(reading: Reading, known: list[tuple[Drug, Draft]]) -> Iterable[Draft]:
    """A new dose of a drug named earlier: `réduction de la dose à 40 mg/j`, `ajustement de dose (de 150 mg à 100 mg)`."""
    folded, text = reading.folded, reading.text
    for hit in reading.hits("dose_changes"):
        sentence = reading.sentence(hit.start)
        place = _TO.match(folded, hit.end - 2 if folded.startswith(" a", hit.end - 2) else hit.end, sentence.end)
        if place is None:
            continue
        dose = dose_at(text, folded, place.end(), sentence.end)
        if dose is None or dose.kind != "mass":
            continue
        if any(draft.start <= dose.start < draft.end for _, draft in known):
            continue
        for drug, draft in reversed(known):
            if draft.start < hit.start and hit.start - draft.start < 600 and draft.get("unit") in (dose.unit, None) and (drug.kind in ANTICANCER or draft.get("unit")):
                if draft.get("dose") != dose.value:
                    after = schedule_at(folded, dose.end, sentence.end) or schedule_at(folded, dose.end + 1, sentence.end)
                    yield reading.draft(
                        "medication", hit.start, after.end if after else dose.end, name=drug.name, dose=dose.value, unit=dose.unit,
                        schedule=text[after.start : after.end] if after else None, route=draft.get("route"),
                    )
                break
