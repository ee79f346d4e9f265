"""What was found in another organ than the one it comes from: a metastasis that was biopsied or taken out."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.origins import Specimen, specimen_of, specimens
from anamnese.facts.tumour.primaries import Statement, akin
from anamnese.facts.tumour.tissues import tissue_of
from anamnese.reading.fold import folded_re

_SECONDARY = ("C22", "C38.4", "C40", "C41", "C42.1", "C44", "C48", "C70", "C71", "C74", "C77")
"""Organs in which a carcinoma that nothing says to be theirs is a secondary one, where a tumour of another is told."""
_SAMPLED = folded_re(r"\b(?:biops|microbiops|ponction|cytoponction|prelevement|paaf|pbh|exerese|analyse|examen)")


def note_specimens(reading: Reading, said: list[Statement]) -> None:
    """Note the organs in which tumours of other organs were found, and part what was found there from the primaries:
    what is said to come from elsewhere (the places of what is called a metastasis stand beside that word), and
    carcinomas sampled where carcinomas seldom begin, beside a tumour told."""
    anchors = [s for s in said if not s.spread and s.seat and s.seat.weight > 2 and s.topography]
    for statement in said:
        seat = statement.seat
        if seat is None or statement.name.code >= "8800" or statement.status == "suspected":
            continue
        if seat.origin:
            found = None if statement.spread else specimen_of(reading, statement.name, seat.place.code or "")
            if found is not None:
                specimens(reading).append(found)
        elif _is_elsewhere(reading, statement, anchors):
            place = seat.place
            specimens(reading).append(
                Specimen(statement.name.start, statement.name.end, place.code or "", place.metastasis)
            )
            statement.spread, statement.topography, statement.side = True, None, None


def _is_elsewhere(reading: Reading, statement: Statement, anchors: list[Statement]) -> bool:
    """Whether a carcinoma was sampled in an organ of metastases while the report tells of a tumour in another."""
    name, seat = statement.name, statement.seat
    if seat is None or seat.weight > 2 or not (seat.place.code or "").startswith(_SECONDARY):
        return False
    if name.bare or name.term.row["site"] or tissue_of(name.code[:4]) != "epithelial":
        return False
    if not _SAMPLED.search(reading.folded, reading.sentence(name.start).start, seat.place.start):
        return False
    here = (seat.place.code or "")[:3]
    return any(
        akin(anchor.code, statement.code) and not near(anchor.topography, here)
        for anchor in anchors
        if anchor is not statement
    )
