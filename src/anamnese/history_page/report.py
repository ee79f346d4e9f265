"""The reports as written, each fact's words marked by their kind; marks may nest, and overlap across each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from anamnese.case import FACT_TYPES, Case
from anamnese.history_page.markup import Both, Markup, both, element, join, text
from anamnese.history_page.proofs import LINE_END, told
from anamnese.history_page.words import say
from anamnese.record import Finding

KINDS = (*(kind for kind in FACT_TYPES), "finding")
_OFF_AT_FIRST = frozenset({"mention"})
"""Kinds that would hide others: mentions stand on the words of the tumours."""

_DOTTED = frozenset({"mention", "time", "section"})
"""Kinds that are not underlined as the others are."""

_DEEPEST = 4
_COLUMNS = re.compile(r"\S {3,}\S|\t\S|[|│]")
_FEWEST_COLUMN_LINES = 3
"""So many lines that are set in columns make a report one that needs letters of equal width."""

_LONGEST_ROW = 110
"""A longer line is prose, whatever spaces it has."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words to be marked: the id of their anchor, the kind, and what is said of them."""

    start: int
    end: int
    anchor: str
    kind: str
    status: str
    said: Both


def marks_of(case: Case, number: int, findings: Sequence[Finding]) -> list[Marked]:
    """The marks of a report: its facts, and the words that findings name."""
    facts = [
        Marked(fact.start, fact.end, f"f{number}-{i}", fact.type, fact.status, told(fact))
        for i, fact in enumerate(case.facts)
    ]
    named = [
        Marked(span.start, span.end, finding_anchor(i, j), "finding", finding.severity, _messages(finding))
        for i, finding in enumerate(findings)
        for j, span in enumerate(finding.spans)
        if span.report == case.report.id and 0 <= span.start < span.end <= len(case.report.text)
    ]
    return facts + named


def _messages(finding: Finding) -> Both:
    return finding.message_fr, finding.message_en


def finding_anchor(finding: int, span: int) -> str:
    """The id of the words that a finding names."""
    return f"c{finding}-{span}"


def reports(cases: Sequence[Case], findings: Sequence[Finding]) -> Markup:
    """All reports with their legend."""
    marked = [marks_of(case, number, findings) for number, case in enumerate(cases)]
    present = {mark.kind for marks in marked for mark in marks}
    names = [element("a", case.report.id, href=f"#{_anchor(number)}") for number, case in enumerate(cases)]
    return join(
        [
            element("nav", names, class_="contents") if len(cases) > 1 else None,
            _legend([kind for kind in KINDS if kind in present], marked),
            [_report(case, number, marks) for number, (case, marks) in enumerate(zip(cases, marked, strict=True))],
        ]
    )


def _legend(kinds: Sequence[str], marked: Sequence[Sequence[Marked]]) -> Markup:
    def choice(kind: str) -> Markup:
        count = sum(mark.kind == kind for marks in marked for mark in marks)
        return element(
            "label",
            element("input", type="checkbox", id=f"show-{kind}", checked=kind not in _OFF_AT_FIRST, data_kind=kind),
            element("span", both(say(f"kind.{kind}")), class_=f"m k-{kind}"),
            element("small", str(count)),
        )

    if not kinds:
        return element("p", both(say("nothing")), class_="none")
    return element(
        "fieldset",
        element("legend", both(say("show"))),
        [choice(kind) for kind in kinds],
        element("button", both(say("all")), type="button", data_show="all"),
        element("button", both(say("none")), type="button", data_show="none"),
        class_="legend",
    )


def _anchor(number: int) -> str:
    return f"report-{number}"


def _report(case: Case, number: int, marks: Sequence[Marked]) -> Markup:
    body = case.report.text
    return element(
        "article",
        element("h3", case.report.id, id=_anchor(number)),
        element(
            "div",
            list(_lines(body, marks)),
            class_="text columns" if in_columns(body) else "text",
            lang="fr",
            role="group",
            aria_labelledby=_anchor(number),
        ),
    )


