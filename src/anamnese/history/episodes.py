"""The episodes of each tumour: first disease, relapses, progressions, remissions, with the sites involved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from anamnese.history.calendar import months_apart
from anamnese.history.story import Item, Story
from anamnese.history.tumours import Primary, tumour_of
from anamnese.record import EpisodeKind

_RELAPSES = ("relapse_local", "relapse_regional", "relapse_distant", "relapse")
_SAME_EPISODE_MONTHS = 2.0
"""Two tellings of a relapse or progression within so many months are of one (report and confirmation)."""

_INITIAL_MONTHS = 4.0
"""Metastases found within so many months of the diagnosis are synchronous (the registries' usual bound, ENCR)."""

_DISTANT = frozenset(
    "liver lung bone brain meninges pleura peritoneum skin adrenal bone_marrow soft_tissue spleen kidney ovary pancreas "
    "eye gastrointestinal other".split()
)


@dataclass(slots=True)
class Stretch:
    """An episode in the making."""

    kind: EpisodeKind
    tumour: int
    date: str | None
    order: tuple[int, int]
    items: list[Item] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    suspected: bool = False

    @property
    def advanced(self) -> bool:
        """Whether the disease of this episode is distant."""
        return self.kind == "relapse_distant" or any(site in _DISTANT for site in self.sites)


def episodes(story: Story, tumours: Sequence[Primary]) -> list[list[Stretch]]:
    """The episodes of each tumour, in order."""
    found: list[list[Stretch]] = []
    for i, tumour in enumerate(tumours):
        told = tumour.tellings[0]
        kind: EpisodeKind = "initial"
        if i and tumour.malignant and any(event.get("kind") == "second_primary" for event in _near(story, tumour)):
            kind = "second_primary"
        found.append(
            [Stretch(kind, i, tumour.date, told.order, list(tumour.tellings), [], tumour.status == "suspected")]
        )
    for event in story.of("event", "response"):
        index = tumour_of(event, tumours)
        if index is None or event.status not in ("affirmed", "suspected"):
            continue
        new = _kind(event, tumours[index], found[index])
        if new is not None:
            _add(found[index], new, event)
    for stretches in found:
        stretches.sort(
            key=lambda stretch: (stretch.kind not in ("initial", "second_primary"), stretch.date or "", stretch.order)
        )
        _place_undated(stretches)
    for metastasis in story.of("metastasis"):
        index = tumour_of(metastasis, tumours)
        if index is not None and metastasis.status in ("affirmed", "suspected"):
            _involve(found[index], metastasis, tumours[index])
    return found


def _near(story: Story, tumour: Primary) -> list[Item]:
    return [
        event
        for event in story.of("event")
        if event.date is None or tumour.date is None or months_apart(event.date, tumour.date) <= _INITIAL_MONTHS
    ]


def _kind(item: Item, tumour: Primary, stretches: list[Stretch]) -> EpisodeKind | None:
    """The episode that an event or response opens, or None."""
    kind = item.get("kind") or item.get("category")
    if kind in _RELAPSES:
        return kind  # type: ignore[no-any-return]
    if kind == "progression":
        return "progression"
    if kind == "complete" and (tumour.haematological or any(stretch.advanced for stretch in stretches)):
        return "remission"
    return None


def _add(stretches: list[Stretch], kind: EpisodeKind, item: Item) -> None:
    """Add an episode, unless it is one already told."""
    for stretch in stretches:
        if not _comparable(stretch.kind, kind):
            continue
        if _same_time(stretch, item):
            stretch.items.append(item)
            stretch.suspected = stretch.suspected and item.status == "suspected"
            if kind != "relapse" and (stretch.kind == "relapse" or kind == "relapse_distant"):
                stretch.kind = kind
            if item.date and len(item.date) > len(stretch.date or ""):
                stretch.date = item.date
            return
    stretches.append(Stretch(kind, stretches[0].tumour, item.date, item.order, [item], [], item.status == "suspected"))


def _comparable(a: str, b: str) -> bool:
    return a == b or (a in _RELAPSES and b in _RELAPSES)


def _same_time(stretch: Stretch, item: Item) -> bool:
    if stretch.date and item.date:
        return months_apart(stretch.date, item.date) <= _SAME_EPISODE_MONTHS
    return stretch.items[-1].report != item.report or abs(stretch.order[1] - item.order[1]) < _SAME_PASSAGE


_SAME_PASSAGE = 600
"""Two undated tellings within so many characters are of one relapse."""


def _place_undated(stretches: list[Stretch]) -> None:
    """Undated episodes stand between their neighbours in the telling."""
    undated = [stretch for stretch in stretches[1:] if stretch.date is None]
    for stretch in undated:
        stretches.remove(stretch)
        place = 1
        for i, other in enumerate(stretches[1:], 1):
            if other.order < stretch.order:
                place = i + 1
        stretches.insert(place, stretch)


def _involve(stretches: list[Stretch], metastasis: Item, tumour: Primary) -> None:
    """Give a metastasis to the episode in which it was found."""
    site = metastasis.get("site")
    chosen = stretches[0]
    for stretch in stretches[1:]:
        if stretch.kind == "remission":
            continue
        if metastasis.date and stretch.date:
            if (
                metastasis.date[:7] >= stretch.date[: min(7, len(metastasis.date))]
                or months_apart(metastasis.date, stretch.date) <= 1
            ):
                chosen = stretch
        elif stretch.order <= metastasis.order:
            chosen = stretch
    if site not in chosen.sites:
        chosen.sites.append(site)
    chosen.items.append(metastasis)


def episode_of(stretches: Sequence[Stretch], date: str | None, order: tuple[int, int]) -> int:
    """The episode that something belongs to: the last that began before it."""
    chosen = 0
    for i, stretch in enumerate(stretches):
        if i == 0:
            continue
        if date and stretch.date:
            shown = min(len(date), len(stretch.date))
            if stretch.date[:shown] <= date[:shown]:
                chosen = i
        elif stretch.order <= order:
            chosen = i
    return chosen
