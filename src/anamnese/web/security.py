"""What stands before every route: the name called, who calls, from where, with how much; and the headers of every
answer.

Closed unless said otherwise: a route that nobody thought of asks for a signed-in person, and for a reviewer where it
changes something. The tables below say what is otherwise.
"""

from __future__ import annotations

import hmac
import logging
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anamnese.store.accounts import Role
from anamnese.web.errors import failure
from anamnese.web.identity import Identity
from anamnese.web.persons import Person
from anamnese.web.rendering import language_of
from anamnese.web.settings import Settings

if TYPE_CHECKING:
    from anamnese.store import Store

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""Of every answer. What a route says of its cache stands (static files may be kept, nothing else)."""

STATIC = "/static/"
"""Where files are that ship with the program: anybody may have them."""
OPEN = ("/login", "/language")
"""Other paths that need nobody to be signed in."""
ADMINISTRATION = ("/users", "/api/users", "/erasures", "/api/erasures")
REVIEWING = ("/import", "/api/reports", "/api/uploads")
"""Paths that a reader may not even look at."""
READERS_MAY_SEND = ("/logout", "/language", "/login", "/api/exports")
"""Paths on which a reader may do more than look: what changes no case."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_PATH = 500
"""Characters; no address of ours comes near, and numbers of thousands of digits are not even read."""
UPLOADS = frozenset({"/api/reports", "/api/uploads"})
"""Paths that take files."""

_HOST = re.compile(r"(?P<name>[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)

_access = logging.getLogger("anamnese.access")
_errors = logging.getLogger("anamnese.errors")


def needed(method: str, path: str) -> Role | None:
    """The role that a request needs; None where it needs nobody to be signed in."""
    if _under(path, OPEN):
        return None
    if _under(path, ADMINISTRATION):
        return "administrator"
    if _under(path, REVIEWING):
        return "reviewer"
    if method in SAFE or _under(path, READERS_MAY_SEND):
        return "reader"
    return "reviewer"


def _under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(root + "/") for root in roots)


class TooLarge(HTTPException):
    """A body that is longer than its path takes; an HTTP error so that it comes through whoever reads the body."""

    def __init__(self) -> None:
        super().__init__(413, "too_large")


