"""Concepts: those that the CDM itself names, and those of an Athena vocabulary folder.

Of a vocabulary only what may be asked for is kept: its memory does not grow with the patients.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from anamnese.exports import ExportError
from anamnese.exports.omop.codes import Code, every_code
from anamnese.lexicon.tables import read_table

_WHOLE = ("ICDO3", "Cancer Modifier", "HemOnc")
"""Vocabularies kept whole: their codes are put together from parts, or looked up by name."""
_NAMED = ("Cancer Modifier", "HemOnc")
_MAPS = ("Maps to", "ATC - RxNorm pr lat", "ATC - RxNorm")
"""From a source concept to the standard one, the best first. ATC has relations of its own to ingredients."""
ALWAYS = "19700101"
FOREVER = "20991231"


class Concept(NamedTuple):
    """A row of CONCEPT, in the order of Athena's file."""

    concept_id: int
    concept_name: str
    domain_id: str
    vocabulary_id: str
    concept_class_id: str
    standard_concept: str | None
    concept_code: str
    valid_start_date: str
    valid_end_date: str
    invalid_reason: str | None


@cache
def named() -> dict[str, Concept]:
    """The concepts that the CDM itself names, by how the code calls them."""
    return {
        row["key"]: Concept(
            int(row["concept_id"]), row["name"], row["domain"], row["vocabulary"], row["class"],
            "S" if int(row["concept_id"]) and row["domain"] != "Metadata" else None, "OMOP generated", ALWAYS,
            FOREVER, None,
        )
        for row in read_table(Path(__file__).with_name("concepts.tsv"))
    }  # fmt: skip


def fixed(key: str) -> int:
    """The id of a concept that the CDM itself names."""
    return named()[key].concept_id


class Concepts:
    """Concept ids of codes: 0 without a vocabulary, and for what it does not have."""

    def __init__(self, folder: Path | None = None) -> None:
        self.version = "none"
        self._known = {concept.concept_id: concept for concept in named().values()}
        self._sources: dict[Code, int] = {}
        self._standard: dict[int, int] = {}
        if folder is not None:
            try:
                self._read(folder)
            except (ValueError, csv.Error) as error:
                raise ExportError(
                    f"{folder} : vocabulaire illisible ; reprenez les fichiers d'Athena (tabulations, UTF-8)",
                    usage=True,
                ) from error

    def source(self, codes: Iterable[Code]) -> int:
        """The concept of the first code that the vocabulary has."""
        return next((self._sources[code] for code in codes if code in self._sources), 0)

    def standard(self, codes: Iterable[Code]) -> int:
        """The standard concept of the first code that has one."""
        found = (self._standard.get(self._sources.get(code, 0), 0) for code in codes)
        return next((concept for concept in found if concept), 0)

    def row(self, concept: int) -> Concept:
        """The row of CONCEPT of an id that was given."""
        return self._known[concept]

    def _read(self, folder: Path) -> None:
        for name in ("CONCEPT.csv", "CONCEPT_RELATIONSHIP.csv"):
            if not (folder / name).is_file():
                raise ExportError(
                    f"{folder} : {name} introuvable ; donnez à --vocabulary un dossier de vocabulaires d'Athena",
                    usage=True,
                )
        wanted = every_code()
        ids = set(self._known)
        for concept in _concepts(folder):
            code = Code(concept.vocabulary_id, concept.concept_code)
            if code in wanted or concept.vocabulary_id in _WHOLE:
                self._known[concept.concept_id] = concept
                self._sources.setdefault(code, concept.concept_id)
                if concept.vocabulary_id in _NAMED and concept.standard_concept == "S":
                    by_name = Code(concept.vocabulary_id, f"={concept.concept_name.lower()}")
                    self._sources.setdefault(by_name, concept.concept_id)
            elif concept.concept_id in ids:
                self._known[concept.concept_id] = concept
            if concept.vocabulary_id == "None" and concept.concept_id == 0:
                self._known[0] = concept
        self._standard = {i: i for i in self._sources.values() if _is_standard(self._known[i])}
        maps = self._maps(folder)
        targets = {target for found in maps.values() for target in found.values()} - set(self._known)
        self._known |= {concept.concept_id: concept for concept in _concepts(folder) if concept.concept_id in targets}
        for source, found in maps.items():
            for relation in _MAPS:
                target = self._known.get(found.get(relation, 0))
                if target is not None and target.concept_id and _is_standard(target):
                    self._standard.setdefault(source, target.concept_id)
        self.version = _version(folder)

    def _maps(self, folder: Path) -> dict[int, dict[str, int]]:
        """What each source concept without a standard of its own is mapped to, by relation."""
        sources = set(self._sources.values()) - set(self._standard)
        maps: dict[int, dict[str, int]] = {}
        for row in _rows(folder / "CONCEPT_RELATIONSHIP.csv", 3):
            if row[2] in _MAPS and int(row[0]) in sources and not (len(row) > 5 and row[5]):
                maps.setdefault(int(row[0]), {}).setdefault(row[2], int(row[1]))
        return maps


def _is_standard(concept: Concept) -> bool:
    return concept.standard_concept == "S" and not concept.invalid_reason


def _concepts(folder: Path) -> Iterator[Concept]:
    for row in _rows(folder / "CONCEPT.csv", 10):
        yield Concept(
            int(row[0]), row[1], row[2], row[3], row[4], row[5] or None, row[6], row[7], row[8], row[9] or None
        )


def _version(folder: Path) -> str:
    """The release of the vocabularies, as Athena tells it of the vocabulary `None`."""
    path = folder / "VOCABULARY.csv"
    rows = _rows(path, 4) if path.is_file() else iter(())
    return next((row[3] for row in rows if row[0] == "None" and row[3]), "unknown")[:20]


def _rows(path: Path, least: int) -> Iterator[list[str]]:
    """The rows of one of Athena's files: tabs, no quotes, a heading."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows, None)
        for row in rows:
            if len(row) < least:
                raise ValueError(f"{path}: line {rows.line_num} has too few columns")
            yield row
