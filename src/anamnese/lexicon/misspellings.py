"""Misspelt long words (`Doxurrobicine`): looked up by edit distance, only where the automaton knows no such word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from anamnese.lexicon.tables import Term
from anamnese.reading.fold import folded_re

_SHORTEST = 8
_LONG_RUN = folded_re(rf"[a-z]{{{_SHORTEST},}}")
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
            if len(word) >= _SHORTEST:
                self._heads[word[:4]].append(word)
                self._tails[word[-4:]].append(word)
        self._seen: dict[str, Sequence[Term] | None] = {}
        self._settled = {word for word in known if len(word) >= _SHORTEST}
        """The known long words, and those that have turned out to misspell nothing, as most of later reports have."""
        self._most_settled = len(self._settled) + _CACHE_SIZE

    def find(self, words: str) -> Iterator[tuple[int, int, Sequence[Term]]]:
        """The misspelt words of a normalised text, which a space begins and ends: start, end, and the terms meant."""
        settled = self._settled
        meant: dict[str, Sequence[Term]] = {}
        for word in self._unsettled(words):
            told = False
            for run in _LONG_RUN.findall(word) if not word.isalpha() else (word,):
                terms = self._terms_of(run)
                if terms is not None:
                    meant[run], told = terms, True
            if not told and len(settled) < self._most_settled:
                settled.add(word)
        for run, terms in meant.items():
            start = words.find(run)
            while start >= 0:
                end = start + len(run)
                if not words[start - 1].isalpha() and not words[end].isalpha():
                    yield start, end, terms
                start = words.find(run, end)

    def _unsettled(self, words: str) -> list[str]:
        """The long words of a normalised text that are not settled; of the short ones, most of it, nothing is made."""
        settled = self._settled
        found: list[str] = []
        start = 1
        end = words.find(" ", start)
        while end >= 0:
            if end - start >= _SHORTEST:
                word = words[start:end]
                if word not in settled:
                    found.append(word)
            start = end + 1
            end = words.find(" ", start)
        return found

    def _terms_of(self, word: str) -> Sequence[Term] | None:
        """The terms that a run of letters most likely means, kept for the next report with the same misspelling."""
        if word in self._seen:
            return self._seen[word]
        terms = None if word in self._known else self._meant(word)
        if len(self._seen) < _CACHE_SIZE:
            self._seen[word] = terms
        return terms

    def _meant(self, word: str) -> Sequence[Term] | None:
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
        return None if tie or best is None else self._terms[best]
