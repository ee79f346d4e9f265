"""What the program read in a report, as it is kept for ever: plain JSON, and the `Case` made of it again."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from anamnese.case import Case, Fact, Report, Section, Span
from anamnese.engine import read
from anamnese.reading.boxes import report_shadow
from anamnese.reading.fold import unmarked

_PLACE_AND_STATE = frozenset({"type", "quote", "start", "end", "status", "date"})
"""What every fact of the flat format may have; the rest are the attributes of its type."""


def read_report(text: str) -> dict[str, Any]:
    """Read a report into plain JSON: sections, sentences, the document's dates, and the facts in order of place."""
    case = read(text)
    report = case.report
    return {
        "sections": [[part.kind, part.heading.start, part.heading.end, part.end] for part in report.sections],
        "sentences": list(report.sentences),
        "date": report.date,
        "birth_date": report.birth_date,
        "facts": [fact.to_json() for fact in case.facts],
    }


def case_of(id: str, text: str, reading: Mapping[str, Any]) -> Case:
    """The case that `read_report` put into JSON."""
    report = Report(
        id,
        text,
        unmarked(report_shadow(text)),
        tuple(Section(kind, Span(start, stop), end) for kind, start, stop, end in reading["sections"]),
        tuple(reading["sentences"]),
        reading.get("date"),
        reading.get("birth_date"),
    )
    return Case(report, tuple(fact_of(flat) for flat in reading["facts"]))


def fact_of(flat: Mapping[str, Any]) -> Fact:
    """The fact of a flat JSON object (`Fact.to_json`)."""
    return Fact(
        flat["type"],
        flat["start"],
        flat["end"],
        flat["quote"],
        {name: value for name, value in flat.items() if name not in _PLACE_AND_STATE},
        flat.get("status", "affirmed"),
        flat.get("date"),
    )


def digest(text: str) -> str:
    """What tells whether two reports are the same: a SHA-256 of the text without regard to spaces and line ends."""
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", text).split()).encode("utf-8", "replace")).hexdigest()
