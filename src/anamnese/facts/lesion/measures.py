"""Sizes in a text: `20 x 16 mm`, `2,5 × 3 cm`, `1 à 2 cm`, `7 et 9 mm`, `3 cm sur 2 cm`, each in millimetres.

A size is found from its unit, so that nothing is read but the few words before each `mm` or `cm`.
"""

from __future__ import annotations

import re

from anamnese.reading.fold import folded_re, stands

_MM_IN = {"mm": 1.0, "cm": 10.0}
_WINDOW = 48
"""How far before its unit a size may begin, in characters."""

_NUM = r"\d{1,3}(?:[.,]\d{1,2})?"
_LOOSE = r"\d{1,3}(?:[.,][ ]?\d{1,2})?"
_UNIT = r"(?:mms?|cms?|millimetres?|centimetres?)"
_TIMES = r"[ ]?(?:x|\*|/|\\|sur|par)[ ]?"
_SIZE = folded_re(
    rf"(?<![\d.,a-z/-])(?P<apart>(?:{_NUM},[ ]){{0,4}}{_NUM}[ ]et[ ]|(?:\d{{1,3}},[ ]){{2,5}})?"
    rf"(?:(?P<low>{_NUM})(?P<span>[ ]?-[ ]?|[ ](?:a|ou)[ ]))?"
    rf"(?P<dims>{_NUM}(?:[ ]?{_UNIT}?{_TIMES}{_LOOSE}){{0,3}})[ ]?$"
)
_DIGIT = folded_re(r"\d")
_DIMENSION = folded_re(rf"({_LOOSE})[ ]?({_UNIT})?")
_EACH = folded_re(_NUM)
_AXIS = r"(?:diametre|(?:plus )?grand axe|longueur|large|largeur|haut|hauteur|long|epaisseur|base|profondeur|profond)"
_HEIGHT = r"(?:hauteur|epaisseur|longueur|largeur)(?:[ ](?:maximale?|totale?|crani\w+-?caudale?|cephalo-?caudale?))?"
_MORE = folded_re(
    rf"(?:(?:[ ]de[ ]{_AXIS}[ a-z]{{0,14}}?|[ ]?\([a-z -]{{1,16}}\))?"
    rf"(?:{_TIMES}|[ ]?,?[ ](?:pour|et|avec|sur)[ ](?:une[ ]|son[ ]|sa[ ])?{_HEIGHT}[ ](?:est[ ]|etait[ ])?"
    rf"(?:de[ ]|d'|a[ ]))(?:environ[ ])?(?P<dim>{_NUM})"
    rf"(?P<unit>[ ]?{_UNIT}(?![a-z0-9]))?(?![\d.,]*\d|[ ]?[a-z%]?[a-z]*/)"
    rf"|[ ](?:de|d')[ ]?{_AXIS}[a-z ]{{0,20}}(?:[ ]et|,|[ ]sur)[ ](?:de[ ])?"
    rf"(?P<dim2>{_NUM})(?P<unit2>[ ]?{_UNIT})(?=[ ](?:de[ ](?:petit|larg|haut|prof|long)|d'epais)))"
)
"""A further dimension after the unit: `3 cm x 2 cm`, `4 mm de diamètre horizontal sur 3 mm`, `3 cm/6,5`, `5 cm de grand
axe et 3 cm de petit axe`, `32 x 27 mm pour une hauteur de 30 mm`."""

_TO = folded_re(rf"[ ]a[ ](?:environ[ ])?(?P<to>{_NUM}(?:{_TIMES}{_NUM}){{0,2}})[ ]?(?P<unit>{_UNIT})(?![a-z0-9])")
_FROM = folded_re(r"\bde[ ]$")
"""`de 45 mm à 28 mm`: a change, of which the later size holds; a range if the second is the larger."""
_GROWN = folded_re(
    r"\b(?:doubl\w+|tripl\w+|pass(?:e|es|age|ees?|ant|ait|aient|a|er|ent)|augment\w*|croiss\w*|croit|accroiss\w*|accru\w*|gross\w+|grandi\w*|"
    r"major(?:ee?s?|ation|ant|ait)|progress(?!if)\w+|evolu\w+)\b"
    r"(?:(?!\b(?:avec|par|plusieurs|multiples|nombreu\w+)\b)[^.;\n]){0,70}\bde[ ](?:environ[ ])?$"
)
_OF_GROWN = ("doubl", "tripl", "pass", "augment", "croi", "accru", "gross", "grandi", "major", "progress", "evolu")
"""One of these is in whatever the pattern matches."""
_GROWN_REACH = 90

_DISTANCE_OF = folded_re(
    r"[ ](?:de la|du|des|de l'|de)[ ]?(?:marges?|ma\b|mamelon|bord|arcades?|canal|pylore|jonction|carene|"
    r"limites?|berges?|tranches?|sections?|recoupes?|valvule|epiglotte|cordes?|sphincter|anus|ombilic|clavicule|peau)"
)

