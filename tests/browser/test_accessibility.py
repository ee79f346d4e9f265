"""Every page: no violation of WCAG A and AA that axe-core finds, and nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import anamnese

pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright.sync_api")
from browser.reviewing import check_accessibility

SAMPLES = Path(anamnese.__file__).parent / "samples"
SCREENS = {"laptop": (1280, 720), "tablet": (1024, 768), "upright": (820, 1180)}
PAGES = ("/cases", "/cases?text=carcinome&status=to_review", "/cases?text=introuvable", "/cases/1", "/cases/1/log")
PAGES += ("/import", "/cohort", "/export", "/help", "/users", "/erasures", "/api/docs", "/nowhere")
PAGES += ("/cohort?group=stage", "/cohort?view=swimmer&site=C34", "/cohort?view=spread", "/cohort?text=introuvable")


@pytest.fixture(scope="module")
def filled(address: str) -> str:
    """The address of a workbench that holds some of the sample cases."""
    import httpx

    files = [*sorted((SAMPLES / "hospital").glob("smp0[34]*.txt")), *sorted((SAMPLES / "cases").glob("[bl]*.txt"))]
    root, token = address.split("/?token=")
    sent = [("file", (file.name, file.read_bytes(), "text/plain")) for file in files]
    answer = httpx.post(f"{root}/api/reports", files=sent, headers={"Authorization": f"Bearer {token}"}, timeout=120)
    assert answer.status_code == 200, answer.text
    return root


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", PAGES)
def test_page(page: Any, filled: str, path: str, screen: str) -> None:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(filled + path)
    page.wait_for_load_state("networkidle")
    check_accessibility(page)
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wide <= 0, f"{wide} pixels wider than the screen"
