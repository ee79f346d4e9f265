"""Tables of results: rows of an analyte and its values under a line of dates, or columns of analytes."""

from __future__ import annotations

import re
from typing import NamedTuple

from anamnese.facts.lab.values import unit_at
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.numbers import NUMBER, parse_number

_CELL = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_BULLET = re.compile(r"[ |*>-]*$")
_VALUE = re.compile(rf"(?:[<>~]=? ?)?({NUMBER})(?P<mark> ?(?:\*+|\+|h|l|b|n|>|!|\(h\)|\(b\)|\(n\)))?$")
_RANGE = re.compile(rf"[(\[]?[ ]?(?:n ?:? ?)?(?:{NUMBER} ?(?:-|a|/) ?{NUMBER}|[<>] ?=? ?{NUMBER}).{{0,12}}$")
_VOID = frozenset({"-", "--", "nd", "nf", "/", "nr", "x", ".", "na", "n.d.", "nc", "?"})
_REFERENCE = re.compile(r"norm|refer|usuel|\bvn\b|\bvr\b|valeurs? de")
_LOOK_BACK = 30
"""How many lines above a row its line of dates may stand."""


class _Cell(NamedTuple):
    start: int
    end: int

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


class _Column(NamedTuple):
    middle: float
    """Offset from the beginning of the line."""
    date: str | None
    reference: bool


def read_grids(reading: Reading, hits: list[Hit]) -> tuple[list[Draft], set[int]]:
    """The labs of all tables, and the starts of the hits that head a row or a column of one."""
    drafts: list[Draft] = []
    taken: set[int] = set()
    last_line = -1
    for n, hit in enumerate(hits):
        line = reading.folded.rfind("\n", 0, hit.start) + 1
        first_of_line, last_line = line != last_line, line
        if not first_of_line or hit.start in taken:
            continue
        end = _line_end(reading, hit.end)
        others = [other for other in hits[n + 1 : n + 12] if other.start < end]
        if _BULLET.match(reading.folded, line, hit.start) is None or hit.start - line > 12:
            if others and len(others) < 11:
                _columns(reading, [hit, *others], line, end, drafts, taken)
            continue
        if not others:
            made = _row(reading, hit, line, end) or _titled(reading, hit, end)
            if made:
                drafts += made
                taken.add(hit.start)
        else:
            _columns(reading, [hit, *others], line, end, drafts, taken)
    return drafts, taken


def _line_end(reading: Reading, pos: int) -> int:
    end = reading.folded.find("\n", pos)
    return len(reading.text) if end < 0 else end


def _cells(reading: Reading, start: int, end: int) -> list[_Cell]:
    """The cells of a line: set off by two spaces, a tab or a bar."""
    return [_Cell(m.start(), m.end()) for m in _CELL.finditer(reading.text, start, end)]


def _number(reading: Reading, cell: _Cell) -> tuple[float, int] | None:
    """The value that a cell holds, with where its number ends."""
    match = _VALUE.match(reading.folded, cell.start, cell.end)
    return (parse_number(match[1]), match.end(1)) if match else None


def _row(reading: Reading, hit: Hit, line: int, end: int) -> list[Draft]:
    """`Leucocytes (G/L)   0,9   1,4   6,8`: one lab for each value, dated by the line of dates above."""
    folded = reading.folded
    pos, unit = hit.end, None
    paren = re.compile(r"[ ,:]*[(\[]?[ ]*").match(folded, pos)
    found = unit_at(reading, paren.end()) if paren else None
    if found:
        pos, _, unit = found
    while folded[pos : pos + 1] in (")", "]", ":", " ", "*"):
        pos += 1
    cells = _cells(reading, pos, end)
    values: list[tuple[_Cell, float, int] | None] = []
    kept: list[_Cell] = []
    results: int | None = None
    for cell in cells:
        number = _number(reading, cell)
        if number:
            values.append((cell, *number))
            kept.append(cell)
        elif folded[cell.start : cell.end] in _VOID or _RANGE.match(folded, cell.start, cell.end):
            values.append(None)
            kept.append(cell)
        elif (u := unit_at(reading, cell.start)) and u[0] == cell.end:
            unit = unit or u[2]
            results = results or len(values)
        elif (measured := _with_unit(reading, cell)) is not None:
            values.append((cell, measured[0], measured[1]))
            kept.append(cell)
            unit = unit or measured[2]
        else:
            return []
    columns = _header(reading, line, len(kept))
    if results and not any(column.date for column in columns):
        values = values[:results]  # what follows the unit is the reference: `12,5   ng/mL   < 5`
    told = sum(value is not None for value in values)
    if not told or len(values) < 2 or (told < 2 and not columns):
        return []
    made = []
    for index, value in enumerate(values):
        if value is None:
            continue
        cell, number_, number_end = value
        column = _column_of(columns, index, len(kept), cell.middle - line)
        if column and column.reference:
            continue
        date = column.date if column else None
        made.append(
            reading.draft(
                "lab", hit.start, number_end, "affirmed", date, analyte=hit.term.name, value=number_, unit=unit
            )
        )
    return made


