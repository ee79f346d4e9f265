"""CTCAE grades beside an adverse event: `grade 3`, `de grade II`, `G1`, `gr 2`, `grade 3-4` (the higher one)."""

from __future__ import annotations

import re
from typing import NamedTuple

from anamnese.reading.fold import folded_re

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_VALUE = r"(?P<a>[0-5]|iv|v|i{1,3})(?:(?: ?[-/a] ?| a | ou | puis )(?P<b>[0-5]|iv|v|i{1,3}))?"
_AFTER = folded_re(
    r"(?P<gap>(?:[ ,(:]|[.]{2,}+|[a-z'-]+(?= )|\d{1,2} selles(?:/(?:j|jour|24 ?h)| par jour)?"
    r"|\d{1,4}(?:[.,]\d{1,2})?[ ]?(?:ms|[mu]?g/(?:d?l|24[ ]?h|j)|/mm3|mmhg|u?i?u/l|umol/l|x[ ]?n|%)(?![a-z])){0,12}?)"
    r"(?:\bde |\bd'|[(,] ?|\ba |ctcae |\boms )?\b(?P<word>grades?|gr\.?|g)[ -]?"
    + _VALUE
    + r"(?![a-z0-9]|[ ][(]?(?:(?:de|selon|sur|d'apres)[ ])?(?:la |l'|le )?(?:(?:echelle|classification|score)[ ])?"
    r"(?:de |du |d')?(?:la |l')?"
    r"(?:house|brackmann|killip|fontaine|nyha|m?mrc|sadoul|ccs|child|rutherford|forrest|west))"
)
_BEFORE = folded_re(r"\b(?:grade|gr|g)[ -]?(?P<a>[0-5]|iv|i{1,3}) (?:d'|de |)$")
_NO_BRIDGE = folded_re(
    r"\b(?:et|ou|puis|avec|sans|pas|mais|ni|carcinome|tumeur|gliome|lymphome|sarcome|dysplasie|cancer|"
    r"en|pour|qui|dont|haut|bas|une?|nyha|m?mrc|sadoul|child|killip)\b|\ba (?!la|l'|\d)|,(?!\d)"
)
_OUT_OF = folded_re(r"[ ]?[:=(]?[ ]?(?P<a>[0-4])/4(?![\d/]|[ ]?[a-z]*/|[ ](?:d[eu']|inf|sup|ant|post|dist|prox))")
"""`asthénie 2/4`"""
_LISTED = folded_re(
    r"[ ]*(?:(?:[:=|(>-]|[.]{2,}|[_]{2,})[ ]*)*(?P<a>[0-5]|iv|i{1,3})(?=[ ]*(?:[,;/|)\n]|\.(?!\d)|$)|[ ]{2})"
)
_WITHIN = 45


class Grade(NamedTuple):
    """A grade, and where it is written."""

    value: int
    start: int
    end: int


def grade_beside(folded: str, start: int, end: int, last: int) -> Grade | None:
    """The grade of the event that stands at `start:end`; None where none is told."""
    near = folded[end : min(last, end + _WITHIN)]
    marked = " g" in near or near.startswith("g") or "(g" in near or ",g" in near or ":g" in near or "'g" in near
    match = _AFTER.match(folded, end, min(last, end + _WITHIN)) if marked else None
    if match and not _NO_BRIDGE.search(match["gap"]) and match["gap"].count("(") < 2:
        values = [_number(value) for value in (match["a"], match["b"]) if value]
        return Grade(max(values), match.start("word"), match.end())
    out_of = _OUT_OF.match(folded, end, last) if "/4" in near else None
    if out_of:
        return Grade(int(out_of["a"]), out_of.start("a"), out_of.end())
    window = max(0, start - 14)
    before = _BEFORE.search(folded, window, start) if folded.find("g", window, start) >= 0 else None
    if before and not re.search(r"(?:haut|bas) $", folded[max(0, before.start() - 6) : before.start()]):
        return Grade(_number(before["a"]), before.start(), before.end())
    return None


def listed_grade(folded: str, end: int) -> Grade | None:
    """The bare grade behind an event in a list or table of toxicities: `Nausées : 1`, `Diarrhée | 2`, `rash (1)`."""
    match = _LISTED.match(folded, end)
    return Grade(_number(match["a"]), match.start("a"), match.end()) if match else None


def _number(value: str) -> int:
    return _ROMAN[value] if value in _ROMAN else int(value)
