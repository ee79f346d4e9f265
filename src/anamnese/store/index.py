"""What lists and cohorts ask again and again, kept in memory and mended by what has changed since.

For each condition of a query a mask over the ids of cases; for each kind of code the cases that have it; for each
sort the order. A write raises the store's revision and marks the cases that it changed with it, so that a mask or a
kind is mended by asking about these cases alone; an order is read again, which needs an index only. Where cases were
deleted, or very many changed, all is read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select

from anamnese.store.models import CaseRow, RevisionRow
from anamnese.store.query import MANY, Query
from anamnese.store.search import by_index
from anamnese.store.selection import Condition, coded, conditions, valued, valueless

Mask = NDArray[np.bool_]
"""True at the ids of the cases that are meant."""
Ids = NDArray[np.int64]

_KEPT = 256
"""Masks that are kept; one of 100,000 cases takes 100 kB."""

_MANY = 1000
"""Changed cases from which reading anew is quicker than mending."""

_FEW = 200
"""Cases that are sorted by the database; more are taken from the whole order."""


class Moment(NamedTuple):
    """A moment of the store: its revision, and how often cases were deleted."""

    revision: int
    deletions: int


class Changes(NamedTuple):
    """The cases that changed since a moment; None where all has to be read anew."""

    now: Moment
    ids: list[int] | None


def moment(connection: Connection) -> Moment:
    """The present moment of the store."""
    value, deletions = connection.execute(select(RevisionRow.value, RevisionRow.deletions)).one()
    return Moment(value, deletions)


def changes(connection: Connection, since: Moment | None) -> Changes:
    """What changed since a moment."""
    now = moment(connection)
    if since is None:
        return Changes(now, None)
    if since.revision >= now.revision:  # what is kept is of this moment, or of a later one that another thread saw
        return Changes(since, [])
    if since.deletions != now.deletions:
        return Changes(now, None)
    asked = select(CaseRow.id).where(CaseRow.revision > since.revision).limit(_MANY + 1)
    ids = list(connection.scalars(asked))
    return Changes(now, None if len(ids) > _MANY else ids)


@dataclass(frozen=True, slots=True)
class Codes:
    """The cases that have codes of a kind: case `ids[i]` has `names[codes[i]]`."""

    ids: Ids
    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def counts(self, mask: Mask | None) -> list[tuple[str, int]]:
        """How many of the cases have each code, the most frequent first."""
        codes = self.codes if mask is None else self.codes[_at(mask, self.ids)]
        told = np.bincount(codes, minlength=len(self.names))
        found = [(name, int(number)) for name, number in zip(self.names, told, strict=True) if number]
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def mask(self, names: Sequence[str]) -> Mask:
        """The cases that have any of some codes."""
        wanted = np.isin(np.array(self.names), names)[self.codes] if self.names else np.zeros(0, np.bool_)
        return _set(np.zeros(0, np.bool_), self.ids[wanted])


_Value = TypeVar("_Value")


class _Entry:
    """Something kept, and the moment that it is of."""

    __slots__ = ("at", "lock", "value")

    def __init__(self) -> None:
        self.lock = Lock()
        self.at: Moment | None = None
        self.value: Any = None


class Index:
    """What is kept of one store; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[tuple[Any, ...], _Entry] = OrderedDict()

    def mask(self, connection: Connection, query: Query, but: str | None = None) -> Mask | None:
        """The cases that a query means; None: all. `but` leaves out what it asks of one kind."""
        masks = [self._mask(connection, held) for held in conditions(connection.dialect.name, query)]
        masks += [
            self._codes(connection, kind).mask(values)
            for kind in MANY
            if kind != but and (values := getattr(query, kind))
        ]
        if not masks:
            return None
        size = min(len(mask) for mask in masks)
        meant: Mask = np.logical_and.reduce([mask[:size] for mask in masks])
        return meant

    def counts(self, connection: Connection, query: Query, kind: str) -> list[tuple[str, int]]:
        """How many of the cases that a query means have each code of a kind, whatever it asks of the kind itself."""
        return self._codes(connection, kind).counts(self.mask(connection, query, but=kind))

    def ordered(self, connection: Connection, query: Query, mask: Mask | None) -> Ids:
        """The ids of the cases of a mask, or of all, in the query's order."""
        sort, down = query.sort.removeprefix("-"), query.sort.startswith("-")
        if mask is not None and np.count_nonzero(mask) <= _FEW:
            return _sorted_by_database(connection, np.flatnonzero(mask), sort, down)
        with_value, without = self._order(connection, sort)
        order = np.concatenate([with_value[::-1], without[::-1]] if down else [with_value, without])
        return order if mask is None else order[_at(mask, order)]

    def _mask(self, connection: Connection, condition: Condition) -> Mask:
        def anew() -> Mask:
            with by_index(connection) if condition.key[0] == "text" else nullcontext():
                return _set(np.zeros(0, np.bool_), _ids(connection, condition.select))

        def mended(mask: Mask, changed: Sequence[int]) -> Mask:
            cleared = mask.copy()
            cleared[[id for id in changed if id < len(cleared)]] = False
            return _set(cleared, _ids(connection, condition.among(changed)))

        return self._kept(connection, ("mask", *condition.key), anew, mended)

    def _codes(self, connection: Connection, kind: str) -> Codes:
        def anew() -> Codes:
            return Codes(*_grouped(rows(connection, coded(kind)), ()))

        def mended(held: Codes, changed: Sequence[int]) -> Codes:
            ids, codes, names = _grouped(rows(connection, coded(kind, changed)), held.names)
            kept = ~np.isin(held.ids, np.array(changed, np.int64))
            return Codes(np.concatenate([held.ids[kept], ids]), np.concatenate([held.codes[kept], codes]), names)

        return self._kept(connection, ("codes", kind), anew, mended)

    def _order(self, connection: Connection, sort: str) -> tuple[Ids, Ids]:
        def anew() -> tuple[Ids, Ids]:
            absent = valueless(sort, False)
            return _ids(connection, valued(sort, False)), (
                _ids(connection, absent) if absent is not None else np.zeros(0, np.int64)
            )

        return self._kept(connection, ("order", sort), anew, lambda held, changed: anew())

    def _kept(
        self,
        connection: Connection,
        key: tuple[Any, ...],
        anew: Callable[[], _Value],
        mended: Callable[[_Value, Sequence[int]], _Value],
    ) -> _Value:
        """What is kept under a key, as of the connection's moment or a later one."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
        with entry.lock:
            changed = changes(connection, entry.at)
            value: _Value = entry.value
            if changed.ids is None:
                value = anew()
            elif changed.ids:
                value = mended(value, changed.ids)
            entry.value, entry.at = value, changed.now
            return value


def _sorted_by_database(connection: Connection, ids: Ids, sort: str, down: bool) -> Ids:
    among = CaseRow.id.in_(ids.tolist())
    absent = valueless(sort, down)
    last = [_ids(connection, absent.where(among))] if absent is not None else []
    return np.concatenate([_ids(connection, valued(sort, down).where(among)), *last])


def rows(connection: Connection, asked: Select[*tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    """Many rows as the driver gives them: a row of SQLAlchemy's own takes ten times as long to make."""
    with connection.execute(asked) as result:
        assert result.cursor is not None
        found: Sequence[Sequence[Any]] = result.cursor.fetchall()
        return found


