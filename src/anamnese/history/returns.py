"""Whether a disease was gone before something new was found: it comes back then, and goes on otherwise."""

from __future__ import annotations

import re

from anamnese.history.calendar import first_day, months_apart
from anamnese.history.extent import in_transit
from anamnese.history.story import Item
from anamnese.history.stretch import RELAPSES, Stretch, told_before
from anamnese.lexicon.tables import normalise
from anamnese.record import EpisodeKind

_HELD_MONTHS = 12.0
"""A complete response held for so long is followed by a relapse, one that is lost sooner by a progression."""

FREE = frozenset({"complete", "no_evidence_of_disease"})
"""Responses after which the disease is gone."""

_REMOVED = {
    "any": re.compile(r"metastasectomie|exerese|^resection(?! transuretr)"),
    "liver": re.compile(r"hepatectomie|lobectomie hepatique|segmentectomie"),
    "lung": re.compile(r"lobectomie|segmentectomie|wedge|pneumo?n?ectomie"),
    "adrenal": re.compile(r"surrenalectomie"),
    "pancreas": re.compile(r"pancreatectomie"),
    "spleen": re.compile(r"splenectomie"),
    "ovary": re.compile(r"ovariectomie|annexectomie"),
}
"""The operations that take out the metastases of a site."""

_PREVENTS = re.compile(r"prophyla")
_EASES = re.compile(
    r"antalg|analges|palliat|hemosta|decompress|derivation|stomie\b|prothese|\bstent|talcage|pleurodese|explora|"
    r"laminectomie|osteosynthese|enclouage|cimentoplastie"
)
"""What is done for comfort, or to reach or bridge something."""
_TAKES_OUT = re.compile(r"(?<!lamin)ectomie|exerese|resection|amputation|curage")


def takes_away(treatment: Item) -> bool:
    """Whether a treatment is a local one of the tumour: an operation or irradiation that is neither preventive nor for
    comfort alone."""
    if treatment.kind not in ("surgery", "radiotherapy") or treatment.get("intent") == "palliative":
        return False
    words = f"{treatment.words} {normalise(treatment.get('procedure') or '')}"
    if _PREVENTS.search(words):
        return False
    return _EASES.search(words) is None or _TAKES_OUT.search(words) is not None


def opened(
    stretches: list[Stretch], metastasis: Item, treated: list[Item], free: list[Item], localised: bool
) -> EpisodeKind:
    """Relapse where the disease was gone: the episode before is a remission, or the first one or a relapse without
    distant disease, after its local treatment, or its metastases were taken out or answered completely."""
    before = [stretch for stretch in stretches if stretch.date and told_before(stretch, metastasis)]
    last = before[-1] if before else stretches[0]
    if last.kind == "remission" or _was_gone(last, metastasis, treated, free):
        return "relapse_distant"
    distant = any(stretch.distant() for stretch in before or [last])
    first = last.kind in ("initial", "second_primary")
    if (distant and not (first and localised)) or last.kind == "relapse_distant":
        return "progression"
    goes_on = last.kind == "progression"  # which an operation alone ends
    locally = any(
        takes_away(item)
        and (item.kind == "surgery" or not goes_on)
        and _begun_before(item.start, metastasis.date)
        and (first or (item.start is not None and last.date is not None and item.start[:7] >= last.date[:7]))
        for item in treated
    )
    if not locally:
        return "progression"
    regional = in_transit(metastasis) or metastasis.get("site") == "lymph_node"
    return "relapse_regional" if regional else "relapse_distant"


def _begun_before(start: str | None, found: str | None) -> bool:
    """Whether a treatment was begun before something was found; what was irradiated in the month of it came behind."""
    if start is None or found is None:
        return start is None
    shown = min(len(start), len(found))
    return start[:shown] < found[:shown] or (shown == len("2016") and start[:shown] == found[:shown])


def _was_gone(last: Stretch, found: Item, treated: list[Item], free: list[Item]) -> bool:
    """Whether the disease of an episode had gone before something new was found: a complete response was held for a
    year, or its metastases were taken out, and no drugs went on."""
    if not last.date or not found.date:
        return False
    since, until = last.date[:7], found.date[:7]
    held = (item.date for item in free if item.date and since <= item.date[:7] < until)
    if any(months_apart(date, found.date) >= _HELD_MONTHS for date in held):
        return True
    sites = last.distant()
    if last.kind == "progression" or not sites:
        return False
    removed: set[str] = set()
    cut = ""
    given = [item for item in treated if item.start and since <= item.start[:7] < until]
    for item in given:
        words = normalise(item.get("procedure") or "") if item.kind in ("surgery", "other") else ""
        here = {site for site, named in _REMOVED.items() if named.search(words)}
        if here:
            removed |= here
            cut = max(cut, first_day(item.start or ""))
    if not removed or not (sites <= removed or ("any" in removed and last.kind in RELAPSES)):
        return False
    behind = [item for item in given if item.get("drugs") and first_day(item.start or "") > cut]
    return all(item.get("end_date") or item.get("cycles") for item in behind)
