"""From the date of an item to the `When` of a record."""

from __future__ import annotations

from anamnese.history.calendar import first_day, last_day
from anamnese.record import Certainty, Proof, When

UNKNOWN = When(certainty="placed")
"""Of what has no date, and no fact that tells one."""


def when(value: str | None, certainty: Certainty = "stated", basis: tuple[Proof, ...] = ()) -> When:
    """The `When` of a partial date: the first and last day it may be."""
    if value is None:
        if not basis and certainty != "inferred":
            return UNKNOWN
        return When(certainty="placed" if certainty == "stated" else certainty, basis=basis)
    if len(value) == len("2015-03-21"):
        return When(value, value, value, certainty, basis)
    return When(value, first_day(value), last_day(value), certainty, basis)
