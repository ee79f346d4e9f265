"""What the rules of responses share: small tables of words, the words before a hit, the draft."""

from __future__ import annotations

from pathlib import Path

from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.lexicon.tables import expand, read_table
from anamnese.reading.fold import fold, folded_re

FOUND_SECTIONS = frozenset({"exam", "investigations"})
"""Sections that describe what one examination found: words of change and of absence are no evaluation there."""
WORD = folded_re(r"[a-z0-9-]+")
NOT_ABSENT = folded_re(
    r"(?:survie|intervalle|periode|duree|delai|recherche|seulement|uniquement|temps|"
    r"antecedents?)(?: \w+){0,2} $"
)


NOT_SO = folded_re(r"(?:\b(?:ne|pas|plus|peu|guere|non|jamais|ni)[ ]|\bn')(?:se |vraiment |encore |que |tres )?$")
"""What denies the verb behind it: `la masse ne │régresse│ pas`, `n'a pas │régressé│`."""


def response(reading: Reading, start: int, end: int, category: str, status: str | None = None) -> Draft:
    """A draft of a response."""
    return reading.draft("response", start, end, status, category=category)


def treated(reading: Reading, hit: Hit, kinds: frozenset[str] | None = None) -> bool:
    """Whether a treatment (of some kinds) has been told before a hit."""
    for therapy in reading.facts("therapy"):  # in order of place
        if therapy.start >= hit.start:
            return False
        if therapy.status in (None, "affirmed") and (kinds is None or therapy.get("kind") in kinds):
            return True
    return False


def words_before(reading: Reading, hit: Hit, width: int) -> str:
    """The words before a hit in its sentence, at most `width` characters."""
    first = reading.sentence(hit.start).start
    return reading.folded[max(first, hit.start - width) : hit.start]


def load_words(table: str, value: str = "") -> dict[str, str]:
    """The folded words of the `words` column of a table of this room, each with the row's `value` column."""
    return {
        fold(string.strip()): row.get(value, "")
        for row in read_table(Path(__file__).with_name(table))
        for alternative in row["words"].split(";;")
        for string in expand(alternative)
    }
