"""The markers that a sentence names, one for each, with their aliases and variants taken in."""

from __future__ import annotations

import re

from anamnese.facts.biomarker.values import Value
from anamnese.facts.biomarker.words import ResultWord, denied_from
from anamnese.lexicon.matcher import Hit
from anamnese.lexicon.tables import PACKAGE, Term, read_table
from anamnese.reading.fold import folded_re

_ROWS = list(read_table(PACKAGE / "facts" / "biomarker" / "terms.tsv"))
_NUMBERED = {row["name"]: row["form"] for row in _ROWS if re.fullmatch(r"C[KD]\d+", row["name"])}
_TRANSLOCATIONS = {
    (match[1].lower(), match[2]): Term("biomarker", row["pattern"], row, row["name"], row["code"])
    for row in _ROWS
    if (match := re.search(r"(?<!\w)t ([\dX]+) (\d+)(?!\S)", row["pattern"]))
}
"""The rows of the translocations by their chromosomes."""
_TRANSLOCATION = folded_re(r"t \([ ]?(\d{1,2}|x)[ ]?[;,][ ]?(\d{1,2})[ ]?\)")
_DELETIONS = {
    (match[1], match[2]): Term("biomarker", row["pattern"], row, row["name"], row["code"])
    for row in _ROWS
    if (match := re.fullmatch(r"del\((\d+)([pq])\)", row["name"]))
}
"""The rows of the deletions by chromosome and arm."""
_DELETION = folded_re(r"del[ ]?\((\d{1,2})\)[ ]?\(([pq])[\d.;pq]*\)")
_NUMBER_NAME = re.compile(r"(CK|CD)(?:\d|AE1|$)|(AE1/AE3|cytokératine|34BE12)$")
_NUMBER_BEGINS = ("CK", "CD", "AE1", "cytok", "34BE12")
"""How it begins: asked sooner than it."""
_NEXT_NUMBER = folded_re(r"\s*(?:,|/|et)\s*(\d{1,2})\b(?!\s*(?:%|\+|mm|cm|ans|[,.]\d|/\d))")
_OPENS_ALIAS = folded_re(
    r"(?:\s*+[(\[,/:])?\s*(?:ou|anti-?|clone|=|i\.?e\.?|soit)?\s*"
    r"(?:(?:22c3|28-8|sp142|sp263|73-10|e1l3n|ql1)\b(?:[ ]?[,;:/)-])?\s*)?[(\[]?$"
)
"""What stands between a marker and another name of it, also the clone of PD-L1: `PD-L1 (22C3, │CPS│) 25`."""
_RESULT_THEN_ALIAS = folded_re(
    r"\s(?:[a-z]+ment\s)?(?:positi|negati|nati|sauvag|non[ -]mut|conserv|intact|maintenu|perdu)\w*\s?[(\[]\s?"
    r"(?:anti-?|clones?\s|de type\s|genes?\s|mutation\s(?:de\s|du\s)?)?"
)
"""`cytokératine positive (CK7)`, `RAS natif (KRAS et NRAS)`"""
_CLOSES_ALIAS = folded_re(r"\s*[)\]]")
_OWNS_VARIANT = folded_re(r"(?:[^,;.\n]|\bp\.){0,45}$")
_VARIANT_OF = folded_re(r"[^,;.\n]{0,12}\b(?:de|du|d'|l'|dans|sur|gene|exon)[^,;.\n]{0,35}$|(?:\s*+[(\[])?\s*$")
_TARGETED = folded_re(r"(?:anti|inhibiteurs?(?: de)?|anti corps)(?: l'| la| le|-| )?\s?$")


class Marker:
    """A marker in a sentence and what was said of it so far."""

    __slots__ = (
        "absent", "denied", "end", "form", "lent", "names", "needs", "said", "said_end", "start", "under", "values",
        "variant", "variant_end",
    )  # fmt: skip

    def __init__(
        self, start: int, end: int, names: tuple[str, ...], form: str, needs: str = "", variant: bool = False
    ) -> None:
        self.start = start
        self.end = end
        self.names = names
        self.form = form
        self.needs = needs
        self.variant = variant
        """Whether a named variant (`G12C`, `del 19`) stands with it: then it is mutated unless denied."""
        self.variant_end = 0
        """Where that variant ends."""
        self.absent = False
        """Whether a named variant that stands with it is denied (`MET : pas de saut de l'exon 14`)."""
        self.said: ResultWord | None = None
        """The result word that stands after it and is its own."""
        self.said_end = 0
        self.under: ResultWord | None = None
        """The result word before it that governs it (`négatif pour …`)."""
        self.denied = False
        """Whether the enumeration turned between the governing word and this marker (`CD20 et non CD3`)."""
        self.values: list[Value] = []
        self.lent = False
        """Whether `said` and `values` are those of a later marker of the same enumeration."""


