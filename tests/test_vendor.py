"""The browser libraries that the workbench serves are those of the table, unchanged, each with its licence."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import anamnese
from anamnese.lexicon.tables import read_table

ROOT = Path(__file__).parent.parent
SERVED = Path(anamnese.__file__).parent / "web/static/vendor"


def _rows() -> list[dict[str, str]]:
    return list(read_table(ROOT / "vendor/libraries.tsv"))


def test_what_is_served_is_what_the_table_names() -> None:
    assert {path.name for path in SERVED.iterdir()} == {row["file"] for row in _rows()}
    for row in _rows():
        if row["sha256"]:
            assert sha256((SERVED / row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]


def test_every_library_comes_with_its_licence() -> None:
    for package in {row["package"] for row in _rows()}:
        assert (SERVED / f"{package}.LICENSE").stat().st_size > 500
