"""Cues before a mention that open with one of a closed list of words, asked for only where such a word stands.

A search for a cue tries every place of its window, and nearly all windows hold none. So the words of a window are
looked up first, by the letters that they begin with, once for all the cues of a mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anamnese.reading.fold import folded_re

_STEM = 3
"""Letters by which words are looked up."""
_WORDS_ONLY = bytes(i if chr(i).isascii() and (chr(i).isalnum() or chr(i) == "_") else ord(" ") for i in range(256))
_BEHIND = re.compile(r"(?:\(\?<!.*?\))*")
_OPENING = re.compile(r"[a-z0-9]+")
_WHOLE = re.compile(r"$|[ )'-]|\(\?[=!]|\\b|\[ ")


def stems(window: str) -> list[bytes]:
    """The first letters of the words of a window of the shadow."""
    return [word[:_STEM] for word in window.encode("latin-1").translate(_WORDS_ONLY).split()]


def by_letter(*words: str) -> str:
    """Words as alternatives of a regular expression, which tries those of the letter it sees, the longer before the
    shorter."""
    alternatives = []
    for letter in sorted({word[0] for word in words}):
        rests = sorted([word[1:] for word in words if word[0] == letter], key=len, reverse=True)
        alternatives.append(f"{letter}(?:{'|'.join(rests)})")
    return "|".join(alternatives)


def at_edge(*words: str, behind: str = "") -> str:
    """Alternatives that begin at the edge of a word, as with `\\b` before them, but told by their first letters, which
    a search skips to."""
    return "|".join(rf"{word}(?<!\w{word}){behind}" for word in words)


class Cue:
    """A regular expression that begins, at the edge of a word, with one of several alternatives."""

    def __init__(self, alternatives: str, rest: str = "") -> None:
        pattern = folded_re(rf"\b(?:{alternatives}){rest}")
        self.patterns = {_stem(alternative).encode(): [pattern] for alternative in _split(alternatives)}
        """The expressions by the first letters of the words that they can begin with."""
        self.stems = frozenset(self.patterns)

    def stands(self, text: str, found: list[bytes], first: int = 0, last: int | None = None) -> bool:
        """Whether the cue stands in a window, whose stems are given: in all of a text, or in `first:last` of it."""
        if self.stems.isdisjoint(found):
            return False
        end = len(text) if last is None else last
        for stem in self.stems.intersection(found):
            letters, patterns = stem.decode("ascii"), self.patterns[stem]
            start = text.find(letters, first, end)
            while start >= 0:
                for pattern in patterns:
                    if pattern.match(text, start, end) is not None:
                        return True
                start = text.find(letters, start + 1, end)
        return False


class AnyCue(Cue):
    """Several cues that tell the same: looked up as one."""

    def __init__(self, *cues: Cue) -> None:
        patterns: dict[bytes, list[re.Pattern[str]]] = {}
        for cue in cues:
            for stem, own in cue.patterns.items():
                patterns.setdefault(stem, []).extend(own)
        self.patterns = patterns
        self.stems = frozenset(patterns)


def _split(alternatives: str) -> Iterable[str]:
    """The alternatives of the outermost level."""
    first, depth = 0, 0
    for i, sign in enumerate(alternatives):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            yield alternatives[first:i]
            first = i + 1
    yield alternatives[first:]


def _stem(alternative: str) -> str:
    """The first letters of every word that an alternative can begin with."""
    behind = _BEHIND.match(alternative)
    run = _OPENING.match(alternative, behind.end() if behind else 0)
    word, end = (run[0], run.end()) if run else ("", 0)
    if alternative[end : end + 1] in ("?", "*", "{"):
        word = word[:-1]  # its last letter may be missing
    elif _WHOLE.match(alternative, end):
        return word[:_STEM]
    if len(word) < _STEM:
        raise ValueError(f"{alternative!r} does not tell the first letters of a word")
    return word[:_STEM]
