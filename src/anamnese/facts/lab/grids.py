"""Tables of results: rows of an analyte and its values under a line of dates, or columns of analytes."""

from __future__ import annotations

from anamnese.facts.columns import CELL, DATED, Cell, Column, barred_cells, cells_of, column_of, header, line_end
from anamnese.facts.lab.values import measure_at, unit_at
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import NUMBER, parse_number

_HEADED = folded_re(rf"[ \n|]*{DATED.pattern}")
_BULLET = folded_re(r"[ |*>.-]*$")
_VALUE = folded_re(rf"(?:[<>~]=? ?)?({NUMBER})(?P<mark> ?(?:\*+|\+|h|l|b|n|>|!|\(h\)|\(b\)|\(n\)))?$")
_RANGE = folded_re(rf"[(\[]?[ ]?(?:n ?:? ?)?(?:{NUMBER} ?(?:-|a|/) ?{NUMBER}|[<>] ?=? ?{NUMBER}).{{0,12}}$")
_VOID = frozenset(
    ["", *"- -- nd nf / nr x . na n.d. nc ? n h b l + ++ > < * ** ! haut bas eleve abaisse normal hors norme".split()]
)
"""Cells that hold no value: not done, or only its mark."""
_UNIT_OPENS = folded_re(r"[ ,:]*[(\[]?[ ]*")
_HAS_NUMBER = folded_re(r"[ ]\d+(?:[.,]\d+)?(?=[ \n])")
_PLAIN = folded_re(NUMBER)
_DATED_VALUE = folded_re(r"[ \t|:=>-]*")


def read_grids(reading: Reading, hits: list[Hit]) -> tuple[list[Draft], set[int]]:
    """The labs of all tables, and the starts of the hits that head a row or a column of one."""
    drafts: list[Draft] = []
    taken: set[int] = set()
    last_line = -1
    for n, hit in enumerate(hits):
        line = reading.line_start(hit.start)
        first_of_line, last_line = line != last_line, line
        if not first_of_line or hit.start in taken:
            continue
        end = line_end(reading.folded, hit.end)
        others = [other for other in hits[n + 1 : n + 12] if other.start < end]
        if hit.start - line > 12 or _BULLET.match(reading.folded, line, hit.start) is None:
            if len(others) < 11:
                _columns(reading, [hit, *others], line, end, drafts, taken)
            continue
        if _one_name(hit, others, reading.text):
            name_end = max([hit.end, *(other.end for other in others)])
            made = _row(reading, hit, name_end, line, end) or _titled(reading, hit, end) or _below(reading, hit, end)
            if made:
                drafts += made
                taken.update(name.start for name in [hit, *others])
        else:
            _columns(reading, [hit, *others], line, end, drafts, taken)
    return drafts, taken


def _number(reading: Reading, cell: Cell) -> tuple[float, int] | None:
    """The value that a cell holds, with where its number ends."""
    match = _VALUE.match(reading.folded, cell.start, cell.end)
    return (parse_number(match[1]), match.end(1)) if match else None


def _one_name(hit: Hit, others: list[Hit], text: str) -> bool:
    """Whether several names in a line are one: `PNN (polynucléaires neutrophiles)   2,2`."""
    return all(other.term.name == hit.term.name and "  " not in text[hit.start : other.start] for other in others)


