"""A date as it stands in the text, before its year and its bounds are known."""

from __future__ import annotations

import re
from calendar import monthrange

from anamnese.reading.fold import folded_re, holds

_TWO_DIGITS = [f"{number:02d}" for number in range(32)]
_TWO_DIGIT_PIVOT = 40
"""00–40 are 2000–2040, 41–99 are 1941–1999: oncology reports tell no other years."""

LEAD = 24
"""How far before a date the words that make it one may stand, in characters."""

_LEADING = folded_re(
    r"\b(?:au )?(?:tout )?(?:debut|mi|fin|milieu|courant|printemps|ete|automne|hiver|annee)[ -](?:de |du mois de |"
    r"d'|mois de )?$"
)
_VAGUE = ("debut", "mi", "fin", "courant", "annee", "ete", "printemps", "automne", "hiver")
"""What stands in all that `_LEADING` finds."""
_PUBLISHED = folded_re(
    r"\b(?:protocole|etude|essai|siop|eln|nccn|iccc?|itcc|ajcc|uicc|oms|who|figo|recist|ctcae|esmo|edition|"
    r"classification|"
    r"version)[ a-z-]{0,14}$"
)
_BODIES = (
    "protocole", "etude", "essai", "siop", "eln", "nccn", "icc", "itcc", "ajcc", "uicc", "oms", "who", "figo", "recist",
    "ctcae", "esmo", "edition", "classification", "version",
)  # fmt: skip
"""What stands in all that `_PUBLISHED` finds."""


class Raw:
    """Where a date stands and what it says; None for what it leaves out. `bound` is `start` or `end` of a range."""

    __slots__ = ("bound", "day", "end", "month", "start", "year")

    def __init__(
        self, start: int, end: int, year: int | None, month: int | None, day: int | None, bound: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.year = year
        self.month = month
        self.day = day
        self.bound = bound

    @property
    def value(self) -> str:
        """`YYYY[-MM[-DD]]`, once the year is known: it has four digits (see `exists`)."""
        if self.month is None:
            return str(self.year)
        if self.day is None:
            return f"{self.year}-{_TWO_DIGITS[self.month]}"
        return f"{self.year}-{_TWO_DIGITS[self.month]}-{_TWO_DIGITS[self.day]}"


def full_year(digits: str) -> int:
    """The year that two or four digits write."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year <= _TWO_DIGIT_PIVOT else 1900 + year


def recent_year(digits: str) -> int | None:
    """The year of this century that two digits write, up to the pivot."""
    return 2000 + int(digits) if int(digits) <= _TWO_DIGIT_PIVOT else None


def exists(year: int, month: int, day: int) -> bool:
    """Whether the calendar has a day, in the years that reports tell of."""
    if not (1900 <= year <= 2049 and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    return day <= 28 or day <= monthrange(year, month)[1]


def found(stems: tuple[str, ...], pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    """What a pattern finds in a few words; it is asked only where one of the stems stands that it cannot do without."""
    return pattern.search(words) if holds(words, stems) else None


def before(folded: str, start: int, reach: int = LEAD) -> str:
    """The words before a place."""
    return folded[max(0, start - reach) : start]


def leading(folded: str, start: int) -> int:
    """Where a date begins with the words that make it vague (`fin 2014`, `début mars`)."""
    words = before(folded, start)
    match = found(_VAGUE, _LEADING, words)
    return start - len(words) + match.start() if match else start


def is_publication(folded: str, start: int) -> bool:
    """Whether a year is that of a classification or publication (`AJCC 2017`), which dates nothing."""
    return found(_BODIES, _PUBLISHED, before(folded, start, 30).rstrip(" ,.(")) is not None
