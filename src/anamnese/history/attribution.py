"""Which tumour each item of the story belongs to, where the patient has several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from anamnese.facts.starts import begun
from anamnese.history.calendar import first_day, months_apart
from anamnese.history.naming import operated_organ, stems
from anamnese.history.regimens import regimen_organs
from anamnese.history.story import Item, Page, Story
from anamnese.history.stretch import RELAPSES
from anamnese.history.tumours import Primary, same_organ
from anamnese.labels import code_name
from anamnese.lexicon.tables import PACKAGE, expand, read_table

_COMMON = stems(
    "carcinome adénocarcinome tumeur cancer néoplasie infiltrant invasif sans précision autre type maligne malin "
    "bénigne haut faible avec primitif différencié grade droite gauche cellules organe partie système siège lésion "
    "région tissu"
)
"""Words that tell nothing of which tumour is meant."""

_INCIDENTAL = re.compile(r"\b(?:fortuit|incident|occulte|latent|trouvaille|par hasard)[a-z]*", re.ASCII)
_BY_THE_WAY = 60
"""How far from a tumour it may be told that it was found by the way."""
_MINOR_SKIN = range(8090, 8111)
"""Basal cell carcinomas: they have no relapses, metastases or courses of drugs told of."""

_BEFORE_DIAGNOSIS_MONTHS = 6.0
_LONG_AGO_MONTHS = 60.0
"""A tumour found five years before another is mostly cured when the other is treated."""

_DISSEMINATED = ("metastasis", "event", "response", "lesion")
"""Types whose words name other organs than the tumour's own."""

_OF_A_PRIMARY = ("metastasis", "event")
"""Types of what may be told as being of a primary named behind it."""
_OF = re.compile(r" ?(?:d'une?|d'|du|de|de (?:son|sa|l[ea]?|l'))? ?", re.ASCII)
"""What stands between metastases and the histology that they are of."""
_OF_ORGAN = re.compile(
    r" ?(?:d'une?|du|de (?:son|sa|la|l'))? ?(?:cancer|tumeur|neoplasie|primitif|neoplasme)"
    r"((?: (?:primiti\w+|du|de|la|de l')|[ '][a-z]{4,}){1,3})",
    re.ASCII,
)
_ORIGIN = re.compile(r"\bd'origine ([a-z]{4,}(?: ou [a-z]{4,})?)", re.ASCII)
_PROVED_BEHIND = 120
"""Within how many characters behind metastases it may be told what they are of."""
_NO_WORDS: frozenset[str] = frozenset()
_GIVEN_FOR = 250
"""Within how many characters behind a relapse or progression the treatment is told that is given for it."""


class _Candidate:
    """What speaks for a tumour where the patient has several."""

    __slots__ = ("date", "histology", "in_situ", "incidental", "later", "orders", "organ", "places")

    def __init__(
        self, tumour: Primary, histology: frozenset[str], places: frozenset[str], orders: list[int], incidental: bool
    ) -> None:
        self.organ = (tumour.topography or "")[:3]
        self.histology = histology
        """The words of its histology that no other candidate shares, cut to stems."""
        self.places = places
        """The words of its organ that no other candidate shares, cut to stems."""
        self.date = tumour.date
        self.orders = orders
        """Where its facts are told."""
        self.incidental = incidental
        self.in_situ = (tumour.morphology or "/3").endswith("/2")
        self.later: list[_Candidate] = []
        """Those that were found after it, and not by the way."""

    def before(self, order: int) -> int:
        """Where it was last told of before a place; -1 where it was not."""
        told = begun(self.orders, order)
        return self.orders[told - 1] if told else -1


