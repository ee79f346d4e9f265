"""The names of neoplasms in a report: a head noun and its traits in any order, gender and number, resolved to ICD-O-3.

The table `morphology` says which words make a diagnosis ("carcinome lobulaire infiltrant"). A text says them otherwise
("carcinome mammaire infiltrant de type lobulaire"). So a hit of the lexicon is a head, the words after it are gathered
as traits up to a word that ends the name, and the row of the same head that has most of its traits there gives the
code. Behaviour and differentiation that the row does not speak of modify it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit
from anamnese.lexicon.tables import Term, expand, normalise, read_table

_HERE = Path(__file__).parent
_WORD = re.compile(r"([ \n'/(),\"\[\]+-]*)([a-zœæ0-9]+)")
_BREAK = re.compile(r"\n\s*\n|\n\s*[-•*»]")
_WINDOW = 140  # characters after the head that may still belong to its name
_STRANGERS = 2  # unknown words in a row that a name may run over ("carcinome mammaire droit infiltrant")

_FALLBACKS = {
    "adenocarcinom": ("carcinom",),
    "cystadenocarcinom": ("adenocarcinom", "carcinom"),
    "epitheliom": ("carcinom",),
    "cancer": ("carcinom",),
    "neoplasi": ("tumeur",),
    "neoplasm": ("tumeur",),
    "hemopathi": ("lymphom",),
}
"""Heads under whose names those of another head are looked up too."""

_ENDINGS = (
    ("aux", "al"), ("euse", "eux"), ("trice", "teur"), ("enne", "en"), ("elle", "el"), ("ive", "if"), ("igne", "in"),
)  # fmt: skip
_GRADE = re.compile(
    r"[\s(:]*(?:histo\w*|nucleaire|tumoral|global|final|oms|who|fnclcc|sbr|(?:de )?(?:la )?(?:who|oms|sbr"
    r"|fnclcc|fuhrman|scarff[\w -]*|nottingham|(?:d')?elston(?: (?:et|&) ellis)?)|[\s:=(-])*"
    r"[\s:=(-]*(?P<grade>iv|i{1,3}|[1-4])(?![\w.,]*\d|[a-z%]|\s*(?:mm|cm|%))"
)
_WEIGHTS = {"place": 0.5, "behaviour": 0.4, "common": 0.4, "entity": 4.0}
"""How much a trait of a kind counts in the choice between rows; histology counts 1."""
_DEGREES = {"biendiff": "1", "moyennementdiff": "2", "peudiff": "3"}
_WITHIN = frozenset(("insitu", "noninfiltrant"))
_SAID = frozenset((*_DEGREES, "insitu", "noninfiltrant", "hautgrade", "basgrade"))
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_SHORT_GRADE = {"g1": "1", "g2": "2", "g3": "3", "g4": "4"}


@dataclass(frozen=True, slots=True)
class Name:
    """One place where a report names a neoplasm."""

    start: int
    end: int
    term: Term
    """The row of the table that the words amount to."""
    code: str
    """ICD-O-3.2 morphology, behaviour included (never `/6`)."""
    mention: str
    """The morphology as coders of ICD-O-3.1 give it."""
    grade: str | None
    metastatic: bool
    """Whether the name says of itself that it is a metastatic disease (`adénocarcinome métastatique`)."""
    head: str
    traits: frozenset[str]

    @property
    def bare(self) -> bool:
        """Whether it says no more than that there is a tumour or a cancer."""
        return self.code[:4] in ("8000", "8001")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without gender and number, the same for all its forms."""
    word = word.replace("œ", "oe").replace("æ", "ae")
    if len(word) > 3 and word[-1] == "s":
        word = word[:-1]
    for ending, base in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return base_of(word[: -len(ending)] + base)
    return base_of(word)


def base_of(word: str) -> str:
    """The final `e`, `s` or `x` off a word of more than three letters."""
    return word[:-1] if len(word) > 3 and word[-1] in "esx" else word