def _ids(connection: Connection, asked: Select[Any]) -> Ids:
    found = rows(connection, asked)
    return np.fromiter((row[0] for row in found), np.int64, len(found))


def _set(mask: Mask, ids: Ids) -> Mask:
    """A mask with some ids more, grown where they need it."""
    size = max(len(mask), int(ids.max()) + 1 if len(ids) else 0)
    grown = np.zeros(size, np.bool_)
    grown[: len(mask)] = mask
    grown[ids] = True
    return grown


def _at(mask: Mask, ids: Ids) -> Mask:
    """What a mask has at some ids; what lies beyond its end is not meant."""
    within: Mask = ids < len(mask)
    found = np.zeros(len(ids), np.bool_)
    found[within] = mask[ids[within]]
    return found


def _grouped(
    grouped: Sequence[Sequence[Any]], names: tuple[str, ...]
) -> tuple[Ids, NDArray[np.int32], tuple[str, ...]]:
    """Cases and codes, case by case, of codes with their cases; `names` are those known already."""
    places = {name: place for place, name in enumerate(names)}
    parts = [np.fromstring(ids, np.int64, sep=",") for _, ids in grouped]
    codes = [places.setdefault(code, len(places)) for code, _ in grouped]
    every = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    return every, np.repeat(np.array(codes, np.int32), [len(part) for part in parts]), tuple(places)
