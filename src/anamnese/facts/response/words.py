"""Small tables of words that a rule looks up beside its hits."""

from __future__ import annotations

from pathlib import Path

from anamnese.lexicon.tables import expand, read_table
from anamnese.reading.fold import fold


def load_words(path: Path, value: str = "") -> dict[str, str]:
    """The folded words of a table's `words` column, each with the row's `value` column."""
    return {
        fold(string.strip()): row.get(value, "")
        for row in read_table(path)
        for alternative in row["words"].split(";;")
        for string in expand(alternative)
    }