@cache
def qualifiers() -> dict[str, tuple[str, str]]:
    """The listed words, by stem: token and kind."""
    found: dict[str, tuple[str, str]] = {}
    for row in read_table(_HERE / "qualifiers.tsv"):
        for word in normalise(row["words"]).split():
            key = stem(word)
            token = "" if row["token"] == "_" else stem(row["token"])
            found.setdefault(key, (token, row["kind"]))
    return found


class Catalogue:
    """The rows of the table `morphology`, to be found by head and traits."""

    def __init__(self) -> None:
        self.vocabulary: set[str] = set()
        self.by_code: dict[str, dict[str, str]] = {}
        pending: dict[str, dict[frozenset[str], dict[str, str]]] = defaultdict(dict)
        for row in read_table(_HERE / "morphology.tsv"):
            self.by_code.setdefault(row["code"], row)
            for alternative in row["pattern"].split(";;"):
                alternative = alternative.strip()
                if alternative.startswith("="):
                    continue
                for pattern in (*expand(alternative.lstrip("~")), row["name"]):
                    head, traits = name_of(pattern)
                    pending[head].setdefault(traits, row)
                    self.vocabulary |= traits
        frequency: dict[str, int] = defaultdict(int)
        for rows in pending.values():
            for traits in rows:
                for trait in traits:
                    frequency[trait] += 1
        self._rows: dict[str, dict[str, list[tuple[frozenset[str], dict[str, str]]]]] = {}
        for head, rows in pending.items():
            index = self._rows[head] = defaultdict(list)
            for traits, row in rows.items():
                rarest = min(sorted(traits), key=frequency.__getitem__) if traits else ""
                index[rarest].append((traits, row))
        self._found: dict[tuple[str, frozenset[str]], tuple[frozenset[str], dict[str, str]] | None] = {}

    def find(self, head: str, traits: frozenset[str]) -> tuple[frozenset[str], dict[str, str]] | None:
        """The row of `head` with most of its traits among `traits`, and those it used."""
        key = (head, traits)
        if key not in self._found:
            if len(self._found) > 20_000:
                self._found.clear()
            self._found[key] = self._find(head, traits)
        return self._found[key]

    def _find(self, head: str, traits: frozenset[str]) -> tuple[frozenset[str], dict[str, str]] | None:
        best: tuple[frozenset[str], dict[str, str]] | None = None
        heaviest = 0.0
        kinds = _token_kinds()
        for source in (head, *_FALLBACKS.get(head, ())):
            index = self._rows.get(source)
            if index is None:
                continue
            for trait in ("", *sorted(traits)):
                for needed, row in index.get(trait, ()):
                    if not needed <= traits or (source != head and not _tells_histology(needed)):
                        continue
                    weight = sum(0.3 if x in _DEGREES else _WEIGHTS.get(kinds.get(x, ""), 1.0) for x in needed)
                    if best is None or weight > heaviest:
                        best, heaviest = (needed, row), weight
        return best


def _tells_histology(traits: Iterable[str]) -> bool:
    """Whether some trait is more than a place or a behaviour ("cancer rénal" is no renal cell carcinoma)."""
    known = _token_kinds()
    return any(known.get(trait, "histology") in ("histology", "entity") for trait in traits)


@cache
def _token_kinds() -> dict[str, str]:
    return {token: kind for token, kind in qualifiers().values() if token}


@lru_cache(maxsize=2048)
def names_place(name: str) -> bool:
    """Whether a preferred term holds a place: "fibrome utérin"."""
    known = _token_kinds()
    return any(known.get(trait) == "place" for trait in name_of(name)[1])


@cache
def catalogue() -> Catalogue:
    """The catalogue of this process."""
    return Catalogue()


def name_of(words: str) -> tuple[str, frozenset[str]]:
    """Head and traits of a name in the table."""
    folded = normalise(words)
    first, _, rest = folded.partition(" ")
    return stem(first), frozenset(trait for trait, _ in _traits(rest, 0, len(rest), None))


