"""One Aho-Corasick automaton over the patterns of all tables, run once over a folded text.

Patterns and text are normalised to words of letters and digits with single spaces, each pattern wrapped in spaces, so
that the automaton finds whole words only; all overlapping matches are kept, each channel then keeps its longest.
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from collections import defaultdict
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from anamnese.lexicon.misspellings import Misspellings
from anamnese.lexicon.tables import Term, patterns_of, tables

_UNEVEN = re.compile("[ \n\x7f]{2,}|[œæ\x7f]|°[ ]")
_WORD_BYTES = bytes(b if chr(b).isascii() and chr(b).isalnum() else 32 for b in range(256))


class Hit(NamedTuple):
    """A place where a term stands: offsets in the text."""

    start: int
    end: int
    term: Term
    misspelt: bool = False


class Shadow:
    """A folded text in the form the automaton reads, and the way back to the text's offsets."""

    __slots__ = ("_places", "_shifts", "even", "words")

    def __init__(self, folded: str) -> None:
        places, shifts = [0], [1]
        uneven = _UNEVEN.search(folded)
        if uneven:
            pieces: list[str] = []
            done = length = 0
            for match in _UNEVEN.finditer(folded):
                run = match[0]
                if run in ("œ", "æ"):
                    new = "oe" if run == "œ" else "ae"
                elif run.strip("\x7f") == "":
                    new = ""
                else:  # a run of spaces joins words; a blank line parts them
                    new = "  " if run.count("\n") > 1 else " "
                pieces += (folded[done : match.start()], new)
                length += match.start() - done + len(new)
                done = match.end()
                places.append(length + 1)
                shifts.append(length - done + 1)
            pieces.append(folded[done:])
            folded = "".join(pieces)
        self.words = " " + folded.encode("latin-1", "replace").translate(_WORD_BYTES).decode("ascii") + " "
        self._places, self._shifts = places, shifts
        self.even = len(places) == 1
        """Whether every place is one behind its offset."""

    def offset(self, place: int) -> int:
        """The offset in the text of a place in `words`."""
        return place - self._shifts[bisect_right(self._places, place) - 1]


class Matcher:
    """The automaton. `hits` is a pure function of the text."""

    def __init__(self) -> None:
        by_words: dict[str, list[tuple[str, Term, str | None]]] = defaultdict(list)
        misspellable: dict[str, list[Term]] = defaultdict(list)
        for table in tables():
            for words, term, exact, misspelt in patterns_of(table):
                by_words[words].append((term.channel, term, _letters(exact) if exact else None))
                if misspelt:
                    misspellable[words].append(term)
        self._entries = list(by_words.values())
        self._automaton = AhoCorasick(
            [f" {words} " for words in by_words],
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )
        known = {word for words in by_words for word in words.split()}
        self._misspellings = Misspellings(misspellable, known)

    def hits(self, text: str, folded: str) -> dict[str, list[Hit]]:
        """The hits of each channel in `text`, in order of start; nested ones of one channel are left out."""
        shadow = Shadow(folded)
        offset, entries, even, new = shadow.offset, self._entries, shadow.even, tuple.__new__
        found: dict[str, list[Hit]] = defaultdict(list)
        for index, start, end in self._automaton.find_matches_as_indexes(shadow.words, overlapping=True):
            first, last = (start, end - 2) if even else (offset(start + 1), offset(end - 2) + 1)
            for channel, term, letters in entries[index]:
                if letters is None or letters == _letters(text[first:last]):
                    found[channel].append(new(Hit, (first, last, term, False)))  # half the cost of Hit(…)
        for start, end, terms in self._misspellings.find(shadow.words):
            for term in terms:
                found[term.channel].append(Hit(offset(start), offset(end - 1) + 1, term, True))
        return {channel: _longest(hits) if len(hits) > 1 else hits for channel, hits in found.items()}


def _letters(string: str) -> str:
    """The letters of a string, by which words of one normal form are told to be in the same case."""
    return "".join(filter(str.isalpha, string))


_ORDER = itemgetter(0)


def _longest(hits: list[Hit]) -> list[Hit]:
    """The hits in order of start without those that lie inside a longer one."""
    hits.sort(key=_ORDER, reverse=True)
    kept: list[Hit] = []
    start = end = -1
    # the automaton reports the ends in order, so that of the hits with one start the longest now stands last
    while hits:
        hit = hits.pop()
        if hit[1] > end or (hit[0] == start and hit[1] == end):
            kept.append(hit)
            start, end = hit[0], hit[1]
    return kept


@cache
def matcher() -> Matcher:
    """The matcher of this process, compiled at its first use."""
    collecting = gc.isenabled()
    gc.disable()  # the terms live as long as the process; looking for garbage among them costs a third of the time
    try:
        return Matcher()
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
