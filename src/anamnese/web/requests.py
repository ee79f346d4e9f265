"""What routers ask of a request: `Annotated[Store, Depends(store)]` and the like, under short names.

The gate (`security`) has already refused who may not call a path; a route that needs more than its path tells says so
with `Administrator`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from anamnese.labels import Language
from anamnese.store import Query as Selection
from anamnese.store import Store
from anamnese.web.persons import Person
from anamnese.web.settings import Settings


def store(request: Request) -> Store:
    """The store of the application."""
    found: Store = request.app.state.store
    return found


def settings(request: Request) -> Settings:
    """The settings of the application."""
    found: Settings = request.app.state.settings
    return found


def language(request: Request) -> Language:
    """The language that the person reads."""
    chosen: Language = request.state.language
    return chosen


def current_user(request: Request) -> Person:
    """Who asks."""
    person: Person | None = request.state.person
    if person is None:
        raise HTTPException(401, "signed_out")
    return person


def reviewer(person: Annotated[Person, Depends(current_user)]) -> Person:
    """Who asks, a reviewer at least."""
    if not person.may("reviewer"):
        raise HTTPException(403, "role")
    return person


def administrator(person: Annotated[Person, Depends(current_user)]) -> Person:
    """Who asks, an administrator."""
    if not person.may("administrator"):
        raise HTTPException(403, "role")
    return person


def selection(request: Request) -> Selection:
    """The cases that the address selects: the same parameters in the list, the cohort, the export and the API."""
    return Selection.from_params(request.query_params)


StoreOf = Annotated[Store, Depends(store)]
SettingsOf = Annotated[Settings, Depends(settings)]
LanguageOf = Annotated[Language, Depends(language)]
Reader = Annotated[Person, Depends(current_user)]
Reviewer = Annotated[Person, Depends(reviewer)]
Administrator = Annotated[Person, Depends(administrator)]
SelectionOf = Annotated[Selection, Depends(selection)]
