"""Completion on the terminologies of the package: by French label, other names, brand names and codes.

Accents and case do not count; each word typed must begin a word of a term. The tables are those that reports are read
with, so that whatever the program can read can also be chosen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import fuzz, process

from anamnese.lexicon.tables import PACKAGE, normalise, patterns_of, read_table

ALIKE = 75
"""How alike (percent, by edit distance) a name must be to what was typed where no word begins so: slips of the keys."""


class Term(NamedTuple):
    """One choice. `value` is what a fact holds of it, `label` what a person reads, `code` its code in `system`."""

    value: str
    label: str
    code: str
    detail: str


class _Source(NamedTuple):
    table: str
    system: str
    by_code: bool = False
    """Whether a fact holds the code, else the name."""
    detail: str = ""
    """The column that tells a person more."""


SOURCES: dict[str, _Source] = {
    "topography": _Source("lexicon/topography.tsv", "ICD-O-3", by_code=True),
    "morphology": _Source("facts/tumour/morphology.tsv", "ICD-O-3.2", by_code=True),
    "drug": _Source("facts/medication/drugs.tsv", "ATC"),
    "regimen": _Source("facts/therapy/regimens.tsv", "", detail="drugs"),
    "biomarker": _Source("facts/biomarker/terms.tsv", "HGNC, LOINC"),
    "analyte": _Source("facts/lab/terms.tsv", "LOINC", detail="ucum"),
    "adverse_event": _Source("facts/adverse_event/terms.tsv", "MedDRA (CTCAE 5)"),
    "procedure": _Source("facts/therapy/surgery.tsv", ""),
    "unit": _Source("facts/lab/units.tsv", "UCUM"),
}
"""Every kind of term that may be asked for."""


class Terminology:
    """The terms of one kind, and the words that they are found by."""

    def __init__(self, kind: str) -> None:
        self.source = SOURCES[kind]
        self.terms: list[Term] = []
        self._names: list[tuple[str, ...]] = []
        """For each term its names as they are compared: the label first."""
        self._words: list[tuple[str, int]] = []
        self._read()
        self._labels = [names[0] for names in self._names]

    def _read(self) -> None:
        path = PACKAGE / self.source.table
        known: dict[str, int] = {}
        names: list[dict[str, None]] = []
        for row in read_table(path):
            term = self._term(row)
            if term is not None and term.value not in known:
                known[term.value] = len(self.terms)
                self.terms.append(term)
                names.append({normalise(term.label): None})
        for pattern in patterns_of(path):
            found = self._term(pattern.term.row)
            if found is not None and pattern.words:
                names[known[found.value]][pattern.words] = None
        self._names = [tuple(each) for each in names]
        self._words = sorted({(word, at) for at in range(len(names)) for word in self._findable(at)})

    def _term(self, row: dict[str, str]) -> Term | None:
        name = row.get("name") or row.get("unit") or row.get("form") or ""
        code = row.get("code") or row.get("ucum") or ""
        if not name or (self.source.by_code and not code):
            return None
        detail = row.get(self.source.detail, "").replace(";", ", ") if self.source.detail else ""
        return Term(code if self.source.by_code else name, name, code.removeprefix("MedDRA:"), detail)

    def _findable(self, at: int) -> Iterator[str]:
        for name in self._names[at]:
            yield from name.split()
        code = normalise(self.terms[at].code)
        yield from code.split()
        yield code.replace(" ", "")

    def find(self, typed: str, limit: int = 20) -> list[Term]:
        """The terms for what was typed, the likeliest first; none for nothing."""
        wanted = normalise(typed)
        if not wanted:
            return []
        tokens = wanted.split()
        found = set.intersection(*(self._beginning(token) for token in tokens))
        if not found:
            alike = process.extract(
                wanted, self._labels, scorer=fuzz.ratio, processor=None, limit=limit, score_cutoff=ALIKE
            )
            return [self.terms[at] for _, _, at in alike]
        return [self.terms[at] for at in nsmallest(limit, found, key=lambda at: self._rank(at, wanted))]

    def _beginning(self, token: str) -> set[int]:
        start = bisect_left(self._words, (token,))
        found = set()
        for word, at in self._words[start:]:
            if not word.startswith(token):
                break
            found.add(at)
        return found

    def _rank(self, at: int, wanted: str) -> tuple[int, int, int, str]:
        """Exact before beginning before elsewhere, label before other names; what oncology is
        mostly about first; short before long."""
        term, names = self.terms[at], self._names[at]
        code = normalise(term.code)
        label = names[0]
        if wanted in (label, code, code.replace(" ", "")):
            tier = 0
        elif label.startswith(wanted) or (code and code.startswith(wanted)):
            tier = 1
        elif wanted in names:
            tier = 2
        elif f" {wanted}" in label:
            tier = 3
        elif any(name.startswith(wanted) for name in names):
            tier = 4
        else:
            tier = 5
        common = _OF_ONCOLOGY.get(self.source.system)
        return tier, 0 if common is None or common.match(term.code) else 1, len(label), label


_OF_ONCOLOGY = {
    "ICD-O-3.2": re.compile(r"\d{4}/3"),  # malignant, primary
    "ATC": re.compile(r"L0[1-4]"),  # antineoplastic, endocrine, immunostimulants and immunosuppressants
}
"""The codes that reports of oncology are mostly about; others come after them."""


@cache
def terminology(kind: str) -> Terminology:
    """The terms of a kind, read once a process. Raises KeyError for an unknown kind."""
    return Terminology(kind)
