"""What disease a report is about, as far as secondary disease depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from anamnese.facts.metastasis.sites import Site
    from anamnese.facts.reading import Reading

_HAEMATOLOGICAL = 9590
_DENDRITIC = range(9740, 9760)
"""ICD-O-3 morphologies from 9590 on are lymphomas, leukaemias and their kin, but for mast cell, histiocytic and dendritic
cell tumours, which spread as sarcomas do."""

_SITES_OF_SEATS = {
    "C22": "liver", "C34": "lung", "C40": "bone", "C41": "bone", "C71": "brain", "C70": "meninges", "C38.4": "pleura",
    "C48": "peritoneum", "C44": "skin", "C74": "adrenal", "C42.1": "bone_marrow", "C49": "soft_tissue",
    "C42.2": "spleen", "C64": "kidney", "C56": "ovary", "C25": "pancreas", "C69": "eye", "C77": "lymph_node",
}  # fmt: skip


LESION_SITES = frozenset(
    "lung liver bone brain adrenal spleen kidney skin pleura lymph_node meninges".split()
)
"""Where an abnormality, in a report of metastatic disease, is secondary unless the report says otherwise."""


class Disease(NamedTuple):
    """The primary tumours of a report: their ICD-O-3 topographies, whether any is solid, whether any has spread."""

    seats: frozenset[str]
    """Three-character topographies of the primary tumours."""
    sites: frozenset[str]
    """The sites of the fact format that the primary tumours lie in."""
    solid: bool
    spread: bool


    def is_seat(self, site: Site) -> bool:
        """Whether a place is in the organ of a primary tumour."""
        return site.code[:3] in self.seats

    def holds(self, site: str) -> bool:
        """Whether a primary tumour lies in a site."""
        return site in self.sites


def disease_of(reading: Reading) -> Disease:
    """The disease that the tumours read so far tell of."""
    tumours = [t for t in reading.facts("tumour") if str(t.get("morphology") or "8000/3").endswith(("/3", "/6", "/1"))]
    malignant = [t for t in tumours if t.status in (None, "affirmed")] or [t for t in tumours if t.status == "suspected"]
    seats = {str(t.get("topography") or "")[:3] for t in malignant}
    solid = not malignant or any(_is_solid(str(t.get("morphology") or "8000")) for t in malignant)
    sites = {
        site
        for t in malignant
        for seat, site in _SITES_OF_SEATS.items()
        if str(t.get("topography") or "").startswith(seat)
    }
    spread = solid and any(
        hit.term.row["kind"] in ("secondary", "staged", "named") for hit in reading.hits("metastasis")
    )
    return Disease(frozenset(seats - {""}), frozenset(sites), solid, spread)


def _is_solid(morphology: str) -> bool:
    """Whether a morphology is that of a tumour for which nodes and marrow are secondary sites."""
    number = int(morphology[:4])
    return number < _HAEMATOLOGICAL or number in _DENDRITIC
