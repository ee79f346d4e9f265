"""`/api/reports`, `/api/uploads`: bringing reports in.

A program sends files to `/api/reports`, which files them at once. The page sends them to `/api/uploads`, which reads
them and keeps them aside; once the person has seen how they are grouped, `/api/uploads/file` files them.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from anamnese.labels import Language
from anamnese.store import Added, Store
from anamnese.web.api.schemas import Problem
from anamnese.web.persons import Person
from anamnese.web.requests import LanguageOf, Reviewer, SettingsOf, StoreOf
from anamnese.web.settings import Settings
from anamnese.web.uploads.filing import Group, file_group, grouped, known, plain_name, read_file
from anamnese.web.uploads.readers import Readers
from anamnese.web.uploads.saying import told
from anamnese.web.uploads.staging import Full, Known, Owner, Staged, Staging

router = APIRouter(
    prefix="/api",
    tags=["reports"],
    responses={413: {"model": Problem, "description": "More or larger files than are taken at a time."}},
)


BUSY: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "Too many files are being read; try again."}
}


class CaseLink(BaseModel):
    """A case by its id and label."""

    id: int
    name: str


class FileResult(BaseModel):
    """What became of one file."""

    file: str
    status: Literal["added", "duplicate", "unreadable"]
    message: str | None = Field(None, description="Why it cannot be read; or what a reader should know of it.")
    report_id: int | None = Field(description="The report; of a duplicate the one that was there.")
    case: CaseLink | None


class FileResults(BaseModel):
    """What became of each file, in the order sent."""

    results: list[FileResult]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {
                            "file": "smp01-1-tdm.txt",
                            "status": "added",
                            "report_id": 41,
                            "case": {"id": 12, "name": "smp01"},
                        }
                    ]
                }
            ]
        }
    )


class StagedFile(BaseModel):
    """A file that was read and is kept aside."""

    id: str
    file: str
    size: int
    characters: int
    facts: int
    status: Literal["ready", "duplicate", "unreadable"]
    message: str | None
    duplicate: CaseLink | None = Field(description="The case that has the same report already.")
    same_as: str | None = Field(description="The id of the file kept aside before it that has the same words.")


class SuggestedGroup(BaseModel):
    """Files that are likely one patient's."""

    name: str = Field(description="A label for the case.")
    files: list[str] = Field(description="Ids of staged files.")
    case: CaseLink | None = Field(description="The case of the store that it may be.")
    because: list[Literal["file", "number", "person"]] = Field(
        description="What they share: the patient's part of their names, a hospital number, a name and a birth date."
    )


class StagedFiles(BaseModel):
    """All files kept aside for the person, and how they may be grouped by patient."""

    files: list[StagedFile]
    groups: list[SuggestedGroup]


class GroupToFile(BaseModel):
    """Files to become, or to join, one case."""

    name: str = Field("", max_length=120, description="The label of a new case.")
    case_id: int | None = Field(None, description="The case to join.")
    files: list[str] = Field(min_length=1, max_length=1000)

    model_config = ConfigDict(extra="forbid")


class GroupsToFile(BaseModel):
    """All that is to be filed now."""

    groups: list[GroupToFile] = Field(min_length=1, max_length=1000)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"groups": [{"name": "smp01", "files": ["6f1c2ab09d3e4f55"]}]}]},
    )


class Move(BaseModel):
    """Where a report goes."""

    case_id: int | None = Field(description="The case that it joins; null: a new case of its own.")

    model_config = ConfigDict(extra="forbid")


def _readers(request: Request) -> Readers:
    found: Readers = request.app.state.readers
    return found


def _staging(request: Request) -> Staging:
    found: Staging = request.app.state.staging
    return found


def _turn(request: Request) -> Iterator[None]:
    """A turn among those who wait for files to be read."""
    turns: BoundedSemaphore = request.app.state.turns
    if not turns.acquire(blocking=False):
        raise HTTPException(503, "busy", {"retry-after": "5"})
    try:
        yield
    finally:
        turns.release()


ReadersOf = Annotated[Readers, Depends(_readers)]
StagingOf = Annotated[Staging, Depends(_staging)]
Files = Annotated[list[UploadFile], File(description="Reports: .txt, .pdf, .docx or .html.")]


@router.post("/reports", summary="Bring reports in", dependencies=[Depends(_turn)], responses=BUSY)
def bring_in(
    file: Files,
    store: StoreOf,
    settings: SettingsOf,
    readers: ReadersOf,
    person: Reviewer,
    language: LanguageOf,
    patient: Annotated[str, Form(max_length=120, description="The label of the case they are all of.")] = "",
    case_id: Annotated[int | None, Form(description="The case that they all join.")] = None,
) -> FileResults:
    """Read files and file them at once: into the case given, as one new case where a patient's label is given, else
    grouped by what their names and headers tell."""
    staged = [_read(readers, each) for each in _few(file, settings)]
    if case_id is not None or patient.strip():
        plan = [Group(patient, tuple(each.id for each in staged), None, ())]
    else:
        plan = grouped(store, staged)
    by_id = {each.id: each for each in staged}
    became: dict[str, FileResult] = {}
    for group in plan:
        members = [by_id[id] for id in group.files if by_id[id].read is not None]
        if members:
            joined = case_id if case_id is not None else group.case.case_id if group.case else None
            became |= _results(members, file_group(store, group.label, joined, members, person.name), store, language)
    return FileResults(results=[became.get(each.id) or _unreadable(each, language) for each in staged])