def in_columns(body: str) -> bool:
    """Whether a report is set in columns, which only letters of equal width show."""
    return sum(1 for line in body.splitlines() if _COLUMNS.search(line)) >= _FEWEST_COLUMN_LINES


def is_row(line: str) -> bool:
    """Whether a line is a row of columns, not to be broken."""
    return _COLUMNS.search(line) is not None and len(line) < _LONGEST_ROW


def _lines(body: str, marks: Sequence[Marked]) -> Iterator[Markup]:
    """Each line as a block of its own. A mark is cut where another begins or ends, and where the line ends."""
    breaks = {match.start(): match.end() for match in LINE_END.finditer(body)}
    pieces = list(pieces_of(body, marks, breaks))
    levels = levels_of(pieces)
    anchored: set[str] = set()
    line: list[Markup] = []
    written = ""
    for start, end, open_marks in pieces:
        if start in breaks:
            yield _line(line, written, "\n")
            line, written = [], ""
        else:
            line.append(_piece(body[start:end], open_marks, levels, anchored))
            written += body[start:end]
    if line:
        yield _line(line, written)


def _line(line: Sequence[Markup], written: str, end: str = "") -> Markup:
    """A line; one in columns is not broken."""
    return element("div", line, end, class_="l c" if is_row(written) else "l")


def pieces_of(body: str, marks: Sequence[Marked], breaks: dict[int, int]) -> Iterator[tuple[int, int, list[Marked]]]:
    """The text cut at the ends of all marks and lines: each piece with the marks that hold it, the shortest first."""
    starts: dict[int, list[Marked]] = {}
    inside = {i: end for start, end in breaks.items() for i in range(start + 1, end)}
    for mark in marks:
        starts.setdefault(inside.get(mark.start, mark.start), []).append(mark)
    ends = {mark.end for mark in marks} - inside.keys()
    ordered = sorted({0, len(body), *starts, *ends, *breaks, *breaks.values()})
    held: list[Marked] = []
    for start, end in pairwise(ordered):
        held = [mark for mark in held if mark.end > start] + starts.get(start, [])
        yield start, end, sorted(held, key=lambda mark: (mark.end - mark.start, -mark.start))


def levels_of(pieces: Sequence[tuple[int, int, list[Marked]]]) -> dict[str, int]:
    """How far below the words each mark is underlined: below all that it holds."""
    levels: dict[str, int] = {}
    held: dict[str, set[str]] = {}
    lengths: dict[str, int] = {}
    for _, _, marks in pieces:
        underlined = [mark for mark in marks if mark.kind not in _DOTTED]
        for mark in underlined:
            lengths[mark.anchor] = mark.end - mark.start
        for inner, outer in pairwise(underlined):
            held.setdefault(outer.anchor, set()).add(inner.anchor)
    for anchor in sorted(lengths, key=lambda anchor: lengths[anchor]):
        levels[anchor] = min(_DEEPEST, 1 + max((levels.get(inner, 1) for inner in held.get(anchor, ())), default=0))
    return levels


def _piece(words: str, marks: Sequence[Marked], levels: dict[str, int], anchored: set[str]) -> Markup:
    """Words inside the marks that hold them, the longest outermost."""
    inner = text(words)
    if not words.strip():
        return inner
    for mark in marks:
        first = mark.anchor not in anchored
        anchored.add(mark.anchor)
        level = levels.get(mark.anchor, 1)
        inner = element(
            "mark",
            inner,
            id=mark.anchor if first else None,
            class_=f"m k-{mark.kind} v{level}" + (f" s-{mark.status}" if mark.status != "affirmed" else ""),
            data_f=mark.anchor,
            data_fr=mark.said[0] if first else None,
            data_en=mark.said[1] if first else None,
            tabindex="-1" if first else None,
        )
    return inner
