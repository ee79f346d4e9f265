"""A decision that cannot stand."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 (a decision, not a fault)
    """A decision that cannot stand: one line, what is wrong and what to do, in French and English."""

    def __init__(self, message_fr: str, message_en: str) -> None:
        super().__init__(message_fr)
        self.message_fr = message_fr
        self.message_en = message_en
