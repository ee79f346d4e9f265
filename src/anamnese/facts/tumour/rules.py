"""Tumours: one fact for each distinct primary neoplasm, also benign, suspected and family ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.tumour.grading import grade_of
from anamnese.facts.tumour.primaries import UNTYPED, VAGUE, Primary, Statement, includes, primaries, side_of
from anamnese.facts.tumour.seats import Organs, invaded, organs
from anamnese.facts.tumour.secondary import note_specimens
from anamnese.facts.tumour.situating import UNKNOWN, finely, told_side, topography_of
from anamnese.facts.tumour.statements import grade_codes, site_codes, statements
from anamnese.facts.tumour.tissues import is_melanoma, tissue_named
from anamnese.reading.fold import folded_re, holds

_MIDDLE_LOBE = "C34.2"
_GLEASON = "C61"
"""The organ whose tumours are graded by another scale (ISUP groups are told with the Gleason score)."""
_GENERAL = folded_re(
    r"\b(?:litterature|etudes? (?:publiees?|prospectives?|retrospectives?)|represent(?:e|ent) (?:environ "
    r"|moins |plus )?\d|cas (?:rapportes|decrits|publies)|series? de la)\b"
)
_GENERAL_WORDS = ("cas ", "etude", "serie", "represent", "litterature")
"""One of these is in whatever the pattern matches."""
_GENERAL_REACH = 400
_REACTIVE = ("9950", "9961", "9962", "9970")
"""Histologies that may also be a reaction to something else."""
_DIFFERENTIALS = 2
_SKIN = "C44.9"
_SPREAD_OVER_SKIN = ("9140/3", "9700/3", "9701/3")
"""Tumours of the skin in many places, which have no one side: of Kaposi, mycosis fungoides, of Sézary."""
_BARE = ("8000", "8001")
_NO_PRIMARY = ("8000/0", "8001/0", "8000/6", "8000/9", "9540/1", "8220/0", "8010/9", "8800/9")
"""Morphologies that are no tumour of their own: cells, spread, syndromes."""
_DEFINED = {
    "9863/3": {"BCR-ABL": "9875/3"},
    "9811/3": {"BCR-ABL": "9812/3", "ETV6-RUNX1": "9814/3", "TCF3-PBX1": "9818/3"},
}
"""Leukaemias that the WHO classifies by a fusion: chronic myeloid, and of B lymphoblasts."""
_ANAPLASTIC, _WITHOUT_ALK = "9714/3", "9715/3"
_PRELIMINARY = folded_re(
    r"\b(?:cyto[a-z-]*|frottis|paaf|ponction|echograph[a-z]*|scanner|tdm|irm|imagerie|radiograph[a-z]*|mammograph[a-z]*|"
    r"extemporane[a-z]*|endoscop[a-z]*|fibroscop[a-z]*|cliniquement|aspect)\b[^.;\n]{0,70}"
    r"\b(?:en faveur|evoqu[a-z]+|compatible|sugger[a-z]+|suggestive?|orient[a-z]+|rappel[a-z]+)\b[^.;\n]{0,30}$"
)
_HEADS_CASE = folded_re(r"\s*(?:[:.,\n(-]|(?:il|elle|mr|mme|patiente?|une?|nous|le|la|madame|monsieur|m)\b)")
_BEGINS = folded_re(r"(?:^|[.\n:;]) *$")
_INTRODUCTION = 400
"""Within how many characters of the heading of a case its patient is introduced."""


def read(reading: Reading) -> Iterable[Draft]:
    """A `tumour` for each primary of each patient that the report tells of, and for each cancer of a relative."""
    for start, end in _patients(reading):
        yield from _tumours(reading, start, end)


def _patients(reading: Reading) -> list[tuple[int, int]]:
    """The part of the report that tells of each patient: from one heading of a case, or introduction, to the next."""
    folded = reading.folded
    headed = [
        hit.start
        for hit in reading.hits("cases")
        if _HEADS_CASE.match(folded, hit.end) and _BEGINS.search(folded, max(0, hit.start - 3), hit.start)
    ]
    others = reading.facts("patient")[1:]
    if not headed and not others:
        return [(0, len(reading.text))]
    told = [reading.sentence(draft.start).start for draft in others]
    starts = sorted(
        {*headed, *(start for start in told if not any(0 <= start - head < _INTRODUCTION for head in headed))}
    )
    bounds = [0, *starts, len(reading.text)]
    return list(pairwise(bounds))


def _tumours(reading: Reading, start: int, end: int) -> Iterator[Draft]:
    said: list[Statement] = []
    for statement in statements(reading, start, end):
        if statement.status == "family":
            yield _of_relative(reading, statement)
        else:
            said.append(statement)
    note_specimens(reading, said)
    found = [primary for primary in primaries(said, reading.folded) if not _idle(reading, primary)]
    held = len(found) == 1 and not found[0].affirmed and _treated(reading, (start, end))
    if any(primary.affirmed for primary in found):
        found = [primary for primary in found if primary.affirmed]
    elif len(found) > _DIFFERENTIALS:  # a list of what it may be
        found = [max(found, key=lambda primary: len(primary.statements))]
    if any(primary.code not in VAGUE for primary in found):
        found = [primary for primary in found if primary.code not in VAGUE]
    own = [(s.name, s.seat) for s in said if not s.spread or (s.seat and s.seat.origin)]
    told = organs(reading, own, start, end) if found else Organs({}, {}, {})
    topographies = [
        topography_of(reading, primary, told.weights, len(found) == 1, _taken(found, primary)) for primary in found
    ]
    typed = any(primary.code[:4] not in _BARE for primary in found)
    dropped = _dropped(reading, found, topographies)
    told_so: set[tuple[object, ...]] = set()
    for i, primary in enumerate(found):
        topography = topographies[i]
        if typed and primary.code[:4] in _BARE and topography[:3] in invaded(reading):
            continue  # the mass that turned out to be a metastasis
        alone = len(found) == 1 or sum(other[:3] == topography[:3] for other in topographies) == 1
        draft = _draft(reading, primary, topography, told, (start, end), alone, len(found) == 1)
        if held:
            draft.status = "affirmed"  # what was only evoked, and then treated as a cancer
        if primary.statements[0].name.start in dropped:
            draft.status = "suspected"
        key = (draft.get("topography"), draft.get("morphology"), draft.get("laterality"))
        if key not in told_so:  # what two names turn out to be in their organ: `fibrome utérin`, `myome`
            told_so.add(key)
            yield draft


def _taken(found: list[Primary], primary: Primary) -> frozenset[str]:
    """The organs that the other tumours are told to lie in."""
    return frozenset(other.topography[:3] for other in found if other is not primary and other.topography)


def _dropped(reading: Reading, found: list[Primary], topographies: list[str]) -> set[int]:
    """Where those tumours begin that a needle or an image only pointed to, and that the histology of the same organ
    then was not (`cytologie en faveur d'un adénome pléomorphe`, `histologie : carcinome adénoïde kystique`)."""
    dropped: set[int] = set()
    if len(found) < 2:
        return dropped
    for primary, topography in zip(found, topographies, strict=True):
        first, last = primary.statements[0].name, primary.statements[-1].name
        if not primary.affirmed or len(primary.statements) > _DIFFERENTIALS:
            continue
        if not all(_pointed_to(reading, statement) for statement in primary.statements):
            continue
        for other, place in zip(found, topographies, strict=True):
            later = other.statements[0].name.start > last.start
            if later and other.affirmed and place[:3] == topography[:3] and not _pointed_to(reading, other.witness):
                dropped.add(first.start)
    return dropped


def _pointed_to(reading: Reading, statement: Statement) -> bool:
    """Whether a preliminary examination speaks in favour of what a statement names."""
    begin = max(reading.sentence(statement.name.start).start, statement.name.start - 120)
    return _PRELIMINARY.search(reading.folded, begin, statement.name.start) is not None


def _idle(reading: Reading, primary: Primary) -> bool:
    """Whether the statements make no tumour of the patient."""
    if primary.code in _NO_PRIMARY or (primary.code == "8140/0" and (primary.topography or "").startswith(_GLEASON)):
        return True  # an "adénome prostatique" is the gland's hyperplasia, no neoplasm
    if len(primary.statements) > 1:
        return False
    statement = primary.statements[0]
    if "secondair" in statement.name.traits and primary.code[:4] in _REACTIVE:  # a reaction: "myélofibrose secondaire"
        return True
    start, end = reading.sentence(statement.name.start)
    end = min(end, start + _GENERAL_REACH)
    return holds(reading.folded[start:end], _GENERAL_WORDS) and (
        _GENERAL.search(reading.folded, start, end) is not None
    )


def _of_relative(reading: Reading, statement: Statement) -> Draft:
    name = statement.name
    topography = statement.topography or name.term.row["site"] or UNKNOWN
    return reading.draft(
        "tumour", name.start, name.end, status="family", topography=topography, morphology=statement.code,
    )  # fmt: skip


def _draft(
    reading: Reading, primary: Primary, topography: str, told: Organs, part: tuple[int, int], alone: bool, only: bool
) -> Draft:
    witness = primary.witness
    tissue = tissue_named(primary.code, witness.name.traits)
    topography = finely(reading, topography, told.weights, tissue) if alone else topography
    if topography == UNKNOWN and is_melanoma(primary.code[:4]):
        topography = _SKIN  # where ICD-O-3 puts a melanoma of unknown origin
    code = site_codes().get((primary.code, topography[:3]), primary.code)
    grade = None if topography.startswith(_GLEASON) else grade_of(reading, primary, part, only)
    code = _by_marker(reading, code)
    code = grade_codes().get((code, grade), code) if grade else code
    if code == "8000/1" and primary.affirmed and _treated(reading, part):
        code = "8000/3"
    side = "right" if topography == _MIDDLE_LOBE else None
    side = (
        side
        or side_of(primary, topography, alone)
        or told_side(reading, tissue, topography, told, part, alone, code[5] == "0")
    )
    quote_end = witness.seat.place.end if witness.seat and witness.seat.place.start >= witness.name.start else 0
    side = None if code in _SPREAD_OVER_SKIN and side != "bilateral" else side
    draft = reading.draft(
        "tumour",
        witness.name.start,
        max(witness.name.end, quote_end if quote_end - witness.name.end < 40 else 0),
        status="affirmed" if primary.affirmed else "suspected",
        topography=topography,
        morphology=code,
        laterality=side,
        grade=grade,
    )
    draft.namings = tuple(
        (said.name.start, said.name.end)
        for said in primary.statements
        if said is not witness and said.status == "affirmed" and not said.spread and _dates(said.code, primary.code)
    )
    return draft


def _by_marker(reading: Reading, code: str) -> str:
    """The code of a leukaemia of which the report tells the fusion that defines it, of an anaplastic lymphoma without
    the kinase."""
    if code == _ANAPLASTIC:
        alk = [m.get("result") for m in reading.facts("biomarker") if m.get("name") == "ALK"]
        return _WITHOUT_ALK if alk and all(result == "negative" for result in alk) else code
    if code not in _DEFINED:
        return code
    fused = {m.get("name") for m in reading.facts("biomarker") if m.get("result") in ("rearranged", "positive")}
    return next((becomes for name, becomes in _DEFINED[code].items() if name in fused), code)


def _dates(code: str, final: str) -> bool:
    """Whether a naming by one morphology dates the tumour of another: by its own, by its family's (`mélanome`), or as a
    cancer without a type."""
    if code[:4] == final[:4] or code in UNTYPED:
        return True
    return code[5] == final[5] and includes(code[:4], final[:4]) and not _GLIOMAS[0] <= final[:4] < _GLIOMAS[1]


_GLIOMAS = ("9380", "9461")
"""Of which the higher grade is a later disease: an anaplastic oligodendroglioma after one of grade 2."""


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
