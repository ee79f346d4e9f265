"""Dates with the name of a month: `9 février 2007`, `1er décembre`, `juin 1989`, `fin sept. 2022`, `en juin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from anamnese.facts.time.raw import Raw, before, exists, full_year, leading
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading
    from anamnese.lexicon.matcher import Hit

_DAY = folded_re(r"(\d(?<![\d/.,-]\d)\d?)(?: ?er|°)?(?: ?-? ?|\.)(?:de |du mois (?:de |d'))?\Z")
_LAST_DAY = folded_re(r"(?<![\w/.,-])(?P<first>\d{1,2})(?:er)? ?-(?P<day> ?\d{1,2}) \Z")
"""`1er-5 mai 2016`: the second of two days joined, behind the earlier one (`CA 15-3` is none)."""
_DAY_IN_WORDS = {
    "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17, "dix-huit": 18,
    "dix-neuf": 19, "vingt": 20, "vingt-et-un": 21, "vingt-deux": 22, "vingt-trois": 23, "vingt-quatre": 24,
    "vingt-cinq": 25, "vingt-six": 26, "vingt-sept": 27, "vingt-huit": 28, "vingt-neuf": 29, "trente": 30,
    "trente-et-un": 31,
}  # fmt: skip
_NAMES_DAY = folded_re(
    r"(?:\b(?:le|du|au|ce|des|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) |(?:^|[.\n])\s*)$"
)
_LONGEST_DAY = 16
"""The characters of the longest of them, with the blank before the month."""
_DAY_REACH = 19
"""How far before the name of a month its day may begin, in characters."""
_YEAR = folded_re(
    r"\.? *[,/-]? ?(?:de (?:l'an(?:nee)? )?)?((?:19|20)\d\d)(?!\d)"
    r"|\.? ?'?(\d\d)(?!\d|[/.,]\d| ?(?:ans|jours|cures|cycles|mg|%|h|mois))"
)
_SHORT_YEAR = folded_re(r"(?:\.?[ -]|\.| ?')(\d\d)(?![\d%]|[/.,]\d)")
_AFTER_SHORT_YEAR = folded_re(
    r"(?:[,.](?!\d)|[;:)\n]|$)| (?:[(:=;-]|(?:ou?|et|a|au|il|elle|on|nous|le|la|les|un|une|avec|par|pour|puis|sous|"
    r"sans|chez|dans|devant|en|est|soit|suite|suivie?|qui|que|jusqu|debut[a-z]*|survien[a-z]*|appar[a-z]*|"
    r"present[a-z]*|consult[a-z]*|montr[a-z]*|objectiv[a-z]*|revel[a-z]*|retrouv[a-z]*|decouv[a-z]*|realis[a-z]*|recoit|"
    r"recu[a-z]*|diagnosti[a-z]*|recidiv[a-z]*|rechut[a-z]*|progress[a-z]*|stabl[a-z]*|decid[a-z]*|beneficie[a-z]*|oper[a-z]*)\b|l')"
)
"""Behind two digits that are the year of a month told without its day, and count nothing: `en novembre │21│, …`."""
_MONTH_OPENS = folded_re(r"(?:^|[.;:\n]\s*|[-*>] ?)\Z")
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
        month = int(row["number"])
        day_match = _DAY.search(folded, max(0, start - _DAY_REACH), start)
        day = int(day_match[1]) if day_match else None
        day_start = day_match.start() if day_match else start
        if day is not None and not 1 <= day <= 31:
            day = None
        if not 1 <= month <= 12:
            if day is not None:
                yield Raw(day_start, hit.end, None, month, day)
            continue
        if day is None and folded[start - 2 : start - 1].isdecimal():
            days = _LAST_DAY.search(folded, max(0, start - _DAY_REACH), start)
            if days is not None and int(days["first"]) < int(days["day"]) <= 31:
                day, day_start = int(days["day"]), days.start("day")
        elif day is None and folded[start - 2 : start - 1].isalpha():
            word = folded.rfind(" ", max(0, start - _LONGEST_DAY), start - 1) + 1
            word = folded.rfind("\n", word, start - 1) + 1 or word
            day = _DAY_IN_WORDS.get(folded[word : start - 1])
            day_start = word
            if day is not None and _NAMES_DAY.search(folded, max(0, word - 12), word) is None:
                day = None
        year, end = _year_behind(folded, hit.end, day is not None)
        if year is None and day is None:
            year, end = _short_year(folded, hit)
        if day is None and year is None and not _stands_alone(reading, hit):
            continue
        if year is None and row["lone"] == "no" and folded.startswith(".", end) and _TO_MONTH.match(folded, end):
            end += 1  # `janv.-mars 2021`: the point belongs to the month
        if day is not None:
            start = day_start
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


def _short_year(folded: str, hit: Hit) -> tuple[int | None, int]:
    """The year in two digits up to 31 behind a month without its day: `en novembre │21│`, `TDM de mars │19│ : …`; none
    where they may count something (`en mars │12│ séances`)."""
    match = _SHORT_YEAR.match(folded, hit.end)
    if match is None or _AFTER_SHORT_YEAR.match(folded, match.end()) is None:
        return None, hit.end
    words = before(folded, hit.start)
    if _BEFORE_LONE_MONTH.search(words) is None and (hit.term.row["lone"] == "no" or not _MONTH_OPENS.search(words)):
        return None, hit.end
    return full_year(match[1]), match.end()


def _year_behind(folded: str, end: int, after_day: bool) -> tuple[int | None, int]:
    """The year behind a month, and where the date ends; two digits are one behind a day, or where they are no day."""
    match = _YEAR.match(folded, end)
    if match is None:
        return None, end
    if match[1] or after_day or (folded[end] in " .'-" and int(match[2]) > 31):
        return full_year(match[1] or match[2]), match.end()
    return None, end
