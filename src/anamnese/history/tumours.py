"""The primaries of a story: which tumour facts are of one tumour, and which tumour each item belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from anamnese.history.story import Item, Story

_UNKNOWN_PRIMARY = ("C80", "C76")
_LYMPHOID_OR_MYELOID = 9590
"""The first ICD-O-3 histology of the haematological tumours."""

_UNSPECIFIC = ("8000", "8001", "8010", "8140", "8800", "9590", "9800")
"""Histologies that a later report makes precise."""


@dataclass(slots=True)
class Primary:
    """One primary tumour: the tumour facts that tell of it, the first the one that names it best."""

    tellings: list[Item] = field(default_factory=list)

    @property
    def topography(self) -> str | None:
        """The most precise topography told (`C50.4` before `C50.9`)."""
        codes = [code for item in self.tellings if (code := item.get("topography"))]
        return next((code for code in codes if not code.endswith(".9")), codes[0] if codes else None)

    @property
    def morphology(self) -> str | None:
        """The most precise morphology told."""
        codes = [code for item in self.tellings if (code := item.get("morphology"))]
        return next((code for code in codes if code[:4] not in _UNSPECIFIC), codes[0] if codes else None)

    @property
    def malignant(self) -> bool:
        """Whether the tumour is malignant or in situ; benign and borderline ones have no courses of their own told."""
        return (self.morphology or "/3")[-1] in "236"

    @property
    def haematological(self) -> bool:
        """Whether it is a lymphoma, leukaemia or another tumour of blood-forming tissue."""
        code = (self.morphology or "0")[:4]
        return code.isdigit() and int(code) >= _LYMPHOID_OR_MYELOID

    def first(self, attribute: str) -> str | None:
        """The first value told of an attribute."""
        return next((value for item in self.tellings if (value := item.get(attribute))), None)

    @property
    def status(self) -> str:
        """`affirmed` where any telling affirms it."""
        return "affirmed" if any(item.status == "affirmed" for item in self.tellings) else self.tellings[0].status

    @property
    def date(self) -> str | None:
        """The earliest date of diagnosis told."""
        return min((item.date for item in self.tellings if item.date), default=None)


def primaries(story: Story) -> list[Primary]:
    """The patient's own tumours in order of diagnosis (undated ones by the telling)."""
    found: list[Primary] = []
    for item in story.of("tumour"):
        if item.status == "family":
            continue
        same = next((primary for primary in found if _one_tumour(primary, item)), None)
        if same is None:
            found.append(Primary([item]))
        else:
            same.tellings.append(item)
    return sorted(found, key=lambda primary: (primary.date or "9999", primary.tellings[0].order))


def _one_tumour(primary: Primary, item: Item) -> bool:
    """Whether a tumour fact of another report tells of a known primary: same organ, sides that agree, histologies of one
    behaviour and family. Two tumour facts of one report are two tumours: the reading has told them apart."""
    if any(told.report == item.report for told in primary.tellings):
        return False
    organ, other = (primary.topography or "C80")[:3], (item.get("topography") or "C80")[:3]
    if organ != other and organ not in _UNKNOWN_PRIMARY and other not in _UNKNOWN_PRIMARY:
        same_blood = primary.haematological and _haematological(item)
        if not (same_blood and _family(primary.morphology) == _family(item.get("morphology"))):
            return False
    sides = {primary.first("laterality"), item.get("laterality")} - {None, "bilateral"}
    if len(sides) > 1:
        return False
    if (primary.morphology or "/3")[-1] != (item.get("morphology") or "/3")[-1]:
        return False
    a, b = primary.morphology, item.get("morphology")
    if not a or not b or a[:4] in _UNSPECIFIC or b[:4] in _UNSPECIFIC:
        return True
    return _family(a) == _family(b)


def _haematological(item: Item) -> bool:
    code = (item.get("morphology") or "0")[:4]
    return code.isdigit() and int(code) >= _LYMPHOID_OR_MYELOID


def _family(morphology: str | None) -> str:
    """The group of histologies that one tumour's reports may name it by: carcinomas and adenocarcinomas are one."""
    if not morphology:
        return ""
    code = int(morphology[:4])
    if 8010 <= code <= 8576:
        return "carcinoma"
    if 9590 <= code <= 9769:
        return "lymphoid"
    return morphology[:3]


def tumour_of(item: Item, tumours: Sequence[Primary]) -> int | None:
    """The tumour that an item belongs to: the malignant one told last before it in its report, else the first after it, else the first;
    None where there is no malignant tumour."""
    candidates = [i for i, tumour in enumerate(tumours) if tumour.malignant and tumour.status != "suspected"] or [
        i for i, tumour in enumerate(tumours) if tumour.malignant
    ]
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    best: tuple[int, tuple[int, int]] | None = None
    for i in candidates:
        for told in tumours[i].tellings:
            if (
                told.order <= item.order
                and not _diagnosed_later(tumours[i], item)
                and (best is None or told.order > best[1])
            ):
                best = (i, told.order)
    if best is not None:
        return best[0]
    return next((i for i in candidates if not _diagnosed_later(tumours[i], item)), candidates[0])


def _diagnosed_later(tumour: Primary, item: Item) -> bool:
    """Whether an item is dated clearly before a tumour's diagnosis."""
    return bool(item.date and tumour.date and item.date[:7] < tumour.date[: len(item.date[:7])])
