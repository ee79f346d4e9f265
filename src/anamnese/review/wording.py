"""Facts that a person words: checked against the fact format, with refusals that say what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from anamnese.case import FACT_TYPES, REQUIRED, STATUSES, Fact
from anamnese.review.refusal import Refused

LONGEST = 1000
"""The most characters of a value; the longest that the lexicon has are under a hundred."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TOLD = 60
"""The most characters of a value that a refusal tells."""
_NO_DATE = frozenset({"", None})
_KEPT = frozenset({"type", "quote", "start", "end", "status", "date", "report", "attributes"})


def flat_of(after: Mapping[str, Any]) -> dict[str, Any]:
    """What a person sent as one flat object: attributes may stand in an object of their own."""
    inside = after.get("attributes")
    if inside is not None and not isinstance(inside, Mapping):
        raise Refused("« attributes » doit être un objet", "`attributes` must be an object")
    flat = {name: value for name, value in after.items() if name != "attributes"}
    return {**flat, **(inside or {})}


def worded(flat: Mapping[str, Any], text: str, like: Fact | None = None) -> Fact:
    """The fact that a person words. What says where it stands may be left out where it is `like` another; the quote is
    always what the text has there. Raises `Refused`."""
    kind = flat.get("type", like.type if like else None)
    if kind not in FACT_TYPES:
        raise Refused(f"type de fait inconnu : {kind}", f"unknown type of fact: {kind}")
    start, end = flat.get("start", like.start if like else None), flat.get("end", like.end if like else None)
    if not _is_place(start, end, text):
        raise Refused(
            "le passage choisi n'est pas dans le texte ; sélectionnez-le à nouveau",
            "the chosen words are not in the text; select them again",
        )
    assert isinstance(start, int) and isinstance(end, int)
    status = flat.get("status") or "affirmed"
    if status not in STATUSES:
        raise Refused(f"statut inconnu : {status}", f"unknown status: {status}")
    attributes = _attributes(kind, {name: value for name, value in flat.items() if name not in _KEPT})
    return Fact(kind, start, end, text[start:end], attributes, status, _date("date", flat.get("date")))


def _is_place(start: object, end: object, text: str) -> bool:
    whole = all(isinstance(place, int) and not isinstance(place, bool) for place in (start, end))
    if not whole:
        return False
    assert isinstance(start, int) and isinstance(end, int)
    return 0 <= start < end <= len(text) and bool(text[start:end].strip())


def _attributes(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes in the published order, without empty ones; each as the type's schema has it."""
    known = FACT_TYPES[kind]
    for name in given:
        if name not in known:
            raise Refused(f"un fait « {kind} » n'a pas d'attribut « {name} »", f"a {kind} fact has no attribute {name}")
    found = {}
    for name, schema in known.items():
        value = given.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "" or value == []:
            continue
        found[name] = _value(name, value, schema)
    missing = [name for name in REQUIRED.get(kind, ()) if name not in found]
    if missing or (kind == "patient" and not found):
        names = ", ".join(missing or known)
        raise Refused(f"il manque : {names}", f"missing: {names}")
    return found


def _value(name: str, value: Any, schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        if value in schema["enum"]:
            return value
        raise _wrong(name, value)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in kinds:
        if isinstance(value, list) and value:
            return [_value(name, part, schema["items"]) for part in value]
    elif "number" in kinds and isinstance(value, int | float) and not isinstance(value, bool):
        if value == value and abs(value) != float("inf"):
            return value
    elif "string" in kinds and isinstance(value, str) and value and len(value) <= LONGEST and _is_writable(value):
        if name.endswith("_date"):
            return _date(name, value)
        if "pattern" not in schema or re.fullmatch(schema["pattern"].strip("^$"), value):
            return value
    raise _wrong(name, value)


def _is_writable(value: str) -> bool:
    """Whether every database and file can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _date(name: str, value: Any) -> str | None:
    """A partial date that is one of the calendar."""
    if value in _NO_DATE:
        return None
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match:
        try:
            date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError:
            match = None
    if match is None:
        told = _told(value)
        raise Refused(
            f"{name} : « {told} » n'est pas une date (AAAA, AAAA-MM ou AAAA-MM-JJ)",
            f"{name}: {told} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)",
        )
    return str(value)


def _wrong(name: str, value: Any) -> Refused:
    told = _told(value)
    return Refused(f"{name} : valeur impossible « {told} »", f"{name}: impossible value {told}")


def _told(value: object) -> str:
    """A value as a refusal tells it, which any answer can hold."""
    return str(value)[:_TOLD].encode("utf-8", "replace").decode()
