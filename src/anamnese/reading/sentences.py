"""Where sentences begin: after a full stop, at a new line unless the line was only wrapped."""

from __future__ import annotations

from anamnese.reading.fold import folded_re

_CLOSING = "\"')]"
"""What may stand between a full stop and the blank behind it."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ABBREVIATIONS = frozenset(
    (
        "dr pr mr mme mlle m cf ex env st fig vs n p ac hosp ant post sup inf gg resp max min tel dt dte cm mm ml mg "
        "abd gr seg ext lat moy rens clin corr dg diag"
    ).split()
).union(_LETTERS)
_MONTHS = frozenset("janv fevr fev avr juil juill sept oct nov dec".split())
"""Abbreviations where a year follows: `janv. 2021`."""
_LONGEST = 5
"""No abbreviation has so many letters."""
_LONGEST_SENTENCE = 8000
"""Characters; what goes on for longer is no sentence, and is read in pieces so that time stays linear in its length."""
_SHORT_LINE = 60
"""A line shorter than this many characters was not wrapped by its width."""
_LABEL = folded_re(r"[a-z][a-z'/.-]{1,20}(?: [a-z'/.-]{1,20}){0,2}[ ]*:")
_LONGEST_LINE = 300
"""Of the lines of a form, in characters."""


def sentence_starts(text: str, folded: str) -> list[int]:
    """The offsets where sentences or lines begin, the first of them 0."""
    starts = [0, *_behind_stops(text, folded), *_behind_lines(text, folded)]
    starts.sort()
    return starts if len(folded) <= _LONGEST_SENTENCE else _cut(folded, starts)


def line_starts(folded: str) -> list[int]:
    """The offsets where lines begin, the first of them 0."""
    starts = [0]
    end = folded.find("\n")
    while end >= 0:
        starts.append(end + 1)
        end = folded.find("\n", end + 1)
    return starts


def _behind_stops(text: str, folded: str) -> list[int]:
    """Where sentences begin behind a stop and a blank, stop by stop."""
    starts: list[int] = []
    length = len(folded)
    for stop in ".!?":
        at = folded.find(stop)
        while at >= 0:
            end = at + 1
            while end < length and folded[end] in _CLOSING:
                end += 1
            blank = end
            while end < length and folded[end] == " ":
                end += 1
            if (
                blank < end < length
                and folded[end] != "\n"
                and not text[end].islower()
                and not (stop == "." and _is_abbreviated(folded, at))
            ):
                starts.append(end)
            at = folded.find(stop, at + 1)
    return starts


def _behind_lines(text: str, folded: str) -> list[int]:
    """Where lines begin that are not blank, and do not go on with a line wrapped by its width."""
    starts: list[int] = []
    length = len(folded)
    begin = folded.find("\n")
    while begin >= 0:
        end = begin + 1
        while end < length and folded[end] in (" ", "\n"):
            end += 1
        if end >= length:
            break
        if not (
            begin >= _SHORT_LINE
            and text[end].islower()
            and folded[begin - 1] not in ".:;!?"
            and folded.count("\n", begin, end) == 1
            and folded.find("\n", begin - _SHORT_LINE, begin) < 0
            and not _is_labelled(folded, begin, end)
        ):
            starts.append(end)
        begin = folded.find("\n", end)
    return starts


def _is_labelled(folded: str, begin: int, end: int) -> bool:
    """Whether a line and the one before it begin with a label and its colon, as those of a form do."""
    line = folded.rfind("\n", max(0, begin - _LONGEST_LINE), begin) + 1
    return _LABEL.match(folded, end) is not None and _LABEL.match(folded, line) is not None


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
    before = folded[max(0, stop - _LONGEST) : stop]
    if len(before) == _LONGEST and before.isalpha() and before != "juill":
        return False  # most sentences end with a longer word
    word = len(before)
    while word and before[word - 1] in _LETTERS:
        word -= 1
    if before[word:] in _MONTHS:
        return folded[stop + 1 : stop + 4].lstrip(" ")[:2].isdecimal()
    return before[word:] in _ABBREVIATIONS or folded.endswith("....", 0, stop + 1)
