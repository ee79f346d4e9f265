"""The primaries of a story: which tumour facts are of one tumour, and when each was diagnosed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anamnese.history.arrangement import AS_TOLD, Pair, said
from anamnese.history.calendar import compatible, months_apart
from anamnese.history.story import Item, Story
from anamnese.record import Proof

_UNKNOWN_PRIMARY = ("C80", "C76")
_ORGANS = (
    frozenset({"C56", "C57", "C48"}),  # ovary, tube and peritoneum: one disease (WHO 2020; FIGO 2014)
    frozenset({"C54", "C55"}),
    frozenset({"C53", "C55"}),
    frozenset({"C18", "C19"}),
    frozenset({"C19", "C20"}),
    frozenset({"C20", "C21"}),
    frozenset({"C64", "C65"}),
    frozenset({"C40", "C41"}),
    frozenset({"C40", "C49"}),
    frozenset({"C41", "C49"}),
    frozenset({"C70", "C71"}),
    frozenset({"C22", "C24"}),
)
"""Organs that reports name for one another."""

_LYMPHOID_OR_MYELOID = 9590
"""The first ICD-O-3 histology of the haematological tumours."""

_UNSPECIFIC = ("8000", "8001", "8010", "8140", "8800", "9590", "9800")
"""Histologies that a later report makes precise."""

_SEVERAL = re.compile(
    r"\b(?:synchrones?|bilatera(?:l|le|ux|les)|controlatera(?:l|le|ux)|second (?:cancer|primitif|carcinome)|deuxieme|"
    r"metachrones?|deux (?:cancers|tumeurs|carcinomes|primitifs|localisations|melanomes|adenocarcinomes)|double|"
    r"autre (?:cancer|sein|cote))\b",
    re.ASCII,
)
"""Words of more than one primary."""

_APART_MONTHS = 6.0
"""Two tumours of one organ told in one report with dates further apart are two (SEER: metachronous beyond six months
is often used)."""

_BEFORE_TREATMENT_MONTHS = 6.0
"""An examination so long before the first treatment belongs to the diagnosis."""


@dataclass(slots=True, eq=False)
class Primary:
    """One primary tumour: the tumour facts that tell of it, the first the one that names it best."""

    tellings: list[Item] = field(default_factory=list)
    found: tuple[str, tuple[Proof, ...]] | None = None
    """A date of diagnosis that its examinations and treatments tell, where that of the words cannot be."""

    @property
    def proofs(self) -> list[Proof]:
        """The facts that tell of it."""
        return [proof for item in self.tellings for proof in item.proofs]

    @property
    def topography(self) -> str | None:
        """The most precise topography told (`C50.4` before `C50.9`)."""
        codes = [code for item in self.tellings if (code := item.get("topography"))]
        known = [code for code in codes if not code.startswith(_UNKNOWN_PRIMARY)] or codes
        return next((code for code in known if not code.endswith(".9")), known[0] if known else None)

    @property
    def morphology(self) -> str | None:
        """The most precise morphology told."""
        codes = [code for item in self.tellings if (code := item.get("morphology"))]
        return next((code for code in codes if code[:4] not in _UNSPECIFIC), codes[0] if codes else None)

    @property
    def malignant(self) -> bool:
        """Whether the tumour is malignant or in situ."""
        return (self.morphology or "/3")[-1] in "236"

    @property
    def haematological(self) -> bool:
        """Whether it is a lymphoma, leukaemia or another tumour of blood-forming tissue."""
        return _haematological(self.morphology)

    def first(self, attribute: str) -> str | None:
        """The first value told of an attribute."""
        return next((value for item in self.tellings if (value := item.get(attribute))), None)

    @property
    def status(self) -> str:
        """`affirmed` where any telling affirms it."""
        return "affirmed" if any(item.status == "affirmed" for item in self.tellings) else self.tellings[0].status

    @property
    def date(self) -> str | None:
        """The date of diagnosis: the earliest told, unless what was done tells an earlier one."""
        return self.found[0] if self.found else self.told

    @property
    def told(self) -> str | None:
        """The earliest date of diagnosis that stands with the words."""
        return min((item.date for item in self.tellings if item.date), default=None)


def primaries(story: Story, arranged: Mapping[Pair, bool] = AS_TOLD.tumours) -> list[Primary]:
    """The patient's own tumours in order of diagnosis (undated ones by the telling)."""
    found: list[Primary] = []
    for item in story.of("tumour"):
        if item.status == "family":
            continue
        words = list(zip(found, said(arranged, item, found), strict=True))
        same = [primary for primary, one in words if one]
        if not same:
            free = (primary for primary, one in words if one is None)
            same = [primary for primary in free if _one_tumour(primary, item, story)][:1]
        if not same:
            found.append(Primary([item]))
            continue
        for other in same[1:]:
            same[0].tellings += other.tellings
            found.remove(other)
        same[0].tellings.append(item)
    malignant = [primary for primary in found if primary.malignant and primary.status == "affirmed"]
    if len(malignant) == 1:
        _find_diagnosis(malignant[0], story)
    return sorted(found, key=lambda primary: (primary.date or "9999", primary.tellings[0].order))