class Attribution:
    """The tumours of a story and what belongs to each. What a word names (an operation of an organ, the histology in
    its sentence, a drug or marker of one organ) goes before what was spoken of last."""

    def __init__(self, story: Story, tumours: Sequence[Primary]) -> None:
        self._story = story
        self._tumours = tumours
        self._known: dict[int, int | None] = {}
        self._patients: dict[int, set[tuple[int, int]]] = {}
        self._times: dict[tuple[str, int], int] = {}
        self._stems: dict[tuple[int, int], frozenset[str]] = {}
        own = self._own = [i for i, tumour in enumerate(tumours) if tumour.status != "family"]
        malignant = [i for i in own if tumours[i].malignant]
        self._candidates = [i for i in malignant if tumours[i].status == "affirmed"] or malignant or own
        self._benign = [i for i in own if not tumours[i].malignant and i not in self._candidates]
        self._series = any(len(page.patients) > 1 for page in story.pages)
        self._alone = len(self._candidates) < 2 and not self._benign and not self._series
        if len(self._candidates) > 1:
            self._about = {i: self._describe(i) for i in self._candidates}
            for about in self._about.values():
                about.later = self._found_later(about)
            self._named = [self._specific_mentions(page) for page in story.pages]
            self._news = [item for item in story.in_order("event", "metastasis") if _is_news(item)]
            self._news_orders = [item.order for item in self._news]

    def of(self, item: Item) -> int | None:
        """The place of the tumour that an item belongs to; None where there is none."""
        if self._alone and item.type != "tumour":
            return self._candidates[0] if self._candidates else None
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
        candidates = self._of_patient(item) if self._series else self._candidates
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        told = self._stems_of(item)
        organs = _organs(item)
        focus = self._in_focus(item)
        reason = self._given_for(item)
        before = [self._about[i].before(item.order) for i in candidates]
        last = max(before)
        chosen, most = -1, 0
        for n, i in enumerate(candidates):
            reached = before[n]
            score = self._score(item, i, told, organs) + (5 if reason == i else 0)
            if focus == i:
                score += 3
            elif focus is None and reached >= 0:  # told of before: in the same report, and as the last
                score += (reached >= item.page << 32) + (reached == last)
            if chosen < 0 or score > most:
                chosen, most = i, score
        return chosen

    def _of_patient(self, item: Item) -> list[int]:
        """The candidates of the patient whom an item tells of, else that patient's first suspected or benign tumour."""
        patient = self._story.page(item).patient(item.span[0])
        told = [i for i in self._candidates if self._tells_of(i, item, patient)]
        return told or [i for i in self._own if self._tells_of(i, item, patient)][:1]

    def _tells_of(self, index: int, item: Item, patient: int) -> bool:
        """Whether a tumour is of a patient of an item's report, or of another report."""
        if index not in self._patients:
            tellings = self._tumours[index].tellings
            self._patients[index] = {(told.page, self._story.page(told).patient(told.span[0])) for told in tellings}
        told_of = self._patients[index]
        return (item.page, patient) in told_of or any(page != item.page for page, _ in told_of)

    def _excised_benign(self, item: Item) -> int | None:
        """The benign tumour whose removal an operation is: told in its sentence, where no malignant one is."""
        if not self._benign or item.kind != "surgery":
            return None
        sentence = self._story.page(item).sentence(item.span[0])

        def inside(tumours: Sequence[int]) -> list[int]:
            return [
                i
                for i in tumours
                for t in self._tumours[i].tellings
                if t.page == item.page and sentence.start <= t.span[0] < sentence.end
            ]

        beside = inside(self._benign)
        if not beside or inside(self._candidates):
            return None
        organ = operated_organ(item.get("procedure"))
        if organ:
            beside = [i for i in beside if same_organ(organ, (self._tumours[i].topography or "")[:3])]
        if len(beside) < 2:
            return beside[0] if beside else None
        behind = [i for i in beside if self._tumours[i].tellings[0].span[0] >= item.span[0]]
        return (behind or beside[::-1])[0]  # `exérèse d'un lipome en 2010 et d'un fibroadénome`

    def _describe(self, index: int) -> _Candidate:
        tumour = self._tumours[index]
        histology, places = _words_of(tumour)
        for other in self._candidates:
            if other != index:
                shared = _words_of(self._tumours[other])
                histology, places = histology - shared[0], places - shared[1]
        orders = sorted([told.order for told in tumour.tellings])
        return _Candidate(tumour, histology, places, orders, self._is_incidental(tumour))

    def _found_later(self, about: _Candidate) -> list[_Candidate]:
        """The candidates that were found after one, and not by the way."""
        first = first_day(about.date) if about.date else "9999"
        return [
            other
            for other in self._about.values()
            if other.date and not other.incidental and first < first_day(other.date)
        ]

    def _specific_mentions(self, page: Page) -> list[tuple[int, int]]:
        """Where a report names a histology that one candidate alone has, and which."""
        own: dict[str, list[int]] = {}
        for i in self._candidates:
            own.setdefault((self._tumours[i].morphology or "")[:4], []).append(i)
        return [(start, own[code[:4]][0]) for start, code in page.mentions if len(own.get(code[:4], ())) == 1]

    def _is_incidental(self, tumour: Primary) -> bool:
        if (tumour.topography or "").startswith("C44") and int((tumour.morphology or "0")[:4]) in _MINOR_SKIN:
            return True
        for told in tumour.tellings:
            page = self._story.page(told)
            start, end = told.span
            first, last = max(0, start - _BY_THE_WAY), min(page.sentence(start).end, end + _BY_THE_WAY)
            place = bisect_left(page.mentions, (end,))
            if place < len(page.mentions):
                last = min(last, page.mentions[place][0])  # what is said of the next is not said of this one
            if _INCIDENTAL.search(page.folded, first, max(last, end)):
                return True
        return False

    def _stems_of(self, item: Item) -> frozenset[str]:
        """The words of an item's sentence, cut to stems."""
        page = self._story.page(item)
        sentence = page.sentence(item.span[0])
        key = (item.page, sentence.start)
        if key not in self._stems:
            self._stems[key] = stems(page.folded[sentence.start : sentence.end])
        return self._stems[key]

    def _in_focus(self, item: Item) -> int | None:
        """The tumour whose histology was named last before an item."""
        named = self._named[item.page]
        if item.type in _OF_A_PRIMARY:
            behind = bisect_left(named, (item.span[1], -1))
            if behind < len(named) and self._is_of(item, named[behind][0]):
                return named[behind][1]
        place = bisect_left(named, (item.span[0], -1)) - 1
        if place >= 0 and self._about[named[place][1]].incidental:  # spoken of in its own sentence alone
            start = self._story.page(item).sentence(item.span[0]).start
            while place >= 0 and named[place][0] < start and self._about[named[place][1]].incidental:
                place -= 1
        return named[place][1] if place >= 0 else None

    def _given_for(self, item: Item) -> int | None:
        """The tumour whose relapse or progression is told shortly before a treatment, and is what it is given for."""
        if item.type != "therapy":
            return None
        told = begun(self._news_orders, item.order)
        last = self._news[told - 1] if told else None
        if last is None or last.page != item.page or item.span[0] - last.span[1] > _GIVEN_FOR:
            return None
        return self.of(last)

    def _is_of(self, item: Item, named: int) -> bool:
        """Whether a histology is named right behind metastases, as that of their primary: `métastases hépatiques │d'un
        adénocarcinome colique│`."""
        return _OF.fullmatch(self._story.page(item).folded, item.span[1], named) is not None

    def _organ_behind(self, item: Item) -> frozenset[str]:
        """The words of the organ that metastases or a relapse are said to be of right behind them: `de son cancer du
        côlon`, `. Biopsie : carcinome d'origine rénale`."""
        folded, end = self._story.page(item).folded, item.span[1]
        match = _OF_ORGAN.match(folded, end) or _ORIGIN.search(folded, end, end + _PROVED_BEHIND)
        return stems(match[1]) if match else _NO_WORDS

    def _score(self, item: Item, index: int, told: frozenset[str], organs: Sequence[frozenset[str]]) -> int:
        """How much speaks for a tumour, in halves of a point: its organ or histology named 3 to 4 points, what was
        spoken of last 0.5 to 1.5; against it, that it was found later (5), by the way (2), or that a drug or marker is
        of other organs (2)."""
        about = self._about[index]
        score = -4 if about.incidental else 0
        if item.kind == "surgery":
            operated = operated_organ(item.get("procedure"))
            score += 8 if operated and operated == about.organ else 0
        for named in organs:
            score += 6 if about.organ in named else -4
        score += 4 if about.organ in regimen_organs(item.get("regimen")) else 0
        score += 0 if about.histology.isdisjoint(told) else 6
        if item.type not in _DISSEMINATED:
            if not about.places.isdisjoint(told):
                words = (item.quote, str(item.get("site") or ""), str(item.get("procedure") or ""))
                score += 2 if about.places.isdisjoint(stems(" ".join(words))) else 6
        else:
            if item.type == "event":
                score += 0 if about.places.isdisjoint(stems(item.quote)) else 2
            if item.type in _OF_A_PRIMARY:
                score += 0 if about.places.isdisjoint(self._organ_behind(item)) else 8
        date = item.start or item.get("end_date")
        if date is not None:
            if (date, index) not in self._times:
                self._times[date, index] = self._in_time(date, index)
            score += self._times[date, index]
        if about.in_situ and item.type in ("therapy", "metastasis", "event", "response"):
            score -= 3
        return score

    def _in_time(self, date: str, index: int) -> int:
        """What the date of an item tells, in halves of a point: it is of no tumour found later (shortly before its
        diagnosis it may be), rather of the one found last before it, and hardly of one of many years ago where another
        is recent."""
        about = self._about[index]
        if not about.date:
            return 0
        if date[:7] < about.date[: len(date[:7])]:
            return -2 if months_apart(date, about.date) <= _BEFORE_DIAGNOSIS_MONTHS else -10
        recent = [other for other in about.later if other.date and other.date[: min(len(date), 7)] <= date[:7]]
        if not recent:
            return -2 if self._is_of_one_to_come(date, about) else 2
        return -2 if any(months_apart(about.date, other.date or "") > _LONG_AGO_MONTHS for other in recent) else 0

    def _is_of_one_to_come(self, date: str, about: _Candidate) -> bool:
        """Whether what is found long after one tumour is of the months before the diagnosis of another."""
        return any(
            months_apart(date, other.date or "") <= _BEFORE_DIAGNOSIS_MONTHS
            and months_apart(about.date or "", other.date or "") > _LONG_AGO_MONTHS
            for other in about.later
        )


