"""Our values as members of the OSIRIS conceptual domains; a value that a domain does not have is not written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anamnese.lexicon.tables import read_table

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Element:
    """A column of a pivot file: its conceptual domain ("" for none), what stands there for "unknown", and what fills
    it."""

    column: str
    domain: str
    unknown: str
    filled: str


@cache
def pivots() -> dict[str, tuple[Element, ...]]:
    """The pivot files and their columns in order."""
    files: dict[str, list[Element]] = {}
    for row in read_table(_HERE / "elements.tsv"):
        element = Element(row["column"], row["domain"], row["unknown"], row["filled"])
        files.setdefault(row["file"], []).append(element)
    return {file: tuple(elements) for file, elements in files.items()}


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {(row["kind"], row["ours"]): row["code"] for row in read_table(_HERE / "codes.tsv")}


_PREFIXES = {"ICDO3:Topography": "ICDO3:", "ICDO3:Morphology": "ICDO3:", "ATC": "ATC:", "MedDRA_CTCAE-v5.0": "MedDRA:"}


@cache
def _members() -> frozenset[str]:
    """The members of the domains whose codes come from other tables of ours: ICD-O-3, ATC, MedDRA."""
    members = set()
    for row in read_table(_HERE / "members.tsv"):
        stem = _PREFIXES[row["domain"]] + row["stem"]
        for suffix in row["suffixes"].split():
            members.add(stem if suffix == "-" else stem + row["separator"] + suffix)
    return frozenset(members)


def code(kind: str, value: str | None) -> str:
    """The member that a value of a kind is written as; "" where there is none."""
    return _codes().get((kind, value or ""), "")


def topography(value: str | None) -> str:
    """An ICD-O-3 topography; its category where the domain has no more."""
    if value is None:
        return ""
    return next((f"ICDO3:{part}" for part in (value, value[:3]) if f"ICDO3:{part}" in _members()), "")


def morphology(value: str | None) -> str:
    """An ICD-O-3 morphology, or what the edition of the domain has for it."""
    if value is None:
        return ""
    return f"ICDO3:{value}" if f"ICDO3:{value}" in _members() else code("morphology", value)


def atc(value: str | None) -> str:
    """An ATC code, the one that the domain has for the substance, or that of its class."""
    if not value:
        return ""
    known = code("atc", value)
    return known or next((f"ATC:{value[:end]}" for end in (7, 5, 4, 3) if f"ATC:{value[:end]}" in _members()), "")


def adverse_event(meddra: str | None) -> str:
    """The MedDRA code of a CTCAE v5 term; "" for a term of an earlier version."""
    return f"MedDRA:{meddra}" if f"MedDRA:{meddra}" in _members() else ""


def tnm(part: str, value: str | None) -> str:
    """What a domain has of a T, N or M (`part` in lower case): `2b` of T is `T2` there, in situ and `Ta` are
    nothing."""
    told = (value or "").lower()
    if not told:
        return code(part, "")
    return next((found for end in range(len(told), 0, -1) if (found := code(part, told[:end]))), "")


@cache
def _kinships() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{row['words']})\b"), row["code"]) for row in read_table(_HERE / "parentage.tsv"))


def kinship(folded: str, start: int, end: int) -> str:
    """The relative named nearest to `start:end` of a folded sentence; "" where none is."""
    found = []
    for rank, (words, member) in enumerate(_kinships()):
        for match in words.finditer(folded):
            distance = max(start - match.end(), match.start() - end, 0)
            found.append((distance, rank, member))
    return min(found)[2] if found else ""
