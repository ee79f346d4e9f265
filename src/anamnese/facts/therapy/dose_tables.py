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
    r"moelle|parotid|coeur|oesoph|cristallin|chiasma|tronc|dmax|moyenne|contraint|oar|intestin|femor|dose|total\b|somme|seances|fractions|nombre|"
    r"nb\b|etalement|duree|debut|date"
)
_DOSE_LABEL = folded_re(r"[ |]*dose(?:s)?\b[a-z ]{0,24}(?:\(?gy\)?)?[ :]*$")
_SITE_LABEL = folded_re(r"(?:localisation|site|volume|cible|region|lieu|zone|organe|lesion)s?\b")
_COUNT_LABEL = folded_re(r"(?:nb|nbre|nombre)[. ]|seances?\b|fractions?\b|fr\b")
_BEGIN_LABEL = folded_re(r"(?:date (?:de )?)?(?:debut|premiere seance|1(?:e|ere|re) seance)\b")
_END_LABEL = folded_re(r"(?:date (?:de )?)?(?:fin|derniere seance)\b")
_NUMERAL = folded_re(r"\d{1,2}(?=[ ]?(?:$|x|fr|seance))")
_ABOVE, _BELOW = 4, 6
"""Lines around that of the doses in a table whose columns are the volumes."""
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
        labelled = hit.term.code == "dose" and folded[line : hit.start].lstrip(" |").startswith("dose")
        if labelled and (columns := _columns(reading, line, end)):
            found += columns
            done = columns[-1].end
            continue
        if not _HEAD.search(folded, line, end if end >= 0 else len(folded)):
            if not _headed(folded, line):
                continue
            end = line - 1  # its own line is the first row
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


def _headed(folded: str, line: int) -> bool:
    """Whether the line above one is the heading of a table of doses that names no unit."""
    above = folded.rfind("\n", 0, max(line - 1, 0)) + 1
    if folded.find("dose", above, line) < 0 or _DIGIT.search(folded, above, line):
        return False
    return _HEAD.search(folded, above, line) is not None


def _columns(reading: Reading, line: int, end: int) -> list[Course]:
    """The volumes of a table whose columns they are, each property of theirs a line, about the line of the doses."""
    folded = reading.folded
    cells = _cells(reading, line, end if end >= 0 else len(folded))
    if len(cells) < 3 or not _DOSE_LABEL.match(cells[0][0]):
        return []
    doses = [_GRAYS.match(cell[0]) for cell in cells[1:]]
    courses = [
        Course("radiotherapy", cell.start(), cell.start() + len(cell[0].rstrip()), dose_gy=parse_number(dose["dose"]))
        for cell, dose in zip(cells[1:], doses, strict=True)
        if dose
    ]
    if len(courses) < len(cells) - 1:
        return []
    first = line
    for _ in range(_ABOVE):
        first = folded.rfind("\n", 0, max(first - 1, 0)) + 1
    last = end
    for _ in range(_BELOW):
        last = folded.find("\n", last + 1) if last >= 0 else last
    while first < (last if last >= 0 else len(folded)):
        stop = folded.find("\n", first)
        stop = stop if stop >= 0 else len(folded)
        own = _cells(reading, first, stop)
        if len(own) == len(cells):
            for course, cell in zip(courses, own[1:], strict=True):
                _property(reading, course, own[0][0], cell)
        first = stop + 1
    return courses if all(course.site for course in courses) else []


def _property(reading: Reading, course: Course, label: str, cell: re.Match[str]) -> None:
    """Take over what a line tells of the volume of one column."""
    start, end = cell.start(), cell.start() + len(cell[0].rstrip())
    if _SITE_LABEL.match(label):
        course.site, course.start, course.end = reading.text[start:end].lower(), start, end
    elif _COUNT_LABEL.match(label):
        number = _NUMERAL.match(cell[0])
        course.fractions = int(number[0]) if number else None
    elif days := reading.dates_between(start, end):
        if _BEGIN_LABEL.match(label):
            course.start_date = days[0].value
        elif _END_LABEL.match(label):
            course.end_date = days[-1].value


def _cells(reading: Reading, start: int, end: int) -> list[re.Match[str]]:
    return list(_CELL.finditer(reading.once(ruled), start, end))


def _row(reading: Reading, line: Span) -> Course | None:
    cells = _cells(reading, line.start, line.end)
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