_BETWEEN = folded_re(r"entre[ ]$")
_OF_ONE = folded_re(r"\b(?:mesure|mesurait|taille|dimensions)[ ](?:environ |de |: ?)?$")
"""Before the dimensions of one lesion with commas between: `il mesure 29, 30, 35 mm`."""
_NOT_LENGTH = folded_re(r"[0-9a-z]|[ ]?hg|[ ]?h2o|[ ]?/[ ]?(?:\d*[ ]?[a-z])|[ ]?d'eau")
_COMPARED = folded_re(
    r"(?:[ ]de (?:petit|grand) axe)?[ ]*+[(,;]?+[ ]*+(?:suv[ a-z]*[ =:]*[\d.,]+[ ]*)?[,(]?[ ]*+"
    r"(?:(?:vs|versus|contre|auparavant|anterieurement|precedemment|initialement|anciennement|versus|pour)[. :][ ]?"
    r"|(?:qui )?(?:etait|mesurait|etaient|mesuree?) (?:a |de |initialement |precedemment |auparavant ){0,2})"
    rf"(?P<dims>{_NUM}(?:{_TIMES}{_NUM}){{0,2}})(?P<unit>[ ]?{_UNIT})?(?![\d.,a-z])"
)
"""An earlier size to compare with, its unit often left out: `29 x 22 mm (vs 47 x 38)`."""


_WAS = folded_re(
    rf"[ ]?\([ ]?(?P<dims>{_NUM}(?:{_TIMES}{_NUM}){{0,2}})(?P<unit>[ ]?{_UNIT})?[ ]"
    r"(?:initialement|auparavant|anterieurement|precedemment|avant|au prealable|au diagnostic|a la baseline|en baseline"
    r"|au bilan initial|lors du precedent|sur le precedent|le \d\d|en (?:19|20)\d\d)"
)
"""The same with its words behind it: `14 mm (28 initialement)`."""


class Measure:
    """A size in a text: where it stands and its dimensions in millimetres, in the order written."""

    __slots__ = ("end", "size_mm", "start", "tail")

    def __init__(self, start: int, end: int, size_mm: list[float], tail: int) -> None:
        self.start = start
        self.end = end
        self.size_mm = size_mm
        self.tail = tail
        """Where the words after it begin: after the last of `7 et 9 mm` for both."""


def find_measures(folded: str) -> list[Measure]:
    """All lengths in mm or cm that a report gives, in order; of `7 et 9 mm` each is a size of its own."""
    found: list[Measure] = []
    done = 0
    for at, end, unit in _units(folded):
        if at >= done and not folded[at - 1 : at].isdigit():
            worded = _IN_WORDS.search(folded, max(done, at - _WINDOW), at)
            if worded:
                found.append(_in_words(folded, worded, end, _MM_IN[unit]))
                done = found[-1].end
            continue
        first = _DIGIT.search(folded, max(done, at - _WINDOW), at) if at >= done else None  # which a size begins with
        match = _SIZE.search(folded, first.start(), at) if first else None
        if match is None:
            continue
        factor = _MM_IN[unit]
        dims = _numbers(match["dims"], factor)
        while len(dims) < 4 and not folded.startswith(_ENDS, end) and (more := _MORE.match(folded, end, end + 70)):
            further = more["unit"] or more["unit2"]
            dims.append(_number(more["dim"] or more["dim2"]) * (_factor(further) if further else factor))
            end = more.end()
        start = match.start("dims")
        ranges = folded.startswith(" a ", end) and _FROM.search(folded, max(0, start - 4), start) is not None
        to = _TO.match(folded, end, end + 40) if ranges else None
        if to and (_DISTANCE_OF.match(folded, to.end()) or len(dims) > len(_numbers(to["to"], 1.0))):
            to = None  # `polype de 8 mm à 25 cm de la marge`
        if to:
            later = _numbers(to["to"], _factor(to["unit"]))
            spans = len(dims) == len(later) == 1 and dims[0] < later[0] and not _has_grown(folded, start)
            dims = [*dims, *later] if spans else later
            start, end = (start if len(dims) == 2 else to.start("to")), to.end()
        if match["low"] and len(dims) == 1:
            start = match.start("low")
            low = _number(match["low"]) * factor
            if "-" in match["span"] or (low < dims[0] and not _has_grown(folded, start)):
                dims.insert(0, low)  # `de 1 à 2 cm` is a range, `de 22 à 13 mm` a change
        elif match["apart"] and _BETWEEN.search(folded, max(0, match.start() - 8), match.start()):
            start = match.start()
            dims.insert(0, _number(match["apart"].partition(" ")[0].rstrip(",")) * factor)
        elif match["apart"] and _is_of_one(folded, match):
            start = match.start()
            dims = [_number(number) * factor for number in _EACH.findall(match["apart"])] + dims
        elif match["apart"]:
            found += _apart(match["apart"], match.start(), factor, end)
        found.append(Measure(start, end, _plain(dims), end))
        compared = _compared(folded, end)
        if compared:
            earlier = _factor(compared["unit"]) if compared["unit"] else factor
            end = compared.end()
            found.append(Measure(compared.start("dims"), end, _plain(_numbers(compared["dims"], earlier)), end))
        done = end
    return found


