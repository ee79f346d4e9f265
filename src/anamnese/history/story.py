"""The story that a patient's reports tell: its items, and the pages that they stand on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Any

from anamnese.case import Case, Fact, Span
from anamnese.history.calendar import compatible
from anamnese.lexicon.tables import normalise
from anamnese.record import Certainty, Proof

_RANGE_REACH, _RANGE_WIDTH = 160, 24
"""How far from its course a range of dates may stand, and how wide it is from beginning to beginning, in characters."""


@dataclass(slots=True, eq=False)
class Item:
    """A fact of the story, told once or more. `order` is its place in the story told: report after report, word after
    word."""

    type: str
    attributes: dict[str, Any]
    status: str
    date: str | None
    order: tuple[int, int]
    report: str
    quote: str
    span: tuple[int, int]
    proofs: list[Proof] = field(default_factory=list)
    certainty: Certainty = "placed"
    """`stated` where a time with the item's date stands in its sentence, `inferred` where the date is carried over
    from elsewhere."""
    basis: tuple[Proof, ...] = ()
    """The time that an inferred date was carried over from."""
    of_document: bool = False
    """Whether the date is no more than the day of the document that tells of the item."""
    in_range: bool = False
    """Whether beginning and end of a treatment are told as one range: `du 3 mars au 5 mai`."""
    _words: str | None = None

    def get(self, name: str) -> Any:
        """An attribute, or None."""
        return self.attributes.get(name)

    @property
    def start(self) -> str | None:
        """When a treatment began, as far as told; the date of anything else."""
        return self.attributes.get("start_date") or self.date

    @property
    def words(self) -> str:
        """The quote as patterns meet it (`normalise`), made once."""
        if self._words is None:
            self._words = normalise(self.quote)
        return self._words


_ORDER = attrgetter("order")


class Page:
    """One report of the story: its sentences, times and mentions at hand."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.text = case.report.text
        self.folded = case.report.folded
        self._sentences = case.report.sentences
        self._spans: dict[int, Span] = {}
        self.times: list[tuple[int, str, int]] = []
        self.mentions: list[tuple[int, str]] = []
        self.patients = [fact.start for fact in case.facts if fact.type == "patient"]
        for place, fact in enumerate(case.facts):
            if fact.type == "time":
                self.times.append((fact.start, fact.attributes.get("value") or "", place))
            elif fact.type == "mention" and fact.status != "family":
                self.mentions.append((fact.start, fact.attributes.get("code") or ""))

    def patient(self, pos: int) -> int:
        """Which of a report's patients is told of at a place, from 0: a report of a series tells of several."""
        return max(0, bisect_right(self.patients, pos) - 1)

    def times_between(self, start: int, end: int) -> list[tuple[int, str, int]]:
        """The times that begin inside `start:end`, with their values and the places of their facts."""
        return self.times[bisect_left(self.times, (start,)) : bisect_left(self.times, (end,))]

    def sentence(self, pos: int) -> Span:
        """The sentence or line around a place."""
        sentences = self._sentences
        i = bisect_right(sentences, pos)
        span = self._spans.get(i)
        if span is None:
            end = sentences[i] if i < len(sentences) else len(self.folded)
            span = self._spans[i] = Span(sentences[i - 1] if i else 0, end)
        return span

    def in_range(self, fact: Fact) -> bool:
        """Whether the beginning and the end of a treatment stand beside each other."""
        start, end = fact.attributes.get("start_date"), fact.attributes.get("end_date")
        if not start or not end:
            return False
        first = max(0, bisect_left(self.times, (fact.start - _RANGE_REACH,)))
        for (place, value, _), (following, last, _) in pairwise(self.times[first:]):
            if place > fact.end + _RANGE_REACH:
                return False
            if value == start and last == end and following - place <= _RANGE_WIDTH:
                return True
        return False

    def of_header(self, fact: Fact, basis: tuple[Proof, ...]) -> bool:
        """Whether an inferred date is no more than one of the document's header."""
        report = self.case.report
        if report.date is None:
            return False
        if fact.date == report.date:
            return True
        body = report.sections[0].heading.start if report.sections else 0
        return any(self.case.facts[proof.fact].start < body for proof in basis)

    def certainty(self, fact: Fact) -> tuple[Certainty, tuple[Proof, ...]]:
        """Whether a fact's date stands in its sentence, else the time before it that has the date."""
        if fact.date is None:
            return "placed", ()
        sentence = self.sentence(fact.start)
        first = bisect_left(self.times, (sentence.start,))
        for i in range(first, len(self.times)):
            start, value, _ = self.times[i]
            if start >= max(sentence.end, fact.end):
                break
            if compatible(value, fact.date):
                return "stated", ()
        for i in range(first - 1, max(-1, first - 12), -1):
            _, value, place = self.times[i]
            if compatible(value, fact.date):
                return "inferred", (Proof(self.case.report.id, place),)
        return "inferred", ()


@dataclass(frozen=True, slots=True)
class Story:
    """The items of all reports in order of the telling, and the pages they come from, oldest report first."""

    pages: tuple[Page, ...]
    items: tuple[Item, ...]
    by_type: dict[str, list[Item]]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the story, oldest report first."""
        return tuple(page.case for page in self.pages)

    def of(self, *types: str) -> list[Item]:
        """The items of some types, in order of the telling."""
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        return sorted((item for type in types for item in self.by_type.get(type, ())), key=_ORDER)

    def page(self, item: Item) -> Page:
        """The report that tells of an item first."""
        return self.pages[item.order[0]]
