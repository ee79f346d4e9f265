"""A patient's bar of a swimmer plot: the courses of treatment as segments, what happened as marks, in months from the
diagnosis.

Imprecise dates stand at the middle of the days they may be, as in the measures of survival.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from anamnese.history.calendar import DAYS_A_MONTH, first_day, last_day
from anamnese.record import Course, History, TumourRecord, When

_MOMENTARY = frozenset({"surgery", "transplant", "embolisation"})
"""Kinds of treatment that are done on a day: a segment without length."""

MONTHS_BEFORE = -6.0
"""A course that begins longer before the diagnosis is not of this tumour, or its date is not: it is left out. Less
allows for the operation that made the diagnosis and for dates known to the year."""

_RESPONSES = {
    "complete": "complete_response",
    "pathologic_complete": "complete_response",
    "no_evidence_of_disease": "complete_response",
    "partial": "partial_response",
}
MARKS = ("relapse", "progression", "complete_response", "partial_response", "death", "followed")
"""What a mark may be; `followed` is the arrow of a patient who was alive at the last news."""


class Bar(NamedTuple):
    """A course: `ended` False where its end is not told and the bar is drawn to what came next."""

    kind: str
    start: float
    end: float
    ended: bool
    line: int | None
    what: str
    """Its regimen, drugs or operation."""


class Mark(NamedTuple):
    """What happened, and when."""

    kind: str
    at: float


@dataclass(frozen=True, slots=True)
class Swimmer:
    """A patient's row: `end` is the last news or death, in months from the diagnosis of the main tumour."""

    end: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]

    def to_json(self) -> str:
        """Compact JSON, for a column of a table."""
        return json.dumps([self.end, self.bars, self.marks], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Swimmer:
        """What `to_json` wrote."""
        end, bars, marks = json.loads(text)
        return cls(end, tuple(Bar(*bar) for bar in bars), tuple(Mark(*mark) for mark in marks))


def dated_months(start: str, then: When) -> float | None:
    """Months from a partial date to another, each taken at its middle; None where the other is unknown."""
    return (_middle(then.value) - _middle(start)) / DAYS_A_MONTH if then.value else None


def swim(history: History, index: int) -> Swimmer | None:
    """The row of a tumour; None where its diagnosis or the end of its story is not dated."""
    tumour = history.tumours[index]
    zero = tumour.diagnosed.value
    patient = history.patient
    dead = patient.death.value is not None
    end = _at(zero, patient.death if dead else patient.last_news)
    if zero is None or end is None:
        return None
    end = max(0.0, end)
    courses = [course for episode in tumour.episodes for course in episode.courses if course.status == "affirmed"]
    marks = sorted((*_marks(tumour, zero, end), Mark("death" if dead else "followed", end)), key=lambda mark: mark.at)
    turns = [mark.at for mark in marks if mark.kind in ("relapse", "progression")]
    starts = [at for course in courses if (at := _at(zero, course.start)) is not None]
    bars = [bar for course in courses if (bar := _bar(course, zero, end, sorted({*turns, *starts})))]
    return Swimmer(end, tuple(sorted(bars, key=lambda bar: (bar.start, bar.end))), tuple(marks))


def _bar(course: Course, zero: str, end: float, turns: list[float]) -> Bar | None:
    """A course without a told end lasts, for the drawing, until the next turn of the story."""
    start, stop = _at(zero, course.start), _at(zero, course.end)
    if start is None or start < MONTHS_BEFORE:
        return None
    start = min(start, end)
    ended = stop is not None or course.kind in _MOMENTARY
    if course.kind in _MOMENTARY:
        stop = start
    elif stop is None:
        stop = min((turn for turn in turns if turn > start), default=end)
    what = course.regimen or " + ".join(drug.name for drug in course.drugs) or course.procedure or ""
    return Bar(course.kind, start, max(start, min(stop or start, end)), ended, course.line, what)


def _marks(tumour: TumourRecord, zero: str, end: float) -> list[Mark]:
    found = []
    for episode in tumour.episodes:
        told = [("relapse" if episode.kind.startswith("relapse") else str(episode.kind), episode.when)]
        if episode.suspected or told[0][0] not in MARKS:
            told.clear()
        told += [(_RESPONSES.get(response.result or "", ""), response.when) for response in episode.responses]
        found += [Mark(kind, min(at, end)) for kind, when in told if kind and (at := _at(zero, when)) is not None]
    return list(dict.fromkeys(found))


def _at(zero: str | None, when: When) -> float | None:
    months = dated_months(zero, when) if zero else None
    return None if months is None else round(months, 1)


def _middle(value: str) -> float:
    """The middle of the days that a partial date may be, as a day number."""
    return (_number(first_day(value)) + _number(last_day(value))) / 2


def _number(day: str) -> int:
    year, month, of_month = int(day[:4]), int(day[5:7]), int(day[8:10])
    return date(year, month, 1).toordinal() + of_month - 1
