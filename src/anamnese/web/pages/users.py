"""The accounts: who may do what, passwords, tokens for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from anamnese.store import Store
from anamnese.store.accounts import (
    PASSWORD_LENGTH,
    ROLES,
    AccountError,
    Role,
    accounts,
    add_account,
    add_token,
    revoke_token,
    set_active,
    set_password,
    set_role,
)
from anamnese.store.cases import LARGEST
from anamnese.web.rendering import known, render, say
from anamnese.web.requests import Administrator, LanguageOf, StoreOf

router = APIRouter(prefix="/users")

Name = Annotated[str, Form(max_length=100)]
Password = Annotated[str, Form(max_length=1000)]


def _page(request: Request, store: Store, status_code: int = 200, **more: object) -> Response:
    shown = {"problem": None, "secret": None, "secret_of": "", "done": "", "given": ""} | more
    return render(
        request,
        "users/users.html",
        status_code,
        room="users",
        accounts=accounts(store),
        roles=ROLES,
        shortest=PASSWORD_LENGTH,
        **shown,
    )


@router.get("")
def show(request: Request, store: StoreOf, person: Administrator, done: str = "") -> Response:
    """All accounts."""
    language = request.state.language
    told = say(f"users.done.{done}", language) if known(f"users.done.{done}") else ""
    return _page(request, store, flashes=[{"kind": "ok", "text": told}] if told else [])


def _try(request: Request, store: Store, done: str, act: Callable[[], object], given: str = "") -> Response:
    """Do something, and go back to the page; what stands in the way is told there."""
    try:
        act()
    except AccountError as error:
        problem = say(f"users.{error.code}", request.state.language, name=given, length=PASSWORD_LENGTH)
        return _page(request, store, 422, problem=problem, given=given)
    return RedirectResponse(f"/users?done={done}", 303)


@router.post("")
def add(
    request: Request,
    store: StoreOf,
    person: Administrator,
    name: Name,
    password: Password,
    role: Annotated[Role, Form()],
) -> Response:
    """A new account."""
    return _try(request, store, "added", lambda: add_account(store, name, password, role), name)


@router.post("/role")
def role(
    request: Request, store: StoreOf, person: Administrator, name: Name, role: Annotated[Role, Form()]
) -> Response:
    """Another role."""
    return _try(request, store, "role", lambda: set_role(store, name, role), name)


@router.post("/password")
def password(request: Request, store: StoreOf, person: Administrator, name: Name, password: Password) -> Response:
    """Another password; the account's sessions end."""
    return _try(request, store, "password", lambda: set_password(store, name, password), name)


@router.post("/active")
def active(
    request: Request, store: StoreOf, person: Administrator, name: Name, active: Annotated[bool, Form()]
) -> Response:
    """Disable or enable."""
    return _try(request, store, "enabled" if active else "disabled", lambda: set_active(store, name, active), name)


@router.post("/tokens")
def token(
    request: Request,
    store: StoreOf,
    person: Administrator,
    language: LanguageOf,
    name: Name,
    label: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """A token for a program; its secret is shown on the page that answers, and never again."""
    try:
        secret = add_token(store, name, label)
    except AccountError as error:
        return _page(request, store, 422, problem=say(f"users.{error.code}", language, name=name), given="")
    return _page(request, store, secret=secret, secret_of=name)


@router.post("/tokens/revoke")
def revoke(
    request: Request, store: StoreOf, person: Administrator, id: Annotated[int, Form(ge=1, lt=LARGEST)]
) -> Response:
    """End a token."""
    return _try(request, store, "revoked", lambda: revoke_token(store, id))
