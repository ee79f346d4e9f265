"""OMOP CDM v5.4 with the conventions of the Oncology extension: a database of SQLite, DuckDB or PostgreSQL, or Parquet.

`patient` makes a patient's rows (`courses` of the treatments, `notes` of the reports and their facts), `codes` and
`concepts` find their concepts, `database` gives them keys and writes them, `places` knows where to. The tables are
those of `omop-cdm`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from anamnese.exports import ExportError, Subject, Target
from anamnese.exports.omop.concepts import Concepts
from anamnese.exports.omop.database import write_all
from anamnese.exports.omop.places import Place, place_of, write_to

_FULL = ("disk is full", "no space left", "could not extend file", "disk full")


def write(subjects: Iterable[Subject], target: Target) -> None:
    """Write all patients into the database, file or folder `target.out`, one transaction each."""
    place = place_of(target.out)
    concepts = Concepts(Path(target.vocabulary) if target.vocabulary else None)
    try:
        write_to(place, lambda engine: write_all(engine, iter(subjects), concepts))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("anamnese"):
            raise
        raise ExportError(
            f"{place.shown} demande le module {error.name} ; installez-le : pip install 'anamnese[omop]'", usage=True
        ) from error
    except NoSuchModuleError as error:
        raise ExportError(
            f"{place.shown} demande duckdb-engine ; installez-le : pip install 'anamnese[omop]'", usage=True
        ) from error
    except SQLAlchemyError as error:
        raise ExportError(_why(error, place)) from error


def _why(error: SQLAlchemyError, place: Place) -> str:
    """One line for a person. Of the driver's words none is shown: they quote the rows."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    if any(words in said for words in _FULL):
        return f"{place.shown} : disque plein ; libérez de la place et relancez"
    if place.kind != "postgresql":
        return f"{place.shown} : écriture impossible ; vérifiez le dossier et la place libre"
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or "terminat" in said or "closed" in said:
        return f"{place.shown} : connexion perdue ; les patients déjà écrits le sont en entier, relancez"
    if "connection" in said or "authentication" in said or "does not exist" in said or "resolve" in said:
        return f"{place.shown} : base injoignable ou accès refusé ; vérifiez l'adresse, le compte et le serveur"
    if "permission denied" in said or "read-only" in said:
        return f"{place.shown} : écriture refusée ; vérifiez les droits du compte sur le schéma"
    return f"{place.shown} : écriture refusée par la base ; vérifiez que ses tables sont celles du CDM 5.4"
