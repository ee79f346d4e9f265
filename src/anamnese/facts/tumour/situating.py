"""Where a tumour is, once all is read: its topography and its side, from its own names or from the whole report."""

from __future__ import annotations

from collections import Counter, defaultdict

from anamnese.facts.places import Place, places_between
from anamnese.facts.reading import Reading
from anamnese.facts.tumour.catalogue import names_place
from anamnese.facts.tumour.primaries import Primary, Statement
from anamnese.facts.tumour.seats import LANDMARKS, Organs, invaded, is_spread, measured, region_in
from anamnese.facts.tumour.tissues import (
    FIXED,
    PAIRED,
    REGIONS,
    TISSUE_ONLY,
    UNSURE,
    bears_melanoma,
    fits,
    is_melanoma,
    tissue_named,
    topography_for,
)
from anamnese.reading.fold import folded_re

UNKNOWN = "C80.9"
_ALSO_IN = {
    "C07.9": ("C08", "C05.0", "C06.9"),
    "C41.1": ("C41.1", "C31.0", "C41.0", "C03", "C05"),
    "C62.9": ("C62", "C38", "C37", "C75.3"),
    "C71.9": ("C71", "C72.0", "C41.2", "C42.1"),
    "C67.9": ("C67", "C66", "C65", "C64", "C68.0"),
}
"""The other organs of histologies that the table puts in the commonest: salivary glands but the parotid, the jaws, the
midline for germ cells, the urinary tract above and below the bladder, the spinal cord (told by vertebrae)."""
_PARTS = ("C74.1", "C54.1")
"""Parts of an organ that a histology arises in, where the report names the organ alone: the adrenal's medulla."""
_EXACT = ("C69.2",)
"""Parts of an organ that a histology arises in, whatever part of it the report names."""
_BILE_DUCTS = ("C22.1", "C24")
_BILIARY = ("C22.1", "C23", "C24")
_BILE_DUCT, _OUTSIDE = "C24.9", ("C23", "C24.0", "C24.1", "C24.8")
_SPLEEN, _VESSELS = "C42.2", ("9120", "9177")
"""The spleen, of whose own sarcomas nearly all are of vessels."""


_RETURNS_ELSEWHERE, _OF_FIRST = "C67", 0.5
"""The bladder, of which relapses are told in other parts, and what part of the weight of the part most told that of an
earlier lesion needs there to be the tumour's."""


def finely(reading: Reading, topography: str, weights: dict[str, float], tissue: str) -> str:
    """The part of the organ that the report speaks of, where the name tells the organ alone; a part as the tissue has
    it: a carcinoma that invades the myometrium is one of the endometrium."""
    if topography[4:] not in ("8", "9"):
        return topography
    parts: dict[str, float] = defaultdict(float)
    for told, weight in weights.items():
        code = topography_for(tissue, told) if told[:3] == topography[:3] or tissue == "meningeal" else told
        if code[:3] == topography[:3] and code[4:] not in ("8", "9"):
            parts[code] += weight
    if not parts:
        return _of_stomach(reading, topography)
    best = max(parts, key=lambda code: parts[code])
    if not topography.startswith(_RETURNS_ELSEWHERE):
        return best
    return next(code for code, weight in parts.items() if weight >= parts[best] * _OF_FIRST)


_CORPUS, _UTERUS, _MYOMA = "C54.9", "C55.9", "8890"
_TOLD = 2.0
"""What the words beside a name weigh at least that tell its place; an operation alone weighs less."""
_STOMACH = "C16.9"
_FUNDUS = "C16.1"
_OESOPHAGUS = "C15.9"
"""Where a squamous cell carcinoma begins whose specimen holds the oesophagus and the stomach."""
_IN_FUNDUS = folded_re(
    r"\b(?:masse|tumeur|lesion|ulc[a-z]+|gist|gists|tumefaction|polype|nodule|adenocarcinome|formation|stromale)\b"
    r"[^.;:\n]{0,60}?[ ](?:du|au|le|de)[ ]fundus\b(?![ ](?:uterin|vesic))"
)


