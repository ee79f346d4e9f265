"""The facts of a case as rows of a list, and as what the page's modules know of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anamnese.history_page.proofs import LINE_END, shortened
from anamnese.review.state import CaseState, FactState
from anamnese.web.pages.review.marks import look
from anamnese.web.pages.review.said import Speaker
from anamnese.web.rendering import say

_QUOTE = 160
"""The most characters of a fact's words that a row shows."""
REVIEWED = frozenset({"accepted", "corrected", "rejected", "added"})
"""The states in which a person has spoken."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact. `flat`: its JSON in the fact format; `before`: what the program had read, where it was corrected."""

    key: str
    report: str
    kind: str
    kind_words: str
    state: str
    state_words: str
    status: str
    words: str
    quote: str
    date: str
    line: int
    doubt: bool
    conflict: bool
    look: str
    before: str
    flat: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """For the page's modules."""
        return {name: getattr(self, name) for name in self.__slots__}


def fact_rows(speaker: Speaker) -> list[FactRow]:
    """All facts of a state, report by report, in the order of the text."""
    rows: list[FactRow] = []
    for report in speaker.state.reports:
        ends = [match.end() for match in LINE_END.finditer(report.text)]
        ordered = sorted(report.facts, key=lambda each: (each.fact.start, -each.fact.end))
        rows += [_row(each, str(report.id), ends, speaker) for each in ordered]
    return rows


def _row(each: FactState, report: str, ends: Sequence[int], speaker: Speaker) -> FactRow:
    fact, language = each.fact, speaker.language
    before = speaker.fact(each.proposed) if each.state == "corrected" and each.proposed else ""
    return FactRow(
        key=each.key,
        report=report,
        kind=fact.type,
        kind_words=say(f"review.kind.{fact.type}", language),
        state=each.state,
        state_words=say(f"review.state.{each.state}", language),
        status="" if fact.status == "affirmed" else say(f"review.status.{fact.status}", language),
        words=speaker.fact(fact),
        quote=shortened(fact.quote, _QUOTE),
        date=speaker.date(fact.date),
        line=bisect_right(ends, fact.start) + 1,
        doubt=each.doubt,
        conflict=each.conflict,
        look=look(each.state, fact.status, each.doubt, each.conflict),
        before=before,
        flat=fact.to_json(),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of a case is."""

    reviewed: int
    total: int


def progress(state: CaseState, apart: frozenset[str]) -> Progress:
    """How many facts a person has spoken on, those of kinds `apart` not counted."""
    facts = [each for report in state.reports for each in report.facts if each.fact.type not in apart]
    return Progress(sum(each.state in REVIEWED for each in facts), len(facts))
