"""Where sentences begin: after a full stop, at a new line unless the line was only wrapped."""

from __future__ import annotations

from anamnese.reading.fold import folded_re

_BREAK = folded_re(r"[.!?;\n](?:(?<=\n)[ \n]*|(?<!\n)[\"')\]]*[ ]+(?=[^ \n]))")
_ABBREVIATED = folded_re(
    r"(?:^|[^a-z])(?:dr|pr|mr|mme|mlle|m|cf|ex|env|st|fig|vs|n|p|ac|hosp|ant|post|sup|inf|gg|resp|max|min|tel|dt|dte|"
    r"cm|mm|ml|mg|resp|abd|gr|seg|ext|lat|moy|rens|clin|corr|dg|[a-z])\.$"
)
_LONGEST = 5
"""No abbreviation has so many letters."""
_LONGEST_SENTENCE = 8000
"""Characters; what goes on for longer is no sentence, and is read in pieces so that time stays linear in its length."""
_SHORT_LINE = 60
"""A line shorter than this many characters was not wrapped by its width."""


def sentence_starts(text: str, folded: str) -> list[int]:
    """The offsets where sentences or lines begin, the first of them 0."""
    starts = [0]
    for match in _BREAK.finditer(folded):
        begin, end = match.span()
        if end >= len(text):
            break
        if folded[begin] == "\n":
            if (
                text[end].islower()
                and begin > 0
                and folded[begin - 1] not in ".:;!?"
                and folded.count("\n", begin, end) == 1
                and begin >= _SHORT_LINE
                and folded.find("\n", begin - _SHORT_LINE, begin) < 0
            ):
                continue  # wrapped
        elif folded[begin] == ";" or text[end].islower() or _is_abbreviated(folded, begin):
            continue
        starts.append(end)
    return _cut(folded, starts)


def _cut(folded: str, starts: list[int]) -> list[int]:
    """The starts with those of the pieces of what is too long to be a sentence."""
    pieces: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(folded)], strict=True):
        pieces.append(start)
        while end - pieces[-1] > _LONGEST_SENTENCE:
            space = folded.rfind(" ", pieces[-1] + 1, pieces[-1] + _LONGEST_SENTENCE)
            pieces.append(space + 1 if space >= 0 else pieces[-1] + _LONGEST_SENTENCE)
    return pieces


def _is_abbreviated(folded: str, stop: int) -> bool:
    """Whether a full stop ends an abbreviation, or a leader (`Nom ....... `)."""
    before = folded[stop - _LONGEST : stop]
    if len(before) == _LONGEST and before.isalpha() and before.isascii():
        return False  # most sentences end with a longer word
    return bool(_ABBREVIATED.search(folded, stop - _LONGEST, stop + 1)) or folded.endswith("....", 0, stop + 1)