def _of_stomach(reading: Reading, topography: str) -> str:
    """The fundus, which other organs have too, where the report of a tumour of the stomach tells it of a lesion."""
    if topography != _STOMACH or "fundus" not in reading.folded:
        return topography
    return _FUNDUS if _IN_FUNDUS.search(reading.folded) else topography


def topography_of(
    reading: Reading, primary: Primary, weights: dict[str, float], only: bool, taken: frozenset[str]
) -> str:
    """The topography of a tumour: as told, as its histology implies, or of the organ that the report is about; a
    melanoma is in none that is `taken` by another tumour."""
    witness = primary.witness
    default = witness.name.term.row["site"]
    if witness.ducts and default.startswith("C50") and not any(code.startswith("C50") for code in weights):
        default = "C25.9" if any(code.startswith("C25") for code in weights) else default
    tissue = tissue_named(primary.code, witness.name.traits)
    told = primary.topography
    if told in TISSUE_ONLY:
        told = topography_for(tissue, told)
    if tissue == "germ" and (told is None or primary.topographies.get(told, 0.0) < _TOLD):
        gonad = _heaviest(weights, _BEARING)
        if gonad is not None and weights[gonad] >= _TOLD:
            return gonad  # what lies elsewhere has spread from there
    if told in REGIONS:
        return _heaviest(weights, REGIONS[told]) or told
    if told and not fits(tissue, told) and not (tissue == "soft" and told.startswith(("C40", "C41"))):
        told = None  # the place of a bare "tumeur" that turned out to be of another tissue
    if default.startswith(FIXED) or tissue == "blood":
        default = default or "C42.1"
        if default.startswith(_EXACT):
            return default
        if default.startswith(_BILE_DUCTS):
            return _of_bile_ducts(told, weights, default)
        return told if told and told[:3] == default[:3] else default
    if (
        told == _SKIN
        and primary.code.endswith("/0")
        and _OF_SKIN_ALL_OVER.search(reading.folded, witness.name.start, witness.name.end + _ADJECTIVE_REACH)
    ):
        return told
    loose = told in TISSUE_ONLY and tissue in ("soft", "bone", "skin", "adnexal")
    squamous = _SQUAMOUS[0] <= primary.code[:4] < _SQUAMOUS[1]
    if squamous and told == _SKIN and (skin := _skin(weights)) is not None:
        return skin
    if told == _CORPUS and primary.code[:4] == _MYOMA and primary.topographies.get(told, 0.0) < _TOLD:
        return _UTERUS  # "hystérectomie pour fibrome": the operation tells no part
    corpus = told is not None and told.startswith("C54") and default == "C55.9"  # "fibrome utérin corporéal"
    if told is not None and not loose and (corpus or not (_names_its_organ(witness) and told[:3] != default[:3])):
        finer = told[:3] == default[:3] or (told == "C55.9" and default.startswith("C54"))
        return default if finer and told.endswith(".9") and default.startswith(_PARTS) else told
    if default and default not in UNSURE:
        also = _heaviest(weights, _ALSO_IN.get(default, ()))
        return topography_for(tissue, also) if also else default
    default = told or default if loose else default
    if told is None and is_melanoma(primary.code[:4]) and (seat := _lesion_seat(reading, tissue)) is not None:
        return topography_for(tissue, seat.code or "")
    if tissue == "lymphoid":
        return _extranodal(reading, witness, weights, only) or default or "C77.9"
    if tissue == "germ":
        default = default or _GONADS.get((_sex(reading), primary.code[:4] >= "9100"), "")
    if tissue == "epithelial" and _TTF1.match(reading.folded, witness.name.end):
        lungs = {code: weight for code, weight in weights.items() if code.startswith("C34")}
        return max(lungs, key=lambda code: lungs[code]) if lungs else "C34.9"
    melanoma = is_melanoma(primary.code[:4])
    by_organ: dict[str, float] = defaultdict(float)
    by_part: dict[str, float] = defaultdict(float)
    aside: dict[str, float] = defaultdict(float)
    sarcoma = tissue in _OF_BODY and primary.code.endswith("/3")
    for code, weight in weights.items():
        topography = topography_for(tissue, code)
        if not fits(tissue, topography) or (tissue == "epithelial" and topography.startswith("C48")):
            continue
        if loose and topography in TISSUE_ONLY:
            continue
        if topography == _SPLEEN and not _VESSELS[0] <= primary.code[:4] < _VESSELS[1]:
            continue
        if melanoma and (topography[:3] in taken or not bears_melanoma(topography)):
            continue
        if sarcoma and topography[:3] in taken and not topography.startswith(_BODY):
            aside[topography[:3]] += weight
        else:
            by_organ[topography[:3]] += weight
        by_part[topography] += weight
    by_organ = by_organ or aside
    if by_organ:
        best = _finest(by_part, max(by_organ, key=lambda organ: by_organ[organ]))
        if squamous and best.startswith(_STOMACH[:3]):
            return _OESOPHAGUS
        return (_skin(weights) or best) if squamous and best.startswith(_SKIN[:3]) else best
    if tissue in _OF_SKIN and (seat := _lesion_seat(reading, tissue)) is not None:
        return topography_for(tissue, seat.code or "")
    if squamous and not default and (skin := _skin(weights)) is not None:  # of a limb is one of its skin
        return skin
    return default or (UNKNOWN if melanoma else _named_most(reading, tissue)) or UNKNOWN


