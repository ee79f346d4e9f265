"""A case as it stands: the reports with their facts, the history and the findings that these facts make, the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations, product
from typing import Any

from anamnese.case import Case, Fact, Section
from anamnese.checks import check
from anamnese.history.arrangement import Arrangement, Pair
from anamnese.history.build import history
from anamnese.history.summary import Paragraph, summarise
from anamnese.labels import Language
from anamnese.record import Finding, History, Place, Proof
from anamnese.review.decisions import Bond, Decision, FactVerdict, FindingVerdict, Read, Review, Status, proposed
from anamnese.review.log import replay


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report of the case as the store keeps it: `case` holds the facts as the program proposed them."""

    id: int
    name: str
    case: Case
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What the store knows of a case besides its reports and its log."""

    id: int
    name: str
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class FactState:
    """A fact of a report. `doubt`: the text only suspects it; `conflict`: an open finding touches its words."""

    key: str
    state: FactVerdict
    fact: Fact
    proposed: Fact | None
    doubt: bool
    conflict: bool
    decision: int | None


@dataclass(frozen=True, slots=True)
class ReportState:
    """A report, with all its facts in order of place, rejected ones too."""

    id: int
    name: str
    file_name: str | None
    date: str | None
    text: str
    sections: tuple[Section, ...]
    facts: tuple[FactState, ...]


@dataclass(frozen=True, slots=True)
class FindingState:
    """What does not add up, and what a person said of it. `keys`: the facts that its words touch."""

    key: str
    finding: Finding
    keys: tuple[str, ...]
    state: FindingVerdict
    note: str | None
    by: str | None
    at: datetime | None


class CaseState:
    """A case as it stands, a pure function of its reports and its log."""

    def __init__(self, about: About, reports: Sequence[StoredReport], log: Sequence[Decision]) -> None:
        if not reports:
            raise ValueError("a case has at least one report")
        self.about = about
        self.stored = tuple(reports)
        self.log = tuple(log)
        self.start: Review = proposed(Read(report.id, report.case.report.text, report.case.facts) for report in reports)
        self.review: Review = replay(self.start, log)
        self.cases, self._places = _current(self.stored, self.review)
        self._keys = {proof: key for key, proof in self._places.items()}

    @property
    def id(self) -> int:
        """The case's id."""
        return self.about.id

    @property
    def name(self) -> str:
        """The patient's label."""
        return self.about.name

    @property
    def version(self) -> int:
        """The version that a decision must name."""
        return self.about.version

    @property
    def updated_at(self) -> datetime:
        """When the case last changed."""
        return self.about.updated_at

    @property
    def updated_by(self) -> str | None:
        """Who changed it."""
        return self.about.updated_by

    @property
    def status(self) -> Status:
        """to_review, in_review or validated."""
        return self.review.status

    @property
    def validated_at(self) -> datetime | None:
        """When the record was signed."""
        return self.review.signature.at if self.review.signature else None

    @property
    def validated_by(self) -> str | None:
        """Who signed it."""
        return self.review.signature.by if self.review.signature else None

    def key(self, proof: Proof) -> str:
        """The key of the fact that a proof of the history names."""
        return self._keys[proof]

    def proof(self, key: str) -> Proof | None:
        """Where a fact stands among the current facts; None for a rejected one."""
        return self._places.get(key)

    @cached_property
    def history(self) -> History:
        """The record that the current facts make, as a person arranged them."""
        return history(self.cases, _arrangement(self.review, self._places))

    @cached_property
    def findings(self) -> tuple[FindingState, ...]:
        """What does not add up in the current facts, the gravest first."""
        seen: dict[str, int] = {}
        found = []
        for finding in check(self.cases, self.history):
            key = finding_key(finding)
            again = seen[key] = seen.get(key, 0) + 1
            key = key if again == 1 else f"{key}-{again}"
            verdict = self.review.verdicts.get(key)
            said = (verdict.state, verdict.note, verdict.by, verdict.at) if verdict else ("open", None, None, None)
            found.append(FindingState(key, finding, self._touched(finding.spans), *said))
        return tuple(found)

    def _touched(self, spans: Iterable[Place]) -> tuple[str, ...]:
        """The current facts whose words a finding's words overlap."""
        cases = {case.report.id: case for case in self.cases}
        keys: dict[str, None] = {}
        for span in spans:
            case = cases.get(span.report)
            for place, fact in enumerate(case.facts if case else ()):
                if fact.start >= span.end:
                    break
                if fact.end > span.start and fact.type not in ("section", "time", "mention"):
                    keys[self._keys[Proof(span.report, place)]] = None
        return tuple(keys)

    @cached_property
    def reports(self) -> tuple[ReportState, ...]:
        """The reports in order of their date."""
        clashing = {key for finding in self.findings if finding.state == "open" for key in finding.keys}
        by_report: dict[int, list[FactState]] = {report.id: [] for report in self.stored}
        for key, standing in self.review.facts.items():
            by_report[standing.report].append(
                FactState(
                    key,
                    standing.state,
                    standing.fact,
                    standing.proposed,
                    standing.fact.status == "suspected" and standing.state == "proposed",
                    key in clashing,
                    standing.decision,
                )
            )
        order = {id: place for place, id in enumerate(self.history.reports)}
        return tuple(
            ReportState(
                report.id,
                report.name,
                report.file_name,
                report.case.report.date,
                report.case.report.text,
                report.case.report.sections,
                tuple(sorted(by_report[report.id], key=lambda held: _place(held.fact))),
            )
            for report in sorted(self.stored, key=lambda report: (order.get(str(report.id), len(order)), report.id))
        )

    @cached_property
    def groups(self) -> Mapping[Bond, Sequence[Sequence[str]]]:
        """The tumour facts of each tumour, and the therapy facts of each course, by their keys."""
        courses = [
            *self.history.other_courses,
            *(course for tumour in self.history.tumours for episode in tumour.episodes for course in episode.courses),
        ]
        return {
            "tumours": [self._of("tumour", tumour.proofs) for tumour in self.history.tumours],
            "courses": [self._of("therapy", course.proofs) for course in courses],
        }

    @cached_property
    def finding_keys(self) -> frozenset[str]:
        """The keys of the findings."""
        return frozenset(finding.key for finding in self.findings)

    def _of(self, type: str, proofs: Iterable[Proof]) -> list[str]:
        keys = [self._keys[proof] for proof in proofs]
        return [key for key in keys if self.review.facts[key].fact.type == type]

    def summary(self, language: Language = "fr") -> tuple[Paragraph, ...]:
        """The summary that a tumour board would write, of the current facts."""
        return summarise(self.history, language)

    def to_json(self) -> dict[str, Any]:
        """The shape that the API answers with."""
        from anamnese.review.plain import plain_state

        return plain_state(self)