class Refusal(Exception):  # noqa: N818
    """A request that goes no further. `code` is the word for it in `words/errors.tsv`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Gate:
    """The middleware around the whole application."""

    def __init__(self, app: ASGIApp, store: Store, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.identity = Identity(store, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing that a request holds reaches a log, whatever goes wrong with it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        began = time.perf_counter()
        answer = _Answer(send, scope)
        request = Request(scope, receive)
        request.state.person = None
        request.state.language = language_of(request, self.settings.language)
        try:
            await self._admit(request, receive, answer)
        except Exception as error:
            await self._fail(request, receive, answer, error)
        finally:
            _access.info("%s %s %d %.0f ms", scope["method"], _route(scope), answer.status, _since(began))

    async def _admit(self, request: Request, receive: Receive, answer: _Answer) -> None:
        scope, path, method = request.scope, request.scope["path"], request.method
        self._check_host(request)
        if len(path) > LONGEST_PATH:
            raise Refusal(404, "unknown")
        if path.startswith(STATIC):
            await self.app(scope, receive, answer)
            return
        limit = self.settings.uploads.request_bytes if path in UPLOADS else self.settings.form_bytes
        receive = _bounded(request, receive, limit)
        person = request.state.person = await run_in_threadpool(self.identity.person, request)
        if "token" in request.query_params:
            linked = await run_in_threadpool(self.identity.by_link, request)
            if linked is not None:
                await linked(scope, receive, answer)
                return
        role = needed(method, path)
        if role is not None and person is None:
            if path.startswith("/api/") or method not in SAFE:
                raise Refusal(401, "signed_out")
            there = quote(path + (f"?{request.url.query}" if request.url.query else ""), safe="")
            await RedirectResponse(f"/login?next={there}" if path != "/" else "/login", 303)(scope, receive, answer)
            return
        if method not in SAFE:
            self._check_origin(request)
            if person is not None and person.csrf:
                receive = await self._check_proof(request, person, receive)
        if role is not None and person is not None and not person.may(role):
            raise Refusal(403, "role")
        if method == "HEAD":
            await self._head(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)

    async def _head(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """What GET would answer, without its body (RFC 9110, 9.3.2): routes are written for GET alone."""
        asked = {**scope, "method": "GET"}
        try:
            await self.app(asked, receive, answer)
        finally:
            scope["route"] = asked.get("route")

    def _check_host(self, request: Request) -> None:
        """Only under our own names: a foreign name that resolves to this machine (DNS rebinding) would make its pages
        and ours one origin."""
        called = _HOST.fullmatch(request.headers.get("host", ""))
        if called is None or called["name"].strip("[]").lower() not in self.settings.hosts:
            raise Refusal(400, "host")

    def _check_origin(self, request: Request) -> None:
        """Browsers tell where a request comes from; programs do not. Under our referrer policy browsers call the origin
        of a plain form `null`, as they do that of a sandboxed frame: what they say of the site tells them apart."""
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site")
        if origin is not None and origin != "null":
            host = request.headers.get("host", "")
            if origin not in (f"http://{host}", f"https://{host}"):
                raise Refusal(403, "origin")
        elif (origin is not None and site != "same-origin") or site not in (None, "same-origin", "none"):
            raise Refusal(403, "origin")

    async def _check_proof(self, request: Request, person: Person, receive: Receive) -> Receive:
        """The session's proof (CSRF), in a header or in a field `csrf` of a plain form. The form is read and given
        on."""
        given = request.headers.get("x-csrf-token")
        if given is None and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = await _body(receive)
            given = parse_qs(body.decode("utf-8", "replace")).get("csrf", [""])[0]
            receive = _again(body, receive)
        if not hmac.compare_digest((given or "").encode(), person.csrf.encode()):
            raise Refusal(403, "csrf")
        return receive

    async def _fail(self, request: Request, receive: Receive, answer: _Answer, error: Exception) -> None:
        status, code = 500, "failed"
        if isinstance(error, Refusal):
            status, code = error.status, error.code
        elif isinstance(error, TooLarge):
            status, code = 413, "too_large"
        else:
            _errors.error("%s %s: %s", request.method, _route(request.scope), _where(error))
        if not answer.begun:
            response: Response = failure(request, status, code)
            if status == 413:
                response.headers["connection"] = "close"
            await response(request.scope, receive, answer)
        elif not answer.ended:
            raise _Broken from None  # half an answer is out: the connection is cut, so that nobody takes it for whole


class _Broken(Exception):  # noqa: N818
    """An answer that broke off; its cause is already logged."""


class _Answer:
    """Sends an answer with the headers of every answer, and remembers how far it got."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send, self._bodiless = send, scope["method"] == "HEAD"
        self.begun = self.ended = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body":
            self.ended = not message.get("more_body", False)
            if self._bodiless and not self.ended:
                return
            message = {**message, "body": b""} if self._bodiless else message
        await self._send(message)


def _bounded(request: Request, receive: Receive, limit: int) -> Receive:
    """The body, up to a number of bytes; what declares itself longer is not read at all."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return bounded


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, once more."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _route(scope: Scope) -> str:
    """The pattern of the route that was called, never the address itself: people type names into addresses."""
    if scope["path"].startswith(STATIC):
        return "/static"
    return getattr(scope.get("route"), "path", None) or "(no route)"


def _where(error: BaseException) -> str:
    """The kind of an error and the places in our code that it came through, never its words: they may quote a
    report."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "anamnese" in code.co_filename:
            places.append(f"{code.co_filename.rpartition('anamnese/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-6:]))}"


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