def _of_bile_ducts(told: str | None, weights: dict[str, float], default: str) -> str:
    """The part of the biliary tree: as told, else outside the liver where the report speaks more of the ducts there.
    What is told as biliary and no more is of the liver, where that is told beside it."""
    if default != _BILE_DUCTS[0] or (told is not None and told != _BILE_DUCT):
        return told if told is not None and told.startswith(_BILIARY) else default
    liver = sum(weight for code, weight in weights.items() if code.startswith("C22"))
    outside = _heaviest(weights, _BILE_DUCTS[1:] if told is None else _OUTSIDE)
    if outside is not None and weights[outside] > liver:
        return outside
    return default if told is None or liver else told


def _finest(weights: dict[str, float], organ: str) -> str:
    """The part of an organ that weighs most, the organ as a whole where none is told."""
    told = [code for code in weights if code[:3] == organ]
    parts = [code for code in told if code[4:] not in ("8", "9")]
    return max(parts or told, key=lambda code: weights[code])


_OF_SKIN_ALL_OVER = folded_re(r"s cutanee?s\b")
"""`neurofibromes cutanés`: several, whatever part of the skin the report tells of another lesion."""
_ADJECTIVE_REACH = 10
_SQUAMOUS = ("8050", "8085")
_SKIN = "C44.9"


def _skin(weights: dict[str, float]) -> str | None:
    """The part of the skin that the report speaks of most."""
    skins: dict[str, float] = defaultdict(float)
    for code, weight in weights.items():
        topography = topography_for("adnexal", code)
        if topography.startswith("C44") and topography != _SKIN:
            skins[topography] += weight
    return max(skins, key=lambda code: skins[code]) if skins else None


def _heaviest(weights: dict[str, float], organs: tuple[str, ...]) -> str | None:
    """The place among some organs that the report speaks of most."""
    likely = [code for code in weights if code.startswith(organs)] if organs else []
    return max(likely, key=lambda code: weights[code]) if likely else None


_TTF1 = folded_re(r"[^.;\n]{0,25}\bttf[ -]?1[ ]?(?:\+|positi|:[ ]?(?:\+|positi))")
"""What makes an adenocarcinoma, of no organ by its own words, one of the lung."""


_OF_BODY, _BODY = ("soft", "bone"), ("C40", "C41", "C49")
"""Tissues that are everywhere: a sarcoma is sooner in the limb told than in the organ of the patient's carcinoma."""
_OF_SKIN = ("skin", "adnexal")
_FIRST_LESIONS = 4
_SKIN_REACH = 110


