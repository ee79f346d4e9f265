"""The traits of a name: the words after its head, without gender, number, order and spelling, under one token each."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from anamnese.lexicon.tables import normalise, read_table
from anamnese.reading.fold import folded_re

_HERE = Path(__file__).parent
WORD = folded_re(r"([ \n'/(),\"\[\]+-]*)([a-z0-9]+)")
"""A word of a folded text, and what stands before it."""
_BREAK = folded_re(r"\n\s*\n|\n\s*[-•*»]")
_STRANGERS = 2  # unknown words in a row that a name may run over ("carcinome mammaire droit infiltrant")

_ENDINGS = (
    ("aux", "al"), ("euse", "eux"), ("trice", "teur"), ("enne", "en"), ("elle", "el"), ("ive", "if"), ("igne", "in"),
)  # fmt: skip
_RESECTABLE = folded_re(r"[ ](?:pour (?:la |une )?)?(?:non )?(?:resec|resect|oper|chirurg)")
_GRADE = folded_re(
    r"[\s(:]*(?:histo\w*|nucle(?:ol)?aire|isup|tumoral|global|final|oms|who|fnclcc|sbr|(?:de )?(?:la )?(?:who|oms|sbr"
    r"|fnclcc|fuhrman|scarff[\w -]*|nottingham|(?:d')?elston(?: (?:et|&) ellis)?)|[\s:=(-])*"
    r"[\s:=(-]*(?:(?:(?:[1-3]|i{1,3})[ ]?(?:-|a|ou)[ ]?|i{1,3}[ ](?=i))(?=(?:[2-4]|i[iv]i?)\b))?"
    r"(?P<grade>iv|i{1,3}|[1-4])(?![\w.,]*\d|[a-z%]|\s*(?:mm|cm|%))"
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_SHORT_GRADE = {"g1": "1", "g2": "2", "g3": "3", "g4": "4"}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without gender and number, the same for all its forms."""
    word = word.replace("oe", "e").replace("ae", "e")  # as the shadow has `œ` and `æ`
    if "fferenti" in word and "fferentiel" not in word:
        word = word.replace("fferenti", "fferenci")  # `différentié`
    if len(word) > 3 and word[-1] == "s":
        word = word[:-1]
    for ending, base in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return _base_of(word[: -len(ending)] + base)
    return _base_of(word)


def _base_of(word: str) -> str:
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


@cache
def kinds() -> dict[str, str]:
    """The kind of each listed token."""
    return {token: kind for token, kind in qualifiers().values() if token}


def name_of(words: str) -> tuple[str, frozenset[str]]:
    """Head and traits of a name in the table."""
    folded = normalise(words)
    first, _, rest = folded.partition(" ")
    return stem(first), frozenset(trait for trait, _ in traits_after(rest, 0, len(rest), None))


def traits_after(folded: str, pos: int, limit: int, vocabulary: set[str] | None) -> list[tuple[str, int]]:
    """The traits that follow a head, each with its end; all words count where no vocabulary is given."""
    found: list[tuple[str, int]] = []
    listed = qualifiers()
    strangers, degree, negated, joined, part = 0, "", False, False, False
    while True:
        match = WORD.match(folded, pos, limit)
        if match is None:
            return found
        gap, word = match[1], match[2]
        if vocabulary is not None and (word.isdigit() or (("," in gap or joined) and word in _ARTICLES)):
            return found
        coordinate, joined = joined, word == "et"
        if "\n" in gap and _BREAK.search(gap):
            return found
        pos = match.end()
        if word in _PREFIXES and folded[pos : pos + 1] in ("-", " "):
            whole = WORD.match(folded, pos, limit)
            if whole is not None and (stem(word + whole[2]) in listed or stem(word + whole[2]) in _written(vocabulary)):
                word, pos = word + whole[2], whole.end()
        if word == "type" and folded.startswith("intestinal", pos + 1):
            pos += 11
            found.append(("typeintestinal", pos))
            continue
        if word == "in" and folded.startswith("situ", pos + 1):
            pos += 5
            found.append(("insitu", pos))
            strangers = 0
            continue
        if word == "grade" or (word == "gr" and vocabulary):
            grade = _GRADE.match(folded, pos, min(limit, pos + 70))
            if grade is not None:
                pos = grade.end()
                found.append(("grade" + _ROMAN.get(grade["grade"], grade["grade"]), pos))
            strangers = 0
            continue
        if word in _SHORT_GRADE and vocabulary is not None:
            found.append(("grade" + _SHORT_GRADE[word], pos))
            continue
        if word in ("bas", "haut", "faible") and folded.startswith("grade", pos + 1):
            pos += 6
            found.append((("haut" if word == "haut" else "bas") + "grade", pos))
            strangers = 0
            continue
        if word.startswith("diffus") and "," in gap:
            return found  # `cancer du poumon, diffus`: said of the disease
        if word == "borderline" and _RESECTABLE.match(folded, pos):
            return found  # said of an operation, not of the histology
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
                return found
            pos = follows.end()
            part = follows["part"] is not None
            continue
        if kind == "degree":
            degree = token
            continue
        if key.startswith("differenci") and kind != "filler" and not key.startswith("differenciation"):
            if degree:
                found.append((degree + "diff", pos))
            degree, strangers = "", 0
            continue
        if kind == "filler":
            part = part or key in _OF_PART
            continue
        if vocabulary is not None and not kind and token not in vocabulary:
            strangers, negated = strangers + 1, False
            if strangers > _STRANGERS or coordinate or "," in gap or "(" in gap:
                return found  # `et insuffisance rénale`: another thing than the neoplasm
            continue
        strangers = 0
        if degree == "peu" and vocabulary is not None and token != _COHESIVE:  # "peu kératinisant" does not say so
            degree = ""
            continue
        token = "non" + token if negated else token
        if part and vocabulary is not None and kind != "behaviour":
            token, part = PART + token, False
        found.append((token, pos))
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
PART = "~"
"""What marks a trait that is said of a part of the tumour: `contingent épidermoïde`."""
_OF_PART = frozenset(("composant", "contingent", "differenciation"))
_COHESIVE = "cohesif"
"""`cellules peu cohésives` is a histology of its own."""
_ARTICLES = frozenset(("un", "une", "le", "la", "les", "des", "l", "d", "l'"))
_COMPONENT = folded_re(
    r"\s+(?:une?|des?|la|le|l')?\s*(?:petite |discrete |importante |nette )?"
    r"(?:(?:(?P<part>composante?s?|contingent|differenciation)|metaplasie|adenome|polype|polypose|naevus|transformation"
    r"|expression|invasion stromale)\b|(?=cellules en bague))"
)


def _written(vocabulary: set[str] | None) -> set[str]:
    """The words that a text's parts may make up; while the table is read, those of the list alone."""
    return vocabulary if vocabulary is not None else set()
