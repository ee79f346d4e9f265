"""Cases: bringing reports in, reading a case as it stands, deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from anamnese import __version__
from anamnese.reading.fold import fold
from anamnese.review.decisions import Decision, Proposal
from anamnese.review.log import draft, made
from anamnese.review.reading import case_of, digest, read_report
from anamnese.review.refusal import Refused
from anamnese.review.state import About, CaseState, StoredReport
from anamnese.review.terms import own_words
from anamnese.store.derived import derive, index_anew, index_words
from anamnese.store.errors import Stale, UnknownCase
from anamnese.store.models import CaseRow, DecisionRow, ReportRow, RevisionRow

LARGEST = 2**31
"""Ids and versions are below this: the columns of PostgreSQL hold no more."""
_NAME = 200
"""The most characters of a label."""


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to bring in. `reading` is what `read_report` gives of the text, where it was already read."""

    name: str
    text: str
    file_name: str | None = None
    reading: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A report that is in the store already, by its content."""

    name: str
    report_id: int
    case_id: int
    case_name: str


@dataclass(frozen=True, slots=True)
class Added:
    """What was brought in. `case_id` is None where every report was there already, so that no case was made."""

    case_id: int | None
    report_ids: tuple[int, ...]
    duplicates: tuple[Duplicate, ...]


def load(connection: Connection, id: int) -> CaseState:
    """A case as it stands. Raises `UnknownCase`."""
    if not is_number(id):
        raise UnknownCase(id)
    about = connection.execute(
        select(
            CaseRow.id, CaseRow.name, CaseRow.version, CaseRow.created_at, CaseRow.updated_at, CaseRow.updated_by
        ).where(CaseRow.id == id)
    ).first()
    if about is None:
        raise UnknownCase(id)
    reports = connection.execute(
        select(ReportRow.id, ReportRow.name, ReportRow.file_name, ReportRow.text, ReportRow.reading)
        .where(ReportRow.case_id == id)
        .order_by(ReportRow.id)
    ).all()
    return CaseState(About(*about), [_stored(*report) for report in reports], log_of(connection, id))


def _stored(id: int, name: str, file_name: str | None, text: str, reading: Mapping[str, Any]) -> StoredReport:
    return StoredReport(id, name, case_of(str(id), text, reading), file_name)


def log_of(connection: Connection, id: int) -> list[Decision]:
    """The log of a case, oldest first."""
    rows = connection.execute(_DECISIONS.where(DecisionRow.case_id == id).order_by(DecisionRow.id)).all()
    return [_decision(row) for row in rows]


_DECISIONS = select(
    DecisionRow.id, DecisionRow.version, DecisionRow.action, DecisionRow.target, DecisionRow.before, DecisionRow.after,
    DecisionRow.note, DecisionRow.by, DecisionRow.at, DecisionRow.undone_by,
)  # fmt: skip


def _decision(row: Row[*tuple[Any, ...]]) -> Decision:
    return Decision(**row._mapping)


def add_case(connection: Connection, name: str, reports: Sequence[NewReport], by: str) -> Added:
    """A new case of some reports; those that the store has already are told, not taken again."""
    fresh, duplicates = _distinct(connection, reports)
    if not fresh:
        return Added(None, (), duplicates)
    id = new_case(connection, name, by)
    ids = _insert_reports(connection, id, fresh, by)
    state = load(connection, id)
    derive(connection, state, next_revision(connection))
    index_words(connection, state)
    return Added(id, ids, duplicates)


def new_case(connection: Connection, name: str, by: str) -> int:
    """An empty case; its reports must follow."""
    label = label_of(name)
    at = now()
    return int(
        connection.execute(
            insert(CaseRow)
            .values(
                name=label, folded_name=fold(label), created_at=at, updated_at=at, updated_by=by, version=0, derived="",
                revision=0, status="to_review", findings_high=0, findings_medium=0, findings_low=0, facts=0,
                unreviewed=0, reports=0,
            )
            .returning(CaseRow.id)
        ).scalar_one()
    )  # fmt: skip


def add_reports(connection: Connection, id: int, reports: Sequence[NewReport], by: str) -> Added:
    """Some reports more of a case."""
    refuse_signed(load(connection, id))
    fresh, duplicates = _distinct(connection, reports)
    if not fresh:
        return Added(id, (), duplicates)
    ids = _insert_reports(connection, id, fresh, by)
    for report_id, report in zip(ids, fresh, strict=True):
        file(connection, id, "add_report", report_id, None, {"report": report_id, "name": clean(report.name)}, by)
    refresh(connection, load(connection, id))
    return Added(id, ids, duplicates)


def refresh(connection: Connection, state: CaseState) -> None:
    """Derive anew a case whose reports changed."""
    derive(connection, state, next_revision(connection))
    index_anew(connection, state)


def refuse_signed(state: CaseState) -> None:
    """A validated case gets no other reports."""
    if state.status == "validated":
        raise Refused(
            "ce dossier est validé : rouvrez-le pour changer ses comptes rendus",
            "this case is validated: reopen it to change its reports",
        )


def file(
    connection: Connection,
    id: int,
    action: str,
    report: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: str,
) -> None:
    """Keep in the log that a report came or went."""
    at = now()
    version = connection.execute(
        update(CaseRow)
        .where(CaseRow.id == id)
        .values(version=CaseRow.version + 1, updated_at=at, updated_by=by)
        .returning(CaseRow.version)
    ).scalar_one()
    connection.execute(
        insert(DecisionRow).values(
            case_id=id, version=version, action=action, target=str(report), before=before, after=after, by=by, at=at
        )
    )


def _distinct(connection: Connection, reports: Sequence[NewReport]) -> tuple[list[NewReport], tuple[Duplicate, ...]]:
    """The reports that the store lacks, each once, and those that it has."""
    digests = [digest(clean(report.text)) for report in reports]
    known = {
        row.digest: row
        for row in connection.execute(
            select(ReportRow.digest, ReportRow.id, ReportRow.case_id, CaseRow.name)
            .join(CaseRow, CaseRow.id == ReportRow.case_id)
            .where(ReportRow.digest.in_(digests))
        )
    }
    fresh: dict[str, NewReport] = {}
    duplicates = []
    for key, report in zip(digests, reports, strict=True):
        held = known.get(key)
        if held is not None:
            duplicates.append(Duplicate(report.name, held.id, held.case_id, held.name))
        elif key not in fresh:
            fresh[key] = report
    return list(fresh.values()), tuple(duplicates)


def known_digests(connection: Connection, reports: Sequence[NewReport]) -> frozenset[str]:
    """Which of the reports' digests the store has."""
    digests = [digest(clean(report.text)) for report in reports]
    return frozenset(connection.scalars(select(ReportRow.digest).where(ReportRow.digest.in_(digests))))


