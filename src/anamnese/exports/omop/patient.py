"""One patient as rows of the CDM: the person, the tumours with their modifiers and episodes, and what else is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from anamnese.case import Fact
from anamnese.exports import Subject
from anamnese.exports.omop import codes
from anamnese.exports.omop.concepts import Concepts, fixed
from anamnese.exports.omop.courses import add_course, add_drug
from anamnese.exports.omop.dates import Day, first_day, last_day
from anamnese.exports.omop.notes import UNKNOWN_DAY, add_notes, note_day
from anamnese.exports.omop.rows import Row, Rows
from anamnese.history.dates import when
from anamnese.labels import number
from anamnese.record import DrugRecord, Episode, Measure, Proof, StageRecord, TumourRecord

_EPISODES = {
    "initial": "initial", "second_primary": "initial", "relapse": "recurrence", "relapse_local": "recurrence",
    "relapse_regional": "recurrence", "relapse_distant": "recurrence", "progression": "progression",
    "remission": "remission",
}  # fmt: skip
_CENTIMETRES = 30
"""A pressure below this is told in centimetres of mercury, as is usual in French: 12/7 is 120/70 mmHg."""


def rows_of(subject: Subject, concepts: Concepts) -> Rows:
    """All rows of a patient."""
    return _Patient(subject, concepts).rows


class _Patient:
    def __init__(self, subject: Subject, concepts: Concepts) -> None:
        self.subject = subject
        self.rows = Rows(subject, concepts)
        self._cases = {case.report.id: case for case in subject.cases}
        self._courses_proofs: set[Proof] = set()
        self._person()
        for tumour in subject.history.tumours:
            if tumour.status == "affirmed":
                self._tumour(tumour)
        for course in subject.history.other_courses:
            self._courses_proofs |= set(course.proofs)
            add_course(self.rows, course, None, None, self._medication)
        self._facts()
        self._visits()
        self._family()
        self._period()
        add_notes(self.rows)

    def _person(self) -> None:
        patient = self.subject.history.patient
        birth = first_day(when(patient.birth_date))
        low, high = patient.birth_year or (None, None)
        whole = birth is not None and birth.told is None
        month = patient.birth_date is not None and len(patient.birth_date) >= 7
        person = self.rows.person
        person.proofs = patient.proofs
        person.cells |= {
            "gender_concept_id": fixed(patient.sex) if patient.sex in ("male", "female") else 0,
            "year_of_birth": birth.day.year if birth else high or 0,
            "month_of_birth": birth.day.month if birth and month else None,
            "day_of_birth": birth.day.day if birth and whole else None,
            "birth_datetime": birth.midnight() if birth else None,
            "race_concept_id": 0, "ethnicity_concept_id": 0,
            "person_source_value": self.subject.id, "gender_source_value": patient.sex,
            "gender_source_concept_id": 0, "race_source_concept_id": 0, "ethnicity_source_concept_id": 0,
        }  # fmt: skip
        told = first_day(patient.age_at)
        if birth is None and low != high and told is not None:
            self.rows.observe(told, patient.proofs, (), "year_of_birth", f"[{low}..{high}]")
        death = last_day(patient.death)
        if death is not None:
            row = self.rows.add(
                "death", patient.death.basis, person_id=person, death_date=death.day, death_datetime=death.midnight(),
                death_type_concept_id=fixed("nlp"), cause_concept_id=0, cause_source_concept_id=0,
            )  # fmt: skip
            if death.told is not None:
                self.rows.precision(row, death)
        for measure in patient.performance_status:
            self._measured(measure, codes.codes("measure", measure.name), None, None)

    def _measured(self, measure: Measure, known: Sequence[codes.Code], of: Row | None, otherwise: Day | None) -> None:
        day = first_day(measure.when) or (otherwise.untold() if otherwise else None)
        if day is not None:
            self.rows.measure(
                day, measure.proofs, known, codes.sourced(known, measure.name), of, measure.value, measure.result,
                codes.result(measure.result), measure.unit, codes.unit(measure.unit),
            )  # fmt: skip

    def _tumour(self, tumour: TumourRecord) -> None:
        day = first_day(tumour.diagnosed)
        if day is None:
            for episode in tumour.episodes:
                for course in episode.courses:
                    self._courses_proofs |= set(course.proofs)
                    add_course(self.rows, course, None, None, self._medication)
            return
        known = codes.icdo3(tumour.morphology, tumour.topography)
        condition = self.rows.event(
            "condition_occurrence", tumour.proofs, "condition", day, known, known[0].code,
            **day.cells("condition_start"), condition_status_concept_id=0, condition_status_source_value=tumour.basis,
        )  # fmt: skip
        for name, value in (("laterality", tumour.laterality), ("grade", tumour.grade)):
            if value:
                self.rows.measure(
                    day, tumour.proofs, codes.codes("measure", name), name, condition, None, value,
                    codes.codes(name, value),
                )  # fmt: skip
        for stage in tumour.stages:
            self._stage(stage, condition, day)
        for marker in tumour.biomarkers:
            self._measured(marker, codes.biomarker(marker.name, marker.result), condition, day)
        self._episodes(tumour, condition, day)

    def _stage(self, stage: StageRecord, condition: Row, diagnosed: Day) -> None:
        day = first_day(stage.when) or diagnosed.untold()
        prefix = stage.prefix or ""
        for letter, value in (("T", stage.t), ("N", stage.n), ("M", stage.m)):
            if value:
                known = codes.category(stage.prefix, letter, value)
                self.rows.measure(day, stage.proofs, known, f"{prefix}{letter}{value}", condition, None, value)
        if stage.group:
            known = codes.stage_group(stage.system, stage.prefix, stage.group)
            self.rows.measure(day, stage.proofs, known, f"{stage.system} {stage.group}", condition, None, stage.group)

    def _episodes(self, tumour: TumourRecord, condition: Row, diagnosed: Day) -> None:
        first: Row | None = None
        for order, episode in enumerate(tumour.episodes, 1):
            day = first_day(episode.when) or (diagnosed.untold() if first is None else None)
            row = None
            if day is not None and not episode.suspected:
                row = self._episode(episode, order, day, first, condition)
                first = first or row
                self._spread(episode, row, day, condition)
                for response in episode.responses:
                    told = first_day(response.when)
                    if told is not None and response.result:
                        self.rows.observe(
                            told, response.proofs, (), "response", response.result, row,
                            codes.codes("disease_status", response.result),
                        )  # fmt: skip
            for course in episode.courses:
                self._courses_proofs |= set(course.proofs)
                add_course(self.rows, course, row or first, condition, self._medication)

    def _episode(self, episode: Episode, order: int, day: Day, first: Row | None, condition: Row) -> Row:
        row = self.rows.add(
            "episode", episode.proofs, person_id=self.rows.person,
            episode_concept_id=fixed(_EPISODES[episode.kind]), **day.cells("episode_start"),
            episode_parent_id=first, episode_number=order,
            episode_object_concept_id=condition.cells["condition_concept_id"], episode_type_concept_id=fixed("nlp"),
            episode_source_value=episode.kind, episode_source_concept_id=0,
        )  # fmt: skip
        if day.told is not None:
            self.rows.precision(row, day)
        self.rows.include(row, condition)
        return row

    def _spread(self, episode: Episode, row: Row, day: Day, condition: Row) -> None:
        for site in episode.sites:
            known = codes.codes("metastasis", site)
            proofs = [proof for proof in episode.proofs if self._fact(proof).attributes.get("site") == site]
            found = self.rows.measure(day, proofs or episode.proofs, known, f"metastasis {site}", condition, None, site,
                                      codes.codes("body_site", site))  # fmt: skip
            self.rows.include(row, found)

    def _fact(self, proof: Proof) -> Fact:
        return self._cases[proof.report].facts[proof.fact]

    def _medication(self, proof: Proof, drug: str) -> bool:
        fact = self._fact(proof)
        return fact.type == "medication" and fact.attributes.get("name") == drug

    def _told(self, kind: str) -> Iterator[tuple[Proof, Fact, Day]]:
        """The affirmed and dated facts of a type; one that several reports tell alike is told once."""
        seen: dict[str, str] = {}
        for case in self.subject.cases:
            for place, fact in enumerate(case.facts):
                day = first_day(when(fact.date)) if fact.type == kind and fact.status == "affirmed" else None
                if day is None:
                    continue
                said = f"{fact.date} {sorted(fact.attributes.items(), key=str)}"
                if seen.setdefault(said, case.report.id) == case.report.id:
                    yield Proof(case.report.id, place), fact, day

    def _facts(self) -> None:
        for proof, fact, day in self._told("lab"):
            told = fact.attributes
            known = codes.analyte("lab", told["analyte"])
            self.rows.measure(
                day, [proof], known, codes.sourced(known, told["analyte"]), None, told["value"], None, (),
                told.get("unit"), codes.unit(told.get("unit")),
            )  # fmt: skip
        for proof, fact, day in self._told("vital"):
            self._vital(proof, fact, day)
        for proof, fact, day in self._told("lesion"):
            site = fact.attributes.get("site")
            for size in fact.attributes["size_mm"]:
                self.rows.measure(day, [proof], codes.codes("measure", "size_mm"), f"lesion {site or ''}".strip(),
                                  None, size, None, (), "mm", codes.unit("mm"))  # fmt: skip
        for proof, fact, day in self._told("adverse_event"):
            self._adverse_event(proof, fact, day)
        for kind, name in (("procedure", "kind"), ("imaging", "modality")):
            for proof, fact, day in self._told(kind):
                done, site = fact.attributes[name], fact.attributes.get("site")
                known = codes.codes("procedure" if kind == "procedure" else "modality", done)
                self.rows.procedure(day, [proof], known, f"{done} {site or ''}".strip())
        for proof, fact, day in self._told("medication"):
            if proof not in self._courses_proofs:
                told = fact.attributes
                given = DrugRecord(
                    told["name"], told.get("dose"), told.get("unit"), told.get("schedule"), told.get("route")
                )
                add_drug(self.rows, given, day, None, [proof])

    def _vital(self, proof: Proof, fact: Fact, day: Day) -> None:
        name, value = fact.attributes["name"], fact.attributes["value"]
        if name == "blood_pressure":
            figures = [float(figure) for figure in str(value).split("/") if figure.replace(".", "", 1).isdigit()]
            scale = 10 if figures and max(figures) < _CENTIMETRES else 1
            for part, figure in zip(("systolic", "diastolic"), figures, strict=False):
                known = codes.codes("vital", part)
                self.rows.measure(day, [proof], known, codes.sourced(known, part), None, figure * scale, str(value), (),
                                  "mm[Hg]", codes.unit("mm[Hg]"))  # fmt: skip
            return
        if not isinstance(value, int | float):
            return
        units = codes.codes("vital_unit", name)
        known = codes.codes("vital", name)
        self.rows.measure(day, [proof], known, codes.sourced(known, name), None, float(value), None, (),
                          units[0].code if units else None, units)  # fmt: skip

    def _adverse_event(self, proof: Proof, fact: Fact, day: Day) -> None:
        term, grade = fact.attributes["term"], fact.attributes.get("grade")
        known = codes.adverse_event(term)
        row = self.rows.event(
            "condition_occurrence", [proof], "condition", day, known, codes.sourced(known, term),
            **day.cells("condition_start"), condition_status_concept_id=0,
            condition_status_source_value="adverse_event",
        )  # fmt: skip
        if grade is not None:
            self.rows.measure(day, [proof], codes.codes("measure", "ctcae_grade"), "CTCAE grade", row, grade,
                              f"grade {number(grade, 'en')}")  # fmt: skip

    def _visits(self) -> None:
        """Stays whose admission and discharge are both told to the day."""
        told = [(day.day, fact.attributes["kind"], proof) for proof, fact, day in self._told("event")
                if day.told is None and fact.attributes["kind"] in ("admission", "discharge")]  # fmt: skip
        told.sort(key=lambda item: (item[0], item[1]))
        for (day, kind, proof), (end, then, proof_of_end) in pairwise(told):
            if (kind, then) == ("admission", "discharge"):
                self.rows.add(
                    "visit_occurrence", (proof, proof_of_end), person_id=self.rows.person,
                    visit_concept_id=fixed("inpatient"), visit_start_date=day,
                    visit_start_datetime=Day(day).midnight(), visit_end_date=end,
                    visit_end_datetime=Day(end).midnight(), visit_type_concept_id=fixed("nlp"),
                    visit_source_value="admission", visit_source_concept_id=0, admitted_from_concept_id=0,
                    discharged_to_concept_id=0,
                )  # fmt: skip

    def _family(self) -> None:
        """Relevant history, on the day of the report that tells it."""
        patient = self.subject.history.patient
        for told, proof in zip(patient.history, patient.history_proofs, strict=False):
            kind = "family_history" if self._fact(proof).status == "family" else "history"
            day = note_day(self._cases[proof.report])
            if day.day != UNKNOWN_DAY:
                self.rows.observe(day, [proof], (), kind, told)

    def _period(self) -> None:
        """From the first to the last day that something is told of: reports tell of no other period."""
        news = last_day(self.subject.history.patient.last_news)
        days = [*self.rows.days(), *([news.day] if news and news.told is None else [])]
        if days:
            self.rows.add(
                "observation_period", (), person_id=self.rows.person, observation_period_start_date=min(days),
                observation_period_end_date=max(days), period_type_concept_id=fixed("nlp"),
            )  # fmt: skip
