"""Tables of terms: the rows of every `*.tsv` of the package, their patterns expanded (see docs/rooms.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from anamnese.reading.fold import marked, spelt_out

PACKAGE = Path(__file__).parent.parent
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


class TableError(Exception):
    """A table that ships with the program is malformed: which file, which line, what."""


@dataclass(slots=True, eq=False)
class Term:
    """One row of a table. `row` has all its columns; `name` and `code` are its canonical form."""

    channel: str
    pattern: str
    row: dict[str, str]
    name: str
    code: str


class Pattern(NamedTuple):
    """One expanded, normalised pattern of a term: words of `[a-z0-9]` with single spaces."""

    words: str
    term: Term
    exact: str | None
    misspelt: bool
    """Whether the word may be misspelt in a text."""


def normalise(text: str) -> str:
    """The form in which patterns and texts meet: folded, ligatures spelt out, all but letters and digits a space."""
    return _words(_unaccented(text))


def _words(text: str) -> str:
    """The second half of `normalise`: most of what is left needs no substitution."""
    if text.isascii() and text.replace(" ", "a").isalnum() and "  " not in text:
        return text.strip()
    return _NOT_WORD.sub(" ", text).strip()


def _unaccented(text: str) -> str:
    """The first half of `normalise`: signs that patterns are written with are kept."""
    if text.isascii():
        return text.lower()
    return spelt_out(marked(text))


def expand(pattern: str) -> list[str]:
    """All strings that a pattern with `(optional)` and `[one|of|these]` stands for."""
    if "(" not in pattern and "[" not in pattern:
        return [pattern]
    parts = _GROUP.split(pattern)
    if len(parts) > 1 and not any("(" in text or "[" in text for text in parts[::3]):  # no group in a group
        strings = [parts[0]]
        for one, many, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            tails = [choice + text for choice in (("", one) if one is not None else many.split("|"))]
            strings = [string + tail for string in strings for tail in tails]
        return strings
    start = min(place for place in (pattern.find("("), pattern.find("[")) if place >= 0)
    end = _closing(pattern, start)
    if end is None:
        return [pattern]
    inside = pattern[start + 1 : end]
    if pattern[start] == "(":
        told = ["", *expand(inside)]
    else:
        told = [string for choice in _choices(inside) for string in expand(choice)]
    tails = expand(pattern[end + 1 :])
    return [pattern[:start] + choice + tail for choice in told for tail in tails]


def _closing(pattern: str, start: int) -> int | None:
    """Where the group that opens at `start` closes."""
    depth = 0
    for place in range(start, len(pattern)):
        depth += (pattern[place] in "([") - (pattern[place] in ")]")
        if not depth:
            return place
    return None


def _choices(inside: str) -> list[str]:
    """The alternatives of a group: parted by the bars that stand in no group inside it."""
    choices, depth = [""], 0
    for char in inside:
        depth += (char in "([") - (char in ")]")
        if char == "|" and not depth:
            choices.append("")
        else:
            choices[-1] += char
    return choices


def tables() -> list[Path]:
    """Every table of the package, in a fixed order."""
    return sorted(PACKAGE.glob("*/*.tsv")) + sorted(PACKAGE.glob("facts/*/*.tsv"))


def channel_of(table: Path) -> str:
    """The channel that a table feeds: `terms.tsv` its folder's name, any other table its own."""
    return table.parent.name if table.stem == "terms" else table.stem


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table as dictionaries. Raises `TableError` where a row has more cells than the header."""
    columns: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if columns is None:
            columns = cells
            continue
        if len(cells) > len(columns):
            raise TableError(f"{path.name} line {number}: {len(cells)} cells for {len(columns)} columns")
        if len(cells) < len(columns):
            cells += [""] * (len(columns) - len(cells))
        yield dict(zip(columns, cells, strict=True))


_pattern = partial(tuple.__new__, Pattern)
"""Half the cost of `Pattern(…)`."""


def patterns_of(path: Path) -> Iterator[Pattern]:
    """The expanded patterns of a table's rows; none for a table without a `pattern` column."""
    channel = channel_of(path)
    for row in read_table(path):
        if "pattern" not in row:
            return
        term = Term(channel, row["pattern"], row, row.get("name", ""), row.get("code", ""))
        for alternative in row["pattern"].split(";;"):
            alternative = alternative.strip()
            exact, misspelt = alternative.startswith("="), alternative.startswith("~")
            if exact:
                for string in expand(alternative[1:]):
                    yield Pattern(normalise(string), term, string, False)
            else:
                for string in expand(_unaccented(alternative.lstrip("~"))):
                    yield _pattern((_words(string), term, None, misspelt))
