"""Further primaries: told as such, or malignant tumours of another organ years after the first."""

from __future__ import annotations

from itertools import pairwise

from anamnese.case import Span
from anamnese.facts.event.words import DEFINITE, Hits, month, months_told, place, words_before
from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re


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
        status = reading.scopes.status(Draft("event", hit.start, hit.end, {}, None, None))
        if status in ("affirmed", "suspected"):
            found.append(reading.draft("event", hit.start, hit.end, status, kind="second_primary"))
    return found or _later_tumours(reading, part)


_LATER_MONTHS = 60
"""A malignant tumour of another organ five years after the first is a new one, whatever the report calls it."""
_SKIN = ("805", "807", "809")
"""Squamous and basal cell carcinomas, left out where they are of the skin, as registries do (IARC rules)."""


_BEFORE, _AFTER = 200, 60
"""How many characters before and behind a diagnosis its lapse of time may be told."""
_LYMPHOCYTIC = {"9823/3", "9670/3"}
"""Chronic lymphocytic leukaemia and small lymphocytic lymphoma: one disease (ICD-O-3.2)."""
_KNOWN = folded_re(
    r"\b(?:suivie?|traitee?|connue?|porteu(?:r|se)|atteinte?|notion|antecedents?|atcd|terrain)\b[^.;]{0,30}$"
)
"""Before an older disease that a report only tells late: `Patiente traitée pour une LLC`."""
_BLOOD_FROM = "959"
"""ICD-O-3 morphologies of lymphomas, myelomas and leukaemias begin here."""


def _of_blood(tumour: Draft) -> bool:
    return str(tumour.get("morphology")) >= _BLOOD_FROM


def _treated_between(reading: Reading, earlier: Draft, later: Draft) -> bool:
    first = reading.sentence(later.start).start
    if reading.scopes.status(later) != "affirmed":
        return False
    return any(
        earlier.start < therapy.start < first and therapy.status in (None, "affirmed")
        for therapy in reading.facts("therapy")
    )


def _later_tumours(reading: Reading, part: Span) -> list[Draft]:
    """The first malignant tumour that was found years after one of another organ, or after the treatment of a disease
    of the blood or the lymph nodes that it is no form of (or the other way round)."""
    told = [
        tumour
        for tumour in sorted(reading.facts("tumour"), key=place)
        if part.start <= tumour.start < part.end and tumour.status in (None, "affirmed")
    ]
    if len(told) < 2:
        return []
    tumours = [
        tumour
        for tumour in told
        if str(tumour.get("morphology") or "").endswith("/3")
        and not (str(tumour.get("topography")).startswith("C44") and str(tumour.get("morphology")).startswith(_SKIN))
    ]
    for earlier, later in pairwise(tumours):
        if str(earlier.get("topography"))[:3] == str(later.get("topography"))[:3]:
            continue
        sentence = reading.sentence(later.start)
        if {earlier.get("morphology"), later.get("morphology")} <= _LYMPHOCYTIC:
            continue
        if _KNOWN.search(reading.folded, max(sentence.start, later.start - _BEFORE), later.start):
            continue
        before = reading.sentence(max(0, sentence.start - 1)).start
        lapse = months_told(reading.folded, max(earlier.end, before), min(sentence.end, later.end + _AFTER))
        near = max(reading.sentence(earlier.start).start, earlier.start - _BEFORE)
        ago = reading.folded.find("il y a ", near, earlier.end + _AFTER)
        if ago >= 0:
            lapse = max(lapse, months_told(reading.folded, ago, ago + _AFTER))
        other = _of_blood(earlier) != _of_blood(later) and _treated_between(reading, earlier, later)
        if lapse >= _LATER_MONTHS or other:
            return [reading.draft("event", later.start, later.end, kind="second_primary")]
        first, second = month(reading, earlier), month(reading, later)
        if first is not None and second is not None and second - first >= _LATER_MONTHS:
            return [reading.draft("event", later.start, later.end, kind="second_primary")]
    return _newly_found(reading, told, tumours)


_NEWLY = folded_re(
    r"\b(?:apparition|survenue|developpement|on (?:lui )?(?:diagnostique|decouvre)|a developpe|developpe|decouverte)"
    r"(?: [a-z]+){0,2} (?:d'une? |d'|de |une? )(?:nouveau |nouvelle |autre )?$"
)
_NEWLY_MONTHS = 6
_BASAL = "809"
"""Basal cell carcinomas, which no registry counts (IARC rules)."""


def _newly_found(reading: Reading, told: list[Draft], tumours: list[Draft]) -> list[Draft]:
    """A carcinoma of the skin or one in situ, or any malignant tumour, that a report says is new in another organ,
    half a year or more after a first tumour that was treated: `apparition d'un carcinome épidermoïde cutané`."""
    for later in told:
        code = str(later.get("morphology") or "")
        if not code.endswith(("/3", "/2")) or code.startswith(_BASAL):
            continue
        if not _NEWLY.search(reading.folded, max(0, later.start - 60), later.start):
            continue
        organ = str(later.get("topography"))[:3]
        earlier = next((tumour for tumour in tumours if tumour.end < later.start), None)
        if earlier is None or str(earlier.get("topography"))[:3] == organ or _of_blood(earlier) != _of_blood(later):
            continue
        then, now = month(reading, earlier), month(reading, later)
        apart = then is not None and now is not None and now - then >= _NEWLY_MONTHS
        if apart and _treated_between(reading, earlier, later):
            return [reading.draft("event", later.start, later.end, kind="second_primary")]
    return []
