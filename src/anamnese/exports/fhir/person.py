"""The person: Patient, age, performance status."""

from __future__ import annotations

from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.elements import Element, absent, date_time, fixed, plain_number, quantity
from anamnese.record import PatientRecord

_SCALES = {"ECOG": "mcode-ecog-performance-status", "Karnofsky": "mcode-karnofsky-performance-status"}


def add_person(chart: Chart) -> None:
    """The Patient and what is measured of the person as a whole."""
    patient = chart.history.patient
    elements: Element = {
        "identifier": [{"system": "urn:anamnese:patient", "value": chart.subject.id}],
        "name": [absent()],
        "gender": patient.sex or "unknown",
    }
    chart.add("Patient", "", ["mcode-cancer-patient"], elements | _birth(patient) | _death(patient), patient.proofs)
    if patient.age_years is not None:
        age = {
            "status": "final",
            "code": fixed("age"),
            "subject": chart.patient,
            **date_time("effectiveDateTime", patient.age_at),
            "valueQuantity": quantity(patient.age_years, "a", "a"),
        }
        chart.add("Observation", "age", [], age, (*patient.proofs, *patient.age_at.basis))
    for i, status in enumerate(patient.performance_status):
        if status.name not in _SCALES or status.value is None:
            continue
        elements = {
            "status": "final",
            "category": [fixed("survey")],
            "code": fixed(status.name),
            "subject": chart.patient,
            **date_time("effectiveDateTime", status.when),
            "valueInteger": int(plain_number(status.value)),
        }
        chart.add("Observation", f"performance-{i}", [_SCALES[status.name]], elements, status.proofs)


def _birth(patient: PatientRecord) -> Element:
    """The date of birth as told; its year where the ages at dates allow but one."""
    if patient.birth_date:
        return {"birthDate": patient.birth_date}
    if patient.birth_year and patient.birth_year[0] == patient.birth_year[1]:
        return {"birthDate": f"{patient.birth_year[0]:04d}"}
    return {}


def _death(patient: PatientRecord) -> Element:
    """The day of death, or whether the last news tells of a death; nothing where no news does."""
    if patient.death.value is not None:
        return {"deceasedDateTime": patient.death.value}
    if patient.vital_status is None:
        return {}
    return {"deceasedBoolean": patient.vital_status == "dead"}
