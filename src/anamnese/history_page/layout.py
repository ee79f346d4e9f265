"""Where things stand in a lane: each in the first row in which it and its words have room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from anamnese.history_page.markup import Both
from anamnese.record import Proof

LEFT, RIGHT = 112.0, 760.0
"""The sides of the plot in the drawing's units; left of it stand the names of the lanes."""

LETTER = 11.0
"""The height of letters in the drawing's units: at least 8 points on a printed page."""

_GAP = 5.0
_NARROW, _WIDE = frozenset("iljtfrI.,;:'()[]/| !·"), frozenset("mwMWŒœ%@—→")


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a label with what proves them."""

    words: Both
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn: from `left` to `right`, with the words beside it. `look` names its symbol or its colour.

    `solid` is the piece of a bar that is certain, None where none is; `open` tells that a bar's end
    is not told, `open_before` that its beginning is not; `said` is all that is to be said of it.
    """

    left: float
    right: float
    look: str
    parts: tuple[Part, ...]
    said: Both
    badge: Both = ("", "")
    solid: tuple[float, float] | None = None
    open: bool = False
    open_before: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape in its row, counted from 0.

    Its words begin at `words_at`, or end there where `before`; None where they have no room."""

    shape: Shape
    row: int
    words_at: float | None
    before: bool = False


def width(words: str) -> float:
    """About how wide words are drawn, in the letters of the page (those of Helvetica and its likes)."""
    return LETTER * sum(
        0.3 if letter in _NARROW else 0.88 if letter in _WIDE else 0.69 if letter.isupper() else 0.55
        for letter in words
    )


def clipped(words: str, room: float) -> str:
    """Words cut to a width."""
    if width(words) <= room:
        return words
    kept = ""
    for letter in words:
        if width(kept + letter + "…") > room:
            break
        kept += letter
    return kept.rstrip() + "…"


def place(shapes: Iterable[Shape], most_rows: int = 12) -> tuple[list[Placed], int]:
    """The shapes in their rows, and how many rows they take.

    Where all rows are full, a shape stands without its words: where it has room alone, else in one more row."""
    rows: list[list[tuple[float, float]]] = []
    placed = []
    for shape in shapes:
        words = label_width(shape.parts)
        choices: list[_Choice] = []
        if shape.right + _GAP + words <= RIGHT:
            choices.append(_Choice(shape.left, shape.right + _GAP + words, shape.right + _GAP, False))
        if shape.left - _GAP - words >= LEFT:
            choices.append(_Choice(shape.left - _GAP - words, shape.right, shape.left - _GAP, True))
        if not choices:
            choices.append(_Choice(LEFT, RIGHT, max(LEFT, RIGHT - words), False))
        bare = _Choice(shape.left, shape.right, None, False)
        found = _room(rows, choices, most_rows) or _room(rows, [bare], most_rows + 1) or (len(rows) - 1, bare)
        row, choice = found
        if row == len(rows):
            rows.append([])
        rows[row].append((choice.left, choice.right))
        placed.append(Placed(shape, row, choice.words_at, choice.before))
    return placed, len(rows)


class _Choice(NamedTuple):
    """A way to set a shape with its words: all the room it takes, and where the words stand."""

    left: float
    right: float
    words_at: float | None
    before: bool


def _room(
    rows: Sequence[Sequence[tuple[float, float]]], choices: Sequence[_Choice], most: int
) -> tuple[int, _Choice] | None:
    for row in range(min(len(rows) + 1, most)):
        taken = rows[row] if row < len(rows) else ()
        for choice in choices:
            if all(choice.right + _GAP < left or right + _GAP < choice.left for left, right in taken):
                return row, choice
    return None


def label_width(parts: Sequence[Part]) -> float:
    """How wide a label is, in the wider of both languages."""
    if not parts:
        return 0.0
    return max(sum(width(part.words[i]) for part in parts) + width(SEPARATOR) * (len(parts) - 1) for i in (0, 1))


SEPARATOR = " + "
