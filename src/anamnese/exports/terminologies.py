"""The codes of what facts name, as the tables of the rooms have them: ATC, LOINC, MedDRA, HGNC."""

from __future__ import annotations

import re
from functools import cache

from anamnese.lexicon.tables import PACKAGE, normalise, patterns_of, read_table

_LOINC = re.compile(r"^\d{1,5}-\d$")


@cache
def _codes(room: str, table: str = "terms") -> dict[str, str]:
    """The code of each name of a room's table: the first row that has one."""
    codes: dict[str, str] = {}
    for row in read_table(PACKAGE / "facts" / room / f"{table}.tsv"):
        if row.get("code") and row.get("name"):
            codes.setdefault(row["name"], row["code"])
    return codes


def atc(drug: str) -> str | None:
    """The ATC code of a drug by its French INN."""
    return _codes("medication", "drugs").get(drug)


@cache
def _events() -> dict[str, str]:
    """The MedDRA code of each way to say an adverse event, in the form that patterns are compared in."""
    path = PACKAGE / "facts" / "adverse_event" / "terms.tsv"
    return {p.words: p.term.code for p in patterns_of(path) if p.term.code.startswith("MedDRA:")}


def meddra(term: str) -> str | None:
    """The MedDRA code of the CTCAE term that an adverse event is coded with: that of the longest beginning of its
    words that the room knows (`hématurie` of `hématurie macroscopique`)."""
    words = normalise(term).split()
    known = (_events().get(" ".join(words[:end])) for end in range(len(words), 0, -1))
    code = _codes("adverse_event").get(term) or next(filter(None, known), "")
    return code.removeprefix("MedDRA:") if code.startswith("MedDRA:") else None


def loinc(room: str, name: str) -> str | None:
    """The LOINC code of an analyte, a vital sign, a scale or a biomarker (`room` is its fact type)."""
    code = _codes(room).get(name, "")
    return code if _LOINC.match(code) else None


def gene(biomarker: str) -> str | None:
    """The HGNC symbol of the gene or protein that a biomarker is of, where it is one alone."""
    code = _codes("biomarker").get(biomarker, "")
    return code if re.fullmatch(r"[A-Z][A-Z0-9]+", code) else None
