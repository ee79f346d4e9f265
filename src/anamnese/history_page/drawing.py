"""The timeline as SVG. Colours are in the style sheet; here are places and shapes only."""

from __future__ import annotations

from collections.abc import Sequence

from anamnese.history.calendar import DAYS_A_MONTH
from anamnese.history_page.charts import CHART, draw_chart, svg_words, titled
from anamnese.history_page.layout import LEFT, RIGHT, SEPARATOR, Placed, Shape, clipped, place
from anamnese.history_page.markup import Both, Markup, both, element, join
from anamnese.history_page.proofs import Proofs
from anamnese.history_page.scale import Scale
from anamnese.history_page.timeline import TAIL, Lane, charts, lanes, scale_of, turns
from anamnese.history_page.words import say, value_of
from anamnese.record import History

_ROW, _PAD, _AXIS = 17.0, 4.0, 26.0
_BAR = 11.0


def timeline(history: History, proofs: Proofs) -> Markup:
    """The drawing, or words that say that nothing is dated."""
    scale = scale_of(history)
    if scale is None:
        return element("p", both(say("no_timeline" if history.timeline else "nothing")), class_="none")
    drawn: list[Markup] = []
    y = _AXIS
    is_open, doubtful = False, False
    badges: dict[Both, Both] = {}
    for lane in lanes(history, proofs, scale):
        piece, height = _lane(lane, y, proofs)
        drawn.append(piece)
        for shape in lane.shapes:
            is_open = is_open or shape.open or shape.open_before
            doubtful = doubtful or shape.doubtful
            if shape.badge[0]:
                badges.setdefault(shape.badge, value_of(shape.look.removeprefix("response_"), "category"))
        y += height
    for chart in charts(history):
        drawn.append(draw_chart(chart, y, scale, proofs))
        y += CHART
    picture = element(
        "svg",
        element("defs", _hatch()),
        _axis(scale, y),
        [element("line", x1=x, x2=x, y1=_AXIS, y2=y, class_="turn") for x in turns(history, scale)],
        drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {RIGHT:.0f} {y + 4:.0f}",
        role="group",
        class_="timeline",
        aria_labelledby="part-timeline",
    )
    key = _key(is_open, doubtful, bool(scale.folds()), badges)
    return join([element("div", picture, class_="drawing", tabindex="0"), key])


def _hatch() -> Markup:
    stripes = element("path", d="M-1,1 l2,-2 M0,5 l5,-5 M4,6 l2,-2", class_="stripe")
    return element("pattern", stripes, id="hatch", width=5, height=5, patternUnits="userSpaceOnUse")


def _axis(scale: Scale, bottom: float) -> Markup:
    y = _AXIS - 6
    ticks = [
        [
            element("line", x1=tick.x, x2=tick.x, y1=y, y2=bottom, class_="year" if tick.major else "tick"),
            svg_words(tick.words, tick.x, y - 5, "major" if tick.major else "minor", "middle"),
        ]
        for tick in scale.ticks()
    ]
    folds = [
        element(
            "g",
            element("rect", x=fold.left, y=y - 2, width=fold.right - fold.left, height=bottom - y + 2, class_="fold"),
            element("path", d=_zigzag(fold.left, fold.right, y), class_="zigzag"),
            titled(_long(fold.days)),
        )
        for fold in scale.folds()
    ]
    return element("g", element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="axis"), folds, ticks)


def _zigzag(left: float, right: float, y: float) -> str:
    middle = (left + right) / 2
    return f"M{middle - 6:.1f},{y:.1f} l3,-5 l4,10 l3,-5"


def _long(days: int) -> Both:
    months = round(days / DAYS_A_MONTH)
    return f"{months} mois sans événement", f"{months} months without events"


def _lane(lane: Lane, top: float, proofs: Proofs) -> tuple[Markup, float]:
    placed, rows = place(lane.shapes, lane.rows)
    height = rows * _ROW + 2 * _PAD
    name = svg_words(lane.name, LEFT - 10, top + _PAD + _ROW / 2 + 4, "lane", "end")
    rule = element("line", x1=0, x2=RIGHT, y1=top, y2=top, class_="rule")
    shapes = [_shape(one, top + _PAD + one.row * _ROW + _ROW / 2, lane.bars, proofs) for one in placed]
    return element("g", rule, name, shapes), height


def _shape(placed: Placed, y: float, bar: bool, proofs: Proofs) -> Markup:
    shape = placed.shape
    target = next((anchor for part in shape.parts for proof in part.proofs if (anchor := proofs.anchor(proof))), None)
    look = f"x-{shape.look}" + (" doubtful" if shape.doubtful else "")
    inside = [titled(shape.said), _bar(shape, y) if bar else _symbol(shape, y)]
    named = placed.words_at is not None and any(part.words[0] for part in shape.parts)
    if target is None:
        drawn = element("g", inside, class_=look)
    else:  # where words stand beside it, the keyboard goes to these
        drawn = element("a", inside, href=f"#{target}", class_=look, tabindex="-1" if named else None)
    if not named:
        return drawn
    return join([drawn, _label(placed, y + 4, proofs)])


