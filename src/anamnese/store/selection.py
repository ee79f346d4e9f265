"""Which cases a query means, in which order; and how many there are of each term among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from anamnese.history.calendar import first_day, last_day
from anamnese.store.models import CaseRow, ObservationRow, TermRow
from anamnese.store.query import TERM_KINDS, Query
from anamnese.store.search import matching

PAGE = 50
"""Cases of a page."""

_STATUS_ORDER = ("to_review", "in_review", "validated")

_SORTED: dict[str, tuple[Any, ...]] = {
    "updated": (CaseRow.updated_at,),
    "name": (CaseRow.folded_name,),
    "sex": (CaseRow.sex,),
    "age": (CaseRow.age,),
    "site": (CaseRow.topography,),
    "morphology": (CaseRow.morphology,),
    "stage": (CaseRow.stage,),
    "diagnosed": (CaseRow.diagnosed,),
    "news": (CaseRow.last_news,),
    "status": (CaseRow.status,),
    "findings": (CaseRow.findings_high, CaseRow.findings_medium, CaseRow.findings_low),
    "facts": (CaseRow.facts,),
}

_COLUMNS = {"status": CaseRow.status, "sex": CaseRow.sex, "by": CaseRow.updated_by}
"""Kinds that a column of the case answers, not its terms."""

_OBSERVED = {
    "first_treatment": ObservationRow.first_treatment,
    "first_line": ObservationRow.first_line,
    "first_regimen": ObservationRow.first_regimen,
}
"""Kinds that a column of the observation answers."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case as a list shows it (the columns of `store.models.CaseRow`)."""

    id: int
    name: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str | None
    validated_at: datetime | None
    validated_by: str | None
    sex: str | None
    age: float | None
    topography: str | None
    morphology: str | None
    laterality: str | None
    stage: str | None
    staging: str | None
    diagnosed: str | None
    last_news: str | None
    vital: str | None
    findings_high: int
    findings_medium: int
    findings_low: int
    facts: int
    unreviewed: int
    reports: int


_SHOWN = [getattr(CaseRow, name) for name in CaseSummary.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of a list; `pages` is at least 1."""

    rows: tuple[CaseSummary, ...]
    total: int
    page: int
    pages: int


def conditions(connection: Connection, query: Query, but: str | None = None) -> list[ColumnElement[bool]]:
    """What must hold of the cases that a query means; `but` leaves out what it asks of one kind."""
    held: list[ColumnElement[bool]] = []
    if query.text:
        held += matching(connection.dialect.name, query.text)
    for kind in TERM_KINDS:
        codes = getattr(query, kind)
        if codes and kind != but:
            held.append(CaseRow.id.in_(select(TermRow.case_id).where(TermRow.kind == kind, TermRow.code.in_(codes))))
    for kind, column in _COLUMNS.items():
        values = getattr(query, kind)
        if values and kind != but:
            held.append(column.in_(values))
    for kind, column in _OBSERVED.items():
        values = getattr(query, kind)
        if values and kind != but:
            held.append(CaseRow.id.in_(select(ObservationRow.case_id).where(column.in_(values))))
    if query.diagnosed_from:
        held.append(CaseRow.diagnosed_latest >= first_day(query.diagnosed_from))
    if query.diagnosed_to:
        held.append(CaseRow.diagnosed_earliest <= last_day(query.diagnosed_to))
    if query.updated_from:
        held.append(CaseRow.updated_at >= _midnight(first_day(query.updated_from)))
    if query.updated_to:
        held.append(CaseRow.updated_at < _midnight(last_day(query.updated_to)) + timedelta(days=1))
    if query.age_from is not None:
        held.append(CaseRow.age >= query.age_from)
    if query.age_to is not None:
        held.append(CaseRow.age < query.age_to + 1)
    if query.ids:
        held.append(CaseRow.id.in_(query.ids))
    return held


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def order(query: Query) -> list[ColumnElement[Any]]:
    """In which order; cases without a value come last either way, and cases alike in order of their ids."""
    down = query.sort.startswith("-")
    columns = _SORTED[query.sort.removeprefix("-")]
    found: list[ColumnElement[Any]] = []
    for column in columns:
        if column.nullable:
            found.append(column.is_(None))
        found.append(column.desc() if down else column.asc())
    return [*found, CaseRow.id.desc() if down else CaseRow.id.asc()]


def ids_of(connection: Connection, query: Query) -> Select[int]:
    """The ids of the cases that a query means, in its order."""
    return select(CaseRow.id).where(*conditions(connection, query)).order_by(*order(query))


def count(connection: Connection, query: Query) -> int:
    """How many cases a query means."""
    counted = select(func.count()).select_from(CaseRow).where(*conditions(connection, query))
    return connection.execute(counted).scalar_one()


def page(connection: Connection, query: Query, total: int) -> CasePage:
    """One page of the list."""
    pages = max(1, -(-total // PAGE))
    number = min(query.page, pages)
    # the ids first: stepping over the pages before then needs an index only
    ids = connection.scalars(ids_of(connection, query).limit(PAGE).offset((number - 1) * PAGE)).all()
    rows = connection.execute(select(*_SHOWN).where(CaseRow.id.in_(ids))).all()
    by_id = {row.id: CaseSummary(*row) for row in rows}
    return CasePage(tuple(by_id[id] for id in ids if id in by_id), total, number, pages)


SHARED_NAMES = select(CaseRow.folded_name).group_by(CaseRow.folded_name).having(func.count() > 1)
"""The labels that several cases have."""


def facet(connection: Connection, query: Query, kind: str) -> list[tuple[str, int]]:
    """How many of the cases have each code of a kind, the most frequent first; what the query asks of the kind itself
    is left out, so that one sees what else there is to choose."""
    held = conditions(connection, query, but=kind)
    if kind in _COLUMNS:
        column = _COLUMNS[kind]
        counted = select(column, func.count()).where(column.is_not(None), *held).group_by(column)
    elif kind in _OBSERVED:
        column = _OBSERVED[kind]
        counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
        if held:
            counted = counted.where(ObservationRow.case_id.in_(select(CaseRow.id).where(*held)))
    else:
        counted = select(TermRow.code, func.count()).where(TermRow.kind == kind).group_by(TermRow.code)
        if held:
            counted = counted.where(TermRow.case_id.in_(select(CaseRow.id).where(*held)))
    rows: Sequence[Any] = connection.execute(counted).all()
    return sorted(((code, number) for code, number in rows), key=lambda row: (-row[1], row[0]))
