"""Which group each case of a cohort belongs to: the curves of a plot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anamnese.cohort.columns import Coded, Columns

GROUPINGS = ("none", "stage", "sex", "age", "organ", "first_treatment", "first_line", "first_regimen", "marker")
"""What a cohort can be grouped by; `marker` needs the name of one."""

ALL = "all"
OTHERS = "others"
MOST_GROUPS = 6
"""More curves than these are told apart neither by colour nor by dash; the rest is one group, `others`."""

_STAGES = ("0", "I", "II", "III", "IV")
AGE_LIMITS = (0, 50, 65, 75)
"""Years at diagnosis where a group of ages begins."""

_IN_ORDER = frozenset({"stage", "age"})
"""Groupings whose groups have an order of their own; the others stand by size."""


def grouped(columns: Columns, by: str, marker: str | None = None) -> Coded:
    """The group of each case, -1 where the record does not tell it: at most `MOST_GROUPS`, the smallest of them
    together as `others`. Raises ValueError for what is no grouping."""
    if by == "none":
        return Coded(np.zeros(len(columns), np.int32), (ALL,))
    if by == "marker":
        results = [name for name in columns.sets["markers"].names if marker and name.startswith(f"{marker}=")]
        return _largest(columns.sets["markers"].one_of(results, len(columns)))
    if by == "age":
        return _ordered(Coded(*banded(columns.numbers["age"], AGE_LIMITS)))
    if by == "organ":
        return _largest(columns.organs)
    if by not in GROUPINGS:
        raise ValueError(f"no grouping {by!r}: one of {', '.join(GROUPINGS)}")
    told = columns.categories[by]
    return _ordered(told, _STAGES) if by in _IN_ORDER else _largest(told)


def banded(values: NDArray[np.float64], limits: Sequence[int]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Each value's band, from one limit up to the next: its code (-1 for NaN) and the bands' names, `50-64`, `75+`."""
    names = (*(f"{low}-{high - 1}" for low, high in pairwise(limits)), f"{limits[-1]}+")
    codes = np.digitize(np.nan_to_num(values, nan=-1.0), np.array(limits)) - 1
    return np.where(np.isnan(values), -1, codes).astype(np.int32), names


def _ordered(column: Coded, order: Sequence[str] | None = None) -> Coded:
    """The groups that occur, in the given order (or that of the column)."""
    present = column.counts()
    return _renamed(column, [name for name in order or column.names if name in present])


def _largest(column: Coded) -> Coded:
    """The largest groups by size, and what is left as `others` where that is more than one."""
    names = list(column.counts())
    if len(names) <= MOST_GROUPS:
        return _renamed(column, names)
    shown = _renamed(column, names[: MOST_GROUPS - 1])
    codes = np.where((shown.codes < 0) & (column.codes >= 0), len(shown.names), shown.codes).astype(np.int32)
    return Coded(codes, (*shown.names, OTHERS))


def _renamed(column: Coded, names: Sequence[str]) -> Coded:
    places = {name: place for place, name in enumerate(names)}
    of_name = np.array([places.get(name, -1) for name in column.names] + [-1], np.int32)
    return Coded(of_name[column.codes], tuple(names))
