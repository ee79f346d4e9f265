"""`anamnese history`, `schema`: one patient's record from one or several reports, and the forms of the outputs."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from anamnese.case import Case, facts_schema
from anamnese.engine import read
from anamnese.inputs import refusal, report_files, unwritable, write_whole
from anamnese.reading.files import InputError, text_of_bytes, text_of_file
from anamnese.record import History, plain
from anamnese.schema import findings_schema, history_schema


class HistoryFormat(StrEnum):
    """The forms in which `history` gives a record."""

    text = "text"
    json = "json"
    html = "html"


class SchemaOf(StrEnum):
    """What has a schema."""

    facts = "facts"
    history = "history"
    findings = "findings"


def history_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Les comptes rendus d'un même patient : fichiers, dossiers, ou - pour l'entrée standard.",
            show_default=False,
        ),
    ],
    format: Annotated[
        HistoryFormat | None,
        typer.Option(help="text : résumé d'une page ; json : le dossier ; html : une page autonome."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Fichier de sortie.")] = None,
    english: Annotated[bool, typer.Option("--english", help="Résumé en anglais / summary in English.")] = False,
    patient: Annotated[
        int | None,
        typer.Option(help="Le patient voulu d'un compte rendu qui parle de plusieurs (1 : le premier).", min=1),
    ] = None,
) -> None:
    """Le dossier d'un patient : tumeurs, épisodes, traitements, chronologie. / One patient's record."""
    cases = _of_patient(_cases(files), patient)
    if format is None:
        format = HistoryFormat.text if sys.stdout.isatty() and out is None else HistoryFormat.json
    from anamnese.history.build import history  # loaded for these commands only

    record = history(cases)
    if format is HistoryFormat.text:
        from anamnese.history.text import render

        content = render(record, cases, "en" if english else "fr")
    elif format is HistoryFormat.json:
        content = json.dumps(plain(record), ensure_ascii=False, indent=1) + "\n"
    else:
        from anamnese.checks import check
        from anamnese.history_page import page

        content = page(cases, record, check(cases, record), "en" if english else "fr")
    if out is None:
        typer.echo(content, nl=False)
        return
    try:
        write_whole(out, content)
    except OSError as error:
        typer.echo(unwritable(out, error), err=True)
        raise typer.Exit(1) from error


def _of_patient(cases: list[Case], patient: int | None) -> list[Case]:
    """The part of one patient of each report: two people never share a record. Where a report tells of several and
    none is asked for, it is the first one's, with a warning."""
    from anamnese.history.patients import of_each_patient

    chosen: list[Case] = []
    for case in cases:
        parts = of_each_patient(case)
        number = patient if patient is not None and len(parts) > 1 else 1
        if number > len(parts):
            _refuse(f"{case.report.id} : ce compte rendu ne parle que de {len(parts)} patients")
        if len(parts) > 1 and patient is None:
            typer.echo(
                f"{case.report.id} : ce compte rendu parle de {len(parts)} patients ; voici le dossier du premier "
                f"(--patient 2 pour le suivant)",
                err=True,
            )
        chosen.append(parts[number - 1])
    return chosen


def _cases(paths: list[Path]) -> list[Case]:
    """The reports of one patient, each with a name of its own; ends the program where one cannot be read."""
    wrong = refusal(paths)
    if wrong is not None:
        _refuse(wrong)
    found: list[tuple[str, str]] = []
    try:
        for path in paths:
            if str(path) == "-":
                found.append(("stdin", text_of_bytes(sys.stdin.buffer.read(), ".txt", "entrée standard")))
                continue
            found += [(file.stem, text_of_file(file)) for file in report_files(path)]
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    cases: list[Case] = []
    names: dict[str, str] = {}
    for name, text in found:
        own, number = name, 2
        while own in names and names[own] != text:
            own, number = f"{name} ({number})", number + 1
        if own not in names:
            names[own] = text
            cases.append(read(text, own))
    return cases


def _refuse(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def schema_command(
    of: Annotated[
        SchemaOf, typer.Option("--of", help="facts : les faits ; history : le dossier ; findings : les incohérences.")
    ] = SchemaOf.facts,
) -> None:
    """Le schéma JSON d'une sortie. / The JSON Schema of an output."""
    schemas: dict[SchemaOf, Any] = {
        SchemaOf.facts: facts_schema,
        SchemaOf.history: history_schema,
        SchemaOf.findings: findings_schema,
    }
    typer.echo(json.dumps(schemas[of](), ensure_ascii=False, indent=1))


def evaluate_histories(folder: Path, errors: bool) -> None:
    """Measure histories against the gold ones, `ID.json` of a folder; the reports stand in it or beside it."""
    from anamnese import evaluate_history as measure
    from anamnese.history.build import history

    beside = [folder, *sorted(other for other in folder.resolve().parent.iterdir() if other.is_dir())]

    def record(id: str) -> History | None:
        paths = measure.reports_of(id, beside)
        return history([read(text_of_file(path), path.stem) for path in paths]) if paths else None

    try:
        result = measure.evaluate_histories(folder, record)
    except (OSError, ValueError, KeyError, TypeError, InputError) as error:
        typer.echo(f"{folder} : dossiers de référence illisibles ({type(error).__name__} : {error})", err=True)
        raise typer.Exit(1) from error
    if not result.parts["tumours"].gold:
        _refuse(f"{folder} : pas de dossier de référence ID.json avec ses comptes rendus")
    typer.echo(f"{'part':22}{'gold':>6}{'pred':>6}{'ok':>6}{'P':>8}{'R':>8}{'F1':>8}")
    for part, count in result.parts.items():
        typer.echo(
            f"{part:22}{count.gold:6}{count.predicted:6}{count.correct:6}"
            f"{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}"
        )
    for name, count in sorted(result.attributes.items()):
        typer.echo(f"  course.{name:21}{count.gold:5}{count.recall:8.3f}")
    typer.echo(
        f"\nepisodes and courses right {result.episodes_and_courses():.3f}  dated events in order {result.order():.3f}"
    )
    if errors:
        for fault in result.faults:
            typer.echo(f"{fault.part}\t{fault.case}\t{fault.what}\t{json.dumps(fault.gold, ensure_ascii=False)}")
