"""`/api/export`: taking cases out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from anamnese.exports import WRITERS
from anamnese.web.api.parameters import SELECTING
from anamnese.web.api.schemas import Problem
from anamnese.web.exporting import Busy, Exporting
from anamnese.web.requests import LanguageOf, Reader, SelectionOf, StoreOf

router = APIRouter(prefix="/api/export", tags=["export"])

Standard = StrEnum("Standard", {name: name for name in WRITERS})  # type: ignore[misc]


class Form(StrEnum):
    """What is sent."""

    zip = "zip"
    file = "file"


def _exporting(request: Request) -> Exporting:
    found: Exporting = request.app.state.exporting
    return found


ExportingOf = Annotated[Exporting, Depends(_exporting)]


@router.get(
    "",
    response_class=Response,
    summary="Export cases",
    openapi_extra=SELECTING,
    responses={
        200: {
            "description": "The export: a ZIP file of what the standard's writer writes, `decisions.csv` (every "
            "decision behind the facts) and `export.json` (which cases, in which state); or FHIR bundles alone.",
            "content": {
                "application/zip": {"schema": {"type": "string", "format": "binary"}},
                "application/fhir+json": {"schema": {"type": "object", "description": "a Bundle"}},
                "application/fhir+ndjson": {"schema": {"type": "string", "description": "a Bundle a line"}},
            },
        },
        422: {"model": Problem, "description": "Nothing is selected, or the standard cannot be written here."},
        503: {"model": Problem, "description": "Other exports are being made; try again."},
    },
)
def export(
    store: StoreOf,
    exporting: ExportingOf,
    selection: SelectionOf,
    person: Reader,
    language: LanguageOf,
    request: Request,
    to: Annotated[Standard, Query(description="The standard.")],
    form: Annotated[
        Form, Query(description="`file`: FHIR bundles alone (one case: JSON; several: NDJSON).")
    ] = Form.zip,
) -> Response:
    """Export the facts of the selected cases as they stand (what a person rejected is left out). The selection's
    parameters are those of the list of cases."""
    if form is Form.file and to.value != "fhir":
        raise HTTPException(422, "only_fhir")
    if "ids" in request.query_params and not selection.ids:
        raise HTTPException(422, "nothing_selected")
    ids = store.case_ids(selection)
    if not ids:
        raise HTTPException(422, "nothing_selected")
    try:
        made = exporting.make(to.value, ids, person.name, form.value, language == "en", selection.to_params())
    except Busy as error:
        raise HTTPException(503, "busy", {"retry-after": "10"}) from error
    after = BackgroundTask(made.remove)
    return FileResponse(made.file, media_type=made.media_type, filename=made.name, background=after)
