"""`anamnese evaluate`: how well reports are read, against gold facts, gold histories or brat annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anamnese.engine import read


def evaluate_command(
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
        from anamnese.commands_history import evaluate_histories

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
                f"{kind:22}{count.gold:6}{count.predicted:6}{count.correct:6}"
                f"{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}"
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


def _fail(message: str) -> None:
    typer.echo(message, err=True)
