"""Mentions: every place where the report speaks of a neoplasm, with the ICD-O-3 morphology of the words there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.tumour.naming import Name, names
from anamnese.reading.fold import folded_re

_REACH = 70
"""How far after "métastase" the neoplasm that has spread may be named, in characters."""
_OF = folded_re(
    r"[^.;:,\n]{0,60}?\b(?:de|d'|du|par|compatibles? avec|en rapport avec)\s*(?:un|une|l'|la|le|son|sa|ce|cet"
    r"|cette|leur|notre)?\s*(?:probable |possible )?$"
)

_ADVANCED = folded_re(r"[^.;\n]{0,90}?(?:\bstade\s+(?:iv\b|4\b)|(?:n\s?[0-3x][a-c]?[^a-z]{0,8}[cpy]{0,2}|\()m\s?1)")
"""A stage told with a name: coders take "adénocarcinome du poumon stade IV" for the metastatic disease."""
_STAGE_REACH = 130
"""No `stade` or `M1` of the pattern stands farther behind a name, in characters."""

_IN_SITU = folded_re(
    r"[^.;\n]{0,110}?(?P<part>(?:composantes?|contingents?|carcinomes?|lesions?|foyers?|part)[ ]"
    r"(?:de |d'|[a-z]+ ){0,2}?"
    r"(?:in[ -]?situ|intra[ -]?canalaires?))\b"
)
_PART_REACH = 140
_WITH_IN_SITU = ("8500", "8520")
"""Carcinomas of the breast, of which an in situ part is told and coded by itself."""


def read(reading: Reading) -> Iterable[Draft]:
    """A `mention` at each name of a neoplasm and at each word of metastatic or tumoral disease."""
    folded, found = reading.folded, names(reading)
    spread = spread_names(reading)
    for i, name in enumerate(found):
        code = name.mention
        metastatic = (
            name.metastatic
            or name.start in spread
            or (code < "8800" and _is_advanced(folded, name.end, _next(found, i)))
        )
        if metastatic and code[:4] != "8000":
            code = code[:5] + "6"
        yield reading.draft("mention", name.start, name.end, code=code)
        if code[5] != "3" or code[:4] not in _WITH_IN_SITU:
            continue
        part = _IN_SITU.match(folded, name.start, min(name.start + _PART_REACH, _next(found, i)))
        if part is not None:
            yield reading.draft("mention", part.start("part"), part.end("part"), code=code[:5] + "2")
    said = set(spread.values())
    starts = [name.start for name in found]
    for hit in reading.hits("mention"):
        before = bisect_right(starts, hit.start) - 1
        if hit.start in said or (before >= 0 and hit.start < found[before].end):
            continue
        yield reading.draft("mention", hit.start, hit.end, code=hit.term.code)
    for stage in reading.facts("stage"):
        if _spread_nodes(stage.get("n")) or _spread_nodes(stage.get("m")):
            yield reading.draft("mention", stage.start, stage.end, code="8000/6")


def _is_advanced(folded: str, start: int, end: int) -> bool:
    """Whether a stage IV or an M1 is told behind a name."""
    near = folded[start : min(end, start + _STAGE_REACH)]
    if not ("stade" in near or ("1" in near and ("m1" in near or "m 1" in near or "m\n1" in near))):
        return False  # most names: told ten times faster than by the pattern
    return _ADVANCED.match(folded, start, end) is not None


def _next(found: list[Name], i: int) -> int:
    """Where the name after the i-th begins."""
    return found[i + 1].start if i + 1 < len(found) else found[i].end + 2 * _REACH


def _spread_nodes(category: str | None) -> bool:
    return bool(category) and str(category)[0] in "123"


def spread_names(reading: Reading) -> dict[int, int]:
    """Names said of a metastasis, by start, with the start of the word that says so: "métastase d'un carcinome"."""
    return reading.once(_spread)


def _spread(reading: Reading) -> dict[int, int]:
    found = names(reading)
    spread: dict[int, int] = {}
    i = 0
    for hit in reading.hits("mention"):
        if hit.term.row["kind"] != "of":
            continue
        while i < len(found) and found[i].start < hit.end:
            i += 1
        if i == len(found):
            break
        name = found[i]
        if not name.bare and name.start - hit.end <= _REACH and _OF.fullmatch(reading.folded, hit.end, name.start):
            spread[name.start] = hit.start
    return spread
