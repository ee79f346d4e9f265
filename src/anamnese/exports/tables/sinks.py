"""The three forms of the tables: CSV, Parquet, and one Excel workbook. Each takes rows one at a time and keeps few of
them."""

from __future__ import annotations

import csv
from datetime import date
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol

import pyarrow
import pyarrow.parquet
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from anamnese.exports.parts import Parts
from anamnese.exports.spreadsheets import inert
from anamnese.exports.tables.columns import Cell, Table
from anamnese.labels import Language

WORKBOOK = "anamnese.xlsx"
_GROUP = 4_000
"""Rows of a group in a Parquet file: what is kept in memory of each table."""

_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
"""What an Excel sheet and an Excel cell can hold (Microsoft: Excel specifications and limits)."""


class Sink(Protocol):
    """A form of the tables in the making."""

    def add(self, table: Table, cells: list[Cell]) -> None:
        """Add a row."""

    def close(self) -> None:
        """Write what is kept, and end the files."""


class CsvSink:
    """A CSV file a table: UTF-8 with a byte order mark, which Excel asks for and R and pandas pass over; commas,
    quotes, `TRUE`, dates as `YYYY-MM-DD`. A text that a spreadsheet might run as a formula has an apostrophe before
    it."""

    def __init__(self, parts: Parts, tables: list[Table], language: Language) -> None:
        self._writers: dict[str, Any] = {}
        for table in tables:
            file = parts.open(f"{table.title(language)}.csv", encoding="utf-8-sig")
            self._writers[table.name] = csv.writer(file)
            self._writers[table.name].writerow(table.headings(language))

    def add(self, table: Table, cells: list[Cell]) -> None:
        """Add a row."""
        self._writers[table.name].writerow([csv_cell(cell) for cell in cells])

    def close(self) -> None:
        """Nothing is kept; the files are closed with the export."""


def csv_cell(cell: Cell) -> Any:
    """A cell as CSV holds it: truth in capitals, no text that a spreadsheet might run."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return inert(cell) if isinstance(cell, str) else cell


class ParquetSink:
    """A Parquet file a table, a group of rows at a time."""

    def __init__(self, parts: Parts, tables: list[Table], language: Language) -> None:
        self._rows: dict[str, list[list[Cell]]] = {table.name: [] for table in tables}
        self._schemas = {
            table.name: pyarrow.schema([(c.heading(language), _arrow_type(c.type)) for c in table.columns])
            for table in tables
        }
        self._writers = {
            table.name: pyarrow.parquet.ParquetWriter(
                str(parts.path(f"{table.title(language)}.parquet")), self._schemas[table.name], compression="zstd"
            )
            for table in tables
        }

    def add(self, table: Table, cells: list[Cell]) -> None:
        """Add a row."""
        kept = self._rows[table.name]
        kept.append(cells)
        if len(kept) >= _GROUP:
            self._flush(table.name)

    def _flush(self, name: str) -> None:
        schema, rows = self._schemas[name], self._rows[name]
        columns = [pyarrow.array([row[i] for row in rows], type=field.type) for i, field in enumerate(schema)]
        self._writers[name].write_table(pyarrow.Table.from_arrays(columns, schema=schema))
        rows.clear()

    def close(self) -> None:
        """Write what is kept, and end the files."""
        for name, writer in self._writers.items():
            self._flush(name)
            writer.close()


def _arrow_type(type: str) -> Any:
    return {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }[type]


class ExcelSink:
    """One workbook with a sheet a table; a table longer than a sheet goes on in another. Texts are never links or
    formulas."""

    def __init__(self, parts: Parts, tables: list[Table], language: Language) -> None:
        self._scratch = TemporaryDirectory(prefix="anamnese-")
        options = {
            "constant_memory": True, "tmpdir": self._scratch.name, "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(str(parts.path(WORKBOOK)), options)
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._language = language
        self._sheets: dict[str, tuple[Any, int, int]] = {}
        for table in tables:
            self._begin(table, 1)

    def _begin(self, table: Table, number: int) -> None:
        title = table.title(self._language)
        sheet = self._book.add_worksheet(title if number == 1 else f"{title} {number}")
        sheet.freeze_panes(1, 1)
        for i, heading in enumerate(table.headings(self._language)):
            sheet.write_string(0, i, heading, self._bold)
        sheet.set_column(0, len(table.columns) - 1, 14)
        self._sheets[table.name] = (sheet, 1, number)

    def add(self, table: Table, cells: list[Cell]) -> None:
        """Add a row."""
        sheet, row, number = self._sheets[table.name]
        if row >= _SHEET_ROWS:
            self._begin(table, number + 1)
            sheet, row, number = self._sheets[table.name]
        for i, cell in enumerate(cells):
            if cell is not None:
                self._write(sheet, row, i, cell)
        self._sheets[table.name] = (sheet, row + 1, number)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell)
        elif isinstance(cell, date) and cell.year >= 1900:
            sheet.write_datetime(row, column, cell, self._day)
        else:
            sheet.write_string(row, column, str(cell)[:_CELL_CHARACTERS])

    def close(self) -> None:
        """Put the workbook together. Raises OSError where it cannot be written."""
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error

    def __enter__(self) -> ExcelSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.cleanup()
