"""The forms by which a fact is corrected or added: one field an attribute, of the kind that its schema asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from anamnese.case import FACT_TYPES, REQUIRED, STATUSES
from anamnese.labels import Language, label
from anamnese.web.rendering import say

_TERMS = {
    ("tumour", "topography"): "topography", ("tumour", "morphology"): "morphology", ("mention", "code"): "morphology",
    ("medication", "name"): "drug", ("therapy", "drugs"): "drug", ("therapy", "regimen"): "regimen",
    ("therapy", "procedure"): "procedure", ("biomarker", "name"): "biomarker", ("lab", "analyte"): "analyte",
    ("adverse_event", "term"): "adverse_event",
}  # fmt: skip
"""Attributes with autocompletion, and the terminology of `/api/terms/` behind each."""

_WIDE = frozenset({"topography", "morphology", "drugs", "term", "procedure", "code"})
"""Attributes whose values are long."""

_HIDDEN = frozenset({"section", "time", "mention"})
"""Kinds that a person corrects but does not add: they serve the reading."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `control`: choice, number, numbers, text, texts, date or measure (a number or a text such as 12/8)."""

    name: str
    words: str
    control: str
    required: bool
    wide: bool
    options: tuple[tuple[str, str], ...] = ()
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a kind of fact. `addable`: offered where a fact is added."""

    kind: str
    words: str
    fields: tuple[Field, ...]
    addable: bool


@cache
def forms(language: Language) -> tuple[Form, ...]:
    """A form for every kind of fact."""
    return tuple(
        Form(
            kind,
            say(f"review.kind.{kind}", language),
            tuple(_field(kind, name, schema, language) for name, schema in attributes.items()),
            kind not in _HIDDEN,
        )
        for kind, attributes in FACT_TYPES.items()
    )


@cache
def statuses(language: Language) -> tuple[tuple[str, str], ...]:
    """The choices of certainty."""
    return tuple((status, say(f"review.status.{status}", language)) for status in STATUSES)


def _field(kind: str, name: str, schema: dict[str, Any], language: Language) -> Field:
    options = tuple((value, label(value, language, name)) for value in schema.get("enum", ()))
    return Field(
        name,
        say(f"review.attribute.{name}", language),
        "choice" if options else _control(name, schema),
        name in REQUIRED.get(kind, ()),
        name in _WIDE,
        options,
        _TERMS.get((kind, name), ""),
    )


def _control(name: str, schema: dict[str, Any]) -> str:
    if schema["type"] == "array":
        return "numbers" if schema["items"]["type"] == "number" else "texts"
    if isinstance(schema["type"], list):
        return "measure"
    if name.endswith("_date") or (name == "value" and "pattern" in schema):
        return "date"
    return "number" if schema["type"] == "number" else "text"
