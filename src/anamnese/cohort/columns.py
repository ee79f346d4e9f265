"""Many observations column by column, so that a hundred thousand cases are grouped and counted in milliseconds.

`row` lays an observation out flat, as a table keeps it; `Columns.of` reads such rows back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anamnese.cohort.observation import ENDPOINTS, Endpoint, Observation

CATEGORIES = ("sex", "site", "morphology", "stage", "first_treatment", "first_line", "first_regimen")
"""Columns with one value a case."""

NUMBERS = ("age", "year")
SETS = ("markers", "treatments")
"""Columns with several values a case: a JSON list."""

_SHORT: dict[Endpoint, str] = {
    "overall_survival": "os",
    "progression_free_survival": "pfs",
    "time_to_relapse": "relapse",
}
_BOUNDS = ("low", "high", "event")
FIELDS: tuple[str, ...] = (
    *CATEGORIES,
    *NUMBERS,
    *SETS,
    *(f"{_SHORT[endpoint]}_{bound}" for endpoint in ENDPOINTS for bound in _BOUNDS),
)
"""The columns of a flat row, in order; the bounds are months, the event is true where it was reached."""


def row(observation: Observation) -> tuple[Any, ...]:
    """An observation as a flat row in the order of `FIELDS`; its swimmer is kept apart (`Swimmer.to_json`)."""
    plain = [getattr(observation, name) for name in (*CATEGORIES, *NUMBERS)]
    lists = [json.dumps(getattr(observation, name), ensure_ascii=False) for name in SETS]
    bounds = [bound for endpoint in ENDPOINTS for bound in (getattr(observation, endpoint) or (None, None, None))]
    return (*plain, *lists, *bounds)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of names: `codes` points into `names`, -1 where there is none."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def name(self, place: int) -> str | None:
        """The name at a row."""
        code = int(self.codes[place])
        return self.names[code] if code >= 0 else None

    def counts(self) -> dict[str, int]:
        """How many cases have each name, the most frequent first."""
        told = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return {self.names[i]: int(told[i]) for i in np.argsort(-told, kind="stable") if told[i]}


@dataclass(frozen=True, slots=True)
class Sets:
    """A column of sets of names: `codes[i]` is a name of the case at row `rows[i]`."""

    rows: NDArray[np.int32]
    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many cases have each name, the most frequent first."""
        told = np.bincount(self.codes, minlength=len(self.names))
        return {self.names[i]: int(told[i]) for i in np.argsort(-told, kind="stable") if told[i]}

    def one_of(self, names: Sequence[str], length: int) -> Coded:
        """A column of one value: which of `names` a case has."""
        codes = np.full(length, -1, np.int32)
        for place, name in enumerate(names):
            if name in self.names:
                codes[self.rows[self.codes == self.names.index(name)]] = place
        return Coded(codes, tuple(names))


@dataclass(frozen=True, slots=True)
class Intervals:
    """Months to an event or censoring, NaN where a case is not observed."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    event: NDArray[np.bool_]

    @property
    def months(self) -> NDArray[np.float64]:
        """The midpoints: a date known to the month or year is taken to be the middle of it, which is unbiased where
        events fall evenly within it."""
        middle: NDArray[np.float64] = (self.low + self.high) / 2
        return middle

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Which cases are observed."""
        return ~np.isnan(self.low)


