"""Where sentences begin: after a full stop, at a new line unless the line was only wrapped."""

from __future__ import annotations

import re

_BREAK = re.compile(r"(?<=[.!?;])[\"')\]]*[ ]+(?=[^ \n])|\n[ \n]*")
_ABBREVIATED = re.compile(
    r"(?:^|[^a-z])(?:dr|pr|mr|mme|mlle|m|cf|ex|env|st|fig|vs|n|p|ac|hosp|ant|post|sup|inf|gg|resp|max|min|tel|dt|dte|"
    r"cm|mm|ml|mg|resp|abd|[a-z])\.$"
)
_SHORT_LINE = 60
"""A line shorter than this many characters was not wrapped by its width."""


def sentence_starts(text: str, folded: str) -> list[int]:
    """The offsets where sentences or lines begin, the first of them 0."""
    starts = [0]
    for match in _BREAK.finditer(folded):
        begin, end = match.span()
        if end >= len(text):
            break
        char = text[end]
        if "\n" in match[0]:
            if char.islower() and match[0].count("\n") == 1 and begin > 0 and folded[begin - 1] not in ".:;!?":
                line_start = folded.rfind("\n", 0, begin) + 1
                if begin - line_start >= _SHORT_LINE:
                    continue  # wrapped
        elif char.islower() or _goes_on(folded, begin):
            continue
        starts.append(end)
    return starts


def _goes_on(folded: str, end: int) -> bool:
    """Whether the point or semicolon that ends at a place does not end a sentence: an abbreviation, a leader of dots."""
    if folded[end - 1] == ";" or folded.endswith("....", 0, end):
        return True
    return _ABBREVIATED.search(folded, max(0, end - 6), end) is not None
