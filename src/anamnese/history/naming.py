"""Whether two names in French words are of the same thing."""

from __future__ import annotations

import re

from anamnese.lexicon.tables import normalise

_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}
_VARIANT = re.compile(r"^m(?=fol)|modifiee?$|simplifiee?$|escaladee?$|\d+(?:modifiee?)?$")


def stems(words: str | None) -> frozenset[str]:
    """The longer words of a name, cut to six letters so that inflections agree."""
    words = words or ""
    plain = words.lower().translate(_SPACED) if words.isascii() else normalise(words)
    return frozenset([word[:6] for word in plain.split() if len(word) > 3])


def acronym(regimen: str | None) -> str:
    """A regimen without what marks its variants: `mFOLFOX6` and `FOLFOX 6 modifié` are `folfox`."""
    return _VARIANT.sub("", normalise(regimen or "").replace(" ", ""))


def same_procedure(a: str | None, b: str | None) -> bool:
    """Whether two surgical acts are named alike: the words of the shorter name stand in the other."""
    x, y = stems(a), stems(b)
    return bool(x) and bool(y) and (x <= y or y <= x)
