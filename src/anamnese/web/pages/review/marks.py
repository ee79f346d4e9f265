"""A report as written, with its facts marked: by kind, by what a person decided, by doubt and conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from anamnese.history_page.markup import Markup as Html
from anamnese.history_page.markup import element, text
from anamnese.history_page.proofs import LINE_END
from anamnese.history_page.report import Marked, in_columns, is_row, levels_of, pieces_of
from anamnese.review.state import CaseState, ReportState
from anamnese.web.pages.review.said import Speaker
from anamnese.web.rendering import say

OFF_AT_FIRST = frozenset({"mention", "section", "time"})
"""Kinds that are not reviewed one by one unless asked for: other facts rest on the same words."""


@dataclass(frozen=True, slots=True)
class MarkedReport:
    """A report ready to be shown. `columns`: it is set in columns."""

    id: str
    name: str
    date: str
    lines: Markup
    columns: bool


def marked_reports(speaker: Speaker) -> list[MarkedReport]:
    """All reports of a case with their marks."""
    return [_marked(report, speaker) for report in speaker.state.reports]


def _marked(report: ReportState, speaker: Speaker) -> MarkedReport:
    looks: dict[str, str] = {}
    marks: list[Marked] = []
    for each in report.facts:
        looks[each.key] = look(each.state, each.fact.status, each.doubt, each.conflict)
        kind = say(f"review.kind.{each.fact.type}", speaker.language)
        state = say(f"review.state.{each.state}", speaker.language)
        said = f"{kind} · {speaker.fact(each.fact)} ({state})"
        marks.append(Marked(each.fact.start, each.fact.end, each.key, each.fact.type, each.state, (said, said)))
    marks += _named_by_findings(report.id, speaker.state, looks, speaker)
    lines = Markup("".join(_lines(report.text, marks, looks)))  # escaped piece by piece
    return MarkedReport(str(report.id), report.name, speaker.date(report.date), lines, in_columns(report.text))


def look(state: str, status: str, doubt: bool, conflict: bool) -> str:
    """The classes that say what stands about a fact."""
    words = [f"st-{state}"]
    if status != "affirmed":
        words.append(f"s-{status}")
    if doubt:
        words.append("doubt")
    if conflict:
        words.append("conflict")
    return " ".join(words)


def _named_by_findings(report: object, state: CaseState, looks: dict[str, str], speaker: Speaker) -> Iterator[Marked]:
    """The words that open findings name."""
    for each in state.findings:
        if each.state != "open":
            continue
        finding = each.finding
        for span in finding.spans:
            if str(span.report) == str(report) and span.start < span.end:
                anchor = f"finding-{each.key}"
                looks[anchor] = f"severity-{finding.severity}"
                said = speaker.pick((finding.message_fr, finding.message_en))
                yield Marked(span.start, span.end, anchor, "finding", finding.severity, (said, said))


def _lines(body: str, marks: Sequence[Marked], looks: dict[str, str]) -> Iterator[Html]:
    """Each line as a block of its own that tells where it begins in the report, in code points."""
    breaks = {match.start(): match.end() for match in LINE_END.finditer(body)}
    pieces = list(pieces_of(body, marks, breaks))
    levels = levels_of(pieces)
    anchored: set[str] = set()
    line: list[Html] = []
    begin, written = 0, ""
    for start, end, held in pieces:
        if start in breaks:
            yield _line(line, begin, written)
            line, begin, written = [], end, ""
        else:
            line.append(_piece(body[start:end], end, held, levels, looks, anchored))
            written += body[start:end]
    if line:
        yield _line(line, begin, written)


def _line(line: Sequence[Html], begin: int, written: str) -> Html:
    look = "l c" if is_row(written) else "l" if written.strip() else "l e"
    return element("div", line, "\n", class_=look, data_s=str(begin))


def _piece(
    words: str, end: int, held: Sequence[Marked], levels: dict[str, int], looks: dict[str, str], anchored: set[str]
) -> Html:
    """Words that end there, inside the marks that hold them, the longest outermost; `z` is the last of a mark's."""
    inner = text(words)
    if not words.strip():
        return inner
    for mark in held:
        first = mark.anchor not in anchored
        anchored.add(mark.anchor)
        inner = element(
            "mark",
            inner,
            id=f"f:{mark.anchor}" if first else None,
            class_=f"m k-{mark.kind} v{levels.get(mark.anchor, 1)} {looks[mark.anchor]}" + " z" * (end == mark.end),
            data_f=mark.anchor,
            title=mark.said[0],
        )
    return inner
