"""Full-text search: a person's words as conditions on cases, for SQLite's FTS5 and PostgreSQL's tsvector."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, Integer, Select, column, func, select, table, text

from anamnese.reading.fold import fold
from anamnese.review.terms import WORD

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_MOST = 12
"""Terms of one search; more are left out."""

_UNFINISHED = 3
"""Letters from which a word may go on: what one or two letters may become is no search, and takes long."""

_FTS5 = table("search", column("rowid", Integer))
_TSVECTOR = table("search", column("case_id", Integer), column("document"))


def terms(asked: str) -> list[tuple[tuple[str, ...], bool]]:
    """The words asked for: each a run of words to stand in a row, and whether the last may go on (`carcin` finds
    `carcinome`): the very last word, unless it is quoted or followed by a space."""
    found: dict[tuple[tuple[str, ...], bool], None] = {}
    folded = fold(asked)
    for match in _WORDS.finditer(folded):
        words = tuple(WORD.findall(match[1] if match[1] is not None else match[2]))
        if words:
            open_ = match[1] is None and match.end() == len(folded) and len(words[-1]) >= _UNFINISHED
            found[words, open_] = None
    return list(found)[:_MOST]


def matching(dialect: str, asked: str) -> list[tuple[tuple[tuple[str, ...], bool], ColumnElement[int], Select[int]]]:
    """For each run of words: the run, and the ids of the cases whose reports or label have it, in the column given."""
    find = _sqlite if dialect == "sqlite" else _postgresql
    return [((words, open_), *find(words, open_)) for words, open_ in terms(asked)]


def _sqlite(words: tuple[str, ...], unfinished: bool) -> tuple[ColumnElement[int], Select[int]]:
    run = f'"{" ".join(words)}"{"*" if unfinished else ""}'
    matched = text("search MATCH :run").bindparams(run=run)
    return _FTS5.c.rowid, select(_FTS5.c.rowid).where(matched)


def _postgresql(words: tuple[str, ...], unfinished: bool) -> tuple[ColumnElement[int], Select[int]]:
    lexemes = [f"'{word}'" for word in words]
    if unfinished:
        lexemes[-1] += ":*"
    asked = func.to_tsquery("simple", " <-> ".join(lexemes))
    found = select(_TSVECTOR.c.case_id).where(_TSVECTOR.c.document.op("@@")(asked))
    return _TSVECTOR.c.case_id, found


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """Search within the block by the index: PostgreSQL's planner would rather read all documents for a frequent word,
    since it does not count what unpacking them takes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        yield
        connection.execute(text("SET LOCAL enable_seqscan = on"))
    else:
        yield
