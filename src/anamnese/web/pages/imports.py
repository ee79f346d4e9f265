"""Bringing reports in: the page; `api.uploads` does the work."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from anamnese.reading.files import SUFFIXES
from anamnese.web.rendering import render, words
from anamnese.web.requests import Reviewer, SettingsOf

router = APIRouter()


@router.get("/import")
def show(request: Request, settings: SettingsOf, person: Reviewer) -> Response:
    """Drop files, see how they are grouped by patient, file them."""
    said = {key: both[request.state.language] for key, both in words().items() if key.startswith("imports.js.")}
    return render(
        request,
        "imports/imports.html",
        room="import",
        suffixes=",".join(SUFFIXES),
        megabytes=settings.uploads.file_bytes // 2**20,
        said=said,
    )
