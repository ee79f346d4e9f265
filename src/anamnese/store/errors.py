"""What can stand in the way of the store's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.review.refusal import Refused

if TYPE_CHECKING:
    from anamnese.review.decisions import Decision

__all__ = ["Refused", "Stale", "StoreError", "UnknownCase", "UnknownReport"]


class StoreError(Exception):
    """What keeps a store from being opened: one line in French, what is wrong and what to do."""


class UnknownCase(Exception):  # noqa: N818 (it names what is the matter)
    """There is no case of this id."""

    def __init__(self, id: int) -> None:
        super().__init__(f"no case or report {id}")
        self.id = id


class UnknownReport(UnknownCase):
    """There is no report of this id, so no case that has it."""


class Stale(Exception):  # noqa: N818
    """Somebody else has changed the case: `version` is that of now, `last` the decision that made it."""

    def __init__(self, id: int, version: int, last: Decision | None) -> None:
        super().__init__(f"case {id} is at version {version}")
        self.id = id
        self.version = version
        self.last = last
