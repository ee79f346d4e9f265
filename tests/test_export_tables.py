"""The tables: what pandas and openpyxl read back is what was written, typed, each row with its words and its file."""

import csv
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anamnese.case import Case, Fact, Report
from anamnese.exports import Subject, Target, writer
from anamnese.exports.spreadsheets import inert
from anamnese.exports.tables import sinks
from anamnese.exports.tables.columns import Cell, tables, when_cells
from anamnese.exports.tables.rows import PatientTables
from anamnese.exports.tables.sinks import WORKBOOK
from anamnese.history.build import history
from anamnese.record import When
from sample_subjects import SAMPLES, as_told, peak, sample_subjects, subject_of

ARROW = {"text": "string", "integer": "int64", "number": "double", "boolean": "bool", "date": "date32[day]"}


def _expected(english: bool) -> dict[str, list[list[Cell]]]:
    found: dict[str, list[list[Cell]]] = {name: [] for name in tables()}
    for subject in sample_subjects():
        for name, row in PatientTables(subject, "en" if english else "fr").rows():
            found[name].append(tables()[name].cells(row))
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["french", "english"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bool]:
    folder = tmp_path_factory.mktemp("tables")
    writer("tables")(sample_subjects(), Target(str(folder), True, request.param))
    return folder, request.param


