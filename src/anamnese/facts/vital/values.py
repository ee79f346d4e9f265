"""How the value of each vital sign is written, and which values are plausible."""

from __future__ import annotations

import re
from collections.abc import Callable

from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import parse_number

_PRESSURE = folded_re(
    r"(?P<high>\d{1,3}(?:[.,]\d)?)[ ]?(?:mm ?hg|cm ?hg)?[ ]?(?:/|sur|-(?=\d{1,3}[ ]?[mc]m ?hg))[ "
    r"]?(?P<low>\d{1,3}(?:[.,]\d)?)(?:[ ]?(?:mm|cm)[ ]?(?:de )?(?:hg|mercure))?(?![\d/])"
)
_RATE = folded_re(
    r"(?P<value>\d{1,3})(?![\d.,/]\d)(?:[ ]?(?:bpm|bat[a-z]*|puls[a-z]*|cycles?|c|cpm|rpm|resp[a-z]*|mouv[a-z]*|"
    r"b|l|p|coups|latidos|mvts?)?[ ]?(?:/|par)[ ]?(?:min(?:ute)?s?|mn)|[ ]?(?:bpm|cpm|lpm|rpm)|[ ]?(?:battements|"
    r"pulsations|cycles|mouvements)(?:[ ](?:par|/)[ ]?minutes?)?)?"
)
_SATURATION = folded_re(r"(?P<value>\d{2,3}(?:[.,]\d)?)[ ]?(?:-[ ]?\d{2,3})?[ ]?(?P<unit>%|pour cent)?")
_TEMPERATURE = folded_re(
    r"(?P<value>\d{2}(?:(?:[ ]?[.,][ ]?|[ ]?°[ ]?)\d{1,2}(?!\d))?)(?:[ ]?(?:-|a|/)[ ]?\d{2}(?:[.,°]\d)?)?"
    r"(?:[ ]?(?P<unit>°[ ]?c?|degres(?:[ ]c(?:elsius)?)?|c))?(?![a-z0-9])"
)
WEIGHT = folded_re(
    r"(?P<value>\d{1,3}(?:[.,]\d{1,3})?)[ ]?(?P<unit>kgs?|kilogrammes?|kilos?)?(?![\w,.]?\d)(?![a-z%/])(?<![ ])"
)
HEIGHT = folded_re(
    r"(?P<value>\d{3}(?:[.,]\d)?)[ ]?(?P<unit>cms?|centimetres?)?(?![a-z0-9²])(?<![ ])|(?P<metres>[0-2])[ ]?(?:[.,]|"
    r"m(?:etre)?[ ]?)(?P<rest>\d{1,2})[ ]?(?:m(?:etres?)?)?(?![a-z0-9]|[ ]?x|[ ]?[cm]m)"
)
SMALL_HEIGHT = folded_re(r"(?P<value>\d{2}(?:[.,]\d)?)[ ]?(?P<unit>cms?|centimetres?)(?![a-z0-9²/])(?P<metres>)")
"""The height of a small child, with the groups of `HEIGHT`."""
_INDEX = folded_re(r"(?P<value>\d{2}(?:[.,]\d{1,2})?)(?![\d])(?![ ]?kg(?![ ]?/))(?:[ ]?kg[ ]?/[ ]?m[2²]?)?")
PAIN = folded_re(
    r"(?P<value>\d{1,3}(?:[.,]\d)?)(?:[ ]?(?:-|a|et)[ ]?\d{1,2}(?=[ ]?/))?(?:[ ]?(?P<scale>/[ ]?(?:100|10)\b|"
    r"sur[ ](?:100|10)\b))?(?![\d.,]\d|[a-z0-9])"
)


class Found:
    """A value of a sign, and where it stands."""

    __slots__ = ("end", "start", "value")

    def __init__(self, start: int, end: int, value: float | str) -> None:
        self.start = start
        self.end = end
        self.value = value


def number(string: str) -> float:
    """The value of a number whose decimals a blank or a degree sign may set off: `37°5`."""
    return parse_number(string.replace(" ", "").replace("°", ","))


def _pressure(match: re.Match[str], kind: str) -> str | None:
    high, low = number(match["high"]), number(match["low"])
    plausible = (40 <= high <= 320 and 15 <= low <= 200) or (4 <= high <= 30 and 2 <= low <= 18)
    return f"{match['high']}/{match['low']}" if plausible and low < high else None


def _rate(low: int, high: int) -> Callable[[re.Match[str], str], float | None]:
    def rate(match: re.Match[str], kind: str) -> float | None:
        value = int(match["value"])
        return value if low <= value <= high else None

    return rate


def _saturation(match: re.Match[str], kind: str) -> float | None:
    value = number(match["value"])
    return value if 40 <= value <= 100 and (match["unit"] or value > 70) else None


def _temperature(match: re.Match[str], kind: str) -> float | None:
    value = number(match["value"])
    return value if 33 <= value <= 43 else None


def weight_of(match: re.Match[str], kind: str) -> float | None:
    value = number(match["value"])
    if match["unit"] is None:
        return value if not kind and 30 <= value <= 200 else None
    return value if (30 if kind else 2) <= value <= 350 else None


def height_of(match: re.Match[str], kind: str) -> float | None:
    if match["metres"]:
        if kind and "m" not in match[0]:
            return None
        centimetres = int(match["metres"]) * 100 + int(match["rest"].ljust(2, "0"))
        return centimetres if 50 <= centimetres <= 230 and match["metres"] != "0" else None
    value = number(match["value"])
    least = 100 if match.re is HEIGHT else 45
    return value if least <= value <= 220 and (match["unit"] or not kind) else None


def _index(match: re.Match[str], kind: str) -> float | None:
    value = number(match["value"])
    return value if 10 <= value <= 80 else None


def pain_of(match: re.Match[str], kind: str) -> float | None:
    value = number(match["value"])
    if match["scale"] and match["scale"].endswith("100"):
        value = value / 10
    return value if value <= 10 and (match["scale"] or not kind) else None


READ: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str], str], float | str | None]]] = {
    "blood_pressure": (_PRESSURE, _pressure),
    "heart_rate": (_RATE, _rate(20, 300)),
    "respiratory_rate": (_RATE, _rate(5, 90)),
    "spo2": (_SATURATION, _saturation),
    "temperature": (_TEMPERATURE, _temperature),
    "weight": (WEIGHT, weight_of),
    "height": (HEIGHT, height_of),
    "bmi": (_INDEX, _index),
    "pain": (PAIN, pain_of),
}
"""How the value of each sign is written, and which values are plausible."""
TO = folded_re(r"[ ]*(?:jusqu')?a[ ](?=\d)")
FROM = folded_re(r"pass[a-z]*[ ]de[ ]$|[ ]de[ ]$")
"""Before the first of two values (`passé de 80 à 72 kg`); `TO` stands before the second."""
