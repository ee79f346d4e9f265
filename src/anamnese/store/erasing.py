"""Erasing a case for good (GDPR, articles 5 and 17), and the journal that tells of it without a word of the patient."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from anamnese.store.derived import forget_words
from anamnese.store.models import CaseRow, DecisionRow, ErasureRow, ReportRow, RevisionRow
from anamnese.store.opening import writing

Reason = Literal["request", "retention", "mistake"]
"""Why a case is erased, out of a closed list: free words might tell of the patient."""
REASONS: tuple[Reason, ...] = get_args(Reason)

_PAGES = 300
"""Pages of the full-text index that are merged at a time: other writers wait some hundred milliseconds at most."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A case that is no more: its number, how many reports and log entries it had."""

    case_id: int
    reports: int
    decisions: int
    reason: Reason
    by: str
    at: datetime


def erase(connection: Connection, id: int, reason: Reason, by: str, at: datetime) -> Erasure:
    """Remove a case with all that is kept of it, and write in the journal that it was done."""
    reports, decisions = (
        connection.scalar(select(func.count()).select_from(table).where(table.case_id == id)) or 0
        for table in (ReportRow, DecisionRow)
    )
    remove(connection, id)
    done = Erasure(id, reports, decisions, reason, by, at)
    told = {"case_id": id, "reports": reports, "decisions": decisions, "reason": reason, "by": by, "at": at}
    connection.execute(insert(ErasureRow).values(told))
    return done


def remove(connection: Connection, id: int) -> None:
    """Remove a case: its reports, decisions, terms and observation go with it, and its words leave the index."""
    forget_words(connection, id)
    connection.execute(delete(CaseRow).where(CaseRow.id == id))
    connection.execute(update(RevisionRow).values(value=RevisionRow.value + 1, deletions=RevisionRow.deletions + 1))


def erasures(connection: Connection) -> list[Erasure]:
    """The journal, the newest first."""
    columns = (getattr(ErasureRow, name) for name in Erasure.__slots__)
    return [Erasure(**row._mapping) for row in connection.execute(select(*columns).order_by(ErasureRow.id.desc()))]


def scrub(engine: Engine) -> None:
    """Take what was removed off a SQLite file, too: the full-text index marks words as deleted until its parts are
    merged, and the write-ahead log has the old pages. PostgreSQL frees its space itself (autovacuum)."""
    if engine.dialect.name != "sqlite":
        return
    pages = -_PAGES  # the first call takes all parts together, the next ones go on with it
    while True:
        with writing(engine) as connection:
            before = _changes(connection)
            connection.execute(text("INSERT INTO search (search, rank) VALUES ('merge', :pages)"), {"pages": pages})
            merged = _changes(connection) - before > 1  # the command itself counts as one
        if pages > 0 and not merged:
            break
        pages = _PAGES
    with closing(engine.raw_connection()) as raw:  # outside a transaction
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())
