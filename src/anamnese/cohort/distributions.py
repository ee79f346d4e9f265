"""How the cases of a cohort are spread: counts by site, morphology, stage, marker, age, treatment and year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anamnese.cohort.columns import Coded, Columns
from anamnese.cohort.grouping import banded

_MOST_BARS = 15
_AGE_BANDS = range(0, 101, 10)
_STAGES = ("0", "I", "II", "III", "IV")


class Part(NamedTuple):
    """A part of a bar: the cases with a result."""

    name: str
    n: int


class Bar(NamedTuple):
    """The cases with a value. `parts` split it where it has several results."""

    name: str
    n: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """The bars of a plot. `told` cases have a value, `untold` have none; `left_out` values and the cases of them are
    not drawn."""

    kind: str
    bars: tuple[Bar, ...]
    told: int
    untold: int
    left_out: int = 0
    """How many rarer values there are that have no bar."""


def _organs(columns: Columns) -> Distribution:
    return _largest("organ", columns.organs)


def _morphologies(columns: Columns) -> Distribution:
    return _largest("morphology", columns.categories["morphology"])


def _stages(columns: Columns) -> Distribution:
    stage = columns.categories["stage"]
    counts = stage.counts()
    bars = tuple(Bar(name, counts[name]) for name in _STAGES if name in counts)
    return _distribution("stage", bars, len(columns), int((stage.codes >= 0).sum()))


def _ages(columns: Columns) -> Distribution:
    codes, names = banded(columns.numbers["age"], _AGE_BANDS)
    return _run("age", codes, names)


def _years(columns: Columns) -> Distribution:
    years = columns.numbers["year"]
    if np.isnan(years).all():
        return Distribution("year", (), 0, len(columns))
    first = int(np.nanmin(years))
    names = tuple(str(year) for year in range(first, int(np.nanmax(years)) + 1))
    codes = np.where(np.isnan(years), -1, np.nan_to_num(years) - first).astype(np.int32)
    return _run("year", codes, names)


def _treatments(columns: Columns) -> Distribution:
    given = columns.sets["treatments"]
    bars = tuple(Bar(name, count) for name, count in given.counts().items())
    return _distribution("treatment", bars, len(columns), len(np.unique(given.rows)))


def _markers(columns: Columns) -> Distribution:
    """A bar a marker, split by its results; each case counts once a marker."""
    results: dict[str, list[Part]] = {}
    for marker, n in columns.sets["markers"].counts().items():
        name, _, result = marker.rpartition("=")
        results.setdefault(name, []).append(Part(result, n))
    bars = [Bar(name, sum(part.n for part in parts), tuple(parts)) for name, parts in results.items()]
    bars.sort(key=lambda bar: (-bar.n, bar.name))
    told = len(np.unique(columns.sets["markers"].rows))
    return _distribution("marker", tuple(bars[:_MOST_BARS]), len(columns), told, max(0, len(bars) - _MOST_BARS))


_KINDS: dict[str, Callable[[Columns], Distribution]] = {
    "organ": _organs,
    "morphology": _morphologies,
    "stage": _stages,
    "marker": _markers,
    "treatment": _treatments,
    "age": _ages,
    "year": _years,
}
DISTRIBUTIONS = tuple(_KINDS)


def distribution(columns: Columns, kind: str) -> Distribution:
    """The distribution of a kind. Raises KeyError for what is none of `DISTRIBUTIONS`."""
    return _KINDS[kind](columns)


def _largest(kind: str, column: Coded) -> Distribution:
    counts = list(column.counts().items())
    bars = tuple(Bar(name, count) for name, count in counts[:_MOST_BARS])
    return _distribution(
        kind, bars, len(column.codes), int((column.codes >= 0).sum()), max(0, len(counts) - _MOST_BARS)
    )


def _run(kind: str, codes: NDArray[np.int32], names: tuple[str, ...]) -> Distribution:
    """Neighbouring values without gaps, from the first that occurs to the last."""
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    present = np.flatnonzero(counts)
    span = range(int(present[0]), int(present[-1]) + 1) if len(present) else range(0)
    bars = tuple(Bar(names[i], int(counts[i])) for i in span)
    return _distribution(kind, bars, len(codes), int((codes >= 0).sum()))


def _distribution(kind: str, bars: tuple[Bar, ...], n: int, told: int, left_out: int = 0) -> Distribution:
    return Distribution(kind, bars, told, n - told, left_out)
