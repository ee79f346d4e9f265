"""Which tumour each item of the story belongs to, where the patient has several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from anamnese.history.naming import stems
from anamnese.history.story import Item, Story
from anamnese.history.tumours import Primary
from anamnese.labels import code_name
from anamnese.lexicon.tables import PACKAGE, expand, read_table

_COMMON = stems(
    "carcinome adénocarcinome tumeur cancer néoplasie infiltrant invasif sans précision autre type maligne malin bénigne "
    "primitif différencié grade droite gauche cellules organe partie système siège lésion région tissu"
)
"""Words that tell nothing of which tumour is meant."""

_INCIDENTAL = re.compile(r"\b(?:fortuit|incident|occulte|latent)[a-z]*")
_MINOR_SKIN = range(8090, 8111)
"""Basal cell carcinomas: they have no relapses, metastases or courses of drugs told of."""

_DISSEMINATED = ("metastasis", "event", "response", "lesion")
"""Types whose words name other organs than the tumour's own."""


class Attribution:
    """The tumours of a story and what belongs to each. What a word names (an operation of an organ, the histology in
    its sentence, a drug or marker
    of one organ) goes before what was spoken of last."""

    def __init__(self, story: Story, tumours: Sequence[Primary]) -> None:
        self._story = story
        self._tumours = tumours
        self._known: dict[int, int | None] = {}
        own = [i for i, tumour in enumerate(tumours) if tumour.status != "family"]
        malignant = [i for i in own if tumours[i].malignant]
        self._candidates = [i for i in malignant if tumours[i].status == "affirmed"] or malignant or own
        self._benign = [i for i in own if not tumours[i].malignant and i not in self._candidates]
        if len(self._candidates) > 1:
            self._words = {i: self._words_of(i) for i in self._candidates}
            self._incidental = {i for i in self._candidates if self._is_incidental(tumours[i])}

    def of(self, item: Item) -> int | None:
        """The place of the tumour that an item belongs to; None where there is none."""
        key = id(item)
        if key not in self._known:
            self._known[key] = self._find(item)
        return self._known[key]

    def _find(self, item: Item) -> int | None:
        if item.type == "tumour":
            return next((i for i, tumour in enumerate(self._tumours) if item in tumour.tellings), None)
        benign = self._excised_benign(item)
        if benign is not None:
            return benign
        if len(self._candidates) < 2:
            return self._candidates[0] if self._candidates else None
        return max(self._candidates, key=lambda i: (self._score(item, i), -i))

    def _excised_benign(self, item: Item) -> int | None:
        """The benign tumour whose removal an operation is: told in its sentence, where no malignant one is."""
        if item.get("kind") != "surgery" or not self._benign:
            return None
        sentence = self._story.page(item).sentence(item.span[0])

        def inside(tumours: Sequence[int]) -> list[int]:
            return [
                i
                for i in tumours
                for t in self._tumours[i].tellings
                if t.order[0] == item.order[0] and sentence.start <= t.span[0] < sentence.end
            ]

        beside = inside(self._benign)
        if not beside or inside(self._candidates):
            return None
        organ = _operated().get(item.get("procedure") or "", "")
        if organ and not any((self._tumours[i].topography or "").startswith(organ) for i in beside):
            return None
        return beside[0]

    def _words_of(self, index: int) -> tuple[frozenset[str], frozenset[str]]:
        """The words that name a tumour's histology and its organ, without those that the other candidates share."""

        def named(i: int) -> tuple[frozenset[str], frozenset[str]]:
            tumour = self._tumours[i]
            organ = _organ_words((tumour.topography or "")[:3])
            return stems(code_name(tumour.morphology or "")) - _COMMON - organ, organ

        histology, organ = named(index)
        for other in self._candidates:
            if other != index:
                shared = named(other)
                histology, organ = histology - shared[0], organ - shared[1]
        return histology, organ

    def _is_incidental(self, tumour: Primary) -> bool:
        if (tumour.topography or "").startswith("C44") and int((tumour.morphology or "0")[:4]) in _MINOR_SKIN:
            return True
        for told in tumour.tellings:
            page = self._story.page(told)
            if _INCIDENTAL.search(page.folded, max(0, told.span[0] - 60), told.span[1] + 30):
                return True
        return False

    def _score(self, item: Item, index: int) -> float:
        """How much speaks for a tumour: each point is one kind of word; see the comments."""
        tumour = self._tumours[index]
        organ = (tumour.topography or "")[:3]
        page = self._story.page(item)
        sentence = page.sentence(item.span[0])
        score = 0.0
        if item.type == "therapy" and item.get("kind") == "surgery":
            operated = _operated().get(item.get("procedure") or "", "")
            score += 4 if operated and operated == organ else 0
        if _organs_of(item.get("name") or "") and item.type == "biomarker":
            score += 3 if organ in _organs_of(item.get("name") or "") else -2
        for drug in item.get("drugs") or ():
            organs = _organs_of(drug)
            score += 0 if not organs else 3 if organ in organs else -2
        histology, places = self._words[index]
        told = stems(page.folded[sentence.start : sentence.end])
        score += 3 if histology & told else 0
        if item.type not in _DISSEMINATED:
            own = stems(
                " ".join(str(part) for part in (item.quote, item.get("site") or "", item.get("procedure") or ""))
            )
            score += 3 if places & own else 1 if places & told else 0
        elif item.type == "event":
            score += 1 if places & stems(item.quote) else 0
        if self._in_focus(item, page.mentions, tumour):
            score += 1.5
        elif any(t.order[0] == item.order[0] and t.order <= item.order for t in tumour.tellings):
            last = max(
                (t.order for i in self._candidates for t in self._tumours[i].tellings if t.order <= item.order),
                default=None,
            )
            score += 0.5 + 0.5 * any(t.order == last for t in tumour.tellings)
        if _diagnosed_later(tumour, item):
            score -= 5
        if index in self._incidental:
            score -= 2
        return score

    def _in_focus(self, item: Item, mentions: Sequence[tuple[int, str]], tumour: Primary) -> bool:
        """Whether the last neoplasm named before an item with a histology of one candidate alone is this tumour."""
        own = {i: (self._tumours[i].morphology or "")[:4] for i in self._candidates}
        for place in range(bisect_left(mentions, (item.span[0],)) - 1, -1, -1):
            named = [i for i, code in own.items() if code and code == mentions[place][1][:4]]
            if len(named) == 1:
                return self._tumours[named[0]] is tumour
        return False