def read_in(report: NewReport, known: frozenset[str]) -> NewReport:
    """A report as the store keeps it: its text clean and read, unless the store has it."""
    text = clean(report.text)
    if digest(text) in known or (report.reading is not None and text == report.text):
        return report
    return replace(report, text=text, reading=read_report(text))


def _insert_reports(connection: Connection, id: int, reports: Iterable[NewReport], by: str) -> tuple[int, ...]:
    at = now()
    ids = []
    for report in reports:
        reading = report.reading or read_report(report.text)
        ids.append(
            connection.execute(
                insert(ReportRow)
                .values(
                    case_id=id, name=clean(report.name)[:_NAME], file_name=report.file_name and clean(report.file_name),
                    digest=digest(report.text), document_date=reading.get("date"), program=__version__, added_at=at,
                    added_by=by, text=report.text, reading=dict(reading),
                )
                .returning(ReportRow.id)
            ).scalar_one()
        )  # fmt: skip
    return tuple(ids)


def decide(connection: Connection, id: int, version: int, proposal: Proposal, by: str) -> CaseState:
    """Take a decision on the version of the case that a person saw. Raises `UnknownCase`, `Stale`, `Refused`."""
    at = now()
    take(connection, id, version, by, at)
    state = load(connection, id)
    drafted = draft(state.start, state.log, state, proposal)
    number = int(
        connection.execute(
            insert(DecisionRow)
            .values(
                case_id=id, version=version + 1, action=drafted.action, target=drafted.target, before=drafted.before,
                after=drafted.after, note=drafted.note, by=by, at=at,
            )
            .returning(DecisionRow.id)
        ).scalar_one()
    )  # fmt: skip
    if drafted.undoes is not None:
        connection.execute(update(DecisionRow).where(DecisionRow.id == drafted.undoes).values(undone_by=number))
    log = [*state.log, made(drafted, number, version + 1, by, at)]
    if drafted.undoes is not None:
        log = log_of(connection, id)
    after = CaseState(state.about, state.stored, log)
    derive(connection, after, next_revision(connection))
    if own_words(after) != own_words(state):
        index_anew(connection, after)
    return after


