"""The words that end the scope of a cue (`stops.tsv`), and the shape of an enumeration that a scope runs through."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from anamnese.lexicon.tables import expand, normalise, read_table
from anamnese.reading.fold import folded_re

_WORD = folded_re(r"[a-z0-9]+")

_NEW_SUBJECT = (
    r"(?:une?|les?|la|l'|des|du|avec|sous|par|pour|sans|pas|absence|presence|il|elle|on|son|sa|ses|patiente?|opere[a-z]*|"
    r"traite[a-z]*|est|sont|a ete|mais|classee?|soit|bonn?e?|bonne|non|\d)"
)
POSITIVE = folded_re(rf"\s+(?:{_NEW_SUBJECT})(?![a-z])|\s+l'")
"""After `et`: the words that begin a new statement instead of another thing denied."""

_ITEM = rf"(?!{_NEW_SUBJECT}(?![a-z]))[a-z][a-z'-]*(?: [a-z][a-z'-]*){{0,3}}?"
ENUMERATED = folded_re(
    r",\s*(?:(?:(?:ni|ou|voire)\b|de |d'|notamment\b|en particulier\b|tel)"
    rf"|{_ITEM}(?:(?:,\s*{_ITEM}){{0,8}}\s+(?:(?:ni|ou)\b|et (?!{_NEW_SUBJECT}(?![a-z])))"
    rf"|(?:,\s*{_ITEM}){{1,8}}\s*(?:\.|\n|$)))"
)
"""From a comma: whether what follows goes on with the list that the cue began, down to `ni`, `ou`, `et` or the end."""

_LINK = r"(?:et[ ]|ainsi que[ ]|ou[ ])?(?:enfin[ ]|surtout[ ]|notamment[ ])?(?:une?[ ]|des?[ ]|les?[ ]|la[ ]|l'|d')"
_NEXT_EXCLUDED = folded_re(
    rf",\s*{_LINK}(?P<item>[a-z][^,;:.()\n]{{2,60}}?)[ ]*(?=[,;.()\n]|$|[ ](?:et|ou|ainsi que)[ ])"
)
"""From a comma: another thing that a verb excludes (`éliminait un lymphome, │une leucémie│ et une métastase`)."""
_FINITE = ("ait", "aient", "erent", "irent", "urent")
"""How a verb ends whose subject stands before it: what it is said of is not excluded."""
_EXCLUDED = r"(?:une?[ ]|des?[ ]|les?[ ]|la[ ]|l'|d')[a-z][^,;:.()\n]{2,60}?(?:[ ]\([^()\n]{1,40}\))?"
RULED_OUT = folded_re(
    rf"\s*(?:(?:(?:les?|ces)[ ](?:diagnostics?|hypotheses?|etiologies?|causes?|origines?)[ ])?{_EXCLUDED})"
    rf"(?:,\s*{_EXCLUDED}){{1,8}},?[ ](?:et|ou|ainsi que)[ ](?:enfin[ ])?{_EXCLUDED}\s*"
)
"""All that is excluded, from the beginning of its sentence: `Un lymphome, un abcès et un myélome │ont été éliminés`."""

_UNSURE = {"a": folded_re(r" (?:[a-z]+e[es]?|mis|permis|eu|[a-z]*[cls]u|subi|pu|fait)\b"), "ou": None}
"""`a` is the verb before a participle only; `ou` is the relative pronoun only with its accent."""


_FOLLOWING = 40
"""How far behind the first word of what ends a scope its others may stand, in characters."""


def _load() -> dict[str, dict[str, re.Pattern[str] | None]]:
    """The first words of what ends a scope, by whose it is; each with what must follow it, None for nothing."""
    rests: dict[str, dict[str, set[str]]] = {whose: defaultdict(set) for whose in ("statement", "family", "plan")}
    for row in read_table(Path(__file__).with_name("stops.tsv")):
        for alternative in row["words"].split(";;"):
            for string in expand(alternative.strip()):
                first, _, rest = normalise(string).partition(" ")
                for whose in _SCOPES_OF[row["ends"]]:
                    rests[whose][first].add(rest)
    return {
        whose: {first: None if "" in after else _following(after) for first, after in table.items()}
        for whose, table in rests.items()
    }


_SCOPES_OF = {"all": ("statement", "family", "plan"), "statement": ("statement",), "family": ("statement", "family")}
"""Whose scopes the rows of the table end, by their column `ends`."""


def _following(rests: set[str]) -> re.Pattern[str]:
    words = "|".join(sorted(rest.replace(" ", "[ ']+") for rest in rests))
    return folded_re(rf"[ ']*(?:{words})(?![a-z0-9])")


STOPS = _load()
"""Whose scope, each first word of what ends it, and what must follow that."""


def ends_scope(word: str, folded: str, text: str, start: int, whose: str) -> bool:
    """Whether a word that stands at `start` begins what ends the scope of a `statement`, of `family` or of a `plan`."""
    words = STOPS[whose]
    if word not in words:
        return False
    end = start + len(word)
    if word in _UNSURE:
        if text[start:end].lower() != ("où" if word == "ou" else "a"):
            return False
        verb = _UNSURE[word]
        if verb is not None and not verb.match(folded, end):
            return False
    rest = words[word]
    return rest is None or rest.match(folded, end, end + _FOLLOWING) is not None


def goes_on_excluding(folded: str, text: str, comma: int, limit: int) -> bool:
    """Whether another object of a verb that excludes stands behind a comma, and no statement of its own."""
    match = _NEXT_EXCLUDED.match(folded, comma, limit)
    if match is None:
        return False
    for found in _WORD.finditer(folded, match.start("item"), match.end("item")):
        word = found[0]
        if word.endswith(_FINITE) and word.isalpha():
            return False
        if ends_scope(word, folded, text, found.start(), "statement"):
            return False
    return True
