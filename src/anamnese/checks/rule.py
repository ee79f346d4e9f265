"""What a check is: a small function that yields clashes, with its severity and its messages beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from anamnese.checks.checked import Checked
from anamnese.labels import Language, number
from anamnese.record import Finding, Place, Severity

_QUOTE = 90
"""The most characters of a quote that a message shows; the finding's spans have all of it."""

_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
"""A partial date, to the month at least: a year alone is written alike in both languages."""

Filling = str | tuple[str, str]
"""What fills a place of a message: one string, or one in French and one in English."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Words that do not go together. A message names them by number (`{0}`, `{1}`) and the fillings by name."""

    places: tuple[Place, ...]
    suggestion: str | None = None
    fillings: dict[str, Filling] = field(default_factory=dict)
    severity: Severity | None = None
    """Where the words make it graver or lighter than the rule is."""


def measure(value: float) -> Filling:
    """A number as each language writes it."""
    return number(value, "fr"), number(value, "en")


def dated(value: str) -> tuple[str, str]:
    """A partial date as each language writes it: `14/03/2019` or `03/2019`, and as ISO 8601."""
    return "/".join(reversed(value.split("-"))), value


def suggested(finding: Finding) -> tuple[str, str] | None:
    """What a finding suggests, as each language writes it: a date as its message has it, else words of the report."""
    told = finding.suggestion
    if not told:
        return None
    return dated(told) if _DATE.fullmatch(told) else (told, told)


Finder = Callable[[Checked], Iterable[Clash]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: called on what is checked, it gives its findings."""

    name: str
    severity: Severity
    fr: str
    en: str
    find: Finder

    def __call__(self, record: Checked) -> Iterator[Finding]:
        for clash in self.find(record):
            yield Finding(
                self.name,
                clash.severity or self.severity,
                _filled(self.fr, clash, "fr"),
                _filled(self.en, clash, "en"),
                clash.suggestion,
                clash.places,
            )


def rule(severity: Severity, *, fr: str, en: str) -> Callable[[Finder], Rule]:
    """Make a function that yields clashes a rule of its name."""
    return lambda find: Rule(find.__name__, severity, fr, en, find)


def _filled(message: str, clash: Clash, language: Language) -> str:
    index: Literal[0, 1] = 0 if language == "fr" else 1
    fillings = {name: value if isinstance(value, str) else value[index] for name, value in clash.fillings.items()}
    return message.format(*(_shown(place.quote) for place in clash.places), **fillings)


def _shown(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
