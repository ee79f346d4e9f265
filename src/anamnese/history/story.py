"""The story that a patient's reports tell: its items, and the pages that they stand on."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import Any

from anamnese.case import Case, Fact, Span
from anamnese.facts.starts import begun
from anamnese.history.calendar import compatible
from anamnese.lexicon.tables import normalise
from anamnese.record import Certainty, Proof

_RANGE_REACH, _RANGE_WIDTH = 160, 24
"""How far from its course a range of dates may stand, and how wide it is from beginning to beginning, in characters."""


PLACE = (1 << 32) - 1
"""The bits of an order that tell the place in the report; those above them tell which report it is."""

_proof = partial(tuple.__new__, Proof)
_span = partial(tuple.__new__, Span)
"""What makes a named tuple of a tuple, in a quarter of the time that its own call takes."""

_UNTOLD = frozenset({"section", "time", "mention", "patient"})
"""Facts that are no items of a story."""


class Item:
    """A fact of the story, told once or more."""

    __slots__ = (
        "_words", "attributes", "basis", "certainty", "date", "in_range", "kind", "of_document", "order", "page",
        "proofs", "quote", "report", "span", "status", "type",
    )  # fmt: skip

    def __init__(self, fact: Fact, page: int, report: str, place: int) -> None:
        start: int = fact.start
        self.type: str = fact.type
        self.attributes: dict[str, Any] = fact.attributes
        self.kind: str | None = self.attributes.get("kind")
        """The kind of an event, a procedure or a treatment."""
        self.status: str = fact.status
        self.date: str | None = fact.date
        self.quote: str = fact.quote
        self.span: tuple[int, int] = (start, fact.end)
        self.report = report
        self.page = page
        """Which of the story's pages tells of it first."""
        self.order = page << 32 | start
        """Its place in the story told: report after report, word after word."""
        self.proofs: list[Proof] = [_proof((report, place))]
        self.certainty: Certainty = "placed"
        """`stated` where a time with the item's date stands in its sentence, `inferred` where the date is carried over
        from elsewhere."""
        self.basis: tuple[Proof, ...] = ()
        """The time that an inferred date was carried over from."""
        self.of_document = False
        """Whether the date is no more than the day of the document that tells of the item."""
        self.in_range = False
        """Whether beginning and end of a treatment are told as one range: `du 3 mars au 5 mai`."""
        self._words: str | None = None

    def get(self, name: str) -> Any:
        """An attribute, or None."""
        return self.attributes.get(name)

    @property
    def start(self) -> str | None:
        """When a treatment began, as far as told; the date of anything else."""
        start: str | None = self.attributes.get("start_date")
        return start or self.date

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
        report = case.report
        self.case = case
        self.id: str = report.id
        self.text: str = report.text
        self.folded: str = report.folded
        self.date: str | None = report.date
        self.facts: tuple[Fact, ...] = case.facts
        self._sentences: list[int] = list(report.sentences)
        self._from, self._to = 0, 0
        self._sentence: Span | None = None
        """The sentence sought last, if it was asked for."""
        self._asked: str | None = None
        self._asked_from, self._asked_to = 0, 0
        self._answer: tuple[Certainty, tuple[Proof, ...]] = "placed", ()
        """How sure the date is that was asked for last, and where it was told."""
        self._time_starts: list[int] = []
        self._time_values: list[str] = []
        self._time_places: list[int] = []
        self.mentions: list[tuple[int, str]] = []
        self.patients: list[int] = []
        self.presented: list[int] = []
        """The places of the facts that tell of the patients."""
        self.told: list[int] = []
        """The places of the facts that are items of the story."""
        for place, fact in enumerate(self.facts):
            type: str = fact.type
            if type not in _UNTOLD:
                if fact.status != "negated" or type == "biomarker":
                    self.told.append(place)
            elif type == "time":
                self._time_starts.append(fact.start)
                self._time_values.append(fact.attributes.get("value") or "")
                self._time_places.append(place)
            elif type == "mention":
                if fact.status != "family":
                    self.mentions.append((fact.start, fact.attributes.get("code") or ""))
            elif type == "patient":
                self.patients.append(fact.start)
                self.presented.append(place)

    def patient(self, pos: int) -> int:
        """Which of a report's patients is told of at a place, from 0: a report of a series tells of several."""
        return max(0, begun(self.patients, pos) - 1) if len(self.patients) > 1 else 0

    def times_between(self, start: int, end: int) -> list[tuple[int, str, int]]:
        """The times that begin inside `start:end`, with their values and the places of their facts."""
        starts = self._time_starts
        first, last = begun(starts, start - 1), begun(starts, end - 1)
        return [(starts[i], self._time_values[i], self._time_places[i]) for i in range(first, last)]

    def sentence(self, pos: int) -> Span:
        """The sentence or line around a place."""
        self._seek(pos)
        if self._sentence is None:
            self._sentence = _span((self._from, self._to))
        return self._sentence

    def _seek(self, pos: int) -> None:
        """Find the sentence around a place; most places are asked for in the order of the telling."""
        if not self._from <= pos < self._to:
            sentences = self._sentences
            i = begun(sentences, pos)
            self._from = sentences[i - 1] if i else 0
            self._to = sentences[i] if i < len(sentences) else len(self.folded)
            self._sentence = None

    def one_sentence(self, pos: int, other: int) -> bool:
        """Whether two places are in one sentence or line."""
        return begun(self._sentences, pos) == begun(self._sentences, other)

    def in_range(self, fact: Fact) -> bool:
        """Whether the beginning and the end of a treatment stand beside each other."""
        start, end = fact.attributes.get("start_date"), fact.attributes.get("end_date")
        if not start or not end:
            return False
        starts, values = self._time_starts, self._time_values
        for i in range(begun(starts, fact.start - _RANGE_REACH - 1), len(starts) - 1):
            if starts[i] > fact.end + _RANGE_REACH:
                return False
            if values[i] == start and values[i + 1] == end and starts[i + 1] - starts[i] <= _RANGE_WIDTH:
                return True
        return False

    def find_date(self, item: Item) -> None:
        """Tell of an item's date where it was found: in its sentence, at a time before it, or in the header."""
        date = item.date
        if date is None:
            return
        start, end = item.span
        self._seek(start)
        until = max(self._to, end)
        if date != self._asked or self._from != self._asked_from or until != self._asked_to:
            self._asked, self._asked_from, self._asked_to = date, self._from, until
            self._answer = self._certainty(date, self._from, until)  # most items of a sentence have one date
        item.certainty, item.basis = self._answer
        item.of_document = self.date is not None and item.certainty == "inferred" and self._of_header(date, item.basis)

    def _certainty(self, date: str, start: int, end: int) -> tuple[Certainty, tuple[Proof, ...]]:
        """Whether a time with the date begins in `start:end`, else the last one with it shortly before."""
        starts, values = self._time_starts, self._time_values
        first = begun(starts, start - 1)
        for i in range(first, len(starts)):
            if starts[i] >= end:
                break
            if compatible(values[i], date):
                return "stated", ()
        for i in range(first - 1, max(-1, first - 12), -1):
            if compatible(values[i], date):
                return "inferred", (_proof((self.id, self._time_places[i])),)
        return "inferred", ()

    def _of_header(self, date: str, basis: tuple[Proof, ...]) -> bool:
        """Whether an inferred date is no more than one of the document's header."""
        if date == self.date:
            return True
        sections = self.case.report.sections
        body = sections[0].heading.start if sections else 0
        return any(self.case.facts[proof.fact].start < body for proof in basis)


class Story:
    """The items of all reports in order of the telling, and the pages they come from, oldest report first."""

    __slots__ = ("by_type", "items", "pages")

    def __init__(self, pages: tuple[Page, ...], items: tuple[Item, ...], by_type: dict[str, list[Item]]) -> None:
        self.pages = pages
        self.items = items
        self.by_type = by_type

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the story, oldest report first."""
        return tuple([page.case for page in self.pages])

    def of(self, type: str) -> list[Item]:
        """The items of a type, in order of the telling."""
        return self.by_type.get(type, [])

    def of_types(self, *types: str) -> list[Item]:
        """The items of some types, type after type, each in order of the telling."""
        return [item for type in types for item in self.by_type.get(type, ())]

    def in_order(self, *types: str) -> list[Item]:
        """The items of some types, in order of the telling."""
        return sorted(self.of_types(*types), key=_ORDER)

    def page(self, item: Item) -> Page:
        """The report that tells of an item first."""
        return self.pages[item.page]
