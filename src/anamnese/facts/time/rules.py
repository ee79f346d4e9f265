"""`time`: every calendar expression of the report, resolved."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading


def read(reading: Reading) -> Iterable[Draft]:
    """One `time` for each calendar expression, dates of headers and birth included."""
    for time in reading.dates:
        if time.calendar:
            yield reading.draft("time", time.start, time.end, value=time.value)
