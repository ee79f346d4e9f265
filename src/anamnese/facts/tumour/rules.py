"""Tumours: one fact for each distinct primary neoplasm, also benign, suspected and family ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from anamnese.facts.mention.rules import spread_names
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.tumour.grading import grade_of
from anamnese.facts.tumour.naming import Name, names
from anamnese.facts.tumour.primaries import Primary, Statement, primaries, seated, side_of
from anamnese.facts.tumour.seats import (
    _FIXED, _SURE, Seat, fits, organs, seat_of, tissue_of, topography_for,
)  # fmt: skip
from anamnese.lexicon.tables import read_table

_HERE = Path(__file__).parent
_FINAL = frozenset({"diagnosis", "conclusion"})
_UNKNOWN = "C80.9"


def read(reading: Reading) -> Iterable[Draft]:
    """A `tumour` for each primary of each patient that the report tells of, and for each cancer of a relative."""
    for start, end in _patients(reading):
        yield from _tumours(reading, start, end)


def _patients(reading: Reading) -> Iterator[tuple[int, int]]:
    """The part of the report that tells of each of its patients."""
    starts = [draft.start for draft in reading.facts("patient")]
    bounds = [0, *(reading.sentence(start).start for start in starts[1:]), len(reading.text)]
    yield from zip(bounds, bounds[1:], strict=False)


def _tumours(reading: Reading, start: int, end: int) -> Iterator[Draft]:
    everything = names(reading)
    spread = spread_names(reading)
    statements: list[Statement] = []
    for i, name in enumerate(everything):
        if not start <= name.start < end:
            continue
        status = reading.scopes.status(reading.draft("tumour", name.start, name.end))
        if status == "negated":
            continue
        until = everything[i + 1].start if i + 1 < len(everything) else end
        since = everything[i - 1].end if i else start
        seat = seat_of(reading, name, until, since)
        statement = _statement(reading, name, seat, status, name.start in spread)
        if status == "family":
            yield _of_relative(reading, statement)
        else:
            statements.append(statement)
    found = [primary for primary in primaries(statements) if not _idle(primary)]
    if any(primary.affirmed for primary in found):
        found = [primary for primary in found if primary.affirmed]
    if len(found) > 1:
        certain = [p for p in found if not p.statements[0].name.bare or not all(s.name.bare for s in p.statements)]
        found = [p for p in found if p in certain or p.code != "8000/1"]
    weights = organs(reading, [(s.name, s.seat) for s in statements if not s.spread], start, end) if found else {}
    for primary in found:
        yield _draft(reading, primary, weights, start, end, len(found) == 1)


def _statement(reading: Reading, name: Name, seat: Seat | None, status: str, spread: bool) -> Statement:
    code = name.code
    if name.bare:
        code = "8000/1" if code == "8001/1" else code.replace("8001", "8000")
        word = reading.folded[name.start : name.start + 4]
        if code == "8000/1" and word.startswith("neo"):  # what a report calls a "néoplasie" of an organ is a cancer
            code = "8000/3"
    if code[5] == "6":
        code = code[:5] + "3"
    place = seat.place if seat else None
    topography = seated(code, seat)
    if topography:
        code = _site_codes().get((code, topography[:3]), code)
    return Statement(
        name, code, seat, topography, place.laterality if place and topography else None, status, spread,
        reading.section(name.start) in _FINAL,
    )  # fmt: skip


@cache
def _site_codes() -> dict[tuple[str, str], str]:
    return {
        (row["code"], topography): row["becomes"]
        for row in read_table(_HERE / "site_codes.tsv")
        for topography in row["topography"].split()
    }


def _idle(primary: Primary) -> bool:
    """Whether nothing but "tumour cells" or a benign something is said."""
    return primary.code in ("8000/0", "8001/0", "8000/6", "8000/9") or all(s.spread for s in primary.statements)


def _of_relative(reading: Reading, statement: Statement) -> Draft:
    name = statement.name
    topography = statement.topography or name.term.row["site"] or _UNKNOWN
    return reading.draft(
        "tumour", name.start, name.end, status="family", topography=topography, morphology=statement.code,
    )  # fmt: skip


def _draft(reading: Reading, primary: Primary, weights: dict[str, float], start: int, end: int, only: bool) -> Draft:
    witness = primary.witness
    topography = _topography(primary, witness, weights)
    code = _site_codes().get((primary.code, topography[:3]), primary.code)
    side = side_of(primary, topography) or _side(reading, topography, start, end)
    quote_end = witness.seat.place.end if witness.seat and witness.seat.place.start >= witness.name.start else 0
    return reading.draft(
        "tumour",
        witness.name.start,
        max(witness.name.end, quote_end if quote_end - witness.name.end < 40 else 0),
        status="affirmed" if primary.affirmed else "suspected",
        topography=topography,
        morphology=code,
        laterality=side,
        grade=grade_of(reading, primary, start, end, only),
    )


def _topography(primary: Primary, witness: Statement, weights: dict[str, float]) -> str:
    default = witness.name.term.row["site"]
    tissue = tissue_of(primary.code[:4])
    told = primary.topography
    if default.startswith(_FIXED) or tissue == "blood":
        return told if told and told[:3] == default[:3] else default
    if told is not None:
        return told
    if default and default not in _SURE:
        return default
    by_organ: Counter[str] = Counter()
    fine: dict[str, str] = {}
    for code, weight in weights.items():
        topography = topography_for(tissue, code)
        if tissue == "lymphoid" or not fits(tissue, topography):
            continue
        by_organ[topography[:3]] += weight
        if topography[4:] not in ("8", "9") or topography[:3] not in fine:
            fine[topography[:3]] = topography
    if by_organ:
        return fine[by_organ.most_common(1)[0][0]]
    return default or _UNKNOWN


def _side(reading: Reading, topography: str, start: int, end: int) -> str | None:
    """The side that the report names most with the organ."""
    from anamnese.facts.tumour.seats import PAIRED, is_spread

    if topography[:3] not in PAIRED or topography[:3] in ("C44", "C77"):
        return None
    sides = Counter(
        place.laterality
        for place in reading.places
        if start <= place.start < end
        and place.laterality
        and place.code
        and place.code[:3] == topography[:3]
        and not place.nodal
        and not is_spread(reading, place)
    )
    return sides.most_common(1)[0][0] if sides else None
