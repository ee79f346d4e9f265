"""The names of neoplasms in a report: a head noun and its traits in any order, gender and number, resolved to ICD-O-3.

The table `morphology` says which words make a diagnosis ("carcinome lobulaire infiltrant"). A text says them otherwise
("carcinome mammaire infiltrant de type lobulaire"). So a hit of the lexicon is a head, the words after it are gathered
as traits up to a word that ends the name, and the row of the same head that has most of its traits there gives the
code. Behaviour and differentiation that the row does not speak of modify it.
"""

from __future__ import annotations

from functools import lru_cache

from anamnese.facts.reading import Reading
from anamnese.facts.tumour.catalogue import DEGREES, Catalogue, catalogue
from anamnese.facts.tumour.traits import PART, WORD, kinds, name_of, qualifiers, stem, traits_after
from anamnese.lexicon.matcher import Hit
from anamnese.lexicon.tables import Term
from anamnese.reading.fold import folded_re, holds, stands

_WINDOW = 140  # characters after the head that may still belong to its name
_WITHIN = frozenset(("insitu", "noninfiltrant"))
_NO_TRAITS: frozenset[str] = frozenset()
_SAID = frozenset((*DEGREES, "insitu", "noninfiltrant", "hautgrade", "basgrade"))


class Name:
    """One place where a report names a neoplasm."""

    __slots__ = ("bare", "code", "end", "grade", "head", "mention", "metastatic", "start", "term", "traits")

    def __init__(
        self,
        start: int,
        end: int,
        term: Term,
        code: str,
        mention: str,
        grade: str | None,
        metastatic: bool,
        head: str,
        traits: frozenset[str],
    ) -> None:
        self.start = start
        self.end = end
        self.term = term
        """The row of the table that the words amount to."""
        self.code = code
        """ICD-O-3.2 morphology, behaviour included (never `/6`)."""
        self.mention = mention
        """The morphology as coders of ICD-O-3.1 give it."""
        self.grade = grade
        self.metastatic = metastatic
        """Whether the name says of itself that it is a metastatic disease (`adénocarcinome métastatique`)."""
        self.head = head
        self.traits = traits
        self.bare = code.startswith(_NO_TYPE)
        """Whether it says no more than that there is a tumour or a cancer."""


_NO_TYPE = ("8000", "8001")
_INDUCED = {"9861/3": "9920/3", "9801/3": "9920/3", "9989/3": "9987/3"}
"""What a myeloid neoplasm is called where a treatment caused it."""
_BY_TREATMENT = folded_re(
    r"(?:[ ][a-z]+){0,2}?[ ](?:secondaire|induite?|liee?|consecutive?)[ ]"
    r"(?:au|aux|a[ ](?:la|une?|des|l')|par[ ](?:la|le|les))[ ]?(?:traitements?|chimiotherapies?|radiotherapies?|"
    r"radiochimiotherapie|alkylants?|anthracyclines?|irradiation|etoposide)\b"
)
_NEURAL = ("9380", "9540")
"""Tumours of the nervous system, whose grade is no differentiation."""
_PHYSICIAN = folded_re(r"\b(?:dr|docteur|pr|professeur)[. ]+(?:[a-z-]+[. ]+)?$")
"""`Dr Naevus`: a name of a person."""
_TITLES = ("dr", "docteur", "pr")
_TITLE_REACH = 24
_SHORTEST = 4
_ANTIGEN = folded_re(r"\b(?:ag|ca|antigenes?|taux|dosage|marqueurs?)[ ](?:de[ ]|du[ ]|d'|tumoral[ ])?[- ]?$")
_MEASURED = folded_re(
    r"[ ]?(?:antigen|-?ag\b|[:=]?[ ]?(?:a[ ])?"
    r"(?:\d+(?:[.,]\d+)?[ ]?(?:ng|µg|ug|mcg|ui)\b|\d+[.,]\d+(?![ ]?(?:mm|cm|%))))"
)
_OF_CIRRHOSIS = (" stellaire",)
"""What makes an angioma a widened vessel of the skin, a sign of liver disease and no neoplasm."""
_APPOSITION = folded_re(r"\s*\(([a-z0-9]{2,6})\)")
_OPENS = (" (", "(", "  ", "\n", " \n")
"""How it begins: asked sooner than it."""


