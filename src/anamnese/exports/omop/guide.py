"""The parts of docs/omop.md that the code and its tables tell.

`python -m anamnese.exports.omop.guide docs/omop.md` writes them anew between their marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from anamnese.engine import read
from anamnese.exports import Subject
from anamnese.exports.omop.concepts import Concepts, named
from anamnese.exports.omop.patient import rows_of
from anamnese.exports.omop.rows import Row
from anamnese.history.build import history
from anamnese.lexicon.tables import read_table

EXAMPLE = """Femme de 58 ans. En mars 2021, la biopsie répond : carcinome lobulaire infiltrant du sein gauche, cT2N1M0.
Trastuzumab d'avril 2021 à mars 2022. Le 9 juin 2023, rechute métastatique hépatique."""
_SHOWN = ("person", "condition_occurrence", "measurement", "episode", "drug_exposure", "episode_event", "observation")


def mapping_rows() -> list[dict[str, str]]:
    """Each field that is written, and what fills it."""
    return list(read_table(Path(__file__).with_name("mapping.tsv")))


def mapping() -> str:
    """Table by table, field by field."""
    tables: dict[str, list[tuple[str, ...]]] = {}
    for row in mapping_rows():
        tables.setdefault(row["table"], []).append((f"`{row['field']}`", row["how"]))
    return "\n\n".join(f"### {name.upper()}\n\n" + _table(("Field", "What fills it"), r) for name, r in tables.items())


def concepts() -> str:
    """The concepts that are written without a vocabulary."""
    rows = [(str(c.concept_id), c.concept_name, c.vocabulary_id) for c in named().values()]
    return _table(("Concept", "Name", "Vocabulary"), rows)


def example() -> str:
    """A text, and the rows made of it: the fields that have a value; rows are named by their table and number."""
    case = read(EXAMPLE, "exemple")
    rows = rows_of(Subject("exemple", (case,), history([case])), Concepts())
    shown = [_shown(row) for name in _SHOWN for row in rows.made if row.table == name]
    return f"```text\n{EXAMPLE}\n```\n\n```text\n" + "\n".join(shown) + "\n```"


def _shown(row: Row) -> str:
    cells = [
        f"{name}={f'{value.table} {value.number}' if isinstance(value, Row) else value}"
        for name, value in row.cells.items()
        if value not in (None, 0) and not name.endswith(("_type_concept_id", "_datetime")) and name != "person_id"
    ]
    return f"{row.table} {row.number}: " + ", ".join(cells)


def renewed(page: str) -> str:
    """The page with its parts as they are now, each between `<!-- part -->` and `<!-- /part -->`."""
    for mark, part in (("mapping", mapping), ("concepts", concepts), ("example", example)):
        start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
        before, rest = page.split(start, 1)
        page = f"{before}{start}\n\n{part()}\n\n{end}{rest.split(end, 1)[1]}"
    return page


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(renewed(document.read_text(encoding="utf-8")), encoding="utf-8")
