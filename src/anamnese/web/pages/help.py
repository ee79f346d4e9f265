"""The help page: what is done where, with which keys, and what becomes of the data."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from anamnese.reading.files import SUFFIXES
from anamnese.web.rendering import render
from anamnese.web.requests import LanguageOf, Reader, SettingsOf

router = APIRouter()


@router.get("/help")
def show(request: Request, language: LanguageOf, settings: SettingsOf, person: Reader) -> Response:
    """The help, in the person's language."""
    return render(
        request,
        f"help/{language}.html",
        room="help",
        suffixes=", ".join(SUFFIXES),
        megabytes=settings.uploads.file_bytes // 2**20,
        hours=settings.session_hours,
        idle=settings.idle_hours,
    )
