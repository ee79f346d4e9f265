"""What is said of facts and parts of the record, in the page's language, with the keys of the facts it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from anamnese.case import Fact
from anamnese.history_page.markup import Both
from anamnese.history_page.words import date_words
from anamnese.labels import Language, code_name, label, number
from anamnese.record import Proof, When
from anamnese.review.state import CaseState
from anamnese.sheet import describe

_CODED = ("topography", "morphology", "code")
"""Attributes whose values are ICD-O-3 codes: their words stand in the tables of the lexicon."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words, the facts that prove them, and whether the date among them was inferred or is unknown."""

    text: str
    keys: tuple[str, ...] = ()
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says parts of one state in one language."""

    state: CaseState
    language: Language

    def pick(self, both: Both) -> str:
        """The words of the page's language."""
        return both[0] if self.language == "fr" else both[1]

    def keys(self, proofs: Iterable[Proof]) -> tuple[str, ...]:
        """The facts of some proofs, each once."""
        return tuple(dict.fromkeys(self.state.key(proof) for proof in proofs))

    def fact_of(self, proof: Proof) -> Fact:
        """The current fact that a proof names."""
        return self.state.review.facts[self.state.key(proof)].fact

    def date(self, value: str | None) -> str:
        """A partial date as the language writes it; empty for none."""
        return self.pick(date_words(value))

    def when(self, when: When) -> Said:
        """A date of the record; empty words where it has none."""
        return Said(self.date(when.value), self.keys(when.basis), when.certainty if when.value else "undated")

    def fact(self, fact: Fact) -> str:
        """What a fact says, without its kind, its status and its date."""
        if fact.type == "time":
            return self.date(str(fact.attributes.get("value", "")))
        if fact.type == "mention":
            code = str(fact.attributes.get("code", ""))
            return " ".join(part for part in (code_name(code, self.language), f"({code})") if part)
        start, end = fact.attributes.get("start_date"), fact.attributes.get("end_date")
        if end is None:
            return describe(fact, self.language)
        undated = {name: value for name, value in fact.attributes.items() if name not in ("start_date", "end_date")}
        span = " → ".join(self.date(value) for value in (start, end) if value)
        return f"{describe(replace(fact, attributes=undated), self.language)} ({span})"

    def value(self, attribute: str, value: object) -> str:
        """A value of an attribute, codes with their names."""
        if isinstance(value, list | tuple):
            return ", ".join(self.value(attribute, each) for each in value)
        if isinstance(value, int | float):
            return number(value, self.language)
        text = str(value)
        if attribute in _CODED and (name := code_name(text, self.language)):
            return f"{text} {name}"
        if attribute == "date" or attribute.endswith("_date"):
            return self.date(text) or "—"
        return label(text, self.language, attribute)
