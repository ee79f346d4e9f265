"""One Aho-Corasick automaton over the patterns of all tables, run once over a folded text.

Patterns and text are normalised to words of letters and digits with single spaces, each pattern wrapped in spaces, so
that the automaton finds whole words only; all overlapping matches are kept, each channel then keeps its longest.
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from functools import cache
from operator import attrgetter

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from anamnese.lexicon.misspellings import Misspellings
from anamnese.lexicon.tables import Term
from anamnese.lexicon.vocabulary import letters_of, vocabulary
from anamnese.reading.fold import AE, OE, folded_re
from anamnese.uncollected import uncollected

_UNEVEN = folded_re(" [ \n\x7f]+|\n(?:[ \n\x7f]+|(?<= \n))|\x7f[ \n\x7f]*|\x01|\x02|° ")
"""What in a marked shadow is more, or less, than one sign between words, without a single space before it."""
_LIGATURES = {OE: "oe", AE: "ae"}
_UNEVEN_SIGNS = bytes(ord("!" if chr(b) in "\n\x7f\x01\x02°" else " " if b == 32 else "a") for b in range(256))
"""Marks with `!` the signs that what is uneven begins with, but for spaces."""
_WORD_BYTES = bytes(b if chr(b).isascii() and chr(b).isalnum() else 32 for b in range(256))


class Hit:
    """A place where a term stands: offsets in the text. Hits are in order of place."""

    __slots__ = ("end", "misspelt", "start", "term")

    def __init__(self, start: int, end: int, term: Term, misspelt: bool = False) -> None:
        self.start = start
        self.end = end
        self.term = term
        self.misspelt = misspelt

    def __lt__(self, other: Hit) -> bool:
        return self.start < other.start or (self.start == other.start and self.end < other.end)


class Shadow:
    """A marked shadow of a text in the form the automaton reads, and the way back to the text's offsets."""

    __slots__ = ("places", "shifts", "words")

    def __init__(self, marked: str) -> None:
        places, shifts = [0], [1]
        pieces: list[str] = []
        done = length = 0
        for match in _uneven(marked):
            start, end = match.span()
            run = match[0]
            if start > done and marked[start - 1] == " " and run not in _LIGATURES:
                start, run = start - 1, " " + run
            if run in _LIGATURES:
                new = _LIGATURES[run]
            elif run.strip("\x7f"):  # a run of spaces joins words; a blank line parts them
                new = "  " if run.count("\n") > 1 else " "
            else:
                new = ""
            pieces += (marked[done:start], new)
            length += start - done + len(new)
            done = end
            places.append(length + 1)
            shifts.append(length - done + 1)
        if pieces:
            marked = "".join((*pieces, marked[done:]))
        self.words = " " + marked.encode("latin-1", "replace").translate(_WORD_BYTES).decode("ascii") + " "
        self.places, self.shifts = [*places, len(self.words)], shifts
        """Where each piece of `words` begins, the end of the last included, and how far it lies behind its offset."""

    def offset(self, place: int) -> int:
        """The offset in the text of a place in `words`."""
        return place - self.shifts[bisect_right(self.places, place) - 1]


def _uneven(marked: str) -> list[re.Match[str]]:
    """What in a marked shadow is uneven."""
    found: list[re.Match[str]] = []
    signs = marked.encode("latin-1", "replace").replace(b"  ", b"\n ").translate(_UNEVEN_SIGNS).decode("ascii")
    place, length = signs.find("!"), len(signs)  # most of a text is none: one sign is found faster than any of six
    while place >= 0:
        end = place + 1
        if marked[place] != "\n" or end == length or signs[end] != "a" or signs[place - 1] == " ":
            match = _UNEVEN.match(marked, place)  # else the end of a line right between words, as most are
            if match is not None:
                found.append(match)
                end = match.end()
        place = signs.find("!", end)
    return found


class Matcher:
    """The automaton. `hits` is a pure function of the text."""

    def __init__(self) -> None:
        words = vocabulary()
        self._entries = words.entries
        self._automaton = AhoCorasick(
            words.patterns, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        self._misspellings = Misspellings(words.misspellable, words.known)

    def hits(self, text: str, marked: str) -> dict[str, list[Hit]]:
        """The hits of each channel in a text and its marked shadow, in order of start, without nested ones of one
        channel."""
        shadow = Shadow(marked)
        entries = self._entries
        places, shifts = shadow.places, shadow.shifts
        piece, shift, piece_start, piece_end = 0, 1, 0, places[1]
        found: dict[str, list[Hit]] = {}
        # the automaton reports the ends in order, of the matches with one end the longest first
        for index, start, end in self._automaton.find_matches_as_indexes(shadow.words, overlapping=True):
            while end - 2 >= piece_end:
                piece += 1
                shift, piece_start, piece_end = shifts[piece], piece_end, places[piece + 1]
            first = start + 1 - shift if start + 1 >= piece_start else shadow.offset(start + 1)
            last = end - 1 - shift
            entry = entries[index]
            if isinstance(entry, Term):  # as two thirds are
                _put(found, Hit(first, last, entry))
            elif isinstance(entry, tuple):
                for term in entry:
                    _put(found, Hit(first, last, term))
            else:
                own = letters_of(text[first:last])
                for term, letters in entry:
                    if letters is None or letters == own:  # in the case in which the term stands
                        _put(found, Hit(first, last, term))
        misspelt: set[str] = set()
        for start, end, terms in self._misspellings.find(shadow.words):
            for term in terms:
                hit = Hit(shadow.offset(start), shadow.offset(end - 1) + 1, term, True)
                found.setdefault(term.channel, []).append(hit)
                misspelt.add(term.channel)
        for channel in misspelt:
            found[channel].sort(key=_START)
        return found


_START = attrgetter("start")


def _put(found: dict[str, list[Hit]], hit: Hit) -> None:
    """Add to its channel a hit that ends no earlier than the others: of those that nest, only the longest stays."""
    channel = hit.term.channel
    hits = found.get(channel)
    if hits is None:
        found[channel] = [hit]
        return
    start, end = hit.start, hit.end
    if hits[-1].end <= start:
        hits.append(hit)
        return
    while hits and (hits[-1].start > start or (hits[-1].start == start and hits[-1].end < end)):
        hits.pop()
    if not hits or hits[-1].end < end or hits[-1].start == start:
        hits.append(hit)


@cache
def matcher() -> Matcher:
    """The matcher of this process, compiled at its first use."""
    with uncollected():  # the terms live as long as the process: looking for garbage among them costs a third more
        made = Matcher()
        gc.freeze()
        return made
