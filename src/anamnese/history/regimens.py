"""Regimens recognised from their drugs, and the ATC codes of drugs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from anamnese.history.tumours import Primary
from anamnese.lexicon.tables import PACKAGE, read_table

_FIELDS: dict[str, tuple[str, ...]] = {
    "breast": ("C50",),
    "digestive": ("C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24", "C25", "C26"),
    "urology": ("C60", "C61", "C62", "C64", "C65", "C66", "C67", "C68"),
    "thorax": ("C33", "C34", "C38"),
    "thymoma": ("C37",),
    "neuro-oncology": ("C70", "C71", "C72"),
    "head and neck": (*(f"C{organ:02d}" for organ in range(15)), "C30", "C31", "C32"),
    "gynaecology": ("C51", "C52", "C53", "C54", "C55", "C56", "C57", "C48"),
    "trophoblastic": ("C58",),
    "sarcoma": ("C40", "C41", "C49"),
    "melanoma": ("C43", "C44", "C69"),
    "retinoblastoma": ("C69",),
    "adrenal": ("C74",),
    "phaeochromocytoma": ("C74", "C75"),
}  # fmt: skip
"""The organs of each field that the table of regimens names as its source; haematology goes by the histology."""

_ANY: frozenset[str] = frozenset()
_BLOOD = ("haematology", "myeloma", "leukaemia")
_ONE_DISEASE = {"CROSS": ("C15", "C16"), "FLOT": ("C15", "C16")}
"""Acronyms that stand for one disease alone within their field."""


@cache
def _by_drugs() -> dict[frozenset[str], list[tuple[str, str]]]:
    """The acronyms of each set of drugs, each with its field."""
    found: dict[frozenset[str], list[tuple[str, str]]] = {}
    for row in read_table(PACKAGE / "facts" / "therapy" / "regimens.tsv"):
        drugs = frozenset(drug.strip() for drug in row.get("drugs", "").split(";") if drug.strip())
        if len(drugs) > 1 and row["name"]:
            found.setdefault(drugs, []).append((row["name"], row["source"].split(",")[0].strip()))
    return found


@cache
def _fields() -> dict[str, frozenset[str]]:
    """The organs of the fields that each acronym is of; of none where one of them is of the blood."""
    found: dict[str, frozenset[str] | None] = {}
    for row in read_table(PACKAGE / "facts" / "therapy" / "regimens.tsv"):
        organs = _FIELDS.get(row["source"].split(",")[0].strip())
        held = found.get(row["name"], frozenset())
        found[row["name"]] = None if organs is None or held is None else held | frozenset(organs)
    return {name: organs for name, organs in found.items() if organs}


def regimen_organs(name: str | None) -> frozenset[str]:
    """The organs whose tumours a regimen is of by its acronym; empty where it may be of any."""
    return _fields().get(name, _ANY) if name else _ANY


def recognised(drugs: Sequence[str], tumour: Primary | None) -> str | None:
    """The acronym of a set of drugs in the field of a tumour; None where none has these drugs, or the tumour is not
    known."""
    if tumour is None or len(drugs) < 2:
        return None
    organ = (tumour.topography or "")[:3]
    for name, field in _by_drugs().get(frozenset(drugs), ()):
        organs = _ONE_DISEASE.get(name) or _FIELDS.get(field, ())
        if organ in organs or (field in _BLOOD and tumour.haematological):
            return name
    return None


@cache
def atc() -> dict[str, str]:
    """The ATC code of each drug by its name."""
    return {
        row["name"]: row["code"] for row in read_table(PACKAGE / "facts" / "medication" / "drugs.tsv") if row["code"]
    }
