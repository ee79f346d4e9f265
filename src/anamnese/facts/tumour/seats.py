"""Where a neoplasm sits: the place beside its name, and the organs that the report is about."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from anamnese.facts.places import Place, place_after, place_before, places_between
from anamnese.facts.reading import Reading
from anamnese.facts.tumour.lapse import Lapse
from anamnese.facts.tumour.naming import Name
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.origins import is_free, origin_of
from anamnese.facts.tumour.tissues import REGIONS, TISSUE_ONLY, tissue_of, topography_for
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_FROM_SYSTEM = 2.1
"""How much is told by an origin in a system (`digestive`): less than by an organ, or by saying that it is unknown."""
_AFTER, _BEFORE = 70, 60
"""How far from a name its place may be told, in characters."""

_PARTS = folded_re(
    r"[;\n]|\.\s|,\s*(?:(?:micro)?nodules?|lesions?)\b"
    r"|\b(?:a(?:bsence|denopath\w*|pres|ssociee?s?|tteinte|vec)|biops\w*|c(?:hez|ompliquee?|urage)"
    r"|d(?:eveloppee? aux depens|ont)|e(?:chographie|nvahi\w*|t|tendu\w*|xtension)|ganglion\w*|i(?:nfiltrant l[ae]|rm)"
    r"|localisations?|m(?:ais|esur\w*|etast\w*|ontr\w*)|n\+|objectiv\w*|p(?:ar|as de|atiente?|our|uis)|qui"
    r"|re(?:chut\w*|cidiv\w*|vel\w*)|s(?:ans|canner|ous(?!-))|t(?:dm|ep|raitee?s?))\b"
)
"""Words between a name and a place that part the two."""
_DEPENDS = folded_re(r"[^.;\n]{0,40}\bdeveloppee?s? aux depens (?:de la |de l'|du |de |des )?$")
_UNKNOWN = folded_re(
    r"[^.;:\n]{0,25}\b(?P<what>(?:d'origine|de primitif|de site primitif|primitif|de point de depart"
    r"|a primitif)\s+(?:primitive )?"
    r"(?:inconnue?|indeterminee?|non (?:retrouvee?|identifiee?|determinee?|connue?|precisee?)))"
)
_UNKNOWN_WORDS = ("inconnu", "indetermin", "non ")
"""One of these is in whatever the pattern matches."""
_FOLLOWS = folded_re(r"(?:\s*+(?::|avec|-|,))?\s*(?:un |une |presence d'un |foyers? de |foyers? d')?")
_PARTS_BEFORE = folded_re(
    r";|\b(?:sans|pas de|absence|normal\w*|metast\w*|secondaires?|mais|puis|ganglion\w*|adenopath\w*"
    r"|antecedent\w*|curage)\b"
)
_THROUGH = folded_re(
    r"\b(?:infiltration|infiltree?s?|invasion|envahissement|envahie?s?|atteinte|dissemination|localisation"
    r"|extension|progression|recidive|rechute|lymphangite|emboles?)\b"
    r"[^.;:\n]{0,120}\b(?:d'|de |du |par |par l')(?:un |une |son |sa |l'|la |le |ce |cette |leur )?(?:meme )?$"
)
"""What stands before a name that says where a known tumour has spread: "infiltration cutanée par un carcinome"."""
_BEFORE_SPREAD = (
    "un ", "une ", "d'", "de ", "du ", "par ", "l'", "la ", "le ", "son ", "sa ", "ce ", "cette ", "leur ", "meme ",
    "\n",
)  # fmt: skip
"""What it ends with (before a line's end, if that stands last)."""
_REASON = folded_re(
    r"[^.;\n]{0,30}\b(?:pour|d'un|d'une|devant|en raison d'un|en raison d'une|sur|:)\s*(?:un |une |des |le |la )?$"
)
_OPERATED = {"C57": "C56.9", "C55": "C54.9", "C42": "C42.2"}
_SPREAD = frozenset({"métastase", "métastatique", "localisation secondaire", "carcinose"})
_LOOSE = ("C41.9", "C49.9", "C44.9", "C76", "C77", "C42")
"""What an adjective of tissue tells ("osseux", "cutané"): less than a place named after it."""

_SIDE_WORD = folded_re(r"d(?<!\wd)(?:roite?s?|te?|(?!'))\b(?P<right>)|g(?<!\wg)(?:auches?|che|)\b(?P<left>)")
"""A side; its letter first, which is searched for at once."""


def side_at(reading: Reading, place: Place) -> str | None:
    """The side of a place, also where it is part of the organ's own name ("lobe supérieur droit")."""
    if place.laterality:
        return place.laterality
    match = _SIDE_WORD.search(reading.folded, place.start, place.end)
    return match.lastgroup if match else None


def side_beside(reading: Reading, name: Name) -> str | None:
    """The side that follows a name at once: "mésothéliome pleural droit"."""
    for hit in reading.hits_between("laterality", name.start, name.end + 14):
        if hit.start <= name.end + 1 and hit.term.name in ("left", "right", "bilateral"):
            return hit.term.name
    return None


def breast_side(reading: Reading, pos: int) -> str | None:
    """The side of the breast that was spoken of last before a place."""
    for place in reversed(places_between(reading, max(0, pos - _MEMORY), pos)):
        if place.laterality in ("left", "right") and place.code and place.code.startswith("C50"):
            if _SOUND.match(reading.folded, place.end):
                continue
            return place.laterality
    for hit in reversed(reading.hits_between("laterality", max(0, pos - _MEMORY), pos)):
        if hit.term.name in ("left", "right") and reading.hits_between("surgery", max(0, hit.start - 25), hit.start):
            return hit.term.name
    return None


_SOUND = folded_re(
    r"(?:\s*+:)?\s*(?:(?:etait|est|reste|parait|semble)\s)?(?:(?:strictement|cliniquement|par ailleurs|tout a fait)\s)?"
    r"(?:normal|indemne|sans (?:anomalie|particularite|lesion|masse)|ras\b|libre|"
    r"controlateral (?:etait |est )?(?:normal|indemne))"
)
"""What is said of the other breast: `le sein gauche était normal`."""
_MEMORY = 500
"""For how many characters a report goes on speaking of the breast that it named."""


class Seat:
    """A place as the seat of a neoplasm."""

    __slots__ = ("origin", "place", "weight")

    def __init__(self, place: Place, weight: float, origin: bool = False) -> None:
        self.place = place
        self.weight = weight
        self.origin = origin
        """Whether the words say that the tumour comes from there."""


def seat_of(reading: Reading, name: Name, until: int, since: int, horizon: int) -> Seat | None:
    """The place that a name is given, as finely as it is told: "sein gauche (QSE)"; before `horizon`, where another
    neoplasm is named, that which it is said to come from."""
    unknown = _of_unknown(reading.folded, name.end)
    if unknown is not None:
        return Seat(unknown, 6.0)
    origin = _told_origin(reading, name, until, since, horizon)
    if origin is not None:
        return origin
    seat = _seat(reading, name, until, since)
    if seat is not None and (seat.place.code or "").startswith(TISSUE_ONLY):
        seat = _regional(reading, name, seat)
    if seat is None or not (seat.place.code or "").endswith(".9"):
        return seat
    part = _part_beside(reading, seat.place)
    if part is None:
        return seat
    place = seat.place._replace(code=part.code, laterality=seat.place.laterality or part.laterality)
    return Seat(place, seat.weight, seat.origin)


def _of_unknown(folded: str, pos: int) -> Place | None:
    """The words behind a name that say that nobody knows where it comes from."""
    if not holds(folded[pos : pos + _AFTER], _UNKNOWN_WORDS):
        return None
    unknown = _UNKNOWN.match(folded, pos, pos + _AFTER)
    if unknown is None:
        return None
    return Place(unknown.start("what"), unknown.end(), unknown["what"], "C80.9", None, None, None, False)


def _told_origin(reading: Reading, name: Name, until: int, since: int, horizon: int) -> Seat | None:
    """Where a neoplasm is said to come from, unless its name tells its organ; the name's own place goes before what
    only the next sentence tells."""
    own = place_after(reading, name.start, name.end + 1 - name.start)
    system = own if own is not None and own.code in REGIONS else None  # "adénocarcinome digestif"
    if own is not None and own.start < name.end and system is None and not own.nodal:
        return None
    origin = origin_of(reading, name, horizon)
    if system is not None and (origin is None or not near(origin.code, system.code)):
        return Seat(system, _FROM_SYSTEM)
    if origin is None:
        return None
    if origin.start >= reading.sentence(name.end - 1).end:
        seat = _seat(reading, name, until, since)
        if seat is not None and seat.weight > 2:
            return None
    return Seat(origin, _FROM_SYSTEM if origin.code in REGIONS else 3.0, True)


def _part_beside(reading: Reading, place: Place) -> Place | None:
    """The part of an organ that is told right behind it: `sein gauche, │quadrant supéro-externe│`."""
    part = _placed_after(reading, place.end, _PART_REACH)
    organ = (place.code or "")[:3]
    if organ == _PANCREAS and (named := _OF_PANCREAS.match(reading.folded, place.end)) is not None:
        return place._replace(code=_PANCREATIC[named[1]])
    if part is None or not part.code or part.code[:3] != organ or part.code[4:] in ("8", "9"):
        return None
    return part


_PART_REACH = 14
"""How far behind an organ its part may be told, in characters."""
_PANCREAS = "C25"
_OF_PANCREAS = folded_re(r"[ ]?\((?:la |le |l')?(tete|corps|queue|uncus|crochet|isthme)\b")
_PANCREATIC = {
    "tete": "C25.0", "uncus": "C25.0", "crochet": "C25.0", "corps": "C25.1", "queue": "C25.2", "isthme": "C25.7",
}  # fmt: skip
_SKIN = "C44.9"


def _regional(reading: Reading, name: Name, seat: Seat) -> Seat:
    """A seat with the region that its words name beside the tissue: "parties molles de la hanche"."""
    tissue = "adnexal" if seat.place.code == _SKIN else tissue_of(name.code[:4])
    for hit in reading.hits_between("topography", seat.place.start, seat.place.end):
        code = topography_for(tissue, hit.term.code) if hit.term.code else ""
        if code[:3] == (seat.place.code or "")[:3] and not code.endswith(".9"):
            return Seat(seat.place._replace(code=code), seat.weight)
    return seat


def _seat(reading: Reading, name: Name, until: int, since: int) -> Seat | None:
    """The place that a name is given: inside it, after it before `until`, or before it after `since`."""
    lymphoid = tissue_of(name.code[:4]) == "lymphoid"
    reach = [_outside(reading, place) for place in places_between(reading, name.start, name.end + _AFTER)]
    folded = reading.folded
    if name.start and folded[name.start - 1] == "(":
        until = min(until, _bracket_end(reading, name))
    inside = [
        p for p in reach if p.start < name.end and _is_inside(reading, p, lymphoid) and not is_free(folded, p.end)
    ]
    telling = [p for p in inside if not p.code.startswith(_LOOSE)]  # type: ignore[union-attr]
    if telling and _spread_to(reading, name, telling[0]):
        inside.remove(telling[0])
    elif telling:
        return Seat(telling[0], 3.0)
    place = _placed_after(reading, name.end, _AFTER)
    while place is not None and place.start < until:
        gap_end = place.start
        if _parted(folded, name.end, gap_end) and not _DEPENDS.fullmatch(folded, name.end, gap_end):
            break
        if is_free(folded, place.end):
            break
        if _spread_to(reading, name, place):
            break
        if _is_inside(reading, place, lymphoid):
            return Seat(place, 3.0)
        place = _placed_after(reading, place.end, max(0, name.end + _AFTER - place.end))
    if inside:
        return Seat(inside[0], 3.0)
    first = reading.sentence(name.start).start
    if folded.endswith(_BEFORE_SPREAD, first, name.start) and _THROUGH.search(
        folded, max(first, name.start - 140), name.start
    ):
        return None
    place = place_before(reading, name.start, _BEFORE)
    place = measured(reading, place) if place is not None and place.code in LANDMARKS else place
    if (
        place is not None
        and place.start >= since
        and _is_seat(reading, place, lymphoid)
        and not _PARTS_BEFORE.search(folded, place.end, name.start)
    ):
        return Seat(place, 2.5 if _heads(reading, place, name.start) else 1.5)
    return _operated(reading, name, since) or _sampled_before(reading, name, _EXTRANODAL if lymphoid else _REACHED)


_AT_ONCE = frozenset((" ", " du ", " de la ", " de l'", " des ", " de ", " d'", " au niveau du ", " ("))
"""Most of what stands between a word and its place; none of it parts them."""


def _parted(folded: str, start: int, end: int) -> bool:
    """Whether the words between a name and a place part the two."""
    return folded[start:end] not in _AT_ONCE and _PARTS.search(folded, start, end) is not None


_SPREAD_TO = folded_re(r"\bmetasta(?:tiques?|se(?:es?|s)?)[ ](?:au niveau (?:du |de la |de l'|des )|aux? |a la |a l')$")


def _bracket_end(reading: Reading, name: Name) -> int:
    """Where the bracket closes in which a name stands right behind its place: `le │sigmoïde│ (adénome), le cæcum`."""
    place = place_before(reading, name.start, 3)
    close = reading.folded.find(")", name.end, name.end + _AFTER) if place is not None else -1
    return close if close >= 0 else len(reading.folded)


def _spread_to(reading: Reading, name: Name, place: Place) -> bool:
    """Whether a tumour is said to have spread to a place: `liposarcome de la cuisse métastatique au │foie│`."""
    folded, start = reading.folded, max(name.start, place.start - 40)
    return "metasta" in folded[start : place.start] and _SPREAD_TO.search(folded, start, place.start) is not None


def _placed_after(reading: Reading, pos: int, limit: int) -> Place | None:
    """The next place, or what is measured from it; of a region the organ at whose cost the tumour is told to be."""
    place = place_after(reading, pos, limit)
    if place is not None and (place.code or "").startswith(_REGION):
        return _at_cost(reading, place)
    return measured(reading, place) if place is not None and place.code in LANDMARKS else place


_REGION = "C76"
_COST = folded_re(r"[^.;:\n]{0,30}?\ba[ux]+ depens (?:de la |de l'|du |de |des )(?:la |l')?")
_COST_REACH = 60


def _at_cost(reading: Reading, place: Place) -> Place:
    """A region, or the organ told behind it: `masse de la fosse iliaque droite, aux dépens du │cæcum│`."""
    end = place.end + _COST_REACH
    if reading.folded.find("depens", place.end, end) < 0:
        return place
    told = _COST.match(reading.folded, place.end, end)
    organ = place_after(reading, told.end(), 2) if told is not None else None
    if organ is None or not organ.code or organ.nodal:
        return place
    return organ._replace(laterality=organ.laterality or place.laterality)


def _operated(reading: Reading, name: Name, since: int) -> Seat | None:
    """The organ of an operation that the neoplasm was the reason for: "annexectomie droite pour tératome"."""
    first = max(reading.sentence(name.start).start, since, name.start - _BEFORE)
    for hit in reversed(reading.hits_between("surgery", first, name.start)):
        row = hit.term.row
        if (
            row["sort"] != "operation"
            or not hit.term.code
            or not _REASON.fullmatch(reading.folded, hit.end, name.start)
        ):
            continue
        sides = [side.term.name for side in reading.hits_between("laterality", hit.start, name.start)]
        code = _operated_on(hit)
        text = reading.text[hit.start : hit.end]
        return Seat(
            Place(
                hit.start,
                hit.end,
                text,
                code,
                hit.term.name,
                sides[0] if sides and sides[0] in ("left", "right", "bilateral") else None,
                None,
                False,
            ),
            1.5,
        )
    return None


_OF_SAMPLE = folded_re(
    r"(?:(?:les? |la |l')?(?:micro-?)?(?:biopsies?|histologie|anatomopathologie|anatomie pathologique|anapath|ap|"
    r"analyse histologique|(?:examen|etude) (?:histologique|anatomo-?pathologique)))\b"
)
_OF_SAMPLE_BEGINS = ("biops", "micro", "histo", "anat", "anap", "ap ", "ap:", "anal", "exam", "etude", "le", "la", "l'")
_SAMPLE_REACH = 60
_LESION_REACH = 60
_REACHED = (
    "C01", "C02", "C03", "C04", "C05", "C06", "C09", "C10", "C11", "C12", "C13", "C15", "C16", "C17.0", "C18", "C19",
    "C20", "C21", "C32", "C51", "C52", "C53", "C54", "C60", "C67",
)  # fmt: skip
"""Organs whose lesions are sampled where they are seen, and that seldom bear the metastases of others."""
_EXTRANODAL = (
    *_REACHED, "C07", "C08", "C30", "C31", "C41.0", "C41.1", "C50", "C62", "C69", "C73",
)  # fmt: skip
"""The same, for a lymphoma."""


def _sampled_before(reading: Reading, name: Name, organs_reached: tuple[str, ...]) -> Seat | None:
    """The place of the lesion that the sentence before tells of, for a name that is the result of its biopsy:
    `coloscopie : lésion du │sigmoïde│. Biopsies : adénocarcinome`."""
    n = reading.sentence_index(name.start)
    first = reading.sentence_starts[n]
    if not n or name.start - first > _SAMPLE_REACH or not reading.folded.startswith(_OF_SAMPLE_BEGINS, first):
        return None
    if _OF_SAMPLE.match(reading.folded, first) is None:
        return None
    for hit in reversed(reading.hits_between("growths", reading.sentence_starts[n - 1], first)):
        place = _placed_after(reading, hit.end, _LESION_REACH)
        if (
            place is not None
            and (place.code or "").startswith(organs_reached)
            and not place.nodal
            and not _parted(reading.folded, hit.end, place.start)
            and not is_spread(reading, place)
        ):
            return Seat(place, 1.5)
    return None


def _operated_on(hit: Hit) -> str:
    """The organ of an operation, as a topography of four characters."""
    code = _OPERATED_PART.get(hit.term.name) or hit.term.code
    return _OPERATED.get(code, code if "." in code else code + ".9")


_OPERATED_PART = {"appendicectomie": "C18.1", "sigmoïdectomie": "C18.7", "cæcectomie": "C18.0"}
"""Operations whose names tell the part of the organ."""
_APPENDIX = "C18.1"


def _heads(reading: Reading, place: Place, pos: int) -> bool:
    """Whether a place opens its sentence or line and the name follows at once: "Uretère droit : carcinome …"."""
    first = reading.sentence(place.start).start
    return (
        not reading.folded[first : place.start].strip(" -*\n\t0123456789./)I")
        and _FOLLOWS.fullmatch(reading.folded, place.end, pos) is not None
    )


def _outside(reading: Reading, place: Place) -> Place:
    """A place without the tissue that it is said to be outside of: "extra-osseux de la cuisse" is the thigh."""
    if not reading.folded.startswith("extra", place.start):
        return measured(reading, place) if place.code in LANDMARKS else place
    codes = [hit.term.code for hit in reading.hits_between("topography", place.start, place.end) if hit.term.code]
    return place._replace(code=codes[-1] if codes and codes[-1] != place.code else None)


_ANUS = "C21.0"
_FROM_ANUS = folded_re(r"\b(?P<cm>\d{1,2})(?:[.,]\d)?[ ]?cm[ ](?:de|du|au[- ]dessus de)[ ](?:la[ ]|l')?$")
_RECTUM, _SIGMOID = (4, "C20.9"), (16, "C18.7")
"""From how many centimetres above the anal margin the rectum, and the sigmoid, are reached (endoscopy)."""


_AWAY = folded_re(
    r"\b(?:a|dist(?:ance|ante?s?)[ ]de)[ ](?:environ[ ])?"
    r"(?P<far>\d{3}[ ]?cm|[1-9](?:[.,]\d+)?[ ]?m(?:etres?|[ ]?\d{1,2})?|(?:un|deux|trois)[ ]metres?)?"
    r"(?(far)|\d{1,2}(?:[.,]\d)?[ ]?(?:cm|mm|centimetres?))(?:[ ]environ)?[ ]"
    r"(?P<above>au[- ]dessus[ ])?(?:(?:au[- ]dessous|en[ ](?:amont|aval))[ ])?(?:de|du|d')[ ]?(?:la[ ]|l')?"
    r"(?:(?:valvule|valve|jonction|marge)[ ](?:de[ ])?)?$"
)
"""A distance from what stands behind it: `à 2 m 20 de l'│angle de Treitz│`."""
LANDMARKS = {
    _ANUS: ("C20.9", "C18.7"), "C16.0": ("C16.9", "C15.5"), "C16.4": ("C16.9", "C16.9"), "C17.1": ("C17.1", "C17.9"),
    "C18.0": ("C17.2", "C17.9"), "C24.1": ("C17.0", "C17.0"), "C34.0": ("C34.9", "C34.9"), "C50.0": ("C50.9", "C50.9"),
}  # fmt: skip
"""Places from which others are measured: what lies some centimetres from them, and what farther or (the cardia) above:
the valve between ileum and caecum is met from the small bowel, the colon being measured from the anus."""
_AWAY_REACH = 44
_CARDIA = "C16.0"


def measured(reading: Reading, place: Place) -> Place:
    """A place, or what lies as far from it as the words tell: `tumeur à 8 cm de la marge anale`."""
    if place.code != _ANUS:
        away = _AWAY.search(reading.folded, max(0, place.start - _AWAY_REACH), place.start)
        if away is None:
            return place
        near_by, beyond = LANDMARKS[place.code or ""]
        far = away["above"] if place.code == _CARDIA else away["far"]
        return place._replace(code=beyond if far else near_by)
    told = _FROM_ANUS.search(reading.folded, max(0, place.start - 24), place.start)
    if told is None or int(told["cm"]) < _RECTUM[0]:
        return place
    code = _SIGMOID[1] if int(told["cm"]) >= _SIGMOID[0] else _RECTUM[1]
    return place._replace(code=code)


def _is_inside(reading: Reading, place: Place, lymphoid: bool) -> bool:
    outside = reading.folded[place.start - 6 : place.start - 1] == "extra" and not place.text.startswith("extra")
    return bool(place.code) and place.code != "C68.9" and (lymphoid or not place.nodal) and not outside


def _is_seat(reading: Reading, place: Place, lymphoid: bool) -> bool:
    if not _is_inside(reading, place, lymphoid) or is_spread(reading, place):
        return False
    return (
        place.code is None
        or place.code[:3] not in invaded(reading)
        or _SAMPLED.search(reading.folded, max(0, place.start - 30), place.start) is None
    )


def invaded(reading: Reading) -> frozenset[str]:
    """The organs in which the report tells of metastases, by the three characters of their topography."""
    return reading.once(_invaded)


def _invaded(reading: Reading) -> frozenset[str]:
    after = [place_after(reading, hit.end, 25) for hit in reading.hits("mention") if hit.term.name in _SPREAD]
    return frozenset(place.code[:3] for place in after if place and place.code)


_SAMPLED = folded_re(r"\b(?:biops\w*|ponction\w*|pbh|prelevements?)\b[^.;\n]*$")


def is_spread(reading: Reading, place: Place) -> bool:
    """Whether the report speaks of metastases there."""
    for hit in reading.hits_between("mention", place.start - 45, place.start):
        if hit.term.name in _SPREAD and hit.start >= reading.sentence(place.start).start:
            return True
    return False


_WORK_UP = folded_re(r"\bbilan d'extension\b|\ba distance\b")
"""What opens a sentence about where else a tumour may be."""


def _in_work_up(folded: str, start: int, end: int) -> bool:
    """Whether a sentence that begins at `start` speaks of staging before `end`."""
    if folded.find("a distance", start, end) < 0 and folded.find("bilan d'extension", start, end) < 0:
        return False
    return _WORK_UP.search(folded, start, end) is not None


def region_in(reading: Reading, place: Place) -> Place | None:
    """The region that the words of a place tell beside a tissue: `lésion │cutanée de la jambe gauche│`."""
    for hit in reading.hits_between("topography", place.start, place.end):
        if hit.term.code.startswith("C76"):
            return place._replace(code=hit.term.code)
    return None


_COLON = "C18.9"
_TAKEN_ALONG = ("C17.2", "C18.0", "C18.1", "C18.2")
"""What a colectomy takes along, which may be what it was done for: the last ileum, the appendix."""
_GALLBLADDER = "C23.9"
_OPERATION = 2.0
"""How much an operation tells of the organ."""
_BLADDER, _PROSTATE = "C67", "C61"
_OF_ORGAN = 8
"""How far behind an operation its organ may stand: `de la `."""
_OF_STAGING = ("C22", "C34", "C40", "C41", "C71")
_SCATTERED = 0.3
"""How much of its weight a word in the plural keeps where staging finds nodules: `nodules pulmonaires`."""


class Organs(NamedTuple):
    """What a part of a report is about: the weight of each topography, and of each side of an organ."""

    weights: dict[str, float]
    sides: dict[tuple[str, str], float]
    armpits: dict[tuple[str, str], float]
    """What of that is told of the regions of nodes, the axilla and the groin: no side of a tumour of the skin."""


def organs(reading: Reading, found: list[tuple[Name, Seat | None]], start: int, end: int) -> Organs:
    """How much of a part of the report is about each place: the names' seats, the operations and the lesions told."""
    told = Organs(defaultdict(float), defaultdict(float), defaultdict(float))
    for _, seat in found:
        if seat is not None:
            _count(reading, told, seat.place, seat.weight)
    for hit in reading.hits_between("surgery", start, end):
        if hit.term.row["sort"] == "operation" and hit.term.code and hit.term.code != "C48":
            organ = _operated_on(hit)
            place = place_after(reading, hit.end, _OF_ORGAN)
            if place is not None and place.code and organ.startswith(_BLADDER) and place.code.startswith(_PROSTATE):
                organ = place.code  # "résection transurétrale de prostate"
            told.weights[organ] += _OPERATION
            for side in reading.hits_between("laterality", hit.end, hit.end + 30)[:1]:
                if side.term.name in ("left", "right"):
                    told.sides[organ, side.term.name] += 2.0
    resected = told.weights.get(_COLON, 0.0)
    lapse = Lapse(reading.folded, [name for name, _ in found])
    for hit in reading.hits_between("growths", start, end):
        place = _placed_after(reading, hit.end, 60)
        if (
            place is None
            or place.nodal
            or _parted(reading.folded, hit.end, place.start)
            or is_spread(reading, place)
            or _in_work_up(reading.folded, reading.sentence(hit.start).start, hit.start)
        ):
            continue
        scattered = reading.folded[hit.end - 1] == "s" and (place.code or "").startswith(_OF_STAGING)
        weight = float(hit.term.row["weight"]) * (_SCATTERED if scattered else 1.0)
        if lapse.passed(hit.start):
            weight *= _LATER
        _count(reading, told, place, weight)
        if (place.code or "").endswith(".9") and (part := _part_beside(reading, place)) is not None:
            _count(reading, told, part, weight)
        if place.code in TISSUE_ONLY:  # "tuméfaction sous-cutanée de la cuisse"
            region = region_in(reading, place) or place_after(reading, place.end, 40)
            if region is not None and not region.nodal and not _parted(reading.folded, place.end, region.start):
                _count(reading, told, region, weight)
    if told.weights.get(_APPENDIX) == _OPERATION and len(told.weights) > 1:
        del told.weights[_APPENDIX]  # an appendix taken out long ago or along
    if resected and resected == told.weights[_COLON] and any(told.weights.get(code) for code in _TAKEN_ALONG):
        del told.weights[_COLON]  # nothing but the operation is of the colon
    if told.weights.get(_GALLBLADDER) == _OPERATION and len(told.weights) > 1:
        del told.weights[_GALLBLADDER]  # a gallbladder taken along
    return told


_LATER = 0.2
"""How much of its weight a lesion of later years keeps."""


def _count(reading: Reading, told: Organs, place: Place, weight: float) -> None:
    if place.code:
        told.weights[place.code] += weight
        side = side_at(reading, place)
        if side:
            told.sides[place.code, side] += weight
            if place.metastasis == "lymph_node":
                told.armpits[place.code, side] += weight
