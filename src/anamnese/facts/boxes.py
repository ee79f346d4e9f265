"""Tick boxes of a form: of the choices in a row only the ticked one is said (`OMS : [ ] 0 [X] 1`, `RE ☑ + ☐ -`)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from anamnese.facts.reading import Reading

_GLYPHS = "☐▢◻⬜☑☒▣◼⬛□■"
_SQUARES = ("[ ", "[x", "[]")
"""How square boxes begin in the shadow of a text, where a tick is a space."""
_BOX = re.compile(
    r"\[[ ]{0,3}(?P<square>[xX✓✔✗✘]?)[ ]{0,3}\]|\((?:[ ]{1,3}|[ ]?(?P<round>[xX✓✔✗✘])[ ]?)\)|"
    r"(?P<empty>[☐▢◻⬜□])|(?P<full>[☑☒▣◼⬛■])"
)
_PLAIN = frozenset("□■(")
"""Boxes that are also bullets or brackets: a row of them has one of each kind."""
_APART = re.compile(r"[:|][ ]*$|\n[ ]*\n")
"""What stands between a row of boxes and the next."""
_ROW = 70
"""How far apart the boxes of a row may stand, in characters."""
_NAMED = re.compile(r"(?:^|[:|=\n\t]|[ ]{2})[ ]*$")
"""What stands before a box whose choice follows it."""
_CHOICE = re.compile(r"[ ]*[\w+<>≥≤-]")
_AFTER = re.compile(r"[ \t]*[^\n|;]*?(?=[ ]{2,}|[\t\n|;]|,\s|\.(?:\s|\Z)|\Z)")
"""The choice behind its box."""
_BEFORE = re.compile(r"(?:(?<=[:|\n])[^:|\n]*|\S+[ ]?)$")
"""The choice before its box."""


class _Box(NamedTuple):
    start: int
    end: int
    ticked: bool


def only_ticked(reading: Reading, shadow: str) -> str:
    """A shadow of a report without its boxes and without the choices that are not ticked: spaces stand for them."""
    blanks = reading.once(_left_out)
    if not blanks:
        return shadow
    parts, done = [], 0
    for start, end in blanks:
        parts += [shadow[done:start], re.sub(r"[^\n]", " ", shadow[start:end])]
        done = end
    return "".join([*parts, shadow[done:]])


def _left_out(reading: Reading) -> list[tuple[int, int]]:
    """The boxes of a report and the choices that are not ticked, in order of place and apart from each other."""
    text = reading.text
    if not _has_boxes(text, reading.folded):
        return []
    boxes = [
        _Box(*match.span(), bool(match["square"] or match["round"] or match["full"])) for match in _BOX.finditer(text)
    ]
    left_out: list[tuple[int, int]] = []
    for row in _rows(text, boxes):
        for start, end in _of_row(text, row):
            start = max(start, left_out[-1][1] if left_out else 0)
            if start < end:
                left_out.append((start, end))
    return left_out


def _has_boxes(text: str, folded: str) -> bool:
    """Whether a text has the signs of boxes: a cheap test, since next to no report has any."""
    if "[" in folded and any(sign in folded for sign in _SQUARES):
        return True
    return "(x" in folded or any(glyph in text for glyph in _GLYPHS)


def _rows(text: str, boxes: list[_Box]) -> list[list[_Box]]:
    """The boxes of each question."""
    rows: list[list[_Box]] = [boxes[:1]] if boxes else []
    for one, other in pairwise(boxes):
        if other.start - one.end > _ROW or _APART.search(text, one.end, other.start):
            rows.append([])
        rows[-1].append(other)
    return [row for row in rows if text[row[0].start] not in _PLAIN or len({box.ticked for box in row}) == 2]


def _of_row(text: str, row: list[_Box]) -> list[tuple[int, int]]:
    """The boxes of a row, each with its choice unless that is ticked."""
    first, last = row[0], row[-1]
    line = text.rfind("\n", max(0, first.start - _ROW), first.start) + 1
    opening = line or max(0, first.start - _ROW)
    named = _NAMED.search(text[opening : first.start]) is not None or _CHOICE.match(text, last.end) is not None
    bounds = [opening, *(edge for box in row for edge in (box.start, box.end)), len(text)]
    left_out: list[tuple[int, int]] = []
    for box, before, after in zip(row, bounds[:-2:2], bounds[3::2], strict=True):
        start, end = box.start, box.end
        if not box.ticked and named:
            choice = _AFTER.match(text, end, min(after, end + _ROW))
            end = choice.end() if choice else end
        elif not box.ticked:
            choice = _BEFORE.search(text[before:start])
            start -= len(choice[0]) if choice else 0
        left_out.append((start, end))
    return left_out
