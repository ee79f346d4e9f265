"""What is checked: the reports of one patient as pages with their facts at hand, and the history that they make."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from anamnese.case import Case, Fact, Span
from anamnese.checks.words import Word, find_words
from anamnese.history.calendar import first_day, last_day
from anamnese.record import History, Place, Proof

_NOTHING: list[Word] = []


class Page:
    """One report with what the checks ask of it; everything is computed once, and only when asked for."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.id = case.report.id
        self.text = case.report.text
        self.flat = case.report.folded.replace("\n", " ")
        """The folded text with line ends as spaces: same offsets."""
        self._starts: dict[str, list[int]] = {}
        self._headings = [section.heading.start for section in case.report.sections]
        self._facts: dict[str, list[Fact]] = {}
        for fact in case.facts:
            self._facts.setdefault(fact.type, []).append(fact)

    def facts(self, *types: str) -> list[Fact]:
        """The patient's own facts of some types that are affirmed, in order of place."""
        return [fact for fact in self.told(*types) if fact.status == "affirmed"]

    def told(self, *types: str) -> list[Fact]:
        """The facts of some types, whatever their status, in order of place within a type."""
        if len(types) == 1:
            return self._facts.get(types[0], [])
        return [fact for type in types for fact in self._facts.get(type, ())]

    @cached_property
    def _time_starts(self) -> list[int]:
        return [time.start for time in self.told("time")]

    def times_between(self, start: int, end: int) -> list[Fact]:
        """The dates told that begin inside `start:end`."""
        first = bisect_left(self._time_starts, start)
        return self.told("time")[first : bisect_left(self._time_starts, end, first)]

    @cached_property
    def _words(self) -> dict[str, list[Word]]:
        return find_words(self.flat)

    def words(self, table: str) -> list[Word]:
        """Where the words of one of this room's tables stand."""
        return self._words.get(table, _NOTHING)

    def words_between(self, table: str, start: int, end: int) -> list[Word]:
        """The words of a table that lie wholly inside `start:end`."""
        words = self._words.get(table)
        if not words:
            return _NOTHING
        starts = self._starts.get(table)
        if starts is None:
            starts = self._starts[table] = [word.start for word in words]
        first = bisect_left(starts, start)
        return [word for word in words[first : bisect_left(starts, end, first)] if word.end <= end]

    def sentence(self, pos: int) -> Span:
        """The sentence or line around a place."""
        starts = self.case.report.sentences
        i = bisect_right(starts, pos)
        return Span(starts[i - 1] if i else 0, starts[i] if i < len(starts) else len(self.text))

    def section(self, pos: int) -> str | None:
        """The kind of section around a place; None before the first heading."""
        i = bisect_right(self._headings, pos)
        return self.case.report.sections[i - 1].kind if i else None

    def place(self, start: int, end: int) -> Place:
        """Words of the report."""
        return Place(self.id, start, end, self.text[start:end])

    def of(self, fact: Fact) -> Place:
        """A fact's words."""
        return Place(self.id, fact.start, fact.end, fact.quote)


class Checked:
    """The reports of one patient, and their history."""

    def __init__(self, cases: Sequence[Case], history: History) -> None:
        self.pages = tuple(Page(case) for case in cases)
        self.history = history
        self._by_id = {page.id: page for page in self.pages}

    def facts(self, *types: str) -> Iterator[tuple[Page, Fact]]:
        """The patient's affirmed facts of some types, report after report."""
        for page in self.pages:
            for fact in page.facts(*types):
                yield page, fact

    def proof(self, proof: Proof) -> tuple[Page, Fact] | None:
        """The fact that a part of the history rests on."""
        page = self._by_id.get(proof.report)
        return (page, page.case.facts[proof.fact]) if page and proof.fact < len(page.case.facts) else None

    @cached_property
    def sex(self) -> str | None:
        """The patient's sex, where the reports agree on it and tell of one patient."""
        sexes = {fact.attributes.get("sex") for _, fact in self.facts("patient")} - {None}
        return sexes.pop() if len(sexes) == 1 else None

    @cached_property
    def one_patient(self) -> bool:
        """False for a report of a series of patients: what one tells does not contradict the other."""
        return all(len(page.told("patient")) < 2 and not page.words("series") for page in self.pages)

    @cached_property
    def tumours(self) -> list[tuple[Page, Fact]]:
        """The patient's own malignant tumours that are affirmed."""
        return [
            (page, fact)
            for page, fact in self.facts("tumour")
            if fact.attributes.get("morphology", "8000/3")[-1] in "23"
        ]

    def has_tumour_of(self, *organs: str) -> bool:
        """Whether a malignant tumour of one of these organs (`C50`) is told."""
        return any(fact.attributes["topography"].startswith(organs) for _, fact in self.tumours)


def before(a: str | None, b: str | None) -> bool:
    """Whether a partial date lies wholly before another; False where one is not known."""
    return bool(a and b and last_day(a) < first_day(b))
