"""Full-text search: a person's words as conditions on cases, for SQLite's FTS5 and PostgreSQL's tsvector."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Integer, column, func, select, table, text

from anamnese.reading.fold import fold
from anamnese.store.models import CaseRow

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")
_MOST = 12
"""Terms of one search; more are left out."""

_SEARCH = table("search", column("case_id", Integer), column("document"))


def terms(asked: str) -> list[tuple[list[str], bool]]:
    """The words asked for: each a run of words to stand in a row, and whether the last may go on (`carcin` finds
    `carcinome`): the very last word, unless it is quoted or ends with a space."""
    found: list[tuple[list[str], bool]] = []
    folded = fold(asked)
    for match in _WORDS.finditer(folded):
        words = _WORD.findall(match[1] if match[1] is not None else match[2])
        if words:
            found.append((words, match[1] is None and match.end() == len(folded)))
    return found[:_MOST]


def matching(dialect: str, asked: str) -> list[ColumnElement[bool]]:
    """What must hold of the cases whose reports or label have all the words asked for."""
    found = terms(asked)
    if not found:
        return []
    if dialect == "sqlite":
        runs = [f'"{" ".join(words)}"{"*" if unfinished else ""}' for words, unfinished in found]
        matched = text("SELECT rowid FROM search WHERE search MATCH :words").bindparams(words=" AND ".join(runs))
        return [CaseRow.id.in_(matched.columns(column("rowid", Integer)).scalar_subquery())]
    held: list[ColumnElement[bool]] = []
    for words, unfinished in found:
        lexemes = [f"'{word}'" for word in words]
        if unfinished:
            lexemes[-1] += ":*"
        asked_for = func.to_tsquery("simple", " <-> ".join(lexemes))
        held.append(CaseRow.id.in_(select(_SEARCH.c.case_id).where(_SEARCH.c.document.op("@@")(asked_for))))
    return held
