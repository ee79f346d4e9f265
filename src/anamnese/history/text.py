"""The summary as plain text of one page: clauses with small numbers, and at the foot the words they stand for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from textwrap import wrap

from anamnese.case import Case, Fact
from anamnese.history.summary import Clause, Paragraph, say, summarise
from anamnese.labels import Language
from anamnese.record import History, Proof

_WIDTH = 110
_QUOTE = 72
_PROOFS = 3
"""The most proofs that a clause is followed by."""


class _Notes:
    """The proofs in the order in which the summary first needs them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = {case.report.id: case for case in cases}
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.lines: list[str] = []

    def of(self, clause: Clause, language: Language) -> str:
        """The numbers of a clause's proofs, in brackets; empty where it has none."""
        found = [(proof, fact) for proof in dict.fromkeys(clause.proofs) if (fact := self._fact(proof)) is not None]
        chosen = [pair for pair in found if pair[1].type in clause.types] or found
        numbers = [self._number(proof, fact, language) for proof, fact in chosen[:_PROOFS]]
        return f" [{','.join(str(number) for number in dict.fromkeys(numbers))}]" if numbers else ""

    def _fact(self, proof: Proof) -> Fact | None:
        case = self._cases.get(proof.report)
        return case.facts[proof.fact] if case is not None and proof.fact < len(case.facts) else None

    def _number(self, proof: Proof, fact: Fact, language: Language) -> int:
        key = (proof.report, fact.start, fact.end)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            words = " ".join(fact.quote.split())
            words = words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
            place = say("place", language, proof.report, str(self._line(proof.report, fact.start)))
            self.lines.append(f"[{self._numbers[key]}] {place}, « {words} »")
        return self._numbers[key]

    def _line(self, report: str, start: int) -> int:
        text = self._cases[report].report.text
        return bisect_right([i for i, char in enumerate(text) if char == "\n"], start - 1) + 1


def render(record: History, cases: Sequence[Case], language: Language = "fr") -> str:
    """The summary of a record; `cases` are the reports that it was made from."""
    notes = _Notes(cases)
    parts = [" + ".join(record.reports)]
    paragraphs = summarise(record, language)
    if not paragraphs:
        parts.append(say("nothing", language))
    for paragraph in paragraphs:
        parts.append(_paragraph(paragraph, notes, language))
    if notes.lines:
        parts.append("\n".join([say("proofs", language), *(f"  {line}" for line in notes.lines)]))
    return "\n\n".join(parts) + "\n"


def _paragraph(paragraph: Paragraph, notes: _Notes, language: Language) -> str:
    """The title, and the clauses, wrapped; those that go on stand on one line."""
    said: list[str] = []
    title = paragraph.title.text + notes.of(paragraph.title, language)
    for clause in paragraph.clauses:
        words = clause.text + notes.of(clause, language)
        if clause.goes_on and said:
            said[-1] += f" ; {words}"
        else:
            said.append(words)
    lines = [title]
    for words in said:
        words = (
            words.replace(" :", "\u00a0:").replace(" ;", "\u00a0;") if language == "fr" else words.replace(" ;", ";")
        )
        lines += wrap(words, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join(lines)
