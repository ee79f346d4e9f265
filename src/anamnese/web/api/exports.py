"""`/api/export`: taking cases out."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from anamnese.exports import WRITERS
from anamnese.store import Query as Selection
from anamnese.store import Store
from anamnese.web.api.parameters import SELECTING
from anamnese.web.api.schemas import Problem
from anamnese.web.exporting import Busy, Exporting, Package
from anamnese.web.exporting_jobs import Job, Jobs
from anamnese.web.persons import Person
from anamnese.web.requests import LanguageOf, Reader, SelectionOf, StoreOf

router = APIRouter(prefix="/api", tags=["export"])

Standard = StrEnum("Standard", {name: name for name in WRITERS})  # type: ignore[misc]


class Form(StrEnum):
    """What is sent."""

    zip = "zip"
    file = "file"


class ExportJob(BaseModel):
    """An export under way."""

    id: str
    to: Standard
    state: Literal["working", "done", "failed"]
    done: int = Field(description="Cases done.")
    total: int
    error: str | None = Field(description="Why it failed.")


class NewExport(BaseModel):
    """An export to be made."""

    to: Standard
    form: Form = Form.zip
    selection: list[tuple[str, str]] = Field([], description="The parameters of the selection, as pairs.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"to": "fhir", "form": "zip", "selection": [["status", "validated"]]}]},
    )


def _exporting(request: Request) -> Exporting:
    found: Exporting = request.app.state.exporting
    return found


def _jobs(request: Request) -> Jobs:
    found: Jobs = request.app.state.jobs
    return found


ExportingOf = Annotated[Exporting, Depends(_exporting)]
JobsOf = Annotated[Jobs, Depends(_jobs)]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such export."}}
BINARY = {
    "application/zip": {"schema": {"type": "string", "format": "binary"}},
    "application/fhir+json": {"schema": {"type": "object", "description": "a Bundle"}},
    "application/fhir+ndjson": {"schema": {"type": "string", "description": "a Bundle a line"}},
}


def chosen(store: Store, selection: Selection, asked: Collection[str], to: Standard, form: Form) -> list[int]:
    """The cases to export, in order; refuses an export of nothing, and one that cannot be."""
    if form is Form.file and to.value != "fhir":
        raise HTTPException(422, "only_fhir")
    if "ids" in asked and not selection.ids:  # not every case where none could be understood
        raise HTTPException(422, "nothing_selected")
    ids = store.case_ids(selection)
    if not ids:
        raise HTTPException(422, "nothing_selected")
    return ids


def sent(made: Package, after: BackgroundTask | None) -> Response:
    """The answer that an export is sent in."""
    return FileResponse(made.file, media_type=made.media_type, filename=made.name, background=after)


@router.get(
    "/export",
    response_class=Response,
    summary="Export cases",
    openapi_extra=SELECTING,
    responses={
        200: {
            "description": "The export: a ZIP file of what the standard's writer writes, `decisions.csv` (every "
            "decision behind the facts) and `export.json` (which cases, in which state); or FHIR bundles alone.",
            "content": BINARY,
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
    ids = chosen(store, selection, request.query_params.keys(), to, form)
    try:
        made = exporting.make(to.value, ids, person.name, form.value, language == "en", selection.to_params())
    except Busy as error:
        raise HTTPException(503, "busy", {"retry-after": "10"}) from error
    return sent(made, BackgroundTask(made.remove))


@router.post(
    "/exports",
    status_code=202,
    summary="Begin an export",
    responses={
        422: {"model": Problem, "description": "Nothing is selected, or the standard cannot be written here."},
        503: {"model": Problem, "description": "Too many exports of this person are under way."},
    },
)
def begin(wanted: NewExport, store: StoreOf, jobs: JobsOf, person: Reader, language: LanguageOf) -> ExportJob:
    """Begin an export of many cases; ask after it, then fetch its file, within an hour."""
    selection = Selection.from_params(wanted.selection)
    ids = chosen(store, selection, [name for name, _ in wanted.selection], wanted.to, wanted.form)
    owner = (person.user_id, person.name)
    try:
        job = jobs.start(owner, wanted.to.value, ids, wanted.form.value, language == "en", selection.to_params())
    except Busy as error:
        raise HTTPException(503, "busy", {"retry-after": "10"}) from error
    return _told(job)


@router.get("/exports/{id}", summary="Ask after an export", responses=UNKNOWN)
def ask(id: str, jobs: JobsOf, person: Reader) -> ExportJob:
    """How far an export is."""
    return _told(_own(jobs, person, id))


@router.get(
    "/exports/{id}/file",
    response_class=Response,
    summary="Fetch an export",
    responses={200: {"description": "As `/api/export` gives it.", "content": BINARY}, **UNKNOWN},
)
def fetch(id: str, jobs: JobsOf, person: Reader) -> Response:
    """The file of an export that is done."""
    job = _own(jobs, person, id)
    if job.package is None:
        raise HTTPException(404, "unknown")
    return sent(job.package, None)


@router.delete("/exports/{id}", summary="Cancel an export", responses=UNKNOWN)
def cancel(id: str, jobs: JobsOf, person: Reader) -> ExportJob:
    """Make an export no further, and keep its file no longer."""
    job = _own(jobs, person, id)
    jobs.cancel(job)
    return _told(job)


def _own(jobs: Jobs, person: Person, id: str) -> Job:
    job = jobs.of((person.user_id, person.name), id)
    if job is None:
        raise HTTPException(404, "unknown")
    return job


def _told(job: Job) -> ExportJob:
    return ExportJob(
        id=job.id, to=Standard(job.standard), state=job.state, done=job.done, total=len(job.cases), error=job.problem
    )
