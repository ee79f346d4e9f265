"""What parts the lesions with which a patient came from those of later years."""

from __future__ import annotations

from bisect import bisect_right

from anamnese.facts.tumour.naming import Name
from anamnese.reading.fold import folded_re, stands

_COUNTED = folded_re(
    r"\b(?:\d{1,2}|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|dix-huit|vingt|quelques|"
    r"plusieurs)[ ](?:mois|ans?|annees?)[ ](?:plus tard|apres\b)"
)
_COUNTED_WORDS = ("plus tard", "s apres", "an apres", "annee apres")
_SPAN = folded_re(r"a(?<!\wa)(?:pres|u bout d[eu']|vec)[ ]?(?:une? )?(?:recul|suivi|intervalle|remission|delai)\b")
_SPAN_WORDS = ("recul", "suivi", "intervalle", "remission", "delai")
_RETURN = folded_re(r"\b(?:recidiv|rechut)")
_RETURN_WORDS = ("recidiv", "rechut")
_LAPSES = ((_RETURN_WORDS, _RETURN), (_COUNTED_WORDS, _COUNTED), (_SPAN_WORDS, _SPAN))
"""What parts a lesion from those with which the patient came; one of its words is in whatever a pattern matches."""


class Lapse:
    """Tells the lesions with which a patient came from those of later years: the former stand before the diagnosis that
    follows them, and between that and the latter time has passed."""

    __slots__ = ("_asked", "_diagnoses", "_first", "_folded", "_over")

    def __init__(self, folded: str, names: list[Name]) -> None:
        self._folded = folded
        self._diagnoses = sorted(name.start for name in names if not name.bare)
        self._first = self._asked = -1
        self._over = False

    def passed(self, start: int) -> bool:
        """Whether a lesion that counts, each told once in order, is one of later."""
        if self._over:
            return True
        if self._first < 0:
            self._first = start
            return False
        i = bisect_right(self._diagnoses, self._first)
        if i == len(self._diagnoses) or self._diagnoses[i] >= start:
            return False
        since = max(self._asked, self._diagnoses[i])
        self._asked = start
        for some, pattern in _LAPSES:
            if stands(some, pattern, self._folded, since, start):
                self._over = True
                return True
        return False
