"""The primaries of a story: which tumour facts are of one tumour, and when each was diagnosed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from anamnese.history.arrangement import AS_TOLD, Pair, said
from anamnese.history.calendar import compatible, earliest, first_day, last_day, months_apart
from anamnese.history.diagnosis import clearly_before, find_diagnosis
from anamnese.history.incidental import without_incidental
from anamnese.history.story import Item, Story
from anamnese.reading.fold import stands
from anamnese.record import Proof

_UNKNOWN_PRIMARY = ("C80", "C76")
_ORGANS = (
    frozenset({"C56", "C57", "C48"}),  # ovary, tube and peritoneum: one disease (WHO 2020; FIGO 2014)
    frozenset({"C54", "C55"}),
    frozenset({"C53", "C55"}),
    frozenset({"C15", "C16"}),
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

_FAMILIES = (
    ("carcinoma", 8010, 8576),  # reports name one tumour carcinoma and adenocarcinoma
    ("melanoma", 8720, 8790),
    ("liposarcoma", 8850, 8881),
    ("rhabdomyosarcoma", 8900, 8921),
    ("germ cell", 9060, 9105),
    ("osteosarcoma", 9180, 9200),
    ("chondrosarcoma", 9220, 9243),
    ("Ewing", 9260, 9260),
    ("Ewing", 9364, 9364),  # peripheral neuroectodermal tumour
    ("glioma", 9380, 9460),
    ("neuroblastic", 9490, 9500),
    ("hodgkin", 9650, 9667),
    ("plasma cell", 9731, 9734),
    ("mast cell", 9740, 9742),
    ("lymphoid", 9590, 9769),
    ("lymphoid", 9811, 9837),
    ("chronic myeloid", 9863, 9863),
    ("chronic myeloid", 9875, 9876),  # with BCR-ABL1, which most reports leave out of the name
    ("acute myeloid", 9840, 9931),
    ("lymphoid", 9940, 9940),
    ("lymphoid", 9948, 9948),
    ("myeloproliferative", 9950, 9967),
    ("myelodysplastic", 9980, 9993),
    ("myelodysplastic", 9945, 9946),  # chronic myelomonocytic leukaemia, which turns into acute leukaemia as they do
    ("myelodysplastic", 9975, 9975),
)
"""The histologies, from and to, that the reports of one tumour may name it by (WHO 2017, ICD-O-3.2); the first that
fits goes."""

_TRANSFORMS = {
    "lymphoid": frozenset({"lymphoid", "hodgkin"}),
    "plasma cell": frozenset({"plasma cell"}),
    "chronic myeloid": frozenset({"acute myeloid", "lymphoid"}),
    "myelodysplastic": frozenset({"acute myeloid"}),
    "myeloproliferative": frozenset({"myeloproliferative", "acute myeloid"}),
}
"""Into what the families of haematological tumours transform; the transformed one is the same disease going on (IARC,
IACR and ENCR, *International rules for multiple primary cancers*)."""

_TRANSFORMED = re.compile(r"\b(?:transform|acutis|richter|crise blast|phase blast|evolu\w+ (?:vers|en) |secondaire a )")

_UNSPECIFIC = ("8000", "8001", "8010", "8140", "8800", "9590", "9800")
"""Histologies that a later report makes precise."""

_UNDETERMINED = frozenset({"8000/1", "8001/1", "9590/1"})
"""What a tumour is called before it is examined: `tumeur du rein`."""

_HIGH_GRADE = ("9382", "9401", "9440", "9441", "9442", "9445", "9451", "9505")
"""Gliomas of grade 3 and 4 (WHO 2021)."""

_COMMON = ("8071", "8072", "8500", "8520")
"""Histologies of so many tumours that the year of two of them tells little."""

_GENERAL = frozenset({
    *_UNSPECIFIC, "8070", "8120", "8312", "8720", "8850", "8900", "9064", "9180", "9220", "9380", "9591", "9861",
    "9863",
})  # fmt: skip
"""Those and the general ones of a family, which another telling of the tumour makes precise."""

_SEVERAL = re.compile(
    r"\b(?:synchrones?|bilatera(?:l|le|ux|les)|controlatera(?:l|le|ux)|second (?:cancer|primitif|carcinome)|deuxieme|"
    r"metachrones?|deux (?:cancers|tumeurs|carcinomes|primitifs|localisations|melanomes|adenocarcinomes)|double|"
    r"autre (?:cancer|sein|cote))\b",
    re.ASCII,
)
"""Words of more than one primary."""
_OF_SEVERAL = ("synchron", "latera", "second", "deux", "metachron", "double", "autre")
"""What stands in all that `_SEVERAL` finds."""

_APART_MONTHS = 6.0
"""Two tumours of one organ told in one report with dates further apart are two (SEER: metachronous beyond six months
is often used)."""

_TERATOMA = "9080"
"""What chemotherapy leaves of a germ cell tumour, which was one of its parts (EAU: residual teratoma)."""
_OVARY = "C56"


class Primary:
    """One primary tumour: the tumour facts that tell of it, the first the one that names it best."""

    __slots__ = (
        "found", "haematological", "malignant", "morphology", "status", "tellings", "told", "topography", "transformed",
    )  # fmt: skip

    def __init__(self, item: Item) -> None:
        self.tellings: list[Item] = []
        self.transformed: list[Item] = []
        """Those of its tellings that tell what it turned into."""
        self.found: tuple[str, tuple[Proof, ...]] | None = None
        """A date of diagnosis that its examinations and treatments tell, where that of the words cannot be."""
        self.topography: str | None = None
        """The most precise topography told (`C50.4` before `C50.9`)."""
        self.morphology: str | None = None
        """The most precise morphology told."""
        self.malignant = False
        """Whether the tumour is malignant or in situ."""
        self.haematological = False
        """Whether it is a lymphoma, leukaemia or another tumour of blood-forming tissue."""
        self.status = item.status
        """`affirmed` where any telling affirms it."""
        self.told: str | None = None
        """The earliest date of diagnosis that stands with the words."""
        self.add([item])

    def add(self, tellings: Sequence[Item]) -> None:
        """Add what tells of it too."""
        self.tellings += tellings
        codes = [code for item in self.tellings if (code := item.get("topography"))]
        known = [code for code in codes if not code.startswith(_UNKNOWN_PRIMARY)] or codes
        self.topography = next((code for code in known if not code.endswith(".9")), known[0] if known else None)
        codes = [code for item in self.tellings if (code := item.get("morphology"))]
        self.morphology = next((code for code in codes if code[:4] not in _GENERAL), codes[0] if codes else None)
        self.malignant = (self.morphology or "/3")[-1] in "236"
        self.haematological = _haematological(self.morphology)
        affirmed = "affirmed" in [item.status for item in self.tellings]
        self.status = "affirmed" if affirmed else self.tellings[0].status
        self.told = earliest([item.date for item in self.tellings if item.date])

    @property
    def proofs(self) -> list[Proof]:
        """The facts that tell of it."""
        return [proof for item in self.tellings for proof in item.proofs]

    def first(self, attribute: str) -> str | None:
        """The first value told of an attribute."""
        return next((value for item in self.tellings if (value := item.get(attribute))), None)

    @property
    def date(self) -> str | None:
        """The date of diagnosis: the earliest told, unless what was done tells an earlier one."""
        return self.found[0] if self.found else self.told


def primaries(story: Story, arranged: Mapping[Pair, bool] = AS_TOLD.tumours) -> list[Primary]:
    """The patient's own tumours in order of diagnosis (undated ones by the telling), without the benign ones met by
    chance."""
    found: list[Primary] = []
    for item in story.of("tumour"):
        if item.status == "family":
            continue
        same, free = [], found
        if arranged:
            words = list(zip(found, said(arranged, item, found), strict=True))
            same = [primary for primary, one in words if one]
            free = [primary for primary, one in words if one is None]
        if not same:
            same = [primary for primary in free if _one_tumour(primary, item, story)][:1]
        if not same:
            same = [primary for primary in free if _one_sample(primary, item)][:1]
        if not same:
            residue_of = next((primary for primary in free if _is_residue(item, primary)), None)
            if residue_of is not None:
                residue_of.tellings.append(item)
                continue
            found.append(Primary(item))
            continue
        for other in same[1:]:
            same[0].add(other.tellings)
            same[0].transformed += other.transformed
            found.remove(other)
        if _transforms(same[0], item, story):
            same[0].transformed.append(item)
        same[0].add([item])
    if len(found) > 1:
        found = without_incidental(found, story, {proof for pair in arranged for proof in pair})
    malignant = [primary for primary in found if primary.malignant and primary.status == "affirmed"]
    if len(malignant) == 1:
        find_diagnosis(malignant[0], story)
    return sorted(found, key=lambda primary: (primary.date or "9999", primary.tellings[0].order))


def _one_tumour(primary: Primary, item: Item, story: Story) -> bool:
    """Whether a tumour fact tells of a known primary: same organ, sides that agree, histologies of one behaviour and
    family. Within one report,
    which has been read as telling of two, their histologies and dates must be the same, and no word may speak of
    several."""
    if _transforms(primary, item, story):
        return True
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
    for told in (item, *beside):
        start, end = page.sentence(told.span[0])
        if stands(_OF_SEVERAL, _SEVERAL, page.folded, start, end):
            return False
    return True


def _one_sample(primary: Primary, item: Item) -> bool:
    """Whether another report tells of the same histology at the same time at another organ: of one tumour, whose organ
    one of them does not name, or takes from a metastasis. A carcinoma of no special type must be of the same day."""
    a, b = primary.morphology, item.get("morphology")
    if a != b or not b or any(told.report == item.report for told in primary.tellings):
        return False
    if primary.told is None or item.date is None or not compatible(primary.told, item.date):
        return False
    sides = {primary.first("laterality"), item.get("laterality")} - {None, "bilateral"}
    told = len("2019-06-11") if b[:4] in _GENERAL or b[:4] in _COMMON else len("2019")
    return len(sides) < 2 and min(len(primary.told), len(item.date)) >= told


def _progresses(primary: Primary, item: Item) -> bool:
    """Whether a glioma is told again at a higher grade, long after: it has progressed."""
    a, b = (primary.morphology or "")[:4], (item.get("morphology") or "")[:4]
    if _family(primary.morphology) != "glioma" or b not in _HIGH_GRADE or a in _HIGH_GRADE:
        return False
    return (
        primary.told is not None
        and item.date is not None
        and clearly_before(primary.told, item.date)
        and months_apart(primary.told, item.date) > _APART_MONTHS
    )


def _is_residue(item: Item, primary: Primary) -> bool:
    """Whether a teratoma is what was left of a germ cell tumour told before, wherever it was taken out; one of an ovary
    may be a tumour of its own (a dermoid cyst)."""
    if not (item.get("morphology") or "").startswith(_TERATOMA) or _family(primary.morphology) != "germ cell":
        return False
    if not primary.malignant or (primary.morphology or "").startswith(_TERATOMA):
        return False
    if (item.get("topography") or "").startswith(_OVARY):
        return False
    return primary.told is None or item.date is None or first_day(primary.told) < last_day(item.date)


def _transforms(primary: Primary, item: Item, story: Story) -> bool:
    """Whether words tell that a haematological tumour has turned into another, or a glioma has gained a grade."""
    if _progresses(primary, item):
        return True
    a, b = primary.morphology, item.get("morphology")
    if not primary.haematological or not (a or "").endswith("/3") or not b or a == b:
        return False
    if _family(b) not in _TRANSFORMS.get(_family(a), ()):
        return False
    if primary.told is not None and item.date is not None and not clearly_before(primary.told, item.date):
        return False
    page = story.page(item)
    return _TRANSFORMED.search(page.folded, *page.sentence(item.span[0])) is not None


def _one_disease(primary: Primary, item: Item) -> bool:
    organ, other = (primary.topography or "C80")[:3], (item.get("topography") or "C80")[:3]
    a, b = primary.morphology, item.get("morphology")
    one_organ = {organ, other} & set(_UNKNOWN_PRIMARY) or same_organ(organ, other)
    if not one_organ and not (primary.haematological and _haematological(b) and _family(a) == _family(b)):
        return False
    behaviours = {(a or "/3")[-1], (b or "/3")[-1]}
    if len(behaviours) > 1 and behaviours != {"2", "3"} and not {a, b} & _UNDETERMINED:
        return False
    return _vague(a) or _vague(b) or _family(a) == _family(b)


def same_organ(organ: str, other: str) -> bool:
    """Whether two topographies of three characters are of one organ, or of organs that are named for one another."""
    return organ == other or any({organ, other} <= named for named in _ORGANS)


def _vague(morphology: str | None) -> bool:
    return not morphology or morphology[:4] in _UNSPECIFIC


def _haematological(morphology: str | None) -> bool:
    code = (morphology or "0")[:4]
    return code.isdigit() and int(code) >= _LYMPHOID_OR_MYELOID


def _family(morphology: str | None) -> str:
    """The group of histologies that one tumour's reports may name it by."""
    if not morphology:
        return ""
    code = int(morphology[:4])
    return next((family for family, first, last in _FAMILIES if first <= code <= last), morphology[:3])
