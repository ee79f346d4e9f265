"""Decisions: what a person did, as an append-only log, and what stands after it.

What stands is a pure function: `replay` folds the decisions that were not taken back over the proposed facts, which
never change. A decision is first made of a proposal (`prepare` in `actions.py`), which names all it rests on in
`before` and `after`, so that it can be replayed without the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from anamnese.case import Fact

FactVerdict = Literal["proposed", "accepted", "corrected", "rejected", "added"]
FindingVerdict = Literal["open", "resolved", "dismissed"]
Status = Literal["to_review", "in_review", "validated"]
Bond = Literal["tumours", "courses"]

Target = str | int | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person asks for. `target`: a fact's or a finding's key, several fact keys, a report's or a decision's id.
    `after`: the facts' new wording."""

    action: str
    target: Target = None
    after: Mapping[str, Any] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the log. `version` is that of the case which it made; `undone_by` the decision that took it back.

    Of facts, `before` and `after` are `{"state", "fact"}` with the flat fact (absent where there was none); of several
    facts `{"keys"}`; of findings `{"state", "note"}`."""

    id: int
    version: int
    action: str
    target: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    note: str | None
    by: str
    at: datetime
    undone_by: int | None = None

    def to_json(self) -> dict[str, Any]:
        """An entry of the log, as the API tells it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"at": moment(self.at)}


def moment(at: datetime | None) -> str | None:
    """A moment as the API writes it: UTC, ISO 8601, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A fact as it stands. `proposed` is what the program read, None for one that a person added; `decision` the last
    that touched it."""

    report: int
    fact: Fact
    state: FactVerdict
    proposed: Fact | None
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of a finding."""

    state: FindingVerdict
    note: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Who validated the record, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arranged:
    """A person's word on some facts: those of `keys` are one tumour (course), or they are apart from `rest`."""

    bond: Bond
    keys: tuple[str, ...]
    rest: tuple[str, ...]
    """Empty where the facts are put together; else those that they were one with."""


@dataclass(frozen=True, slots=True)
class Review:
    """What stands after some decisions."""

    texts: Mapping[int, str]
    """The text of each report, by its id."""
    facts: Mapping[str, Standing]
    """Every fact by its key, rejected ones too."""
    arranged: tuple[Arranged, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    signature: Signature | None = None
    touched: bool = False
    """Whether any decision stands."""

    @property
    def status(self) -> Status:
        """`to_review` while no decision stands; `validated` while a signature does."""
        return "validated" if self.signature else "in_review" if self.touched else "to_review"


@dataclass(frozen=True, slots=True)
class Read:
    """A report of the case, and the facts that the program proposed."""

    id: int
    text: str
    facts: tuple[Fact, ...]


def fact_key(report: int, place: int) -> str:
    """The key of a proposed fact: its report, and its place among the report's proposed facts."""
    return f"{report}/{place}"


def added_key(report: int, decision: int) -> str:
    """The key of a fact that a person added by a decision."""
    return f"{report}/+{decision}"


def proposed(reports: Iterable[Read]) -> Review:
    """What stands before any decision."""
    held = tuple(reports)
    return Review(
        {report.id: report.text for report in held},
        {
            fact_key(report.id, place): Standing(report.id, fact, "proposed", fact)
            for report in held
            for place, fact in enumerate(report.facts)
        },
    )
