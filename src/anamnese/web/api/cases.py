"""`/api/cases`: the list, a case, its decisions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from anamnese.review.decisions import Proposal
from anamnese.review.plain import plain_state
from anamnese.web.api.parameters import SELECTING
from anamnese.web.api.schemas import CaseJson, CasePageJson, CaseRowJson, NewDecision, Problem, StaleProblem
from anamnese.web.requests import Reviewer, SelectionOf, StoreOf

router = APIRouter(prefix="/api/cases", tags=["cases"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such case."}}


@router.get("", summary="The list of cases", openapi_extra=SELECTING)
def cases(store: StoreOf, selection: SelectionOf) -> CasePageJson:
    """A page of the cases that the parameters select, fifty at a time."""
    page = store.select(selection)
    rows = [CaseRowJson.model_validate(row, from_attributes=True) for row in page.rows]
    return CasePageJson(rows=rows, total=page.total, page=page.page, pages=page.pages)


@router.get("/{case_id}", response_model=CaseJson, responses=UNKNOWN, summary="A case as it stands")
def case(case_id: int, store: StoreOf) -> Response:
    """Reports with their facts, history, summary, findings and log. Every proof is the key of its fact."""
    return JSONResponse(plain_state(store.state(case_id)))


@router.post(
    "/{case_id}/decisions",
    response_model=CaseJson,
    responses={
        **UNKNOWN,
        409: {"model": StaleProblem, "description": "The case has changed since the version given; nothing was done."},
        422: {"model": Problem, "description": "The decision cannot stand; the message says why."},
    },
    summary="Take a decision",
)
def decide(case_id: int, decision: NewDecision, store: StoreOf, person: Reviewer) -> Response:
    """Take a decision; answered once it is on the disk, with the case as it then stands."""
    proposal = Proposal(decision.action.value, decision.target, decision.after, decision.note)
    return JSONResponse(plain_state(store.decide(case_id, decision.version, proposal, person.name)))
