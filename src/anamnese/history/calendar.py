"""Arithmetic on partial dates: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`."""

from __future__ import annotations

from datetime import date, timedelta


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
    return value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value
