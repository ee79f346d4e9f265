"""`anamnese check`: what does not add up in reports, as a person reads it or as JSON."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from anamnese.case import Case
from anamnese.engine import read
from anamnese.inputs import inputs, refusal
from anamnese.labels import Language
from anamnese.record import Finding, Place

_SEVERITIES = {
    "high": {"fr": "GRAVE", "en": "HIGH"},
    "medium": {"fr": "À VÉRIFIER", "en": "MEDIUM"},
    "low": {"fr": "MINEUR", "en": "LOW"},
}
_WORDS = {
    "nothing": {"fr": "rien à signaler", "en": "nothing found"},
    "line": {"fr": "l.", "en": "l."},
}
_SHOWN = 60
"""The most characters of a suggestion that the text output shows."""


class Format(StrEnum):
    """The forms in which `check` gives its findings."""

    text = "text"
    json = "json"


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Fichiers, dossiers, ou - pour l'entrée standard.", show_default=False),
    ],
    format: Annotated[
        Format, typer.Option(help="text : liste lisible ; json : pour un autre programme.")
    ] = Format.text,
    one_patient: Annotated[
        bool, typer.Option("--one-patient", help="Tous les comptes rendus sont du même patient.")
    ] = False,
    english: Annotated[bool, typer.Option("--english", help="Messages en anglais / messages in English.")] = False,
) -> None:
    """Cherche ce qui ne s'accorde pas. / Looks for what does not add up."""
    wrong = refusal(files)
    if wrong is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(2)
    from anamnese.checks import check as findings_of  # its tables are loaded for this command only

    language: Language = "en" if english else "fr"
    failed = False
    cases: list[Case] = []
    shown: list[dict[str, Any]] = []
    for name, text, messages in inputs(files):
        for message in messages:
            typer.echo(message, err=True)
        if text is None:
            failed = True
            continue
        case = read(text, name)
        if one_patient:
            cases.append(case)
        elif format is Format.text:
            typer.echo(_as_text([case], findings_of([case]), language), nl=False)
        else:
            shown += _as_json([case], findings_of([case]))
    if cases:
        found = findings_of(cases)
        shown = _as_json(cases, found)
        if format is Format.text:
            typer.echo(_as_text(cases, found, language), nl=False)
    if format is Format.json:
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    raise typer.Exit(1 if failed else 0)


def _as_json(cases: Sequence[Case], findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """A list a case; a finding stands with the report of its last words, and its spans name theirs where there are
    several."""
    return [
        {
            "case": case.report.id,
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity,
                    "message_fr": finding.message_fr,
                    "message_en": finding.message_en,
                    "suggestion": finding.suggestion,
                    "spans": [_span(place, len(cases) > 1) for place in finding.spans],
                }
                for finding in findings
                if finding.spans[-1].report == case.report.id
            ],
        }
        for case in cases
    ]


def _span(place: Place, several: bool) -> dict[str, Any]:
    span: dict[str, Any] = {"start": place.start, "end": place.end, "quote": place.quote}
    return {"report": place.report, **span} if several else span


def _as_text(cases: Sequence[Case], findings: Sequence[Finding], language: Language) -> str:
    """The findings of one patient, gravest first, each with its lines and what was probably meant."""
    from anamnese.checks.rule import suggested

    title = ", ".join(case.report.id for case in cases)
    if not findings:
        return f"{title} : {_WORDS['nothing'][language]}\n"
    lines = {case.report.id: [i for i, char in enumerate(case.report.text) if char == "\n"] for case in cases}
    out = [title]
    for severity, names in _SEVERITIES.items():
        of_severity = [finding for finding in findings if finding.severity == severity]
        if of_severity:
            out.append(f"  {names[language]}")
        for finding in of_severity:
            message = finding.message_fr if language == "fr" else finding.message_en
            places = dict.fromkeys(_place(place, lines, len(cases) > 1, language) for place in finding.spans)
            probable = suggested(finding)
            likely = probable and _short(probable[language == "en"])
            meant = f" → {likely}" if likely and likely not in message else ""
            out += [f"  - {message}", f"      {', '.join(places)}{meant}  [{finding.rule}]"]
    return "\n".join(out) + "\n\n"


def _place(place: Place, lines: dict[str, list[int]], several: bool, language: Language) -> str:
    line = bisect_right(lines[place.report], place.start - 1) + 1
    report = f"{place.report} " if several else ""
    return f"{report}{_WORDS['line'][language]} {line}"


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
