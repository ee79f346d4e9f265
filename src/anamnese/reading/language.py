"""Whether a text is French: the share of its commonest words."""

from __future__ import annotations

import re

_FRENCH = frozenset(
    (
        "le la les de du des un une et est au aux en dans par pour avec sans sur qui que il elle son sa ses ce cette "
        "été a pas ne se ou plus patient patiente chez cm mg mm ans"
    ).split()
)
_OTHER = (
    frozenset(
        (
            "the of and was with for were is to had were by that on from at she he her his an this "  # English
            "el los las del y con por una se fue paciente años que "  # Spanish
            "der die das und mit ist von bei wurde den im nicht "  # German
            "il della di che con per nel una sono è "  # Italian
            "o os da do em foi com uma não"  # Portuguese
        ).split()
    )
    - _FRENCH
)
_WORD = re.compile(r"[a-zà-öø-ÿœ]+")


def is_french(text: str) -> bool:
    """Whether a text of some length is French; short or wordless texts are taken as French."""
    words = _WORD.findall(text[:20_000].lower())
    if len(words) < 40:
        return True
    french = sum(word in _FRENCH for word in words)
    other = sum(word in _OTHER for word in words)
    return french >= other