def _one_tumour(primary: Primary, item: Item, story: Story) -> bool:
    """Whether a tumour fact tells of a known primary: same organ, sides that agree, histologies of one behaviour and
    family. Within one report,
    which has been read as telling of two, their histologies and dates must be the same, and no word may speak of
    several."""
    if not _one_disease(primary, item):
        return False
    sides = {primary.first("laterality"), item.get("laterality")} - {None, "bilateral"}
    beside = [told for told in primary.tellings if told.report == item.report]
    if not beside:
        return len(sides) < 2
    same = primary.morphology == item.get("morphology") or not primary.morphology or not item.get("morphology")
    if not same and not _vague(primary.morphology) and not _vague(item.get("morphology")):
        return False
    later = primary.told is not None and item.date is not None and not compatible(primary.told, item.date)
    if later and (len(sides) > 1 or months_apart(primary.told or "", item.date or "") > _APART_MONTHS):
        return False
    places = {primary.topography, item.get("topography")} - {None}
    if len({place for place in places if place and not place.endswith((".9", ".8"))}) > 1:
        return False
    page = story.page(item)
    return not any(_SEVERAL.search(page.folded, *page.sentence(told.span[0])) for told in (item, *beside))


def _one_disease(primary: Primary, item: Item) -> bool:
    organ, other = (primary.topography or "C80")[:3], (item.get("topography") or "C80")[:3]
    a, b = primary.morphology, item.get("morphology")
    one_organ = organ == other or {organ, other} & set(_UNKNOWN_PRIMARY) or any({organ, other} <= g for g in _ORGANS)
    if not one_organ and not (primary.haematological and _haematological(b) and _family(a) == _family(b)):
        return False
    if (a or "/3")[-1] != (b or "/3")[-1] and {(a or "/3")[-1], (b or "/3")[-1]} != {"2", "3"}:
        return False
    return _vague(a) or _vague(b) or _family(a) == _family(b)


def _vague(morphology: str | None) -> bool:
    return not morphology or morphology[:4] in _UNSPECIFIC


def _haematological(morphology: str | None) -> bool:
    code = (morphology or "0")[:4]
    return code.isdigit() and int(code) >= _LYMPHOID_OR_MYELOID


def _family(morphology: str | None) -> str:
    """The group of histologies that one tumour's reports may name it by: carcinomas and adenocarcinomas are one."""
    if not morphology:
        return ""
    code = int(morphology[:4])
    if 8010 <= code <= 8576:
        return "carcinoma"
    if 9590 <= code <= 9769 or code in (9811, 9823, 9833, 9940):
        return "lymphoid"
    return morphology[:3]


def _find_diagnosis(primary: Primary, story: Story) -> None:
    """Date the only malignant tumour by what was done, where its words do not: a treatment dated before the date
    told, no date
    told, or one that is only carried over. It is then that of the first sample, marker or stage before the
    treatment."""
    told = primary.told
    treated = min(
        (
            item.start[:7]
            for item in story.of("therapy")
            if item.status == "affirmed" and item.start and not item.of_document and _of_cancer(item)
        ),
        default=None,
    )
    stated = any(item.date == told and item.certainty == "stated" for item in primary.tellings)
    late = told is not None and treated is not None and _clearly_before(treated, told)
    if told is not None and stated and not late:
        return
    end = treated if told is None or late else told
    evidence = [
        item
        for item in story.of("procedure", "biomarker", "stage")
        if item.date
        and item.status in ("affirmed", "negated")
        and not item.of_document
        and (item.type != "procedure" or item.get("kind") in ("biopsy", "cytology", "immunohistochemistry"))
        and (item.type == "procedure" or told is None or late)
        and (told is None or _clearly_before(item.date, told) or (item.date != told and item.date.startswith(told)))
        and (end is None or _near_before(item.date, end))
    ]
    first = min(evidence, key=lambda item: (item.date or "", item.order), default=None)
    if first is not None and first.date:
        primary.found = (first.date, tuple(first.proofs))


def _of_cancer(item: Item) -> bool:
    """Whether a treatment is surely one of the cancer: surgery may be of anything."""
    return item.get("kind") != "surgery" and bool(item.get("drugs") or item.get("regimen") or item.get("dose_gy"))


def _clearly_before(date: str, other: str) -> bool:
    shown = min(len(date), len(other), 7)
    return date[:shown] < other[:shown]


def _near_before(date: str, treated: str) -> bool:
    shown = min(len(date), len(treated), 7)
    return date[:shown] <= treated[:shown] and months_apart(date, treated) <= _BEFORE_TREATMENT_MONTHS
