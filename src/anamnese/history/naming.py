"""Whether two names in French words are of the same thing, and the organ that an operation is named after."""

from __future__ import annotations

import re
from functools import cache
from string import ascii_lowercase, digits

from anamnese.lexicon.tables import PACKAGE, normalise, read_table

_PLAIN = bytes(byte if chr(byte) in ascii_lowercase + digits else ord(" ") for byte in bytes(range(256)).lower())
"""What stands for each sign of ASCII where only words count."""
_VARIANT = re.compile(r"^m(?=fol)|modifiee?$|simplifiee?$|escaladee?$|\d+(?:modifiee?)?$")


def stems(words: str | None) -> frozenset[str]:
    """The longer words of a name, cut to six letters so that inflections agree."""
    words = words or ""
    words = words.encode().translate(_PLAIN).decode() if words.isascii() else normalise(words)
    return frozenset([word[:6] for word in words.split() if len(word) >= 4])


def acronym(regimen: str | None) -> str:
    """A regimen without what marks its variants: `mFOLFOX6` and `FOLFOX 6 modifié` are `folfox`."""
    return _VARIANT.sub("", normalise(regimen or "").replace(" ", ""))


def same_procedure(a: str | None, b: str | None) -> bool:
    """Whether two surgical acts are named alike: the words of the shorter name stand in the other."""
    x, y = stems(a), stems(b)
    return bool(x) and bool(y) and (x <= y or y <= x)


def is_general(procedure: str | None) -> bool:
    """Whether an operation has no name of its own: `opérée`, `exérèse`."""
    return procedure is None or procedure in ("exérèse", "résection", "ablation", "chirurgie")


@cache
def operated_organ(procedure: str | None) -> str:
    """The organ that an operation is of by its name (`C18`), or by the first words of it (`vulvectomie partielle`);
    empty where it may be of any."""
    name, organs = procedure or "", _operated()
    while name and name not in organs:
        name = name.rpartition(" ")[0]
    return organs.get(name, "")


@cache
def _operated() -> dict[str, str]:
    rows = read_table(PACKAGE / "facts" / "therapy" / "surgery.tsv")
    return {row["name"]: row["code"][:3] for row in rows if row["code"]}
