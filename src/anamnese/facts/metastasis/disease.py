"""What disease a report is about, as far as secondary disease depends on it."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from anamnese.facts.tumour.naming import Name, names
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.metastasis.sites import Site
    from anamnese.facts.reading import Draft, Reading

_HAEMATOLOGICAL = 9590
_DENDRITIC = range(9740, 9760)
"""ICD-O-3 morphologies from 9590 on are lymphomas, leukaemias and their kin, but for mast cell, histiocytic and
dendritic cell tumours, which spread as sarcomas do."""

_SITES_OF_SEATS = {
    "C22": "liver", "C34": "lung", "C40": "bone", "C41": "bone", "C71": "brain", "C70": "meninges", "C38.4": "pleura",
    "C48": "peritoneum", "C44": "skin", "C74": "adrenal", "C42.1": "bone_marrow", "C49": "soft_tissue",
    "C42.2": "spleen", "C64": "kidney", "C56": "ovary", "C25": "pancreas", "C69": "eye", "C77": "lymph_node",
}  # fmt: skip


_DIGESTIVE = ("C15", "C16", "C17", "C18", "C19", "C20", "C21", "C26")


def site_of(code: str) -> str:
    """The site of the fact format that secondary disease of a topography has."""
    told = next((site for prefix, site in _SITES_OF_SEATS.items() if code.startswith(prefix)), None)
    return told or ("gastrointestinal" if code.startswith(_DIGESTIVE) else "other")


LESION_SITES = frozenset({
    "lung", "liver", "bone", "brain", "adrenal", "spleen", "kidney", "skin", "pleura", "lymph_node", "meninges",
})  # fmt: skip
"""Where an abnormality, in a report of metastatic disease, is secondary unless the report says otherwise."""


_BASAL_CELL = "809"
"""A basal cell carcinoma hardly ever spreads: beside a leukaemia the nodes are the leukaemia's."""
_CARCINOMAS = range(8010, 8580)
_NO_EPITHELIUM = ("C38", "C40", "C41", "C42", "C49", "C70", "C71", "C72", "C77")

INFILTRATED_SITES = frozenset({"bone_marrow", "lymph_node", "pleura", "meninges", "peritoneum"})
"""Where tumour cells in a specimen are secondary: no primary tumour but a rare one begins there."""


class Disease(NamedTuple):
    """The primary tumours of a report: where they lie and of what family they are."""

    seats: frozenset[str]
    """Three-character topographies of the primary tumours."""
    sites: frozenset[str]
    """The sites of the fact format that the primary tumours lie in."""
    known: bool
    """Whether the report tells of a malignant tumour at all."""
    solid: bool
    """Whether nodes are secondary sites: not in a lymphoma or a leukaemia."""
    tumours: tuple[Draft, ...]
    """The malignant tumours themselves."""

    def is_seat(self, site: Site) -> bool:
        """Whether a place is in the organ of a primary tumour."""
        return site.code[:3] in self.seats

    def holds(self, site: str) -> bool:
        """Whether a primary tumour lies in a site."""
        return site in self.sites


def disease_of(reading: Reading) -> Disease:
    """The disease that the tumours read so far tell of."""
    tumours = [t for t in reading.facts("tumour") if _is_malignant(str(t.get("morphology") or "8000/3"))]
    malignant = [t for t in tumours if t.status in (None, "affirmed")] or [
        t for t in tumours if t.status == "suspected"
    ]
    seats = {str(t.get("topography") or "") for t in malignant if not _is_misplaced(t)}
    morphologies = [str(t.get("morphology") or "8000") for t in malignant]
    spreading = [morphology for morphology in morphologies if not morphology.startswith(_BASAL_CELL)] or morphologies
    solid = not spreading or any(map(_is_solid, spreading))
    sites = {site for seat in seats for site in _sites_in(seat)}
    return Disease(
        frozenset(seat[:3] for seat in seats) - {""},
        frozenset(sites),
        bool(malignant) or _is_said_to_spread(reading),
        solid,
        tuple(malignant),
    )


_OF_TUMOUR = folded_re(r"[ ]*(?:d'une?|d'|par une?|par l[ae'e]|du|de l[a']|de son|de sa)[ ]?(?:[a-z]+ )?")
_TUMOUR_WITH = folded_re(
    r"[^.;:\n]{0,40}?\b(?:avec|et|ayant|presentant|responsable d'|complique d')[ ]?(?:une?[ ]|des[ ]|l')?(?:[a-z]+[ ])?"
)
_NAME_REACH, _WITH_REACH = 30, 70
"""How far behind, and before, words for secondary disease the tumour that has spread may be named, in characters."""


def is_own_organ(reading: Reading, disease: Disease, site: str, start: int, end: int) -> bool:
    """Whether words at a place tell of a site in which the tumour that they are said of lies itself: of several
    primary tumours the one named beside them, `infiltration médullaire │par un lymphome│` beside a leukaemia."""
    if not disease.holds(site):
        return False
    if len(disease.tumours) < 2:
        return True
    name = _named_beside(reading, start, end)
    if name is None:
        return True
    said = [t for t in disease.tumours if t.start < name.end and name.start < t.end] or [
        t for t in disease.tumours if str(t.get("morphology") or "")[:4] == name.code[:4] and not name.bare
    ]
    return not said or any(site in _sites_in(str(t.get("topography") or "")) for t in said)


def _named_beside(reading: Reading, start: int, end: int) -> Name | None:
    """The tumour that words are said of: `(infiltration médullaire) par un │lymphome│`, `│cancer│ de la prostate avec
    (envahissement médullaire)`."""
    found = names(reading)
    at = bisect_left(found, end, key=_start_of)
    behind = at < len(found) and found[at].start - end < _NAME_REACH
    if behind and _OF_TUMOUR.fullmatch(reading.folded, end, found[at].start):
        return found[at]
    before = bisect_left(found, start, key=_start_of) - 1
    near = before >= 0 and 0 < start - found[before].end < _WITH_REACH
    return found[before] if near and _TUMOUR_WITH.fullmatch(reading.folded, found[before].end, start) else None


def _start_of(name: Name) -> int:
    return name.start


@lru_cache(maxsize=1024)
def _sites_in(seat: str) -> tuple[str, ...]:
    """The sites of the fact format that a topography lies in."""
    return tuple(site for code, site in _SITES_OF_SEATS.items() if seat.startswith(code))


def _is_solid(morphology: str) -> bool:
    """Whether a morphology is that of a tumour for which nodes and marrow are secondary sites."""
    number = int(morphology[:4])
    return number < _HAEMATOLOGICAL or number in _DENDRITIC


def _is_misplaced(tumour: Draft) -> bool:
    """Whether a carcinoma is told to lie where no carcinoma begins: it is a secondary one."""
    number = int(str(tumour.get("morphology") or "8000")[:4])
    return number in _CARCINOMAS and str(tumour.get("topography") or "").startswith(_NO_EPITHELIUM)


def _is_malignant(morphology: str) -> bool:
    """Whether a morphology is malignant; a tumour of unknown nature counts as such."""
    return morphology.endswith(("/3", "/6")) or morphology in ("8000/1", "8001/1")


def _is_said_to_spread(reading: Reading) -> bool:
    """Whether a report that names no tumour speaks of secondary disease all the same."""
    return any(hit.term.row["kind"] in ("secondary", "staged", "named") for hit in reading.hits("metastasis"))
