"""The parts of docs/osiris.md, docs/tables.md and docs/brat.md that the code and its tables tell.

`python -m anamnese.exports.guide docs` writes them anew between their marks.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path

from anamnese.case import FACT_TYPES
from anamnese.engine import read
from anamnese.exports import Subject
from anamnese.exports.brat.entities import attribute_name, entities, entity_type, enumerated
from anamnese.exports.brat.standoff import write
from anamnese.exports.osiris import cells, pivot_name
from anamnese.exports.osiris.codes import pivots
from anamnese.exports.osiris.rows import PatientRows
from anamnese.exports.tables.columns import Cell, tables
from anamnese.exports.tables.rows import PatientTables
from anamnese.history.build import history
from anamnese.lexicon.tables import PACKAGE, read_table

EXAMPLE = """Femme de 58 ans, tante maternelle traitée pour un cancer du sein.
Le 3 mars 2021, la biopsie répond : carcinome lobulaire infiltrant du sein gauche, cT2N1M0, RE 90 %.
FEC 100 en avril 2021, compliqué d'une neutropénie fébrile de grade 3 le 22 avril 2021.
Le 9 juin 2023, rechute métastatique hépatique."""
_SHOWN_PIVOTS = ("TumorPathologyEvent", "TNM", "Treatment", "Drug", "AdverseEvent", "FamilyCancerHistory")
_SHOWN_TABLES = ("tumours", "courses")


def _subject() -> Subject:
    case = read(EXAMPLE, "exemple")
    return Subject("exemple", (case,), history([case]), ("exemple.txt",))


def osiris_elements() -> str:
    """Column by column of each pivot file: its domain, and what fills it."""
    blocks = []
    for file, elements in pivots().items():
        rows = [
            (
                f"`{element.column}`",
                f"`{element.domain}`" if element.domain else "",
                element.filled or "—",
                f"`{element.unknown}`" if element.unknown else "",
            )
            for element in elements
        ]
        blocks.append(f"### {pivot_name(file)}\n\n" + _table(("Column", "Domain", "What fills it", "Unknown"), rows))
    return "\n\n".join(blocks)


def osiris_codes() -> str:
    """Our values and the members that they are written as, but for the long lists of ICD-O-3 and ATC."""
    rows = [
        (row["kind"], f"`{row['ours']}`" if row["ours"] else "not told", f"`{row['code']}`", row["label"])
        for row in read_table(PACKAGE / "exports" / "osiris" / "codes.tsv")
        if row["kind"] not in ("atc", "morphology", "t", "n", "m", "performance")
    ]
    return _table(("Kind", "Ours", "OSIRIS", "What OSIRIS calls it"), rows)


def osiris_example() -> str:
    """A text, and the rows made of it: only the columns that have a value."""
    rows = PatientRows(_subject(), Counter()).rows
    blocks = [f"```text\n{EXAMPLE}\n```"]
    for file in _SHOWN_PIVOTS:
        made = [cells(row) for row in rows if row.file == file]
        blocks.append(f"`{pivot_name(file)}`\n\n" + _filled([e.column for e in pivots()[file]], made))
    return "\n\n".join(blocks)


def table_columns() -> str:
    """Table by table: the columns with their headings, types and meanings."""
    blocks, rows = [], list(read_table(PACKAGE / "exports" / "tables" / "columns.tsv"))
    for table in tables().values():
        own = [row for row in rows if row["table"] == table.name]
        columns = [
            (f"`{row['french']}`", f"`{row['english']}`", row["type"], row["means"])
            for row in own
            if row["type"] != "table"
        ]
        blocks.append(
            f"### {table.french} / {table.english}\n\n{own[0]['means'].capitalize()}.\n\n"
            + _table(("French", "English", "Type", "What it holds"), columns)
        )
    return "\n\n".join(blocks)


def tables_example() -> str:
    """A text, and rows of two tables made of it: only the columns that have a value."""
    made = list(PatientTables(_subject(), "en").rows())
    blocks = [f"```text\n{EXAMPLE}\n```"]
    for name in _SHOWN_TABLES:
        table = tables()[name]
        rows = [[_shown(cell) for cell in table.cells(row)] for of, row in made if of == name]
        blocks.append(f"`{table.english}.csv`\n\n" + _filled(table.headings("en"), rows))
    return "\n\n".join(blocks)


def brat_types() -> str:
    """Fact type by fact type: its entity type, and what stands as attributes and in the note."""
    rows = []
    for kind, attributes in FACT_TYPES.items():
        closed = enumerated(kind)
        others = [name for name in attributes if name not in closed]
        note = "the code alone" if kind == "mention" else ", ".join(f"`{name}`" for name in (*others, "date"))
        named = ", ".join(f"`{attribute_name(kind, name)}`" for name in closed)
        rows.append((f"`{kind}`", f"`{entity_type(kind)}`", named, note))
    return _table(("Fact", "Entity", "Attributes", "Note"), rows)


def brat_example() -> str:
    """A text, and its annotations."""
    (case,) = _subject().cases
    return f"`exemple.txt`\n\n```text\n{EXAMPLE}\n```\n\n`exemple.ann`\n\n```text\n{write(entities(case)).strip()}\n```"


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "osiris.md": {"elements": osiris_elements, "codes": osiris_codes, "example": osiris_example},
    "tables.md": {"columns": table_columns, "example": tables_example},
    "brat.md": {"types": brat_types, "example": brat_example},
}
"""The pages, and their parts by the name of their marks."""


def renewed(name: str, page: str) -> str:
    """A page with its parts as they are now, each between `<!-- part -->` and `<!-- /part -->`."""
    for mark, part in PAGES[name].items():
        start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
        if start not in page or end not in page:
            raise ValueError(f"{name}: no {start} … {end}")
        before, rest = page.split(start, 1)
        page = f"{before}{start}\n\n{part()}\n\n{end}{rest.split(end, 1)[1]}"
    return page


def _shown(cell: Cell) -> str:
    """A cell as the CSV files have it."""
    return "" if cell is None else str(cell).upper() if isinstance(cell, bool) else str(cell)


def _filled(headings: list[str], rows: list[list[str]]) -> str:
    """Rows as CSV, without the columns that none has a value in."""
    kept = [i for i in range(len(headings)) if any(row[i] for row in rows)]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([headings[i] for i in kept])
    writer.writerows([row[i] for i in kept] for row in rows)
    return f"```csv\n{out.getvalue().strip()}\n```"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(re.sub(r"\|", r"\\|", cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    for name in PAGES:
        document = Path(sys.argv[1]) / name
        document.write_text(renewed(name, document.read_text(encoding="utf-8")), encoding="utf-8")
