"""The words that a person reads for codes and values, in French and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from anamnese.lexicon.tables import PACKAGE, read_table

Language = Literal["fr", "en"]


@cache
def _rows() -> dict[str, dict[str, dict[str, str]]]:
    """The rows of the values of each attribute, and of all keys as they are written for the attribute `""`."""
    written = {row["key"]: row for row in read_table(Path(__file__).with_name("labels.tsv"))}
    rows = {"": written}
    for key, row in written.items():
        attribute, told, value = key.partition("=")
        if told:
            rows.setdefault(attribute, {})[value] = row
    return rows


def label(value: Any, language: Language, attribute: str = "") -> str:
    """What a person reads for a value (of an attribute); the value itself where it needs no words."""
    if not isinstance(value, str):
        return number(value, language) if isinstance(value, float | int) else str(value)
    row = _row(value, attribute)
    return row[language] if row else value


def labels(value: Any, attribute: str = "") -> tuple[str, str]:
    """What a person reads for a value in French and in English."""
    row = _row(value, attribute) if isinstance(value, str) else None
    if row:
        return row["fr"], row["en"]
    return (value, value) if isinstance(value, str) else (label(value, "fr"), label(value, "en"))


def _row(value: str, attribute: str) -> dict[str, str] | None:
    rows = _rows()
    own = rows.get(attribute) if attribute else None
    return (own.get(value) if own else None) or rows[""].get(value)


def number(value: float, language: Language) -> str:
    """A number as the language writes it, without a needless fraction."""
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value))
    text = str(value)
    return text.replace(".", ",") if language == "fr" else text


@cache
def _names(table: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in read_table(PACKAGE / table):
        if row.get("code") and row.get("name"):
            names.setdefault(row["code"], row["name"])
    return names


def code_name(code: str, language: Language = "fr") -> str:
    """The name of an ICD-O-3 topography or morphology code; empty where the tables have none."""
    if language == "en":
        return _names("lexicon/english.tsv").get(code, "")
    return _names("lexicon/topography.tsv" if code.startswith("C") else "facts/tumour/morphology.tsv").get(code, "")
