"""An episode in the making."""

from __future__ import annotations

from anamnese.history.extent import in_transit, is_distant
from anamnese.history.story import Item
from anamnese.record import EpisodeKind

RELAPSES = ("relapse_local", "relapse_regional", "relapse_distant", "relapse")
"""The kinds of episodes in which a disease comes back that was gone."""

_CUTANEOUS = ("skin", "soft_tissue")
_BESIDE = 160
"""Characters within which two tellings are of the same nodules."""


class Stretch:
    """An episode in the making."""

    __slots__ = ("advanced", "date", "dated_by", "items", "kind", "order", "sites", "suspected", "tumour")

    def __init__(
        self, kind: EpisodeKind, tumour: int, told: Item, items: list[Item], sites: list[str], suspected: bool
    ) -> None:
        self.kind: EpisodeKind = kind
        self.tumour = tumour
        self.date = told.date
        self.dated_by: Item | None = told
        """The item whose date the episode has."""
        self.order = told.order
        self.items = items
        self.sites = sites
        self.suspected = suspected
        self.advanced = False
        """Whether the disease of this episode is distant, has come back or goes on: what is given is a line of
        treatment."""

    def distant(self) -> set[str]:
        """The distant sites involved; nodules under the skin told beside metastases in transit are those."""
        found = [item for item in self.items if item.type == "metastasis"]
        passing = [item.order for item in found if in_transit(item)]
        return {
            item.get("site")
            for item in found
            if is_distant(item)
            and not (item.get("site") in _CUTANEOUS and any(abs(item.order - other) < _BESIDE for other in passing))
        }


def told_before(stretch: Stretch, item: Item) -> bool:
    """Whether an episode began before something: by the dates where both have one, else by the telling."""
    date, other = stretch.date, item.date
    if date and other:
        return date[: len(other)] <= other[: len(date)]
    return stretch.order <= item.order