def karyotyped(folded: str, hits: list[Hit]) -> list[Hit]:
    """The hits of a report with the translocations that are written with spaces (`t (4;14)`, `t (11 ; 14)`), and the
    deletions with their band (`del(17)(p13)`)."""
    more: list[Hit] = []
    bracket = folded.find("(")
    while bracket >= 0:  # of which a report has few
        if folded.endswith(("del", "del "), 0, bracket):
            at = folded.rfind("del", 0, bracket)
            apart = at == 0 or folded[at - 1] in " \n(:-|"  # else part of a karyotype's formula
            match = _DELETION.match(folded, at) if apart else None
            term = _DELETIONS.get((match[1], match[2])) if match else None
            if match and term:
                more.append(Hit(match.start(), match.end(), term))
        elif folded.endswith("t ", 0, bracket):
            at = bracket - 2
            match = None if folded[at - 1 : at].isalnum() else _TRANSLOCATION.match(folded, at)
            term = _TRANSLOCATIONS.get((match[1], match[2])) if match else None
            if match and term:
                more.append(Hit(match.start(), match.end() - 1, term))
        bracket = folded.find("(", bracket + 1)
    return sorted([*hits, *more], key=lambda hit: hit.start) if more else hits


def markers_of(folded: str, hits: list[Hit]) -> list[Marker]:
    """The markers of one sentence in order of place."""
    found: list[Marker] = []
    receptors = False
    for hit in hits:
        row = hit.term.row
        if not hit.term.name:  # a clone that looks like a marker
            continue
        names, form = tuple(hit.term.name.split(" ")) if row["form"] in _SPLIT else (hit.term.name,), row["form"]
        if found and hit.start < found[-1].end:
            continue
        if names[0] in _LIKE_BANDS and _BAND_OF.search(folded, max(0, hit.start - 30), hit.start):
            continue
        last = found[-1] if found else None
        gap = folded[last.end : hit.start] if last else ""
        if row["needs"] == "receptors" and not (
            receptors or _RECEPTORS.search(folded, max(0, hit.start - 30), hit.start)
        ):
            continue
        receptors = receptors or form == "receptor"
        if last and last.names == names and form != "variant" and len(gap) <= 14 and _OPENS_ALIAS.match(gap):
            if form == last.form or form != "msi_stable":
                _extend(last, hit.end, folded)
                continue
            found.pop()  # `instabilité des microsatellites : MSS`
            last = None
        if last and last.names == names and form == "index" and len(gap) <= 30 and _SAME_INDEX.match(gap):
            last.end = hit.end
            continue
        if last and form == "probe" and last.form == "her2" and gap.strip() == "/":
            last.form, last.end = "ratio", hit.end
            continue
        if last and (pair := _PAIRS.get((last.names[0], names[0]))) and gap.strip() in ("", "/", "-"):
            last.names, last.end = (pair,), hit.end
            continue
        if (
            last
            and _PROBES.get(last.names[0]) == names[0]
            and gap.strip(" (/-") == ""
            and not _OWN_STATE.match(folded, hit.end)
        ):
            _extend(last, hit.end, folded)
            continue
        specific = _SPECIFIC.get(last.names[0]) if last else None
        if specific and specific.match(names[0]) and (_OPENS_ALIAS.match(gap) or _RESULT_THEN_ALIAS.fullmatch(gap)):
            found.pop()
            last = None
        if form == "variant":
            own = last and (
                names[0] in last.names
                or (names[0] == _RAS[0] and last.names[0] in _RAS)
                or (last.form in ("gene", "dna") and gap.strip(" (") in ("", "p."))
            )
            if last and own and _OWNS_VARIANT.match(gap):
                last.absent = denied_from(folded, hit.start) is not None and denied_from(folded, last.start) is None
                last.variant = not last.absent and not _TARGETED.search(folded, max(0, last.start - 20), last.start)
                last.variant_end = hit.end
                if gap.strip(" ([:-") in ("", "p."):
                    _extend(last, hit.end, folded)
                continue
            targeted = _TARGETED.search(folded, max(0, hit.start - 20), hit.start)
            found.append(Marker(hit.start, hit.end, names, "dna", variant=targeted is None))
            continue
        if (
            last
            and last.variant
            and _VARIANT_OF.match(gap)
            and (
                last.names == names
                or (names[0] in _RAS and last.names[0] == _RAS[0] and folded[last.start + 1].isdigit())
            )
        ):
            last.names, last.end, last.form = names, hit.end, form
            continue
        stated = form in ("fusion", "deletion") and _STATED.match(folded, hit.start) is not None
        found.append(Marker(hit.start, hit.end, names, form, row["needs"], variant=stated))
        _add_numbered(found, folded)
    return found


