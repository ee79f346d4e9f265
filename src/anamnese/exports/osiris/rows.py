"""One patient as rows of the OSIRIS pivot files, with the words behind each row and what the files could not say
exactly.

Only what is affirmed is written: OSIRIS has no doubt and no plans. A date goes where it is known to the day. What a
pivot file has no place for (a month without a day, a stage group, a code that a domain does not have) is kept as an
`Inexact`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anamnese.case import Case, Fact
from anamnese.exports import Subject, terminologies
from anamnese.exports.osiris import codes
from anamnese.exports.spreadsheets import inert
from anamnese.history.dates import when
from anamnese.labels import number
from anamnese.record import Course, Measure, Proof, StageRecord, TumourRecord, When

_ADVANCING = ("chemotherapy", "targeted", "immunotherapy", "hormone", "radiotherapy")
_MARROW = ("moelle", "autogreffe", "allogreffe", "cellules souches", "hématopo", "hematopo")
_BRACHYTHERAPY = ("curieth", "curie th", "curith", "brachyth")
_SAMPLED = ("biopsy", "cytology", "puncture")
_MUTATION = ("mutated", "wild_type")
_ANY_TECHNIQUE = ("amplified", "rearranged", "stable", "unstable")
"""Results that immunohistochemistry, in situ hybridisation and sequencing all give."""

_SHARED_CODES = {"KRAS", "NRAS", "BRCA1", "BRCA2", "HPV16", "HPV18"}
"""Markers that share a code: their value names them."""


@dataclass(frozen=True, slots=True)
class Inexact:
    """What is known of an element more or otherwise than its column may say."""

    column: str
    told: str
    when: When | None = None


@dataclass(slots=True)
class Row:
    """A row of a pivot file. `proofs`: the facts behind it."""

    file: str
    values: dict[str, str]
    proofs: tuple[Proof, ...]
    inexact: list[Inexact] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The `Instance_Id`."""
        return self.values["Instance_Id"]

    def put(self, column: str, value: str, told: str | None = None) -> None:
        """Set a column; `told` is what was said, where the value does not say it all."""
        self.values[column] = value
        if told and told != value:
            self.inexact.append(Inexact(column, told))

    def date(self, column: str, date: When) -> None:
        """Set a column to a date known to the day."""
        if date.value is not None and len(date.value) == 10:
            self.values[column] = date.value
        elif date.value is not None:
            self.inexact.append(Inexact(column, date.value, date))


@dataclass(frozen=True, slots=True)
class _Event:
    row: Row
    when: When


