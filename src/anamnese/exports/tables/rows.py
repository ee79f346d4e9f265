"""One patient as rows of the tables: for each row its table and its cells by column, with its proof and its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anamnese.case import Fact
from anamnese.checks import check
from anamnese.exports import Subject, terminologies
from anamnese.exports.tables.columns import Cell, when_cells
from anamnese.history.dates import when
from anamnese.labels import Language, code_name
from anamnese.record import Course, DrugRecord, Episode, Place, Proof, TumourRecord, When

Row = tuple[str, dict[str, Cell]]


class PatientTables:
    """The rows of one patient. Messages and labels are in `language`; codes and values are the same in both."""

    def __init__(self, subject: Subject, language: Language) -> None:
        self._subject = subject
        self._language = language
        self._cases = {case.report.id: case for case in subject.cases}
        self._sources = dict(zip(self._cases, subject.sources, strict=False))
        self._courses = 0
        self._prescribed: set[Proof] = set()

    def rows(self) -> Iterator[Row]:
        """All rows, the rows of each table in order."""
        yield self._patient()
        for number, tumour in enumerate(self._subject.history.tumours, 1):
            yield from self._tumour(tumour, number)
        for course in self._subject.history.other_courses:
            yield from self._course(course, None, None)
        yield from self._other_drugs()
        yield from self._labs()
        yield from self._events()
        yield from self._findings()

    def _row(self, table: str, proofs: Sequence[Proof], **cells: Cell) -> Row:
        return self._placed(table, [self._place(proof) for proof in proofs], cells)

    def _placed(self, table: str, places: Sequence[Place], cells: dict[str, Cell]) -> Row:
        cells = {"patient": self._subject.id, **cells}
        if places:
            first = places[0]
            cells |= {"report": first.report, "start_offset": first.start, "end_offset": first.end}
            cells |= {"quote": first.quote, "source": self._sources.get(first.report)}
            cells["others"] = "; ".join(f"{place.report} {place.start}-{place.end}" for place in places[1:])
        return table, cells

    def _fact(self, proof: Proof) -> Fact:
        return self._cases[proof.report].facts[proof.fact]

    def _place(self, proof: Proof) -> Place:
        fact = self._fact(proof)
        return Place(proof.report, fact.start, fact.end, fact.quote)

    def _patient(self) -> Row:
        patient = self._subject.history.patient
        low, high = patient.birth_year or (None, None)
        scales = {measure.name: measure.value for measure in reversed(patient.performance_status)}
        proofs = (*patient.proofs, *patient.death.basis, *patient.last_news.basis, *patient.history_proofs)
        return self._row(
            "patients", tuple(dict.fromkeys(proofs)), sex=patient.sex, age_years=patient.age_years,
            birth_year_low=low, birth_year_high=high, vital_status=patient.vital_status,
            ecog=scales.get("ECOG"), karnofsky=scales.get("Karnofsky"), family="; ".join(patient.history),
            reports=len(self._subject.history.reports), **when_cells("age_at", patient.age_at),
            **when_cells("birth_date", when(patient.birth_date)), **when_cells("last_news", patient.last_news),
            **when_cells("death", patient.death),
        )  # fmt: skip

    def _tumour(self, tumour: TumourRecord, number: int) -> Iterator[Row]:
        yield self._row(
            "tumours", tumour.proofs, tumour=number, topography=tumour.topography,
            topography_name=code_name(tumour.topography or ""), morphology=tumour.morphology,
            morphology_name=code_name(tumour.morphology or ""), laterality=tumour.laterality, grade=tumour.grade,
            status=tumour.status, basis=tumour.basis, **when_cells("diagnosed", tumour.diagnosed),
        )  # fmt: skip
        for stage in tumour.stages:
            yield self._row(
                "stages", stage.proofs, tumour=number, system=stage.system, basis=stage.basis, prefix=stage.prefix,
                t=stage.t, n=stage.n, m=stage.m, group=stage.group, **when_cells("when", stage.when),
            )  # fmt: skip
        for marker in tumour.biomarkers:
            yield self._row(
                "biomarkers", marker.proofs, tumour=number, name=marker.name, gene=terminologies.gene(marker.name),
                result=marker.result, value=marker.value, unit=marker.unit, **when_cells("when", marker.when),
            )  # fmt: skip
        for place, episode in enumerate(tumour.episodes, 1):
            yield self._episode(episode, number, place)
            for course in episode.courses:
                yield from self._course(course, number, place)

    def _episode(self, episode: Episode, tumour: int, number: int) -> Row:
        return self._row(
            "episodes", episode.proofs, tumour=tumour, episode=number, kind=episode.kind,
            sites="; ".join(episode.sites), suspected=episode.suspected,
            response=episode.responses[-1].result if episode.responses else None, **when_cells("when", episode.when),
        )  # fmt: skip

    def _course(self, course: Course, tumour: int | None, episode: int | None) -> Iterator[Row]:
        self._courses += 1
        number = self._courses
        yield self._row(
            "courses", course.proofs, tumour=tumour, episode=episode, course=number, kind=course.kind,
            intent=course.intent, line=course.line, regimen=course.regimen,
            regimen_recognised=course.regimen_recognised if course.regimen else None,
            drugs="; ".join(drug.name for drug in course.drugs), cycles=course.cycles, procedure=course.procedure,
            margins=course.margins, nodes=course.nodes, site=course.site, dose_gy=course.dose_gy,
            fractions=course.fractions, status=course.status, best_response=course.best_response,
            toxicities="; ".join(course.toxicities), stop_reason=course.stop_reason,
            **when_cells("start", course.start), **when_cells("end", course.end),
        )  # fmt: skip
        for drug in course.drugs:
            told = [proof for proof in course.proofs if self._prescribes(proof, drug.name)]
            self._prescribed |= set(told)
            yield self._drug(drug, told or course.proofs[:1], course.start, course.status, number)

    def _prescribes(self, proof: Proof, drug: str) -> bool:
        fact = self._fact(proof)
        return fact.type == "medication" and fact.attributes.get("name") == drug

    def _drug(
        self, drug: DrugRecord, proofs: Sequence[Proof], date: When, status: str, course: int | None = None
    ) -> Row:
        return self._row(
            "drugs", proofs, course=course, name=drug.name, atc=drug.atc, dose=drug.dose, unit=drug.unit,
            schedule=drug.schedule, route=drug.route, status=status, **when_cells("when", date),
        )  # fmt: skip

    def _told(self, kind: str) -> Iterator[tuple[Proof, Fact]]:
        """The facts of a type; one that several reports tell alike, at one date, is told once."""
        seen: dict[str, str] = {}
        for case in self._subject.cases:
            for place, fact in enumerate(case.facts):
                if fact.type != kind:
                    continue
                said = f"{fact.date} {fact.status} {sorted(fact.attributes.items(), key=str)}"
                if fact.date is None or seen.setdefault(said, case.report.id) == case.report.id:
                    yield Proof(case.report.id, place), fact

    def _other_drugs(self) -> Iterator[Row]:
        """The medication that is no part of a course."""
        for proof, fact in self._told("medication"):
            if proof in self._prescribed or fact.status == "family":
                continue
            told = fact.attributes
            drug = DrugRecord(
                told["name"], told.get("dose"), told.get("unit"), told.get("schedule"), told.get("route"),
                terminologies.atc(told["name"]),
            )  # fmt: skip
            yield self._drug(drug, [proof], when(fact.date), fact.status)

    def _labs(self) -> Iterator[Row]:
        for proof, fact in self._told("lab"):
            told = fact.attributes
            yield self._row(
                "labs", [proof], analyte=told["analyte"], loinc=terminologies.loinc("lab", told["analyte"]),
                value=told["value"], unit=told.get("unit"), **when_cells("when", when(fact.date)),
            )  # fmt: skip

    def _events(self) -> Iterator[Row]:
        for order, event in enumerate(self._subject.history.timeline, 1):
            yield self._row(
                "events", event.proofs, order=order, tumour=None if event.tumour is None else event.tumour + 1,
                what=event.what, label=event.label_fr if self._language == "fr" else event.label_en,
                status=event.status, **when_cells("when", event.when),
            )  # fmt: skip

    def _findings(self) -> Iterator[Row]:
        for finding in check(self._subject.cases, self._subject.history):
            message = finding.message_fr if self._language == "fr" else finding.message_en
            cells: dict[str, Cell] = {"rule": finding.rule, "severity": finding.severity, "message": message}
            yield self._placed("findings", finding.spans, {**cells, "suggestion": finding.suggestion})
