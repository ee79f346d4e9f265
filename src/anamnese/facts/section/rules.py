"""Headings: a term of the table that begins a line and is alone on it, or is followed by a colon and text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anamnese.case import Section, Span
from anamnese.facts.reading import Draft, Reading

_BULLET = re.compile(r"[ *#>=_-]*(?:(?:\d{1,2}|[ivx]{1,4}|[a-h])[ ]?[.)/-][ ]*)?$")
_REST = re.compile(
    r"(?:[ ]*\((?P<paren>[^\n()]{0,80})\))?"
    r"(?:[ ]+(?P<dated>(?:du|le|au|de|a|depuis|avant|apres)[ ][^\n:.\d]{0,30}\d[^\n:.]{0,24}|[a-z]{1,3}[ ]?\d{1,2}(?:[ ]?\([^\n]{0,40}\))?|"
    r"(?:du|de|des|d'|et|avant|apres|a)[ ']?[^\n:.,;]{3,32}(?=[ ]*:?[ ]*(?:\n|$))))?"
    r"[ ]*(?P<colon>[:.-]?)[ =_-]*(?P<text>[^\n]?)"
)


def find_sections(reading: Reading) -> list[Section]:
    """The sections of a report, in order; a section ends where the next begins."""
    found: list[tuple[str, Span]] = []
    folded, text = reading.folded, reading.text
    for hit in reading.hits("section"):
        line = folded.rfind("\n", 0, hit.start) + 1
        if hit.start - line > 12 or not _BULLET.match(folded, line, hit.start):
            continue
        if found and hit.start < found[-1][1].end:
            continue
        rest = _REST.match(folded, hit.end)
        if rest is None or not _is_heading(text, folded, line, hit.start, hit.end, rest, hit.term.row["inline"]):
            continue
        found.append((hit.term.name, Span(hit.start, hit.end)))
    ends = [*(span.start for _, span in found[1:]), len(text)][: len(found)]
    return [Section(kind, span, end) for (kind, span), end in zip(found, ends, strict=True)]


def _is_heading(text: str, folded: str, line: int, start: int, end: int, rest: re.Match[str], inline: str) -> bool:
    """Whether the words that begin a line head a part of the report: nothing follows them on the line, or a colon and
    text do at the head of a block (a label inside a block of `key : value` lines is none)."""
    alone = not rest["text"] or (rest["text"] == "\n")
    before = max(0, line - 1)
    blank = folded.rfind("\n", 0, before) + 1
    block_start = line == 0 or not folded[blank:before].strip(" ")
    upper = text[start:end].isupper()
    if alone:
        # a dated or lettered heading (`BIOLOGIE du 30/03/2024`, `PRESCRIPTION C4 (…)`) stands in capitals or at a block
        return (
            rest["colon"] in ("", ":")
            and (rest["dated"] is None or (_tail_fits(rest["dated"], line) and (upper or block_start)))
            and (text[start].isupper() or block_start)
        )
    if rest["colon"] == ":":
        return text[start].isupper() and inline != "no" and (block_start or inline == "yes")
    return False


def _tail_fits(tail: str, line: int) -> bool:
    """Whether words behind a heading's own can belong to it; in the first line of a report they are its letterhead
    (`CLINIQUE DU PONT`) unless they date it."""
    return line > 0 or any(char.isdigit() for char in tail)


def read(reading: Reading) -> Iterable[Draft]:
    """One `section` for each heading."""
    for section in reading.sections:
        yield reading.draft("section", section.heading.start, section.heading.end, kind=section.kind)