def _with_unit(reading: Reading, cell: _Cell) -> tuple[float, int, str] | None:
    """A cell that holds a value and its unit."""
    match = re.compile(NUMBER).match(reading.folded, cell.start, cell.end)
    unit = unit_at(reading, match.end()) if match else None
    if match is None or unit is None or unit[0] > cell.end:
        return None
    return parse_number(match[0]), match.end(), unit[2]


def _column_of(columns: list[_Column], index: int, count: int, middle: float) -> _Column | None:
    """The column of a cell: by its number where the line of dates has as many, else the nearest."""
    if not columns:
        return None
    if len(columns) == count:
        return columns[index]
    return min(columns, key=lambda column: abs(column.middle - middle))


def _header(reading: Reading, line: int, count: int) -> list[_Column]:
    """The columns of the nearest line of dates above a row."""
    folded = reading.folded
    end = line - 1
    for _ in range(_LOOK_BACK):
        if end <= 0:
            break
        start = folded.rfind("\n", 0, end) + 1
        dates = reading.dates_between(start, end)
        named = _REFERENCE.search(folded, start, end) is not None
        if (len(dates) >= 2 or (named and count > 1)) and len(dates) <= 16:
            columns = []
            for cell in _cells(reading, start, end):
                inside = [date for date in dates if cell.start <= date.start < cell.end]
                reference = _REFERENCE.search(folded, cell.start, cell.end) is not None
                if len(inside) > 1:  # dates set off by one space
                    columns += [_Column((d.start + d.end) / 2 - start, d.value, False) for d in inside]
                elif inside or reference:
                    columns.append(_Column(cell.middle - start, inside[0].value if inside else None, reference))
            return columns
        if folded[start:end].strip(" ") == "" and folded[max(0, start - 2) : start] == "\n\n":
            break
        end = start - 1
    return []


def _titled(reading: Reading, hit: Hit, end: int) -> list[Draft]:
    """`PSA (ng/mL)`, then a line of dates, then a line of values."""
    folded = reading.folded
    unit = None
    paren = re.compile(r"[ ,:]*[(\[]?[ ]*").match(folded, hit.end)
    found = unit_at(reading, paren.end()) if paren else None
    if found:
        unit = found[2]
    if re.compile(r"[^\n]*?[ ]\d+(?:[.,]\d+)?(?=[ \n])").match(folded, found[0] if found else hit.end, end):
        return []
    dates_end = _line_end(reading, end + 1)
    values_end = _line_end(reading, dates_end + 1)
    dates = reading.dates_between(end + 1, dates_end)
    if len(dates) < 2 or dates_end >= values_end:
        return []
    numbers = [(cell, _number(reading, cell)) for cell in _cells(reading, dates_end + 1, values_end)]
    if len(numbers) < 2 or sum(number is not None for _, number in numbers) < 2:
        return []
    columns = [_Column((d.start + d.end) / 2 - end - 1, d.value, False) for d in dates]
    if numbers[0][1] is None and len(numbers) == len(columns) + 1:
        numbers = numbers[1:]
    made = []
    for index, (cell, number) in enumerate(numbers):
        if number is None:
            continue
        column = _column_of(columns, index, len(numbers), cell.middle - dates_end - 1)
        made.append(
            reading.draft(
                "lab", cell.start, number[1], "affirmed", column.date if column else None,
                analyte=hit.term.name, value=number[0], unit=unit,
            )
        )  # fmt: skip
    return made


def _columns(reading: Reading, hits: list[Hit], line: int, end: int, drafts: list[Draft], taken: set[int]) -> None:
    """A line of analytes, then a line of values for each date."""
    heads: list[tuple[float, Hit, str | None]] = []
    cells = _cells(reading, line, end)
    if len(cells) < len(hits):
        return
    for cell in cells:
        inside = [hit for hit in hits if cell.start <= hit.start < cell.end]
        if len(inside) > 1 or _number(reading, cell):
            return
        if inside:
            paren = re.compile(r"[ ,:]*[(\[]?[ ]*").match(reading.folded, inside[0].end)
            unit = unit_at(reading, paren.end()) if paren else None
            if (
                unit is None
                and inside[0].end < cell.end
                and any(map(str.isdigit, reading.folded[inside[0].end : cell.end]))
            ):
                return
            heads.append((cell.middle - line, inside[0], unit[2] if unit else None))
    made = []
    start = end + 1
    for _ in range(40):
        if start >= len(reading.text):
            break
        stop = _line_end(reading, start)
        row = _cells(reading, start, stop)
        numbers = [(cell, _number(reading, cell)) for cell in row]
        if sum(number is not None for _, number in numbers) < 2:
            break
        dates = reading.dates_between(start, row[0].end if row else start)
        date = dates[0].value if dates else None
        offset = len(row) - len(heads)
        for index, (cell, number) in enumerate(numbers):
            if number is None:
                continue
            if offset in (0, 1) and index >= offset:
                head = heads[index - offset]
            else:
                head = min(heads, key=lambda h: abs(h[0] - (cell.middle - start)))
            made.append(
                reading.draft(
                    "lab", cell.start, number[1], "affirmed", date,
                    analyte=head[1].term.name, value=number[0], unit=head[2],
                )
            )  # fmt: skip
        start = stop + 1
    if made:
        drafts += made
        taken.update(hit.start for hit in hits)
