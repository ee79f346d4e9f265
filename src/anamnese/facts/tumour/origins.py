"""Where a neoplasm is said to come from (`d'origine colique`, `compatible avec un primitif mammaire`), and the organ
whose specimen showed it, which is then a secondary site."""

from __future__ import annotations

from typing import NamedTuple

from anamnese.facts.places import Place, place_after, places_between
from anamnese.facts.reading import Reading
from anamnese.facts.tumour.naming import Name
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.tissues import REGIONS, fits, tissue_of
from anamnese.reading.fold import folded_re, holds

_FREE = folded_re(
    r"\s*(?:etai(?:t|ent)|est|sont|reste|restaient|apparai\w+)\s(?:[a-z]+\s)?"
    r"(?:saine?s?|normal|indemne|libre|sans anomalie)\b"
    r"|\s*(?:etant|a ete|ayant ete|est|etait|fut)\s(?:[a-z]+\s)?(?:ecart|elimin|exclu)"
    r"|[ ]n(?:ormales|ormaux)\b"  # of a pair; a liver that is normal may hold an adenoma (`adénome sur foie normal`)
)
"""What is said of another organ than the tumour's: `léiomyosarcome de grade II, l'annexe droite était saine`."""
_FREE_BEGINS = (" e", " a", " s", " r", " f", " n", "  ", " \n", "\n", "e", "a", "s", "r", "f")
"""How it begins: asked sooner than it."""
_ORIGIN = folded_re(
    r"\b(?:origine|points? de depart|primitif|primitive)[ \n]"
    r"(?:(?:primitive|primitif|probable|probablement|primitivement|plutot|est|etait|tumorale)[ ]){0,2}"
    r"(?!inconnu|indetermin|non )"
)
_WORDS = ("origine", "primiti", "de depart")
_SAME, _NEXT = 170, 240
"""How far after a name its origin may be told: in its own sentence, and in the one after."""
_BESIDE = 6
_OPENS = 5
_RULED_OUT = folded_re(r"\b(?:ecart|elimin|exclu|infirm|sans\b|pas\b|aucune?\b|(?:re)?cherch)[^,;.\n]{0,45}$")
_CLAUSE = 70
"""How far before the word what rules an origin out may begin."""
_OF_HISTOLOGY = folded_re(
    r"immuno|phenotyp|marquage|marqueur|\bihc\b|histolog|anatomo|anapath|microscop|cytokerat|biops|\bprofil|\baspect"
)
"""What the sentence after a diagnosis speaks of where it tells the origin of what was found."""
_CERVICAL, _CERVIX = "C76.0", "C53"
_TAKEN = folded_re(
    r"\b(?:biops|microbiops|ponction|cytoponction|prelevement|piece|exerese|resection|nodule|masse|lesion|fragment"
    r"|curage|paaf|pbh|localisation|metasta|[a-z]+ectomie)"
)
_BACK = 220
"""How far before a diagnosis the organ operated on may be told."""


class Specimen(NamedTuple):
    """The diagnosis of a tumour in an organ that it does not come from."""

    start: int
    end: int
    code: str
    """The topography of the organ."""
    site: str | None
    """The site of a metastasis there, where the words tell it."""


def specimens(reading: Reading) -> list[Specimen]:
    """The specimens that the room of tumours has met, for the room of metastases."""
    return reading.once(_none_yet)


def _none_yet(reading: Reading) -> list[Specimen]:
    return []


def is_free(folded: str, pos: int) -> bool:
    """Whether what stands before `pos` is said to be free of the tumour, or to have been excluded."""
    return folded.startswith(_FREE_BEGINS, pos) and _FREE.match(folded, pos) is not None


def origin_of(reading: Reading, name: Name, until: int) -> Place | None:
    """The organ that a neoplasm is said to come from, in its sentence or by the histology told in the next."""
    folded = reading.folded
    sentence = reading.sentence(name.end - 1)
    end = min(until, name.end + _NEXT)
    if not holds(folded[name.end : end], _WORDS):
        return None
    for told in _ORIGIN.finditer(folded, name.end, end):
        if told.start() >= sentence.end:
            first = reading.sentence(told.start()).start
            opens = told.start() - first < _OPENS  # `L'origine pancréatique est la plus probable.`
            if folded[sentence.end : first].strip() or not (opens or _OF_HISTOLOGY.search(folded, first, told.start())):
                return None
        elif told.start() - name.end > _SAME:
            continue
        else:
            first = name.end
        place = place_after(reading, told.end(), _BESIDE)
        if place is None or not place.code:
            continue
        if _RULED_OUT.search(folded, max(first, told.start() - _CLAUSE), told.start()):
            continue
        if is_free(folded, place.end):
            continue
        if place.code == _CERVICAL and any((other.code or "").startswith(_CERVIX) for other in reading.places):
            place = place._replace(code=_CERVIX + ".9")
        if place.code in REGIONS or fits(tissue_of(name.code[:4]), place.code or ""):
            return place
    return None


def specimen_of(reading: Reading, name: Name, origin: str) -> Specimen | None:
    """The organ, another than that of the origin, whose specimen a diagnosis is of: sampled in its sentence, operated
    on before it, or sampled in a sentence before it."""
    back = max(0, name.start - _BACK)
    sentence = reading.sentence_index(name.start)
    first = reading.sentence_starts[sentence]
    found = _sampled(reading, name, max(first, back), name.start, origin)
    if found is not None:
        return found
    for hit in reversed(reading.hits_between("surgery", back, name.start)):
        if hit.term.row["sort"] == "operation" and hit.term.code and not near(hit.term.code, origin):
            return Specimen(name.start, name.end, hit.term.code, None)
    while sentence and first > back:
        sentence, end = sentence - 1, first
        first = reading.sentence_starts[sentence]
        found = _sampled(reading, name, first, end, origin)
        if found is not None:
            return found
    return None


def _sampled(reading: Reading, name: Name, start: int, end: int, origin: str) -> Specimen | None:
    """The first place after a word for a specimen."""
    taken = _TAKEN.search(reading.folded, start, end)
    if taken is not None:
        for place in places_between(reading, taken.end(), end):
            if place.code and not near(place.code, origin):
                return Specimen(name.start, name.end, place.code, place.metastasis)
    return None