def _row(reading: Reading, hit: Hit, name_end: int, line: int, end: int) -> list[Draft]:
    """`Leucocytes (G/L)   0,9   1,4   6,8`: one lab for each value, dated by the line of dates above."""
    folded = reading.folded
    pos, unit = _label_end(reading, name_end, end)
    in_label = unit is not None
    while folded[pos : pos + 1] in (")", "]", ":", " ", "*", "|") and pos < end:
        pos += 1
    cells = cells_of(reading, pos, end)
    if "|" in folded[pos:end]:
        barred = barred_cells(reading, pos, end)
        if len(barred) > len(cells) and len(barred) == len(header(reading, line, len(barred))):
            cells = barred
    values: list[tuple[float, int] | None] = []
    units: set[int] = set()
    for index, cell in enumerate(cells):
        number = _number(reading, cell)
        if number:
            values.append(number)
        elif folded[cell.start : cell.end] in _VOID or _RANGE.match(folded, cell.start, cell.end):
            values.append(None)
        elif (u := unit_at(reading, cell.start)) and u[0] == cell.end:
            unit = unit or u[2]
            units.add(index)
            values.append(None)
        elif (measured := _with_unit(reading, cell)) is not None:
            values.append(measured[:2])
            unit = unit or measured[2]
        else:
            return []
    columns = header(reading, line, len(cells))
    results = min(units, default=0)
    if results and not any(column.date or column.role for column in columns):
        values = values[:results]  # what follows the unit is the reference: `12,5   ng/mL   < 5`
    told = sum(value is not None for value in values)
    ruled = in_label or bool(units) or "|" in folded[hit.end : end] or "\t" in reading.text[hit.end : end]
    if not told or len(cells) + in_label < 2 or (told < 2 and not columns and not ruled):
        return []
    made = []
    for index, value in enumerate(values):
        if value is None:
            continue
        column = column_of(columns, index, cells, units, line)
        if column and column.role in ("reference", "unit"):
            continue
        date = column.date if column else None
        stop = cells[index + 1].end if told == 1 and index + 1 in units else value[1]
        made.append(
            reading.draft("lab", hit.start, stop, "affirmed", date, analyte=hit.term.name, value=value[0], unit=unit)
        )
    return made


def _label_end(reading: Reading, pos: int, end: int) -> tuple[int, str | None]:
    """Where the cell with an analyte's name ends, and the unit in it: `Leucocytes totaux (G/L)`, `Lipase (drain)`."""
    folded = reading.folded
    for place in (pos, folded.find("(", pos, min(end, pos + _LABEL))):
        opened = _UNIT_OPENS.match(folded, place) if place >= 0 else None
        found = unit_at(reading, opened.end()) if opened else None
        if found:
            return found[0], found[2]
    if folded[pos : pos + 1] == " " and "  " not in reading.text[pos : pos + 2]:
        rest = CELL.match(reading.text, pos + 1, end)
        if rest and rest.end() - pos <= _LABEL and not any(map(str.isdigit, rest[0])) and folded[pos + 1].isalpha():
            return rest.end(), None  # `Bilirubine totale   9`
    aside = _SPECIMEN.match(folded, pos, end)
    return (aside.end() if aside else pos), None


_SPECIMEN = folded_re(r"[ ]?\([a-z][a-z .'-]{1,20}\)(?=[ ]*(?:[ ]{2}|\|))")
_LABEL = 30
"""How long the words behind an analyte in its cell may be, in characters."""


def _with_unit(reading: Reading, cell: Cell) -> tuple[float, int, str] | None:
    """A cell that holds a value and its unit."""
    match = _PLAIN.match(reading.folded, cell.start, cell.end)
    unit = unit_at(reading, match.end()) if match else None
    if match is None or unit is None or unit[0] > cell.end:
        return None
    if unit[0] < cell.end and not _RANGE.match(reading.folded, unit[0] + 1, cell.end):
        return None
    return parse_number(match[0]), match.end(), unit[2]


def _titled(reading: Reading, hit: Hit, end: int) -> list[Draft]:
    """`PSA (ng/mL)`, then a line of dates, then a line of values; or a date and a value in each line."""
    folded = reading.folded
    opened = _UNIT_OPENS.match(folded, hit.end)
    found = unit_at(reading, opened.end()) if opened else None
    unit = found[2] if found else None
    if _HAS_NUMBER.search(folded, found[0] if found else hit.end, end):
        return []
    dates_end = line_end(reading.folded, end + 1)
    values_end = line_end(reading.folded, dates_end + 1)
    dates = reading.dates_between(end + 1, dates_end)
    if len(dates) == 1:
        return _dated_lines(reading, hit, end + 1, unit)
    if len(dates) < 2 or dates_end >= values_end:
        return []
    cells = cells_of(reading, dates_end + 1, values_end)
    numbers = [_number(reading, cell) for cell in cells]
    if len(numbers) < 2 or sum(number is not None for number in numbers) < 2:
        return []
    columns = [Column((d.start + d.end) / 2 - end - 1, d.value) for d in dates]
    if numbers[0] is None and len(numbers) == len(columns) + 1:
        cells, numbers = cells[1:], numbers[1:]
    made = []
    for index, (cell, number) in enumerate(zip(cells, numbers, strict=True)):
        if number is None:
            continue
        column = column_of(columns, index, cells, set(), dates_end + 1)
        made.append(
            reading.draft(
                "lab", cell.start, number[1], "affirmed", column.date if column else None,
                analyte=hit.term.name, value=number[0], unit=unit,
            )
        )  # fmt: skip
    return made


