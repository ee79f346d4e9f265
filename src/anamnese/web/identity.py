"""From a request to the person it comes from: a session's cookie, a program's token, or the start-up token."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from anamnese.store.accounts import Role, by_token
from anamnese.store.sessions import find_session, open_session
from anamnese.web.persons import Person
from anamnese.web.settings import Settings

if TYPE_CHECKING:
    from anamnese.store import Store


class Identity:
    """What tells who asks."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._once = {settings.once} - {None}

    def person(self, request: Request) -> Person | None:
        """Who a request comes from; None for a stranger. A token that is given and wrong is not made up for by a
        cookie."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._program(secret.strip())
        secret = request.cookies.get(self.settings.cookie, "")
        return self._browser(secret) if secret else None

    def _program(self, secret: str) -> Person | None:
        if self._starts(secret):
            return Person(self.settings.local_name, "administrator")
        account = by_token(self.store, secret)
        return Person(account.name, account.role, account.id) if account is not None else None

    def _browser(self, secret: str) -> Person | None:
        signed = find_session(self.store, secret, self.settings.idle_hours)
        if signed is None:
            return None
        if signed.user_id is not None:
            return Person(signed.name or "", cast(Role, signed.role), signed.user_id, signed.csrf, signed.id)
        if self.settings.token is None:  # begun when no accounts were asked for; now they are
            return None
        return Person(self.settings.local_name, "administrator", None, signed.csrf, signed.id)

    def by_link(self, request: Request) -> Response | None:
        """The answer to the link that is shown at start (`…?token=…`): a session, and the same address without the
        token, which so stays in no history and no bookmark."""
        secret = request.query_params.get("token", "")
        if request.method != "GET" or not (self._starts(secret) or self._used_now(secret)):
            return None
        rest = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
        path = "/" + request.url.path.lstrip("/")  # never //other-host
        response = RedirectResponse(path + (f"?{urlencode(rest)}" if rest else ""), 303)
        if request.state.person is None:
            self.keep(request, response, open_session(self.store, None, self.settings.session_hours))
        return response

    def keep(self, request: Request, response: Response, secret: str) -> None:
        """Give a session's secret to the browser: never to a script, and not with requests that other sites start."""
        response.set_cookie(
            self.settings.cookie, secret, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
        )

    def _used_now(self, secret: str) -> bool:
        """Whether this is the token for one use; it is none from now on."""
        try:
            self._once.remove(secret)
        except KeyError:
            return False
        return self.settings.token is not None

    def _starts(self, secret: str) -> bool:
        token = self.settings.token
        return token is not None and hmac.compare_digest(secret.encode(), token.encode())
