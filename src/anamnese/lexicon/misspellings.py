"""Misspelt long words (`Doxurrobicine`): looked up by edit distance, only where the automaton knows no such word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from anamnese.lexicon.tables import Term

_LONG_WORD = re.compile(r"[a-z]{8,}")
_CACHE_SIZE = 50_000


class Misspellings:
    """Finds the term that a long unknown word most likely misspells.

    A candidate shares the first letter and the first four or the last four letters with the word, and lies within one
    edit for words of 8 letters, two from 10, three from 13 (Damerau's single edits). A tie between two terms is no
    match.
    """

    def __init__(self, words: Mapping[str, list[Term]], known: set[str]) -> None:
        self._terms = words
        self._known = known
        self._heads: dict[str, list[str]] = defaultdict(list)
        self._tails: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= 8:
                self._heads[word[:4]].append(word)
                self._tails[word[-4:]].append(word)
        self._seen: dict[str, str | None] = {}

    def find(self, words: str) -> Iterator[tuple[int, int, Sequence[Term]]]:
        """The misspelt words of a normalised text: start, end, and the terms meant."""
        known, seen = self._known, self._seen
        for match in _LONG_WORD.finditer(words):
            word = match[0]
            if word in known:
                continue
            if word in seen:
                meant = seen[word]
            else:
                meant = self._meant(word)
                if len(seen) < _CACHE_SIZE:
                    seen[word] = meant
            if meant is not None:
                yield match.start(), match.end(), self._terms[meant]

    def _meant(self, word: str) -> str | None:
        if len(word) > 40 or word.rstrip("s") in self._known:
            return None
        allowed = 1 if len(word) < 10 else 2 if len(word) < 13 else 3
        best, best_distance, tie = None, allowed + 1, False
        for candidate in {*self._heads.get(word[:4], ()), *self._tails.get(word[-4:], ())}:
            if candidate[0] != word[0] or abs(len(candidate) - len(word)) > allowed:
                continue
            distance = OSA.distance(word, candidate, score_cutoff=best_distance)
            if distance < best_distance:
                best, best_distance, tie = candidate, distance, False
            elif distance == best_distance and best is not None:
                tie = self._terms[candidate] != self._terms[best] or tie
        return None if tie else best
