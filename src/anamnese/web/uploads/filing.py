"""From files that were read to cases of the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from sqlalchemy import select

from anamnese.reading.fold import fold
from anamnese.review.reading import digest
from anamnese.store import Added, NewReport, Query, Store
from anamnese.store.cases import clean
from anamnese.store.models import CaseRow, ReportRow
from anamnese.store.sessions import reading
from anamnese.web.uploads.patients import Clues, KeyKind, clues, groups
from anamnese.web.uploads.readers import Readers, Unreadable
from anamnese.web.uploads.staging import Known, Staged

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are likely one patient's: a label for the case, the case of the store that it may be, and why the
    files stand together (the kinds of clue they share)."""

    label: str
    files: tuple[str, ...]
    case: Known | None
    because: tuple[KeyKind, ...]


def read_file(readers: Readers, name: str, data: bytes) -> Staged:
    """Read a file that was brought in; what is wrong with it is told in `problem`."""
    name = plain_name(name)
    try:
        read = readers.read(name, data)
    except Unreadable as problem:
        return Staged(name, len(data), problem=problem.code, message=problem.message)
    return Staged(name, len(data), read, clues(name, read.text, read.reading), digest(clean(read.text)))


_ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""What browsers write in a form's file names, and nothing else (WHATWG HTML, "multipart/form-data encoding")."""


def plain_name(name: str) -> str:
    """A file's name alone: as it is called where it comes from, no folders, nothing that is no sign."""
    for escaped, sign in _ESCAPED.items():
        name = name.replace(escaped, sign)
    last = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(sign for sign in last if sign.isprintable())[:NAME_LENGTH].strip() or "sans nom"


def known(store: Store, digests: Iterable[str]) -> dict[str, Known]:
    """The reports of the store that have the same words, by their digest."""
    asked = (
        select(ReportRow.digest, ReportRow.id, CaseRow.id, CaseRow.name)
        .join(CaseRow, CaseRow.id == ReportRow.case_id)
        .where(ReportRow.digest.in_(set(digests)))
    )
    with reading(store) as db:
        return {digest: Known(report, case, name) for digest, report, case, name in db.execute(asked)}


def grouped(store: Store, files: Sequence[Staged]) -> list[Group]:
    """The files that can be filed, as patients."""
    readable = [(file, file.clues) for file in files if file.clues is not None]
    found = []
    for places in groups([clue for _, clue in readable]):
        members = [readable[place] for place in places]
        label = _label([clue for _, clue in members])
        shared = sorted({key.kind for _, clue in members for key in clue.keys}) if len(members) > 1 else []
        case = _likely_case(store, label, [clue for _, clue in members])
        found.append(Group(label, tuple(file.id for file, _ in members), case, tuple(shared)))
    return found


def _label(members: Sequence[Clues]) -> str:
    """The label that most of the files give."""
    labels = [member.label for member in members]
    return max(dict.fromkeys(labels), key=labels.count)


def _likely_case(store: Store, label: str, members: Sequence[Clues]) -> Known | None:
    """The case of this label, or the only one whose reports have the patient's hospital number; none where nothing but
    the name of a file speaks for it: two patients may each have a `report.txt`."""
    if not any(member.keys for member in members):
        return None
    asked = select(CaseRow.id, CaseRow.name).where(CaseRow.folded_name == fold(label), CaseRow.name == label).limit(1)
    with reading(store) as db:
        row = db.execute(asked).first()
    if row is not None:
        return Known(0, row[0], row[1])
    for number in dict.fromkeys(key.value for member in members for key in member.keys if key.kind == "number"):
        page = store.select(Query(text=f'"{number}"'))
        if page.total == 1:
            return Known(0, page.rows[0].id, page.rows[0].name)
    return None


def file_group(store: Store, name: str, case_id: int | None, files: Sequence[Staged], by: str) -> Added:
    """Put files into a case of the store, or a new one."""
    reports = [
        NewReport(PurePosixPath(file.name).stem, file.read.text, file.name, file.read.reading)
        for file in files
        if file.read is not None
    ]
    if case_id is not None:
        return store.add_reports(case_id, reports, by)
    return store.add_case(name.strip()[:NAME_LENGTH], reports, by)
