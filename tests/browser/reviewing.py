"""Steps of a review that several tests take, with the keyboard only."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


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
