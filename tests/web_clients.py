"""A workbench to test with: a store of fictitious reports, and people who are signed in."""

from __future__ import annotations

import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have another client library
    from fastapi.testclient import TestClient

from argon2 import PasswordHasher
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from anamnese.store import NewReport, Store, accounts, open_store
from anamnese.store.accounts import Role, add_account
from anamnese.store.sessions import open_session
from anamnese.web.app import create_app
from anamnese.web.settings import Settings

accounts._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # the tests sign many people in
ADDRESS = "http://127.0.0.1:8421"
TOKEN = "start-up-token"
PASSWORD = "pelouse-verte-17"
REPORT = """COMPTE RENDU DE CONSULTATION
Mme TESTINE Odile, née le 02/03/1950, IPP : 80123456

Carcinome canalaire infiltrant du sein gauche, grade 2, diagnostiqué en mars 2014, pT2N1M0.
Récepteurs aux oestrogènes positifs, HER2 négatif.
Mastectomie gauche le 12/04/2014 puis chimiothérapie par FEC 100, 6 cycles.
"""
SECOND = """COMPTE RENDU DE TOMODENSITOMETRIE du 03/02/2016
Mme TESTINE Odile, née le 02/03/1950

Apparition de métastases hépatiques chez une patiente suivie pour un cancer du sein gauche.
"""


def filled(folder: Path) -> Store:
    """A store with one case of one report."""
    store = open_store(str(folder / "workbench.db"))
    store.add_case("testine", [NewReport("testine-1-consultation", REPORT, "testine-1-consultation.txt")], "somebody")
    return store


def application(store: Store, **settings: object) -> TestClient:
    """A client that nobody is signed in with, of an application with the start-up token."""
    told: dict[str, object] = {"token": TOKEN} | settings
    app = create_app(store, Settings(**told))  # type: ignore[arg-type]
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


def program(store: Store, **settings: object) -> TestClient:
    """A client that sends the start-up token, as programs do."""
    client = application(store, **settings)
    client.headers["authorization"] = f"Bearer {TOKEN}"
    return client


def person(store: Store, client: TestClient, name: str, role: Role) -> TestClient:
    """A client of the same application that a person with an account is signed in with; it sends the session's proof
    with every request."""
    account = add_account(store, name, PASSWORD, role)
    browser = TestClient(client.app, base_url=ADDRESS, follow_redirects=False)
    browser.cookies.set("anamnese_8421", open_session(store, account.id, 12))
    browser.headers["x-csrf-token"] = proof(browser)
    return browser


def page(client: TestClient, address: str) -> HTMLParser:
    """A page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.headers.get("location")
    return HTMLParser(answer.text)


def proof(client: TestClient) -> str:
    """The session's proof (CSRF) that the pages hold."""
    page = client.get("/help").text
    return page.partition('<meta name="csrf" content="')[2].partition('"')[0]
