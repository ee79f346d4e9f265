"""Facts as brat entities: the type, what has a closed list of values as attributes, codes as references, the rest as
a note.

An entity's type is the fact's, but a `mention` is a `morphology`: that and its code alone as the note are the form of
the
CANTEMIST and FRACCO corpora, so that a folder written here is gold for `anamnese evaluate` as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anamnese.case import FACT_TYPES, STATUSES, Case, Fact
from anamnese.exports import terminologies
from anamnese.exports.brat.standoff import Attribute, Entity, Reference, fragments, one_line
from anamnese.labels import code_name
from anamnese.lexicon.tables import read_table

MORPHOLOGY = "morphology"
"""The entity type of a mention of a neoplasm."""

_NOT_WORD = re.compile(r"\W")


def entities(case: Case) -> Iterator[Entity]:
    """The facts of a case as entities, in order of place."""
    text = case.report.text
    for fact in case.facts:
        spans = fragments(text, fact.start, fact.end)
        if spans:
            yield Entity(
                entity_type(fact.type),
                spans,
                " ".join(text[start:end] for start, end in spans),
                tuple(_attributes(fact)),
                tuple(_references(fact)),
                tuple(_notes(fact)),
            )


def entity_type(fact_type: str) -> str:
    """The entity type of a fact type."""
    return MORPHOLOGY if fact_type == "mention" else fact_type


def enumerated(fact_type: str) -> dict[str, tuple[str, ...]]:
    """The attributes of a fact type that have a closed list of values."""
    return {name: tuple(schema["enum"]) for name, schema in FACT_TYPES[fact_type].items() if "enum" in schema}


def attribute_name(fact_type: str, attribute: str) -> str:
    """The name of an attribute in brat, where one name has one list of values."""
    return f"{fact_type}_{attribute}"


def _attributes(fact: Fact) -> Iterator[Attribute]:
    if fact.status != "affirmed":
        yield Attribute("status", fact.status)
    for name in enumerated(fact.type):
        if fact.attributes.get(name) is not None:
            yield Attribute(attribute_name(fact.type, name), str(fact.attributes[name]))


def _references(fact: Fact) -> Iterator[Reference]:
    """The codes of a fact. Signs other than letters and digits are `_` in `id`, where readers take no others; the
    label has the code itself."""
    for resource, code, name in _codes(fact):
        yield Reference(resource, _NOT_WORD.sub("_", code), one_line(f"{code} {name}"))


def _codes(fact: Fact) -> Iterator[tuple[str, str, str]]:
    told = fact.attributes
    if fact.type == "tumour":
        for name in ("topography", "morphology"):
            if told.get(name):
                yield "ICDO3", told[name], code_name(told[name])
    elif fact.type == "mention":
        yield "ICDO3", told["code"], code_name(told["code"])
    elif fact.type in ("medication", "therapy"):
        for drug in told.get("drugs") or [told.get("name")]:
            if drug and (code := terminologies.atc(drug)):
                yield "ATC", code, drug
    elif fact.type == "adverse_event":
        if code := terminologies.meddra(told["term"]):
            yield "MedDRA", code, told["term"]
    elif fact.type == "biomarker" and (symbol := terminologies.gene(told["name"])):
        yield "HGNC", symbol, told["name"]
    elif fact.type in ("lab", "vital", "performance_status", "biomarker"):
        name = told["analyte" if fact.type == "lab" else "scale" if fact.type == "performance_status" else "name"]
        if code := terminologies.loinc(fact.type, name):
            yield "LOINC", code, name


def _notes(fact: Fact) -> Iterator[str]:
    """What has no closed list of values, as `name: value; …`; of a mention its code alone, as in the corpora."""
    if fact.type == "mention":
        yield fact.attributes["code"]
        return
    closed = enumerated(fact.type)
    parts = [
        f"{name}: {_plain(value)}"
        for name, value in fact.attributes.items()
        if name not in closed and value is not None
    ]
    if fact.date is not None:
        parts.append(f"date: {fact.date}")
    if parts:
        yield one_line("; ".join(parts))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def annotation_conf() -> str:
    """`annotation.conf`: what brat must know to show and edit the entities and their attributes."""
    lines = [
        "[entities]",
        *(entity_type(kind) for kind in FACT_TYPES),
        "",
        "[relations]",
        "",
        "[events]",
        "",
        "[attributes]",
    ]
    lines.append(f"status\tArg:<ENTITY>, Value:{'|'.join(STATUSES)}")
    for kind in FACT_TYPES:
        for name, values in enumerated(kind).items():
            lines.append(f"{attribute_name(kind, name)}\tArg:{entity_type(kind)}, Value:{'|'.join(values)}")
    return "\n".join(lines) + "\n"


def visual_conf(english: bool = False) -> str:
    """`visual.conf`: the labels of the entity types."""
    rows = read_table(Path(__file__).with_name("types.tsv"))
    labels = [f"{row['type']} | {row['en' if english else 'fr']}" for row in rows]
    return "\n".join(["[labels]", *labels, "", "[drawing]"]) + "\n"
