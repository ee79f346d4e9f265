"""The table of morphologies, to be looked up by head and traits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from anamnese.facts.tumour.traits import kinds, name_of
from anamnese.lexicon.tables import expand, read_table

_HERE = Path(__file__).parent

_FALLBACKS = {
    "adenocarcinom": ("carcinom",),
    "cystadenocarcinom": ("adenocarcinom", "carcinom"),
    "epitheliom": ("carcinom",),
    "cancer": ("carcinom",),
    "neoplasi": ("tumeur",),
    "neoplasm": ("tumeur",),
    "hemopathi": ("lymphom",),
}
"""Heads under whose names those of another head are looked up too."""

_WEIGHTS = {"place": 0.5, "behaviour": 0.4, "common": 0.4, "entity": 4.0}
"""How much a trait of a kind counts in the choice between rows; histology counts 1."""
_PLACES = 0.6
"""How much the places of a row count together: less than a histology in common words, `à petites cellules`."""
DEGREES = {"biendiff": "1", "moyennementdiff": "2", "peudiff": "3"}


class Catalogue:
    """The rows of the table `morphology`, to be found by head and traits."""

    def __init__(self) -> None:
        self.vocabulary: set[str] = set()
        self.by_code: dict[str, dict[str, str]] = {}
        pending: dict[str, dict[frozenset[str], dict[str, str]]] = defaultdict(dict)
        for row in read_table(_HERE / "morphology.tsv"):
            self.by_code.setdefault(row["code"], row)
            for alternative in row["pattern"].split(";;"):
                alternative = alternative.strip()
                if alternative.startswith("="):
                    continue
                for pattern in (*expand(alternative.lstrip("~")), row["name"]):
                    head, traits = name_of(pattern)
                    pending[head].setdefault(traits, row)
                    self.vocabulary |= traits
        frequency: dict[str, int] = defaultdict(int)
        for rows in pending.values():
            for traits in rows:
                for trait in traits:
                    frequency[trait] += 1
        self._rows: dict[str, dict[str, list[tuple[frozenset[str], dict[str, str]]]]] = {}
        for head, rows in pending.items():
            index = self._rows[head] = defaultdict(list)
            for traits, row in rows.items():
                rarest = min(sorted(traits), key=frequency.__getitem__) if traits else ""
                index[rarest].append((traits, row))

    def find(self, head: str, traits: frozenset[str]) -> tuple[frozenset[str], dict[str, str]] | None:
        """The row of `head` with most of its traits among `traits`, and those it used."""
        best: tuple[frozenset[str], dict[str, str]] | None = None
        heaviest = 0.0
        known = kinds()
        for source in (head, *_FALLBACKS.get(head, ())):
            index = self._rows.get(source)
            if index is None:
                continue
            for trait in ("", *sorted(traits)):
                for needed, row in index.get(trait, ()):
                    if not needed <= traits or (source != head and not _tells_histology(needed)):
                        continue
                    weight = sum(0.3 if x in DEGREES else _WEIGHTS.get(known.get(x, ""), 1.0) for x in needed)
                    if weight > _PLACES and all(known.get(x) == "place" for x in needed):
                        weight = _PLACES  # `vésicule biliaire` is one place
                    if best is None or weight > heaviest:
                        best, heaviest = (needed, row), weight
        return best


def _tells_histology(traits: Iterable[str]) -> bool:
    """Whether some trait is more than a place or a behaviour ("cancer rénal" is no renal cell carcinoma)."""
    known = kinds()
    return any(known.get(trait, "histology") in ("histology", "entity") for trait in traits)


@lru_cache(maxsize=2048)
def names_place(name: str) -> bool:
    """Whether a preferred term holds a place: "fibrome utérin"."""
    known = kinds()
    return any(known.get(trait) == "place" for trait in name_of(name)[1])


@cache
def catalogue() -> Catalogue:
    """The catalogue of this process."""
    return Catalogue()
