"""`/api/cases`: the list, a case, its decisions, its label; `/api/erasures`: the cases that are no more."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from anamnese.review.decisions import Proposal
from anamnese.review.plain import plain_state
from anamnese.store import Reason
from anamnese.web.api.exports import JobsOf
from anamnese.web.api.parameters import SELECTING
from anamnese.web.api.schemas import (
    CaseJson,
    CasePageJson,
    CaseRowJson,
    ErasureEntry,
    NewDecision,
    NewName,
    Problem,
    StaleProblem,
)
from anamnese.web.requests import Administrator, Reviewer, SelectionOf, StoreOf

router = APIRouter(prefix="/api", tags=["cases"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such case."}}
STALE: dict[int | str, dict[str, Any]] = {
    409: {"model": StaleProblem, "description": "The case has changed since the version given; nothing was done."}
}


@router.get("/cases", summary="The list of cases", openapi_extra=SELECTING)
def cases(store: StoreOf, selection: SelectionOf) -> CasePageJson:
    """A page of the cases that the parameters select, fifty at a time."""
    page = store.select(selection)
    rows = [CaseRowJson.model_validate(row, from_attributes=True) for row in page.rows]
    return CasePageJson(rows=rows, total=page.total, page=page.page, pages=page.pages)


@router.get("/cases/{case_id}", response_model=CaseJson, responses=UNKNOWN, summary="A case as it stands")
def case(case_id: int, store: StoreOf) -> Response:
    """Reports with their facts, history, summary, findings and log. Every proof is the key of its fact."""
    return JSONResponse(plain_state(store.state(case_id)))


@router.post(
    "/cases/{case_id}/decisions",
    response_model=CaseJson,
    responses={
        **UNKNOWN,
        **STALE,
        422: {"model": Problem, "description": "The decision cannot stand; the message says why."},
    },
    summary="Take a decision",
)
def decide(case_id: int, decision: NewDecision, store: StoreOf, person: Reviewer) -> Response:
    """Take a decision; answered once it is on the disk, with the case as it then stands."""
    proposal = Proposal(decision.action.value, decision.target, decision.after, decision.note)
    return JSONResponse(plain_state(store.decide(case_id, decision.version, proposal, person.name)))


@router.put(
    "/cases/{case_id}/name",
    response_model=CaseJson,
    responses={**UNKNOWN, **STALE, 422: {"model": Problem, "description": "It is no label, or that of now."}},
    summary="Give a case another label",
)
def rename(case_id: int, wanted: NewName, store: StoreOf, person: Reviewer) -> Response:
    """Another label. The log tells that it was given, and neither of the two."""
    return JSONResponse(plain_state(store.rename(case_id, wanted.version, wanted.name, person.name)))


@router.delete("/cases/{case_id}", responses={**UNKNOWN, **STALE}, summary="Erase a case for good")
def erase(
    case_id: int,
    store: StoreOf,
    jobs: JobsOf,
    person: Administrator,
    version: Annotated[int, Query(description="The version of the case that was seen.")],
    reason: Annotated[Reason, Query(description="Why; kept in the journal.")],
) -> ErasureEntry:
    """Erase a case, its reports, its log and all that was made of them; exports that hold it are kept no longer. An
    administrator's right; it cannot be taken back."""
    erased = store.erase(case_id, version, reason, person.name)
    jobs.forget(case_id)
    return ErasureEntry.model_validate(erased, from_attributes=True)


@router.get("/erasures", summary="The cases that were erased")
def erasures(store: StoreOf, person: Administrator) -> list[ErasureEntry]:
    """The journal of the cases that were erased, the newest first: their numbers, by whom, when and why."""
    return [ErasureEntry.model_validate(each, from_attributes=True) for each in store.erasures()]
