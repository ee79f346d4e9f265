"""`anamnese user`: the accounts of the workbench. A password comes from a prompt or from standard input, never from the
command line, which other people of the machine can read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from anamnese.commands_serve import Database, opened, refuse, refuse_without

if TYPE_CHECKING:
    from anamnese.store import Store

user_app = typer.Typer(no_args_is_help=True, help="Les comptes du poste de travail. / The workbench's accounts.")

Name = Annotated[str, typer.Argument(help="Le nom du compte.", show_default=False)]


class RoleName(StrEnum):
    """What an account may do."""

    reader = "reader"
    reviewer = "reviewer"
    administrator = "administrator"


@user_app.command("add")
def add(
    name: Name,
    role: Annotated[
        RoleName,
        typer.Option(help="reader : voit et exporte ; reviewer : importe et décide ; administrator : tout."),
    ] = RoleName.reviewer,
    db: Database = None,
) -> None:
    """Crée un compte ; le mot de passe est demandé, ou lu sur l'entrée standard. / Creates an account."""
    with _accounts(db) as store:
        from anamnese.store.accounts import add_account

        add_account(store, name, _password(), role.value)
    typer.echo(f"{name} : compte créé ({role.value})")


@user_app.command("list")
def list_(db: Database = None) -> None:
    """Montre les comptes. / Lists the accounts."""
    with _accounts(db) as store:
        from anamnese.store.accounts import accounts

        for account in accounts(store):
            last = f"{account.last_login_at.astimezone():%Y-%m-%d %H:%M}" if account.last_login_at else "-"
            state = "actif" if account.active else "désactivé"
            typer.echo(f"{account.name}\t{account.role}\t{state}\t{last}\t{len(account.tokens)}")


@user_app.command("password")
def password(name: Name, db: Database = None) -> None:
    """Change le mot de passe ; les sessions du compte prennent fin. / Changes the password."""
    with _accounts(db) as store:
        from anamnese.store.accounts import set_password

        set_password(store, name, _password())
    typer.echo(f"{name} : mot de passe changé")


@user_app.command("disable")
def disable(name: Name, db: Database = None) -> None:
    """Désactive un compte : ses sessions et ses jetons prennent fin. / Disables an account."""
    _set_active(name, db, False)


@user_app.command("enable")
def enable(name: Name, db: Database = None) -> None:
    """Réactive un compte. / Enables an account again."""
    _set_active(name, db, True)


@user_app.command("token")
def token(
    name: Name,
    label: Annotated[str, typer.Option(help="À quoi sert le jeton.")] = "",
    db: Database = None,
) -> None:
    """Donne un jeton d'API (Authorization: Bearer …) ; il n'est montré qu'une fois. / Gives an API token."""
    with _accounts(db) as store:
        from anamnese.store.accounts import add_token

        typer.echo(add_token(store, name, label))


def _set_active(name: str, db: str | None, active: bool) -> None:
    with _accounts(db) as store:
        from anamnese.store.accounts import set_active

        set_active(store, name, active)
    typer.echo(f"{name} : compte {'réactivé' if active else 'désactivé'}")


@contextmanager
def _accounts(db: str | None) -> Iterator[Store]:
    """The store; what cannot be done with its accounts ends the program with one line."""
    try:
        from anamnese.store.accounts import AccountError
    except ModuleNotFoundError as error:
        refuse_without(error)
    store, _ = opened(db)
    try:
        yield store
    except AccountError as error:
        refuse(str(error))


def _password() -> str:
    if sys.stdin.isatty():
        given: str = typer.prompt("Mot de passe", hide_input=True, confirmation_prompt="Encore une fois")
        return given
    return sys.stdin.readline().rstrip("\r\n")
