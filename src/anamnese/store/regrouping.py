"""Moving a report to another case: what was filed under the wrong patient."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from anamnese.review.decisions import Decision
from anamnese.review.log import standing, touching
from anamnese.review.refusal import Refused
from anamnese.store.cases import file, is_number, load, new_case, refresh, refuse_signed
from anamnese.store.erasing import remove
from anamnese.store.errors import UnknownCase, UnknownReport
from anamnese.store.models import CaseRow, ReportRow


def regroup(connection: Connection, report_id: int, case_id: int | None, by: str) -> int:
    """Move a report to a case, or to a new one of its own; gives that case. A case without reports left is no more.

    Raises `UnknownReport`, `UnknownCase`, and `Refused` where decisions rest on the report's facts."""
    if not is_number(report_id):
        raise UnknownReport(report_id)
    row = connection.execute(select(ReportRow.case_id, ReportRow.name).where(ReportRow.id == report_id)).first()
    if row is None:
        raise UnknownReport(report_id)
    source: int = row.case_id
    if case_id == source:
        return source
    if case_id is not None and not is_number(case_id):
        raise UnknownCase(case_id)
    both = [source] if case_id is None else sorted((source, case_id))
    connection.execute(select(CaseRow.id).where(CaseRow.id.in_(both)).order_by(CaseRow.id).with_for_update()).all()
    before = load(connection, source)
    refuse_signed(before)
    alone = len(before.stored) == 1
    _refuse_rested_on(before.log, report_id, alone)
    if case_id is None and alone:
        return source
    held = load(connection, case_id) if case_id is not None else None
    if held is not None:
        refuse_signed(held)
    target = held.id if held is not None else new_case(connection, row.name, by)
    connection.execute(update(ReportRow).where(ReportRow.id == report_id).values(case_id=target))
    moved = {"case": source}, {"case": target}
    if alone:
        remove(connection, source)
    else:
        file(connection, source, "move_report", report_id, *moved, by)
        refresh(connection, load(connection, source))
    file(connection, target, "move_report", report_id, *moved, by)
    refresh(connection, load(connection, target))
    return target


def _refuse_rested_on(log: Sequence[Decision], report_id: int, alone: bool) -> None:
    resting = standing(log) if alone else touching(log, report_id)
    if resting:
        raise Refused(
            f"des décisions portent sur ce compte rendu (n° {resting[-1].id}) : annulez-les avant de le déplacer",
            f"decisions rest on this report ({resting[-1].id}): undo them before moving it",
        )
