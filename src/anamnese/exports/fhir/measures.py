"""What is measured and what happened beside the disease: laboratory results, vital signs, adverse events."""

from __future__ import annotations

import re
from functools import cache

from anamnese.exports.fhir.chart import Chart, Told
from anamnese.exports.fhir.elements import (
    Element,
    code,
    coding,
    concept,
    date_time,
    extension,
    fixed,
    observed,
    quantity,
)
from anamnese.exports.fhir.treatment import course_resource
from anamnese.exports.terminologies import loinc, meddra
from anamnese.labels import label
from anamnese.lexicon.tables import PACKAGE, read_table
from anamnese.record import When

_VITAL_PROFILES = {
    "blood_pressure": "us-core-blood-pressure",
    "heart_rate": "us-core-heart-rate",
    "respiratory_rate": "us-core-respiratory-rate",
    "spo2": "us-core-pulse-oximetry",
    "temperature": "us-core-body-temperature",
    "weight": "us-core-body-weight",
    "height": "us-core-body-height",
    "bmi": "us-core-bmi",
}
_CENTIMETRES = 30
"""A pressure below this is told in centimetres of mercury, as is usual in French: 12/7 is 120/70 mmHg."""
_GRADE_URL = "http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade"


def add_measures(chart: Chart) -> None:
    """All of them, each told once."""
    for i, told in enumerate(chart.told("lab", "analyte", "value", "unit")):
        _add_lab(chart, i, told)
    for i, told in enumerate(chart.told("vital", "name", "value")):
        _add_vital(chart, i, told)
    for i, told in enumerate(chart.told("adverse_event", "term", "grade")):
        if told.fact.status != "planned":
            _add_adverse_event(chart, i, told)


def _observed(chart: Chart, told: Told, required: bool = False) -> Element:
    return {
        "status": "preliminary" if told.fact.status == "suspected" else "final",
        "subject": chart.patient,
        **observed(told.fact.date, required),
    }


@cache
def _units() -> dict[str, str]:
    """The UCUM code of a unit as the facts write it; in small letters too, where that is no other unit (mU, MU)."""
    codes: dict[str, str] = {}
    small: dict[str, set[str]] = {}
    for row in read_table(PACKAGE / "facts" / "lab" / "units.tsv"):
        if row["ucum"]:
            for form in (row["form"], row["unit"] or row["form"]):
                codes.setdefault(form, row["ucum"])
                small.setdefault(form.lower(), set()).add(row["ucum"])
    return {form: ucums.pop() for form, ucums in small.items() if len(ucums) == 1} | codes


_LITRE = re.compile(r"(?<=/)([dcmunµ]?)l\b")


def _ucum(unit: str | None) -> str | None:
    """The UCUM code of a unit; both letters that look like a micro sign are one, and a litre is written l or L."""
    unit = _LITRE.sub(r"\1L", (unit or "").replace("\u03bc", "\u00b5"))
    return _units().get(unit) or _units().get(unit.lower())


@cache
def _usual_units() -> dict[str, str]:
    """The unit that the LOINC code of an analyte's table stands for."""
    rows = read_table(PACKAGE / "facts" / "lab" / "terms.tsv")
    return {row["name"]: row["ucum"] for row in rows if row["code"] and row["ucum"]}


_PROPERTIES = (
    ("substance", re.compile(r"mol|(?<![a-z])m?eq/")),
    ("mass", re.compile(r"^[munpf]?g/")),
    ("units", re.compile(r"U\b|U\]")),
    ("count", re.compile(r"^10\*|^/|^\{")),
)


def _property(ucum: str) -> str:
    """What a unit measures, as LOINC tells codes apart: `mass/volume`, `substance/volume`, `mass/time` …"""
    per = "time" if re.search(r"/\(?(?:24\.)?(?:h|d|min)\)?$", ucum) else "volume"
    return next((f"{name}/{per}" for name, form in _PROPERTIES if form.search(ucum)), ucum)


def _analyte(analyte: str, ucum: str | None) -> Element | None:
    """The LOINC code of an analyte in its unit. Where the unit is of another property than the code, or is not told of
    an analyte that is measured in several, a code would say more than the report."""
    known = loinc("lab", analyte)
    usual = _usual_units().get(analyte)
    if ucum is None:
        return None if code("lab", f"{analyte} mass/volume") else coding("loinc", known) if known else None
    if usual is not None and _property(usual) != _property(ucum):
        return code("lab", f"{analyte} {_property(ucum)}")
    return coding("loinc", known) if known else None


def _add_lab(chart: Chart, i: int, told: Told) -> None:
    attributes = told.fact.attributes
    analyte, unit = attributes["analyte"], attributes.get("unit")
    marker = code("serum_marker", analyte)
    ucum = _ucum(unit)
    coded = _analyte(analyte, ucum)
    elements = _observed(chart, told) | {
        "category": [fixed("laboratory")],
        "code": concept(analyte, coded),
        "valueQuantity": quantity(attributes["value"], unit, ucum),
    }
    profile = "mcode-tumor-marker-test" if marker else "us-core-observation-lab"
    chart.add("Observation", f"lab-{i}", [profile], elements, told.proofs)


def _add_vital(chart: Chart, i: int, told: Told) -> None:
    name, value = told.fact.attributes["name"], told.fact.attributes["value"]
    also = code("vital", "oxygen_saturation") if name == "spo2" else None
    elements = _observed(chart, told, required=True) | {
        "category": [fixed("vital-signs")],
        "code": concept(label(name, "fr"), code("vital", name), also),
    }
    if name == "blood_pressure":
        elements["component"] = _pressures(str(value))
    else:
        elements["valueQuantity"] = _in_unit(name, float(value))
    profiles = [_VITAL_PROFILES[name]] if name in _VITAL_PROFILES else []
    chart.add("Observation", f"vital-{i}", profiles, elements, told.proofs)


def _in_unit(name: str, value: float) -> Element:
    unit = code("vital_unit", name) or {}
    return quantity(value, unit.get("display"), unit.get("code"))


def _pressures(value: str) -> list[Element]:
    """Systolic and diastolic pressure in millimetres of mercury."""
    figures = [float(figure.replace(",", ".")) for figure in value.split("/")]
    scale = 10 if figures[0] < _CENTIMETRES else 1
    return [
        {"code": concept(None, code("vital", name)), "valueQuantity": _in_unit("blood_pressure", figure * scale)}
        for name, figure in zip(("systolic", "diastolic"), figures, strict=False)
    ]


def _add_adverse_event(chart: Chart, i: int, told: Told) -> None:
    """An adverse event with its CTCAE grade. The draft CTCAE profile wants a grade: one without claims no profile."""
    attributes = told.fact.attributes
    term, grade = attributes["term"], attributes.get("grade")
    doubt = f" ({label('status.suspected', 'fr')})" if told.fact.status == "suspected" else ""
    known = meddra(term)
    suspects = [{"instance": course_resource(chart, placed)} for placed in chart.courses_of(told.proofs)]
    graded = concept(f"grade {label(grade, 'fr')}", coding("ctcae", label(grade, "fr"))) if grade is not None else None
    elements: Element = {
        **({"extension": [extension(_GRADE_URL, valueCodeableConcept=graded)]} if graded else {}),
        "actuality": "actual",
        "event": concept(term + doubt, coding("meddra", known) if known else None),
        "subject": chart.patient,
        **date_time("date", When(told.fact.date)),
        **({"suspectEntity": suspects} if suspects else {}),
    }
    chart.add("AdverseEvent", f"event-{i}", ["ctc-adverse-event"] if graded else [], elements, told.proofs)
