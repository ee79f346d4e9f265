"""A case as plain JSON: what the API answers with. Every proof is the key of its fact."""

from __future__ import annotations

from typing import Any

from anamnese.labels import Language
from anamnese.record import Proof
from anamnese.review.decisions import moment
from anamnese.review.state import CaseState, FactState, FindingState, ReportState


def plain_state(state: CaseState) -> dict[str, Any]:
    """The whole case."""
    return {
        "id": state.id,
        "name": state.name,
        "status": state.status,
        "version": state.version,
        "updated_at": moment(state.updated_at),
        "updated_by": state.updated_by,
        "validated_at": moment(state.validated_at),
        "validated_by": state.validated_by,
        "reports": [_report(report) for report in state.reports],
        "history": _keyed(state.history, state),
        "summary_fr": _summary(state, "fr"),
        "summary_en": _summary(state, "en"),
        "findings": [_finding(finding) for finding in state.findings],
        "log": [decision.to_json() for decision in state.log],
    }


def _report(report: ReportState) -> dict[str, Any]:
    return {
        "id": report.id,
        "name": report.name,
        "date": report.date,
        "text": report.text,
        "sections": [
            {"kind": section.kind, "start": section.heading.start, "end": section.end} for section in report.sections
        ],
        "facts": [_fact(fact) for fact in report.facts],
    }


def _fact(held: FactState) -> dict[str, Any]:
    return {
        "key": held.key,
        "state": held.state,
        "fact": held.fact.to_json(),
        "proposed": held.proposed.to_json() if held.proposed else None,
        "doubt": held.doubt,
        "conflict": held.conflict,
        "decision": held.decision,
    }


def _finding(held: FindingState) -> dict[str, Any]:
    finding = held.finding
    return {
        "key": held.key,
        "rule": finding.rule,
        "severity": finding.severity,
        "message_fr": finding.message_fr,
        "message_en": finding.message_en,
        "suggestion": finding.suggestion,
        "spans": [
            {"report": int(span.report), "start": span.start, "end": span.end, "quote": span.quote}
            for span in finding.spans
        ],
        "keys": list(held.keys),
        "state": held.state,
        "note": held.note,
        "by": held.by,
    }


def _summary(state: CaseState, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "title": paragraph.title.text,
            "clauses": [{"text": clause.text, "keys": _unique(state, clause.proofs)} for clause in paragraph.clauses],
        }
        for paragraph in state.summary(language)
    ]


def _unique(state: CaseState, proofs: tuple[Proof, ...]) -> list[str]:
    return [state.key(proof) for proof in dict.fromkeys(proofs)]


def _keyed(value: Any, state: CaseState) -> Any:
    """A record as plain JSON values (as `record.plain`), each proof as its fact's key, each report as its number."""
    if isinstance(value, Proof):
        return state.key(value)
    if hasattr(value, "__dataclass_fields__"):
        parts = {name: _keyed(getattr(value, name), state) for name in value.__dataclass_fields__}
        if "reports" in parts:
            parts["reports"] = [int(report) for report in parts["reports"]]
        return {name: part for name, part in parts.items() if part is not None and part != [] and part != {}}
    if isinstance(value, tuple | list):
        return [_keyed(part, state) for part in value]
    return value
