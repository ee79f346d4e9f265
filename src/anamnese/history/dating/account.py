"""The times that one report tells, in order, and the parts of it that tell of one patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from anamnese.facts.starts import begun
from anamnese.facts.time.expression import TimeExpression
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

ACTS = frozenset({"therapy", "medication"})
"""Types of fact that tell what is done."""
CHANGES = frozenset({"event", "response", "metastasis"})
"""Types of fact that tell how a disease goes on."""
COURSES = frozenset({"chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone"})
"""Kinds of therapy that go on for a while."""
OPENING = 12
"""A time so near the beginning of its sentence opens it, in characters."""
OBSERVED_TODAY = frozenset({"vital", "performance_status"})
"""Types of fact that a document observes on its own day."""
ATTACHED_REACH = 40
"""How far from the words of a fact the date stands that goes with them, in characters."""


LAPSE = folded_re(
    r"\W*(?:(?:puis|mais|et|environ),? )*"
    r"(?:une? |deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|\d+)[^.;,]{0,5}?"
    r"\b(?:ans?|annees?|mois|semaines) (?:plus tard|apres)"
)
"""Before what its sentence tells, how long after what was told before that was: `│Dix mois plus tard│, rechute`."""

_NO_TIMES: list[TimeExpression] = []


class Account:
    """The account that a report gives: the times that it tells, and what stands between them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.folded = reading.folded
        self.times = [time for time in reading.dates if not time.birth]
        self.starts = [time.start for time in self.times]
        self.therapies = sorted((draft.start, str(draft.get("kind"))) for draft in reading.facts("therapy"))
        self._therapy_starts = [start for start, _ in self.therapies]
        self.sampled, self.observed, self.left, self.written = reading.document
        self.tumours = sorted(fact.start for fact in reading.facts("tumour") if fact.status in (None, "affirmed"))
        self.presented = [reading.sentence(patient.start).start for patient in reading.facts("patient")[1:]]
        self.standing: dict[int, tuple[int, int]] = {}
        """What the account before a sentence has come to, by where that begins (see `carried.py`)."""
        self._opened: list[int] = []
        self._closed: list[int] = []
        """Where the sentences that tell times begin and end, in order."""
        self._told: list[list[TimeExpression]] = []
        """The times of each."""
        for time in self.times:
            self._tell(time)
        self._start = self._end = 0
        self._here = _NO_TIMES
        """The times from the one to the other: those of the last sentence asked for, or none in the stretch around
        it."""
        self.lapses = list(self._lapses())
        """Where sentences open with a lapse that counts from what nothing tells."""

    def _tell(self, time: TimeExpression) -> None:
        """Keep a time with those of its sentence."""
        start, end = self.reading.sentence(time.start)
        if self._opened and self._opened[-1] == start:
            self._told[-1].append(time)
            return
        self._opened.append(start)
        self._closed.append(end)
        self._told.append([time])

    def _lapses(self) -> Iterator[int]:
        """The beginnings of the sentences that open with a lapse which no date stands for."""
        for hit in self.reading.hits("relative"):
            if hit.term.name != "later":
                continue
            opening = self.reading.sentence(hit.start).start
            counts = LAPSE.fullmatch(self.folded, opening, hit.end) is not None
            if counts and not self.between(opening, hit.end):
                yield opening

    def between(self, start: int, end: int) -> list[TimeExpression]:
        """The times that begin inside a span."""
        starts = self.starts
        first = begun(starts, start - 1)
        if first == len(starts) or starts[first] >= end:
            return _NO_TIMES
        return self.times[first : begun(starts, end - 1, first)]

    def told_before(self, pos: int) -> list[TimeExpression]:
        """The times in the sentence around a place that begin before it."""
        times = self.of_sentence(pos)
        return [time for time in times if time.start < pos] if times else times

    def of_sentence(self, pos: int) -> list[TimeExpression]:
        """The times in the sentence around a place."""
        if not self._start <= pos < self._end:
            self._seek(pos)
        return self._here

    def is_silent(self, start: int, end: int) -> bool:
        """Whether no time begins inside a span, nor in the sentence in which that begins."""
        return not self.of_sentence(start) and end <= self._end

    def _seek(self, pos: int) -> None:
        """Find the sentence around a place that tells times, or the stretch around it that tells none."""
        i = begun(self._opened, pos) - 1
        closed = self._closed[i] if i >= 0 else 0
        if pos < closed:
            self._start, self._end, self._here = self._opened[i], closed, self._told[i]
        else:
            self._start, self._here = closed, _NO_TIMES
            last = i + 1 == len(self._opened)
            self._end = len(self.folded) + ATTACHED_REACH if last else self._opened[i + 1]

    def given_between(self, start: int, end: int) -> list[tuple[int, str]]:
        """Where the treatments begin that are told inside a span, each with its kind."""
        starts = self._therapy_starts
        first = begun(starts, start - 1)
        return self.therapies[first : begun(starts, end - 1, first)]

    def part(self, pos: int) -> tuple[int, int]:
        """Where the account of the patient begins and ends whom a place tells of: no date of another holds there."""
        i = begun(self.presented, pos)
        return (
            self.presented[i - 1] if i else 0,
            self.presented[i] if i < len(self.presented) else len(self.folded),
        )
