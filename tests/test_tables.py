"""The tables: well-formed, and of the breadth that the field has."""

import re
from pathlib import Path

import pytest

from anamnese.lexicon.tables import PACKAGE, patterns_of, read_table, tables

FACTS = PACKAGE / "facts"


@pytest.mark.parametrize("path", tables(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_table_is_well_formed(path: Path) -> None:
    rows = list(read_table(path))
    assert rows
    assert len({tuple(row.values()) for row in rows}) == len(rows), "a row stands twice"
    if "pattern" in rows[0]:
        assert all(row["pattern"] for row in rows)
        assert next(patterns_of(path)).words
        assert "source" in rows[0]


def _codes(path: Path, form: str) -> set[str]:
    return {row["code"] for row in read_table(path) if re.fullmatch(form, row["code"])}


def test_breadth_of_terminologies() -> None:
    assert len(_codes(FACTS / "tumour/morphology.tsv", r"\d{4}/\d")) >= 500
    assert len(_codes(PACKAGE / "lexicon/topography.tsv", r"C\d\d\.\d")) >= 300
    drugs = list(read_table(FACTS / "medication/drugs.tsv"))
    assert len({row["name"] for row in drugs}) >= 1500
    assert len({row["name"] for row in drugs if row["code"][:3] in ("L01", "L02", "L03", "L04")}) >= 350
    assert len({row["name"] for row in read_table(FACTS / "therapy/regimens.tsv")}) >= 200
    assert len({row["name"] for row in read_table(FACTS / "lab/terms.tsv")}) >= 150
    assert len({row["name"] for row in read_table(FACTS / "biomarker/terms.tsv")}) >= 150
