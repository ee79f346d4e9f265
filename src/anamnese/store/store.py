"""The store: the one door to the cases, for pages, the API and commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from anamnese.cohort.columns import FIELDS
from anamnese.exports import Subject
from anamnese.review.decisions import Proposal
from anamnese.review.export import Patient, patients
from anamnese.review.state import CaseState
from anamnese.store import cases, erasing, index, selection
from anamnese.store.cases import Added, NewReport
from anamnese.store.derived import DERIVED, derive, index_anew
from anamnese.store.erasing import Erasure, Reason
from anamnese.store.errors import UnknownCase
from anamnese.store.index import Index, Moment, changes
from anamnese.store.models import CaseRow, ObservationRow, RevisionRow
from anamnese.store.opening import open_engine, reading, upgrade, writing
from anamnese.store.query import MANY, Query
from anamnese.store.regrouping import regroup
from anamnese.store.selection import PAGE, SUMMARY, CasePage, CaseSummary, valued, valueless

_AT_ONCE = 200
"""Cases that are derived anew in one transaction."""

_OBSERVED = [ObservationRow.case_id, *(getattr(ObservationRow, name) for name in FIELDS)]


_COUNT = select(func.count()).select_from(CaseRow)


class Observations(NamedTuple):
    """Rows of the cohort at a moment: all of them where `anew`, else those that changed."""

    at: Moment
    anew: bool
    rows: Sequence[Sequence[Any]]


class Store:
    """The cases of a database. Every method is one transaction; any thread may call."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._index = Index()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction, committed at the end of the block."""
        return writing(self.engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """One look at the store: all that is read in the block is of one moment."""
        return reading(self.engine)

    # bringing reports in

    def add_case(self, name: str, reports: Sequence[NewReport], by: str) -> Added:
        """A new case; reports that the store has already are told and not taken again."""
        return self._adding(reports, lambda connection, read: cases.add_case(connection, name, read, by))

    def add_reports(self, case_id: int, reports: Sequence[NewReport], by: str) -> Added:
        """Some reports more of a case. Raises `UnknownCase`, `Refused`."""
        return self._adding(reports, lambda connection, read: cases.add_reports(connection, case_id, read, by))

    def _adding(self, reports: Sequence[NewReport], add: Callable[[Connection, Sequence[NewReport]], Added]) -> Added:
        """Reports are read before the transaction: nobody has to wait for it. Where two bring the same report in at
        once, the second finds it there when it tries again."""
        with self.reading() as connection:
            known = cases.known_digests(connection, reports)
        read = [cases.read_in(report, known) for report in reports]
        try:
            with self.writing() as connection:
                return add(connection, read)
        except IntegrityError:
            with self.writing() as connection:
                return add(connection, read)

    def regroup(self, report_id: int, case_id: int | None, by: str) -> int:
        """Move a report to another case, or to a new one (None); gives that case. Raises `UnknownReport`,
        `UnknownCase`, and `Refused` where decisions rest on the report."""
        with self.writing() as connection:
            return regroup(connection, report_id, case_id, by)

    # a case

    def state(self, case_id: int) -> CaseState:
        """A case as it stands. Raises `UnknownCase`."""
        with self.reading() as connection:
            return cases.load(connection, case_id)

    def decide(self, case_id: int, version: int, proposal: Proposal, by: str) -> CaseState:
        """Take a decision on the version of the case that the person saw; when this returns, it is on the disk. Raises
        `UnknownCase`, `Stale` (somebody else was quicker) and `Refused`."""
        with self.writing() as connection:
            return cases.decide(connection, case_id, version, proposal, by)

    def rename(self, case_id: int, version: int, name: str, by: str) -> CaseState:
        """Give a case another label. Raises `UnknownCase`, `Stale`, `Refused`."""
        with self.writing() as connection:
            return cases.rename(connection, case_id, version, name, by)

    def erase(self, case_id: int, version: int, reason: Reason, by: str) -> Erasure:
        """Erase a case, its reports and all that was made of them; when this returns, a SQLite file has none of their
        words left. Raises `UnknownCase`, `Stale`."""
        at = cases.now()
        with self.writing() as connection:
            cases.take(connection, case_id, version, by, at)
            erased = erasing.erase(connection, case_id, reason, by, at)
        erasing.scrub(self.engine)
        return erased

    def erasures(self) -> list[Erasure]:
        """The journal of the cases that were erased, the newest first."""
        with self.reading() as connection:
            return erasing.erasures(connection)

    # many cases

    def revision(self) -> int:
        """Raised by every write."""
        with self.reading() as connection:
            return _revision(connection)

    def select(self, query: Query) -> CasePage:
        """A page of the list."""
        with self.reading() as connection:
            mask = self._index.mask(connection, query)
            total = connection.scalar(_COUNT) or 0 if mask is None else int(np.count_nonzero(mask))
            pages = max(1, -(-total // PAGE))
            page = min(query.page, pages)
            start = (page - 1) * PAGE
            if mask is None:
                ids = _stretch(connection, query.sort, start)
            else:
                ids = self._index.ordered(connection, query, mask)[start : start + PAGE].tolist()
            rows = connection.execute(select(*SUMMARY).where(CaseRow.id.in_(ids))).all()
        by_id = {row.id: CaseSummary(**row._mapping) for row in rows}
        return CasePage(tuple(by_id[id] for id in ids if id in by_id), total, page, pages)

    def case_ids(self, query: Query) -> list[int]:
        """The ids of all the cases that a query means, in its order."""
        with self.reading() as connection:
            ids: list[int] = self._index.ordered(connection, query, self._index.mask(connection, query)).tolist()
            return ids

    def facets(self, query: Query, kinds: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """How many of the cases have each code of some kinds, the most frequent first; what the query asks of a kind is
        left out of its own counts, so that one sees what else there is to choose."""
        with self.reading() as connection:
            return {kind: self._index.counts(connection, query, kind) for kind in kinds}

    def observations_since(self, since: Moment | None = None) -> Observations:
        """The cohort's rows (the id of a case and its `cohort.columns.FIELDS`): those of the cases that changed since a
        moment, or all of them."""
        with self.reading() as connection:
            changed = changes(connection, since)
            asked = select(*_OBSERVED)
            if changed.ids is not None:
                asked = asked.where(ObservationRow.case_id.in_(changed.ids))
            rows = index.rows(connection, asked) if changed.ids != [] else []
            return Observations(changed.now, changed.ids is None, rows)

    def warm(self) -> None:
        """Read what lists and facets keep in memory, so that the first to ask does not wait for it."""
        self.facets(Query(), MANY)
        self.case_ids(Query())

    def swimmers(self, case_ids: Iterable[int]) -> dict[int, tuple[str, str | None]]:
        """The name and the swimmer (JSON) of some cases."""
        asked = (
            select(CaseRow.id, CaseRow.name, ObservationRow.swimmer)
            .join(ObservationRow, ObservationRow.case_id == CaseRow.id)
            .where(CaseRow.id.in_(list(case_ids)))
        )
        with self.reading() as connection:
            return {id: (name, swimmer) for id, name, swimmer in connection.execute(asked)}

    def patients(self, which: Query | Iterable[int]) -> Iterator[Patient]:
        """The patients to export as they stand, one at a time, each with the log of its decisions. A case that is gone
        by then is left out."""
        ids = self.case_ids(which) if isinstance(which, Query) else list(which)
        with self.reading() as connection:
            shared = frozenset(connection.scalars(selection.SHARED_NAMES))
        yield from patients(self._states(ids), shared)

    def subjects(self, which: Query | Iterable[int]) -> Iterator[Subject]:
        """The patients as `exports` take them."""
        return (patient.subject for patient in self.patients(which))

    def _states(self, ids: Iterable[int]) -> Iterator[CaseState]:
        for id in ids:
            with suppress(UnknownCase):
                yield self.state(id)


def _stretch(connection: Connection, sort: str, start: int) -> list[int]:
    """The ids of one page of all cases, found in the index of the sort; those without a value come last."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    ids = list(connection.scalars(valued(name, down).limit(PAGE).offset(start)))
    last = valueless(name, down)
    if len(ids) < PAGE and last is not None:
        before = connection.scalar(select(func.count()).select_from(valued(name, down).order_by(None).subquery())) or 0
        ids += connection.scalars(last.limit(PAGE - len(ids)).offset(max(0, start - before)))
    return ids


def _revision(connection: Connection) -> int:
    return int(connection.execute(select(RevisionRow.value)).scalar_one())


def open_store(url: str, tell: Callable[[int, int], None] | None = None) -> Store:
    """The store of `sqlite:///path`, a bare path, or `postgresql+psycopg://…`, taken to the newest schema. Raises
    `StoreError`. Where another program derived its lists, they are derived anew (some ten milliseconds a case): `tell`
    is told how many cases are done, and of how many."""
    engine = open_engine(url)
    upgrade(engine)
    _derive_anew(engine, tell)
    return Store(engine)


def _derive_anew(engine: Engine, tell: Callable[[int, int], None] | None) -> None:
    """Derive anew the cases that another program derived, some at a time: what is done stays done if it is stopped."""
    of_old = CaseRow.derived != DERIVED
    with reading(engine) as connection:
        total = connection.scalar(select(func.count()).where(of_old)) or 0
    done = 0
    while done < total:
        with writing(engine) as connection:
            ids = connection.scalars(select(CaseRow.id).where(of_old).limit(_AT_ONCE)).all()
            if not ids:
                return
            revision = cases.next_revision(connection)
            for id in ids:
                state = cases.load(connection, id)
                derive(connection, state, revision)
                index_anew(connection, state)
            done += len(ids)
        if tell is not None:
            tell(done, total)
