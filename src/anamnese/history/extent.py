"""How far a disease has spread, from the sites of its metastases and from its stage."""

from __future__ import annotations

import re

from anamnese.case import METASTASIS_SITES
from anamnese.history.story import Item
from anamnese.history.tumours import Primary
from anamnese.reading.fold import holds

DISTANT = frozenset(METASTASIS_SITES) - {"lymph_node"}
"""Sites of metastases that are no lymph nodes."""

_IN_TRANSIT = re.compile(r"\b(?:transit|satellites?|microsatellites?)\b")
_OF_TRANSIT = ("transit", "satellite")
"""What stands in all that `_IN_TRANSIT` finds."""

PERITONEAL = ("C48", "C56", "C57")
"""Primaries whose spread to the peritoneum is regional (FIGO III)."""

_GROUPED = ("TNM", "stage", "FIGO")
"""Systems of which stage IV is that of distant disease."""

_HEAD_AND_NECK = (*(f"C{organ:02d}" for organ in range(15)), "C30", "C31", "C32", "C73")
"""Organs whose stages IVA and IVB are without distant metastases (UICC, 8th edition)."""


def is_distant(metastasis: Item) -> bool:
    """Whether a metastasis is distant: at no lymph node, and not in transit."""
    return metastasis.get("site") in DISTANT and not in_transit(metastasis)


def in_transit(metastasis: Item) -> bool:
    """Whether a metastasis is in transit or a satellite of the primary, which are regional (UICC, 8th edition, N of
    melanoma)."""
    words = metastasis.words
    return holds(words, _OF_TRANSIT) and _IN_TRANSIT.search(words) is not None


def distant_stage(item: Item, tumour: Primary, localised: bool) -> bool:
    """Whether a stage tells of distant disease. Stage IV does, but for tumours of head, neck and thyroid IVC alone
    (UICC), and not beside an M0; stage III does in the testis."""
    group, m = str(item.get("group") or "").upper(), str(item.get("m") or "")
    if m.startswith("1"):
        return True
    if item.get("system") not in _GROUPED:
        return False
    if (tumour.topography or "").startswith("C62"):
        return group.startswith("III")
    own_m = m != "0" and not localised
    return (
        group.startswith("IV")
        and own_m
        and (group == "IVC" or not (tumour.topography or "").startswith(_HEAD_AND_NECK))
    )


def local_stage(item: Item, tumour: Primary) -> bool:
    """Whether a stage tells that there is no distant disease."""
    group, m = str(item.get("group") or "").upper(), str(item.get("m") or "")
    if m == "0":
        return True
    if item.get("system") not in _GROUPED or m.startswith("1"):
        return False
    if (tumour.topography or "").startswith("C62"):
        return group in ("I", "II") or group.startswith(("IA", "IB", "IIA", "IIB", "IIC"))
    return group.startswith("I") and not group.startswith("IV")
