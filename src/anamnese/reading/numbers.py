"""Numbers as French reports write them: `4 100`, `150.000`, `2,5`, `1,5.10^3`; ranges and comparisons stand apart."""

from __future__ import annotations

from anamnese.reading.fold import folded_re

NUMBER = r"(?:\d{1,3}(?:[ ]\d{3})+(?!\d)(?:,\d+)?|\d{1,3}(?:\.\d{3})+(?![\d.])(?:,\d+)?|\d+(?:[.,]\d+)?)"
"""A number, to compose patterns with; groups of three digits may be set off by a space or a point."""

_POINT_GROUPS = folded_re(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")


def parse_number(string: str) -> float:
    """The value of a string that `NUMBER` matches. A point before exactly three digits sets off thousands unless the
    number begins with 0 (`150.000` is 150000, `0.125` is 0.125). Raises ValueError for anything else."""
    plain = string.replace(" ", "")
    if "." in plain and _POINT_GROUPS.fullmatch(plain) and not plain.startswith("0"):
        plain = plain.replace(".", "")
    value = float(plain.replace(",", "."))
    return int(value) if value.is_integer() else value
