"""Whether two names in French words are of the same thing."""

from __future__ import annotations

import re

from anamnese.lexicon.tables import normalise

_LONGER = re.compile(r"([a-z0-9]{4,6})[a-z0-9]*")
"""A word of four letters and more, its first six as a group."""
_VARIANT = re.compile(r"^m(?=fol)|modifiee?$|simplifiee?$|escaladee?$|\d+(?:modifiee?)?$")


def stems(words: str | None) -> frozenset[str]:
    """The longer words of a name, cut to six letters so that inflections agree."""
    words = words or ""
    return frozenset(_LONGER.findall(words.lower() if words.isascii() else normalise(words)))


def acronym(regimen: str | None) -> str:
    """A regimen without what marks its variants: `mFOLFOX6` and `FOLFOX 6 modifié` are `folfox`."""
    return _VARIANT.sub("", normalise(regimen or "").replace(" ", ""))


def same_procedure(a: str | None, b: str | None) -> bool:
    """Whether two surgical acts are named alike: the words of the shorter name stand in the other."""
    x, y = stems(a), stems(b)
    return bool(x) and bool(y) and (x <= y or y <= x)
