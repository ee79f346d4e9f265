"""OSIRIS, the French minimal data set of oncology (INCa): its clinical pivot files, in a folder, and the words behind
their rows.

`elements.tsv` holds every column with its conceptual domain and what fills it, `codes.tsv` our values and the members
of those domains that they are written as; `rows` makes a patient's rows. `anamnese_proofs.csv` is ours: for each row
the words that prove it, and what its columns could not say (see docs/osiris.md).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from anamnese.exports import Subject, Target
from anamnese.exports.osiris.codes import pivots
from anamnese.exports.osiris.rows import PatientRows, Row
from anamnese.exports.parts import Parts
from anamnese.exports.spreadsheets import inert

PROOFS = "anamnese_proofs.csv"
_ROW = ("file", "Patient_Id", "Instance_Id")
PROOF_COLUMNS = (*_ROW, "element", "told", "earliest", "latest", "report", "start", "end", "quote", "source")
"""`element` and `told`: what is known of a column more than it says; else the line proves the whole row."""


def pivot_name(file: str) -> str:
    """The name of a pivot file, as OSIRIS has it."""
    return f"OSIRIS_pivot_{file}.csv"


def write(subjects: Iterable[Subject], target: Target) -> None:
    """Write the pivot files of all subjects into the folder `target.out`, a subject at a time."""
    with Parts(Path(target.out)) as parts:
        sheets: dict[str, Any] = {}
        for file, elements in pivots().items():
            sheets[file] = csv.writer(parts.open(pivot_name(file)))
            sheets[file].writerow([element.column for element in elements])
        proofs = csv.writer(parts.open(PROOFS))
        proofs.writerow(PROOF_COLUMNS)
        numbers: Counter[str] = Counter()
        for subject in subjects:
            for row in PatientRows(subject, numbers).rows:
                sheets[row.file].writerow(cells(row))
                proofs.writerows(map(_inert, _proofs(row, subject)))


def cells(row: Row) -> list[str]:
    """The cells of a row in the order of its file's columns; what is not known is OSIRIS's own unknown where it has
    one."""
    return [row.values.get(element.column) or element.unknown for element in pivots()[row.file]]


def _inert(line: tuple[Any, ...]) -> tuple[Any, ...]:
    """A line that people read in a spreadsheet; `Patient_Id` already is as the pivot files have it."""
    return (*line[: len(_ROW)], *(inert(cell) if isinstance(cell, str) else cell for cell in line[len(_ROW) :]))


def _proofs(row: Row, subject: Subject) -> Iterator[tuple[Any, ...]]:
    key = (row.file, row.values["Patient_Id"], row.id)
    cases = {case.report.id: case for case in subject.cases}
    sources = dict(zip(cases, subject.sources, strict=False))
    for proof in row.proofs:
        fact = cases[proof.report].facts[proof.fact]
        place = (proof.report, fact.start, fact.end, " ".join(fact.quote.split()), sources.get(proof.report, ""))
        yield (*key, "", "", "", "", *place)
    for part in row.inexact:
        bounds = (part.when.earliest or "", part.when.latest or "") if part.when else ("", "")
        yield (*key, part.column, part.told, *bounds, "", "", "", "", "")
