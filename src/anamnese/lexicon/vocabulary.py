"""What all tables come to: the patterns that are searched for, and what each means.

Reading ten thousand rows and expanding their patterns takes a third of the time in which the program starts. What comes
of it is therefore kept in the user's cache folder, and taken from there as long as no table has changed. Nothing of a
report is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_cache_path

from anamnese.lexicon.tables import PACKAGE, Term, patterns_of, tables

_MAKERS = ("lexicon/tables.py", "lexicon/vocabulary.py", "reading/fold.py")
"""The modules on which it hangs, besides the tables, what comes of them."""

Entry = Term | tuple[Term, ...] | list[tuple[Term, str | None]]
"""The term of a pattern, or its terms, or each with the letters that the text must have in their case."""


class Vocabulary(NamedTuple):
    """The patterns of all tables."""

    patterns: list[str]
    """Words of `[a-z0-9]` with single spaces, each wrapped in spaces, in order."""
    entries: list[Entry]
    """For each pattern what it means, the later row of the tables first."""
    misspellable: dict[str, list[Term]]
    """The words that a text may misspell."""
    known: set[str]
    """Every word of a pattern."""


class _Plain(NamedTuple):
    """A vocabulary as it is kept: terms by their number."""

    columns: list[tuple[str, ...]]
    """For each table with patterns its columns."""
    terms: list[tuple[int, str, tuple[str, ...]]]
    """The number of a row's table, its channel, its cells."""
    patterns: list[str]
    entries: list[tuple[int, ...] | list[tuple[int, str | None]]]
    misspellable: dict[str, list[int]]
    known: set[str]


def vocabulary() -> Vocabulary:
    """The vocabulary of the tables as they are."""
    path, state = _kept_at(), _state()
    plain = _load(path, state)
    if plain is None:
        plain = _read()
        _keep(path, state, plain)
    return _of(plain)


def _of(plain: _Plain) -> Vocabulary:
    """The vocabulary that was kept."""
    terms = []
    for table, channel, cells in plain.terms:
        row = dict(zip(plain.columns[table], cells, strict=True))
        terms.append(Term(channel, row["pattern"], row, row.get("name", ""), row.get("code", "")))
    entries: list[Entry] = []
    for entry in plain.entries:
        if isinstance(entry, tuple):
            entries.append(terms[entry[0]] if len(entry) == 1 else tuple([terms[number] for number in entry]))
        else:
            entries.append([(terms[number], letters) for number, letters in entry])
    misspellable = {word: [terms[number] for number in numbers] for word, numbers in plain.misspellable.items()}
    return Vocabulary(plain.patterns, entries, misspellable, plain.known)


def _read() -> _Plain:
    """What the tables come to."""
    columns: list[tuple[str, ...]] = []
    terms: list[tuple[int, str, tuple[str, ...]]] = []
    by_words: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    misspellable: dict[str, list[int]] = defaultdict(list)
    for table in tables():
        term: Term | None = None
        for pattern in patterns_of(table):
            if pattern.term is not term:
                if term is None:
                    columns.append(tuple(pattern.term.row))
                term = pattern.term
                terms.append((len(columns) - 1, term.channel, tuple(term.row.values())))
            number = len(terms) - 1
            by_words[pattern.words].append((number, letters_of(pattern.exact) if pattern.exact else None))
            if pattern.misspelt:
                misspellable[pattern.words].append(number)
    words = sorted(by_words)  # what begins alike lies together in memory: built and run a quarter faster
    entries: list[tuple[int, ...] | list[tuple[int, str | None]]] = []
    for each in words:
        entry = by_words[each][::-1]
        plain = all(letters is None for _, letters in entry)
        entries.append(tuple([number for number, _ in entry]) if plain else entry)
    known = {word for each in words for word in each.split()}
    return _Plain(columns, terms, [f" {each} " for each in words], entries, dict(misspellable), known)


def letters_of(string: str) -> str:
    """The letters of a string, by which words of one normal form are told to be in the same case."""
    return string if string.isalpha() else "".join(filter(str.isalpha, string))


def _kept_at() -> Path:
    """Where the vocabulary is kept, apart for each copy of the program and each Python."""
    copy = hashlib.sha256(str(PACKAGE).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return user_cache_path("anamnese") / f"vocabulary-{copy}.{sys.implementation.cache_tag}"


def _state() -> list[tuple[str, int, int, int]]:
    """What tells whether a table, or what reads it, has changed."""
    paths = [*tables(), *(PACKAGE / maker for maker in _MAKERS)]
    told = []
    for path in paths:
        stat = os.stat(path)
        told.append((path.relative_to(PACKAGE).as_posix(), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return told


def _load(path: Path, state: list[tuple[str, int, int, int]]) -> _Plain | None:
    """What is kept of these tables; None where nothing is, or what is was made of others."""
    try:
        of, kept = marshal.loads(path.read_bytes())  # from a file it takes seven times as long
        if of == state:
            return _Plain(*kept)
    except (OSError, EOFError, ValueError, TypeError):
        pass
    return None


def _keep(path: Path, state: list[tuple[str, int, int, int]], plain: _Plain) -> None:
    """Keep a vocabulary for the next process; where nothing can be written, each makes its own."""
    kept: tuple[Any, ...] = (state, tuple(plain))
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(marshal.dumps(kept))
            os.replace(name, path)  # whole or not at all: others may be reading it
        except BaseException:
            os.unlink(name)
            raise