@dataclass(frozen=True)
class Columns:
    """The observations of many cases; row `i` of every column is that of case `cases[i]`, in order of their ids."""

    cases: NDArray[np.int64]
    categories: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]
    sets: Mapping[str, Sets]
    intervals: Mapping[Endpoint, Intervals]

    def __len__(self) -> int:
        return len(self.cases)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Columns:
        """From flat rows, each led by the id of its case."""
        told = sorted(rows, key=lambda values: values[0])
        columns = list(zip(*told, strict=True)) if told else [()] * (len(FIELDS) + 1)
        held = dict(zip(("case", *FIELDS), columns, strict=True))
        return cls(
            np.array(held["case"], np.int64),
            {name: _coded(held[name]) for name in CATEGORIES},
            {name: np.array(held[name], np.float64) for name in NUMBERS},
            {name: _sets(held[name]) for name in SETS},
            {endpoint: _intervals(*(held[f"{short}_{b}"] for b in _BOUNDS)) for endpoint, short in _SHORT.items()},
        )

    def replacing(self, rows: Iterable[Sequence[Any]]) -> Columns:
        """The same with other rows of some cases, or with rows of new ones: what changed in a store since."""
        fresh = Columns.of(rows)
        if not len(fresh):
            return self
        kept = self.where(~np.isin(self.cases, fresh.cases))
        cases = np.concatenate([kept.cases, fresh.cases])
        order = np.argsort(cases, kind="stable")
        return Columns(
            cases[order],
            {name: _coded_with(column, fresh.categories[name], order) for name, column in kept.categories.items()},
            {name: np.concatenate([column, fresh.numbers[name]])[order] for name, column in kept.numbers.items()},
            {name: _sets_with(column, fresh.sets[name], order, len(kept)) for name, column in kept.sets.items()},
            {endpoint: _with(column, fresh.intervals[endpoint], order) for endpoint, column in kept.intervals.items()},
        )

    def only(self, cases: Sequence[int] | NDArray[np.int64]) -> Columns:
        """The rows of these cases."""
        wanted = np.asarray(cases, np.int64)
        return self.where(np.isin(self.cases, wanted))

    def where(self, kept: NDArray[np.bool_]) -> Columns:
        """The rows that a mask keeps."""
        if kept.all():
            return self
        place = np.cumsum(kept, dtype=np.int32) - 1
        return Columns(
            self.cases[kept],
            {name: Coded(column.codes[kept], column.names) for name, column in self.categories.items()},
            {name: column[kept] for name, column in self.numbers.items()},
            {name: _kept(column, kept, place) for name, column in self.sets.items()},
            {e: Intervals(c.low[kept], c.high[kept], c.event[kept]) for e, c in self.intervals.items()},
        )

    @cached_property
    def organs(self) -> Coded:
        """The sites by organ: the first three signs of the topography."""
        sites = self.categories["site"]
        names = tuple(dict.fromkeys(name[:3] for name in sites.names))
        places = {name: place for place, name in enumerate(names)}
        of_site = np.array([places[name[:3]] for name in sites.names] + [-1], np.int32)
        return Coded(of_site[sites.codes], names)


def _coded(values: Sequence[str | None]) -> Coded:
    names: dict[str | None, int] = {None: -1}
    codes = np.fromiter((names.setdefault(value, len(names) - 1) for value in values), np.int32, len(values))
    return Coded(codes, tuple(name for name in names if name is not None))


def _sets(values: Sequence[str]) -> Sets:
    """Each distinct list is parsed once: cases share few."""
    names: dict[str, int] = {}
    parsed: dict[str, tuple[int, ...]] = {}
    for text in values:
        if text not in parsed:
            parsed[text] = tuple(names.setdefault(name, len(names)) for name in json.loads(text))
    lists = [parsed[text] for text in values]
    rows = np.repeat(np.arange(len(values), dtype=np.int32), np.array([len(codes) for codes in lists], np.int64))
    return Sets(rows, np.array([code for codes in lists for code in codes], np.int32), tuple(names))


def _intervals(low: Sequence[float | None], high: Sequence[float | None], event: Sequence[Any]) -> Intervals:
    return Intervals(
        np.array(low, np.float64), np.array(high, np.float64), np.array([bool(value) for value in event], np.bool_)
    )


def _kept(column: Sets, kept: NDArray[np.bool_], place: NDArray[np.int32]) -> Sets:
    stays = kept[column.rows]
    return Sets(place[column.rows[stays]], column.codes[stays], column.names)


def _merged(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The names of both, and where each of the others stands among them (behind them all, nowhere: -1)."""
    places = {name: place for place, name in enumerate(names)}
    moved = [places.setdefault(name, len(places)) for name in others]
    return tuple(places), np.array([*moved, -1], np.int32)


def _coded_with(column: Coded, other: Coded, order: NDArray[np.int64]) -> Coded:
    names, moved = _merged(column.names, other.names)
    return Coded(np.concatenate([column.codes, moved[other.codes]])[order], names)


def _sets_with(column: Sets, other: Sets, order: NDArray[np.int64], before: int) -> Sets:
    names, moved = _merged(column.names, other.names)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    rows = place[np.concatenate([column.rows, other.rows + np.int32(before)])]
    codes = np.concatenate([column.codes, moved[other.codes]])
    sorted_ = np.argsort(rows, kind="stable")
    return Sets(rows[sorted_], codes[sorted_], names)


def _with(column: Intervals, other: Intervals, order: NDArray[np.int64]) -> Intervals:
    return Intervals(
        np.concatenate([column.low, other.low])[order],
        np.concatenate([column.high, other.high])[order],
        np.concatenate([column.event, other.event])[order],
    )
