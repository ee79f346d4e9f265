"""What a plot of a cohort shows, as a table: for CSV files and for those who do not see the plot.

Headings are keys that the caller puts into words; cells are values or codes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from anamnese.cohort.distributions import Distribution
from anamnese.cohort.survival import Survival
from anamnese.cohort.swimmer import Swimmer
from anamnese.exports.tables.sinks import csv_cell

Cell = str | int | float | bool | None


class Table(NamedTuple):
    """Headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_BYTE_ORDER_MARK = "\ufeff"


def to_csv(headings: Iterable[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV file as the tables export writes it: commas, a byte order mark, no cell that a spreadsheet runs."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([csv_cell(heading) for heading in headings])
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return _BYTE_ORDER_MARK + file.getvalue()


def curve_table(shown: Survival) -> Table:
    """Every step of every curve."""
    rows = (
        (curve.group, _months(point.month), *(_share(value) for value in point[1:]))
        for curve in shown.curves
        for point in curve.points
    )
    return Table(("group", "month", "survival", "low", "high"), tuple(rows))


def landmark_table(shown: Survival) -> Table:
    """The curves at the months of the axis: the numbers at risk, survival and its band."""
    rows = (
        (curve.group, mark.month, mark.at_risk, _share(mark.survival), _share(mark.low), _share(mark.high))
        for curve in shown.curves
        for mark in curve.landmarks
    )
    return Table(("group", "month", "at_risk", "survival", "low", "high"), tuple(rows))


def group_table(shown: Survival) -> Table:
    """A row a curve: its size, events and median."""
    rows = (
        (
            curve.group, curve.n, curve.events, curve.n - curve.events, curve.imprecise, *map(_months, curve.median),
            _months(curve.last),
        )
        for curve in shown.curves
    )  # fmt: skip
    headings = ("group", "n", "events", "censored", "imprecise", "median", "median_low", "median_high", "last")
    return Table(headings, tuple(rows))


def distribution_table(shown: Distribution) -> Table:
    """A row a bar (or a part of it), with its share of the cases that have a value."""
    told = shown.told or 1
    if any(bar.parts for bar in shown.bars):
        split = ((bar.name, part.name, part.n, _share(part.n / told)) for bar in shown.bars for part in bar.parts)
        return Table(("value", "result", "n", "share"), tuple(split))
    return Table(("value", "n", "share"), tuple((bar.name, bar.n, _share(bar.n / told)) for bar in shown.bars))


def swimmer_table(shown: Iterable[tuple[str, Swimmer]]) -> Table:
    """A row a course or mark of each named patient; the months are from the diagnosis."""
    rows: list[tuple[Cell, ...]] = []
    for name, swimmer in shown:
        rows += [(name, "course", bar.kind, bar.what, bar.line, bar.start, bar.end, bar.ended) for bar in swimmer.bars]
        rows += [(name, "mark", mark.kind, None, None, mark.at, None, None) for mark in swimmer.marks]
    return Table(("case", "row", "kind", "what", "line", "start", "end", "ended"), tuple(rows))


def _months(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