def _is_of_one(folded: str, match: re.Match[str]) -> bool:
    """Whether numbers with commas between are the dimensions of one lesion, not the sizes of several."""
    if match["apart"].endswith("et "):
        return False
    return _OF_ONE.search(folded, max(0, match.start() - 24), match.start()) is not None


def _has_grown(folded: str, pos: int) -> bool:
    """Whether the words before two sizes tell of growth from one to the other: `passe de 11 à 26 mm`."""
    return stands(_OF_GROWN, _GROWN, folded, max(0, pos - _GROWN_REACH), pos)


def compared_at(folded: str, pos: int) -> bool:
    """Whether an earlier size to compare with stands at a place."""
    return _compared(folded, pos) is not None


_ENDS = (".", ")", "\n")
"""What stands right behind a size that goes on with no dimension and with none to compare with."""
_OPENS = ("(", " (")


def _compared(folded: str, pos: int) -> re.Match[str] | None:
    """The earlier size to compare with that stands at a place."""
    if folded.startswith(_ENDS, pos):
        return None
    earlier = _COMPARED.match(folded, pos, pos + 60)
    if earlier is None and folded.startswith(_OPENS, pos):
        return _WAS.match(folded, pos, pos + 60)
    return earlier


def _apart(string: str, start: int, factor: float, tail: int) -> list[Measure]:
    """The sizes of several lesions before the last one, which bears the unit: `16, 13 et (12 mm)`."""
    return [
        Measure(start + item.start(), start + item.end(), _plain([_number(item[0]) * factor]), tail)
        for item in _EACH.finditer(string)
    ]


_UNITS = (("mm", "mm"), ("cm", "cm"), ("millimetre", "mm"), ("centimetre", "cm"))


def _units(folded: str) -> list[tuple[int, int, str]]:
    """Every unit of length that follows a number: its offsets and its short form, in order of place."""
    places = []
    for word, unit in _UNITS if "imetre" in folded else _UNITS[:2]:
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            before = folded[at - 1 : at]
            apart = before in (" ", "\n")
            if before.isdigit() or (apart and (folded[at - 2 : at - 1].isdigit() or _last_word(folded, at) in _WORDS)):
                if folded[end : end + 1] == "s" and not folded[end + 1 : end + 2].isalpha():
                    end += 1
                if not _NOT_LENGTH.match(folded, end):
                    places.append((at - 1 if apart else at, end, unit))
            at = folded.find(word, end)
    return sorted(places)


_WORDS = {
    "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17, "dix-huit": 18,
    "dix-neuf": 19, "vingt": 20, "vingt-cinq": 25, "trente": 30, "trente-cinq": 35, "quarante": 40, "cinquante": 50,
}  # fmt: skip
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_IN_WORDS = folded_re(
    rf"(?<![a-z0-9-])(?:(?P<first>{_WORD})(?:[ ]?cm|[ ]centimetres?)?[ ](?:sur|x|par|a)[ ])?(?P<last>{_WORD})$"
)
"""`huit`, `dix sur huit`, `deux à trois`, before the unit."""
_AND_A_HALF = folded_re(r"[ ]et[ ]demi\b")
_LONGEST_WORD = 12


def _last_word(folded: str, end: int) -> str:
    """The word before the blank before a unit."""
    before = folded[max(0, end - 1 - _LONGEST_WORD) : end - 1]
    return before[max(before.rfind(" "), before.rfind("'"), before.rfind("\n")) + 1 :]


def _in_words(folded: str, match: re.Match[str], end: int, factor: float) -> Measure:
    """A size whose numbers are spelled out."""
    dims = [_WORDS[match[name]] * factor for name in ("first", "last") if match[name]]
    half = _AND_A_HALF.match(folded, end)
    if half:
        dims[-1] += factor / 2
        end = half.end()
    return Measure(match.start(), end, _plain([float(dim) for dim in dims]), end)


def _number(string: str) -> float:
    return float(string.replace(" ", "").replace(",", "."))


def _numbers(string: str, factor: float) -> list[float]:
    """The dimensions of `20 x 16`; each may carry its own unit (`2 cm x 15 mm`)."""
    if string.isdigit():  # one alone, as mostly
        return [float(string) * factor]
    return [_number(number) * (_factor(unit) if unit else factor) for number, unit in _DIMENSION.findall(string)]


def _factor(unit: str) -> float:
    return _MM_IN["cm" if unit.strip().startswith("c") else "mm"]


def _plain(dims: list[float]) -> list[float]:
    """Dimensions as numbers without needless decimals."""
    rounded = [dim if float(dim).is_integer() else round(dim, 2) for dim in dims]
    return [int(dim) if float(dim).is_integer() else dim for dim in rounded]
