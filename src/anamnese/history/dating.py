"""When each fact happened: the time expression that governs its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft, Reading


def date_facts(reading: Reading, drafts: list[Draft]) -> None:
    """Give each draft the date that its place in the text tells; nothing is guessed."""
    for draft in drafts:
        if draft.date is not None or draft.type in ("section", "patient", "time", "mention"):
            continue
        sentence = reading.sentence(draft.start)
        times = [time for time in reading.dates_between(sentence.start, sentence.end) if not time.birth]
        before = [time for time in times if time.start <= draft.start]
        inside = [time for time in times if draft.start <= time.start < draft.end + 25]
        chosen = inside[0] if inside else before[-1] if before else None
        if chosen is not None:
            draft.date = chosen.value
