"""Further primaries: told as such, or malignant tumours of another organ years after the first."""

from __future__ import annotations

from itertools import pairwise

from anamnese.case import Span
from anamnese.facts.event.words import DEFINITE, Hits, month, place, words_before
from anamnese.facts.reading import Draft, Reading


def second_primaries(reading: Reading, hits: Hits, part: Span) -> list[Draft]:
    """A further primary, told as one; once within a paragraph."""
    found: list[Draft] = []
    last = ""
    for hit in hits.get("second", []):
        before = words_before(reading, hit.start, 40)
        line = reading.folded[reading.line_start(hit.start) : hit.end + 3]
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
    return found or _later_tumours(reading, part)


_LATER_MONTHS = 60
"""A malignant tumour of another organ five years after the first is a new one, whatever the report calls it."""
_SKIN = ("805", "807", "809")
"""Squamous and basal cell carcinomas, left out where they are of the skin, as registries do (IARC rules)."""


def _later_tumours(reading: Reading, part: Span) -> list[Draft]:
    """The first malignant tumour that was found years after one of another organ."""
    tumours = [
        tumour
        for tumour in sorted(reading.facts("tumour"), key=place)
        if part.start <= tumour.start < part.end
        and tumour.status in (None, "affirmed")
        and str(tumour.get("morphology") or "").endswith("/3")
        and not (str(tumour.get("topography")).startswith("C44") and str(tumour.get("morphology")).startswith(_SKIN))
    ]
    for earlier, later in pairwise(tumours):
        if str(earlier.get("topography"))[:3] == str(later.get("topography"))[:3]:
            continue
        first, second = month(reading, earlier), month(reading, later)
        if first is not None and second is not None and second - first >= _LATER_MONTHS:
            return [reading.draft("event", later.start, later.end, kind="second_primary")]
    return []
