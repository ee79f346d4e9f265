"""A course of treatment: its episode, its drugs, its procedure, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anamnese.exports.omop import codes
from anamnese.exports.omop.concepts import fixed
from anamnese.exports.omop.dates import Day, beginning, first_day
from anamnese.exports.omop.rows import Row, Rows
from anamnese.labels import number
from anamnese.record import Course, DrugRecord, Proof

_EPISODES = {
    "chemotherapy": "regimen", "targeted": "regimen", "immunotherapy": "regimen", "hormone": "regimen",
    "surgery": "surgery", "radiotherapy": "radiotherapy",
}  # fmt: skip
_PROCEDURES = ("surgery", "radiotherapy", "transplant", "embolisation")


def add_course(
    rows: Rows, course: Course, parent: Row | None, condition: Row | None, prescribes: Callable[[Proof, str], bool]
) -> None:
    """The rows of a course that was given; one that is planned, or without any date, is told in NOTE_NLP only."""
    day = beginning(course.start, course.end)
    if day is None or course.status != "affirmed":
        return
    end = first_day(course.end)
    end = end if end is not None and end.day >= day.day else None
    given: list[Row] = []
    for drug in course.drugs:
        told = [proof for proof in course.proofs if prescribes(proof, drug.name)]
        given.append(add_drug(rows, drug, day, end, told or course.proofs, course.stop_reason))
    done = _procedure(rows, course, day, end)
    if done is not None:
        given.append(done)
    episode = _episode(rows, course, day, end, parent, given, done)
    holder = episode or parent
    if holder is not None:
        for row in given:
            rows.include(holder, row)
    _modifiers(rows, course, day, done or episode or condition)


def add_drug(
    rows: Rows, drug: DrugRecord, day: Day, end: Day | None, proofs: Sequence[Proof], stop: str | None = None
) -> Row:
    """A drug given; its dose and schedule stand in `sig` in the words of a prescription."""
    known = codes.drug(drug.name, drug.atc)
    dose = f"{number(drug.dose, 'en')} {drug.unit or ''}".strip() if drug.dose is not None else ""
    sig = " ".join(part for part in (dose, drug.schedule) if part)
    return rows.drug(
        codes.sourced(known, drug.name), day, end, proofs, known, stop_reason=stop, sig=sig or None,
        route_concept_id=rows.concepts.standard(codes.codes("route", drug.route)) if drug.route else None,
        route_source_value=drug.route, dose_unit_source_value=drug.unit,
    )  # fmt: skip


def _procedure(rows: Rows, course: Course, day: Day, end: Day | None) -> Row | None:
    if course.kind not in _PROCEDURES and course.procedure is None:
        return None
    last = end.day if end is not None else None
    named = course.procedure or " ".join(part for part in (course.kind, course.site) if part)
    row = rows.procedure(
        day, course.proofs, (*codes.codes("surgery", course.procedure), *codes.codes("course", course.kind)), named,
        procedure_end_date=last, procedure_end_datetime=end.midnight() if end else None,
        modifier_concept_id=rows.concepts.standard(codes.codes("intent", course.intent)) if course.intent else None,
        modifier_source_value=course.intent,
    )  # fmt: skip
    rows.ended(row, end)
    return row


def _episode(
    rows: Rows, course: Course, day: Day, end: Day | None, parent: Row | None, given: Sequence[Row], done: Row | None
) -> Row | None:
    if course.kind not in _EPISODES:
        return None
    named = course.regimen or "+".join(drug.name for drug in course.drugs) or course.procedure or course.kind
    regimen = (codes.Code("HemOnc", f"={named.lower()}"),)
    row = rows.add(
        "episode", course.proofs, person_id=rows.person, episode_concept_id=fixed(_EPISODES[course.kind]),
        **day.cells("episode_start"), episode_end_date=end.day if end else None,
        episode_end_datetime=end.midnight() if end else None, episode_parent_id=parent, episode_number=course.line,
        episode_object_concept_id=done.cells["procedure_concept_id"] if done else rows.concepts.standard(regimen),
        episode_type_concept_id=fixed("nlp"), episode_source_value=named, episode_source_concept_id=0,
    )  # fmt: skip
    if day.told is not None:
        rows.precision(row, day)
    rows.ended(row, end)
    return row


def _modifiers(rows: Rows, course: Course, day: Day, of: Row | None) -> None:
    """Dose, fractions, cycles, intent, margins and nodes: measurements linked to the procedure or the episode."""
    if course.dose_gy is not None:
        rows.measure(day, course.proofs, (), "dose", of, course.dose_gy, None, (), "Gy", codes.unit("Gy"))
    for name, value in (("fractions", course.fractions), ("cycles", course.cycles)):
        if value is not None:
            rows.measure(day, course.proofs, (), name, of, value)
    told = (("margins", course.margins), ("nodes", course.nodes), ("intent", course.intent))
    for name, words in told:
        if words:
            rows.measure(day, course.proofs, (), name, of, None, words, codes.codes(name, words))
