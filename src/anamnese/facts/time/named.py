"""Dates with the name of a month: `9 février 2007`, `1er décembre`, `juin 1989`, `fin sept. 2022`, `en juin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from anamnese.facts.time.raw import Raw, before, exists, full_year, leading
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading
    from anamnese.lexicon.matcher import Hit

_DAY = folded_re(r"(\d(?<![\d/.,-]\d)\d?)(?:er)?(?: ?-? ?|\.)(?:de )?\Z")
_DAY_REACH = 10
"""How far before the name of a month its day may begin, in characters."""
_YEAR = folded_re(
    r"\.? *[,/-]? ?(?:de (?:l'annee )?)?((?:19|20)\d\d)(?!\d)"
    r"|\.? ?'?(\d\d)(?![\d/.,]| ?(?:ans|jours|cures|cycles|mg|%|h|mois))"
)
_BEFORE_LONE_MONTH = folded_re(
    r"(?:\b(?:en|de|debut|mi|fin|mois de|mois d'|depuis|jusqu'en|jusqu'a|vers|courant|des|et|a|au|entre|d'|fin de|puis|"
    r"dernier)|[(-])[ -]*$"
)

_BEFORE_ABBREVIATED = folded_re(r"\b(?:en|depuis|puis|fin|debut|mi|des|jusqu'en|vers|courant)[ -]$")
"""Before the name of a month cut short, which alone may be another word: `arrêt en nov. (3 semaines)`."""
_TO_MONTH = folded_re(r"\.?[ ]?(?:-|a|au|jusqu'en|jusqu'a)[ ]?")
"""Between the months of a range: `janv.-mars 2021`, `de janv. à mars 2021`."""
_NEXT_MONTH = 15
"""Characters that hold the name of a month, cut short or not."""


def named_dates(reading: Reading) -> Iterator[Raw]:
    """The dates with a month's name, in order of place."""
    folded = reading.folded
    for hit in reading.hits("months"):
        row = hit.term.row
        start = hit.start
        day_match = _DAY.search(folded, max(0, start - _DAY_REACH), start)
        day = int(day_match[1]) if day_match else None
        if day is not None and not 1 <= day <= 31:
            day = None
        year, end = _year_behind(folded, hit.end, day is not None)
        if day is None and year is None and not _stands_alone(reading, hit):
            continue
        if year is None and folded.startswith(".", end) and _TO_MONTH.match(folded, end):
            end += 1  # `janv.-mars 2021`: the point belongs to the month
        month = int(row["number"])
        if day is not None and day_match is not None:
            start = day_match.start()
            day = day if exists(year or 2000, month, day) else None
        yield Raw(start if day is not None else leading(folded, start), end, year, month, day)


def _stands_alone(reading: Reading, hit: Hit) -> bool:
    """Whether the name of a month without day and year is one; cut short it needs the point that tells so, or the
    month to which it leads."""
    folded = reading.folded
    if hit.term.row["lone"] == "no":
        if to_month := _TO_MONTH.match(folded, hit.end):
            following = reading.hits_between("months", to_month.end(), to_month.end() + _NEXT_MONTH)
            if following and following[0].start == to_month.end():
                return _year_behind(folded, following[0].end, after_day=False)[0] is not None
        cut = folded.startswith(".", hit.end) and not folded[hit.end + 1 : hit.end + 2].isdecimal()
        return cut and _BEFORE_ABBREVIATED.search(before(folded, hit.start)) is not None
    return _BEFORE_LONE_MONTH.search(before(folded, hit.start)) is not None


def _year_behind(folded: str, end: int, after_day: bool) -> tuple[int | None, int]:
    """The year behind a month, and where the date ends; two digits are one behind a day, or where they are no day."""
    match = _YEAR.match(folded, end)
    if match is None:
        return None, end
    if match[1] or after_day or (folded[end] in " .'-" and int(match[2]) > 31):
        return full_year(match[1] or match[2]), match.end()
    return None, end
