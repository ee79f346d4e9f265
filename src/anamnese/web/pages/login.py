"""Sign in, sign out, choose the language."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from anamnese.store.accounts import Throttled, log_in
from anamnese.store.sessions import close_session, open_session
from anamnese.web.identity import Identity
from anamnese.web.rendering import LANGUAGE_COOKIE, LANGUAGES, render, say
from anamnese.web.requests import LanguageOf, Reader, SettingsOf, StoreOf

router = APIRouter()
_YEAR = 365 * 24 * 3600


@router.get("/login")
def show(request: Request, settings: SettingsOf, next: str = "/cases") -> Response:
    """The login page; who is signed in goes on."""
    if request.state.person is not None:
        return RedirectResponse(within(next), 303)
    return render(request, "login.html", next=within(next), by_link=settings.token is not None, problem=None, name="")


@router.post("/login")
def sign_in(
    request: Request,
    store: StoreOf,
    settings: SettingsOf,
    language: LanguageOf,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "/cases",
) -> Response:
    """Begin a session. What was wrong, the name or the password, is not told."""
    address = request.client.host if request.client else ""
    status, problem = 401, say("login.wrong", language)
    try:
        account = log_in(store, name, password, address)
    except Throttled as brake:
        account = None
        status, problem = 429, say("login.throttled", language, minutes=-(-brake.seconds // 60))
    if account is None:
        more = {"next": within(next), "by_link": settings.token is not None, "problem": problem, "name": name}
        return render(request, "login.html", status, **more)
    if request.state.person is not None and request.state.person.session is not None:
        close_session(store, request.state.person.session)
    response = RedirectResponse(within(next), 303)
    Identity(store, settings).keep(request, response, open_session(store, account.id, settings.session_hours))
    return response


@router.post("/logout")
def sign_out(store: StoreOf, settings: SettingsOf, person: Reader) -> Response:
    """End the session."""
    if person.session is not None:
        close_session(store, person.session)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(settings.cookie, httponly=True, samesite="lax", path="/")
    return response


@router.post("/language")
def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=2)],
    next: Annotated[str, Form(max_length=2000)] = "/cases",
) -> Response:
    """Choose the language, and go back to the page."""
    response = RedirectResponse(within(next), 303)
    if language in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(LANGUAGE_COOKIE, language, _YEAR, httponly=True, samesite="lax", secure=secure)
    return response


def within(address: str) -> str:
    """An address of ours to go to; the list for any other."""
    told = urlsplit(address)
    ours = not told.scheme and not told.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() and "\\" not in address else "/cases"