def names(reading: Reading) -> list[Name]:
    """Every name of a neoplasm in the report, in order of place; computed once."""
    return reading.once(_names)


def _names(reading: Reading) -> list[Name]:
    found: list[Name] = []
    folded, hits = reading.folded, reading.hits("morphology")
    spelt: set[str] | None = None
    end = -1
    for i, hit in enumerate(hits):
        if hit.start < end:
            continue
        if hit.term.row["doubtful"]:
            if spelt is None:
                spelt = {other.term.code for other in hits if not other.term.row["doubtful"]}
            if hit.term.code not in spelt:
                continue
        before = max(0, hit.start - _TITLE_REACH)
        if stands(_TITLES, _PHYSICIAN, folded, before, hit.start):
            continue
        if hit.end - hit.start <= _SHORTEST and _is_antigen(folded, hit):
            continue
        if folded.startswith(_OF_CIRRHOSIS, hit.end):
            continue
        name = _name(reading, hits, i, hit)
        if name.code.startswith(_FOLLICULAR) and _of_gallbladder(reading, name):
            _without_follicles(name, folded)
        end = name.end
        found.append(name)
    return found


_FOLLICULAR = ("8330", "8332")


def _of_gallbladder(reading: Reading, name: Name) -> bool:
    """Whether `vésiculaire` is said of the gallbladder, where the report speaks of it and not of the thyroid."""
    return "vesicul" in reading.folded[name.start : name.end] and reading.once(_tells_of_bile)


def _tells_of_bile(reading: Reading) -> bool:
    folded = reading.folded
    return holds(folded, _BILIARY_WORDS) and not holds(folded, _THYROID_WORDS)


_BILIARY_WORDS = ("cholecyst", "vesicule", "biliaire")
_THYROID_WORDS = ("thyroid", "goitre", "lobo-isthmectomie", "loboisthmectomie")


def _without_follicles(name: Name, folded: str) -> None:
    """Take back from a name the histology that `vésiculaire` has in the thyroid alone."""
    head = name_of(folded[name.start : name.end])[0]
    found = catalogue().find(head, _NO_TRAITS)
    if found is None:
        return
    name.head = head
    row = found[1]
    name.term = Term(name.term.channel, row["pattern"], row, row["name"], row["code"])
    name.code, name.mention = row["code"], row["mention"] or row["code"]
    name.bare = name.code.startswith(_NO_TYPE)


def _is_antigen(folded: str, hit: Hit) -> bool:
    """Whether an abbreviation names a marker of the blood: `Ag SCC 6,2 ng/ml`."""
    before, after = folded[max(0, hit.start - 24) : hit.start], folded[hit.end : hit.end + 24]
    return _ANTIGEN.search(before) is not None or _MEASURED.match(after) is not None


def _name(reading: Reading, hits: list[Hit], i: int, hit: Hit) -> Name:
    folded = reading.folded
    limit = min(reading.sentence(hit.start).end, hit.end + _WINDOW)
    begin = hit.end
    if folded.startswith(_OPENS, begin) and (apposition := _APPOSITION.match(folded, begin)):
        begin = apposition.end()  # "adénocarcinome (ADK) lieberkühnien"
    known, listed = kinds(), qualifiers()
    for other in range(i + 1, len(hits)):  # a slice of all that follow would be copied for each
        after = hits[other]
        if after.start >= limit:
            break
        if after.start < begin:
            continue
        first = stem(WORD.match(folded, after.start)[2])  # type: ignore[index]
        if known.get(listed.get(first, (first, ""))[0]) not in ("histology", "entity"):
            limit = after.start
            break
    head, said = _own(hit, folded)
    following = traits_after(folded, begin, limit, catalogue().vocabulary)
    parts = _NO_TRAITS
    if following:
        said = said.union([trait.lstrip(PART) for trait, _ in following])
        parts = frozenset([trait[1:] for trait, _ in following if trait.startswith(PART)])
    term, code, mention, grade, metastatic, traits, telling = _meaning(hit.term, head, said, parts)
    end = hit.end
    for trait, place in following:
        if place > end and trait.lstrip(PART) in telling:
            end = place
    name = Name(hit.start, end, term, code, mention, grade, metastatic, head, traits)
    if name.code in _INDUCED and (cause := _BY_TREATMENT.match(folded, begin, limit)):
        name.end, name.code = max(name.end, cause.end()), _INDUCED[name.code]
        name.mention = name.code
    return name


