"""Partial dates in a model that wants whole days.

A date known to the day is written as it is, with midnight as its time (the CDM's convention). A month or a year is
written as its first day without a time, and what was told stands in an observation beside the row (`rows.Rows`): never
a made-up day without saying so. What was told is written in EDTF (ISO 8601-2): `2015-02`, `../2015-08` for a beginning
known only by its end, `XXXX` where the record does not tell when.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, NamedTuple

from anamnese.record import When

UNTOLD = "XXXX"


class Day(NamedTuple):
    """A day to write. `told` is None where the day is what was told, else what was told of it in EDTF."""

    day: date
    told: str | None = None
    certainty: str = "stated"

    def cells(self, name: str) -> dict[str, Any]:
        """The cells `NAME_date` and `NAME_datetime`."""
        return {f"{name}_date": self.day, f"{name}_datetime": self.midnight()}

    def midnight(self) -> datetime | None:
        """The time of a day known as such; None for the first day of a month or year."""
        return datetime.combine(self.day, time()) if self.told is None else None

    def untold(self) -> Day:
        """This day for something whose own date is not told."""
        return Day(self.day, UNTOLD, "placed")


def first_day(when: When) -> Day | None:
    """The first day that a date may be; None where none is told."""
    day = _parsed(when.earliest)
    if day is None or when.value is None:
        return None
    return Day(day, None if len(when.value) == 10 else when.value, when.certainty)


def last_day(when: When) -> Day | None:
    """The last day that a date may be: the CDM's convention for deaths known to the month or year."""
    day = _parsed(when.latest)
    if day is None or when.value is None:
        return None
    return Day(day, None if len(when.value) == 10 else when.value, when.certainty)


def beginning(start: When, end: When) -> Day | None:
    """The day to write as the beginning of what lasts; where only its end is told, that of the end."""
    day = first_day(start)
    if day is None:
        ended = first_day(end)
        return ended and Day(ended.day, f"../{end.value}", "placed")
    return day


def _parsed(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
