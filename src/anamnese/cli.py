"""The command line: `anamnese read`, `evaluate`, `schema`. Exit codes: 0 done, 1 some inputs failed, 2 wrong usage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from anamnese import __version__
from anamnese.case import Case
from anamnese.commands_check import check
from anamnese.commands_export import export
from anamnese.commands_history import evaluate_histories, history_command, schema_command
from anamnese.engine import read
from anamnese.reading.files import SUFFIXES, InputError, text_of_bytes, text_of_file, warnings_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Lit des comptes rendus d'oncologie en français : des faits, chacun relié aux mots qui le prouvent.",
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """The forms in which `read` gives a case."""

    text = "text"
    json = "json"
    facts = "facts"


def _fail(message: str) -> None:
    typer.echo(message, err=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anamnese {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Affiche la version.")
    ] = False,
) -> None:
    del version


def _inputs(path: Path) -> list[Path]:
    """The files to read: `path` itself, or the readable files of a directory and below it."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES)


def _texts(path: Path) -> Iterator[tuple[str, str | None, str]]:
    """Each input as (name, text or None where it failed, message)."""
    if str(path) == "-":
        try:
            yield "stdin", text_of_bytes(sys.stdin.buffer.read(), ".txt", "entrée standard"), ""
        except InputError as error:
            yield "stdin", None, str(error)
        return
    for file in _inputs(path):
        try:
            yield file.stem, text_of_file(file), ""
        except InputError as error:
            yield file.stem, None, str(error)


def _as_json(case: Case) -> dict[str, Any]:
    return {"id": case.report.id, "text": case.report.text, "facts": [fact.to_json() for fact in case.facts]}


def _write(path: Path, content: str) -> None:
    """Write a whole file or nothing: beside its final name first."""
    part = path.with_name(path.name + ".part")
    part.write_text(content, encoding="utf-8")
    part.replace(path)


@app.command("read")
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
    if not many and str(path) != "-" and not path.exists():
        _fail(f"{path} : fichier introuvable ; vérifiez le chemin")
        raise typer.Exit(2)
    if format is None:
        format = Format.text if sys.stdout.isatty() and out is None else Format.json
    if many and out is None and format is not Format.text:
        _fail("Pour un dossier, donnez le dossier de sortie : --out DOSSIER")
        raise typer.Exit(2)
    if many and not _inputs(path):
        _fail(f"{path} : aucun fichier lisible ({', '.join(SUFFIXES)}) dans ce dossier")
        raise typer.Exit(2)
    suffix = ".txt" if format is Format.text else ".json"
    failed = 0
    try:
        if out is not None and many:
            out.mkdir(parents=True, exist_ok=True)
        for name, text, message in _progress(path, many and out is not None):
            if text is None:
                _fail(message)
                failed += 1
                continue
            for warning in warnings_of(text, name):
                _fail(warning)
            case = read(text, name)
            if format is Format.text:
                from anamnese.sheet import render

                content = render(case, "en" if english else "fr", color=out is None and sys.stdout.isatty())
            else:
                data = case.to_json() if format is Format.facts else _as_json(case)
                content = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
            if out is None:
                typer.echo(content, nl=False)
            else:
                _write(out / (name + suffix) if many else out, content)
    except OSError as error:
        _fail(f"{out} : écriture impossible ({error.strerror}) ; vérifiez le dossier et la place libre")
        raise typer.Exit(1) from error
    raise typer.Exit(1 if failed else 0)


def _progress(path: Path, shown: bool) -> Iterator[tuple[str, str | None, str]]:
    if not shown or not sys.stderr.isatty():
        yield from _texts(path)
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(_texts(path), description="Lecture", total=len(_inputs(path)), console=Console(stderr=True))


@app.command()
def evaluate(
    gold_dir: Annotated[
        Path,
        typer.Argument(
            help="Dossier de comptes rendus ID.txt avec leur référence : faits ID.json, ou annotations brat ID.ann.",
            show_default=False,
        ),
    ],
    errors: Annotated[str | None, typer.Option(help="Liste les erreurs de ce type de fait (all : tous).")] = None,
    histories: Annotated[
        bool, typer.Option("--histories", help="Le dossier tient des dossiers de patients de référence.")
    ] = False,
) -> None:
    """Mesure la lecture sur des faits de référence. / Measures the reading against gold facts."""
    if histories:
        evaluate_histories(gold_dir, errors is not None)
        return
    from anamnese import evaluate as measure
    from anamnese.evaluate_mentions import pairs

    if gold_dir.is_dir() and pairs(gold_dir):
        _evaluate_mentions(gold_dir, errors in ("mention", "all"))
        return
    if not gold_dir.is_dir() or not any(path.with_suffix(".txt").exists() for path in gold_dir.glob("*.json")):
        _fail(f"{gold_dir} : ni paires ID.txt et ID.json, ni paires ID.txt et ID.ann (brat) dans ce dossier")
        raise typer.Exit(2)
    try:
        result = measure.evaluate(gold_dir, lambda text, name: [fact.to_json() for fact in read(text, name).facts])
    except (OSError, ValueError, KeyError) as error:
        _fail(f"{gold_dir} : faits de référence illisibles ({type(error).__name__} : {error})")
        raise typer.Exit(1) from error
    typer.echo(f"{'type':22}{'gold':>6}{'pred':>6}{'ok':>6}{'P':>8}{'R':>8}{'F1':>8}")
    for kind, count in sorted(result.types.items()):
        if count.gold or count.predicted:
            typer.echo(
                f"{kind:22}{count.gold:6}{count.predicted:6}{count.correct:6}{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}"
            )
    typer.echo()
    for kind, count in sorted(result.attributes.items()):
        typer.echo(f"  {kind:28}{count.gold:5}{count.recall:8.3f}")
    micro = result.micro()
    typer.echo(
        f"\nmicro F1 {micro.f1:.3f}  macro F1 {result.macro_f1():.3f}  "
        f"precision {micro.precision:.3f}  recall {micro.recall:.3f}  "
        f"attributes {result.attribute_accuracy():.3f}  ungrounded {result.ungrounded}"
    )
    for miss in result.misses:
        if errors in (miss.type, "all"):
            shown = " ".join(
                f"{key}={value!r}" for key, value in miss.fact.items() if key not in ("type", "start", "end")
            )
            typer.echo(f"{miss.type}\t{miss.case}\t{miss.what}\t{shown}")


def _evaluate_mentions(folder: Path, errors: bool) -> None:
    """Measure the mentions of neoplasms against brat annotations, as the CANTEMIST shared task does."""
    from anamnese.evaluate_mentions import evaluate_mentions

    try:
        scores = evaluate_mentions(folder, lambda text, name: read(text, name).facts)
    except (OSError, ValueError) as error:
        _fail(f"{folder} : annotations illisibles ({error})")
        raise typer.Exit(1) from error
    typer.echo(scores.table())
    if errors:
        for case, what, mention in scores.misses:
            typer.echo(f"mention\t{case}\t{what}\t{mention.start}-{mention.end}\t{mention.code}")


app.command("history")(history_command)


app.command("schema")(schema_command)


app.command("check")(check)


app.command()(export)


def main() -> None:
    """The entry point of the `anamnese` command."""
    app()


if __name__ == "__main__":
    main()