def _is_news(item: Item) -> bool:
    """Whether an item tells that a disease came back, went on or spread."""
    if item.status != "affirmed":
        return False
    return item.type == "metastasis" or item.kind == "progression" or item.kind in RELAPSES


def _organs(item: Item) -> list[frozenset[str]]:
    """The organs that each drug or marker of an item is of, where they are few."""
    names = [*(item.get("drugs") or ()), *([item.get("name")] if item.type == "biomarker" else ())]
    return [organs for name in names if (organs := organs_of(name))]


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
def _histology_words(morphology: str) -> frozenset[str]:
    """The words of a histology's name, cut to stems."""
    return stems(code_name(morphology)) - _COMMON


def _words_of(tumour: Primary) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a tumour's histology that do not name its organ, and those that do, cut to stems."""
    return _own_words((tumour.morphology or ""), (tumour.topography or "")[:3])


@cache
def _own_words(morphology: str, organ: str) -> tuple[frozenset[str], frozenset[str]]:
    organs = _organ_words(organ)
    return _histology_words(morphology) - organs, organs


@cache
def _specific() -> dict[str, frozenset[str]]:
    return {row["name"]: frozenset(row["organs"].split()) for row in read_table(Path(__file__).with_name("organs.tsv"))}


def organs_of(name: str) -> frozenset[str]:
    """The organs whose tumours a drug or marker is of; empty where it is of many."""
    return _specific().get(name, frozenset())
