"""Tumours: one fact for each distinct primary neoplasm, also benign, suspected and family ones."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from anamnese.facts.mention.rules import spread_names
from anamnese.facts.places import places_between
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.tumour.grading import grade_of
from anamnese.facts.tumour.naming import Name, names, names_place
from anamnese.facts.tumour.primaries import VAGUE, Primary, Statement, primaries, seated, side_of
from anamnese.facts.tumour.seats import (
    FIXED,
    PAIRED,
    TISSUE_ONLY,
    UNSURE,
    Organs,
    Seat,
    breast_side,
    fits,
    is_spread,
    organs,
    seat_of,
    side_at,
    side_beside,
    tissue_named,
    topography_for,
)  # fmt: skip
from anamnese.lexicon.tables import read_table

_HERE = Path(__file__).parent
_FINAL = frozenset({"diagnosis", "conclusion"})
_UNKNOWN = "C80.9"
_MIDDLE_LOBE = "C34.2"
_PART = re.compile(
    r"\b(?:composantes?|contingents?|foyers?|zones?|secteurs?|plages?|elements?|differenciation|"
    r"cellules|territoires?)\b[^.;:,\n]{0,30}(?:\bde |\bd'|\bdu |\ben |\bd'un |\bd'une |\()(?:un |une )?$"
)
"""What stands before the name of a part of a tumour."""
_NOT_SAID = re.compile(
    r"\b(?:marqueurs?|risques?|depistage|schemas?|comite|predisposition|incidence|prevention|prevalence"
    r"|frequence|diagnostics? differentiels?|traitements? habituels?"
    r"|guide|consultation|programme|service|institut|centre|lutte contre|essai|essai clinique|patients? atteints?"
    r"|patients? porteurs?|classifications?|recommandations?|association|registre|reunion|unite|rcp|gene|genes|mime"
    r"|mimant"
    r"|simulant|simuler|mimer|traitement du|traitement des)\b"
    r"[^.;,\n]{0,30}(?:\bde |\bd'|\bdu |\bdes |\bun |\bune |\bla |\ble |\bl')?$"
)
"""What stands before a name that is not said of the patient: "marqueurs du mésothéliome"."""
_GENERAL = re.compile(
    r"\b(?:litterature|etudes? (?:publiees?|prospectives?|retrospectives?)|represent(?:e|ent) (?:environ "
    r"|moins |plus )?\d|cas (?:rapportes|decrits|publies)|series? de la)\b"
)
_COORDINATE = re.compile(
    r"[ )]*(?:,| et| ou|/|\+| puis)[ ,]*(?:et |ou |soit )?(?:a |d')?(?:un |une |des |d'un |d'une |le |la "
    r"|l')?(?:possible |probable )?"
)
_REACTIVE = ("9950", "9961", "9962", "9970")
"""Histologies that may also be a reaction to something else."""
_DIFFERENTIALS = 2
_NO_PRIMARY = ("8000/0", "8001/0", "8000/6", "8000/9", "9540/1", "8220/0", "8010/9", "8800/9")
"""Morphologies that are no tumour of their own: cells, spread, syndromes."""
_SPREAD_ONLY = ("8480/6", "8490/6")
_HEADS_CASE = re.compile(r"\s*(?:[:.,\n(-]|(?:il|elle|mr|mme|patiente?|une?|nous|le|la|madame|monsieur|m)\b)")
_BEGINS = re.compile(r"(?:^|[.\n:;]) *$")
_INTRODUCTION = 400
"""Within how many characters of the heading of a case its patient is introduced."""
_DOUBT = re.compile(
    r"\b(?:evoques?|evoquee?s?|evoquant|evoquaient|evoquait|evoquer|suspect\w*|hypothese\w*|eventualite"
    r"|differentiels?|penser a|craindre|possibilite|eliminer|ecarter|exclure)\b"
    r"(?! par| une prise| de malignite)[^.;\n]{0,60}$"
)
"""Words of doubt before a name that `context/` does not know: "le diagnostic évoqué était celui d'une leucémie"."""
_HELD = re.compile(
    r"\b(?:suivie?s?|traitee?s?|operee?s?|hospitalisee?s?|adressee?s?|admise?|porteu(?:r|se)|atteinte?|connue?"
    r"|diagnostiquee?)\b"
    r"[^.;:]{0,30}(?:\bpour|\bd'|\bde|\bdu)\s*(?:un |une |le |la |l')?$"
)
"""Words that say that the patient has it, whatever an earlier "sans antécédents" seems to deny."""
_NO_TUMOUR = ("metaplasi", "dysplasi")


def read(reading: Reading) -> Iterable[Draft]:
    """A `tumour` for each primary of each patient that the report tells of, and for each cancer of a relative."""
    for start, end in _patients(reading):
        yield from _tumours(reading, start, end)


def _patients(reading: Reading) -> Iterator[tuple[int, int]]:
    """The part of the report that tells of each patient: from one heading of a case, or introduction, to the next."""
    folded = reading.folded
    headed = [
        hit.start
        for hit in reading.hits("cases")
        if _HEADS_CASE.match(folded, hit.end) and _BEGINS.search(folded, max(0, hit.start - 3), hit.start)
    ]
    told = [reading.sentence(draft.start).start for draft in reading.facts("patient")[1:]]
    starts = sorted(
        {*headed, *(start for start in told if not any(0 <= start - head < _INTRODUCTION for head in headed))}
    )
    bounds = [0, *starts, len(reading.text)]
    yield from pairwise(bounds)


def _tumours(reading: Reading, start: int, end: int) -> Iterator[Draft]:
    statements: list[Statement] = []
    for statement in _statements(reading, start, end):
        if statement.status == "family":
            yield _of_relative(reading, statement)
        else:
            statements.append(statement)
    found = [primary for primary in primaries(statements) if not _idle(reading, primary)]
    if any(primary.affirmed for primary in found):
        found = [primary for primary in found if primary.affirmed]
    elif len(found) > _DIFFERENTIALS:  # a list of what it may be
        found = [max(found, key=lambda primary: len(primary.statements))]
    if any(primary.code not in VAGUE for primary in found):
        found = [primary for primary in found if primary.code not in VAGUE]
    told = (
        organs(reading, [(s.name, s.seat) for s in statements if not s.spread], start, end) if found else Organs({}, {})
    )
    topographies = [_topography(reading, primary, told.weights, len(found) == 1) for primary in found]
    for primary, topography in zip(found, topographies, strict=True):
        alone = sum(other[:3] == topography[:3] for other in topographies) == 1
        yield _draft(reading, primary, topography, told, (start, end), alone, len(found) == 1)


def _statements(reading: Reading, start: int, end: int) -> Iterator[Statement]:
    """What the part of a report says of neoplasms, without what it denies."""
    everything, folded = names(reading), reading.folded
    spread = spread_names(reading)
    last: Statement | None = None
    telling = [name.start for name in everything if not name.bare]
    for i, name in enumerate(everything):
        if not start <= name.start < end or folded.startswith(_NO_TUMOUR, name.start):
            continue
        first = reading.sentence(name.start).start
        if _NOT_SAID.search(folded, max(first, name.start - 70), name.start):
            continue
        before = everything[i - 1] if i else None
        until = everything[i + 1].start if i + 1 < len(everything) else end
        seat = seat_of(reading, name, until, before.end if before else start)
        if name.bare and seat is None:  # "la tumeur": nothing that the other names do not say
            continue
        status = reading.scopes.status(reading.draft("tumour", name.start, name.end))
        if status == "negated" and not _HELD.search(folded, max(first, name.start - 60), name.start):
            continue
        status = "affirmed" if status == "negated" else status
        if last is not None and last.name is before and _COORDINATE.fullmatch(folded, before.end, name.start):
            seat = seat or last.seat
            if last.status == "suspected" and status == "affirmed":
                status = "suspected"
        if status == "affirmed" and _DOUBT.search(folded, max(first, name.start - 90), name.start):
            status = "suspected"
        if status == "suspected" and (
            (seat and seat.place.code == "C80.9") or "indetermine" in folded[name.start : name.end]
        ):
            status = "affirmed"  # what is unknown is where it comes from, or what it means
        part = bool(_PART.search(folded, max(first, name.start - 60), name.start)) or (
            before is not None and folded[before.end : name.start].strip(" ") == "(" and not name.bare
        )
        away = name.start in spread or name.term.code in _SPREAD_ONLY or _is_secondary(folded, name)
        last = _statement(reading, name, seat, status, away, part)
        after = bisect_left(telling, name.end)
        last.until = min(reading.sentence(name.start).end, telling[after] if after < len(telling) else end)
        yield last


def _is_secondary(folded: str, name: Name) -> bool:
    """Whether a carcinoma is called a secondary one ("secondaire à" tells a cause instead)."""
    return (
        "secondair" in name.traits
        and name.code < "8800"
        and _SECONDARY.search(folded, name.start, name.end) is not None
    )


_SECONDARY = re.compile(r"\bsecondaires?\b(?! (?:a|au|aux)\b)")


def _statement(reading: Reading, name: Name, seat: Seat | None, status: str, spread: bool, part: bool) -> Statement:
    code = name.code
    if name.bare:
        code = code.replace("8001", "8000")
        if code == "8000/1" and reading.folded.startswith(
            "neo", name.start
        ):  # what is called a "néoplasie" of an organ is a cancer
            code = "8000/3"
    if code[5] == "6":
        code = code[:5] + "3"
    place = seat.place if seat else None
    topography = seated(code, seat, name.traits)
    default = name.term.row["site"]
    if seat and seat.weight < 2 and name.bare:
        topography = None
    if seat and topography and seat.weight < 2 and default and default not in UNSURE and topography[:3] != default[:3]:
        topography = None  # a place that only stands before a name that tells its organ
    if topography:
        code = _site_codes().get((code, topography[:3]), code)
    side = side_at(reading, place) if place and (topography or name.bare) else None
    if side is None:
        side = side_beside(reading, name)
    if side is None and (topography or default).startswith("C50") and code[5] in "23" and not spread:
        side = breast_side(reading, name.start)
    return Statement(
        name, code, seat, topography, side, status,
        spread, part, reading.section(name.start) in _FINAL,
    )  # fmt: skip


@cache
def _site_codes() -> dict[tuple[str, str], str]:
    return {
        (row["code"], topography): row["becomes"]
        for row in read_table(_HERE / "site_codes.tsv")
        for topography in row["topography"].split()
    }


def _idle(reading: Reading, primary: Primary) -> bool:
    """Whether the statements make no tumour of the patient."""
    if primary.code in _NO_PRIMARY:
        return True
    if len(primary.statements) > 1:
        return False
    statement = primary.statements[0]
    if "secondair" in statement.name.traits and primary.code[:4] in _REACTIVE:  # a reaction: "myélofibrose secondaire"
        return True
    sentence = reading.sentence(statement.name.start)
    return _GENERAL.search(reading.folded, sentence.start, min(sentence.end, sentence.start + 400)) is not None


def _of_relative(reading: Reading, statement: Statement) -> Draft:
    name = statement.name
    topography = statement.topography or name.term.row["site"] or _UNKNOWN
    return reading.draft(
        "tumour", name.start, name.end, status="family", topography=topography, morphology=statement.code,
    )  # fmt: skip


def _draft(
    reading: Reading, primary: Primary, topography: str, told: Organs, part: tuple[int, int], alone: bool, only: bool
) -> Draft:
    witness = primary.witness
    topography = _finely(topography, told.weights) if alone else topography
    code = _site_codes().get((primary.code, topography[:3]), primary.code)
    if code == "8000/1" and primary.affirmed and _treated(reading, part):
        code = "8000/3"
    side = "right" if topography == _MIDDLE_LOBE else None
    side = (
        side
        or side_of(primary, topography)
        or _side(
            reading, tissue_named(primary.code, witness.name.traits), topography, told, part, alone, code[5] == "0"
        )
    )
    quote_end = witness.seat.place.end if witness.seat and witness.seat.place.start >= witness.name.start else 0
    return reading.draft(
        "tumour",
        witness.name.start,
        max(witness.name.end, quote_end if quote_end - witness.name.end < 40 else 0),
        status="affirmed" if primary.affirmed else "suspected",
        topography=topography,
        morphology=code,
        laterality=side,
        grade=grade_of(reading, primary, part, only),
    )


def _treated(reading: Reading, part: tuple[int, int]) -> bool:
    """Whether the patient had what only a cancer is given: a treatment of cancer, a TNM, metastases."""
    return any(
        part[0] <= draft.start < part[1]
        and draft.status in (None, "affirmed")
        and (
            kind != "therapy"
            or draft.get("kind") in ("chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone")
        )
        for kind in ("therapy", "stage", "metastasis")
        for draft in reading.facts(kind)
    )


def _finely(topography: str, weights: dict[str, float]) -> str:
    """The part of the organ that the report speaks of, where the name tells the organ alone."""
    if topography[4:] not in ("8", "9"):
        return topography
    parts = {code: w for code, w in weights.items() if code[:3] == topography[:3] and code[4:] not in ("8", "9")}
    return max(parts, key=lambda code: parts[code]) if parts else topography


def _topography(reading: Reading, primary: Primary, weights: dict[str, float], only: bool) -> str:
    witness = primary.witness
    default = witness.name.term.row["site"]
    tissue = tissue_named(primary.code, witness.name.traits)
    told = primary.topography
    if told in TISSUE_ONLY:
        told = topography_for(tissue, told)
    if default.startswith(FIXED) or tissue == "blood":
        default = default or "C42.1"
        return told if told and told[:3] == default[:3] else default
    loose = told in TISSUE_ONLY and tissue in ("soft", "bone", "skin", "adnexal")
    if told is not None and not loose and not (_names_its_organ(witness) and told[:3] != default[:3]):
        return told
    if default and default not in UNSURE:
        return default
    default = told or default if loose else default
    if tissue == "lymphoid":
        return _extranodal(reading, witness, weights, only) or default or "C77.9"
    if tissue == "germ":
        default = default or _GONADS.get((_sex(reading), primary.code[:4] >= "9100"), "")
    by_organ: dict[str, float] = defaultdict(float)
    fine: dict[str, str] = {}
    for code, weight in weights.items():
        topography = topography_for(tissue, code)
        if not fits(tissue, topography) or (tissue == "epithelial" and topography.startswith("C48")):
            continue
        if loose and topography in TISSUE_ONLY:
            continue
        by_organ[topography[:3]] += weight
        if topography[4:] not in ("8", "9") or topography[:3] not in fine:
            fine[topography[:3]] = topography
    if by_organ:
        return fine[max(by_organ, key=lambda organ: by_organ[organ])]
    if "8050" <= primary.code[:4] <= "8084" and not default:  # squamous cell carcinoma of a limb is one of its skin
        skins = {code: w for code, w in weights.items() if topography_for("adnexal", code).startswith("C44")}
        if skins:
            return topography_for("adnexal", max(skins, key=lambda code: skins[code]))
    return default or _named_most(reading, tissue) or _UNKNOWN


def _sex(reading: Reading) -> str:
    """The patient's sex, empty where it is not told."""
    return next((str(draft.get("sex")) for draft in reading.facts("patient") if draft.get("sex")), "")


