"""The journal of the cases that were erased."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from anamnese.web.rendering import render
from anamnese.web.requests import Administrator, StoreOf

router = APIRouter()


@router.get("/erasures")
def show(request: Request, store: StoreOf, person: Administrator) -> Response:
    """Which numbers are no more, by whom, when and why."""
    return render(request, "erasures/erasures.html", room="erasures", erasures=store.erasures())
