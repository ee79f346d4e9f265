"""Tick boxes of forms: what stands at a box that is not ticked is not said, and no rule may read it.

`[X] Chirurgie  [ ] Radiothérapie` tells of an operation alone; `OMS : ☐ 0 ☑ 1 ☐ 2` tells 1. Boxes stand before their
words, or behind them (`oui □ non ■`); their words go up to the next box, to the end of the clause, cell or line.
"""

from __future__ import annotations

import re

from anamnese.reading.fold import holds, marked

_SURE = ("[ ]", "[]", "[_]", "☐", "❏", "❑", "⬜")
_PERHAPS = ("□", "◻", "▢", "( )", "(_)")
"""Bullets of some editors and blanks in brackets: boxes only on a line where one is ticked."""
_EMPTY = _SURE + _PERHAPS
_EMPTY_SIGNS = tuple(box for box in _EMPTY if len(box) == 1)
_IN_BRACKETS = tuple(box for box in _EMPTY if box[0] == "[")
_IN_PARENTHESES = tuple(box for box in _EMPTY if box[0] == "(")
_TICKED = ("[x]", "[X]", "☑", "☒", "⊠", "✅")
_SIGNS = _EMPTY + _TICKED
_BOX = re.compile(r"(?P<empty>\[[ _]?\]|[☐❏❑⬜□◻▢]|\([ _]\))|(?P<ticked>\[[xX✓✔*]\]|[☑☒⊠✓✔✅■⬛◼]|\([xX✓✔]\))")
_OPENS = re.compile(r"(?:^|[:|;,\t]|  |[-*•–>])[ ]*$")
"""What stands before a box that opens its item."""
_ITEM = re.compile(r"[ ]*(?:(?![ ]{3}|[.;][ ]|[ ]-[ ]|,[ ][^\W\d][^,:\n]{0,24}:)[^\n|\t])*")
"""The words behind a box, up to the end of their clause or the next question (`☐ négatif, RP : ☐ …`)."""
_YES = re.compile(r"[ ]*oui\b", re.IGNORECASE)
_NO = re.compile(r"[ ]*non\b", re.IGNORECASE)
_DEGREE = re.compile(r"[ ]*\d{1,3}[ ]*$")
_CLOSES = re.compile(r"[ .;|\r]*$")
_SEPARATES = re.compile(r"[:,;|\t]|[ ]{2}")
_REACH = 60
"""The words before a box that is behind them have at most so many characters."""


def report_shadow(text: str) -> str:
    """The marked shadow of a report as every rule reads it: without boxes, and what stands at those not ticked."""
    shadow = marked(text)
    bracketed = "[" in text and holds(text, _IN_BRACKETS)  # one sign is found much faster than two
    if not bracketed and not holds(text, _EMPTY_SIGNS) and not ("(" in text and holds(text, _IN_PARENTHESES)):
        return shadow
    form = any(box["ticked"] for box in _BOX.finditer(text))
    parts: list[str] = []
    done = start = 0
    for line in text.split("\n"):
        if any(box in line for box in _SIGNS):
            for first, last in _blanks(line, form):
                parts += shadow[done : start + first], " " * (last - first)
                done = start + last
        start += len(line) + 1
    parts.append(shadow[done:])
    return "".join(parts)


def _blanks(line: str, form: bool) -> list[tuple[int, int]]:
    """The pieces of a line that are boxes or stand at empty ones, in order; a `form` has ticked boxes somewhere."""
    boxes = list(_BOX.finditer(line))
    filled = any(box["ticked"] for box in boxes)
    if not any(box["empty"] for box in boxes):
        return [box.span() for box in boxes if box[0] in _TICKED]
    if not filled:
        boxes = [box for box in boxes if box[0] in _SURE]
        if not any(_opens(line, box.start()) or (form and _ends(line, box)) for box in boxes):
            return []
    behind = _ends(line, boxes[-1]) and not _opens(line, boxes[0].start())
    blanks: list[tuple[int, int]] = []
    for i, box in enumerate(boxes):
        first, last = box.span()
        before = boxes[i - 1].end() if i else 0
        if box["ticked"] is None and behind:
            first = _item_start(line, max(before, first - _REACH), first)
            if i == 0 and len(boxes) > 1 and _DEGREE.fullmatch(line, last, boxes[1].start()):
                degree = _DEGREE.search(line, first, box.start())
                first = degree.start() if degree else first  # `OMS 0 □ 1 ■`: the name is that of all
        elif box["ticked"] is None and not (i and not filled and _NO.match(line, last) and _YES.match(line, before)):
            item = _ITEM.match(line, last, boxes[i + 1].start() if i + 1 < len(boxes) else len(line))
            last = item.end() if item else last  # of `☐ oui ☐ non` the second stays: nothing is said to be
        blanks.append((first, last))
    return blanks


def _opens(line: str, start: int) -> bool:
    return _OPENS.search(line, max(0, start - _REACH), start) is not None


def _ends(line: str, box: re.Match[str]) -> bool:
    return _CLOSES.match(line, box.end()) is not None


def _item_start(line: str, floor: int, box: int) -> int:
    """Where the words begin that a box stands behind."""
    end = floor + len(line[floor:box].rstrip(" "))
    separators = [match.end() for match in _SEPARATES.finditer(line, floor, end)]
    return separators[-1] if separators else floor
