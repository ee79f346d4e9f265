"""`anamnese serve`: the workbench in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from anamnese.store import Store

PORT = 8421
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="Base : un fichier SQLite, ou postgresql+psycopg://… ; par défaut dans votre dossier de données.",
        show_default=False,
    ),
]


def serve(
    host: Annotated[
        str, typer.Option(help="Adresse d'écoute ; hors de cette machine, des comptes sont exigés.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port ; 0 : un port libre.", min=0, max=65535)] = PORT,
    db: Database = None,
    name: Annotated[
        list[str] | None, typer.Option(help="Autre nom sous lequel cette machine est appelée.", show_default=False)
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Certificat TLS (PEM), avec sa clé ou --key.", show_default=False)
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Clé du certificat (PEM).", show_default=False)] = None,
    samples: Annotated[bool, typer.Option("--samples", help="Charge les cas d'exemple, fictifs.")] = False,
    browser: Annotated[bool, typer.Option("--open/--no-browser", help="Ouvre le navigateur, ou non.")] = True,
    english: Annotated[bool, typer.Option("--english", help="Pages en anglais / pages in English.")] = False,
) -> None:
    """Ouvre le poste de travail dans le navigateur. / Opens the workbench in the browser."""
    if key is not None and certificate is None:
        refuse("--key ne sert qu'avec --certificate ; donnez les deux")
    for file in filter(None, (certificate, key)):
        if not file.is_file():
            refuse(f"{file} : fichier introuvable ; vérifiez le chemin")
    try:
        from anamnese.store.accounts import accounts
        from anamnese.web import serving
    except ModuleNotFoundError as error:
        refuse_without(error)
    store, shown = opened(db)
    anyone = any(account.active for account in accounts(store))
    if not anyone and not serving.is_loopback(host):
        refuse(f"--host {host} est joignable d'autres machines : créez d'abord un compte (anamnese user add NOM)")
    try:
        listening = serving.listen(host, port)
    except OSError as error:
        refuse(f"--host {host} --port {port} : écoute impossible ({error.strerror}) ; choisissez-en d'autres")
    if samples:
        serving.load_samples(store)
    typer.echo(f"Base : {shown}")
    if certificate is None and not serving.is_loopback(host):
        typer.echo("Attention : sans --certificate, mots de passe et dossiers passent en clair.", err=True)
    settings = serving.settings_for(host, listening, name or (), with_token=not anyone, english=english)
    serving.run(store, settings, listening, certificate, key, browser)


def opened(db: str | None) -> tuple[Store, str]:
    """The store that a command is given, and how it is shown; ends the program where it cannot be opened."""
    try:
        from anamnese.store import StoreError, open_store
        from anamnese.web.places import place_of
    except ModuleNotFoundError as error:
        refuse_without(error)
    os.umask(0o077)  # what is written from here on is nobody else's to read
    try:
        place = place_of(db)
        return open_store(place.url, _tell_progress), place.shown
    except OSError as error:
        refuse(f"{error.filename or db} : dossier inaccessible ({error.strerror}) ; donnez un autre --db")
    except StoreError as error:
        refuse(str(error))


def refuse_without(error: ModuleNotFoundError) -> NoReturn:
    """The workbench needs libraries that reading does not."""
    if (error.name or "").startswith("anamnese"):
        raise error
    refuse(f"le poste de travail demande le module {error.name} ; installez-le : pip install 'anamnese[web]'")


def _tell_progress(done: int, total: int) -> None:
    """Another version of the program wrote the store: its lists are made anew, once."""
    typer.echo(f"\rMise à jour de la base : {done} dossiers sur {total}", err=True, nl=done >= total)


def refuse(message: str) -> NoReturn:
    """End with one line of what is wrong and what to do."""
    typer.echo(message, err=True)
    raise typer.Exit(2)
