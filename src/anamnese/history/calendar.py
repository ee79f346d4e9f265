"""Arithmetic on partial dates: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`; a partial date is the interval of the days it may
be."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

DAYS_A_MONTH = 30.4375
"""The mean length of a month in days (365.25 / 12)."""


def shift(value: str, months: int, days: int, keep: str = "day") -> str:
    """`value` moved by months and days; no more precise than `value` and `keep` (`day`, `month` or `year`) allow."""
    precision = min(len(value), {"day": 10, "month": 7, "year": 4}[keep])
    year = int(value[:4])
    month = int(value[5:7]) if len(value) >= 7 else 1
    day = int(value[8:10]) if len(value) == 10 else 1
    total = year * 12 + month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9998:
        return value
    moved = date(year, month + 1, min(day, 28) if months else day) + timedelta(days=days)
    return moved.isoformat()[:precision]


def closest_year(base: str, month: int, day: int | None) -> int:
    """The year in which a month (and day) lies closest to `base`; the base's own year where only that is known."""
    year = int(base[:4])
    if len(base) < 7:
        return year
    base_month = int(base[5:7])
    distance = month - base_month
    if distance > 6:
        return year - 1
    if distance < -6 or (distance == -6 and day is not None):
        return year + 1
    return year


def first_day(value: str) -> str:
    """The first day of the interval that a partial date stands for."""
    return value + "-01-01"[len(value) - 4 :]


@lru_cache(maxsize=4096)
def last_day(value: str) -> str:
    """The last day of the interval that a partial date stands for."""
    if len(value) == 10:
        return value
    year, month = max(1, int(value[:4])), min(12, max(1, int(value[5:7]))) if len(value) == 7 else 12
    return f"{year:04d}-{month:02d}-{monthrange(year, month)[1]:02d}"


def compatible(a: str | None, b: str | None) -> bool:
    """Whether two partial dates may be the same day; an absent one may be any."""
    if a is None or b is None:
        return True
    return a.startswith(b) or b.startswith(a)


@lru_cache(maxsize=8192)
def months_between(start: str, end: str) -> tuple[float, float]:
    """The least and most months from one partial date to another, from the bounds of both."""
    low = (_day(first_day(end)) - _day(last_day(start))).days
    high = (_day(last_day(end)) - _day(first_day(start))).days
    return round(max(0, low) / DAYS_A_MONTH, 1), round(max(0, high) / DAYS_A_MONTH, 1)


def earliest(dates: Iterable[str]) -> str | None:
    """The first of some partial dates; of two that agree as far as both tell, the finer."""
    first: str | None = None
    for value in sorted(dates):
        if first is None or (value.startswith(first) and len(value) > len(first)):
            first = value
    return first


def months_apart(a: str, b: str) -> float:
    """How many months lie at least between two partial dates, whichever is first."""
    low, _ = months_between(min(a, b), max(a, b))
    return low


@lru_cache(maxsize=8192)
def _day(value: str) -> date:
    """A full date; one that the calendar does not have (`2015-02-31`) is the last day before."""
    year, month = max(1, int(value[:4])), min(12, max(1, int(value[5:7])))
    return date(year, month, min(monthrange(year, month)[1], max(1, int(value[8:10]))))
