"""The rooms: each kind of fact is one folder that holds all there is to it (see docs/rooms.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from anamnese.facts.reading import Draft, Reading

ROOMS = (
    "section",
    "patient",
    "time",
    "stage",
    "biomarker",
    "lab",
    "vital",
    "performance_status",
    "medication",
    "therapy",
    "imaging",
    "procedure",
    "mention",
    "tumour",
    "lesion",
    "metastasis",
    "response",
    "event",
    "adverse_event",
)
"""The rooms in the order in which they read: a room may look at the facts of those before it."""

Rule = Callable[[Reading], Iterable[Draft]]


@cache
def rooms() -> tuple[tuple[str, Rule], ...]:
    """Each room's name and its rule."""
    return tuple((room, import_module(f"anamnese.facts.{room}.rules").read) for room in ROOMS)
