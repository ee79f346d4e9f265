"""What disease a report is about, as far as secondary disease depends on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
    )


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