def finding_key(finding: Finding) -> str:
    """A digest of the rule and the places of its words: the same finding has the same key for ever."""
    places = "|".join(f"{span.report}:{span.start}:{span.end}" for span in sorted(finding.spans))
    return hashlib.sha256(f"{finding.rule}|{places}".encode()).hexdigest()[:16]


def _place(fact: Fact) -> tuple[int, int, str]:
    return fact.start, fact.end, fact.type


def _current(reports: Sequence[StoredReport], review: Review) -> tuple[tuple[Case, ...], dict[str, Proof]]:
    """The cases of the facts that stand, in order of place as the reading has them; and where each fact went."""
    by_report: dict[int, list[tuple[str, Fact]]] = {report.id: [] for report in reports}
    for key, standing in review.facts.items():
        if standing.state != "rejected":
            by_report[standing.report].append((key, standing.fact))
    cases, places = [], {}
    for report in reports:
        held = sorted(by_report[report.id], key=lambda entry: _place(entry[1]))
        cases.append(Case(report.case.report, tuple(fact for _, fact in held)))
        places.update({key: Proof(report.case.report.id, place) for place, (key, _) in enumerate(held)})
    return tuple(cases), places


def _arrangement(review: Review, places: Mapping[str, Proof]) -> Arrangement:
    """A person's words on tumours and courses as pairs of facts; the last word on a pair stands."""
    pairs: dict[str, dict[Pair, bool]] = {"tumours": {}, "courses": {}}
    for said in review.arranged:
        keys = [places[key] for key in said.keys if key in places]
        rest = [places[key] for key in said.rest if key in places]
        for group in (keys, rest):
            for a, b in combinations(group, 2):
                pairs[said.bond][frozenset((a, b))] = True
        for a, b in product(keys, rest):
            pairs[said.bond][frozenset((a, b))] = False
    return Arrangement(pairs["tumours"], pairs["courses"])
