"""Tidy tables of the record: for each a CSV and a Parquet file, and one Excel workbook of them all, in a folder.

`columns.tsv` holds every column with its type, its headings and its meaning; `rows` makes a patient's rows; `sinks`
writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anamnese.exports import Subject, Target
from anamnese.exports.parts import Parts
from anamnese.exports.tables.columns import tables
from anamnese.exports.tables.rows import PatientTables
from anamnese.exports.tables.sinks import CsvSink, ExcelSink, ParquetSink, Sink
from anamnese.labels import Language


def write(subjects: Iterable[Subject], target: Target) -> None:
    """Write the tables of all subjects into the folder `target.out`, a subject at a time."""
    language: Language = "en" if target.english else "fr"
    known = tables()
    every = list(known.values())
    with Parts(Path(target.out)) as parts, ExcelSink(parts, every, language) as excel:
        sinks: list[Sink] = [CsvSink(parts, every, language), ParquetSink(parts, every, language), excel]
        for subject in subjects:
            for name, row in PatientTables(subject, language).rows():
                cells = known[name].cells(row)
                for sink in sinks:
                    sink.add(known[name], cells)
        for sink in sinks:
            sink.close()
