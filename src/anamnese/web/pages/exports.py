"""Taking cases out: which, in which standard; `api.exports` does the work."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from anamnese.exports import WRITERS
from anamnese.web import filters
from anamnese.web.api.exports import ExportingOf, Form, Standard, export
from anamnese.web.rendering import render, words
from anamnese.web.requests import LanguageOf, Reader, SelectionOf, StoreOf

router = APIRouter(prefix="/export")


@router.get("")
def show(request: Request, store: StoreOf, selection: SelectionOf, person: Reader, language: LanguageOf) -> Response:
    """Choose a standard for the cases that the address selects."""
    selection = selection.without("sort", "page")
    found = store.select(selection)
    signed = filters.with_(selection, {"status": ("validated",)})
    validated = store.select(signed).total
    if selection.status and "validated" not in selection.status:
        validated = 0
    said = {key: both[language] for key, both in words().items() if key.startswith("exports.js.")}
    return render(
        request,
        "exports/exports.html",
        room="export",
        standards=list(WRITERS),
        total=found.total,
        validated=validated,
        validated_only=filters.params(signed),
        only=found.rows[0] if found.total == 1 else None,
        pairs=selection.to_params(),
        chips=filters.chips(selection, language),
        said=said,
    )


@router.get("/file")
def fetch(
    request: Request,
    store: StoreOf,
    exporting: ExportingOf,
    selection: SelectionOf,
    person: Reader,
    language: LanguageOf,
    to: Standard,
    form: Form = Form.zip,
) -> Response:
    """The export itself, for browsers without scripts; what stands in its way is a page."""
    return export(store, exporting, selection, person, language, request, to, form)
