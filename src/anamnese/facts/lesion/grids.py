"""Tables of target lesions: a line of dates, then one lesion a line with a size under each date.

    Cible             12/03/24    10/06/24
    Nodule LSD           22          15
    ADP inter-cave     31 x 18     20 x 12

What the words of the report tell already is not told again by its table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from anamnese.facts.columns import line_end, ruled
from anamnese.facts.places import places_between
from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.time.expression import TimeExpression

_HEADED = folded_re(r"cibl|recist|lugano|rano\b|mesur|lesion|localisation|taille|diametre|\bmm\b|\bcm\b")
_BETWEEN = folded_re(r"[ \t|]+")
_CELL = folded_re(r"[^\s|](?:[^|\t\n]*?[^\s|])??(?=[ ]{2,}|[ ]*[|\t\n]|[ ]*$)")
_SIZE = folded_re(
    r"(\d{1,3}(?:[.,]\d)?(?:[ ]?[x*][ ]?\d{1,3}(?:[.,]\d)?){0,2})(?:[ ]?mm)?(?:[ ]?\([ ]?\d[^()]{0,12}\))?"
)
"""A cell with a size, perhaps with its uptake: `32 (11,2)`."""
_DIMENSIONS = folded_re(r"[ ]?[x*][ ]?")
_TOTAL = folded_re(r"somme|total|variation|evolution|delta|reponse|suv|volume|n[°o]\b|nadir|baseline|baisse")
_CENTIMETRES = folded_re(r"(?<![.*/])\bcm\b(?![ ]?\()")
"""The unit of a table's sizes; `mGy.cm` is that of a dose of X-rays."""
_MILLIMETRES = folded_re(r"\bmm\b")
_ROWS = 20
_WIDEST = 220
"""How long a line of such a table may be, in characters."""
_HEADING = 160


class _Cell(NamedTuple):
    start: int
    end: int


def read_grids(reading: Reading, words: list[Draft]) -> list[Draft]:
    """One `lesion` for each size in the tables of a report that its words do not tell; what they tell inside a table is
    given the date at the head of its column."""
    found: list[Draft] = []
    if not _stand_in_a_row(reading):
        return found
    told = {tuple(draft.attributes["size_mm"]) for draft in words}
    told |= {(max(size),) for size in told}  # of `68 x 51 mm` a table has the longest diameter
    for line, dates in _dates_by_line(reading):
        if len(dates) < 2 or not all(
            _BETWEEN.fullmatch(reading.folded, one.end, other.start) for one, other in pairwise(dates)
        ):
            continue
        end = line_end(reading.text, line)
        head = reading.folded[max(0, line - _HEADING) : end]
        if end - line > _WIDEST or not _HEADED.search(head):
            continue
        title = head[head.rfind("\n\n") + 1 :]  # the paragraph of the table itself
        factor = 10.0 if _CENTIMETRES.search(title) and not _MILLIMETRES.search(title) else 1.0
        columns = [(date.start - line + (date.end - date.start) // 2, date.value) for date in dates]
        found += _rows(reading, end + 1, columns, factor, told, words)
    return found


def _stand_in_a_row(reading: Reading) -> bool:
    """Whether any two dates have nothing but blanks between them, as the dates at the head of a table have."""
    last = -_WIDEST
    for date in reading.dates:
        if 0 < date.start - last < _WIDEST and not reading.folded[last : date.start].strip(" \t|"):
            return True
        last = date.end
    return False


def _dates_by_line(reading: Reading) -> Iterator[tuple[int, list[TimeExpression]]]:
    """The dates of each line, with where it begins."""
    line, end = 0, -1
    dates: list[TimeExpression] = []
    for date in reading.dates:
        if date.start > end:
            if dates:
                yield line, dates
            line, dates = reading.text.rfind("\n", max(end, 0), date.start) + 1, []
            end = line_end(reading.text, date.start)
        dates.append(date)
    if dates:
        yield line, dates


def _rows(
    reading: Reading,
    start: int,
    columns: list[tuple[int, str]],
    factor: float,
    told: set[tuple[float, ...]],
    words: list[Draft],
) -> list[Draft]:
    found: list[Draft] = []
    for _ in range(_ROWS):
        end = line_end(reading.text, start)
        stop = min(end, start + _WIDEST)
        cells = [_Cell(*match.span()) for match in _CELL.finditer(reading.once(ruled), start, stop)]
        if not cells and end > start - 1 and reading.text[end + 1 : end + 2].strip():
            start = end + 1
            continue  # a blank line between two rows
        if len(cells) < 2:
            break
        label = next((cell for cell in cells if _names(reading, cell)), None)
        if label is not None:
            for index, cell in enumerate(cells := [cell for cell in cells if cell.start > label.end][: len(columns)]):
                match = _SIZE.fullmatch(reading.folded, cell.start, cell.end)
                if match is None:
                    continue
                size = tuple(_plain(float(n.replace(",", ".")) * factor) for n in _DIMENSIONS.split(match[1]))
                if min(size) <= 0:
                    continue
                when = (
                    columns[index] if len(cells) == len(columns) else
                    min(columns, key=lambda column: abs(column[0] - ((cell.start + cell.end) // 2 - start)))
                )[1]  # fmt: skip
                inside = bisect_right(words, cell.start, key=_end)
                if inside < len(words) and words[inside].end <= cell.end:
                    words[inside].date = when
                if size in told:
                    continue
                found.append(
                    reading.draft(
                        "lesion", label.start, match.end(1), date=when, size_mm=list(size), site=_site(reading, label)
                    )
                )
        start = end + 1
    return found


def _end(draft: Draft) -> int:
    return draft.end


def _names(reading: Reading, cell: _Cell) -> bool:
    """Whether a cell names a lesion or a place, and no sum of them."""
    if _TOTAL.match(reading.folded, cell.start) or reading.hits_between("lab", cell.start, cell.end):
        return False
    lesions = reading.hits_between("lesion", cell.start, cell.end)
    places = places_between(reading, cell.start, cell.end)
    return any(hit.term.row["kind"] == "lesion" for hit in lesions) or any(place.code for place in places)


def _site(reading: Reading, cell: _Cell) -> str:
    """The words for the place in a cell, else all of them but the word for the lesion."""
    places = places_between(reading, cell.start, cell.end)
    if places:
        return reading.text[places[0].start : places[-1].end]
    lesions = reading.hits_between("lesion", cell.start, cell.end)
    rest = reading.text[lesions[0].end : cell.end].strip() if lesions else ""
    return rest or reading.text[cell.start : cell.end]


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else round(number, 2)
