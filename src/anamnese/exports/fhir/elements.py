"""The small elements of FHIR resources: codings, concepts, quantities, dates, and what stands for the unknown."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from anamnese.lexicon.tables import read_table
from anamnese.record import When

Element = dict[str, Any]

SYSTEMS = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ncit": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "ucum": "http://unitsofmeasure.org",
    "atc": "http://www.whocc.no/atc",
    "icdo3": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "hgnc": "http://www.genenames.org/geneId",
    "meddra": "https://www.meddra.org",
    "ctcae": "http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system",
    "obscat": "http://terminology.hl7.org/CodeSystem/observation-category",
    "obsint": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "clinstatus": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "verstatus": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "condcat": "http://terminology.hl7.org/CodeSystem/condition-category",
    "doccat": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
    "v2-0074": "http://terminology.hl7.org/CodeSystem/v2-0074",
    "nullflavor": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
    "provtype": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "absent": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
}
"""The code systems by their aliases in `codes.tsv`."""

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
LATERALITY = MCODE + "mcode-laterality-qualifier"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@cache
def _codes() -> dict[tuple[str, str], Element]:
    rows = read_table(Path(__file__).with_name("codes.tsv"))
    return {(row["set"], row["key"]): coding(row["system"], row["code"], row["display"]) for row in rows}


@cache
def profile_url(name: str) -> str:
    """The URL of a profile of `profiles.tsv`. Raises KeyError for one that the table does not know."""
    return _profiles()[name]


@cache
def _profiles() -> dict[str, str]:
    return {row["profile"]: row["url"] for row in read_table(Path(__file__).with_name("profiles.tsv")) if row["url"]}


def coding(system: str, code: str, display: str | None = None) -> Element:
    """A code of a system, given by its alias."""
    return {"system": SYSTEMS[system], "code": code} | ({"display": display} if display else {})


def code(set_: str, key: str | None) -> Element | None:
    """The coding that the table `codes.tsv` gives to a value of the record; None where it has none."""
    return _codes().get((set_, key)) if key is not None else None


def fixed(key: str) -> Element:
    """The concept of a code that a profile fixes."""
    return {"coding": [_codes()["fixed", key]]}


def concept(text: str | None, *codings: Element | None) -> Element:
    """A concept: its codings, and its words where there are any."""
    found = [coding for coding in codings if coding is not None]
    return ({"coding": found} if found else {}) | ({"text": text} if text else {})


def absent(reason: str = "unknown") -> Element:
    """What stands in an element that a profile requires and the record does not know."""
    return {"extension": [{"url": _ABSENT, "valueCode": reason}]}


def absent_concept(reason: str = "unknown") -> Element:
    """The concept that says why there is no value."""
    return {"coding": [coding("absent", reason)]}


def extension(url: str, **value: Any) -> Element:
    """An extension with its value, given as `valueCoding=…`."""
    return {"url": url, **value}


def quantity(value: float, unit: str | None, ucum: str | None) -> Element:
    """A number with its unit as written, and its UCUM code where there is one."""
    element: Element = {"value": plain_number(value)}
    if unit or ucum:
        element["unit"] = unit or ucum
    if ucum:
        element |= {"system": SYSTEMS["ucum"], "code": ucum}
    return element


def plain_number(value: float) -> float | int:
    """A number without a needless fraction, and without the noise of binary fractions."""
    rounded = round(value, 6)
    return int(rounded) if float(rounded).is_integer() else rounded


def date_time(name: str, when: When | str | None, required: bool = False) -> Element:
    """The element `name` with a date as far as it is known; where not, nothing, or the reason if it is required."""
    value = when.value if isinstance(when, When) else when
    if value is not None:
        return {name: value}
    return {f"_{name}": absent()} if required else {}


def observed(when: When | str | None, required: bool = False) -> Element:
    """When a laboratory result or vital sign was observed: US Core wants a date to the day (us-core-1, vs-1).

    A month or a year is told as the period that it is."""
    value = when.value if isinstance(when, When) else when
    if value is None:
        return {"effectivePeriod": absent()} if required else {}
    if len(value) < len("2020-01-01"):
        return {"effectivePeriod": {"start": value, "end": value}}
    return {"effectiveDateTime": value}


def period(name: str, start: When, end: When, required: bool = False) -> Element:
    """A period with the ends that are known, in order; where none is, nothing, or the reason if it is required.

    An end that is merely left out would say that the period goes on."""
    if start.value and end.value and end.latest and start.earliest and end.latest < start.earliest:
        end = When()
    ends: Element = {key: when.value for key, when in (("start", start), ("end", end)) if when.value is not None}
    if ends:
        return {name: ends if "end" in ends else ends | {"_end": absent()}}
    return {name: absent()} if required else {}


def reference(target: str, display: str | None = None) -> Element:
    """A reference to a resource of the bundle, by its full URL."""
    return {"reference": target} | ({"display": display} if display else {})