def _lesion_seat(reading: Reading, tissue: str) -> Place | None:
    """The place of the first lesion of the skin that a report tells of, before any diagnosis names one."""
    for hit in reading.hits("lesion")[:_FIRST_LESIONS]:
        end = min(reading.sentence(hit.start).end, hit.end + _SKIN_REACH)
        for told in places_between(reading, hit.end, end):
            place = (region_in(reading, told) or told) if told.code in TISSUE_ONLY else told
            topography = topography_for(tissue, place.code or "")
            if not place.nodal and topography.startswith("C44") and topography != "C44.9":
                return place
    return None


def _sex(reading: Reading) -> str:
    """The patient's sex, empty where it is not told."""
    return next((str(draft.get("sex")) for draft in reading.facts("patient") if draft.get("sex")), "")


_GONADS = {
    ("female", False): "C56.9", ("female", True): "C58.9", ("male", False): "C62.9", ("male", True): "C62.9",
}  # fmt: skip
"""Where a germ cell tumour (or, `True`, a trophoblastic one) begins unless the report tells another place."""


_BEARING = ("C56", "C62")


_SPREADS = folded_re(r"\b(?:metasta|secondaires?\b)[^.;\n]*$")
_LIST = 60
"""How far before a place the word may stand that says that it is spread: `métastases osseuses et │hépatiques│`."""


def _named_most(reading: Reading, tissue: str) -> str | None:
    """The organ that a report names most, where nothing says more ("PROSTATE : 12 biopsies …")."""
    named = Counter(
        topography
        for place in [measured(reading, told) if told.code in LANDMARKS else told for told in reading.places]
        if place.code
        and not place.nodal
        and fits(tissue, topography := topography_for(tissue, place.code))
        and not topography.startswith(("C48", "C76", "C80"))
        and topography[:3] not in invaded(reading)
        and not _SPREADS.search(reading.folded, max(0, place.start - _LIST), place.start)
    )
    return named.most_common(1)[0][0] if named else None


def _names_its_organ(statement: Statement) -> bool:
    """Whether the name holds an organ beside a histology that implies one: "fibrome utérin"."""
    default = statement.name.term.row["site"]
    return bool(default) and default not in UNSURE and names_place(statement.name.term.row["name"])


_NOT_EXTRANODAL = (
    "C76",
    "C77",
    "C42",
    "C34.9",
    "C38",
    "C48",
    "C41.2",
    "C41.3",
    "C41.4",
    "C41.9",
    "C49",
    "C80",
    "C22",
    "C44.9",
    "C06.9",
    "C71.9",
    "C72",
)
_LANGERHANS, _OF_LANGERHANS = ("9751", "9755"), ("C40", "C41", "C34", "C44", "C22", "C75.1")
"""Histiocytosis of Langerhans cells, which is of the organ where it shows, mostly a bone."""
_MARGINAL = ("9689", "9699")
"""Lymphomas of the marginal zone, which the spleen has of its own."""
_OF_ORGAN = folded_re(r"I{1,2}E[ABX]{0,2}")
"""A stage of Ann Arbor with the letter of an organ."""
_EXTRANODAL = 5.0
"""How much a report must speak of an organ for its only tumour, a lymphoma, to be there."""


def _extranodal(reading: Reading, witness: Statement, weights: dict[str, float], only: bool) -> str | None:
    """The organ of a lymphoma that its name does not tell: of its sentence, or what the whole report is about."""
    start, end = reading.sentence(witness.name.start)
    for hit in reading.hits_between("surgery", start, witness.name.start):
        organ = hit.term.code if hit.term.row["sort"] == "operation" else ""
        if organ == _SPLEEN[:3] and witness.code.startswith(_MARGINAL):
            return _SPLEEN
        if organ and not organ.startswith(_NOT_EXTRANODAL) and organ[:3] not in ("C34", "C48"):
            return organ if "." in organ else organ + ".9"
    for place in places_between(reading, max(start, witness.name.start - 200), min(end, witness.name.end + 120)):
        if (
            place.code
            and not place.nodal
            and not place.code.startswith(_NOT_EXTRANODAL)
            and not is_spread(reading, place)
        ):
            return place.code
    least = _EXTRANODAL if only else 2 * _EXTRANODAL
    if only and any(_OF_ORGAN.fullmatch(str(stage.get("group"))) for stage in reading.facts("stage")):
        least = 0.0  # its stage says that it is of an organ
    if _LANGERHANS[0] <= witness.code[:4] < _LANGERHANS[1]:
        return _heaviest(weights, _OF_LANGERHANS)
    likely = [code for code, weight in weights.items() if weight >= least and not code.startswith(_NOT_EXTRANODAL)]
    return max(likely, key=lambda code: weights[code]) if likely else None


