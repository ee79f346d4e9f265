"""The time axis: from days to places across the drawing. Long stretches without events are folded, and marked so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from anamnese.history.calendar import DAYS_A_MONTH
from anamnese.history_page.markup import Both
from anamnese.history_page.words import month_name

_FOLD = 30.0
"""The width of a folded stretch."""

_FOLDED_SHARE = 0.3
"""A stretch without events is folded where it is longer than this share of the stretches with events together …"""

_FOLDED_DAYS = 600
"""… and than so many days."""

_LEAST_SHARE = 0.05
"""A stretch with events takes at least this share of the drawing."""

_TICK_ROOM = 48.0
"""The least space between two ticks with words."""

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 1200, 12000)
_DAY_STEPS = (1, 2, 7, 14)


def day_number(value: str) -> int:
    """A full date as a count of days; a day that the calendar does not have is the last before it."""
    year, month, day = max(1, int(value[:4])), min(12, max(1, int(value[5:7]))), max(1, int(value[8:10]))
    while True:
        try:
            return date(year, month, day).toordinal()
        except ValueError:
            day -= 1


class Tick(NamedTuple):
    """A place on the axis with its words; `major` where a year begins."""

    x: float
    words: Both
    major: bool


class Fold(NamedTuple):
    """A folded stretch, from its first to its last day."""

    left: float
    right: float
    days: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: int
    last: int
    left: float
    right: float


class Scale:
    """Where each day stands between `left` and `right`. The scale is the same in all stretches."""

    def __init__(self, intervals: Iterable[tuple[str, str]], left: float, right: float) -> None:
        """`intervals`: the first and last days of all that is drawn; at least one."""
        days = sorted((day_number(first), day_number(last)) for first, last in intervals)
        spans = _joined(days)
        folds = len(spans) - 1
        total = sum(last - first for first, last in spans)
        self.by_day = (right - left - folds * _FOLD) / max(1, total)
        self._stretches: list[_Stretch] = []
        x = left
        for first, last in spans:
            width = (last - first) * self.by_day
            self._stretches.append(_Stretch(first, last, x, x + width))
            x += width + _FOLD

    def x(self, value: str) -> float:
        """Where a day stands."""
        return self._x(day_number(value))

    def _x(self, day: int) -> float:
        previous = self._stretches[0]
        for stretch in self._stretches:
            if day < stretch.first:
                break
            previous = stretch
        return previous.left + (min(max(day, previous.first), previous.last) - previous.first) * self.by_day

    def folds(self) -> list[Fold]:
        """The folded stretches."""
        return [Fold(a.right, b.left, b.first - a.last) for a, b in pairwise(self._stretches)]

    def ticks(self) -> list[Tick]:
        """The ticks of every stretch, as close as their words allow."""
        months = next(
            (step for step in _MONTH_STEPS if step * DAYS_A_MONTH * self.by_day >= _TICK_ROOM), _MONTH_STEPS[-1]
        )
        in_days = months == 1 and 7 * self.by_day >= _TICK_ROOM
        ticks: list[Tick] = []
        for stretch in self._stretches:
            found = self._days(stretch) if in_days else self._months(stretch, months)
            middle = date.fromordinal((stretch.first + stretch.last) // 2)
            ticks += _with_year(found or [(self._x(middle.toordinal()), middle, _month(middle))])
        return ticks

    def _months(self, stretch: _Stretch, step: int) -> list[tuple[float, date, Both]]:
        found: list[tuple[float, date, Both]] = []
        begin, end = date.fromordinal(stretch.first), date.fromordinal(stretch.last)
        month = (begin.year * 12 + begin.month - 1) // step * step
        while month <= end.year * 12 + end.month - 1:
            year, index = divmod(month, 12)
            month += step
            if not 1 <= year <= 9998:
                continue
            day = date(year, index + 1, 1)
            if stretch.first <= day.toordinal() <= stretch.last:
                found.append((self._x(day.toordinal()), day, (str(year),) * 2 if index == 0 else _month(day)))
        return found

    def _days(self, stretch: _Stretch) -> list[tuple[float, date, Both]]:
        step = next((step for step in _DAY_STEPS if step * self.by_day >= _TICK_ROOM), _DAY_STEPS[-1])
        found: list[tuple[float, date, Both]] = []
        for number in range(stretch.first, stretch.last + 1, step):
            day = date.fromordinal(number)
            words = (f"{day.day}/{day.month}", f"{day.day} {month_name(day.month, 'en')}")
            found.append((self._x(number), day, words))
        return found


def _month(day: date) -> Both:
    return month_name(day.month, "fr"), month_name(day.month, "en")


def _with_year(found: list[tuple[float, date, Both]]) -> list[Tick]:
    """The ticks of a stretch; the first tells its year."""
    ticks = []
    for i, (x, day, words) in enumerate(found):
        major = words[0] == str(day.year)
        if i == 0 and not major:
            by = "/" if "/" in words[0] else " "
            words = (f"{words[0]}{by}{day.year}", f"{words[1]} {day.year}")
        ticks.append(Tick(x, words, major or i == 0))
    return ticks


def _joined(days: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches with events, with room on both sides: intervals joined unless a gap to fold lies between them."""
    merged: list[list[int]] = []
    for first, last in days:
        last = max(first, last)
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    whole = merged[-1][1] - merged[0][0]
    gaps = sorted((b[0] - a[1] for a, b in pairwise(merged)), reverse=True)
    active, least = whole, None
    for gap in gaps:
        if gap > max(_FOLDED_DAYS, _FOLDED_SHARE * (active - gap)):
            active -= gap
            least = gap
        else:
            break
    spans = [merged[0]]
    for span in merged[1:]:
        if least is not None and span[0] - spans[-1][1] >= least:
            spans.append(span)
        else:
            spans[-1][1] = max(spans[-1][1], span[1])
    room = max(4, round(_LEAST_SHARE / 2 * max(active, 60)))
    last_day = date.max.toordinal()
    return [(max(1, first - room), min(last_day, last + room)) for first, last in spans]