def rename(connection: Connection, id: int, version: int, name: str, by: str) -> CaseState:
    """Give the version of the case that a person saw another label. The log tells that it was done and neither label:
    one may have been a patient's name that is to be seen no more. Raises `UnknownCase`, `Stale`, `Refused`."""
    at = now()
    take(connection, id, version, by, at)
    label = label_of(name)
    if not name.strip():
        raise Refused("donnez un nom au dossier", "give the case a name")
    if connection.scalar(select(CaseRow.name).where(CaseRow.id == id)) == label:
        raise Refused("le dossier porte déjà ce nom", "the case has this name already")
    connection.execute(update(CaseRow).where(CaseRow.id == id).values(name=label, folded_name=fold(label)))
    connection.execute(insert(DecisionRow).values(case_id=id, version=version + 1, action="rename", by=by, at=at))
    state = load(connection, id)
    refresh(connection, state)
    return state


def take(connection: Connection, id: int, version: int, by: str, at: datetime) -> None:
    """Make the next version of a case out of the one that a person saw. Raises `UnknownCase`, `Stale`."""
    if not is_number(id):
        raise UnknownCase(id)
    if not is_number(version):
        raise stale(connection, id)
    taken = connection.execute(
        update(CaseRow)
        .where(CaseRow.id == id, CaseRow.version == version)
        .values(version=version + 1, updated_at=at, updated_by=by)
    )
    if taken.rowcount != 1:
        raise stale(connection, id)


def stale(connection: Connection, id: int) -> Exception:
    """Why a version could not be taken: another has been made of the case, or there is no such case."""
    version = connection.execute(select(CaseRow.version).where(CaseRow.id == id)).scalar()
    if version is None:
        return UnknownCase(id)
    last = connection.execute(
        _DECISIONS.where(DecisionRow.case_id == id).order_by(DecisionRow.id.desc()).limit(1)
    ).first()
    return Stale(id, version, _decision(last) if last else None)


def next_revision(connection: Connection) -> int:
    """Raise the store's revision; writers on PostgreSQL wait for each other here, so it comes late."""
    return int(
        connection.execute(
            update(RevisionRow)
            .where(RevisionRow.id == 1)
            .values(value=RevisionRow.value + 1)
            .returning(RevisionRow.value)
        ).scalar_one()
    )


def is_number(asked: int) -> bool:
    """Whether a database could hold it as an id or a version: people and programs may ask for any number."""
    return 0 <= asked < LARGEST


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def label_of(name: str) -> str:
    """A case's label: one line, and nothing in it that cannot be seen or that turns what follows around."""
    signs = "".join(sign if sign.isprintable() else " " for sign in clean(name))
    return " ".join(signs.split())[:_NAME].strip() or "?"


def clean(text: str) -> str:
    """A text that every database can hold: without NUL and halves of surrogate pairs; same length."""
    if "\x00" not in text and text.isascii():
        return text
    return "".join("\ufffd" if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in text)
