"""Tables of an irradiation: a row for each volume, with its total dose, the dose of a fraction, their number and days.

The columns stand in any order. What a number means is told by its unit, by the heading, or by arithmetic: the total is
the product of the other two.
"""

from __future__ import annotations

import re
from itertools import permutations

from anamnese.case import Span
from anamnese.facts.columns import ruled
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.time.expression import TimeExpression
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import parse_number

_HEAD = folded_re(r"dose(?<!\wdose)s?\b[^\n]*?\b(?:fractions?|seances?|nb|fr|gy|nombre|debut|dates?|fin)\b")
_CELL = folded_re(r"[^ |\t\n;]+(?: [^ |\t\n;]+)*(?: $)?")
_DIGIT = folded_re("[0-9]")
_GRAYS = folded_re(r"(?P<dose>\d{1,2}(?:[.,]\d+)?)[ ]?gy\b")
_NUMBER = folded_re(r"\d{1,2}(?:[.,]\d+)?")
_COUNTED = folded_re(r"(?P<n>\d{1,2})[ ]?(?:fr|f|fx|fractions?|seances?|x)\b")
_TIMES = folded_re(r"(?P<n>\d{1,2})[ ]?[x×][ ]?(?P<dose>\d{1,2}(?:[.,]\d+)?)")
_SITE = folded_re(r"(?:ptv|gtv|ctv|cible|volume)?[ ]?\d{0,2}[ :.-]*(?P<site>[a-z(][a-z0-9 '(),./+-]{1,60})$")
_NO_VOLUME = folded_re(
    r"moelle|parotid|coeur|oesoph|cristallin|chiasma|tronc|dmax|moyenne|contraint|oar|intestin|femor|dose|total\b|somme"
)
_MOST_ROWS = 12
_HIGHEST, _LEAST, _MOST_FRACTIONS = 90, 4, 45
"""Gy of a course, and fractions of one."""
_NEAR = 0.02


def dose_rows(reading: Reading) -> list[Course]:
    """The volumes of all dose tables of a report, in order of place."""
    folded, found, done, seen = reading.folded, [], -1, -1
    for hit in reading.hits("counts"):
        if hit.start < done or hit.term.code not in ("dose", "fraction", "session"):
            continue
        line = reading.line_start(hit.start)
        first_of_line = line > seen
        seen = hit.start
        if not first_of_line:
            continue
        end = folded.find("\n", hit.end)
        if not _HEAD.search(folded, line, end if end >= 0 else len(folded)):
            continue
        for _ in range(_MOST_ROWS):
            if end < 0:
                break
            start, end = end + 1, folded.find("\n", end + 1)
            stop = end if end >= 0 else len(folded)
            course = _row(reading, Span(start, stop))
            if course is not None:
                found.append(course)
            elif _DIGIT.search(folded, start, stop) is None:
                break
            done = stop
    return found


def _row(reading: Reading, line: Span) -> Course | None:
    cells = list(_CELL.finditer(reading.once(ruled), line.start, line.end))
    if len(cells) < 3:
        return None
    named = next((cell for cell in cells[:2] if len(cell[0].strip(" 0123456789.")) > 2), None)
    site = _SITE.match(reading.folded, named.end() - len(named[0].lstrip()), named.end()) if named else None
    if named is None or site is None or _NO_VOLUME.search(named[0]):
        return None
    days = reading.dates_between(named.end(), line.end)
    values = [cell for cell in cells if cell.start() > named.start() and not _dated(cell, days)]
    dose, fractions = _measured([cell[0].strip() for cell in values])
    if dose is None or not _LEAST <= dose <= _HIGHEST:
        return None
    course = Course("radiotherapy", site.start("site"), line.end, dose_gy=dose, fractions=fractions)
    while reading.folded[course.end - 1] in " |;":
        course.end -= 1
    course.site = reading.text[site.start("site") : site.end("site")].strip(" (-").lower()
    if days:
        course.start_date = days[0].value
        course.end_date = days[-1].value if len(days) > 1 else None
    return course


def _dated(cell: re.Match[str], days: list[TimeExpression]) -> bool:
    return any(cell.start() <= day.start < cell.end() for day in days)


def _measured(cells: list[str]) -> tuple[float | None, int | None]:
    """The total dose and the number of fractions that the cells of a row tell."""
    doses: list[float] = []
    bare: list[float] = []
    fractions: int | None = None
    for cell in cells:
        times = _TIMES.fullmatch(cell.removesuffix("gy").strip())
        counted = _COUNTED.match(cell)
        grays = [parse_number(match["dose"]) for match in _GRAYS.finditer(cell)]
        if times:
            fractions = int(times["n"])
            doses.append(fractions * parse_number(times["dose"]))
        elif grays:
            doses += grays
        elif counted:
            fractions = fractions or int(counted["n"])
        elif _NUMBER.fullmatch(cell):
            bare.append(parse_number(cell))
    whole = [int(number) for number in bare if number == int(number) and 1 <= number <= _MOST_FRACTIONS]
    total = max(doses, default=None)
    if total is None:
        return _by_arithmetic(bare, fractions)
    if fractions is None:
        small = min(doses)
        fitting = [n for n in whole if small < total and abs(n * small - total) <= _NEAR * total]
        fractions = next(iter(fitting or whole), None)
        if fractions is None and small < total:
            fractions = round(total / small)
    return total, fractions


def _by_arithmetic(numbers: list[float], fractions: int | None) -> tuple[float | None, int | None]:
    """Of numbers without units: the total is the product of the other two; else the largest but the fractions."""
    for total, count, each in permutations(numbers[:5], 3):
        if count == int(count) and each < total and count > 1 and abs(count * each - total) <= _NEAR * total:
            return total, int(count)
    if fractions is not None and numbers:
        return max(numbers), fractions
    if len(numbers) == 2 and max(numbers) != min(numbers) and min(numbers) == int(min(numbers)):
        return max(numbers), int(min(numbers))
    return None, None