_PLEURA = "C38.4"
_ACOUSTIC, _OF_ACOUSTIC = "C72.4", ("C71.6", "C30.1")
"""The acoustic nerve, and what a report calls the place of its tumours: the cerebellopontine angle."""


def told_side(
    reading: Reading, tissue: str, topography: str, told: Organs, part: tuple[int, int], alone: bool, benign: bool
) -> str | None:
    """The side that the report names most with the organ."""
    organ = topography[:3]
    if organ not in PAIRED:
        return None
    if organ == _SKIN[:3] and tissue == "epithelial":
        tissue = "adnexal"  # whose regions are those of the skin
    sides: dict[str, float] = defaultdict(float)
    for (place, side), weight in told.sides.items():
        seat = topography_for(tissue, place)
        if seat == _SKIN and not place.startswith(_SKIN[:3]):
            continue  # what lies under the skin: a bone, a sinus
        if organ == _SKIN[:3] and weight <= told.armpits.get((place, side), 0.0):
            continue
        if (
            seat == topography
            or (seat[:3] == organ and organ != "C44")
            or (topography == _ACOUSTIC and place in _OF_ACOUSTIC)
        ):
            sides[side] += weight
    if sides and (alone or (len(sides) == 1 and organ not in ("C34", "C44") and not benign)):
        return max(sides, key=lambda side: sides[side])
    if not alone:
        return None
    if organ == "C44":
        lesion = _lesion_seat(reading, tissue)
        return lesion.laterality if lesion and topography_for(tissue, lesion.code or "") == topography else None
    counted = Counter(
        place.laterality
        for place in reading.places
        if part[0] <= place.start < part[1] and place.laterality and not place.nodal
        and (
            topography_for(tissue, place.code)[:3] == organ if place.code
            else place.metastasis == "pleura" and topography == _PLEURA  # "épanchement pleural droit"
        )
        and not is_spread(reading, place) and not _imaged(reading, place.start)
    )  # fmt: skip
    if counted:
        return counted.most_common(1)[0][0]
    return (_effused_side(reading, part) if topography == _PLEURA else None) or _labelled_side(reading, part)


_EFFUSED = folded_re(
    r"\b(?:pleuresies?|hydro-?pneumothorax|hydrothorax|hemothorax|hemithorax)[ ](?:[a-z-]+[ ]){0,3}?"
    r"(?:(?P<right>droite?)|(?P<left>gauche))\b"
)


def _effused_side(reading: Reading, part: tuple[int, int]) -> str | None:
    """The side of the effusion with which a tumour of the pleura was found: `pleurésie droite`."""
    match = _EFFUSED.search(reading.folded, *part)
    return match.lastgroup if match else None


def _imaged(reading: Reading, start: int) -> bool:
    """Whether a place is that of the examination named right before it: `échographie mammaire bilatérale`."""
    return any(start - hit.end <= 1 for hit in reading.hits_between("imaging", max(0, start - 40), start))


def _labelled_side(reading: Reading, part: tuple[int, int]) -> str | None:
    """The side that a form gives under its label."""
    for hit in reading.hits_between("sides", *part):
        match = _LABELLED.match(reading.folded, hit.end)
        if match:
            return match.lastgroup
    return None


_LABELLED = folded_re(
    r"\s*:\s*(?:(?P<right>droite?|dte?|d)|(?P<left>gauche|gche|g)|(?P<bilateral>bilaterale?|bilat|les deux))\b"
)
