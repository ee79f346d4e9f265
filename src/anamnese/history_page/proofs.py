"""The facts behind the record: where each stands on the page, its words, and the links to them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from anamnese.case import Case, Fact
from anamnese.history_page.markup import Both, Child, Markup, element, join
from anamnese.history_page.words import date_words, joined, say, value_of
from anamnese.record import Place, Proof
from anamnese.sheet import describe

LINE_END = re.compile(r"\r\n?|\n")
"""Where a line of a report ends."""

_QUOTE = 120
"""The most characters of a fact's words that a tooltip shows."""


class Proofs:
    """The reports of a record by their ids, and the anchors of their facts and findings."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self._numbers: dict[str, int] = {}
        for number, case in enumerate(cases):
            self._numbers.setdefault(case.report.id, number)
        self._lines = [[match.end() for match in LINE_END.finditer(case.report.text)] for case in cases]

    def fact(self, proof: Proof) -> Fact | None:
        """The fact that a proof names; None where its report is not on the page."""
        number = self._numbers.get(proof.report)
        facts = self.cases[number].facts if number is not None else ()
        return facts[proof.fact] if proof.fact < len(facts) else None

    def number(self, report: str) -> int | None:
        """The place of a report on the page, from 0."""
        return self._numbers.get(report)

    def anchor(self, proof: Proof) -> str | None:
        """The id of a fact's words on the page; None where it has none there."""
        fact = self.fact(proof)
        if fact is None:
            return None
        number = self._numbers[proof.report]
        return f"f{number}-{proof.fact}" if self.cases[number].report.text[fact.start : fact.end].strip() else None

    def where(self, report: str, start: int) -> str:
        """Where words stand, as people say it: the report, where there are several, and the line."""
        number = self._numbers[report]
        line = f"l. {bisect_right(self._lines[number], start) + 1}"
        return f"{report}, {line}" if len(self.cases) > 1 else line

    def words(self, proofs: Iterable[Proof]) -> str:
        """The words that prove something, each with its place."""
        told = []
        for proof in proofs:
            fact = self.fact(proof)
            if fact is not None:
                told.append(f"« {shortened(fact.quote)} » {self.where(proof.report, fact.start)}")
        return "\n".join(dict.fromkeys(told))

    def link(self, proofs: Sequence[Proof], *content: Child) -> Markup:
        """Content that leads to the words that prove it; further proofs follow as small numbers."""
        anchored = [(proof, anchor) for proof in proofs if (anchor := self.anchor(proof))]
        if not anchored:
            return join(content)
        first, *others = anchored
        return join(
            [
                element("a", *content, class_="p", href=f"#{first[1]}", title=self.words([first[0]])),
                [
                    element("a", str(i), class_="p more", href=f"#{anchor}", title=self.words([proof]))
                    for i, (proof, anchor) in enumerate(others[:_MORE], 2)
                ],
            ]
        )

    def place(self, place: Place, anchor: str, message: str) -> Markup:
        """Words that a finding names, leading to them; where its message quotes them, only where they stand."""
        quote = shortened(place.quote, _FINDING_QUOTE)
        here = place.report in self._numbers
        where = self.where(place.report, place.start) if here else place.report
        words = where if quote in message else f"« {quote} » {where}"
        return element("a", words, class_="p", href=f"#{anchor}", title=f"« {place.quote} »") if here else join(words)


_FINDING_QUOTE = 90
"""The most characters of its words that the message of a finding quotes."""

_MORE = 8
"""The most further proofs that are linked beside a statement."""


def shortened(quote: str, length: int = _QUOTE) -> str:
    """Words on one line, cut where they are many."""
    words = " ".join(quote.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def told(fact: Fact) -> Both:
    """What a fact says in a few words: its kind, its values, its status and its date."""
    if fact.type in ("section", "time"):
        said: Both = (str(next(iter(fact.attributes.values()), "")),) * 2
    elif fact.type == "mention":
        said = (str(fact.attributes.get("code", "")),) * 2
    else:
        said = describe(fact, "fr"), describe(fact, "en")
    status = value_of(f"status.{fact.status}") if fact.status != "affirmed" else None
    date = date_words(fact.date) if fact.type != "time" else None
    return joined(say(f"kind.{fact.type}"), said, status, date, by=" · ")
