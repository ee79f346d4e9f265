"""Benign tumours met by chance beside the cancer of a patient (`angiome`, `nævus`): no diseases of the record."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from anamnese.history.naming import operated_organ
from anamnese.history.story import Item, Story
from anamnese.record import Proof

if TYPE_CHECKING:
    from anamnese.history.tumours import Primary

_HISTOLOGIES = (
    range(8370, 8371),  # adenoma of the adrenal cortex
    range(8720, 8791),  # naevi
    range(8832, 8833),  # dermatofibroma
    range(8850, 8882),  # lipomas, angiomyolipoma, myelolipoma
    range(8992, 8993),  # pulmonary hamartoma
    range(9010, 9031),  # fibroadenoma
    range(9120, 9176),  # angiomas of blood and lymph vessels
    range(9180, 9181),  # osteoma
    range(9220, 9221),  # enchondroma
    range(9570, 9571),  # neuroma, a sign of MEN 2B on tongue and lips
)
"""ICD-O-3 histologies that, benign, are mostly found by chance at an examination for something else."""


_TOPIC = 3
"""A report that names a benign histology so often tells of that tumour, and has not met it by chance."""


def without_incidental(found: Sequence[Primary], story: Story, arranged: Set[Proof]) -> list[Primary]:
    """The tumours without the benign ones met by chance: named beside an affirmed malignant one, neither operated on
    nor told at length, nor arranged by a person."""
    doubted = [primary for primary in found if _may_be(primary) and arranged.isdisjoint(primary.proofs)]
    if not doubted or not any(primary.malignant and primary.status == "affirmed" for primary in found):
        return list(found)
    operations = [item for item in story.of("therapy") if item.kind == "surgery" and item.status == "affirmed"]
    met = [
        primary for primary in doubted if not _is_topic(primary, story) and not _is_operated(primary, operations, story)
    ]
    return [primary for primary in found if primary not in met]


def _may_be(primary: Primary) -> bool:
    morphology = primary.morphology or ""
    return morphology.endswith("/0") and any(int(morphology[:4]) in codes for codes in _HISTOLOGIES)


def _is_topic(primary: Primary, story: Story) -> bool:
    return any(
        sum(code == primary.morphology for _, code in story.page(told).mentions) >= _TOPIC for told in primary.tellings
    )


def _is_operated(primary: Primary, operations: Sequence[Item], story: Story) -> bool:
    """Whether an operation is told in the sentence of a tumour, and of no other organ."""
    organs = ("", (primary.topography or "")[:3])
    return any(
        item.page == told.page
        and operated_organ(item.get("procedure")) in organs
        and story.page(told).one_sentence(item.span[0], told.span[0])
        for told in primary.tellings
        for item in operations
    )
