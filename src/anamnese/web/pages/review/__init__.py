"""The page where a case is reviewed: its report beside its record, decisions one by one, the signature, the log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from anamnese.labels import Language
from anamnese.review.decisions import Proposal
from anamnese.store import Query, Stale
from anamnese.store.erasing import REASONS
from anamnese.web.pages.review.forms import forms, statuses
from anamnese.web.pages.review.parts import answer, context, data
from anamnese.web.pages.review.said import Speaker
from anamnese.web.pages.review.trace import entries, entry
from anamnese.web.rendering import render, say, words
from anamnese.web.requests import LanguageOf, Reader, Reviewer, StoreOf

router = APIRouter()

_FOR_MODULES = ("review.js.", "base.severity.", "base.offline", "base.session_over", "base.forbidden", "base.failed")
"""The words that the page's modules say."""


class Decided(BaseModel):
    """A decision as the page sends it."""

    model_config = ConfigDict(extra="forbid")
    version: int
    action: Annotated[str, Field(max_length=40)]
    target: str | int | list[str] | None = None
    after: dict[str, Any] | None = None
    note: str | None = None


@router.get("/cases/{case_id:int}")
def review_page(request: Request, case_id: int, store: StoreOf, user: Reader, language: LanguageOf) -> HTMLResponse:
    """The case, to be reviewed, or to be read by who may not."""
    state = store.state(case_id)
    may_decide = user.may("reviewer")
    known = context(state, language, may_decide)
    return render(
        request,
        "review/page.html",
        room="cases",
        forms=forms(language),
        statuses=statuses(language),
        erasure_reasons=REASONS,
        data=data(state, known) | {"words": _words(language), "may_decide": may_decide},
        **known,
    )


@router.get("/cases/next")
def next_case(store: StoreOf, user: Reader, after: int) -> Response:
    """The next case by name that is not validated, the first again behind the last; the list where there is none."""
    open_ = set(store.case_ids(Query(status=("to_review", "in_review")))) - {after}
    order = store.case_ids(Query(sort="name"))
    at = order.index(after) + 1 if after in order else 0
    following = next((case for case in order[at:] + order[:at] if case in open_), None)
    return RedirectResponse(f"/cases/{following}" if following else "/cases", 303)


@router.get("/cases/{case_id:int}/parts")
def review_parts(request: Request, case_id: int, store: StoreOf, user: Reader) -> Response:
    """The page's parts as they stand now, for one that has fallen behind."""
    return JSONResponse(answer(request, store.state(case_id), user.may("reviewer")))


@router.get("/cases/{case_id:int}/log")
def log_page(request: Request, case_id: int, store: StoreOf, user: Reader, language: LanguageOf) -> HTMLResponse:
    """Every decision on a case."""
    state = store.state(case_id)
    log = entries(Speaker(state, language))
    return render(request, "review/log.html", room="cases", case=state, log=log)


@router.post("/cases/{case_id:int}/decisions")
def decide(
    request: Request, case_id: int, decided: Decided, store: StoreOf, user: Reviewer, language: LanguageOf
) -> Response:
    """Take a decision; the answer is the page's parts after it. 409 where another was taken first: who, and which."""
    proposal = Proposal(decided.action, decided.target, decided.after, decided.note)
    try:
        state = store.decide(case_id, decided.version, proposal, user.name)
    except Stale as stale:
        return JSONResponse(_overtaken(request, stale, Speaker(store.state(case_id), language)), 409)
    return JSONResponse(answer(request, state, True))


def _overtaken(request: Request, stale: Stale, speaker: Speaker) -> dict[str, Any]:
    """Who decided first, and what."""
    last = entry(stale.last, speaker) if stale.last else None
    told = bytes(render(request, "review/_overtaken.html", last=last).body).decode()
    return {"error": say("review.js.overtaken", speaker.language), "code": "stale", "html": told}


def _words(language: Language) -> dict[str, str]:
    return {key: both[language] for key, both in words().items() if key.startswith(_FOR_MODULES)}
