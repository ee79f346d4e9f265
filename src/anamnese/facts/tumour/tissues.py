"""Which organs a tissue's tumours arise in, what a region means for them, and of which organs the side is recorded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from anamnese.lexicon.tables import read_table

_HERE = Path(__file__).parent

TISSUE_ONLY = ("C41.9", "C44.9", "C49.9")
"""Topographies that name a tissue and no place."""
PAIRED = frozenset(
    (
        "C06 C07 C08 C09 C30 C31 C34 C38 C40 C41 C43 C44 C45 C47 C49 C50 C56 C57 C62 C63 "
        "C64 C65 C66 C69 C70 C71 C72 C74 C75"
    ).split()
)
"""Topographies of which the side is recorded."""

SIDED = PAIRED | {"C32", "C48", "C73"}
"""The same, and organs of which a side is recorded only where the tumour's own words tell it: a lobe of the thyroid."""

REGIONS = {
    "C26.9": ("C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24", "C25"),
    "C08.9": ("C07", "C08.0", "C08.1"),
    "C14.8": (
        "C00", "C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13", "C30", "C31",
        "C32",
    ),
}  # fmt: skip
"""Systems that a tumour may be said to come from (`digestif`, `ORL`), with their organs."""


def of_region(region: str, organ: str) -> bool:
    """Whether an organ (three characters) is one of a system told by the three characters of its topography."""
    return any(code.startswith(region) and organ in organs for code, organs in REGIONS.items())


_MELANOMA = ("8720", "8791")
_OF_MELANOMA = frozenset(
    "C00 C01 C02 C03 C04 C05 C06 C09 C10 C11 C15 C20 C21 C30 C31 C44 C49 C51 C52 C53 C60 C63 C69 C76 C77 C80".split()
)
"""Where melanomas begin: the skin, the eye, mucous membranes."""


def is_melanoma(histology: str) -> bool:
    """Whether four digits are those of a melanoma or a naevus."""
    return _MELANOMA[0] <= histology < _MELANOMA[1]


def bears_melanoma(topography: str) -> bool:
    """Whether a melanoma may begin there."""
    return topography[:3] in _OF_MELANOMA


_OUTSIDE = frozenset(("extraosseux", "extraosseu", "extrasquelettiqu"))


class Tissue(NamedTuple):
    """A row of tissues.tsv."""

    ranges: tuple[tuple[str, str], ...]
    allowed: tuple[str, ...]
    barred: tuple[str, ...]


@cache
def _tissues() -> dict[str, Tissue]:
    return {
        row["tissue"]: Tissue(
            tuple((span[:4], span[5:]) for span in row["histologies"].split()),
            tuple(row["allowed"].split()),
            tuple(row["barred"].split()),
        )
        for row in read_table(_HERE / "tissues.tsv")
    }


FIXED = ("C22", "C24", "C37", "C42", "C58", "C61", "C69.2", "C72.4", "C73", "C75")
"""Organs that a histology of theirs does not leave: no place beside the name is asked for."""
UNSURE = ("C49.9", "C44.9", "C41.9", "C77.9", "C16.9")
"""Default topographies that say the tissue and not the place."""
USUAL = ("C67.9", "C54.1", "C56.9", "C62.9", "C71.9", "C11.9", "C34.9")
"""Default topographies of histologies that also arise elsewhere."""


@cache
def tissue_of(histology: str) -> str:
    """The tissue of a histology (the four digits)."""
    for name, tissue in _tissues().items():
        if any(first <= histology <= last for first, last in tissue.ranges):
            return name
    return "epithelial"


@cache
def _regions() -> dict[tuple[str, str], str]:
    return {(row["tissue"], row["region"]): row["topography"] for row in read_table(_HERE / "seats.tsv")}


def tissue_named(code: str, traits: frozenset[str]) -> str:
    """The tissue of a name: an osteosarcoma said to be outside the skeleton is one of soft tissue."""
    tissue = tissue_of(code[:4])
    if tissue == "soft" and "peau" in traits:  # "angiosarcome cutané"
        return "skin"
    return "soft" if tissue == "bone" and not traits.isdisjoint(_OUTSIDE) else tissue


def topography_for(tissue: str, code: str) -> str:
    """A topography as a tissue's tumours have it: the thigh of a sarcoma is its soft tissue."""
    regions = _regions()
    return regions.get((tissue, code)) or regions.get((tissue, code[:3])) or code


def fits(tissue: str, code: str) -> bool:
    """Whether a tumour of the tissue may sit there."""
    if code == "C80.9":
        return True
    row = _tissues()[tissue]
    return (not row.allowed or code.startswith(row.allowed)) and not code.startswith(row.barred)