def _traits(folded: str, pos: int, limit: int, vocabulary: set[str] | None) -> Iterator[tuple[str, int]]:
    """The traits that follow a head, each with its end; all words count where no vocabulary is given."""
    listed = qualifiers()
    strangers, degree, negated = 0, "", False
    while True:
        match = _WORD.match(folded, pos, limit)
        if match is None:
            return
        gap, word = match[1], match[2]
        if vocabulary is not None and ("," in gap and word in _ARTICLES):
            return
        if word.isdigit() and vocabulary is not None:
            return
        if "\n" in gap and _BREAK.search(gap):
            return
        pos = match.end()
        if word in _PREFIXES and folded[pos : pos + 1] in ("-", " "):
            whole = _WORD.match(folded, pos, limit)
            if whole is not None and (stem(word + whole[2]) in listed or stem(word + whole[2]) in _written(vocabulary)):
                word, pos = word + whole[2], whole.end()
        if word == "type" and folded.startswith("intestinal", pos + 1):
            pos += 11
            yield "typeintestinal", pos
            continue
        if word == "in" and folded.startswith("situ", pos + 1):
            pos += 5
            yield "insitu", pos
            strangers = 0
            continue
        if word == "grade" or (word == "gr" and vocabulary):
            grade = _GRADE.match(folded, pos, min(limit, pos + 70))
            if grade is not None:
                pos = grade.end()
                yield "grade" + _ROMAN.get(grade["grade"], grade["grade"]), pos
            strangers = 0
            continue
        if word in _SHORT_GRADE and vocabulary is not None:
            yield "grade" + _SHORT_GRADE[word], pos
            continue
        if word in ("bas", "haut", "faible") and folded.startswith("grade", pos + 1):
            pos += 6
            yield ("haut" if word == "haut" else "bas") + "grade", pos
            strangers = 0
            continue
        if word == "non":
            negated = True
            continue
        key = stem(word)
        token, kind = listed.get(key, (key, ""))
        if kind == "stop":
            follows = _COMPONENT.match(folded, pos, limit) if word in ("avec", "associe", "associee", "sur") else None
            if vocabulary is None:
                continue
            if follows is None:
                return
            pos = follows.end()
            continue
        if kind == "degree":
            degree = token
            continue
        if key.startswith("differenci") and kind != "filler" and not key.startswith("differenciation"):
            if degree:
                yield degree + "diff", pos
            degree, strangers = "", 0
            continue
        if kind == "filler":
            continue
        if vocabulary is not None and not kind and token not in vocabulary:
            strangers, negated = strangers + 1, False
            if strangers > _STRANGERS or "," in gap or "(" in gap:
                return
            continue
        strangers = 0
        if degree == "peu" and vocabulary is not None:  # "peu kératinisant" does not say so
            degree = ""
            continue
        yield ("non" + token if negated else token), pos
        negated = False


_PREFIXES = frozenset(
    [
        "intra",
        "micro",
        "macro",
        "extra",
        "bronchiolo",
        "adeno",
        "muco",
        "neuro",
        "lympho",
        "hepato",
        "fibro",
        "baso",
        "angio",
        "osteo",
        "chondro",
        "tubulo",
        "papillo",
        "acino",
        "broncho",
        "cholangio",
        "myo",
        "epithelio",
        "extra",
        "post",
        "sero",
        "sclero",
    ]
)
"""First members of words that are also written apart: "intra-kystique", "neuro-endocrine"."""
_ARTICLES = frozenset(("un", "une", "le", "la", "les", "des", "l", "d", "l'"))
_COMPONENT = re.compile(
    r"\s+(?:une?|des?|la|le|l')?\s*(?:petite |discrete |importante |nette )?"
    r"(?:(?:composante?s?|contingent|differenciation|metaplasie|adenome|polype|polypose|naevus|transformation"
    r"|expression|invasion stromale)\b|(?=cellules en bague))"
)