@router.post("/uploads", summary="Read files and keep them aside", dependencies=[Depends(_turn)], responses=BUSY)
def stage(
    file: Files,
    store: StoreOf,
    settings: SettingsOf,
    readers: ReadersOf,
    staging: StagingOf,
    person: Reviewer,
    language: LanguageOf,
) -> StagedFiles:
    """Read files and keep them aside for the person, for some hours."""
    for each in _few(file, settings):
        try:
            staging.keep(_owner(person), _read(readers, each))
        except Full as error:
            raise HTTPException(413, "staging_full") from error
    return _staged(store, staging.of(_owner(person)), language)


@router.get("/uploads", summary="The files kept aside")
def staged(store: StoreOf, staging: StagingOf, person: Reviewer, language: LanguageOf) -> StagedFiles:
    """The person's own files that are not filed yet, and how they may be grouped by patient."""
    return _staged(store, staging.of(_owner(person)), language)


@router.delete("/uploads/{id}", summary="Let a file go")
def let_go(id: str, store: StoreOf, staging: StagingOf, person: Reviewer, language: LanguageOf) -> StagedFiles:
    """Keep a file aside no longer."""
    staging.take(_owner(person), [id])
    return _staged(store, staging.of(_owner(person)), language)


@router.post("/uploads/file", summary="File what was kept aside")
def file_staged(
    wanted: GroupsToFile, store: StoreOf, staging: StagingOf, person: Reviewer, language: LanguageOf
) -> FileResults:
    """Make cases of the files kept aside, or let them join cases."""
    results: list[FileResult] = []
    for group in _one_of_each_name(wanted.groups):
        files = staging.take(_owner(person), group.files)
        members = [each for each in files if each.read is not None]
        if not members:
            continue
        try:
            added = file_group(store, group.name or members[0].name, group.case_id, members, person.name)
        except BaseException:
            staging.put_back(_owner(person), files)
            raise
        results += _results(members, added, store, language).values()
    return FileResults(results=results)


def _one_of_each_name(groups: list[GroupToFile]) -> list[GroupToFile]:
    """The groups, those that name one new case or join one case put together: a person who gives two the same label
    means one patient."""
    found: dict[int | str, GroupToFile] = {}
    for group in groups:
        key = group.case_id if group.case_id is not None else group.name.strip() or f"\n{group.files[0]}"
        held = found.get(key)
        files = [*held.files, *group.files] if held else group.files
        found[key] = group.model_copy(update={"files": files})
    return list(found.values())


@router.post(
    "/reports/{report_id}/move",
    responses={404: {"model": Problem, "description": "There is no such report or case."}},
    summary="Move a report to another case",
)
def move(report_id: int, to: Move, store: StoreOf, person: Reviewer) -> CaseLink:
    """Move a report to another case, or to a new one of its own."""
    case_id = store.regroup(report_id, to.case_id, person.name)
    return CaseLink(id=case_id, name=store.state(case_id).name)


def _few(files: list[UploadFile], settings: Settings) -> list[UploadFile]:
    if len(files) > settings.uploads.files:
        raise HTTPException(413, "too_many")
    return files


def _read(readers: Readers, file: UploadFile) -> Staged:
    name = file.filename or ""
    if (file.size or 0) > readers.limits.file_bytes:  # not even taken into memory
        return Staged(plain_name(name), file.size or 0, problem="too_large")
    return read_file(readers, name, file.file.read())


def _owner(person: Person) -> Owner:
    return person.user_id, person.name


def _unreadable(file: Staged, language: Language) -> FileResult:
    return FileResult(file=file.name, status="unreadable", message=told(file, language), report_id=None, case=None)


def _link(known: Known | None) -> CaseLink | None:
    return CaseLink(id=known.case_id, name=known.case_name) if known is not None else None


def _results(members: list[Staged], added: Added, store: Store, language: Language) -> dict[str, FileResult]:
    """What became of each file, by its id; each report of the store is found again by its words."""
    there = known(store, (member.digest for member in members))
    new = set(added.report_ids)
    became: dict[str, FileResult] = {}
    for member in members:
        held = there[member.digest]
        status: Literal["added", "duplicate"] = "added" if held.report_id in new else "duplicate"
        new.discard(held.report_id)  # a second file with the same words is a duplicate of the first
        became[member.id] = FileResult(
            file=member.name,
            status=status,
            message=told(member, language),
            report_id=held.report_id,
            case=_link(held),
        )
    return became


def _staged(store: Store, files: list[Staged], language: Language) -> StagedFiles:
    there = known(store, (file.digest for file in files if file.read is not None))
    first: dict[str, str] = {}
    for file in files:
        if file.read is not None and file.digest not in there:
            first.setdefault(file.digest, file.id)
    ready = set(first.values())
    return StagedFiles(
        files=[
            StagedFile(
                id=file.id,
                file=file.name,
                size=file.size,
                characters=len(file.read.text) if file.read else 0,
                facts=len(file.read.reading["facts"]) if file.read else 0,
                status="unreadable" if file.read is None else "ready" if file.id in ready else "duplicate",
                message=told(file, language),
                duplicate=_link(there.get(file.digest)),
                same_as=first.get(file.digest) if file.id not in ready else None,
            )
            for file in files
        ],
        groups=[
            SuggestedGroup(
                name=group.label, files=list(group.files), case=_link(group.case), because=list(group.because)
            )
            for group in grouped(store, [file for file in files if file.id in ready])
        ],
    )
