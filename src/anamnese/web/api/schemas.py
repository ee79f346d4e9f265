"""The shapes of the API: what programs are told and what they may send. Facts and histories have schemas of their own
(`case.facts_schema`, `schema.history_schema`), which `openapi` puts among these."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from anamnese.review.actions import ACTIONS, UNDO
from anamnese.store.erasing import Reason

COMPONENT = "x-component"
"""Marks the place of a schema that stands among the components of the document under the name given."""

FactJson = Annotated[dict[str, Any], WithJsonSchema({COMPONENT: "fact.Fact"})]
HistoryJson = Annotated[dict[str, Any], WithJsonSchema({COMPONENT: "record.History"})]

FactVerdict = Literal["proposed", "accepted", "corrected", "rejected", "added"]
FindingVerdict = Literal["open", "resolved", "dismissed"]
CaseStatus = Literal["to_review", "in_review", "validated"]
FactKey = Annotated[str, Field(pattern=r"^\d+/\+?\d+$", examples=["12/3", "12/+40"])]
ActionName = StrEnum("ActionName", {name: name for name in (*ACTIONS, UNDO)})  # type: ignore[misc]


class Problem(BaseModel):
    """What cannot be done."""

    error: str = Field(description="What to tell a person, in the language asked for.")
    code: str = Field(description="The same for a program.", examples=["signed_out", "role", "unknown_case", "refused"])
    details: list[dict[str, str]] | None = Field(None, description="Which values are wrong; never the values.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"error": "Ce dossier n’existe pas ou n’existe plus.", "code": "unknown_case"}]}
    )


class DecisionEntry(BaseModel):
    """An entry of a case's log."""

    id: int
    version: int = Field(description="The version of the case that it made.")
    action: str
    target: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str | None
    by: str
    at: datetime
    undone_by: int | None = Field(description="The decision that took it back.")


class NewName(BaseModel):
    """Another label for a case."""

    version: int = Field(description="The version of the case that was seen.")
    name: str = Field(min_length=1, max_length=200)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 3, "name": "patiente 0147"}]})


class ErasureEntry(BaseModel):
    """A case that was erased; nothing tells of whom."""

    case_id: int
    reports: int
    decisions: int = Field(description="Entries of its log.")
    reason: Reason
    by: str
    at: datetime


class StaleProblem(Problem):
    """Somebody else changed the case: nothing was done."""

    version: int = Field(description="The version of now.")
    last: DecisionEntry | None = Field(None, description="The decision that made it.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"error": "Quelqu’un d’autre a modifié…", "code": "stale", "version": 5}]}
    )


class SectionJson(BaseModel):
    """A part of a report."""

    kind: str
    start: int
    end: int


class FactEntry(BaseModel):
    """A fact of a report as it stands."""

    key: FactKey
    state: FactVerdict
    fact: FactJson
    proposed: FactJson | None = Field(description="What the program read; null for a fact that a person added.")
    doubt: bool = Field(description="The text only suspects it.")
    conflict: bool = Field(description="An open finding touches its words.")
    decision: int | None = Field(description="The last decision about it.")


class ReportEntry(BaseModel):
    """A report of a case."""

    id: int
    name: str
    date: str | None
    text: str
    sections: list[SectionJson]
    facts: list[FactEntry]


class Clause(BaseModel):
    """A piece of the summary, and the facts that it rests on."""

    text: str
    keys: list[FactKey]


class Paragraph(BaseModel):
    """A paragraph of the summary."""

    title: str
    clauses: list[Clause]


class PlaceJson(BaseModel):
    """Words of a report."""

    report: int
    start: int
    end: int
    quote: str


class FindingEntry(BaseModel):
    """What does not add up, and what a person said of it."""

    key: str
    rule: str
    severity: Literal["high", "medium", "low"]
    message_fr: str
    message_en: str
    suggestion: str | None
    spans: list[PlaceJson]
    keys: list[FactKey]
    state: FindingVerdict
    note: str | None
    by: str | None


class CaseJson(BaseModel):
    """A case as it stands: reports and their facts, history, summary, findings, log."""

    id: int
    name: str
    status: CaseStatus
    version: int = Field(description="To be given with a decision.")
    updated_at: datetime
    updated_by: str | None
    validated_at: datetime | None
    validated_by: str | None
    reports: list[ReportEntry]
    history: HistoryJson
    summary_fr: list[Paragraph]
    summary_en: list[Paragraph]
    findings: list[FindingEntry]
    log: list[DecisionEntry]


class CaseRowJson(BaseModel):
    """A case as a list shows it."""

    id: int
    name: str
    status: CaseStatus
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str | None
    validated_at: datetime | None
    validated_by: str | None
    sex: Literal["female", "male"] | None
    age: float | None = Field(description="Years at diagnosis.")
    topography: str | None
    morphology: str | None
    laterality: Literal["left", "right", "bilateral"] | None
    stage: str | None = Field(description="The group at diagnosis: 0, I, II, III, IV.")
    staging: str | None = Field(description="The first staging as it is written.")
    diagnosed: str | None = Field(description="A partial date.")
    last_news: str | None
    vital: Literal["alive", "dead"] | None
    findings_high: int = Field(description="Open findings of high severity.")
    findings_medium: int
    findings_low: int
    facts: int = Field(description="Facts that stand.")
    unreviewed: int = Field(description="Facts that nobody has accepted, corrected or rejected.")
    reports: int


class CasePageJson(BaseModel):
    """A page of the list."""

    rows: list[CaseRowJson]
    total: int
    page: int
    pages: int


class NewDecision(BaseModel):
    """A decision to be taken."""

    version: int = Field(ge=0, description="The version of the case that the person saw.")
    action: ActionName
    target: int | str | list[str] | None = Field(
        None, description="A fact's or finding's key, several fact keys, a report's or a decision's id."
    )
    after: dict[str, Any] | None = Field(
        None, description="For `correct` and `add`: the fact as it shall stand (`add`: with `start` and `end`)."
    )
    note: str | None = Field(None, max_length=5000, description="Why.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"version": 4, "action": "accept", "target": "12/3"},
                {
                    "version": 5,
                    "action": "correct",
                    "target": "12/0",
                    "after": {"topography": "C50.4"},
                    "note": "quadrant supéro-externe, page 2",
                },
                {"version": 6, "action": "validate"},
            ]
        },
    )
