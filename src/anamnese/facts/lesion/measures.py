"""Sizes in a text: `20 x 16 mm`, `2,5 × 3 cm`, `1 à 2 cm`, `7 et 9 mm`, `3 cm sur 2 cm`, each in millimetres.

A size is found from its unit, so that nothing is read but the few words before each `mm` or `cm`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MM_IN = {"mm": 1.0, "cm": 10.0}
_WINDOW = 48
"""How far before its unit a size may begin, in characters."""

_NUM = r"\d{1,3}(?:[.,]\d{1,2})?"
_LOOSE = r"\d{1,3}(?:[.,][ ]?\d{1,2})?"
_UNIT = r"(?:mm|cm|millimetres?|centimetres?)"
_TIMES = r"[ ]?(?:x|\*|/|\\|sur|par)[ ]?"
_SIZE = re.compile(
    rf"(?<![\d.,a-z/-])(?P<apart>(?:{_NUM},[ ]){{0,4}}{_NUM}[ ]et[ ])?"
    rf"(?:(?P<low>{_NUM})(?P<span>[ ]?-[ ]?|[ ](?:a|ou)[ ]))?"
    rf"(?P<dims>{_NUM}(?:[ ]?{_UNIT}?{_TIMES}{_LOOSE}){{0,3}})[ ]?$"
)
_MORE = re.compile(
    rf"(?:(?P<axis>[ ]de[ ](?:diametre|grand axe|longueur|large|largeur|haut|hauteur|long)[ a-z]{{0,14}}?)?"
    rf"{_TIMES}(?:environ[ ])?(?P<dim>{_NUM})(?P<unit>[ ]?{_UNIT}(?![a-z0-9]))?(?![\d.,]*\d|[ ]?[a-z%]?[a-z]*/)"
    rf"|[ ](?:de|d')[ ]?(?:diametre|grand axe|longueur|large|largeur|haut|hauteur|long|epaisseur)[a-z ]{{0,20}}(?:[ ]et|,|[ ]sur)[ ](?:de[ ])?"
    rf"(?P<dim2>{_NUM})(?P<unit2>[ ]?{_UNIT})(?=[ ](?:de[ ](?:petit|larg|haut|prof|long)|d'epais)))"
)
"""A further dimension after the unit: `3 cm x 2 cm`, `4 mm de diamètre horizontal sur 3 mm`, `3 cm/6,5`, `5 cm de grand
axe et 3 cm de petit axe`."""

_BETWEEN = re.compile(r"entre[ ]$")
_NOT_LENGTH = re.compile(r"[0-9a-z]|[ ]?hg|[ ]?h2o|[ ]?/[ ]?(?:\d*[ ]?[a-z])|[ ]?d'eau")
_COMPARED = re.compile(
    rf"[ ]*(?:\(|,|;)?[ ]*(?:suv[ a-z]*[ =:]*[\d.,]+[ ]*)?[,(]?[ ]*(?:vs|versus|contre|auparavant|anterieurement)[. ][ ]?"
    rf"(?P<dims>{_NUM}(?:{_TIMES}{_NUM}){{0,2}})(?P<unit>[ ]?{_UNIT})?(?![\d.,a-z])"
)


class Measure(NamedTuple):
    """A size in a text: where it stands and its dimensions in millimetres, in the order written."""

    start: int
    end: int
    size_mm: list[float]


def find_measures(folded: str) -> list[Measure]:
    """All lengths in mm or cm that a report gives, in order; of two sizes with one unit each is its own."""
    found: list[Measure] = []
    done = 0
    for at, unit_end, unit in _units(folded):
        if at < done:
            continue
        match = _SIZE.search(folded, max(done, at - _WINDOW), at)
        if match is None:
            continue
        factor = _MM_IN[unit]
        dims = _numbers(match["dims"], factor)
        end = unit_end
        more = _MORE.match(folded, end, end + 70)
        while more:
            unit_of = more["unit"] or more["unit2"]
            dims.append(_number(more["dim"] or more["dim2"]) * (_factor(unit_of) if unit_of else factor))
            end = more.end()
            more = _MORE.match(folded, end, end + 70) if len(dims) < 4 else None
        start = match.start("dims")
        low, apart = match["low"], match["apart"]
        if apart and not low:
            if len(dims) == 1 and apart.count(",") <= 1 and _BETWEEN.search(folded, max(0, match.start() - 8), match.start()):
                dims.insert(0, _number(apart[: -len(" et ")]) * factor)
                start = match.start()
            else:
                found += [
                    Measure(match.start() + item.start(), match.start() + item.end(), [_plain(_number(item[0]) * factor)])
                    for item in re.finditer(_NUM, apart)
                ]
        if low and len(dims) == 1:
            before = _number(low) * factor
            if before < dims[0] or "-" in match["span"]:
                dims.insert(0, before)  # `de 1 à 2 cm` is a range, `de 22 à 13 mm` a change
            start = match.start("low")
        found.append(Measure(start, end, [_plain(dim) for dim in dims]))
        done = end
        compared = _COMPARED.match(folded, end, end + 60)
        if compared:
            earlier = _factor(compared["unit"]) if compared["unit"] else factor
            found.append(
                Measure(compared.start("dims"), compared.end(), [_plain(x) for x in _numbers(compared["dims"], earlier)])
            )
            done = compared.end()
    return found


def _units(folded: str) -> Iterator[tuple[int, int, str]]:
    """Every unit of length that follows a number: its offsets and its short form, in order of place."""
    places = []
    for word, unit in (("mm", "mm"), ("cm", "cm"), ("millimetre", "mm"), ("centimetre", "cm")):
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            before = folded[at - 1 : at]
            if before.isdigit() or (before in (" ", "\n") and folded[at - 2 : at - 1].isdigit()):
                if len(word) > 2 and folded[end : end + 1] == "s":
                    end += 1
                if not _NOT_LENGTH.match(folded, end):
                    places.append((at - 1 if before in (" ", "\n") else at, end, unit))
            at = folded.find(word, end)
    return iter(sorted(places))


def _number(string: str) -> float:
    return float(string.replace(" ", "").replace(",", "."))


def _numbers(string: str, factor: float) -> list[float]:
    """The dimensions of `20 x 16`; each may carry its own unit (`2 cm x 15 mm`)."""
    found = re.findall(rf"({_LOOSE})[ ]?({_UNIT})?", string)
    return [_number(number) * (_factor(unit) if unit else factor) for number, unit in found]


def _factor(unit: str) -> float:
    return _MM_IN["cm" if unit.strip().startswith("c") else "mm"]


def _plain(value: float) -> float:
    value = round(value, 2)
    return int(value) if value.is_integer() else value