@lru_cache(maxsize=4096)
def _own_of(words: str, name: str) -> tuple[str, frozenset[str]]:
    head, traits = name_of(name)
    return head, traits | name_of(words)[1]


def _own(hit: Hit, folded: str) -> tuple[str, frozenset[str]]:
    """Head and traits that the hit itself says, in the text's words or as its row names it."""
    return _own_of(folded[hit.start : hit.end], hit.term.name)


_GENERIC = frozenset(("8000", "8001", "8010", "8140"))


@lru_cache(maxsize=4096)
def _meaning(
    term: Term, head: str, said: frozenset[str], parts: frozenset[str]
) -> tuple[Term, str, str, str | None, bool, frozenset[str], frozenset[str]]:
    """What a term and the traits that are `said` with it amount to: the row of the table, code, mention, grade, whether
    it is metastatic, its traits, and those of them with which the name may end. What only `parts` of the tumour are
    does not replace what it is called: `carcinome urothélial, contingent épidermoïde`."""
    book, known = catalogue(), kinds()
    traits, telling = said, said
    if "infiltrant" in traits:
        traits -= _WITHIN  # the invasive part stands for the whole
    found = book.find(head, traits)
    if parts and found is not None and not parts.isdisjoint(found[0]):
        whole = book.find(head, traits - parts)
        if whole is not None and whole[1]["code"][:4] not in _GENERIC and not whole[0] <= found[0]:
            found = whole
            telling = said - parts
    row, used = term.row, frozenset[str]()
    if found is not None and (len(found[0]) > 0 or found[1]["name"] == term.name):
        used, row = found
    code = row["code"]
    left = traits - used
    telling = frozenset(
        trait
        for trait in telling
        if trait in used
        or known.get(trait) in ("behaviour", "histology", "entity")
        or trait.startswith("grade")
        or trait in _SAID
    )
    changed = _behaviour(code, left, book)
    mention = changed if changed != code else row["mention"] or code
    grade = next((trait[5:] for trait in sorted(traits) if trait.startswith("grade")), None)
    if grade is None and head == "adenocarcinom" and not left.isdisjoint(("indifferenci", "anaplasiqu")):
        grade = "4"
    if grade is None and not _NEURAL[0] <= code[:4] < _NEURAL[1]:
        grade = next((DEGREES[trait] for trait in sorted(left) if trait in DEGREES), None)
    metastatic = "metastatiqu" in traits or code.endswith("/6")
    primary = code[:5] + "3" if code.endswith("/6") and code[:4] not in ("8480", "8490", "8000") else changed
    if row is not term.row:
        term = Term(term.channel, row["pattern"], row, row["name"], row["code"])
    return term, primary, mention, grade, metastatic, traits, telling


def _behaviour(code: str, left: frozenset[str], book: Catalogue) -> str:
    """The code with the behaviour that the words beside the histology tell, where ICD-O has such a neoplasm."""
    histology, behaviour = code.split("/")
    wanted = behaviour
    if (
        behaviour == "3"
        and ("insitu" in left or "noninfiltrant" in left)
        and "infiltrant" not in left
        and histology < "8800"
    ):
        wanted = "2"
    elif "malin" in left and behaviour in "01":
        wanted = "3"
    elif "borderlin" in left and behaviour in "03":
        wanted = "1"
    elif "benin" in left and behaviour in "13":
        wanted = "0"
    changed = f"{histology}/{wanted}"
    return changed if changed in book.by_code or wanted == "2" else code
