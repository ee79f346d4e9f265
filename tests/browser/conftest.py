"""A real server and a real Chromium for the tests of the workbench.

Without Chromium these tests are skipped and say so; in CI, which installs it, they must run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[test]'")


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    """One Chromium for all tests; each takes a context of its own."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, but CI must run the browser tests")
        pytest.skip("no Chromium on this machine")
    flags = [*FLAGS, *(["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else [])]
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, with its start-up token, of a workbench with an empty store in a process of its own."""
    folder: Path = tmp_path_factory.mktemp("workbench")
    command = [sys.executable, "-m", "anamnese.cli", "serve", "--no-browser", "--port", "0"]
    command += ["--db", str(folder / "workbench.db")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield _address(server)
        finally:
            server.terminate()
            server.wait(20)


def _address(server: subprocess.Popen[str]) -> str:
    """The address that the server prints when it is ready."""
    assert server.stdout is not None
    for line in server.stdout:
        for word in line.split():
            if word.startswith("http://127.0.0.1:"):
                return word
    raise AssertionError("the server ended before it told its address")


@pytest.fixture
def page(browser: playwright.Browser, address: str) -> Iterator[playwright.Page]:
    """A page of 1280×720, signed in by the start-up token; what a script complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR", accept_downloads=True)
    sheet = context.new_page()
    complaints: list[str] = []
    sheet.on("pageerror", lambda error: complaints.append(str(error)))
    sheet.goto(address)
    yield sheet
    context.close()
    assert not complaints, complaints
