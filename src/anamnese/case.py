"""The vocabulary of the whole program: what a case is made of.

A `Case` is a `Report` and what was read from it: `Fact`s, each tied to the words that prove it.
Offsets count Unicode code points of `Report.text` from 0, the end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from anamnese.unguarded import unguarded

STATUSES = ("affirmed", "suspected", "negated", "planned", "family")


class Span(NamedTuple):
    """A piece of a text: offsets in code points, `end` exclusive."""

    start: int
    end: int


class Section(NamedTuple):
    """A part of a report under one heading: `heading` is where the heading stands, `end` where the part ends."""

    kind: str
    heading: Span
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """A text as received, never changed, and its folded shadow of the same length that everything matches against."""

    id: str
    text: str
    folded: str
    sections: tuple[Section, ...] = ()
    sentences: tuple[int, ...] = ()
    """Where each sentence (or line of a list or table) begins, in order; the first is 0."""
    date: str | None = None
    """The day that a hospital document tells of, from its header; None for a report without one."""
    birth_date: str | None = None
    """The patient's date of birth, where the report tells it."""


@unguarded
@dataclass(frozen=True, slots=True)
class Fact:
    """What the text says, with the words that say it.

    `type` is a key of `FACT_TYPES`, `attributes` holds that type's attributes in their published order.
    `status` is one of `STATUSES`; `date` is `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or None where the text does not tell.
    """

    type: str
    start: int
    end: int
    quote: str
    attributes: dict[str, Any] = field(default_factory=dict)
    status: str = "affirmed"
    date: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The flat JSON object of the fact format: absent attributes and the default status are left out."""
        flat: dict[str, Any] = {"type": self.type, "quote": self.quote, "start": self.start, "end": self.end}
        flat.update(self.attributes)
        if self.status != "affirmed":
            flat["status"] = self.status
        if self.date is not None:
            flat["date"] = self.date
        return flat


@dataclass(frozen=True, slots=True)
class Case:
    """A report, and the facts read from it in order of place."""

    report: Report
    facts: tuple[Fact, ...]

    def of_type(self, kind: str) -> list[Fact]:
        """The facts of one type, in order of place."""
        return [fact for fact in self.facts if fact.type == kind]

    def to_json(self) -> dict[str, Any]:
        """`{"id", "facts": […]}`: the `facts` format."""
        return {"id": self.report.id, "facts": [fact.to_json() for fact in self.facts]}


METASTASIS_SITES = (
    "lymph_node", "liver", "lung", "bone", "brain", "meninges", "pleura", "peritoneum", "skin", "adrenal",
    "bone_marrow", "soft_tissue", "spleen", "kidney", "ovary", "pancreas", "eye", "gastrointestinal", "other",
)  # fmt: skip

DATE_PATTERN = r"^\d{4}(-\d\d(-\d\d)?)?$"
_DATE = {"type": "string", "pattern": DATE_PATTERN}
_STRING = {"type": "string", "minLength": 1}
_NUMBER = {"type": "number"}
_STRINGS = {"type": "array", "items": _STRING, "minItems": 1}
_NUMBERS = {"type": "array", "items": _NUMBER, "minItems": 1}
_MORPHOLOGY = {"type": "string", "pattern": r"^\d{4}/\d$"}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


FACT_TYPES: dict[str, dict[str, dict[str, Any]]] = {
    "section": {
        "kind": _one_of(
            "history", "exam", "investigations", "diagnosis", "treatment", "course", "discussion", "conclusion"
        )
    },
    "patient": {"sex": _one_of("female", "male"), "age_years": _NUMBER},
    "tumour": {
        "topography": {"type": "string", "pattern": r"^C\d\d(\.\d)?$"},
        "morphology": _MORPHOLOGY,
        "laterality": _one_of("left", "right", "bilateral"),
        "grade": _one_of("1", "2", "3", "4"),
    },
    "metastasis": {"site": _one_of(*METASTASIS_SITES)},
    "stage": {
        "system": _one_of("TNM", "stage", "FIGO", "Ann Arbor", "Breslow", "Gleason", "ISS", "other"),
        "prefix": _STRING, "t": _STRING, "n": _STRING, "m": _STRING, "group": _STRING,
    },
    "biomarker": {
        "name": _STRING,
        "result": _one_of(
            "positive", "negative", "equivocal", "mutated", "wild_type", "amplified", "rearranged", "stable", "unstable"
        ),
        "value": _NUMBER, "unit": _STRING,
    },
    "therapy": {
        "kind": _one_of(
            "chemotherapy", "targeted", "immunotherapy", "hormone", "radiotherapy", "surgery", "transplant",
            "embolisation", "other",
        ),
        "intent": _one_of("neoadjuvant", "adjuvant", "palliative", "curative"),
        "regimen": _STRING, "drugs": _STRINGS, "procedure": _STRING, "site": _STRING, "dose_gy": _NUMBER,
        "fractions": _NUMBER, "cycles": _NUMBER, "start_date": _DATE, "end_date": _DATE,
    },
    "medication": {
        "name": _STRING, "dose": _NUMBER, "unit": _STRING, "schedule": _STRING,
        "route": _one_of("iv", "oral", "sc", "im", "it", "ip", "topical"), "cycles": _NUMBER,
    },
    "response": {
        "category": _one_of(
            "complete", "partial", "stable", "progression", "pathologic_complete", "no_evidence_of_disease",
            "favourable",
        )
    },
    "event": {
        "kind": _one_of(
            "relapse_local", "relapse_regional", "relapse_distant", "relapse", "progression", "second_primary",
            "admission", "discharge", "death", "last_follow_up",
        )
    },
    "lab": {"analyte": _STRING, "value": _NUMBER, "unit": _STRING},
    "vital": {
        "name": _one_of(
            "blood_pressure", "heart_rate", "respiratory_rate", "spo2", "temperature", "weight", "height", "bmi", "pain"
        ),
        "value": {"type": ["number", "string"]},
    },
    "lesion": {"site": _STRING, "size_mm": _NUMBERS},
    "performance_status": {"scale": _one_of("ECOG", "Karnofsky"), "value": _NUMBER},
    "adverse_event": {"term": _STRING, "grade": _NUMBER},
    "procedure": {
        "kind": _one_of(
            "biopsy", "cytology", "endoscopy", "puncture", "culture", "immunohistochemistry", "molecular_test",
            "drainage", "transfusion",
        ),
        "site": _STRING,
    },
    "imaging": {
        "modality": _one_of(
            "ct", "mri", "pet", "ultrasound", "mammography", "xray", "scintigraphy", "echocardiography", "angiography"
        ),
        "site": _STRING,
    },
    "time": {"value": _DATE},
    "mention": {"code": _MORPHOLOGY},
}  # fmt: skip
"""Every fact type with its attributes and the values they may have, as JSON Schema."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "section": ("kind",), "tumour": ("topography",), "metastasis": ("site",), "stage": ("system",),
    "biomarker": ("name",), "therapy": ("kind",), "medication": ("name",), "response": ("category",),
    "event": ("kind",), "lab": ("analyte", "value"), "vital": ("name", "value"), "lesion": ("size_mm",),
    "performance_status": ("scale", "value"), "adverse_event": ("term",), "procedure": ("kind",),
    "imaging": ("modality",), "time": ("value",), "mention": ("code",),
}  # fmt: skip
"""The attributes without which a fact of a type says nothing."""


def facts_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the `facts` format."""
    variants: dict[str, Any] = {}
    for kind, attributes in FACT_TYPES.items():
        variants[kind] = {
            "type": "object",
            "properties": {
                "type": {"const": kind},
                "quote": {**_STRING, "description": "the verbatim words that prove the fact"},
                "start": {"type": "integer", "minimum": 0, "description": "code points from 0"},
                "end": {"type": "integer", "minimum": 1, "description": "exclusive"},
                "status": _one_of(*STATUSES),
                "date": _DATE,
                **attributes,
            },
            "required": ["type", "quote", "start", "end", *REQUIRED.get(kind, ())],
            "additionalProperties": False,
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "anamnese facts, version 1",
        "type": "object",
        "properties": {
            "id": _STRING,
            "facts": {"type": "array", "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in variants]}},
        },
        "required": ["id", "facts"],
        "$defs": variants,
    }
