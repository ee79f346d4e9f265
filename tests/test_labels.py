"""What people read for codes, in both languages."""

from __future__ import annotations

import pytest

from anamnese.labels import code_name
from anamnese.lexicon.tables import PACKAGE, read_table


@pytest.mark.parametrize("table", ["lexicon/topography.tsv", "facts/tumour/morphology.tsv"])
def test_every_code_has_a_name_in_both_languages(table: str) -> None:
    codes = {row["code"] for row in read_table(PACKAGE / table) if row.get("code") and row.get("name")}
    assert len(codes) > 300
    assert [code for code in sorted(codes) if not code_name(code, "fr") or not code_name(code, "en")] == []


def test_the_names_are_those_of_the_classification() -> None:
    assert (code_name("C50.4", "fr"), code_name("C50.4", "en")) == (
        "quadrant supéro-externe du sein",
        "upper-outer quadrant of breast",
    )
    assert code_name("9650/3", "en").startswith("Hodgkin"), "eponyms keep their capital"
    assert code_name("0000/0", "en") == ""
