"""The words that end the scope of a cue (`stops.tsv`), and the shape of an enumeration that a scope runs through."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from anamnese.lexicon.tables import expand, normalise, read_table
from anamnese.reading.fold import folded_re

_WORD = folded_re(r"[a-z0-9]+")
_FOLLOWS = folded_re(r"[a-z0-9 ']{0,40}")

_NEW_SUBJECT = (
    r"(?:une?|les?|la|l'|des|du|avec|sous|par|pour|sans|pas|absence|presence|il|elle|on|son|sa|ses|patiente?|opere[a-z]*|"
    r"traite[a-z]*|est|sont|a ete|mais|classee?|soit|bonn?e?|bonne|non|\d)"
)
POSITIVE = folded_re(rf"\s+(?:{_NEW_SUBJECT})(?![a-z])|\s+l'")
"""After `et`: the words that begin a new statement instead of another thing denied."""

_ITEM = rf"(?!{_NEW_SUBJECT}(?![a-z]))[a-z][a-z'-]*(?: [a-z][a-z'-]*){{0,3}}?"
ENUMERATED = folded_re(
    r",\s*(?:(?:ni|ou|voire)\b|de |d'|notamment\b|en particulier\b|tel)"
    rf"|,\s*{_ITEM}(?:,\s*{_ITEM}){{0,8}}\s+(?:ni|ou)\b"
    rf"|,\s*{_ITEM}(?:,\s*{_ITEM}){{0,8}}\s+et (?!{_NEW_SUBJECT}(?![a-z]))"
    rf"|,\s*{_ITEM}(?:,\s*{_ITEM}){{1,8}}\s*(?:\.|\n|$)"
)
"""From a comma: whether what follows goes on with the list that the cue began, down to `ni`, `ou`, `et` or the end."""

_LINK = r"(?:et[ ]|ainsi que[ ]|ou[ ])?(?:enfin[ ]|surtout[ ]|notamment[ ])?(?:une?[ ]|des?[ ]|les?[ ]|la[ ]|l'|d')"
_NEXT_EXCLUDED = folded_re(
    rf",\s*{_LINK}(?P<item>[a-z][^,;:.()\n]{{2,60}}?)[ ]*(?=[,;.()\n]|$|[ ](?:et|ou|ainsi que)[ ])"
)
"""From a comma: another thing that a verb excludes (`éliminait un lymphome, │une leucémie│ et une métastase`)."""
_FINITE = folded_re(r"[a-z]*(?:ait|aient|erent|irent|urent)")
"""A verb whose subject stands before it: what it is said of is not excluded."""
_EXCLUDED = r"(?:une?[ ]|des?[ ]|les?[ ]|la[ ]|l'|d')[a-z][^,;:.()\n]{2,60}?(?:[ ]\([^()\n]{1,40}\))?"
RULED_OUT = folded_re(
    rf"\s*(?:(?:(?:les?|ces)[ ](?:diagnostics?|hypotheses?|etiologies?|causes?|origines?)[ ])?{_EXCLUDED})"
    rf"(?:,\s*{_EXCLUDED}){{1,8}},?[ ](?:et|ou|ainsi que)[ ](?:enfin[ ])?{_EXCLUDED}\s*"
)
"""All that is excluded, from the beginning of its sentence: `Un lymphome, un abcès et un myélome │ont été éliminés`."""

_UNSURE = {"a": folded_re(r" (?:[a-z]+e[es]?|mis|permis|eu|[a-z]*[cls]u|subi|pu|fait)\b"), "ou": None}
"""`a` is the verb before a participle only; `ou` is the relative pronoun only with its accent."""


def _load() -> dict[str, list[tuple[str, str]]]:
    """Each first word with what must follow it and whose scope it ends; longest first."""
    table: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read_table(Path(__file__).with_name("stops.tsv")):
        for alternative in row["words"].split(";;"):
            for string in expand(alternative.strip()):
                first, _, rest = normalise(string).partition(" ")
                table[first].append((rest, row["ends"]))
    return {first: sorted(set(rests), reverse=True) for first, rests in table.items()}


STOPS = _load()
"""Each word that may end a scope, with what must follow it and whose scope it ends."""


def ends_scope(folded: str, text: str, start: int, end: int, whose: str) -> bool:
    """Whether the word at `start:end` begins one that ends the scope of a `statement`, of `family`, or of a `plan`."""
    word = folded[start:end]
    rests = STOPS.get(word, ())
    if word in _UNSURE:
        if text[start:end].lower() != ("où" if word == "ou" else "a"):
            return False
        verb = _UNSURE[word]
        if verb is not None and not verb.match(folded, end):
            return False
    following = None
    for rest, ends in rests:
        if ends != "all" and ends != whose and (ends, whose) != ("family", "statement"):
            continue
        if not rest:
            return True
        if following is None:
            match = _FOLLOWS.match(folded, end)
            following = " ".join(match[0].replace("'", " ").split()) + " " if match else ""
        if following.startswith(rest + " "):
            return True
    return False


def goes_on_excluding(folded: str, text: str, comma: int, limit: int) -> bool:
    """Whether another object of a verb that excludes stands behind a comma, and no statement of its own."""
    match = _NEXT_EXCLUDED.match(folded, comma, limit)
    if match is None:
        return False
    for word in _WORD.finditer(folded, match.start("item"), match.end("item")):
        start, end = word.span()
        if _FINITE.fullmatch(folded, start, end):
            return False
        if folded[start:end] in STOPS and ends_scope(folded, text, start, end, "statement"):
            return False
    return True
