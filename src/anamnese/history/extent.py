"""How far a disease has spread, from the sites of its metastases and from its stage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anamnese.case import METASTASIS_SITES
from anamnese.history.calendar import first_day, months_apart
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

BLADDER = "C67"
_DEEPER_MONTHS = 4.0
"""A muscle-invasive stage so long after the diagnosis is none of the first resections, which are repeated within six
weeks (EAU)."""

_PERITONEUM = re.compile(r"peritone|peri-?hepat|epiplo|oment|ascite|douglas|pelvi|implants?\b|diaphragm|carcinose")
_ELSEWHERE = re.compile(
    r"a distance|metasta|(?<!peri)(?<!peri-)hepat|\bfoie|pulmon|poumon|plevr|pleural|cereb|osseu|\bos\b"
)
"""Words of the peritoneum, and of places beyond it."""

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


def invades(signals: Sequence[Item], diagnosed: str | None) -> Item | None:
    """The stage that tells that a bladder tumour which had not reached the muscle (Ta, T1, Tis) has: it has progressed
    (EAU guidelines on non-muscle-invasive bladder cancer)."""
    staged = [item for item in signals if item.type == "stage" and item.get("t") and item.date and not item.of_document]
    shallow = [item.date for item in staged if item.date and str(item.get("t")).lower().startswith(("a", "is", "1"))]
    if not shallow:
        return None
    first = min([*shallow, *([diagnosed] if diagnosed else [])])
    deep = [item for item in staged if str(item.get("t"))[:1] in ("2", "3", "4")]
    earliest = min(deep, key=lambda item: (first_day(item.date or ""), item.order), default=None)
    if earliest is None or not earliest.date or first_day(earliest.date) <= first_day(min(shallow)):
        return None
    return earliest if months_apart(first, earliest.date) > _DEEPER_MONTHS else None


def peritoneal_only(told: Sequence[Item]) -> bool:
    """Whether what tells of a relapse names the peritoneum and no place beyond it."""
    words = [item.words for item in told]
    return any(_PERITONEUM.search(said) for said in words) and not any(_ELSEWHERE.search(said) for said in words)


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
