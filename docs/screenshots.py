"""Take the pictures of the workbench that the README and docs/workbench.md show: `python docs/screenshots.py`.

Needs the extra `test` (Playwright) and a Chromium on the path. Starts a workbench with the sample cases in a folder
that is thrown away.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).parent


def review(page: Page, root: str) -> None:
    """A case under review: a tumour corrected, the chosen fact lit up."""
    page.goto(f"{root}/cases?text=breast-1")
    page.get_by_role("link", name="breast-1", exact=True).click()
    page.wait_for_load_state("networkidle")
    for key in "jajajajajajajaj":
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    page.wait_for_timeout(6000)  # until the messages are gone
    page.screenshot(path=DOCS / "workbench-review.png")


def cases(page: Page, root: str) -> None:
    """The list."""
    page.goto(f"{root}/cases")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=DOCS / "workbench-cases.png")


def cohort(page: Page, root: str) -> None:
    """The swimmer plot of the cohort."""
    page.goto(f"{root}/cohort")
    page.get_by_role("tab", name="Parcours").or_(page.get_by_role("link", name="Parcours")).first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    page.screenshot(path=DOCS / "workbench-cohort.png")


def main() -> None:
    """Start, look, stop."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "anamnese.cli", "serve", "--no-browser", "--port", "0", "--samples"]
        command += ["--db", f"{folder}/workbench.db"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert server.stdout is not None
            address = next(found[0] for line in server.stdout if (found := re.findall(r"http://\S+", line)))
            with sync_playwright() as driver:
                chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="fr-FR")
                page.goto(address)
                root = address.split("/?")[0]
                review(page, root)
                cases(page, root)
                cohort(page, root)
                chromium.close()
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
