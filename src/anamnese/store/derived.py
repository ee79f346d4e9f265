"""What the store derives from a case's reports and decisions: its row, its terms, its observation, its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from anamnese import __version__
from anamnese.cohort.columns import FIELDS, row
from anamnese.review.state import CaseState
from anamnese.review.terms import observation_of, row_of, terms_of, words_of
from anamnese.store.models import CaseRow, ObservationRow, TermRow

DERIVED = f"{__version__}/2"
"""Which program derived, and by which meaning of the columns: every release may make another record of the same facts,
so that a store is derived anew when another opens it. Between releases, the number is raised instead."""

_PART = 200_000
"""Characters of an entry of PostgreSQL's index: a tsvector holds at most a megabyte."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What is derived from a case: columns of `cases`, terms (kind, code), columns of `observations`."""

    case: dict[str, Any]
    terms: tuple[tuple[str, str], ...]
    observation: dict[str, Any]


def derived(state: CaseState) -> Derived:
    """What is derived from a case as it stands."""
    observed = observation_of(state)
    observation: dict[str, Any] = dict(zip(FIELDS, row(observed), strict=True))
    observation["swimmer"] = observed.swimmer.to_json() if observed.swimmer else None
    columns = {**row_of(state, observed), "derived": DERIVED}
    return Derived(columns, tuple(sorted(terms_of(state, observed))), observation)


def derive(connection: Connection, state: CaseState, revision: int) -> None:
    """Write what is derived from a case, over what was derived before; of its terms, what changed."""
    found = derived(state)
    connection.execute(update(CaseRow).where(CaseRow.id == state.id).values(**found.case, revision=revision))
    of_case = TermRow.case_id == state.id
    held = {(kind, code) for kind, code in connection.execute(select(TermRow.kind, TermRow.code).where(of_case))}
    for kind, code in held.difference(found.terms):
        connection.execute(delete(TermRow).where(TermRow.kind == kind, TermRow.code == code, of_case))
    fresh = [term for term in found.terms if term not in held]
    if fresh:
        connection.execute(insert(TermRow), [{"kind": kind, "code": code, "case_id": state.id} for kind, code in fresh])
    connection.execute(delete(ObservationRow).where(ObservationRow.case_id == state.id))
    connection.execute(insert(ObservationRow).values(case_id=state.id, **found.observation))


def index_words(connection: Connection, state: CaseState) -> None:
    """Put a case into the full-text index."""
    words = words_of(state)
    if connection.dialect.name == "sqlite":
        entry = {"id": state.id, "words": words}
        connection.execute(text("INSERT INTO search_words (case_id, words) VALUES (:id, :words)"), entry)
        connection.execute(text("INSERT INTO search (rowid, words) VALUES (:id, :words)"), entry)
        return
    connection.execute(
        text("INSERT INTO search (case_id, part, document) VALUES (:id, :part, to_tsvector('simple', :words))"),
        [
            {"id": state.id, "part": part, "words": words[start : start + _PART]}
            for part, start in enumerate(range(0, len(words), _PART))
        ],
    )


def index_anew(connection: Connection, state: CaseState) -> None:
    """Put a case that is in the full-text index into it as it stands now."""
    forget_words(connection, state.id)
    index_words(connection, state)


def forget_words(connection: Connection, case: int) -> None:
    """Take a case out of the full-text index. SQLite's must be told the words that it has to forget."""
    which = {"id": case}
    if connection.dialect.name == "sqlite":
        told = "INSERT INTO search (search, rowid, words) SELECT 'delete', case_id, words FROM search_words"
        connection.execute(text(f"{told} WHERE case_id = :id"), which)
        connection.execute(text("DELETE FROM search_words WHERE case_id = :id"), which)
    else:
        connection.execute(text("DELETE FROM search WHERE case_id = :id"), which)
