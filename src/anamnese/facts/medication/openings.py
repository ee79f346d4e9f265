"""Regular expressions to match at one place, of which only those are tried that can begin as the text does there.

Python's `re` tries the alternatives of a group one by one; what stands behind a drug's name is mostly none of a table's
words, and its first two characters tell so.
"""

from __future__ import annotations

import re
from functools import cache

from anamnese.reading.fold import folded_re

_TOKEN = re.compile(
    r"(?P<around>\(\?(?:[=!]|<[=!]))|(?P<open>\((?:\?(?:[:>]|P<\w+>))?)|(?P<close>\))|(?P<bar>\|)|(?P<edge>\\b|[$^])"
    r"|(?P<count>(?:[*+?]|\{\d*,?\d*\})[+?]?)|(?P<sign>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[^\\])",
    re.DOTALL,
)
_SIGNS = [chr(code) for code in (*range(128), 176)]
"""What a shadow is made of (see `reading/fold.py`)."""
_NOTHING = frozenset({""})


class Openings:
    """Patterns in the order in which they are tried."""

    def __init__(self, patterns: list[str]) -> None:
        self._written = patterns
        self._tried: dict[str, list[int]] = {}
        """The numbers of the patterns that can begin with two characters (or with the one that ends a text)."""
        self._patterns: dict[str, re.Pattern[str]] = {}
        """These as one, compiled when a text first begins so."""
        for number, pattern in enumerate(patterns):
            for opening in openings_of(pattern):
                for sign in ("", *_SIGNS) if len(opening) == 1 else ("",):
                    tried = self._tried.setdefault(opening + sign, [])
                    if tried[-1:] != [number]:
                        tried.append(number)

    def match(self, folded: str, pos: int, end: int) -> re.Match[str] | None:
        """What the first of the patterns that matches at a place of a shadow finds there."""
        opening = folded[pos : pos + 2]
        pattern = self._patterns.get(opening)
        if pattern is None:
            if opening not in self._tried:
                return None
            pattern = folded_re("|".join(f"(?:{self._written[number]})" for number in self._tried[opening]))
            self._patterns[opening] = pattern
        return pattern.match(folded, pos, end)


def openings_of(pattern: str) -> frozenset[str]:
    """What a text may begin with that a pattern matches: two characters, or one where anything may follow."""
    found, _ = _of_group([(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(pattern)], 0)
    if "" in found:
        raise ValueError(f"may match nothing: {pattern}")
    return found


def _of_group(tokens: list[tuple[str, str]], i: int) -> tuple[frozenset[str], int]:
    """The openings of a group from token `i` on, and the token behind it."""
    found: frozenset[str] = frozenset()
    branch = _NOTHING
    while i < len(tokens):
        kind, text = tokens[i]
        i += 1
        if kind == "close":
            break
        if kind == "bar":
            found, branch = found | branch, _NOTHING
            continue
        item = _signs(text) if kind == "sign" else _NOTHING
        if kind in ("open", "around"):
            inside, i = _of_group(tokens, i)
            item = inside if kind == "open" else _NOTHING
        if i < len(tokens) and tokens[i][0] == "count":
            never = not tokens[i][1].startswith(("+", "{1", "{2"))
            item |= _joined(item, item) | (_NOTHING if never else item)
            i += 1
        branch = _joined(branch, item)
    return found | branch, i


def _joined(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return frozenset(a if len(a) == 2 else (a + b)[:2] for a in one for b in (other if len(a) < 2 else _NOTHING))


@cache
def _signs(token: str) -> frozenset[str]:
    """The characters that `a`, `\\d` or `[ ,]` matches."""
    return frozenset(filter(folded_re(token).fullmatch, _SIGNS))