def _label(placed: Placed, y: float, proofs: Proofs) -> Markup:
    """The words beside a shape, each part leading to its own proof."""
    shape, x, end = placed.shape, placed.words_at or 0.0, "end" if placed.before else None
    room = x - LEFT if placed.before else RIGHT - x

    def written(index: int, language: str) -> Markup:
        pieces: list[Markup | str] = []
        for part in shape.parts:
            anchor = next((anchor for proof in part.proofs if (anchor := proofs.anchor(proof))), None)
            words = element("tspan", clipped(part.words[index], room))
            if pieces:
                pieces.append(SEPARATOR)
            pieces.append(element("a", titled(shape.said), words, href=f"#{anchor}") if anchor else words)
        classes = f"label {language}".strip()
        return element("text", pieces, x=x, y=y, class_=classes, text_anchor=end, lang=language or None)

    if all(part.words[0] == part.words[1] for part in shape.parts):
        return written(0, "")
    return join([written(0, "fr"), written(1, "en")])


def _bar(shape: Shape, y: float) -> list[Markup | None]:
    """A bar: its certain piece filled, the days it may also be hatched, an end that is not told as an arrow."""
    left, right = shape.left + (TAIL if shape.open_before else 0), shape.right - (TAIL if shape.open else 0)
    top = y - _BAR / 2
    box = {"y": top, "height": _BAR}
    whole = element("rect", x=left, width=right - left, rx=2, class_="may", **box)
    edge = element("rect", x=left, width=right - left, rx=2, class_="edge", **box)
    hatch, sure = None, None
    if shape.solid != (left, right):
        hatch = element("rect", x=left, width=right - left, rx=2, fill="url(#hatch)", class_="over", **box)
    if shape.solid and not shape.doubtful:
        first, last = shape.solid
        sure = element("rect", x=first, width=max(1.0, last - first), rx=2, class_="sure", **box)
    after, before = None, None
    if shape.open:
        after = element("path", d=f"M{right:.1f},{y:.1f} h{TAIL - 4} m-4,-3 l4,3 l-4,3", class_="open")
    if shape.open_before:
        before = element("path", d=f"M{left:.1f},{y:.1f} h{4 - TAIL} m4,-3 l-4,3 l4,3", class_="open")
    return [whole, hatch, sure, edge, before, after]


def _symbol(shape: Shape, y: float) -> list[Markup | None]:
    """A mark with a line over the days on which it may be."""
    first, last = shape.solid or (shape.left, shape.right)
    x = (first + last) / 2
    whisker = None
    if shape.right - shape.left > last - first + 1:
        whisker = element(
            "path", d=f"M{shape.left:.1f},{y - 3:.1f} v6 m0,-3 H{shape.right:.1f} m0,-3 v6", class_="whisker"
        )
    if shape.badge[0]:
        badge = element("rect", x=first, y=y - 6.5, width=last - first, height=13, rx=3, class_="badge")
        return [whisker, badge, svg_words(shape.badge, x, y + 3.5, "short", "middle")]
    return [whisker, element("path", d=_path(shape.look, x, y), class_="mark")]


def _path(look: str, x: float, y: float) -> str:
    """The outline of a mark about its middle."""
    return f"M{x:.1f},{y:.1f} " + _OUTLINES.get(look, _TRIANGLE if look.startswith("relapse") else _DOT)


_DOT = "m-3,0 a3,3 0 1,0 6,0 a3,3 0 1,0 -6,0"
_TRIANGLE = "m0,-5 l5,9 h-10 z"
_OUTLINES = {
    "diagnosis": "m0,-5.5 l5.5,5.5 l-5.5,5.5 l-5.5,-5.5 z",
    "progression": "m-5,4 v-3 h6 v-3 l5,4.5 l-5,4.5 v-3 z",
    "metastasis": "m-3.5,-3.5 h7 v7 h-7 z",
    "remission": "m-4.5,0 a4.5,4.5 0 1,0 9,0 a4.5,4.5 0 1,0 -9,0 m2.2,0 l1.8,1.8 l2.6,-3.6",
    "death": "m-1.5,-6 h3 v3.5 h3.5 v3 h-3.5 v6 h-3 v-6 h-3.5 v-3 h3.5 z",
    "last_news": "m-4,-5 l9,5 l-9,5 z",
    "adverse_event": "m0,4.5 l4,-7.5 h-8 z",
    "imaging": "m-3,-3 h6 v6 h-6 z",
}


def _key(is_open: bool, doubtful: bool, folded: bool, badges: dict[Both, Both]) -> Markup:
    """What the signs mean, for those that are drawn."""
    box = {"x": 1, "y": 3, "width": 28, "height": 8, "rx": 2}
    may, over = element("rect", class_="may", **box), element("rect", fill="url(#hatch)", **box)
    sure = element("rect", x=9, y=3, width=12, height=8, rx=2, class_="sure")
    signs = [("legend.interval", [may, over, sure, element("rect", class_="edge", **box)])]
    if is_open:
        signs.append(("legend.open", [element("path", d="M2,7 h24 m-4,-3 l4,3 l-4,3", class_="open")]))
    if doubtful:
        dashed = element("g", may, element("rect", class_="edge", **box), class_="doubtful")
        signs.append(("legend.planned", [dashed]))
    if folded:
        gap = element("rect", x=1, y=0, width=28, height=14, class_="fold")
        signs.append(("legend.break", [gap, element("path", d=_zigzag(1, 29, 7), class_="zigzag")]))
    said = [element("span", _sign(drawn), " ", both(say(key))) for key, drawn in signs]
    said += [element("span", element("b", both(badge)), " ", both(words)) for badge, words in badges.items()]
    return element("p", said, class_="key")


def _sign(drawn: Sequence[Markup]) -> Markup:
    return element("svg", drawn, viewBox="0 0 30 14", width=30, height=14, class_="x-chemotherapy", aria_hidden="true")
