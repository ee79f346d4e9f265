"""What was found in another organ than the one it comes from: a metastasis that was biopsied or taken out."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.tumour.naming import Name
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.origins import Specimen, specimen_of, specimens
from anamnese.facts.tumour.primaries import Statement, akin
from anamnese.facts.tumour.tissues import tissue_of
from anamnese.reading.fold import folded_re

_SECONDARY = ("C22", "C38.4", "C40", "C41", "C42.1", "C44", "C48", "C70", "C71", "C74", "C77")
"""Organs in which a carcinoma that nothing says to be theirs is a secondary one, where a tumour of another is told."""
_SKIN, _SQUAMOUS = "C44", ("8050", "8085")
"""Squamous cell carcinomas of the skin are its own."""
_SAMPLED = folded_re(r"\b(?:biops|microbiops|ponction|cytoponction|prelevement|paaf|pbh|exerese|analyse|examen)")


_SPREADING = folded_re(r"\b(?:progression|recidive|rechute|evolution|localisation|dissemination|atteinte)s?[ ]$")
"""Right before a place to which a known tumour has spread: `progression │hépatique│, biopsie : carcinome`."""


def note_specimens(reading: Reading, said: list[Statement]) -> None:
    """Note the organs in which tumours of other organs were found, and part what was found there from the primaries:
    what is said to come from elsewhere (the places of what is called a metastasis stand beside that word), and
    carcinomas sampled where carcinomas seldom begin, beside a tumour told."""
    anchors = [s for s in said if not s.spread and s.seat and s.seat.weight > 2 and s.topography]
    for statement in said:
        seat, name = statement.seat, statement.name
        if name.code >= "8800" or statement.status == "suspected":
            continue
        if seat is None or seat.place.nodal:
            if not statement.spread and not name.bare and (node := _of_a_node(reading, name)) is not None:
                specimens(reading).append(node)
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


_OF_NODE = folded_re(
    r"(?:biopsie|microbiopsie|biopsie-exerese|ponction|cytoponction|cytologie|paaf|exerese)s?[ ]"
    r"(?:[a-z'-]+[ ]){0,3}?(?=ganglion|adenopath)"
)
_NODE_REACH = 90


def _of_a_node(reading: Reading, name: Name) -> Specimen | None:
    """The lymph node whose biopsy showed a carcinoma: `biopsie d'un ganglion sus-claviculaire : carcinome`."""
    first = reading.sentence(name.start).start
    start = max(first, name.start - _NODE_REACH)
    near_by = reading.folded[start : name.start]
    if "ganglion" not in near_by and "adenopath" not in near_by:
        return None
    told = _OF_NODE.search(reading.folded, start, name.start)
    if told is None or _NO_SPECIMEN.search(reading.folded, told.end(), name.start):
        return None
    return Specimen(name.start, name.end, _NODES, "lymph_node")


_NODES = "C77.9"
_NO_SPECIMEN = folded_re(
    r"\b(?:negati|normal|indemne|sans\b|pas\b|reactionnel|et\b|mais\b|chez\b|suivie?\b|biops|[a-z]+ectomie|piece)"
)
"""What parts the node from the diagnosis: that it was free, another specimen, the patient's known disease."""


def _is_elsewhere(reading: Reading, statement: Statement, anchors: list[Statement]) -> bool:
    """Whether a carcinoma was sampled in an organ of metastases while the report tells of a tumour in another."""
    name, seat = statement.name, statement.seat
    if seat is None or seat.weight > 2 or not (seat.place.code or "").startswith(_SECONDARY):
        return False
    if name.bare or name.term.row["site"] or tissue_of(name.code[:4]) != "epithelial":
        return False
    first = reading.sentence(name.start).start
    if not _SAMPLED.search(reading.folded, first, seat.place.start) and not (
        seat.place.end < name.start
        and _SPREADING.search(reading.folded, first, seat.place.start)
        and _SAMPLED.search(reading.folded, seat.place.end, name.start)
    ):
        return False
    here = (seat.place.code or "")[:3]
    if here == _SKIN and _SQUAMOUS[0] <= name.code[:4] < _SQUAMOUS[1]:
        return False
    return any(
        akin(anchor.code, statement.code) and not near(anchor.topography, here)
        for anchor in anchors
        if anchor is not statement
    )
