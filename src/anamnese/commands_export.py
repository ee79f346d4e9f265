"""`anamnese export`: the record of one or many patients in a standard of hospitals and registries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anamnese.exports import WRITERS, ExportError, Target, writer
from anamnese.inputs import refusal, report_files, unwritable


def export(
    path: Annotated[Path, typer.Argument(help="Un compte rendu, ou un dossier.", show_default=False)],
    to: Annotated[str, typer.Option(help=f"Le standard : {', '.join(WRITERS)}.", show_default=False)],
    out: Annotated[
        str,
        typer.Option(
            help="Fichier de sortie ; pour plusieurs patients un dossier (fhir : aussi .ndjson ; omop : une base).",
            show_default=False,
        ),
    ],
    one_patient: Annotated[
        bool, typer.Option("--one-patient", help="Tous les comptes rendus sont du même patient.")
    ] = False,
    patient_by_folder: Annotated[
        bool, typer.Option("--patient-by-folder", help="Les comptes rendus d'un dossier sont d'un même patient.")
    ] = False,
    english: Annotated[
        bool, typer.Option("--english", help="Tables et étiquettes en anglais / headings in English.")
    ] = False,
    vocabulary: Annotated[
        Path | None,
        typer.Option("--vocabulary", help="Pour omop : dossier de vocabulaires d'Athena.", show_default=False),
    ] = None,
) -> None:
    """Écrit le dossier dans un standard. / Writes the record in a standard."""
    if to not in WRITERS:
        _refuse(f"--to {to} : standard inconnu ; donnez l'un de {', '.join(WRITERS)}")
    if reason := refusal([path]):
        _refuse(reason)
    if one_patient and patient_by_folder:
        _refuse("--one-patient et --patient-by-folder s'excluent ; choisissez l'un des deux")
    from anamnese.exports.subjects import Grouping, subjects  # the record is loaded for this command only

    if vocabulary is not None and to != "omop":
        _refuse("--vocabulary ne sert qu'à --to omop ; retirez l'un ou l'autre")
    files = report_files(path)
    grouping: Grouping = "all" if one_patient else "folder" if patient_by_folder else "report"
    failed = 0

    def tell(message: str, unread: bool) -> None:
        nonlocal failed
        failed += unread
        typer.echo(message, err=True)

    try:
        write = writer(to)
        target = Target(out, many=path.is_dir() and not one_patient, english=english)
        if vocabulary is not None:
            target = target._replace(vocabulary=str(vocabulary))
        write(subjects(path, files, grouping, tell), target)
    except ExportError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if error.usage else 1) from error
    except OSError as error:
        typer.echo(unwritable(out, error), err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(1 if failed else 0)


def _refuse(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(2)
