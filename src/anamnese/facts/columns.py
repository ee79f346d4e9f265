"""Cells of a table, and the lines that head its columns: dates, days of a stay, or what the columns hold."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.time.expression import TimeExpression

_BLANK = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
CELL = re.compile(rf"[^{_BLANK}|]++(?: [^{_BLANK}|]++)*+")  # `\s` would be asked of every character of a long line
_LOOK_BACK = 30
"""How many lines above a row its line of dates may stand."""
_ROLES = (
    ("reference", folded_re(r"norm|\bref\b|refer|usuel|\bv[nru]\b|valeurs? de|bornes|intervalle|limites?")),
    ("previous", folded_re(r"anter|preced|dernier|avant|\bn ?- ?1\b")),
    ("unit", folded_re(r"unites?\b")),
    ("value", folded_re(r"result|valeur|\bvaleurs?\b|dosage du jour|\bjour\b|taux")),
)
"""What the words at the head of a column say of it, the surest first."""
_POINT = folded_re(
    r"(?:j ?(?P<day>[+-]? ?\d{1,3})|c\d{1,2}(?: ?j ?\d{1,2})?|[ms] ?\d{1,2}|(?P<first>(?:a l')?(?:entree|admission))|"
    r"(?P<last>(?:a la )?sortie)|pre ?-? ?op|post ?-? ?op|nadir|avant|apres|initial|diagnostic|controle|base|fin)$"
)
"""A point in the course of a stay or a treatment at the head of a column."""
_BESIDE = folded_re(r"(?:[a-z.]{1,10}[ ]?(?:[+-]?\d{1,3})?(?: ?[a-z]{1,2}\d{1,2})?)?[ ()]*$")
"""What may stand in a cell beside its date: `J7 (21/03)`, `Sortie (03/04)`; `Entrée : 21/03` heads no column."""
DATED = folded_re(r"(?:date|jour|le|prelevement|periode)s?\b")
"""What heads the column of dates."""


class Cell(NamedTuple):
    start: int
    end: int

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


_cell = partial(tuple.__new__, Cell)
"""A third of the cost of `Cell(…)`."""


class Column(NamedTuple):
    middle: float
    """Offset from the beginning of the line."""
    date: str | None
    role: str | None = None
    """`reference`, `previous`, `unit` or `value`, where its words say so."""


def ruled(reading: Reading) -> str:
    """The shadow of a report with its tabs kept, which set off the columns of a table (for `Reading.once`)."""
    if "\t" not in reading.text:
        return reading.folded
    pairs = zip(reading.text, reading.folded, strict=True)
    return "".join("\t" if char == "\t" else shadow for char, shadow in pairs)


def line_end(text: str, pos: int) -> int:
    """Where the line of a place ends."""
    end = text.find("\n", pos)
    return len(text) if end < 0 else end


def cells_of(reading: Reading, start: int, end: int) -> list[Cell]:
    """The cells of a line: set off by two spaces, a tab or a bar."""
    line = reading.text[start:end]
    if "  " not in line and "|" not in line and line.isprintable():  # as sentences are: no space but single plain ones
        inside = line.strip()
        start += len(line) - len(line.lstrip())
        return [_cell((start, start + len(inside)))] if inside else []
    return [_cell(match.span()) for match in CELL.finditer(reading.text, start, end)]


def barred_cells(reading: Reading, start: int, end: int) -> list[Cell]:
    """The cells between the bars of a line, those with nothing in them too; what follows a last bar is none."""
    cells = []
    for part in reading.text[start:end].split("|"):
        left = len(part) - len(part.lstrip())
        cells.append(Cell(start + left, start + max(left, len(part.rstrip()))))
        start += len(part) + 1
    return cells[:-1] if cells[-1].start == cells[-1].end else cells


def column_of(columns: list[Column], index: int, cells: list[Cell], units: set[int], line: int) -> Column | None:
    """The column of a cell: by its number where the line of dates has as many, else the nearest."""
    if len(columns) == len(cells):
        return columns[index]
    plain = len(cells) - len(units)
    if columns and len(columns) == plain:
        return columns[index - sum(unit < index for unit in units)]
    return min(columns, key=lambda column: abs(column.middle - (cells[index].middle - line)), default=None)


def header(reading: Reading, line: int, count: int) -> list[Column]:
    """The columns under the nearest line above a row that heads them: dates, days of a stay, or what they hold."""
    folded, heads = reading.folded, reading.once(_heads)
    end = line - 1
    undated: list[Column] = []
    for _ in range(_LOOK_BACK):
        if end <= 0:
            break
        start = reading.line_start(end)
        columns = heads.get((start, count > 1))
        if columns is None:
            columns = heads[start, count > 1] = _head_of_columns(reading, start, end, count)
        if any(column.date or column.role for column in columns):
            return columns
        undated = undated or columns  # `Cure   C1   C2` below a line of dates
        if folded[start:end].strip(" ") == "" and folded[max(0, start - 2) : start] == "\n\n":
            break
        if reading.section_span(end).start >= start and reading.section(end) not in ("investigations", "course", None):
            break
        end = start - 1
    return undated


def _heads(reading: Reading) -> dict[tuple[int, bool], list[Column]]:
    """What the lines of a report are known to head, by where they begin: every row of a table asks for those above."""
    return {}


def _head_of_columns(reading: Reading, start: int, end: int, count: int) -> list[Column]:
    """The columns that a line heads, without that of the names; none where it is no such line."""
    folded = reading.folded
    dates = reading.dates_between(start, end)
    cells = cells_of(reading, start, end)
    if not cells or len(cells) > 17 or len(dates) > 16:
        return []
    ruled = len(dates) >= 2 and all(_is_dated_head(reading, cell, dates) for cell in cells)
    roles = [_role(reading, cell) for cell in cells]
    points = [_POINT.match(folded, cell.start, cell.end) for cell in cells]
    named = sum(role is not None for role in roles)
    if not ruled and sum(point is not None for point in points) < 2 and not (named and count > 1 and len(cells) > 1):
        return []
    columns: list[Column] = []
    told: str | None = None
    for index, (cell, role, point) in enumerate(zip(cells, roles, points, strict=True)):
        inside = [date for date in dates if cell.start <= date.start < cell.end]
        middle = cell.middle - start
        if len(inside) > 1:  # dates set off by one space
            columns += [Column((d.start + d.end) / 2 - start, d.value) for d in inside]
        elif index == 0 and role is None and point is None and (not inside or not ruled):
            told = inside[0].value if inside else None  # the column of the names: `Bilan du 06/11   Valeur   Unité`
        else:
            date = inside[0].value if inside else _day_of(reading, point)
            columns.append(Column(middle, date or (told if role == "value" else None), role))
    if any(column.role == "previous" and column.date for column in columns):  # which is not the day of the others
        today = reading.document.observed
        columns = [c if c.date or c.role == "previous" else c._replace(date=today) for c in columns]
    return columns


def _is_dated_head(reading: Reading, cell: Cell, dates: list[TimeExpression]) -> bool:
    """Whether a cell holds dates and next to nothing else, or no date."""
    rest, pos = "", cell.start
    for told in dates:
        if cell.start <= told.start < cell.end:
            rest += reading.folded[pos : told.start]
            pos = told.end
    return pos == cell.start or _BESIDE.match((rest + reading.folded[pos : cell.end]).strip()) is not None


def _role(reading: Reading, cell: Cell) -> str | None:
    if reading.folded[cell.start : cell.end] == "n":
        return "reference"
    return next((role for role, words in _ROLES if words.search(reading.folded, cell.start, cell.end)), None)


def _day_of(reading: Reading, point: re.Match[str] | None) -> str | None:
    """The day that `J3`, `Entrée` or `Sortie` means at the head of a column, in a document that tells of a stay."""
    _, first, left, _ = reading.document
    if point is None or first is None or left is None or len(first) < 10:
        return None
    if point["day"]:
        return (date.fromisoformat(first) + timedelta(int(point["day"].replace(" ", "")))).isoformat()
    return first if point["first"] else left if point["last"] else None


_LABELLED = folded_re(r"[ ]?(?:\([^()\n]{1,14}\)|[a-z/²2]{1,8}(?=[ ]{2}))?[ |:]*")
"""The unit that may stand with the name of a row: `Poids (kg)`."""


def dated_row(reading: Reading, name_end: int) -> list[tuple[Cell, str]]:
    """The cells behind the name of a row, each with the date at the head of its column; none where no dates head it."""
    line = reading.line_start(name_end)
    end = line_end(reading.folded, name_end)
    label = _LABELLED.match(reading.folded, name_end, end)
    cells = cells_of(reading, label.end() if label else name_end, end)
    if len(cells) < 2:
        return []
    columns = header(reading, line, len(cells))
    if sum(column.date is not None for column in columns) < 2:
        return []
    placed = [(cell, column_of(columns, index, cells, set(), line)) for index, cell in enumerate(cells)]
    return [(cell, column.date) for cell, column in placed if column is not None and column.date is not None]
