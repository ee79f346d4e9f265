"""A person's word on which facts are of one tumour, or of one course, and which are not; it goes before the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from anamnese.record import Proof

Pair = frozenset[Proof]
"""Two facts."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """For pairs of facts: True where they are of one (tumour, course), False where they are not. Pairs that are absent
    are left to the rules."""

    tumours: Mapping[Pair, bool] = field(default_factory=dict)
    courses: Mapping[Pair, bool] = field(default_factory=dict)


AS_TOLD = Arrangement()
"""Nothing arranged: the rules alone decide."""


class Told(Protocol):
    """What rests on facts: an item of the story, a tumour or a course in the making."""

    @property
    def proofs(self) -> Sequence[Proof]:
        """The facts."""
        ...


def said(pairs: Mapping[Pair, bool], told: Told, groups: Sequence[Told]) -> list[bool | None]:
    """What was said of something told and each of the groups that it may be of: True where it is of it, False where it
    is not, None where the rules decide."""
    return [bound(pairs, told.proofs, group.proofs) for group in groups] if pairs else [None] * len(groups)


def bound(pairs: Mapping[Pair, bool], some: Iterable[Proof], others: Iterable[Proof]) -> bool | None:
    """What was said of two groups of facts: False where any two of them are apart, else True where any two are of one,
    else None."""
    behind = tuple(others)
    words = {pairs.get(frozenset((a, b))) for a in some for b in behind}
    return False if False in words else True if True in words else None
