"""The serum markers as small line charts under the time axis, and the words of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from anamnese.history_page.layout import LEFT, LETTER, RIGHT
from anamnese.history_page.markup import Both, Markup, element, join
from anamnese.history_page.proofs import Proofs
from anamnese.history_page.scale import Scale
from anamnese.history_page.timeline import Chart
from anamnese.history_page.words import amount, joined, marker_name, when_words
from anamnese.record import Measure

CHART = 58.0
"""The height of a chart in the drawing's units."""

_LOG_RATIO = 12.0
"""A marker whose greatest value is more than so many times its least is drawn on a logarithmic scale."""


def svg_words(words: Both, x: float, y: float, class_: str = "", anchor: str | None = None) -> Markup:
    """Words in the drawing, of which the page shows one language."""

    def one(said: str, language: str) -> Markup:
        classes = f"{class_} {language}".strip()
        return element("text", said, x=x, y=y, class_=classes, text_anchor=anchor, lang=language or None)

    if words[0] == words[1]:
        return one(words[0], "")
    return join([one(words[0], "fr"), one(words[1], "en")])


def titled(words: Both) -> Markup:
    """The tooltip of a drawn thing; the page changes its language."""
    return element("title", words[0], data_fr=words[0], data_en=words[1])


def draw_chart(chart: Chart, top: float, scale: Scale, proofs: Proofs) -> Markup:
    """One marker: its values as points joined in order of time."""
    heights, logarithmic = _heights([measure.value or 0.0 for measure in chart.values], top)
    points: list[Markup] = []
    line: list[str] = []
    until = LEFT
    for measure, y in zip(chart.values, heights, strict=True):
        first, last = scale.x(measure.when.earliest or ""), scale.x(measure.when.latest or "")
        x = (first + last) / 2
        line.append(f"{x:.1f},{y:.1f}")
        words = amount(measure.value, None)
        half = len(words[0]) * 3.0
        crowded = x - half < until
        until = until if crowded else x + half + 4
        drawn = [
            element("path", d=f"M{first:.1f},{y:.1f} H{last:.1f}", class_="whisker") if last - first > 7 else None,
            element("circle", cx=x, cy=y, r=3, class_="no-unit" if chart.unit and not measure.unit else None),
            None if crowded else svg_words(words, x, y - 6, "number", "middle"),
        ]
        points.append(_point(chart.name, measure, proofs, drawn))
    unit = joined(chart.unit or None, "log" if logarithmic else None, by=" · ")
    return element(
        "g",
        element("line", x1=0, x2=RIGHT, y1=top, y2=top, class_="rule"),
        svg_words(marker_name(chart.name), LEFT - 10, top + 24, "lane marker", "end"),
        svg_words(unit, LEFT - 10, top + 24 + LETTER + 2, "unit", "end"),
        element("polyline", points=" ".join(line), class_="curve"),
        points,
        class_="chart",
    )


def _heights(values: Sequence[float], top: float) -> tuple[list[float], bool]:
    """Where each value stands, from zero or from the least; and whether the scale is logarithmic."""
    low, high = min(values), max(values)
    bottom, height = top + CHART - 10, CHART - 30
    if low == high:
        return [bottom - height / 2] * len(values), False
    if low > 0 and high / low > _LOG_RATIO:
        return [bottom - height * (log10(value / low) / log10(high / low)) for value in values], True
    floor = min(low, 0.0)
    return [bottom - height * (value - floor) / (high - floor) for value in values], False


def _point(name: str, measure: Measure, proofs: Proofs, drawn: Sequence[Markup | None]) -> Markup:
    words = joined(marker_name(name), amount(measure.value, measure.unit))
    when, told = when_words(measure.when), proofs.words(measure.proofs)
    title = titled((f"{words[0]}\n{when[0]}\n{told}", f"{words[1]}\n{when[1]}\n{told}"))
    anchor = next((anchor for proof in measure.proofs if (anchor := proofs.anchor(proof))), None)
    return element("a", title, drawn, href=f"#{anchor}") if anchor else element("g", title, drawn)
