"""An episode in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from anamnese.history.extent import is_distant
from anamnese.history.story import Item
from anamnese.record import EpisodeKind

RELAPSES = ("relapse_local", "relapse_regional", "relapse_distant", "relapse")
"""The kinds of episodes in which a disease comes back that was gone."""


@dataclass(slots=True, eq=False)
class Stretch:
    """An episode in the making."""

    kind: EpisodeKind
    tumour: int
    date: str | None
    order: tuple[int, int]
    items: list[Item] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    suspected: bool = False
    advanced: bool = False
    """Whether the disease of this episode is distant, has come back or goes on: what is given is a line of
    treatment."""
    dated_by: Item | None = None
    """The item whose date the episode has."""

    def distant(self) -> set[str]:
        """The distant sites involved."""
        return {item.get("site") for item in self.items if item.type == "metastasis" and is_distant(item)}


def told_before(stretch: Stretch, item: Item) -> bool:
    """Whether an episode began before something: by the dates where both have one, else by the telling."""
    if stretch.date and item.date:
        shown = min(len(stretch.date), len(item.date))
        return stretch.date[:shown] <= item.date[:shown]
    return stretch.order <= item.order
