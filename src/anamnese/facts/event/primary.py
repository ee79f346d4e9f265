"""Further primaries, told as such."""

from __future__ import annotations

from anamnese.facts.event.words import DEFINITE, Hits, words_before
from anamnese.facts.reading import Draft, Reading


def second_primaries(reading: Reading, hits: Hits) -> list[Draft]:
    """A further primary, told as one; once within a paragraph."""
    found: list[Draft] = []
    last = ""
    for hit in hits.get("second", []):
        before = words_before(reading, hit.start, 40)
        line = reading.folded[reading.folded.rfind("\n", 0, hit.start) + 1 : hit.end + 3]
        if line.strip() == reading.folded[hit.start : hit.end]:  # a heading
            continue
        ordinal = reading.folded[hit.start : hit.start + 4]
        if found and (
            DEFINITE.search(before)
            or (hit.start - found[-1].end < 1500 and (ordinal == last or ordinal not in ("deux", "troi")))
        ):
            continue
        last = ordinal
        status = reading.scopes.status(reading.draft("event", hit.start, hit.end))
        if status in ("affirmed", "suspected"):
            found.append(reading.draft("event", hit.start, hit.end, status, kind="second_primary"))
    return found
