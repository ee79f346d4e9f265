"""A time in a text."""

from __future__ import annotations


class TimeExpression:
    """A time in the text. `value` is `YYYY[-MM[-DD]]`; `bound` tells `start` (`depuis`, `à partir de`), `end`
    (`jusqu'à`, the second of a range) or None; `calendar` is False for one told from another (`six mois plus tard`);
    `birth` for a date of birth."""

    __slots__ = ("birth", "bound", "calendar", "end", "start", "value")

    def __init__(
        self, start: int, end: int, value: str, bound: str | None = None, calendar: bool = True, birth: bool = False
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.bound = bound
        self.calendar = calendar
        self.birth = birth
