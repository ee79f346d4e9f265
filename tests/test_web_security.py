"""The gate of the workbench: who may call what, from where; sessions, passwords, headers, errors, logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from anamnese.store import NewReport, Store, open_store
from anamnese.store.accounts import (
    LIMITS,
    WINDOW,
    AccountError,
    Throttled,
    accounts,
    add_account,
    add_token,
    log_in,
    revoke_token,
    set_active,
    set_password,
    set_role,
)
from anamnese.store.models import WebSession
from anamnese.store.sessions import find_session, open_session
from anamnese.web.app import create_app
from anamnese.web.pages.login import within
from anamnese.web.rendering import HERE, words
from anamnese.web.security import HEADERS
from anamnese.web.serving import is_loopback
from anamnese.web.settings import Settings
from web_clients import ADDRESS, PASSWORD, REPORT, TOKEN, TestClient, application, filled, person, program, proof

JSON = {"content-type": "application/json"}
OPEN = {("GET", "/login"), ("POST", "/login"), ("POST", "/language")}
"""The routes that need nobody to be signed in; no other may be open."""
ADMINISTRATORS = {("DELETE", "/api/cases/{case_id}")}
"""What only administrators may do on paths that others use."""
READERS_SEND = {"/login", "/logout", "/language", "/api/exports", "/api/exports/{id}"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for the tests that leave its cases alone."""
    opened = filled(tmp_path_factory.mktemp("store"))
    yield opened
    opened.close()