def _diagnosed_later(tumour: Primary, item: Item) -> bool:
    """Whether an item is dated clearly before a tumour's diagnosis."""
    date = item.start
    return bool(date and tumour.date and date[:7] < tumour.date[: len(date[:7])])


@cache
def _operated() -> dict[str, str]:
    """The organ that each operation is of, by its name."""
    return {
        row["name"]: row["code"][:3] for row in read_table(PACKAGE / "facts" / "therapy" / "surgery.tsv") if row["code"]
    }


@cache
def _organ_patterns() -> dict[str, list[str]]:
    patterns: dict[str, list[str]] = {}
    for row in read_table(PACKAGE / "lexicon" / "topography.tsv"):
        patterns.setdefault(row["code"][:3], []).extend(row["pattern"].split(";;"))
    return patterns


@cache
def _organ_words(organ: str) -> frozenset[str]:
    """The words that name an organ, cut to stems."""
    words: set[str] = set()
    for pattern in _organ_patterns().get(organ, ()):
        for expanded in expand(pattern.strip().lstrip("=~")):
            words |= stems(expanded)
    return frozenset(words - _COMMON)


@cache
def _specific() -> dict[str, frozenset[str]]:
    return {row["name"]: frozenset(row["organs"].split()) for row in read_table(Path(__file__).with_name("organs.tsv"))}


def _organs_of(name: str) -> frozenset[str]:
    """The organs whose tumours a drug or marker is of; empty where it is of many."""
    return _specific().get(name, frozenset())
