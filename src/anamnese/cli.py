"""The command line. Exit codes: 0 done, 1 some inputs failed, 2 wrong usage."""

from __future__ import annotations

from typing import Annotated

import typer

from anamnese import __version__
from anamnese.commands_check import check
from anamnese.commands_evaluate import evaluate_command
from anamnese.commands_export import export
from anamnese.commands_history import history_command, schema_command
from anamnese.commands_read import read_command
from anamnese.commands_serve import serve
from anamnese.commands_user import user_app

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Lit des comptes rendus d'oncologie en français : des faits, chacun relié aux mots qui le prouvent.",
    pretty_exceptions_enable=False,
)


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


app.command("read")(read_command)
app.command("history")(history_command)
app.command("check")(check)
app.command("export")(export)
app.command("evaluate")(evaluate_command)
app.command("schema")(schema_command)
app.command("serve")(serve)
app.add_typer(user_app, name="user")


def main() -> None:
    """The entry point of the `anamnese` command."""
    app()


if __name__ == "__main__":
    main()
