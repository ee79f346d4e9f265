"""Steps that several tests take in the browser, and what they ask of every page."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def check_accessibility(page: Any) -> None:
    """No violation of WCAG A and AA that axe-core finds in a page as it stands."""
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def correct_the_morphology(page: Any, found_by: str, before: str, name: str, after: str) -> None:
    """On the page of a case: find a tumour by a word, and give it the code that the terminology has for a name."""
    keys = page.keyboard
    keys.press("/")
    keys.type(found_by)
    keys.press("Enter")
    expect(page.get_by_role("region", name="Fait choisi").get_by_text(before)).to_be_visible()
    keys.press("e")
    form = page.get_by_role("form", name=re.compile("Corriger"))
    morphology = form.get_by_role("combobox", name=re.compile("Morphologie"))
    morphology.focus()
    morphology.select_text()
    keys.type(name)
    page.get_by_role("option", name=after).first.wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(morphology).to_have_value(after)
    keys.press("Enter")
    expect(form).to_be_hidden()
