"""The words that checks look for: the `words` columns of the tables of this room, one automaton over all of them.

They stand apart from the lexicon of the rooms: they prove no fact. A channel is a table's name; words match whole words
of the folded text, line ends taken as spaces. Patterns are written as in docs/rooms.md (`(s)`, `[a|b]`, `;;`); one that
ends with `*` is the beginning of a word. A column `literal` holds words in which brackets are meant.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from anamnese.lexicon.tables import expand, read_table
from anamnese.reading.fold import fold

HERE = Path(__file__).parent


class Word(NamedTuple):
    """Where words of a table stand, and the row they are of."""

    start: int
    end: int
    row: dict[str, str]


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of this room's tables."""
    return tuple(read_table(HERE / f"{name}.tsv"))


@cache
def _automaton() -> tuple[AhoCorasick, list[list[tuple[str, dict[str, str], bool]]]]:
    entries: dict[str, list[tuple[str, dict[str, str], bool]]] = {}
    for path in sorted(HERE.glob("*.tsv")):
        for row in table(path.stem):
            patterns = [string for part in row.get("words", "").split(";;") for string in expand(fold(part.strip()))]
            for string in patterns + [fold(part.strip()) for part in row.get("literal", "").split(";;")]:
                if string:
                    entries.setdefault(string.rstrip("*"), []).append((path.stem, row, string.endswith("*")))
    automaton = AhoCorasick(list(entries), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
    return automaton, list(entries.values())


def find_words(flat: str) -> dict[str, list[Word]]:
    """The words of each table in a folded text without line ends, in order of place; of one table the longest where
    they nest.
    """
    automaton, entries = _automaton()
    found: dict[str, list[Word]] = {}
    length = len(flat)
    for index, start, end in automaton.find_matches_as_indexes(flat, overlapping=True):
        if start:
            sign, first = flat[start - 1], flat[start]
            if (sign.isalpha() and first.isalpha()) or (sign.isdigit() and first.isdigit()):
                continue  # inside a word; `8mg` is two words
        inside = end < length and flat[end].isalnum() and flat[end - 1].isalnum()
        for channel, row, beginning in entries[index]:
            if beginning or not inside:
                found.setdefault(channel, []).append(Word(start, end, row))
    return {channel: _longest(words) for channel, words in found.items()}


def _longest(words: list[Word]) -> list[Word]:
    words.sort(key=lambda word: (word.start, -word.end))
    kept: list[Word] = []
    for word in words:
        if not kept or word.end > kept[-1].end:
            kept.append(word)
    return kept
