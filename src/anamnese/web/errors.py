"""What a person or a program is told when something cannot be done: one form for each, and no word of a report."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from anamnese.exports import ExportError
from anamnese.store import Refused, Stale, UnknownCase, UnknownReport
from anamnese.web.rendering import known, render, say

_CODES = {400: "bad_request", 401: "signed_out", 403: "role", 404: "unknown", 405: "method", 409: "stale",
          413: "too_large", 415: "media", 422: "invalid", 429: "throttled"}  # fmt: skip
"""The word for each status where nothing better is known; `errors.WORD.title` and `errors.WORD.text` tell it."""


def failure(request: Request, status: int, code: str, message: str | None = None, **more: Any) -> Response:
    """The answer to what cannot be done: JSON `{"error", "code", …}` under `/api/` or where JSON is asked for, else a
    page."""
    language = request.state.language
    told = message or say(f"errors.{code}.text", language)
    if request.scope["path"].startswith("/api/") or request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"error": told, "code": code, **more}, status)
    title = say(f"errors.{code}.title", language)
    return render(request, "error.html", status, status=status, title=title, message=told)


def install(app: FastAPI) -> None:
    """Teach the application to answer what its routes raise."""

    @app.exception_handler(UnknownCase)
    def unknown(request: Request, error: UnknownCase) -> Response:
        return failure(request, 404, "unknown_case")

    @app.exception_handler(UnknownReport)
    def unknown_report(request: Request, error: UnknownReport) -> Response:
        return failure(request, 404, "unknown_report")

    @app.exception_handler(Stale)
    def stale(request: Request, error: Stale) -> Response:
        last = error.last.to_json() if error.last is not None else None
        return failure(request, 409, "stale", version=error.version, last=last)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        told = error.message_en if request.state.language == "en" else error.message_fr
        return failure(request, 422, "refused", told)

    @app.exception_handler(ExportError)
    def unwritable(request: Request, error: ExportError) -> Response:
        return failure(request, 422, "unwritable", str(error) if request.state.language == "fr" else None)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = [
            {"where": ".".join(str(part) for part in each["loc"]), "problem": each["type"]} for each in error.errors()
        ]  # never what was given: it may be a report's words
        return failure(request, 422, "invalid", details=wrong)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        code = error.detail if known(f"errors.{error.detail}.text") else _CODES.get(error.status_code, "failed")
        response = failure(request, error.status_code, code)
        response.headers.update(error.headers or {})
        return response