_GONADS = {
    ("female", False): "C56.9", ("female", True): "C58.9", ("male", False): "C62.9", ("male", True): "C62.9",
}  # fmt: skip
"""Where a germ cell tumour (or, `True`, a trophoblastic one) begins unless the report tells another place."""


def _named_most(reading: Reading, tissue: str) -> str | None:
    """The organ that a report names most, where nothing says more ("PROSTATE : 12 biopsies …")."""
    named = Counter(
        topography
        for place in reading.places
        if place.code
        and not place.nodal
        and fits(tissue, topography := topography_for(tissue, place.code))
        and not topography.startswith(("C48", "C76", "C80"))
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
    "C41",
    "C49",
    "C80",
    "C22",
    "C44.9",
    "C06.9",
    "C71.9",
    "C72",
)
_EXTRANODAL = 5.0
"""How much a report must speak of an organ for its only tumour, a lymphoma, to be there."""


def _extranodal(reading: Reading, witness: Statement, weights: dict[str, float], only: bool) -> str | None:
    """The organ of a lymphoma that its name does not tell: of its sentence, or what the whole report is about."""
    start, end = reading.sentence(witness.name.start)
    for place in places_between(reading, max(start, witness.name.start - 200), min(end, witness.name.end + 120)):
        if (
            place.code
            and not place.nodal
            and not place.code.startswith(_NOT_EXTRANODAL)
            and not is_spread(reading, place)
        ):
            return place.code
    least = _EXTRANODAL if only else 2 * _EXTRANODAL
    likely = [code for code, weight in weights.items() if weight >= least and not code.startswith(_NOT_EXTRANODAL)]
    return max(likely, key=lambda code: weights[code]) if likely else None


