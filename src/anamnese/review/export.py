"""A case as exports take it: its reports by their names, which the whole export tells apart."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from anamnese.case import Case
from anamnese.exports import Subject
from anamnese.reading.fold import fold
from anamnese.record import Proof
from anamnese.review.decisions import Decision
from anamnese.review.state import CaseState

_NO_FILE_NAME = re.compile(r"[^\w .@+-]")
_LONGEST = 100
"""The most characters of a name: some file systems take no more than 255 bytes, with an ending."""


class Patient(NamedTuple):
    """A patient to export as the record stands, with the log of its decisions; `state` is the case it is made of."""

    case_id: int
    subject: Subject
    log: tuple[Decision, ...]
    state: CaseState


def patients(states: Iterable[CaseState], shared: Container[str] = ()) -> Iterator[Patient]:
    """The patients of some cases. Names become file names, so that what is no part of one is replaced. A patient whose
    name is `shared` by another of the store (folded) always has the case's number behind it: two exports must not make
    one of two. What else is alike within an export has it from the second on."""
    people: set[str] = set()
    documents: set[str] = set()
    for state in states:
        names = {str(report.id): _apart(report.name, report.id, documents) for report in state.stored}
        name = f"{state.name}-{state.id}" if fold(state.name) in shared else state.name
        cases = tuple(_named(case, names) for case in state.cases)
        files = tuple(report.file_name or report.name for report in state.stored)
        subject = Subject(_apart(name, state.id, people), cases, _renamed(state.history, names), files)
        yield Patient(state.id, subject, state.log, state)


def _apart(name: str, number: int, taken: set[str]) -> str:
    plain = _NO_FILE_NAME.sub("_", name).strip(" .")[:_LONGEST] or str(number)
    if plain.casefold() in taken:
        plain = f"{plain}-{number}"
    taken.add(plain.casefold())
    return plain


def _named(case: Case, names: Mapping[str, str]) -> Case:
    return replace(case, report=replace(case.report, id=names[case.report.id]))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A part of a history with other names of the reports in its proofs."""
    if isinstance(value, Proof):
        return Proof(names[value.report], value.fact)
    if hasattr(value, "__dataclass_fields__"):
        parts = {name: _renamed(getattr(value, name), names) for name in value.__dataclass_fields__}
        if "reports" in parts:
            parts["reports"] = tuple(names[report] for report in value.reports)
        return type(value)(**parts)
    if isinstance(value, tuple):
        return tuple(_renamed(part, names) for part in value)
    return value