class PatientRows:
    """The rows of one patient. `numbers` counts the rows of each file over all patients, so that every `Instance_Id`
    is one alone."""

    def __init__(self, subject: Subject, numbers: Counter[str]) -> None:
        self._subject = subject
        self._id = inert(subject.id)
        self._numbers = numbers
        self._cases = {case.report.id: case for case in subject.cases}
        self.rows: list[Row] = []
        self._samples: dict[str, list[str]] = {}
        self._treated: list[tuple[Course, Row, str]] = []
        self._patient()
        self._of_tumour = [self._tumour(tumour) for tumour in subject.history.tumours]
        self._events = [event for events in self._of_tumour for event in events]
        self._perform()
        for course in subject.history.other_courses:
            self._treatment(course, "")
        self._samples_and_analyses()
        self._adverse_events()
        self._family()

    def _row(self, file: str, proofs: Sequence[Proof] = (), **values: str) -> Row:
        self._numbers[file] += 1
        row = Row(file, {"Patient_Id": self._id, "Instance_Id": str(self._numbers[file]), **values}, tuple(proofs))
        self.rows.append(row)
        return row

    def _fact(self, proof: Proof) -> Fact:
        return self._cases[proof.report].facts[proof.fact]

    def _patient(self) -> None:
        patient = self._subject.history.patient
        told = (*patient.proofs, *patient.death.basis, *patient.last_news.basis)
        row = self._row("Patient", tuple(dict.fromkeys(told)))
        row.put("Patient_Gender", codes.code("gender", patient.sex))
        if patient.birth_date:
            row.date("Patient_BirthDate", when(patient.birth_date))
        elif patient.birth_year:
            low, high = patient.birth_year
            row.inexact.append(Inexact("Patient_BirthDate", f"{low}" if low == high else f"{low}/{high}"))
        row.put("Patient_LastNewsStatus", codes.code("last_news", patient.vital_status))
        if patient.vital_status == "dead":
            row.date("Patient_DeathDate", patient.death)
            row.put("Patient_CauseOfDeath", codes.code("cause_of_death", "unknown"))
        news = patient.last_news
        if news.value is not None and len(news.value) >= 7:
            row.put("Patient_LastNewsDate", f"{news.value[:7]}-15", news.value)
        elif news.value is not None:
            row.date("Patient_LastNewsDate", news)

    def _tumour(self, tumour: TumourRecord) -> list[_Event]:
        """The events of a tumour: its first disease and its relapses; and its stagings and courses."""
        if tumour.status != "affirmed":
            return []
        primary = self._event(tumour, "initial", tumour.diagnosed, tumour.proofs, "")
        events = [_Event(primary, tumour.diagnosed)]
        placed: list[tuple[str, tuple[Course, ...]]] = []
        for episode in tumour.episodes:
            if episode.kind.startswith("relapse") and not episode.suspected:
                again = self._event(tumour, episode.kind, episode.when, episode.proofs, primary.id)
                events.append(_Event(again, episode.when))
            placed.append((events[-1].row.id, episode.courses))
        self._stage(tumour.stages, events)
        own: list[tuple[Course, Row]] = []
        for event, courses in placed:
            own += [(course, row) for course in courses if (row := self._treatment(course, event))]
        self._responses(tumour, own)
        return events

    def _event(self, tumour: TumourRecord, kind: str, date: When, proofs: Sequence[Proof], parent: str) -> Row:
        name = "TumorPathologyEvent"
        row = self._row(name, proofs, **{f"{name}_ParentRef": parent, f"{name}_Type": codes.code("event", kind)})
        row.date(f"{name}_StartDate", date)
        row.date(f"{name}_DiagnosisDate", date)
        row.put(f"{name}_TopographyCode", topography := codes.topography(tumour.topography))
        if topography.removeprefix("ICDO3:") != (tumour.topography or ""):
            row.inexact.append(Inexact(f"{name}_TopographyCode", tumour.topography or ""))
        row.put(f"{name}_MorphologyCode", morphology := codes.morphology(tumour.morphology))
        if morphology.removeprefix("ICDO3:") != (tumour.morphology or ""):
            row.inexact.append(Inexact(f"{name}_MorphologyCode", tumour.morphology or ""))
        row.put(f"{name}_Laterality", codes.code("laterality", tumour.laterality))
        if tumour.grade and not parent:
            row.inexact.append(Inexact(f"{name}_HistologicalGradeValue", tumour.grade))
        return row

    def _stage(self, stages: Sequence[StageRecord], events: Sequence[_Event]) -> None:
        for stage in stages:
            event = _event_at(stage.when, events) or events[0]
            if stage.group and stage.system != "TNM":
                told = f"{stage.system} {stage.group}" if stage.system != "other" else stage.group
                event.row.inexact.append(Inexact("TumorPathologyEvent_StadeValue", told, stage.when))
            if not (stage.t or stage.n or stage.m):
                continue
            row = self._row("TNM", stage.proofs, TumorPathologyEvent_Ref=event.row.id)
            values = {"Type": codes.code("tnm_type", (stage.prefix or "").lower()) or codes.code("tnm_type", "")}
            for part in "TNM":
                told = getattr(stage, part.lower())
                values[part] = codes.tnm(part.lower(), told)
                row.put(f"TNM_{part}", values[part], f"{part}{told}" if told else None)
            row.put("TNM_Type", values["Type"], stage.prefix)
            if "TumorPathologyEvent_TNMType" not in event.row.values:
                columns = {"Type": "TNMType"}
                event.row.values.update(
                    {f"TumorPathologyEvent_{columns.get(part, part)}": value for part, value in values.items()}
                )

    def _perform(self) -> None:
        """The first performance status told of each event."""
        column = "TumorPathologyEvent_PerformanceStatus"
        for measure in self._subject.history.patient.performance_status:
            event = _event_at(measure.when, self._events)
            if event is None or measure.value is None:
                continue
            value = number(measure.value, "en")
            if measure.name == "ECOG" and codes.code("performance", value):
                event.row.values.setdefault(column, value)
            else:
                event.row.inexact.append(Inexact(column, f"{measure.name} {value}", measure.when))

    def _treatment(self, course: Course, event: str) -> Row | None:
        if course.status != "affirmed":
            return None
        row = self._row("Treatment", course.proofs, TumorPathologyEvent_Ref=event)
        row.put("Treatment_Type", codes.code("treatment", self._type(course)))
        if not row.values["Treatment_Type"]:
            row.inexact.append(Inexact("Treatment_Type", course.regimen or course.kind))
        row.put("Treatment_LineNumber", str(course.line) if course.line else "")
        row.date("Treatment_StartDate", course.start)
        row.date("Treatment_EndDate", course.end)
        row.put("Treatment_SurgeryResectionQuality", codes.code("margins", course.margins))
        if course.kind == "surgery":
            row.put("Treatment_SurgeryNature", course.procedure or "")
        for drug in course.drugs:
            of_drug = self._row("Drug", course.proofs[:1], Treatment_Ref=row.id, Drug_Name=drug.name)
            of_drug.put("Drug_Code", member := codes.atc(drug.atc))
            if drug.atc and member != f"ATC:{drug.atc}":
                of_drug.inexact.append(Inexact("Drug_Code", drug.atc))
        self._treated.append((course, row, event))
        return row

    def _type(self, course: Course) -> str:
        words = f"{course.procedure or ''} {course.site or ''} {self._fact(course.proofs[0]).quote}".lower()
        if course.kind == "radiotherapy" and any(word in words for word in _BRACHYTHERAPY):
            return "brachytherapy"
        if course.kind == "transplant" and any(word in words for word in _MARROW):
            return "bone marrow transplant"
        antibodies = [drug for drug in course.drugs if (drug.atc or "").startswith("L01F")]
        if course.kind == "targeted" and antibodies and len(antibodies) == len(course.drugs):
            return "monoclonal antibody"
        return course.kind

    def _responses(self, tumour: TumourRecord, courses: Sequence[tuple[Course, Row]]) -> None:
        """What is told of the courses, and each progression as the end of the course before it."""
        seen: set[tuple[str, str | None, str]] = set()

        def evaluate(status: str, date: When, proofs: Sequence[Proof], treatment: str) -> None:
            if status and (treatment, date.value, status) not in seen:
                seen.add((treatment, date.value, status))
                row = self._row("ResponseEvaluation", proofs, Treatment_Ref=treatment, Status=status)
                row.date("Date", date)

        begun: list[tuple[Course, Row]] = []
        for episode in tumour.episodes:
            if episode.kind == "progression" and not episode.suspected:
                before = next((row.id for course, row in reversed(begun) if course.kind in _ADVANCING), "")
                evaluate(codes.code("response", "progression"), episode.when, episode.proofs[:1], before)
            begun += [pair for pair in courses if pair[0] in episode.courses]
            for told in episode.responses:
                of = next((row.id for course, row in courses if set(told.proofs) & set(course.proofs)), "")
                evaluate(codes.code("response", told.result), told.when, told.proofs, of)

    def _facts(self, *types: str) -> Iterator[tuple[Proof, Fact]]:
        """The affirmed facts of some types in all reports, each told once."""
        seen: set[str] = set()
        for case in self._subject.cases:
            for place, fact in enumerate(case.facts):
                key = f"{fact.type} {fact.date} {sorted(fact.attributes.items(), key=str)}"
                if fact.type in types and fact.status == "affirmed" and (fact.date is None or key not in seen):
                    seen.add(key)
                    yield Proof(case.report.id, place), fact

    def _event_of(self, date: When) -> str:
        event = _event_at(date, self._events)
        return event.row.id if event else ""

    def _samples_and_analyses(self) -> None:
        for proof, fact in self._facts("procedure"):
            if fact.attributes["kind"] in _SAMPLED:
                self._sample(proof, fact)
        analyses: dict[tuple[str, str | None, str], Row] = {}
        for proof, fact in self._facts("imaging"):
            date = when(fact.date)
            row = self._row("Analysis", [proof], TumorPathologyEvent_Ref=self._event_of(date))
            row.put("Analysis_Code", fact.attributes["modality"])
            row.put("Analysis_Type", codes.code("analysis", "imaging"))
            row.date("Analysis_Date", date)
        for tumour, events in zip(self._subject.history.tumours, self._of_tumour, strict=True):
            for marker in tumour.biomarkers if events else ():
                event = (_event_at(marker.when, events) or events[0]).row.id
                self._marker(marker, codes.code("biomarker", marker.name), _technique(marker), event, analyses)
        for proof, fact in self._facts("lab"):
            told = fact.attributes
            measure = Measure(told["analyte"], told["value"], None, told.get("unit"), when(fact.date), (proof,))
            self._marker(measure, codes.code("lab", measure.name), "biology", self._event_of(measure.when), analyses)

    def _sample(self, proof: Proof, fact: Fact) -> None:
        date = when(fact.date)
        name = "BiologicalSample"
        row = self._row(name, [proof], TumorPathologyEvent_Ref=self._event_of(date))
        rank = sum(len(names) for names in self._samples.values()) + 1
        row.put(f"{name}_ExternalAccession", accession := f"{self._id}-{rank}")
        row.date(f"{name}_CollectDate", date)
        if fact.attributes.get("site"):
            row.inexact.append(Inexact(f"{name}_TopographyCode", fact.attributes["site"]))
        self._samples.setdefault(fact.date or "", []).append(accession)

    def _marker(
        self, marker: Measure, member: str, technique: str, event: str, analyses: dict[tuple[str, str | None, str], Row]
    ) -> None:
        if not member or (marker.value is None and marker.result is None):
            return
        key = (technique, marker.when.value, event)
        if key not in analyses:
            row = analyses[key] = self._row("Analysis", marker.proofs[:1], TumorPathologyEvent_Ref=event)
            row.put("Analysis_Type", codes.code("analysis", technique))
            row.date("Analysis_Date", marker.when)
            samples = self._samples.get(marker.when.value or "-", [])
            if technique != "biology" and len(samples) == 1:
                row.put("BiologicalSample_Ref", samples[0])
            if technique == "omic":
                row.put("Technology_PlatformName", codes.code("platform", "unknown"))
        value = number(marker.value, "en") if marker.value is not None else marker.result or ""
        if marker.name in _SHARED_CODES:
            value = f"{marker.name} {value}"
        of_marker = self._row("Biomarker", marker.proofs, Analysis_Ref=analyses[key].id)
        of_marker.put("Biomarker_Code", member)
        of_marker.put("Biomarker_Value", value)
        of_marker.put("Biomarker_Unit", (marker.unit or "") if marker.value is not None else "")

    def _adverse_events(self) -> None:
        for proof, fact in self._facts("adverse_event"):
            course = next((told for told in self._treated if proof in told[0].proofs), None)
            date = when(fact.date)
            row = self._row("AdverseEvent", [proof])
            row.put("Treatment_Ref", course[1].id if course else "")
            row.put("TumorPathologyEvent_Ref", course[2] if course else self._event_of(date))
            member = codes.adverse_event(terminologies.meddra(fact.attributes["term"]))
            row.put("AdverseEvent_Code", member, None if member else fact.attributes["term"])
            row.date("AdverseEvent_Date", date)
            grade = fact.attributes.get("grade")
            row.put("AdverseEvent_Grade", number(grade, "en") if grade is not None else "")

    def _family(self) -> None:
        for case in self._subject.cases:
            for place, fact in enumerate(case.facts):
                if fact.type == "tumour" and fact.status == "family":
                    row = self._row("FamilyCancerHistory", [Proof(case.report.id, place)])
                    told = fact.attributes.get("topography")
                    row.put("FamilyCancerHistory_TopographyCode", codes.topography(told))
                    row.put("FamilyCancerHistory_Parentage", _kinship(case, fact))


def _event_at(date: When, events: Sequence[_Event]) -> _Event | None:
    """The last event that began by a date; without a date the only event there is."""
    if len(events) == 1:
        return events[0]
    if date.latest is None:
        return None
    begun = [event for event in events if event.when.earliest is not None and event.when.earliest <= date.latest]
    return max(begun, key=lambda event: event.when.earliest or "", default=events[0] if events else None)


def _technique(marker: Measure) -> str:
    if marker.result in _MUTATION:
        return "omic"
    return "unknown" if marker.result in _ANY_TECHNIQUE else "pathology"


def _kinship(case: Case, fact: Fact) -> str:
    starts = case.report.sentences
    start = max((place for place in starts if place <= fact.start), default=0)
    end = min((place for place in starts if place >= fact.end), default=len(case.report.folded))
    return codes.kinship(case.report.folded[start:end], fact.start - start, fact.end - start)
