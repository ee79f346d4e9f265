"""All that the page shows of a state: the words and lists for its templates, and what its modules know of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import Request

from anamnese.case import FACT_TYPES
from anamnese.checks.rule import suggested
from anamnese.cohort.observation import main_tumour
from anamnese.labels import Language
from anamnese.review.state import CaseState
from anamnese.web.pages.review.marks import OFF_AT_FIRST, marked_reports
from anamnese.web.pages.review.record import record_view
from anamnese.web.pages.review.rows import fact_rows, progress
from anamnese.web.pages.review.said import Speaker
from anamnese.web.pages.review.timeline import axis
from anamnese.web.pages.review.trace import entries
from anamnese.web.rendering import render, say

PARTS = ("strip", "reports", "record", "facts", "findings", "log")
"""The parts of the page that a decision changes; each is a template of its own."""
_JOURNAL = 60
"""The newest entries of the log that stand on the page of the case; the page of the log has all."""


def context(state: CaseState, language: Language, may_decide: bool) -> dict[str, Any]:
    """What the templates of a state ask for. `may_decide`: the person is a reviewer."""
    speaker = Speaker(state, language)
    rows = fact_rows(speaker)
    log = entries(speaker)
    return {
        "case": state,
        "speaker": speaker,
        "reports": marked_reports(speaker),
        "rows": rows,
        "kind_words": [(kind, say(f"review.kind.{kind}", language)) for kind in FACT_TYPES],
        "counts": Counter(row.kind for row in rows),
        "off_at_first": OFF_AT_FIRST,
        "record": record_view(speaker, rows),
        "findings": state.findings,
        "suggested": suggested,
        "main_tumour": main_tumour(state.history),
        "progress": progress(state, OFF_AT_FIRST),
        "log": log,
        "newest": log[:_JOURNAL],
        "signed": state.status == "validated",
        "may_decide": may_decide,
        "may_arrange": may_decide and state.status != "validated",
    }


def data(state: CaseState, known: dict[str, Any]) -> dict[str, Any]:
    """What the page's modules know of a state; `known` is its context."""
    return {
        "id": state.id,
        "name": state.name,
        "version": state.version,
        "status": state.status,
        "facts": [row.to_json() for row in known["rows"]],
        "findings": [
            {
                "key": each.key,
                "severity": each.finding.severity,
                "message": known["speaker"].pick((each.finding.message_fr, each.finding.message_en)),
                "state": each.state,
                "keys": list(each.keys),
            }
            for each in state.findings
        ],
        "axis": axis(known["speaker"]).to_json(),
        "undoable": any(entry.stands for entry in known["log"]),
    }


def answer(request: Request, state: CaseState, may_decide: bool) -> dict[str, Any]:
    """The page's parts anew, after a decision."""
    known = context(state, request.state.language, may_decide)
    html = {part: bytes(render(request, f"review/_{part}.html", **known).body).decode() for part in PARTS}
    return {"html": html, "data": data(state, known)}