_RAS = ("KRAS", "NRAS", "HRAS", "RAS")
"""Genes that bear the same variants: `mutation Q61K de NRAS`."""
_LIKE_BANDS = frozenset({"p16", "p21", "p27", "p40"})
_BAND_OF = folded_re(r"\)\s?\((?:[pq][\d.]+\s?[;,]\s?)?$")
"""What stands before a band of a chromosome in a karyotype: `t(9;11)(p21;q23)`."""
_RECEPTORS = folded_re(r"recepteurs?\W.{0,16}$")
_STATED = folded_re(
    r"(?:hyper)?methylation|(?:promoteur|mlh1)\b.{3,30}methyle|t\s?\(|del|co-?del|trisomie|monosomie|gain|5q-|inv|translocation"
)
"""A karyotype's own notation states the change."""
_PAIRS = {("AE1", "AE3"): "AE1/AE3", ("CK8", "CK18"): "CK8/18", ("CK5", "CK6"): "CK5/6"}
"""Clones and keratins that one antibody names together, where the text parts them."""
_PROBES = {"del(17p)": "TP53", "del(11q)": "ATM"}
"""The genes by which a deletion is probed, named beside it: `del(17)(p13) TP53`."""
_OWN_STATE = folded_re(r"[ :(]*(?:non )?(?:mut|sauvag|wt\b|[cp]\.)")
_SAME_INDEX = folded_re(r"[^,;.\d%]{0,30}$")
_KERATIN = re.compile(r"CK\d|AE\d|KL1|34BE12")
_SPECIFIC = {
    "CK": _KERATIN, "cytokératine": _KERATIN, "pancytokératine": _KERATIN, "MMR": re.compile(r"M[LS]H\d|PMS2"),
    "RAS": re.compile(r"[KN]RAS$"),
}  # fmt: skip
"""What a marker of many is told by the names of: `cytokératines (CK7, CK20)`."""
_SPLIT = frozenset({"receptor", "triple", "dna"})


def _extend(marker: Marker, end: int, folded: str) -> None:
    close = _CLOSES_ALIAS.match(folded, end)
    opened = any(folded.find(bracket, marker.start, end) >= 0 for bracket in "([")
    marker.end = close.end() if close and opened else end


def _add_numbered(found: list[Marker], folded: str) -> None:
    """The keratins and CD antigens of which only the number is written: `CK7 et 20`, `CD3, 5, 10`."""
    marker = found[-1]
    name = marker.names[0]
    if not name.startswith(_NUMBER_BEGINS):
        return
    head = _NUMBER_NAME.match(name)
    if not head:
        return
    family = head[1] or "CK"
    if name not in ("CK", "AE1/AE3", "cytokératine", "34BE12") and not folded[marker.end - 1].isdigit():
        return
    while match := _NEXT_NUMBER.match(folded, found[-1].end):
        name = family + match[1]
        if name not in _NUMBERED:
            return
        if (pair := _PAIRS.get((found[-1].names[0], name))) and "/" in match[0]:  # `CK 5 /6`
            found[-1].names, found[-1].end = (pair,), match.end(1)
            continue
        found.append(Marker(match.start(1), match.end(1), (name,), _NUMBERED[name]))
