"""The scopes of a report's cues, and the status that they give to a fact."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft, Reading

_END = re.compile(r"[.;:\n]|, (?:mais|avec|et|une?|la|le)|\b(?:mais|cependant|toutefois|avec|hormis|sauf|excepte|puis)\b")
_WINDOW = 120
_ORDER = ("family", "negated", "planned", "suspected")


class Scopes:
    """What is negated, doubted, planned or said of relatives: spans of the text, one list a status."""

    def __init__(self, reading: Reading) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {status: [] for status in _ORDER}
        folded = reading.folded
        for hit in reading.hits("cues"):
            sentence = reading.sentence(hit.start)
            direction = hit.term.row["direction"]
            start, end = hit.start, hit.end
            if direction in ("forward", "both"):
                stop = min(sentence.end, hit.end + _WINDOW)
                match = _END.search(folded, hit.end, stop)
                end = match.start() if match else stop
            if direction in ("backward", "both"):
                start = max(sentence.start, hit.start - _WINDOW)
                for match in _END.finditer(folded, start, hit.start):
                    start = match.end()
            self._spans[hit.term.name].append((start, end))
        self._starts = {status: [span[0] for span in spans] for status, spans in self._spans.items()}

    def status(self, draft: Draft) -> str:
        """The status that the words around a fact give it; `affirmed` where none does."""
        for status in _ORDER:
            spans = self._spans[status]
            i = bisect_right(self._starts[status], draft.start) - 1
            for span in spans[max(0, i - 2) : i + 1]:
                if span[0] <= draft.start < span[1]:
                    return status
        return "affirmed"
