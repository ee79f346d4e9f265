"""The list and the cohort in a real browser: keys, choosing by words, plots that are drawn, clicked and saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import anamnese

playwright = pytest.importorskip("playwright.sync_api")

SAMPLES = Path(anamnese.__file__).parent / "samples" / "cases"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def filled(address: str) -> str:
    """The address of a workbench that holds some of the sample cases, each a patient."""
    import httpx

    root, token = address.split("/?token=")
    for file in sorted(SAMPLES.glob("[bl]*.txt")):
        sent = [("file", (file.name, file.read_bytes(), "text/plain"))]
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.post(f"{root}/api/reports", files=sent, headers=headers, timeout=120).status_code == 200
    return root


def drawn(page: Any, address: str) -> None:
    """Open a page and wait for its plots."""
    page.goto(address)
    playwright.expect(page.locator("[data-plot]")).not_to_have_count(0)
    playwright.expect(page.locator("[data-plot]:not([role=img])")).to_have_count(0, timeout=20_000)


TRIES = 5
"""How often a shape is clicked on."""


def along(page: Any, selector: str) -> tuple[float, float]:
    """A place on the first shape that fits, on the screen."""
    x, y = page.evaluate(
        """(selector) => {
          const shape = document.querySelector(selector);
          const at = shape.getPointAtLength(shape.getTotalLength() / 2);
          const on = at.matrixTransform(shape.getScreenCTM());
          return [on.x, on.y];
        }""",
        selector,
    )
    return x, y


class TestList:
    def test_with_the_keyboard_alone(self, page: Any, filled: str) -> None:
        page.goto(f"{filled}/cases?sort=name")
        names = page.locator("tbody th a").all_inner_texts()
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.textContent") == names[1]
        page.keyboard.press("k")
        page.keyboard.press("x")
        assert page.locator("#picked-count").inner_text() == "cochés : 1"
        page.keyboard.press("/")
        page.keyboard.type("alectinib")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases?text=alectinib**")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/cases/\d+$"))
        assert "lung-1" in page.locator("h1").inner_text()

    def test_a_filter_is_chosen_by_words(self, page: Any, filled: str) -> None:
        page.goto(f"{filled}/cases")
        page.get_by_text("Filtres", exact=True).click()
        field = page.get_by_role("combobox", name="Site")
        field.fill("pou")
        page.get_by_role("option", name=re.compile("^bronche et poumon")).wait_for()
        field.press("ArrowDown")
        field.press("Enter")
        page.wait_for_url("**/cases?site=C34")
        listed = sorted(page.locator("tbody th a").all_inner_texts())
        assert listed == ["bladder-1", "lung-1", "lung-2"]  # the first has a second cancer there
        page.get_by_role("link", name="Retirer le filtre Site : bronche et poumon (C34)").click()
        page.wait_for_url("**/cases")


class TestPlots:
    def test_a_curve_leads_to_its_cases(self, page: Any, filled: str) -> None:
        drawn(page, f"{filled}/cohort?group=sex")
        assert page.locator("[data-plot] svg path[stroke-width='2']").count() == 2
        for _ in range(TRIES):  # a busy machine may lay the plot out anew between the look and the click
            page.mouse.click(*along(page, "[data-plot] svg path[stroke-width='2']"))
            page.wait_for_timeout(1000)
            if "/cohort" not in page.url:
                break
        page.wait_for_url(re.compile(r"/cases\?sex=(male|female)$"))

    def test_choosing_a_group_draws_it(self, page: Any, filled: str) -> None:
        drawn(page, f"{filled}/cohort")
        page.get_by_label("Groupes").select_option("marker")
        page.wait_for_url("**/cohort?group=marker**")
        page.get_by_label("Marqueur").wait_for()
        assert page.locator("table.groups tbody tr").count() > 0

    def test_a_bar_leads_to_its_cases(self, page: Any, filled: str) -> None:
        drawn(page, f"{filled}/cohort?view=spread")
        stages = page.locator("section", has_text="Stades au diagnostic")
        expected = stages.locator("table tbody tr a").first.get_attribute("href")
        stages.locator("[data-plot] svg path[fill='#0072b2']").first.click()
        page.wait_for_url(f"**{expected}")

    def test_a_patient_of_the_swimmer_plot_opens(self, page: Any, filled: str) -> None:
        drawn(page, f"{filled}/cohort?view=swimmer")
        name = page.locator("table tbody tr a").first.text_content()
        page.locator("[data-plot] svg text", has_text=name).first.click()
        page.wait_for_url(re.compile(r"/cases/\d+$"))
        assert name in page.locator("h1").inner_text()

    @pytest.mark.parametrize("view", ["survival", "swimmer"])
    def test_figures_are_saved_with_what_they_show(self, page: Any, filled: str, tmp_path: Path, view: str) -> None:
        drawn(page, f"{filled}/cohort?site=C34{'' if view == 'survival' else '&view=swimmer'}")
        for kind in ("SVG", "PNG"):
            with page.expect_download() as saved:
                page.get_by_role("button", name=re.compile(f"en {kind}")).click()
            saved.value.save_as(tmp_path / f"plot.{kind}")
        told = "".join(ElementTree.parse(tmp_path / "plot.SVG").getroot().itertext())
        assert page.locator("h2").first.inner_text() in told
        assert "Site : bronche et poumon (C34)" in told
        assert ("n = 3" if view == "survival" else "chimiothérapie") in told
        assert (tmp_path / "plot.PNG").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"

    def test_the_policy_is_kept(self, page: Any, filled: str) -> None:
        """Nothing that the plots do is stopped by the Content-Security-Policy."""
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        for address in ("/cohort?group=stage", "/cohort?view=swimmer", "/cohort?view=spread"):
            drawn(page, filled + address)
            page.mouse.move(800, 400)
            page.wait_for_timeout(200)
        assert said == []
