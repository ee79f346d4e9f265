"""The timeline: every event of the story in order, undated ones between their neighbours."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.case import Fact
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.history.tumours import Primary, tumour_of
from anamnese.record import Certainty, TimelineEvent
from anamnese.sheet import describe

_SHOWN = ("tumour", "metastasis", "stage", "therapy", "response", "event", "imaging", "procedure", "adverse_event")


def timeline(story: Story, tumours: list[Primary]) -> tuple[TimelineEvent, ...]:
    """The events in order: by the first day that each may be, what is told first before what is told later; an event without a date
    behind the one told before it."""
    items = [item for item in story.items if item.type in _SHOWN and item.status in ("affirmed", "suspected")]
    return tuple(_event(item, tumours) for item in _ordered(items))


def _ordered(items: Iterable[Item]) -> list[Item]:
    told = sorted(items, key=lambda item: item.order)
    dated = sorted((item for item in told if item.date), key=lambda item: (when(item.date).earliest or "", item.order))
    behind: dict[int, list[Item]] = {}
    first: list[Item] = []
    previous: Item | None = None
    for item in told:
        if item.date:
            previous = item
        elif previous is None:
            first.append(item)
        else:
            behind.setdefault(id(previous), []).append(item)
    ordered = list(first)
    for item in dated:
        ordered.append(item)
        ordered += behind.get(id(item), ())
    return ordered


def _event(item: Item, tumours: list[Primary]) -> TimelineEvent:
    fact = Fact(item.type, *item.span, item.quote, item.attributes, item.status, item.date)
    words = tuple(f"{describe(fact, language)}" for language in ("fr", "en"))
    certainty: Certainty = "inferred" if item.date else "placed"
    return TimelineEvent(
        "diagnosis" if item.type == "tumour" else item.type,
        words[0],
        words[1],
        when(item.date, certainty),
        tumour_of(item, tumours),
        tuple(item.proofs),
    )
