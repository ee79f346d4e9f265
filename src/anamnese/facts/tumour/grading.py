"""The grade of a tumour: what its names say, else what is said beside them or, of an only tumour, anywhere."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.tumour.primaries import Primary, Statement
from anamnese.reading.fold import folded_re, holds

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_VALUE = (
    r"g?(?:(?:[1-3]|i{1,3})[ ]?(?:-|a|ou)[ ]?(?=(?:[2-4]|i[iv]i?)\b))?"
    r"(?P<grade>iv|i{1,3}|[1-4])(?![\w.,]*\d|[a-z%]|\s*(?:mm|cm|%|sur|a\s*\d|-\s*\d))"
)
"""The number of a grade; of two the higher (ICD-O rule G)."""
_RANGE = folded_re(r"-g?(?P<grade>[2-4])\b")
"""`SBR 2-3`"""
_SYSTEM = (
    r"(?:histologique|histopronostique|nucleaire|nucleolaire|oms|who|fnclcc|sbr|ee|de fuhrman|fuhrman|nottingham"
    r"|de nottingham|(?:d'|de )?elston(?:[ -](?:et|&)?[ -]?ellis)?"
    r"|(?:de )?scarff[ -]bloom(?:[ -](?:et[ -])?richardson)?|isup|tumoral|global|combine|modifie|selon|la|le"
    r"|de|du|d'|l'|et|=|:|-|\(|,|\s)"
)
_STATED = folded_re(rf"{_SYSTEM}*{_VALUE}")
_NAMED = folded_re(
    r"(?=.{0,40}(?:histo|nucleaire|nucleolaire|oms|who|fnclcc|sbr|elston|scarff|nottingham|fuhrman|isup)|\s*:\s*g[1-4])"
)
_WELL_DIFFERENTIATED = ("8240", "8249")
_NEAR = 160
"""How far after its name the grade of a tumour may be told, in characters."""
_TOXICITY = folded_re(
    r"(?:toxicite|neutropeni\w*|anemie|thrombopeni\w*|mucite|diarrhee|asthenie|nausees?|vomissements?"
    r"|neuropathie|cutane\w*|hepat\w*|fievre|colite|stomatite|"
    r"syndrome|obstruction|dysplasie|dyspnee|steatose|reflux|varices?|hydronephrose|ptose|esophagite"
    r"|oesophagite|radiodermite|radioepithelite|leucopenie|alopecie|hta|encephalopathie|arthralgies?|"
    r"prurit|rash|eruption|retrecissement|insuffisance|bloc|entorse|regression|reponse|sataloff|miller)\b[^.;\n]{0,40}$"
)


def grade_of(reading: Reading, primary: Primary, part: tuple[int, int], only: bool) -> str | None:
    """The grade `1` … `4` of a tumour, or None."""
    if primary.code[:4] in _WELL_DIFFERENTIATED:  # in each of its grades
        for statement in primary.statements:
            end = statement.name.end + _NEAR
            if number := _first(reading, statement.name.start, end, False, words=False):
                return number
    graded = [s for s in primary.statements if s.name.grade and not s.spread]
    if len({s.name.grade for s in graded}) > 1:
        graded = [s for s in graded if not _is_later(reading, s)] or graded
    same = [s for s in graded if s.code[:4] == primary.code[:4]]
    if graded:
        return (same or graded)[-1].name.grade  # that of the operation stands for that of the biopsy
    if primary.code[5] not in "23":
        return None
    for statement in primary.statements:
        if statement.code[:4] == primary.code[:4] and not statement.spread:
            near = _first(reading, statement.name.end, min(statement.until, statement.name.end + _NEAR), False)
            if near:
                return near
    return _first(reading, part[0], part[1], True) if only else None


_LATER_WORDS = ("progress", "recidiv", "rechut", "metasta", "transform", "biopsie")
_LATER = folded_re(
    r"\b(?:(?:progress|recidiv|rechut|metasta|transform)[a-z]*\b(?! negati)|re-?biopsie|nouvelle (?:micro-?)?biopsie)"
)


def _is_later(reading: Reading, statement: Statement) -> bool:
    """Whether a name stands in a sentence that tells of it of a relapse or of a metastasis: `à la progression, la
    biopsie montre un carcinome │de grade 3│`."""
    first, start = reading.sentence(statement.name.start).start, statement.name.start
    return holds(reading.folded[first:start], _LATER_WORDS) and (
        _LATER.search(reading.folded, first, start) is not None
    )


def _first(reading: Reading, start: int, end: int, named: bool, words: bool = True) -> str | None:
    """The first statement of a grade in a piece of the report, of a named system where `named` is asked for; with its
    `words` ("bien différencié") or in numbers only."""
    folded = reading.folded
    for hit in reading.hits_between("grades", start, end):
        if hit.term.code:
            if words and (not named or hit.term.name[:5] != "grade"):
                higher = _RANGE.match(folded, hit.end)
                return higher["grade"] if higher is not None else hit.term.code
            continue
        stated = _STATED.match(folded, hit.end, min(end, hit.end + 60))
        if stated is None or _TOXICITY.search(folded, max(start, hit.start - 60), hit.start):
            continue
        if named and hit.term.name == "grade" and not _NAMED.match(folded, hit.end):
            continue
        return _ROMAN.get(stated["grade"], stated["grade"])
    return None
