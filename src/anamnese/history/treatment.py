"""Courses in the making: the treatments of the story as courses, operations of one sitting as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from anamnese.history.arrangement import AS_TOLD, Pair, said
from anamnese.history.attribution import Attribution, organs_of
from anamnese.history.calendar import compatible, first_day, last_day, months_apart
from anamnese.history.episodes import episode_of
from anamnese.history.irradiation import gather
from anamnese.history.naming import is_general, operated_organ, stems
from anamnese.history.story import Item, Story
from anamnese.history.stretch import Stretch
from anamnese.history.tumours import Primary
from anamnese.record import Proof

_ONE_SITTING = 160
"""Operations told within so many characters, none of them with another date, are of one sitting."""

_LOCAL = frozenset({"surgery", "radiotherapy"})
_NODES = "C77"
_EARLIER_OPERATION_MONTHS = 6.0
"""An operation so long before every diagnosis is of no tumour."""

_SAMPLE, _DECIDED_MONTHS = "biopsie-exérèse", 4.0
"""An excision that is a biopsy, and how soon the operation follows that it led to."""

_REPLACED = re.compile(r"\b(?:remplac\w+|substitu\w+|relaye\w*|relais|switch\w*)\b[^.;\n]{0,30}$", re.ASCII)
_REPLACED_BY = re.compile(r"\b(?:relaye\w*|relais|remplac\w+|substitu\w+|switch\w*)\b[^.;\n]{0,40}$", re.ASCII)
_GIVEN_FOR = re.compile(r"\btraite[es]*\b[^.;]{0,25}$", re.ASCII)
_SAMPLES = stems("adénectomie exérèse biopsie-exérèse lymphadénectomie ganglion biopsie")
_SUPPORTIVE = frozenset({
    "acide zolédronique", "acide pamidronique", "dénosumab", "filgrastim", "pegfilgrastim", "lénograstim",
    "darbépoétine alfa", "époétine alfa", "acide folique", "vitamine b12", "lévothyroxine", "ondansétron", "mesna",
})  # fmt: skip
"""Drugs that stand with a course but are no part of the treatment of the tumour."""


_LIKE = {
    **dict.fromkeys(("C48", "C54", "C55", "C56", "C57"), "C50"),
    **dict.fromkeys(("C07", "C08"), "C61"),
}
"""Organs whose tumours are treated with the hormones of another's: ovary and endometrium with those of the breast
(ESMO-ESGO 2019, ESMO 2022), salivary glands with those of the prostate (ESMO-EURACAN 2022)."""


class Treatment:
    """A course in the making: where it belongs, and what its items tell. `item` is the first, `items` all that are
    one course."""

    __slots__ = ("arranged", "episode", "in_parts", "item", "items", "line", "responses", "toxicities", "tumour")

    def __init__(self, item: Item, tumour: int | None) -> None:
        self.item = item
        self.tumour = tumour
        self.episode = 0
        self.items = [item]
        self.line: int | None = None
        self.responses: list[Item] = []
        self.toxicities: list[Item] = []
        self.arranged = False
        """Whether a person put its items together."""
        self.in_parts = False
        """Whether its items are parts of it: it lasts from the first beginning to the last end."""

    @property
    def proofs(self) -> list[Proof]:
        """The facts that tell of it."""
        proofs = self.items[0].proofs.copy()
        for item in self.items[1:]:
            proofs += item.proofs
        return proofs

    @property
    def start(self) -> str | None:
        """When it began, as far as told, else when it ended."""
        if self.arranged or self.in_parts:
            begun = min((item.start for item in self.items if item.start), default=None)
            return begun or self.item.get("end_date")
        return self.item.start or self.item.get("end_date")


def treatments(
    story: Story,
    tumours: Sequence[Primary],
    attribution: Attribution,
    stretches: Sequence[Sequence[Stretch]],
    arranged: Mapping[Pair, bool] = AS_TOLD.courses,
) -> list[Treatment]:
    """The courses of all tumours in order, each with its episode."""
    found: list[Treatment] = []
    for item in story.of("therapy"):
        if item.status in ("family", "negated") or _is_only_a_sample(item, story):
            continue
        tumour = attribution.of(item)
        if tumour is not None and (_of_no_tumour(item, tumours[tumour]) or _of_toxicity(item, story)):
            tumour = None
        free = found
        if arranged:
            words = list(zip(found, said(arranged, item, found), strict=True))
            together = [treatment for treatment, one in words if one]
            if together:
                _put_together(item, together, found)
                continue
            free = [treatment for treatment, one in words if one is None]
        joined = _with_another(item, free) or _joined(item, tumour, free, story)
        if joined is not None:
            joined.items.append(item)
            continue
        found.append(Treatment(item, tumour))
    gather(found, arranged)
    _end_by_the_next(found, story)
    for treatment in found:
        if treatment.tumour is not None:
            own, item = stretches[treatment.tumour], treatment.item
            treatment.episode = episode_of(own, treatment.start, item.order)
            if not item.start:  # told by its end only: it began before what is told behind it
                treatment.episode = min(treatment.episode, episode_of(own, None, item.order))
    _doubt_intents(found, stretches)
    begun = [(start, treatment.item.order) for treatment in found if (start := treatment.start)]
    found.sort(key=lambda treatment: (_not_before(treatment, begun), treatment.item.order))
    return _in_telling_order(found)


def _not_before(treatment: Treatment, begun: Sequence[tuple[str, int]]) -> str:
    """The first day that a course may have begun on; one of which only the month or year is told began behind those of
    it that are told before."""
    start, order = treatment.start, treatment.item.order
    if not start:
        return ""
    first = first_day(start)
    if len(start) < len("2016-07-19"):
        for other, told in begun:
            if told < order and len(other) > len(start) and other.startswith(start):
                first = max(first, first_day(other))
    return first


def _doubt_intents(found: Sequence[Treatment], stretches: Sequence[Sequence[Stretch]]) -> None:
    """Take no course for adjuvant in a distant relapse or a progression of which nothing was operated on or irradiated:
    the word is of the first disease."""
    for treatment in found:
        tumour, episode = treatment.tumour, treatment.episode
        if tumour is None or not episode or treatment.item.get("intent") != "adjuvant" or treatment.item.kind in _LOCAL:
            continue
        if stretches[tumour][episode].kind in ("relapse_distant", "progression") and not any(
            (other.tumour, other.episode) == (tumour, episode) and other.item.kind in _LOCAL for other in found
        ):
            for item in treatment.items:
                item.attributes.pop("intent", None)


def _is_only_a_sample(item: Item, story: Story) -> bool:
    """Whether an excision took the sample that an operation of the months behind it was decided on."""
    if item.get("procedure") != _SAMPLE or not item.start:
        return False
    return any(
        other.kind == "surgery"
        and other.status == "affirmed"
        and other.get("procedure") != _SAMPLE
        and other.start is not None
        and last_day(item.start) < first_day(other.start)
        and months_apart(item.start, other.start) <= _DECIDED_MONTHS
        for other in story.of("therapy")
    )


def _end_by_the_next(found: Sequence[Treatment], story: Story) -> None:
    """End the drugs that others are said to take the place of when those began: `tamoxifène, relayé en mars 2017 par
    létrozole`."""
    given = [treatment for treatment in found if treatment.item.get("drugs")]
    if len(given) < 2:
        return
    given.sort(key=lambda treatment: treatment.item.order)
    for treatment, following in pairwise(given):
        held, item = treatment.items[-1], following.item
        if treatment.tumour != following.tumour or held.page != item.page or item.status != "affirmed":
            continue
        page = story.page(item)
        if not page.one_sentence(held.span[0], item.span[0]):
            continue
        if item.start is None or _first_end(treatment) or not _in_order(treatment.start, item.start):
            continue
        if _REPLACED_BY.search(page.folded, held.span[1], item.span[0]):
            treatment.item.attributes["end_date"] = item.start


def _first_end(treatment: Treatment) -> str | None:
    return next((end for item in treatment.items if (end := item.get("end_date"))), None)


def _in_order(start: str | None, following: str) -> bool:
    return start is None or first_day(start) < first_day(following)


def _put_together(item: Item, together: Sequence[Treatment], found: list[Treatment]) -> None:
    """Add an item to the course that a person put it in; courses that it holds together become one."""
    first, *others = together
    for other in others:
        first.items += other.items
        found.remove(other)
    first.items.append(item)
    first.items.sort(key=lambda held: held.order)
    first.arranged = True


def _of_no_tumour(item: Item, tumour: Primary) -> bool:
    """Whether a treatment is not of the tumour: an operation long before the diagnosis, hormones of other organs'
    tumours (to spare the ovaries in a lymphoma)."""
    if tumour.haematological and item.kind == "surgery":
        sampled = stems(item.get("procedure")) & _SAMPLES and not (
            item.start and tumour.date and _long_after(item.start, tumour.date)
        )
        return bool(sampled)  # nodes are taken out to be looked at
    if item.kind == "hormone" and item.get("drugs"):
        organs = [organs_of(drug) for drug in item.get("drugs")]
        organ = (tumour.topography or "C80")[:3]
        taken = _LIKE.get(organ, organ)
        return all(organs) and not any(organ in named or taken in named for named in organs)
    if item.kind != "surgery" or not item.start or not tumour.date:
        return False
    return (
        first_day(item.start) < first_day(tumour.date)
        and months_apart(item.start, tumour.date) > _EARLIER_OPERATION_MONTHS
    )


def _long_after(date: str, diagnosed: str) -> bool:
    return last_day(diagnosed) < first_day(date) and months_apart(date, diagnosed) > _EARLIER_OPERATION_MONTHS


def _of_toxicity(item: Item, story: Story) -> bool:
    """Whether drugs are given for a toxicity told before them: `radionécrose traitée par bévacizumab`."""
    if not item.get("drugs") or item.get("regimen"):
        return False
    page = story.page(item)
    if page.folded.find("traite", max(0, item.span[0] - 60), item.span[0]) < 0:
        return False
    match = _GIVEN_FOR.search(page.folded, max(page.sentence(item.span[0]).start, item.span[0] - 60), item.span[0])
    return match is not None and any(
        told.page == item.page and match.start() - 80 <= told.span[0] < told.span[1] <= match.start() + 1
        for told in story.of("adverse_event")
    )


def _with_another(item: Item, found: Sequence[Treatment]) -> Treatment | None:
    """The operation of the same day that nodes are taken out in: `vulvectomie + │ganglion sentinelle│`."""
    if item.kind != "surgery" or len(item.start or "") < 10 or operated_organ(item.get("procedure")) != _NODES:
        return None
    return next(
        (
            treatment
            for treatment in reversed(found)
            if treatment.item.kind == "surgery"
            and (treatment.item.start, treatment.item.status) == (item.start, item.status)
            and operated_organ(treatment.item.get("procedure")) not in ("", _NODES)
        ),
        None,
    )


def _joined(item: Item, tumour: int | None, found: Sequence[Treatment], story: Story) -> Treatment | None:
    """The operation that an act is part of: of the same day, or told beside it with the same date; undated, in the
    same sentence."""
    kind = item.kind
    if kind == "chemotherapy" and found and _replaces(item, found[-1], tumour, story):
        return found[-1]
    if kind != "surgery" or item.status not in ("affirmed", "planned"):
        return None
    start = item.start
    for treatment in reversed(found):
        held = treatment.item
        if treatment.tumour != tumour or held.status != item.status or held.kind != "surgery":
            continue
        begun = held.start
        if begun and start and begun == start and len(start) == 10:
            return treatment
        if _recalls_operation(item, held):
            if len(start or "") > len(begun or ""):
                treatment.item = item
            return treatment
        if begun and start and begun != start:
            continue
        last = treatment.items[-1]
        if last.report != item.report or item.span[0] - last.span[1] > _ONE_SITTING:
            continue
        page = story.page(item)
        if begun == start is not None or page.one_sentence(last.span[0], item.span[0]):
            return treatment
    return None


def _recalls_operation(item: Item, held: Item) -> bool:
    """Whether one report tells an operation that another only recalls without naming it: `opérée en 2020`."""
    if item.report == held.report or not (is_general(item.get("procedure")) or is_general(held.get("procedure"))):
        return False
    return bool(item.start and held.start) and compatible(item.start, held.start)


def _replaces(item: Item, treatment: Treatment, tumour: int | None, story: Story) -> bool:
    """Whether a drug takes the place of another in the course told before it: `le cisplatine a été remplacé par …`."""
    held = treatment.items[-1]
    if held.kind != item.kind or held.report != item.report or treatment.tumour != tumour:
        return False
    page = story.page(item)
    words = page.folded[held.span[1] : item.span[0]]
    return len(words) < _ONE_SITTING and len(item.get("drugs") or ()) == 1 and _REPLACED.search(words) is not None


def _in_telling_order(found: list[Treatment]) -> list[Treatment]:
    """Undated courses stand behind the course told before them."""
    dated = [treatment for treatment in found if treatment.start]
    for treatment in sorted((t for t in found if not t.start), key=lambda t: t.item.order):
        place = 0
        for i, other in enumerate(dated):
            if other.item.order < treatment.item.order:
                place = i + 1
        dated.insert(place, treatment)
    return dated


def own_drugs(treatment: Treatment) -> tuple[str, ...]:
    """The drugs of a course that treat the tumour."""
    drugs = tuple(dict.fromkeys([drug for item in treatment.items for drug in item.get("drugs") or ()]))
    if _SUPPORTIVE.isdisjoint(drugs):
        return drugs
    return tuple([drug for drug in drugs if drug not in _SUPPORTIVE]) or drugs
