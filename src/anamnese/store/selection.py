"""Which cases a query means: each thing that it asks as a condition of its own, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from anamnese.history.calendar import first_day, last_day
from anamnese.store.models import CaseRow, ObservationRow, TermRow
from anamnese.store.query import Query
from anamnese.store.search import matching

PAGE = 50
"""Cases of a page."""

SORTED: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {
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
"""The columns of each sort; each has an index with the id behind it, and only a sole column may be NULL."""

COLUMNS: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]]] = {
    "status": (CaseRow.id, CaseRow.status),
    "sex": (CaseRow.id, CaseRow.sex),
    "by": (CaseRow.id, CaseRow.updated_by),
    "first_treatment": (ObservationRow.case_id, ObservationRow.first_treatment),
    "first_line": (ObservationRow.case_id, ObservationRow.first_line),
    "first_regimen": (ObservationRow.case_id, ObservationRow.first_regimen),
}
"""Kinds that a column answers, not the terms: the id of the case beside it, and the column."""


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


SUMMARY = [getattr(CaseRow, name) for name in CaseSummary.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of a list; `pages` is at least 1."""

    rows: tuple[CaseSummary, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a query asks: `key` names it, `select` gives the ids of the cases of which it holds, in the column
    `id`."""

    key: tuple[Any, ...]
    id: ColumnElement[int]
    select: Select[Any]

    def among(self, ids: Iterable[int]) -> Select[Any]:
        """The same of some cases only."""
        return self.select.where(self.id.in_(list(ids)))


def conditions(dialect: str, query: Query) -> list[Condition]:
    """What must hold of the cases that a query means, besides their codes of a kind."""
    held = [Condition(("text", run), id, found) for run, id, found in matching(dialect, query.text)]
    limits = _limits(query)
    if query.ids:
        limits.append(("ids", query.ids, CaseRow.id.in_(query.ids)))
    id = CaseRow.id.expression
    return held + [Condition((name, value), id, select(CaseRow.id).where(limit)) for name, value, limit in limits]


def _limits(query: Query) -> list[tuple[str, Any, ColumnElement[bool]]]:
    """The bounds of dates and ages that a query sets; a partial date lies within where it may."""
    asked: list[tuple[str, Any, Any]] = [
        ("diagnosed_from", query.diagnosed_from, lambda v: CaseRow.diagnosed_latest >= first_day(v)),
        ("diagnosed_to", query.diagnosed_to, lambda v: CaseRow.diagnosed_earliest <= last_day(v)),
        ("updated_from", query.updated_from, lambda v: CaseRow.updated_at >= _midnight(first_day(v))),
        ("updated_to", query.updated_to, lambda v: CaseRow.updated_at < _midnight(last_day(v)) + timedelta(days=1)),
        ("age_from", query.age_from, lambda v: CaseRow.age >= v),
        ("age_to", query.age_to, lambda v: CaseRow.age < v + 1),
    ]
    return [(name, value, limit(value)) for name, value, limit in asked if value is not None]


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def valued(sort: str, down: bool) -> Select[Any]:
    """The ids of the cases that have a value to sort by, in order; cases alike in order of their ids."""
    columns = SORTED[sort]
    order = [column.desc() if down else column.asc() for column in (*columns, CaseRow.id)]
    return select(CaseRow.id).where(*_nullable(columns, False)).order_by(*order)


def valueless(sort: str, down: bool) -> Select[Any] | None:
    """The ids of those that have none: they come last either way. None where every case has a value."""
    absent = _nullable(SORTED[sort], True)
    return select(CaseRow.id).where(*absent).order_by(CaseRow.id.desc() if down else CaseRow.id) if absent else None


def _nullable(columns: tuple[InstrumentedAttribute[Any], ...], absent: bool) -> list[ColumnElement[bool]]:
    return [
        column.is_(None) if absent else column.is_not(None)
        for column in columns
        if CaseRow.__table__.c[column.key].nullable
    ]


def coded(kind: str, among: Sequence[int] | None = None) -> Select[Any, str]:
    """Each code of a kind, and the ids of the cases that have it, with commas between them; of some cases only."""
    id, code, of_kind = TermRow.case_id, TermRow.code, TermRow.kind == kind
    if kind in COLUMNS:
        id, code = COLUMNS[kind]
        of_kind = code.is_not(None)
    wanted = [of_kind] if among is None else [of_kind, id.in_(among)]
    return select(code, func.aggregate_strings(cast(id, String), ",")).where(*wanted).group_by(code)


SHARED_NAMES = select(CaseRow.folded_name).group_by(CaseRow.folded_name).having(func.count() > 1)
"""The labels that several cases have."""
