"""`anamnese read`: the facts of one or many reports, as a sheet, as JSON, or in the fact format."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from anamnese.case import Case
from anamnese.engine import read
from anamnese.inputs import Input, inputs, refusal, report_files, unwritable, write_whole


class Format(StrEnum):
    """The forms in which `read` gives a case."""

    text = "text"
    json = "json"
    facts = "facts"


def read_command(
    path: Annotated[
        Path, typer.Argument(help="Un fichier, un dossier, ou - pour l'entrée standard.", show_default=False)
    ],
    format: Annotated[
        Format | None, typer.Option(help="text : fiche lisible ; json : texte et faits ; facts : faits seuls.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Fichier de sortie ; dossier si l'entrée est un dossier.")] = None,
    english: Annotated[bool, typer.Option("--english", help="Fiche en anglais / sheet in English.")] = False,
) -> None:
    """Lit un ou plusieurs comptes rendus. / Reads one or several reports."""
    many = path.is_dir()
    if format is None:
        format = Format.text if sys.stdout.isatty() and out is None else Format.json
    wrong = refusal([path])
    if wrong is None and many and out is None and format is not Format.text:
        wrong = "Pour un dossier, donnez le dossier de sortie : --out DOSSIER"
    if wrong is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(2)
    suffix = ".txt" if format is Format.text else ".json"
    failed = False
    try:
        if out is not None and many:
            out.mkdir(parents=True, exist_ok=True)
        for name, text, messages in _progress(path, many and out is not None):
            for message in messages:
                typer.echo(message, err=True)
            if text is None:
                failed = True
                continue
            content = _content(read(text, name), format, english, out is None and sys.stdout.isatty())
            if out is None:
                typer.echo(content, nl=False)
            else:
                write_whole(out / (name + suffix) if many else out, content)
    except OSError as error:
        typer.echo(unwritable(out, error), err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(1 if failed else 0)


def _content(case: Case, format: Format, english: bool, color: bool) -> str:
    if format is Format.text:
        from anamnese.sheet import render

        return render(case, "en" if english else "fr", color=color)
    data: dict[str, Any] = case.to_json()
    if format is Format.json:
        data = {"id": data["id"], "text": case.report.text, "facts": data["facts"]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _progress(path: Path, shown: bool) -> Iterator[Input]:
    """The inputs, with a bar on a terminal."""
    if not shown or not sys.stderr.isatty():
        yield from inputs([path])
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(inputs([path]), description="Lecture", total=len(report_files(path)), console=console)