def _plain(value: Any) -> Any:
    """A cell as another program gives it, as we wrote it."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and value != value):
        return None
    return value.date() if hasattr(value, "hour") else value


def test_parquet_is_read_back_with_its_types(written: tuple[Path, bool]) -> None:
    folder, english = written
    language = "en" if english else "fr"
    for name, rows in _expected(english).items():
        table = tables()[name]
        path = folder / f"{table.title(language)}.parquet"
        schema = pyarrow.parquet.read_schema(path)
        assert schema.names == table.headings(language)
        assert [str(field.type) for field in schema] == [ARROW[column.type] for column in table.columns]
        read = pyarrow.parquet.read_table(path).to_pylist()
        assert [list(row.values()) for row in read] == rows
        assert len(pandas.read_parquet(path)) == len(rows)


def test_the_workbook_is_read_back_with_its_types(written: tuple[Path, bool]) -> None:
    folder, english = written
    language = "en" if english else "fr"
    book = openpyxl.load_workbook(folder / WORKBOOK, read_only=True)
    assert book.sheetnames == [table.title(language) for table in tables().values()]
    for name, rows in _expected(english).items():
        sheet = book[tables()[name].title(language)]
        header, *read = sheet.iter_rows(values_only=True)
        assert list(header) == tables()[name].headings(language)
        width = len(header)
        cells = [[_plain(cell) for cell in row] + [None] * (width - len(row)) for row in read]
        assert cells == [[_as_excel(cell) for cell in row] for row in rows]


def _as_excel(cell: Cell) -> Any:
    """Excel has one kind of number, and line ends of one kind."""
    if isinstance(cell, float) and not isinstance(cell, bool) and cell.is_integer():
        return int(cell)
    return cell


def test_csv_is_read_back_by_pandas(written: tuple[Path, bool]) -> None:
    folder, english = written
    language = "en" if english else "fr"
    for name, rows in _expected(english).items():
        table = tables()[name]
        path = folder / f"{table.title(language)}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        dates = [column.heading(language) for column in table.columns if column.type == "date"]
        read = pandas.read_csv(path, parse_dates=dates)
        assert list(read.columns) == table.headings(language)
        assert len(read) == len(rows)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
            got = [_plain(value) for value in read[column.heading(language)]]
            if column.type in ("number", "integer", "date", "boolean"):
                assert got == list(values), (name, column.name)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            texts = list(csv.reader(handle))[1:]
        for i, column in enumerate(table.columns):
            if column.type == "text":
                assert [as_told(row[i]) or None for row in texts] == [row[i] for row in rows]


def test_every_row_has_its_words_and_its_file() -> None:
    counts: dict[str, int] = defaultdict(int)
    for subject in sample_subjects():
        texts = {case.report.id: case.report.text for case in subject.cases}
        for name, row in PatientTables(subject, "fr").rows():
            counts[name] += 1
            if name == "patients" and "report" not in row:
                continue
            report, start, end = row["report"], row["start_offset"], row["end_offset"]
            assert isinstance(report, str) and isinstance(start, int) and isinstance(end, int)
            assert texts[report][start:end] == row["quote"]
            assert str(row["source"]).endswith(f"{report}.txt")
            known = {column.name for column in tables()[name].columns}
            assert set(row) <= known, set(row) - known
    assert all(counts[name] for name in tables())


def test_keys_join_the_tables() -> None:
    rows: dict[str, list[dict[str, Cell]]] = defaultdict(list)
    for subject in sample_subjects():
        for name, row in PatientTables(subject, "fr").rows():
            rows[name].append(row)
    tumours = {(row["patient"], row["tumour"]) for row in rows["tumours"]}
    assert len(tumours) == len(rows["tumours"])
    for name in ("stages", "biomarkers", "episodes"):
        assert {(row["patient"], row["tumour"]) for row in rows[name]} <= tumours
    courses = {(row["patient"], row["course"]) for row in rows["courses"]}
    assert len(courses) == len(rows["courses"])
    assert {(row["patient"], row["course"]) for row in rows["drugs"] if row.get("course")} <= courses


def test_an_incomplete_date_keeps_what_is_told() -> None:
    assert when_cells("x", When("2014-03", "2014-03-01", "2014-03-31")) == {
        "x": None, "x_told": "2014-03", "x_earliest": date(2014, 3, 1), "x_latest": date(2014, 3, 31),
        "x_certainty": "stated",
    }  # fmt: skip
    assert when_cells("x", When("2014-03-05", "2014-03-05", "2014-03-05"))["x"] == date(2014, 3, 5)
    assert when_cells("x", When(certainty="placed")) == {}


def test_words_of_a_report_are_never_formulas(tmp_path: Path) -> None:
    text = '=HYPERLINK("http://x") Femme de 40 ans. \x07 https://exemple.fr'
    facts = (Fact("patient", 0, len(text), text, {"sex": "female", "age_years": 40}),)
    case = Case(Report("=1+1", text, text), facts)
    writer("tables")([Subject("=1+1", (case,), history([case]))], Target(str(tmp_path)))
    sheet = openpyxl.load_workbook(tmp_path / WORKBOOK)["patients"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    with (tmp_path / "patients.csv").open(encoding="utf-8-sig", newline="") as handle:
        row = list(csv.reader(handle))[1]
    assert not any(cell.startswith("=") for cell in row)
    assert as_told(row[0]) == "=1+1"
    assert pyarrow.parquet.read_table(tmp_path / "patients.parquet").to_pylist()[0]["patient"] == "=1+1"


@given(st.one_of(st.text(), st.text("'=+-@\t\r\n\0＝ a1")))
def test_a_guarded_cell_gives_its_text_back(text: str) -> None:
    cell = inert(text)
    assert as_told(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝"))
    assert cell == text or text.lstrip("'")[0] in "=+-@\t\r\n\0＝＋－＠"


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[Subject]:
        yield sample_subjects()[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        writer("tables")(failing(), Target(str(tmp_path), True))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    """The largest file that may be written is far too small for the tables: as where a disk is full."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "from anamnese.cli import main\n"
        f"sys.argv = ['anamnese', 'export', {str(SAMPLES / 'cases')!r}, '--to', 'tables', '--out', {str(tmp_path)!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_many_records_need_the_memory_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "_GROUP", 40)
    subject = subject_of("Femme de 40 ans. Le 3 mai 2014, carcinome lobulaire du sein gauche T2N1M0. CA 15-3 à 45.")
    write = writer("tables")
    write([subject], Target(str(tmp_path)))

    def taken(count: int) -> int:
        return peak(lambda: write((subject for _ in range(count)), Target(str(tmp_path), True)))

    assert taken(300) < taken(60) + 300_000
