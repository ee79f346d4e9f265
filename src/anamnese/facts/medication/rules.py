"""Medications: each drug the patient is given, once for each course and dose level."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any

from anamnese.facts.medication.courses import Courses, Cues, cues_of
from anamnese.facts.medication.grammar import Dose, dose_at, schedule_at
from anamnese.facts.medication.groups import DrugGroup, drug_groups
from anamnese.facts.medication.prescription import ANTICANCER, Drug, Step
from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import NUMBER, parse_number


class Told:
    """A mention of a drug, and the fact of the course that it speaks of."""

    __slots__ = ("draft", "drug")

    def __init__(self, drug: Drug, draft: Draft) -> None:
        self.drug = drug
        self.draft = draft


def read(reading: Reading) -> Iterable[Draft]:
    """One `medication` for each drug of each course, one more for each change of its dose."""
    courses = Courses()
    found: list[Draft] = []
    told: list[Told] = []
    others = _other_patients(reading)
    for group in drug_groups(reading):
        while others and others[-1] < group.start:
            courses = Courses()
            others.pop()
        cues = cues_of(reading, group)
        for drug in group.drugs:
            if drug.excluded is not None:
                continue
            first = _draft(reading, drug, drug.steps[0])
            status = reading.scopes.status(first)
            if status == "negated" and _gave_no_relief(reading, drug, told):
                status = first.status = "affirmed"
            if status == "planned" and found and _behind_another_need(reading, first, found):
                status = first.status = "affirmed"
            if status == "negated":
                continue  # what was not given begins no course, and hides none told later
            if status == "planned" and not drug.dosed and drug.name in courses.told:
                continue  # a plan to go on with a drug, or an alternative to a plan, is no course yet
            if not drug.dosed and drug.name not in courses.told and _stopped(reading, drug):
                continue
            found += _medications(reading, courses, group, drug, cues, first)
            told.append(Told(drug, courses.last(drug).draft))
    changes = {change.end: change for change in _changed_doses(reading, told)}
    yield from found
    yield from changes.values()


_ITEMS = 12
"""Drugs of a list that may stand behind one taken at need, and are not."""


def _behind_another_need(reading: Reading, draft: Draft, before: list[Draft]) -> bool:
    """Whether only the need for a drug told before bears on this one: `morphine 10 mg si douleur, oméprazole 20 mg`."""
    governing = [
        scope
        for scope in reading.scopes.around(draft.start, draft.end)
        if scope.of != "finding" and scope.start <= draft.start < scope.end
    ]
    return bool(governing) and all(
        scope.kind == "hypothetical" and any(one.start < scope.cue < one.end for one in before[-_ITEMS:])
        for scope in governing
    )


_NO_RELIEF = folded_re(
    r"\b(?:ced|repond|soulag|calm|control|amelior|sensible|reagi)[a-z]*[ ](?:(?:pas|plus|guere|peu|mal|ni|bien)[ ])*"
    r"(?:(?:a|aux?|par|avec|sous|malgre)[ ](?:la[ ]|les[ ]|l')?|d[eu]s?[ ])(?:l')?$"
)
"""`ne répondant pas à l'…`, `n'a pas cédé au …`: not given is the relief, not the drug."""
_NOR_BY = folded_re(r"[ ]?,?[ ]?ni[ ](?:aux?|a la|a l'|par|avec|sous)[ ]?(?:la |les |l')?")


def _gave_no_relief(reading: Reading, drug: Drug, told: list[Told]) -> bool:
    """Whether the words that negate a drug say only that a complaint did not yield to it."""
    if drug.kind in ANTICANCER:
        return False
    if _NO_RELIEF.search(reading.folded, max(0, drug.head - 50), drug.head) is not None:
        return True
    before = told[-1].drug if told else None
    return (
        before is not None
        and before.tail < drug.head
        and (_NOR_BY.fullmatch(reading.folded, before.tail, drug.head) is not None)
    )


_STOPPED = folded_re(r"[ :]*(?:est |a ete )?(?:arretee?|stoppee?|suspendue?)s?[ ]*(?:[.,;)\n]|$)")


def _stopped(reading: Reading, drug: Drug) -> bool:
    """Whether a list of what the patient takes from now on names a drug as stopped."""
    return reading.section(drug.start) == "treatment" and _STOPPED.match(reading.folded, drug.end) is not None


def _other_patients(reading: Reading) -> list[int]:
    """Where a report of several cases turns to the next patient, the last first."""
    return sorted((draft.start for draft in reading.facts("patient")), reverse=True)[:-1]


_SAME_DOSES = folded_re(r"[ ,(]*(?:aux memes (?:doses|posologies)|a la meme (?:dose|posologie)|memes? doses?)")


def _medications(
    reading: Reading, courses: Courses, group: DrugGroup, drug: Drug, cues: Cues, first: Draft
) -> Iterable[Draft]:
    """The new facts of one mention; a mention of a course already told adds to that fact what it lacked."""
    course = courses.same(reading, group, drug, cues)
    steps = drug.steps[1:]
    if first.get("dose") is None and drug.name in courses.told and _SAME_DOSES.match(reading.folded, group.end):
        before = courses.told[drug.name][-1].draft
        first.attributes |= {key: before.get(key) for key in ("dose", "unit") if before.get(key) is not None}
    to_come = (
        course is not None
        and not course.dosed
        and first.get("dose") is not None
        and _is_planned(reading, first)
        and not _is_planned(reading, course.draft)
    )
    if course is None or to_come:  # `C1 carbo-VP16 le 04/12 … C3 prévue : carboplatine AUC 4`
        courses.keep(drug, cues, first)
        yield first
    else:
        if first.get("dose") is not None and not course.dosed:
            course.draft.start, course.draft.end, course.dosed = first.start, first.end, True
        elif not course.dosed and reading.scopes.status(course.draft) != "affirmed":
            course.draft.start, course.draft.end = first.start, first.end  # planned there, perhaps given here
        for attribute, value in first.attributes.items():
            course.draft.attributes.setdefault(attribute, value)
        steps = [step for step in steps if step.dose is None or step.dose.value != course.draft.get("dose")]
    for step in steps:
        yield _draft(reading, drug, step)


def _is_planned(reading: Reading, draft: Draft) -> bool:
    """Whether a drug is said to be given later, or is dated later than the document that tells of it."""
    if reading.scopes.status(draft) == "planned":
        return True
    written = reading.document.written
    sentence = reading.sentence(draft.start)
    dates = reading.dates_between(sentence.start, draft.start)
    return written is not None and bool(dates) and len(dates[-1].value) == 10 and dates[-1].value > written


def _draft(reading: Reading, drug: Drug, step: Step) -> Draft:
    """The fact of one dose level of a drug."""
    dose = step.dose
    start, end = drug.head, step.end
    attributes: dict[str, Any] = {"name": drug.name}
    if dose is not None:
        attributes["dose"] = dose.value
        if dose.unit is not None:
            attributes["unit"] = dose.unit
        end = max(end, dose.end)
    if step is drug.steps[0]:
        end = max(end, drug.end)
    elif dose is not None:
        start = dose.start
    schedule, route = step.words(reading.text), step.route or drug.route
    if schedule is not None:
        attributes["schedule"] = schedule
    if route is not None:
        attributes["route"] = route
    if drug.cycles is not None:
        attributes["cycles"] = drug.cycles
    return Draft("medication", start, end, attributes, None, None)


# --- doses changed without the drug's name --------------------------------------------------------

_REACH = 900
"""Characters between a drug and a change of its dose: a paragraph or two."""

_TO = folded_re(
    r"(?<=restant en)[ ](?=\d)|(?<= de)[ ](?=\d)|[ ]?[:(][ ]?(?=\d)|"
    r"[^.;\n]{0,45}?(?:\b(?:a|jusqu'a|a la dose de|a la posologie de)[ ]|\()(?=\d)"
)
_NEXT_LEVEL = folded_re(
    r"(?:[ ]?(?:/[ ]?|par )j(?:our)?\b)?,?[ ](?:(?:et )?(?:puis|ensuite)(?: a| de)?|et a)[ ](?=\d)|"
    r",[ ](?=\d+(?:[.,]\d+)?[ ](?:puis|et|ensuite)[ ]\d)"
)
"""What stands between the levels of one change: `à 20 mg puis à 14 mg`."""
_BARE = folded_re(rf"{NUMBER}(?=,?[ ](?:puis|et|ensuite)[ ]|,[ ]\d+(?:[.,]\d+)?[ ](?:puis|et|ensuite)[ ])")
_MOST_LEVELS = 4
_DATED_DOSE = folded_re(r"[ ,(]*(?:a la dose de|a|dose de|dose)[ ](?=\d)")
_CYCLE = folded_re(
    r"\bc(?:ycle |ure )?\d{1,2}(?:[ ]?j1)?[ ](?:(?:est |sera )?(?:prevue?|programmee?)[ ])?"
    r"(?:le|du|au|pour le|a partir du)[ ]$"
)


def _changed_doses(reading: Reading, told: list[Told]) -> Iterable[Draft]:
    """A new dose of a drug named earlier: `réduction de la dose à 40 mg/j`, `ajustement de dose (de 150 mg à 100 mg)`,
    `C5 le 10/10/2023 à 60 mg/m2`."""
    if not told:
        return
    folded = reading.folded
    for hit in reading.hits("dose_changes"):
        end = reading.sentence(hit.start).end
        place = _TO.match(folded, hit.end - 2 if folded.startswith(" a", hit.end - 2) else hit.end, end)
        if place is not None:
            yield from _changed_dose(reading, told, hit.start, place.end(), end)
    for date in reading.dates:
        place = _DATED_DOSE.match(folded, date.end)
        cycle = _CYCLE.search(folded, max(0, date.start - 40), date.start) if place else None
        if place is not None and cycle is not None:
            yield from _changed_dose(reading, told, cycle.start(), place.end(), reading.sentence(date.start).end)


def _changed_dose(reading: Reading, told: list[Told], start: int, place: int, end: int) -> Iterable[Draft]:
    """The facts of the doses from `place` on, where they are new for the drug named last with a dose of their kind."""
    folded = reading.folded
    last = bisect_right(told, start, key=lambda each: each.drug.start)
    first = bisect_left(told, start - _REACH, key=lambda each: each.drug.start)
    # toxicity changes the dose of the treatment of the tumour rather than that of another drug named in between
    before = sorted(told[first:last], key=lambda each: (each.drug.kind not in ANTICANCER, -each.drug.start))
    for n, dose in enumerate(_levels(reading, place, end)):
        if any(each.drug.head <= dose.start < each.drug.tail for each in told[first : last + 1]):
            return  # the drug itself has read it
        after = schedule_at(folded, dose.end, end) or schedule_at(folded, dose.end + 1, end)
        schedule = reading.text[after.start : after.end] if after else None
        for each in before:
            drug, draft = each.drug, each.draft
            unit = draft.get("unit")
            if unit != dose.unit and (unit is not None or drug.kind not in ANTICANCER):
                continue
            if draft.get("dose") != dose.value or (schedule and draft.get("schedule") not in (None, schedule)):
                yield reading.draft(
                    "medication",
                    dose.start if n else start,
                    after.end if after else dose.end,
                    name=drug.name,
                    dose=dose.value,
                    unit=dose.unit,
                    schedule=schedule,
                    route=draft.get("route"),
                )
            break


def _levels(reading: Reading, place: int, end: int) -> list[Dose]:
    """The doses told one after the other from a place on; the last tells the unit of those without one."""
    levels: list[Dose] = []
    unit = None
    while len(levels) < _MOST_LEVELS:
        dose = dose_at(reading.text, reading.folded, place, end)
        if dose is None:
            bare = _BARE.match(reading.folded, place, end)
            if bare is None:
                break
            dose = Dose(place, bare.end(), parse_number(bare[0]), None, "bare")
        elif dose.kind != "mass":
            break
        levels.append(dose)
        unit = dose.unit
        following = _NEXT_LEVEL.match(reading.folded, dose.end, end)
        if following is None:
            break
        place = following.end()
    return [Dose(one.start, one.end, one.value, one.unit or unit, "mass") for one in levels] if unit else []
