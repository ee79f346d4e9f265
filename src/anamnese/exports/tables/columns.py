"""The columns of the tables: their types and their headings in French and English, from `columns.tsv`.

A date that may be incomplete (`when`) is five columns: the date where it is known to the day, what is told of it, the
first and last day that it may be, and how surely it is known (`stated`, `inferred`, `placed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from anamnese.labels import Language
from anamnese.lexicon.tables import read_table
from anamnese.record import When

Type = Literal["text", "integer", "number", "boolean", "date"]
Cell = str | int | float | bool | date | None

_WHEN: tuple[tuple[str, Type, str, str], ...] = (
    ("", "date", "", ""),
    ("_told", "text", "_dit", "_told"),
    ("_earliest", "date", "_au_plus_tôt", "_earliest"),
    ("_latest", "date", "_au_plus_tard", "_latest"),
    ("_certainty", "text", "_certitude", "_certainty"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in rows, the type of its cells, its heading in each language."""

    name: str
    type: Type
    french: str
    english: str

    def heading(self, language: Language) -> str:
        """The heading in a language."""
        return self.french if language == "fr" else self.english


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name in rows, its file's name in each language, its columns in order."""

    name: str
    french: str
    english: str
    columns: tuple[Column, ...]

    def title(self, language: Language) -> str:
        """The name of its file and sheet in a language."""
        return self.french if language == "fr" else self.english

    def headings(self, language: Language) -> list[str]:
        """The headings of its columns."""
        return [column.heading(language) for column in self.columns]

    def cells(self, row: Mapping[str, Cell]) -> list[Cell]:
        """The cells of a row in the order of the columns, each of its column's type."""
        return [_typed(row.get(column.name), column.type) for column in self.columns]


@cache
def tables() -> dict[str, Table]:
    """The tables by name, in order."""
    heads: dict[str, dict[str, str]] = {}
    columns: dict[str, list[Column]] = {}
    for row in read_table(Path(__file__).with_name("columns.tsv")):
        if row["type"] == "table":
            heads[row["table"]] = row
        else:
            columns.setdefault(row["table"], []).extend(_columns(row))
    return {name: Table(name, head["french"], head["english"], tuple(columns[name])) for name, head in heads.items()}


def _columns(row: dict[str, str]) -> Iterator[Column]:
    if row["type"] == "when":
        for suffix, type, french, english in _WHEN:
            yield Column(row["column"] + suffix, type, row["french"] + french, row["english"] + english)
    else:
        yield Column(row["column"], row["type"], row["french"], row["english"])  # type: ignore[arg-type]


def when_cells(name: str, told: When) -> dict[str, Cell]:
    """The five cells of a date; all empty where nothing is told."""
    if told.value is None:
        return {}
    return {
        name: day(told.value),
        f"{name}_told": told.value,
        f"{name}_earliest": day(told.earliest),
        f"{name}_latest": day(told.latest),
        f"{name}_certainty": told.certainty,
    }


def day(value: str | None) -> date | None:
    """A date known to the day; None for any other."""
    if value is None or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _typed(value: Cell, type: Type) -> Cell:
    """A cell as its column's type has it: no empty text, numbers as floats, counts as integers."""
    if value is None or value == "":
        return None
    if type == "number":
        return float(value)  # type: ignore[arg-type]
    return int(value) if type == "integer" else value  # type: ignore[arg-type]
