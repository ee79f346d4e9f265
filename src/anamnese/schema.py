"""JSON Schemas of the records, made from their dataclasses: what `plain` gives validates against them."""

from __future__ import annotations

from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from anamnese.case import DATE_PATTERN
from anamnese.record import Finding, History

_DATES = frozenset({"birth_date", "value", "earliest", "latest"})
"""Fields whose strings are partial dates, in `When` and `PatientRecord`."""


def history_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `anamnese history --format json`."""
    return _schema("anamnese history, version 1", History)


def findings_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one case's list of findings."""
    definitions: dict[str, Any] = {}
    item = _of(Finding, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "anamnese findings, version 1",
        "type": "array",
        "items": item,
        "$defs": definitions,
    }


def _schema(title: str, record: type) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    top = _of(record, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **top, "$defs": definitions}


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; dataclasses and named tuples are put among the definitions once."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        rest = [part for part in inside if part is not NoneType]
        return _of(rest[0], definitions) if len(rest) == 1 else {"anyOf": [_of(part, definitions) for part in rest]}
    if origin is Literal:
        return {"enum": list(inside)}
    if origin is tuple:
        if len(inside) == 2 and inside[1] is Ellipsis:
            return {"type": "array", "items": _of(inside[0], definitions)}
        return {"type": "array", "prefixItems": [_of(part, definitions) for part in inside], "items": False}
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        name = kind.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _record(kind, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return {str: {"type": "string"}, float: {"type": "number"}, int: {"type": "integer"}, bool: {"type": "boolean"}}[
        kind
    ]


def _record(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a dataclass or named tuple: what may be absent (None, or an empty list) is not required."""
    hints = get_type_hints(kind)
    properties = {name: _of(hint, definitions) for name, hint in hints.items()}
    if kind.__name__ in ("When", "PatientRecord"):
        for name in _DATES & set(properties):
            properties[name] = {"type": "string", "pattern": DATE_PATTERN}
    required = [name for name, hint in hints.items() if not _may_be_absent(hint)]
    described = {"description": " ".join((kind.__doc__ or "").split())} if kind.__doc__ else {}
    return {
        **described,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _may_be_absent(hint: Any) -> bool:
    """Whether `plain` may leave a field out: it may be None, or is a list, which is left out where it is empty."""
    inside = get_args(hint)
    return NoneType in inside or get_origin(hint) is tuple
