"""Stage groups as they are written: `IIIA`, `III A`, `II-B`, `Ib`, `4`, `IC3`, `IIIE`, `IVBb`."""

from __future__ import annotations

import re

GROUP = (
    r"(?P<roman>IV|V(?!I)|I{1,3}|iv|i{2,3})(?:[-–/](?P<roman2>IV|I{2,3})(?![a-zA-Z]))?"
    r"(?:(?P<letters>[A-EXS]{1,3}[ab]?|[abcdes]{1,2}(?![a-zé]))(?:[ ]?(?P<digit>[1-3])(?!\d|[,.]\d|"
    r"\s?(?:cm|mm|mois|ans|%)))?(?:(?<=C[12])[rp](?![a-zé]))?"
    r"|[ -](?P<apart>[A-ES]{1,2})(?![A-Za-zÀ-ÿ'’])(?:[ ]?(?P<digit2>[1-3])(?!\d|[,.]\d))?)?(?![A-Za-zÀ-ÿ\d])"
)
ARABIC = (
    r"(?P<arabic>[1-5])(?:[ ]?(?P<arabic_letter>[A-ESa-cs])(?![A-Za-zé'’]))?(?![\d,.]\d|[A-Za-zé\d%]|"
    r"\s?(?:/|cm|mm|mois|ans|%))"
)
ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}


def group_of(match: re.Match[str]) -> str:
    """The group in capital Roman numerals with its letters, without spaces or hyphens."""
    found = match.groupdict()
    if found.get("arabic"):
        return ROMAN[found["arabic"]] + (found["arabic_letter"] or "").upper()
    group: str = found["roman"].upper()
    if found.get("roman2"):
        return f"{group}-{found['roman2'].upper()}"
    letters = found["letters"] or found["apart"] or ""
    return group + letters.upper() + (found["digit"] or found["digit2"] or "")