def _written(vocabulary: set[str] | None) -> set[str]:
    """The words that a text's parts may make up; while the table is read, those of the list alone."""
    return vocabulary if vocabulary is not None else set()


_APPOSITION = re.compile(r"\s*\(([a-z0-9]{2,6})\)")
_NAMES: WeakKeyDictionary[Reading, list[Name]] = WeakKeyDictionary()


def names(reading: Reading) -> list[Name]:
    """Every name of a neoplasm in the report, in order of place; computed once."""
    found = _NAMES.get(reading)
    if found is None:
        found = _NAMES[reading] = list(_names(reading))
    return found


def _names(reading: Reading) -> Iterator[Name]:
    hits = reading.hits("morphology")
    spelt = {hit.term.code for hit in hits if not hit.term.row["doubtful"]}
    end = -1
    for i, hit in enumerate(hits):
        if hit.start < end or (hit.term.row["doubtful"] and hit.term.code not in spelt):
            continue
        name = _name(reading, hits, i, hit)
        end = name.end
        yield name


def _name(reading: Reading, hits: list[Hit], i: int, hit: Hit) -> Name:
    folded = reading.folded
    limit = min(reading.sentence(hit.start).end, hit.end + _WINDOW)
    apposition = _APPOSITION.match(folded, hit.end)  # "adénocarcinome (ADK) lieberkühnien"
    begin = apposition.end() if apposition else hit.end
    known, listed = _token_kinds(), qualifiers()
    for after in hits[i + 1 :]:
        if after.start >= limit:
            break
        if after.start < begin:
            continue
        first = stem(_WORD.match(folded, after.start)[2])  # type: ignore[index]
        if known.get(listed.get(first, (first, ""))[0]) not in ("histology", "entity"):
            limit = after.start
            break
    head, own = _own(hit, folded)
    following = dict(_traits(folded, begin, limit, catalogue().vocabulary))
    return _resolve(hit, head, own, following)


@lru_cache(maxsize=4096)
def _own_of(words: str, name: str) -> tuple[str, frozenset[str]]:
    head, traits = name_of(name)
    return head, traits | name_of(words)[1]


def _own(hit: Hit, folded: str) -> tuple[str, frozenset[str]]:
    """Head and traits that the hit itself says, in the text's words or as its row names it."""
    return _own_of(normalise(folded[hit.start : hit.end]), hit.term.name)


def _resolve(hit: Hit, head: str, own: frozenset[str], following: dict[str, int]) -> Name:
    """The name that a hit and the traits after it (with their ends) amount to."""
    book, known = catalogue(), _token_kinds()
    traits = own.union(following)
    if "infiltrant" in traits:
        traits -= _WITHIN  # the invasive part stands for the whole
    found = book.find(head, traits)
    row, used = hit.term.row, frozenset[str]()
    if found is not None and (len(found[0]) > 0 or found[1]["name"] == hit.term.name):
        used, row = found
    code = row["code"]
    left = traits - used
    end = max(
        (
            place
            for trait, place in following.items()
            if trait in used
            or known.get(trait) in ("behaviour", "histology", "entity")
            or trait.startswith("grade")
            or trait in _SAID
        ),
        default=hit.end,
    )
    changed = _behaviour(code, left, book)
    mention = changed if changed != code else row["mention"] or code
    grade = next((trait[5:] for trait in sorted(traits) if trait.startswith("grade")), None)
    if grade is None and head == "adenocarcinom" and not left.isdisjoint(("indifferenci", "anaplasiqu")):
        grade = "4"
    if grade is None:
        grade = next((_DEGREES[trait] for trait in sorted(left) if trait in _DEGREES), None)
    metastatic = "metastatiqu" in traits or code.endswith("/6")
    primary = code[:5] + "3" if code.endswith("/6") and code[:4] not in ("8480", "8490", "8000") else changed
    term = hit.term if row is hit.term.row else Term(hit.term.channel, row["pattern"], row, row["name"], row["code"])
    return Name(hit.start, end, term, primary, mention, grade, metastatic, head, traits)


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
