"""Which organs one tumour may be told to lie in."""

from __future__ import annotations

from functools import lru_cache

from anamnese.facts.tumour.tissues import of_region

_NEIGHBOURS = (
    {"C18", "C19", "C20", "C26"}, {"C53", "C54", "C55"}, {"C56", "C57", "C48"}, {"C15", "C16", "C26"}, {"C51", "C52"},
    {"C30", "C31", "C11"}, {"C40", "C41", "C49", "C76"}, {"C64", "C65"}, {"C22", "C23", "C24"}, {"C24", "C25", "C17"},
    {"C70", "C71", "C72", "C41"}, {"C34", "C39", "C33"}, {"C44", "C49", "C76", "C00"}, {"C32", "C13", "C12", "C14"},
    {"C09", "C10", "C01", "C14"}, {"C02", "C04", "C06", "C03", "C05"},
    {"C74", "C48"},
    {"C62", "C48"}, {"C37", "C38"}, {"C67", "C68"}, {"C60", "C63"}, {"C16", "C17", "C26", "C48"}, {"C21", "C20"},
)  # fmt: skip
"""Organs between which reports waver for one tumour."""


def near(a: str | None, b: str | None) -> bool:
    """Whether two topographies may be told of one tumour."""
    return a is None or b is None or _neighbours(a[:3], b[:3])


@lru_cache(maxsize=10_000)
def _neighbours(a: str, b: str) -> bool:
    return (
        a == b
        or "C80" in (a, b)
        or any(a in group and b in group for group in _NEIGHBOURS)
        or of_region(a, b)
        or of_region(b, a)
    )