def _routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the application."""
    found = [
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or ()
        if not route.path.startswith("/static/")
    ]
    assert len(found) > 30
    return found


def _address(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_no_route_is_open_but_those_of_the_login_page(store: Store) -> None:
    client = application(store)
    for method, path in _routes(client.app):
        answer = client.request(method, _address(path))
        if (method, path) in OPEN:
            assert answer.status_code not in (401, 403), (method, path)
        elif method == "GET" and not path.startswith("/api/"):
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/login"), (method, path)
        else:
            assert answer.status_code == 401, (method, path)
            assert "testine" not in answer.text.lower()


def test_a_path_without_a_route_tells_strangers_nothing(store: Store) -> None:
    client = application(store)
    assert client.get("/api/nothing").status_code == 401
    assert client.get("/nothing").headers["location"] == "/login?next=%2Fnothing"
    assert client.get("/static/../login/../cases").status_code in (303, 404)
    assert client.get("/login/../cases").status_code == 303
    assert client.get("/loginx").status_code == 303
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 303


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_roles_on_every_route(own: Store, role: str) -> None:
    client = application(own)
    browser = person(own, client, "someone", role)  # type: ignore[arg-type]
    kept = ["/logout"]  # would end the session
    for method, path in _routes(client.app):
        if path in kept:
            continue
        answer = browser.request(method, _address(path))
        administration = path.startswith(("/users", "/erasures", "/api/erasures")) or (method, path) in ADMINISTRATORS
        reviewing = path.startswith(("/import", "/api/reports", "/api/uploads"))
        changing = method not in ("GET", "HEAD") and path not in READERS_SEND
        forbidden = administration or (role == "reader" and (reviewing or changing))
        assert (answer.status_code == 403) == forbidden, (method, path, answer.status_code)
        assert answer.status_code != 500, (method, path)


@pytest.mark.parametrize(
    "path", ["/cases", "/cases/1", "/api/cases/1", "/", "/nowhere", "/cases/99", "/api/export?to=brat"]
)
def test_head_is_get_without_its_body(store: Store, path: str) -> None:
    client = program(store)
    told, whole = client.head(path), client.get(path)
    assert (told.status_code, told.content) == (whole.status_code, b"")
    ours = ("content-type", "content-security-policy", "location")
    assert [told.headers.get(name) for name in ours] == [whole.headers.get(name) for name in ours]
    assert ("content-length" in told.headers) == ("content-length" in whole.headers)
    assert client.head("/users/role").status_code == 405
    assert application(store).head("/cases").headers["location"].startswith("/login")


# where a request comes from


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8421", "127.0.0.1.evil.example", "", "127.0.0.1:8421@evil.example", "[",
     "127.0.0.1?", "127.0.0.1#", "127.0.0.1/login", "127.0.0.1:8421,evil.example", "127.0.0.1\t"],
)  # fmt: skip
def test_a_foreign_name_is_refused(store: Store, host: str) -> None:
    client = program(store)
    assert client.get("/cases", headers={"host": host}).status_code == 400
    assert client.get("/login", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8421", "localhost:8421", "[::1]:8421", "LOCALHOST"])
def test_the_names_of_this_machine_are_known(store: Store, host: str) -> None:
    assert program(store).get("/help", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": f"{ADDRESS}.evil.example"}, 403),
        ({"origin": f"{ADDRESS}/"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": ADDRESS}, 303),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({}, 303),
    ],
)
def test_another_site_changes_nothing(store: Store, headers: dict[str, str], status: int) -> None:
    for client in (program(store), application(store)):  # signed in or not
        answer = client.post("/language", data={"language": "en"}, headers=headers)
        assert answer.status_code == status
        assert ("set-cookie" in answer.headers) == (status == 303)


def test_a_session_must_prove_that_a_page_of_ours_asks(own: Store) -> None:
    client = application(own)
    browser = person(own, client, "someone", "reviewer")
    token = browser.headers.pop("x-csrf-token")
    assert token
    move = {"version": 0, "action": "comment", "note": "x"}
    assert browser.post("/api/cases/1/decisions", json=move).json()["code"] == "csrf"
    wrong = {"x-csrf-token": token[:-1] + "!"}
    assert browser.post("/api/cases/1/decisions", json=move, headers=wrong).status_code == 403
    other = person(own, client, "another", "reviewer").headers["x-csrf-token"]
    assert browser.post("/api/cases/1/decisions", json=move, headers={"x-csrf-token": other}).status_code == 403
    assert browser.post("/logout", data={"csrf": "no"}).status_code == 403
    assert browser.post("/logout", files={"csrf": token}).status_code == 403  # a header is asked for with files
    assert browser.post("/api/cases/1/decisions", json=move, headers={"x-csrf-token": token}).status_code == 200
    assert browser.post("/logout", data={"csrf": token}).status_code == 303


def test_the_form_is_whole_after_its_proof_was_read(own: Store) -> None:
    client = application(own)
    browser = person(own, client, "chief", "administrator")
    token = browser.headers.pop("x-csrf-token")
    form = {"csrf": token, "name": "nouvelle", "password": PASSWORD, "role": "reader"}
    assert browser.post("/users", data=form).headers["location"] == "/users?done=added"
    assert "nouvelle" in [account.name for account in accounts(own)]


_HEADERS = ["host", "origin", "cookie", "authorization", "sec-fetch-site", "content-type", "content-length", "accept",
            "x-csrf-token", "referer", "transfer-encoding"]  # fmt: skip
_VALUES = ["Bearer", "bearer  ", "anamnese_8421=x", "anamnese_language=de", "-1", "9" * 30, "multipart/form-data"]
_PATHS = ["/", "/cases/1", "/api/cases/1", "/login", "/language", "/api/uploads", "/%00", "/%ff", "//x", "/static/x"]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    name=st.sampled_from(_HEADERS),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40) | st.sampled_from(_VALUES),
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD", "X"]),
    path=st.sampled_from(_PATHS),
)
def test_no_header_breaks_the_gate_or_opens_it(store: Store, name: str, value: str, method: str, path: str) -> None:
    headers = {name: value.encode("latin-1")}
    answer = application(store).request(method, path, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code < 500
    assert "testine" not in answer.text.lower()


# the start-up token


def test_the_link_shown_at_start_signs_in_once_and_leaves_no_token_behind(store: Store) -> None:
    client = application(store)
    answer = client.get(f"/export?ids=1&token={TOKEN}")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/export?ids=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert TOKEN not in cookie
    assert client.get("/cases").status_code == 200
    assert "set-cookie" not in client.get(f"/cases?token={TOKEN}").headers  # signed in already
    assert proof(client)


def test_the_cookie_is_for_encrypted_connections_where_there_is_one(store: Store) -> None:
    client = application(store)
    client.base_url = "https://127.0.0.1:8421"  # type: ignore[assignment]
    assert "Secure" in client.get(f"/?token={TOKEN}").headers["set-cookie"]


@pytest.mark.parametrize("token", ["", "x", TOKEN + "x", TOKEN[:-1], "é"])
def test_a_wrong_token_opens_nothing(store: Store, token: str) -> None:
    client = application(store)
    assert client.get("/cases", params={"token": token}).headers["location"].startswith("/login")
    headers = {"authorization": f"Bearer {token}".encode()}
    assert client.get("/api/me", headers=headers).status_code == 401  # type: ignore[arg-type]


def test_the_token_that_a_browser_is_opened_with_works_once(store: Store) -> None:
    first = application(store, once="once")
    assert first.get("/cases?token=once").headers["location"] == "/cases"
    assert first.get("/cases").status_code == 200
    second = TestClient(first.app, base_url=ADDRESS, follow_redirects=False)
    assert second.get("/cases?token=once").headers["location"].startswith("/login")
    assert second.get("/api/me", headers={"authorization": "Bearer once"}).status_code == 401


def test_no_token_opens_where_accounts_are_asked_for(own: Store) -> None:
    client = application(own, token=None)
    assert client.get("/cases?token=None").headers["location"].startswith("/login")
    assert client.get("/api/me", headers={"authorization": "Bearer None"}).status_code == 401
    assert client.get("/api/me", headers={"authorization": "Bearer "}).status_code == 401
    client.cookies.set("anamnese_8421", open_session(own, None, 12))  # begun when no accounts were asked for
    assert client.get("/api/me").status_code == 401


# accounts and sessions


def test_signing_in_and_out(own: Store) -> None:
    add_account(own, "Marie Durand", PASSWORD, "reviewer")
    client = application(own, token=None)
    wrong = client.post("/login", data={"name": "Marie Durand", "password": "pelouse-verte-18"})
    unknown = client.post("/login", data={"name": "Nobody", "password": "pelouse-verte-18"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("Marie Durand", "Nobody") == unknown.text  # nothing tells whether there is the name
    right = client.post("/login", data={"name": "Marie Durand", "password": PASSWORD, "next": "/export?ids=1"})
    assert right.status_code == 303
    assert right.headers["location"] == "/export?ids=1"
    assert client.get("/api/me").json() == {"name": "Marie Durand", "role": "reviewer"}
    secret = client.cookies["anamnese_8421"]
    assert client.post("/logout", data={"csrf": proof(client)}).status_code == 303
    client.cookies.set("anamnese_8421", secret)  # a copy of the cookie is worth nothing now
    assert client.get("/api/me").status_code == 401


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "", "cases",
     "/\t/evil.example", "/\n//evil", "///evil.example"],
)  # fmt: skip
def test_one_is_sent_nowhere_else_after_the_login(address: str) -> None:
    assert within(address) == "/cases"


def test_one_is_sent_where_one_wanted_to_go() -> None:
    assert within("/cases/3?tab=log&text=pelvis%20gauche") == "/cases/3?tab=log&text=pelvis%20gauche"


def test_guessing_passwords_is_slowed(own: Store) -> None:
    add_account(own, "marie", PASSWORD, "reader")
    client = application(own)
    for _ in range(LIMITS["pair"]):
        assert client.post("/login", data={"name": "marie", "password": "wrong-password"}).status_code == 401
    assert client.post("/login", data={"name": "marie", "password": PASSWORD}).status_code == 429
    start = datetime.now(UTC)
    account = log_in(own, "marie", PASSWORD, "10.0.0.7")  # from elsewhere she can
    assert account is not None and account.name == "marie"
    with pytest.raises(Throttled):
        log_in(own, "marie", PASSWORD, "testclient", start)
    assert log_in(own, "marie", PASSWORD, "testclient", start + WINDOW + timedelta(seconds=5)) is not None


def test_guessing_from_many_addresses_and_of_many_names_is_slowed(own: Store) -> None:
    for number in range(LIMITS["name"]):
        assert log_in(own, "nobody", "wrong-password", f"10.0.0.{number}") is None
    with pytest.raises(Throttled):
        log_in(own, "nobody", "wrong-password", "10.0.1.1")


def test_sessions_end(own: Store) -> None:
    account = add_account(own, "marie", PASSWORD, "reader")
    start = datetime.now(UTC)
    secret = open_session(own, account.id, 12, start)
    assert find_session(own, secret, 4, start + timedelta(hours=3.9)) is not None  # and so is used again
    assert find_session(own, secret, 4, start + timedelta(hours=7)) is not None
    assert find_session(own, secret, 4, start + timedelta(hours=11.1)) is None  # four hours without a request
    assert find_session(own, secret, 24, start + timedelta(hours=11.9)) is not None
    assert find_session(own, secret, 24, start + timedelta(hours=12)) is None
    assert find_session(own, "x", 4, start) is None


def test_people_work_on_either_database(url: str) -> None:
    both = open_store(url)
    try:
        both.add_case("testine", [NewReport("testine", REPORT)], "somebody")
        client = application(both, token=None)
        chief = person(both, client, "chief", "administrator")
        assert chief.post("/users", data={"name": "marie", "password": PASSWORD, "role": "reviewer"}).status_code == 303
        assert chief.post("/users", data={"name": "marie", "password": PASSWORD, "role": "reviewer"}).status_code == 422
        for _ in range(LIMITS["pair"]):
            assert log_in(both, "marie", "wrong-password", "10.0.0.1") is None
        with pytest.raises(Throttled):
            log_in(both, "marie", PASSWORD, "10.0.0.1")
        assert client.post("/login", data={"name": "marie", "password": PASSWORD}).status_code == 303
        client.headers["x-csrf-token"] = proof(client)
        body = {"version": 0, "action": "comment", "note": "vu"}
        assert client.post("/api/cases/1/decisions", json=body).json()["log"][0]["by"] == "marie"
        token = {"authorization": f"Bearer {add_token(both, 'marie', 'registre')}"}
        assert client.get("/api/export?to=brat", headers=token).status_code == 200
        staged = client.post("/api/uploads", files={"file": ("testine-2.txt", REPORT.encode())}).json()
        assert staged["files"][0]["duplicate"] == {"id": 1, "name": "testine"}
        set_active(both, "marie", False)
        assert client.get("/api/me").status_code == client.get("/api/me", headers=token).status_code == 401
    finally:
        both.close()


def test_the_store_keeps_no_secret(own: Store, tmp_path: Path) -> None:
    add_account(own, "marie", PASSWORD, "reader")
    secrets = [PASSWORD, open_session(own, None, 1), add_token(own, "marie", "registre")]
    own.close()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"argon2id" in held
    for secret in secrets:
        assert secret.encode() not in held


@pytest.mark.parametrize("change", ["password", "disable"])
def test_a_changed_password_or_a_disabled_account_ends_sessions_at_once(own: Store, change: str) -> None:
    add_account(own, "chief", PASSWORD, "administrator")
    client = application(own)
    browser = person(own, client, "someone", "reviewer")
    token = add_token(own, "someone", "")
    bearer = {"authorization": f"Bearer {token}"}
    assert browser.get("/api/me").status_code == client.get("/api/me", headers=bearer).status_code == 200
    if change == "password":
        set_password(own, "someone", "autre-mot-de-passe")
    else:
        set_active(own, "someone", False)
        assert client.get("/api/me", headers=bearer).status_code == 401
        assert client.post("/login", data={"name": "someone", "password": PASSWORD}).status_code == 401
    assert browser.get("/api/me").status_code == 401


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/log", "/cases/{}/parts", "/api/cases/{}"])
@pytest.mark.parametrize("digits", [10, 30, 5000])
def test_a_number_of_any_length_is_unknown(store: Store, path: str, digits: int) -> None:
    with program(store) as client:
        assert client.get(path.format("9" * digits)).status_code == 404


def test_a_token_of_any_number_is_none(own: Store) -> None:
    add_account(own, "chief", PASSWORD, "administrator")
    browser = person(own, application(own), "boss", "administrator")
    for id in ("9" * 30, "-1", "99"):
        answer = browser.post("/users/tokens/revoke", data={"id": id, "csrf": proof(browser)})
        assert answer.status_code == 422, id


def test_an_expired_session_is_told_as_such(own: Store) -> None:
    client = application(own)
    browser = person(own, client, "someone", "reviewer")
    with own.writing() as connection:
        connection.execute(update(WebSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert browser.get("/api/me").json()["code"] == "signed_out"
    assert browser.get("/cases/1").headers["location"] == "/login?next=%2Fcases%2F1"


def test_tokens_of_programs(own: Store) -> None:
    add_account(own, "robot", PASSWORD, "reviewer")
    client = application(own, token=None)
    bearer = {"authorization": f"Bearer {add_token(own, 'robot', 'registre')}"}
    assert client.get("/api/me", headers=bearer).json() == {"name": "robot", "role": "reviewer"}
    body = {"version": 0, "action": "comment", "note": "vu"}
    state = client.post("/api/cases/1/decisions", json=body, headers=bearer).json()
    assert state["log"][-1]["by"] == "robot"
    [account] = [each for each in accounts(own) if each.name == "robot"]
    revoke_token(own, account.tokens[0].id)
    assert client.get("/api/me", headers=bearer).status_code == 401
    browser = person(own, client, "someone", "administrator")  # a wrong token is not made up for by a cookie
    assert browser.get("/api/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("marie", "court", "short_password"),
        ("marie", "x" * 201, "short_password"),
        ("marie", "aaaaaaaaaaaaaa", "weak_password"),
        ("marie", "ma-marie-cherie", "weak_password"),
        ("", PASSWORD, "bad_name"),
        ("<b>marie</b>", PASSWORD, "bad_name"),
        ("a\nb", PASSWORD, "bad_name"),
        ("chief", PASSWORD, "taken"),
    ],
)
def test_accounts_that_are_refused(own: Store, name: str, password: str, code: str) -> None:
    add_account(own, "chief", PASSWORD, "administrator")
    with pytest.raises(AccountError) as refused:
        add_account(own, name, password, "reader")
    assert refused.value.code == code
    assert f"users.{code}" in words()


def test_the_last_administrator_stays(own: Store) -> None:
    add_account(own, "chief", PASSWORD, "administrator")
    with pytest.raises(AccountError):
        set_active(own, "chief", False)
    with pytest.raises(AccountError):
        set_role(own, "chief", "reader")
    add_account(own, "deputy", PASSWORD, "administrator")
    set_role(own, "chief", "reader")
    with pytest.raises(AccountError):
        set_active(own, "deputy", False)


def test_the_accounts_page_does_it_all(own: Store) -> None:
    client = application(own)
    chief = person(own, client, "chief", "administrator")
    assert chief.post("/users", data={"name": "a<i>", "password": PASSWORD, "role": "reader"}).status_code == 422
    assert "a&lt;i&gt;" in chief.post("/users", data={"name": "a<i>", "password": PASSWORD, "role": "reader"}).text
    assert chief.post("/users", data={"name": "zoé", "password": PASSWORD, "role": "reader"}).status_code == 303
    assert chief.post("/users/role", data={"name": "zoé", "role": "reviewer"}).status_code == 303
    assert chief.post("/users/active", data={"name": "zoé", "active": "false"}).status_code == 303
    assert chief.post("/users/tokens", data={"name": "zoé", "label": "x"}).status_code == 422  # disabled
    assert chief.post("/users/active", data={"name": "zoé", "active": "true"}).status_code == 303
    assert chief.post("/users/password", data={"name": "zoé", "password": "autre-mot-de-passe"}).status_code == 303
    page = chief.post("/users/tokens", data={"name": "zoé", "label": "registre"}).text
    secret = re.search(r'class="secret"[^>]*>([\w-]{43})<', page)
    assert secret is not None
    assert secret[1] not in chief.get("/users").text
    [zoe] = [each for each in accounts(own) if each.name == "zoé"]
    assert (zoe.role, zoe.active, [token.label for token in zoe.tokens]) == ("reviewer", True, ["registre"])
    assert client.get("/api/me", headers={"authorization": f"Bearer {secret[1]}"}).json()["name"] == "zoé"
    assert chief.post("/users/tokens/revoke", data={"id": zoe.tokens[0].id}).status_code == 303
    assert client.get("/api/me", headers={"authorization": f"Bearer {secret[1]}"}).status_code == 401
    assert chief.post("/users/role", data={"name": "chief", "role": "reader"}).status_code == 422


# answers


def test_every_answer_has_the_headers(own: Store) -> None:
    client = program(own)
    stranger = application(own)
    answers = {
        "page": client.get("/cases"),
        "case": client.get("/cases/1"),
        "api": client.get("/api/cases/1"),
        "missing": client.get("/nothing"),
        "missing case": client.get("/api/cases/999"),
        "login": stranger.get("/login"),
        "redirect": stranger.get("/cases"),
        "refused": client.get("/cases", headers={"host": "evil.example"}),
        "invalid": client.get("/api/terms/drug?limit=x"),
        "export": client.get("/api/export?to=brat"),
    }
    style = re.search(r'href="(/static/[^"]+\.css)"', answers["page"].text)
    assert style is not None
    for what, answer in answers.items():
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (what, name)
        assert "server" not in answer.headers
    static = client.get(style[1])
    assert static.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert static.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert stranger.get(style[1]).status_code == 200
    assert stranger.get(style[1].replace("base.css", "vendor/../base.css")).status_code in (200, 404)
    assert "access-control-allow-origin" not in static.headers


def test_pages_hold_nothing_that_the_policy_forbids() -> None:
    for template in (HERE / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))", text), template
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", text), template
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), template
        assert "|safe" not in text.replace(" ", ""), template


def test_scripts_are_sent_as_scripts(store: Store) -> None:
    client = program(store)
    page = client.get("/import").text
    for path in re.findall(r'src="(/static/[^"]+\.mjs)"', page):
        assert client.get(path).headers["content-type"].startswith("text/javascript")


def test_every_word_of_the_pages_is_there_in_both_languages() -> None:
    for key, both in words().items():
        assert both["fr"] and both["en"], key
        fields = [set(re.findall(r"\{\w+\}", both[language])) for language in ("fr", "en")]
        assert fields[0] == fields[1], key
    for template in (HERE / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        for key in re.findall(r"\bt\(\s*['\"]([\w.]+)['\"]\s*[,)]", text):
            assert key in words(), (template.name, key)
    for script, room in (("imports/imports.mjs", "imports"), ("exports/exports.mjs", "exports")):
        text = (HERE / "static" / script).read_text(encoding="utf-8")
        for key in re.findall(r"\bsay\(\"(\w+)\"", text):
            assert f"{room}.js.{key}" in words(), (script, key)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_that_is_too_large_is_refused_unread(store: Store, streamed: bool) -> None:
    client = program(store, form_bytes=10_000)
    body = b'{"version": 0, "action": "comment", "note": "' + b"x" * 20_000 + b'"}'

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = client.post("/api/cases/1/decisions", content=pieces() if streamed else body, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    form = client.post("/login", content=b"name=" + b"x" * 20_000,
                       headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert form.status_code == 413


def test_what_goes_wrong_tells_no_words_of_a_report(own: Store, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(own, Settings(token=TOKEN))

    @app.get("/api/broken")
    def broken() -> None:
        raise ValueError(REPORT)

    @app.get("/broken")
    def broken_page() -> dict[str, str]:
        return {"x": own.state(1).reports[0].text, "y": object()}  # type: ignore[dict-item]

    client = TestClient(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False)
    client.headers["authorization"] = f"Bearer {TOKEN}"
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get("/api/broken?text=TESTINE"),
            client.get("/broken"),
            client.post("/api/cases/1/decisions", content=REPORT.encode(), headers=JSON),
            client.post("/api/cases/1/decisions", json={"version": "TESTINE", "action": REPORT}),
        ]
        client.get("/cases/TESTINE")
        client.get("/TESTINE?text=TESTINE")
    assert [answer.status_code for answer in answers] == [500, 500, 422, 422]
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # the client's own log
    logged = "\n".join(f"{record.getMessage()} {record.exc_text} {record.exc_info}" for record in ours)
    assert "ValueError" in logged and "test_web_security" not in logged
    for text in (*(answer.text for answer in answers), logged):
        assert "TESTINE" not in text and "Carcinome" not in text
    assert "?" not in logged


def test_hostile_reports_show_as_text(own: Store) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}"
    text = f"Carcinome du sein gauche {attack} pT2N1M0, traité par FEC {attack} en 2014."
    added = own.add_case(attack, [NewReport(attack, text, attack)], attack)
    client = program(own)
    client.post(f"/api/cases/{added.case_id}/decisions", json={"version": 0, "action": "comment", "note": attack})
    pages = ["/cases", f"/cases/{added.case_id}", f"/cases/{added.case_id}/log", f"/export?ids={added.case_id}",
             "/cohort", f"/cases?text={attack}", f"/export?by={attack}", "/users", f"/login?next={attack}"]  # fmt: skip
    for path in pages:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        for told in ("<script>alert", "<img src=x", "<svg/onload"):
            assert told not in answer.text, (path, told)
    files = {"file": (attack + ".txt", text.encode())}
    answer = client.post("/api/uploads", files=files)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.168.1.4", False), ("localhost.example", False)],
)  # fmt: skip
def test_which_addresses_are_of_this_machine_only(host: str, local: bool) -> None:
    assert is_loopback(host) == local
