"""The state of one reading: what every room is given, and the drafts of facts that the rooms make."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anamnese.case import Fact, Section, Span
from anamnese.facts.starts import begun
from anamnese.lexicon.matcher import Hit, matcher
from anamnese.reading.boxes import report_shadow
from anamnese.reading.fold import unmarked
from anamnese.reading.sentences import line_starts, sentence_starts

if TYPE_CHECKING:
    from anamnese.context.scopes import Scopes
    from anamnese.facts.places import Place
    from anamnese.facts.time.expression import TimeExpression
    from anamnese.history.documents import DocumentDates

_NO_HITS: list[Hit] = []
_NOWHERE = Span(0, 0)
_span = partial(tuple.__new__, Span)
"""A third of the cost of `Span._make`."""
Found = TypeVar("Found")


class Draft:
    """A fact in the making: rooms write its words and attributes, `context/` its status, `history/dating` its date.

    `status` or `date` other than None were said by the fact's own words and stand. `namings` are the other places that
    name the same thing, for its date.
    """

    __slots__ = ("attributes", "date", "end", "namings", "start", "status", "type")

    def __init__(
        self, type: str, start: int, end: int, attributes: dict[str, Any], status: str | None, date: str | None
    ) -> None:
        self.type = type
        self.start = start
        self.end = end
        self.attributes = attributes
        self.status = status
        self.date = date
        self.namings: tuple[tuple[int, int], ...] = ()

    def __lt__(self, other: Draft) -> bool:
        """Whether it stands before another: by start, end and type."""
        if self.start != other.start:
            return self.start < other.start
        return self.end < other.end or (self.end == other.end and self.type < other.type)

    def __repr__(self) -> str:
        return f"Draft({self.type} {self.start}:{self.end} {self.attributes} {self.status or ''} {self.date or ''})"

    def get(self, attribute: str) -> Any:
        """An attribute, or None."""
        return self.attributes.get(attribute)

    def seal(self, text: str) -> Fact:
        """The fact that the draft has become."""
        quote, status = text[self.start : self.end], self.status or "affirmed"
        return Fact(self.type, self.start, self.end, quote, self.attributes, status, self.date)


class Reading:
    """One report as the rooms see it. Everything is computed once: what every report needs at the beginning, each in
    the order in which it needs the others, and what only some rooms need when the first of them asks (`once`)."""

    __deletable__ = ("scopes",)

    def __init__(self, text: str) -> None:
        from anamnese.context.scopes import Scopes
        from anamnese.facts.places import find_places
        from anamnese.facts.section.rules import find_sections
        from anamnese.facts.time.expressions import find_times
        from anamnese.history.documents import document_dates

        self.text = text
        shadow = report_shadow(text)
        self.folded = unmarked(shadow)
        self._hits: dict[str, list[Hit]] = matcher().hits(text, shadow)
        self._drafts: dict[str, list[Draft]] = {}
        self._found: dict[Any, Any] = {}
        self.sentence_starts: list[int] = sentence_starts(text, self.folded)
        """Where each sentence or line begins."""
        self._sentences: list[Span] = list(
            map(_span, zip(self.sentence_starts, [*self.sentence_starts[1:], len(text)], strict=True))
        )
        self._sentence = _NOWHERE
        self._sentence_start = self._sentence_end = 0
        self._lines = line_starts(self.folded)
        self.sections: list[Section] = find_sections(self)
        """The parts of the report under its headings, in order."""
        self._section_starts = [section.heading.start for section in self.sections]
        self.dates: list[TimeExpression] = find_times(self)
        """The time expressions of the report, resolved, in order of place."""
        self._date_starts = [date.start for date in self.dates]
        self.document: DocumentDates = document_dates(self)
        """The dates in the header of a hospital document."""
        self.places: list[Place] = find_places(self)
        """The places in the body that the report names, in order (see `facts/places.py`)."""
        self.place_starts = [place.start for place in self.places]
        """Where each of the places begins."""
        self.scopes: Scopes = Scopes(self)
        """What is negated, doubted, planned or said of relatives."""

    def close(self) -> None:
        """Open the circle of a reading and its scopes, so that both are freed without a search for garbage."""
        del self.scopes

    def once(self, find: Callable[[Reading], Found]) -> Found:
        """What a function finds in this reading, computed at the first call."""
        if find in self._found:
            return self._found[find]  # type: ignore[no-any-return]
        found = self._found[find] = find(self)
        return found

    def hits(self, channel: str) -> list[Hit]:
        """The hits of a channel in order of start; the longest only where they nest."""
        return self._hits.get(channel, _NO_HITS)

    def hits_between(self, channel: str, start: int, end: int) -> list[Hit]:
        """The hits of a channel that lie wholly inside `start:end`."""
        hits = self._hits.get(channel)
        if not hits:
            return _NO_HITS
        at = _first_from(hits, start)
        if at == len(hits) or hits[at].start >= end:  # as most answers are
            return _NO_HITS
        found: list[Hit] = []
        for i in range(at, len(hits)):
            hit = hits[i]
            if hit.start >= end:
                break
            if hit.end <= end:
                found.append(hit)
        return found

    def sentence(self, pos: int) -> Span:
        """The sentence, or line of a list or table, around a place."""
        if not self._sentence_start <= pos < self._sentence_end:  # rooms ask for one sentence many times over
            self._sentence = self._sentences[begun(self.sentence_starts, pos) - 1]
            self._sentence_start, self._sentence_end = self._sentence
        return self._sentence

    def sentence_index(self, pos: int) -> int:
        """The number of the sentence around a place, from 0."""
        return begun(self.sentence_starts, pos) - 1

    def line_start(self, pos: int) -> int:
        """Where the line around a place begins: in a text of one line a search backwards would take as long as it."""
        return self._lines[begun(self._lines, pos) - 1]

    def section(self, pos: int) -> str | None:
        """The kind of section that a place lies in; None before the first heading."""
        i = begun(self._section_starts, pos)
        return self.sections[i - 1].kind if i else None

    def section_span(self, pos: int) -> Span:
        """The part of the report under one heading around a place (the whole report where it has no headings)."""
        i = begun(self._section_starts, pos)
        end = self._section_starts[i] if i < len(self._section_starts) else len(self.text)
        return _span((self._section_starts[i - 1] if i else 0, end))

    def dates_between(self, start: int, end: int) -> list[TimeExpression]:
        """The time expressions that begin inside `start:end`."""
        starts = self._date_starts
        first = begun(starts, start - 1)
        if first == len(starts) or starts[first] >= end:
            return []
        return self.dates[first : begun(starts, end - 1, first)]

    def facts(self, type: str) -> list[Draft]:
        """The drafts of a type that the rooms before this one have made, in order of place."""
        return self._drafts.get(type, [])

    def add(self, drafts: list[Draft]) -> None:
        """Keep what a room has made."""
        for draft in drafts:
            known = self._drafts.get(draft.type)
            if known is None:
                self._drafts[draft.type] = [draft]
            else:
                known.append(draft)

    def all_facts(self) -> list[Draft]:
        """All drafts, type by type."""
        return [draft for drafts in self._drafts.values() for draft in drafts]

    def draft(
        self, type: str, start: int, end: int, status: str | None = None, date: str | None = None, **attributes: Any
    ) -> Draft:
        """A new draft; attributes that are None are left out."""
        for value in attributes.values():
            if value is None:
                attributes = {name: value for name, value in attributes.items() if value is not None}
                break
        return Draft(type, start, end, attributes, status, date)


def _first_from(hits: list[Hit], place: int) -> int:
    """The number of the first of some hits that begins at a place or behind it."""
    low, high = 0, len(hits)
    while low < high:
        middle = (low + high) >> 1
        if hits[middle].start < place:
            low = middle + 1
        else:
            high = middle
    return low
