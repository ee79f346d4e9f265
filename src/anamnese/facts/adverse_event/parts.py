"""The parts of a report that tell how a treatment was tolerated."""

from __future__ import annotations

from bisect import bisect_right

from anamnese.case import Span
from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re

_LABEL = folded_re(r" ?(?:\([^()\n]{0,30}\) ?|[^:\n.;,\d(]{0,28}\d{0,2} ?)?:")
"""What may stand between the word that heads a line on tolerance and its colon."""


def headed_parts(reading: Reading) -> list[Span]:
    """The parts that tell how a treatment was tolerated, from their heading to a blank line."""
    parts = []
    for hit in reading.hits("treatment_effect"):
        if hit.term.row["strength"] not in ("heading", "sentence", "surgery"):
            continue
        folded = reading.folded
        line = reading.line_start(hit.start)
        if folded[line : hit.start].strip(" -*=>#\t"):
            continue
        line_end = folded.find("\n", hit.end)
        line_end = len(folded) if line_end < 0 else line_end
        rest = folded[hit.end : line_end]
        title = reading.text[line:line_end]
        if _LABEL.match(rest) is None and not title.isupper() and len(title.strip()) >= 45:
            continue
        if ":" not in rest[:35] and len(rest.strip()) > 30:
            continue
        if ":" in rest and rest.split(":", 1)[1].strip():
            parts.append(Span(hit.end, line_end))
            continue
        blank = folded.find("\n\n", line_end + 1)
        parts.append(Span(line_end, blank if blank > 0 else len(folded)))
    return parts


def _begin(part: Span) -> int:
    return part.start


def part_of(parts: list[Span], pos: int) -> Span | None:
    """The part about tolerance that a place lies in."""
    if parts:
        i = bisect_right(parts, pos, key=_begin)
        for part in parts[max(0, i - 2) : i]:
            if pos < part.end:
                return part
    return None
