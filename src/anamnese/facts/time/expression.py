"""A time in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TimeExpression:
    """A time in the text. `value` is `YYYY[-MM[-DD]]`; `bound` tells `start` (`depuis`, `à partir de`), `end`
    (`jusqu'à`, the second of a range) or None; `calendar` is False for one told from another (`six mois plus tard`);
    `birth` for a date of birth."""

    start: int
    end: int
    value: str
    bound: str | None = None
    calendar: bool = True
    birth: bool = False