def _dated_lines(reading: Reading, hit: Hit, start: int, unit: str | None) -> list[Draft]:
    """`PSA`, then `02/2021 : 12,1` and `06/2021 : 0,08` in lines of their own."""
    folded = reading.folded
    made: list[Draft] = []
    for _ in range(40):
        end = line_end(reading.folded, start)
        first = next(iter(reading.dates_between(start, end)), None)
        if first is None or not first.calendar or not _BULLET.match(folded, start, first.start):
            break
        gap = _DATED_VALUE.match(folded, first.end, end)
        value = measure_at(reading, gap.end() if gap else first.end, end)
        if value is None or (value.unit is not None and value.unit.weak):
            break
        made.append(
            reading.draft(
                "lab", value.start, value.end, "affirmed", first.value,
                analyte=hit.term.name, value=value.value, unit=value.written or unit,
            )
        )  # fmt: skip
        start = end + 1
    return made if len(made) > 1 else []


def _below(reading: Reading, hit: Hit, end: int) -> list[Draft]:
    """A name alone on its line, then its value and unit alone on the next: what is left of a table in a PDF."""
    if reading.folded[hit.end : end].strip(" :|") or end >= len(reading.text):
        return []
    stop = line_end(reading.folded, end + 1)
    start = end + 1 + len(reading.folded[end + 1 : stop]) - len(reading.folded[end + 1 : stop].lstrip(" |"))
    value = measure_at(reading, start, stop)
    if value is None or value.unit is None or value.unit.weak or reading.folded[value.end : stop].strip(" |*"):
        return []
    return [
        reading.draft(
            "lab", hit.start, value.end, "affirmed", analyte=hit.term.name, value=value.value, unit=value.written
        )
    ]


def _columns(reading: Reading, hits: list[Hit], line: int, end: int, drafts: list[Draft], taken: set[int]) -> None:
    """A line of analytes, then a line of values for each date."""
    if not _may_head(reading, hits, line):
        return
    heads: list[tuple[float, Hit, str | None] | None] = []
    cells = cells_of(reading, line, end)
    if len(cells) < max(2, len(hits)) or (len(hits) == 1 and not DATED.match(reading.folded, cells[0].start)):
        return
    for cell in cells:
        inside = [hit for hit in hits if cell.start <= hit.start < cell.end]
        if len(inside) > 1 or _number(reading, cell):
            return
        if not inside:
            heads.append(None)
            continue
        _, unit = _label_end(reading, inside[0].end, cell.end)
        if unit is None and any(map(str.isdigit, reading.folded[inside[0].end : cell.end])):
            return
        heads.append((cell.middle - line, inside[0], unit))
    known = [head for head in heads if head is not None]
    made = []
    start = end + 1
    for _ in range(40):
        if start >= len(reading.text):
            break
        stop = line_end(reading.folded, start)
        row = cells_of(reading, start, stop)
        if row and not reading.folded[start:stop].strip(" |-+:="):
            start = stop + 1
            continue  # the rule under a head of columns
        numbers = [(cell, _number(reading, cell)) for cell in row]
        dates = reading.dates_between(start, row[0].end if row else start)
        told = sum(number is not None for _, number in numbers)
        if told < (1 if dates else 2):
            break
        date = dates[0].value if dates else None
        offset = len(row) - len(known)
        for index, (cell, number) in enumerate(numbers):
            if number is None or (dates and cell.start == row[0].start):
                continue
            head: tuple[float, Hit, str | None] | None
            if len(row) == len(heads):
                head = heads[index]
            elif offset in (0, 1) and index >= offset:
                head = known[index - offset]
            else:
                head = min(known, key=lambda h: abs(h[0] - (cell.middle - start)))
            if head is None:
                continue
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


def _may_head(reading: Reading, hits: list[Hit], line: int) -> bool:
    """Whether the first two names in a line may stand in cells of their own, or the only one behind the head of a
    column of dates: sentences do neither."""
    if len(hits) == 1:
        return _HEADED.match(reading.folded, line) is not None
    between = reading.text[hits[0].start : hits[1].start]
    return "  " in between or "|" in between or not between.isprintable()
