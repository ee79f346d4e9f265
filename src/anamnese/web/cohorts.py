"""The cohorts of a store: the columns of all its cases in memory, and what was computed of them, while the store stands
as it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from anamnese.cohort.columns import Columns
from anamnese.cohort.distributions import Distribution, distribution
from anamnese.cohort.grouping import grouped
from anamnese.cohort.observation import Endpoint
from anamnese.cohort.swimmer import Swimmer
from anamnese.store import Query, Store
from anamnese.store.index import Moment

if TYPE_CHECKING:
    from anamnese.cohort.survival import Survival

_Kept = TypeVar("_Kept")
_KEPT = {"columns": 6, "survival": 16, "distribution": 64, "swimmers": 16}
"""How many of each kind are kept: columns take up to 20 megabytes at a hundred thousand cases, curves up to 5."""

SWIMMERS = 40
"""Patients of a swimmer plot: what one screen or one printed page shows."""

ORDERS = ("longest", "shortest", "stage", "first_treatment", "year")


@dataclass(frozen=True, slots=True)
class SwimmerRow:
    """A patient of a swimmer plot."""

    case: int
    name: str
    organ: str | None
    stage: str | None
    swimmer: Swimmer


@dataclass(frozen=True, slots=True)
class SwimmerPart:
    """Some of the patients in order; `undrawn` have no dated diagnosis or no dated news."""

    rows: tuple[SwimmerRow, ...]
    part: int
    parts: int
    total: int
    undrawn: int


class Cohorts:
    """The cohorts of one store. Any thread may call."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._revision = -1
        self._kept: dict[str, OrderedDict[tuple[Any, ...], Any]] = {kind: OrderedDict() for kind in _KEPT}
        self._mending = Lock()
        self._all: Columns | None = None
        self._at: Moment | None = None

    def columns(self, query: Query) -> Columns:
        """The observations of the cases that a query means."""
        meant = query.unordered
        return self._once("columns", (meant,), lambda: self._columns(meant))

    def distribution(self, query: Query, kind: str) -> Distribution:
        """How they are spread by a kind."""
        return self._once("distribution", (query.unordered, kind), lambda: distribution(self.columns(query), kind))

    def survival(self, query: Query, endpoint: Endpoint, by: str, marker: str | None) -> Survival:
        """Their curves by group. lifelines takes seconds to be imported: not before it is needed (`warm`)."""
        from anamnese.cohort.survival import survival

        def made() -> Survival:
            columns = self.columns(query)
            return survival(columns, endpoint, grouped(columns, by, marker))

        return self._once("survival", (query.unordered, endpoint, by, marker), made)

    def swimmers(self, query: Query, order: str, part: int) -> SwimmerPart:
        """Some of their rows, in an order of `ORDERS`."""
        columns = self.columns(query)
        cases = self._once("swimmers", (query.unordered, order), lambda: _in_order(columns, order))
        parts = max(1, -(-len(cases) // SWIMMERS))
        part = min(max(1, part), parts)
        wanted = [int(case) for case in cases[(part - 1) * SWIMMERS : part * SWIMMERS]]
        told = self._store.swimmers(wanted)
        shown = columns.only(wanted)
        at = {case: place for place, case in enumerate(shown.cases.tolist())}
        rows = tuple(
            SwimmerRow(
                case,
                told[case][0],
                shown.organs.name(at[case]),
                shown.categories["stage"].name(at[case]),
                Swimmer.from_json(drawn),
            )
            for case in wanted
            if case in told and (drawn := told[case][1])
        )
        return SwimmerPart(rows, part, parts, len(cases), len(columns) - len(cases))

    def _columns(self, query: Query) -> Columns:
        if query == Query():
            return self._whole()
        return self.columns(Query()).only(self._store.case_ids(query))

    def _whole(self) -> Columns:
        """The columns of all cases: read once, then mended by what has changed since."""
        with self._mending:
            found = self._store.observations_since(self._at)
            if found.anew or self._all is None:
                self._all = Columns.of(found.rows)
            elif found.rows:
                self._all = self._all.replacing(found.rows)
            self._at = found.at
            return self._all

    def _once(self, kind: str, key: tuple[Any, ...], make: Callable[[], _Kept]) -> _Kept:
        revision = self._store.revision()
        kept = self._kept[kind]
        with self._lock:
            if revision != self._revision:
                for answers in self._kept.values():
                    answers.clear()
                self._revision = revision
            if key in kept:
                kept.move_to_end(key)
                found: _Kept = kept[key]
                return found
        made = make()
        with self._lock:
            if revision == self._revision:
                kept[key] = made
                while len(kept) > _KEPT[kind]:
                    kept.popitem(last=False)
        return made


def _in_order(columns: Columns, order: str) -> Sequence[int]:
    """The cases that have a row, in order; those alike by their time under observation, the longest first."""
    months = columns.intervals["overall_survival"].months
    drawn = np.flatnonzero(~np.isnan(months))
    longest = -months[drawn]
    keys: list[np.ndarray[Any, Any]]
    if order in ("stage", "first_treatment"):
        coded = columns.categories[order]
        rank = np.array([*np.argsort(np.argsort(coded.names)), len(coded.names)])[coded.codes[drawn]]
        keys = [longest, rank]
    elif order == "year":
        keys = [longest, columns.numbers["year"][drawn]]
    else:
        keys = [longest if order == "longest" else -longest]
    ordered: list[int] = columns.cases[drawn][np.lexsort(keys)].tolist()
    return ordered


_of: WeakKeyDictionary[Store, Cohorts] = WeakKeyDictionary()


def cohorts_of(store: Store) -> Cohorts:
    """The cohorts of a store: the same for every request."""
    return _of.setdefault(store, Cohorts(store))


def warm(store: Store) -> None:
    """Get ready what the first cohort needs, beside the start of the server: nobody waits for it."""
    Thread(target=_warm, args=(store,), daemon=True).start()


def _warm(store: Store) -> None:
    import_module("anamnese.cohort.survival")
    with suppress(SQLAlchemyError):  # the server may be stopped meanwhile
        cohorts_of(store).columns(Query())
