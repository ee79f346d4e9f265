"""The record in the standards that hospitals and registries use: one module for each standard, which has a `write`.

To add a standard, write a module with `write(subjects, target)` and name it in `WRITERS`. A writer takes the patients
one at a time, so that any number of them needs the memory of one, and leaves no half-written file under a final name
(`parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

from anamnese.case import Case
from anamnese.record import History


class Subject(NamedTuple):
    """One patient to export. `id` names the patient among those exported (a file's or a folder's name)."""

    id: str
    cases: tuple[Case, ...]
    history: History
    sources: tuple[str, ...] = ()
    """The file that each case was read from, as the folder given names it; empty where there is none."""


class Target(NamedTuple):
    """Where to write. `many`: several patients may come, so that a path is a folder where a file holds but one."""

    out: str
    many: bool = False
    english: bool = False
    """Whether headings that are ours to choose are in English, else in French."""
    vocabulary: str | None = None
    """A folder of vocabularies from Athena, for standards that look concepts up (OMOP)."""


class ExportError(Exception):
    """What stands in the way of an export: one line in French, what is wrong and what to do.

    `usage` tells that the command was given what it cannot work with (exit code 2, else 1)."""

    def __init__(self, message: str, usage: bool = False) -> None:
        super().__init__(message)
        self.usage = usage


Writer = Callable[[Iterable[Subject], Target], None]

WRITERS: dict[str, str] = {
    "fhir": "anamnese.exports.fhir",
    "osiris": "anamnese.exports.osiris",
    "omop": "anamnese.exports.omop",
    "brat": "anamnese.exports.brat",
    "tables": "anamnese.exports.tables",
}
"""Each standard and the module that writes it, loaded when asked for: a standard may need a library of its own."""


def writer(standard: str) -> Writer:
    """The writer of a standard. Raises KeyError for an unknown one, `ExportError` where its library is missing."""
    try:
        write: Writer = import_module(WRITERS[standard]).write
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("anamnese"):
            raise
        raise ExportError(
            f"l'export {standard} demande le module {error.name} ; installez-le : pip install 'anamnese[{standard}]'",
            usage=True,
        ) from error
    return write