def _side(
    reading: Reading, tissue: str, topography: str, told: Organs, part: tuple[int, int], alone: bool, benign: bool
) -> str | None:
    """The side that the report names most with the organ."""
    organ = topography[:3]
    if organ not in PAIRED:
        return None
    sides: dict[str, float] = defaultdict(float)
    for (code, side), weight in told.sides.items():
        seat = topography_for(tissue, code)
        if seat == topography or (seat[:3] == organ and organ != "C44"):
            sides[side] += weight
    if sides and (alone or (len(sides) == 1 and organ not in ("C34", "C44") and not benign)):
        return max(sides, key=lambda side: sides[side])
    if not alone:
        return None
    if organ == "C44":
        return None
    counted = Counter(
        place.laterality
        for place in reading.places
        if part[0] <= place.start < part[1] and place.laterality and place.code
        and topography_for(tissue, place.code)[:3] == organ and not place.nodal
        and not is_spread(reading, place)
    )  # fmt: skip
    return counted.most_common(1)[0][0] if counted else _labelled_side(reading, part)


def _labelled_side(reading: Reading, part: tuple[int, int]) -> str | None:
    """The side that a form gives under its label."""
    for hit in reading.hits_between("sides", *part):
        match = _LABELLED.match(reading.folded, hit.end)
        if match:
            return match.lastgroup
    return None


_LABELLED = re.compile(
    r"\s*:\s*(?:(?P<right>droite?|dte?|d)|(?P<left>gauche|gche|g)|(?P<bilateral>bilaterale?|bilat|les deux))\b"
)
