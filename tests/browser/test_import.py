"""Bringing files in, in a real browser: what is told of them before they are filed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

TEXT = "Femme de 61 ans. Carcinome lobulaire du sein droit, pT1c N0 M0, en mai 2018."


def test_of_two_files_with_the_same_words_one_is_filed(page: Any, address: str, tmp_path: Path) -> None:
    first, second = tmp_path / 'cr "relu".txt', tmp_path / "copie.txt"
    first.write_text(TEXT, encoding="utf-8")
    second.write_text(TEXT + "\n\n", encoding="utf-8")
    page.goto(address.split("/?")[0] + "/import")
    file_all = page.get_by_role("button", name="Classer le compte rendu")
    page.locator("#files").set_input_files([first])
    expect(file_all).to_be_visible(timeout=60_000)
    page.locator("#files").set_input_files([second])
    aside = page.locator("#not-filed li")
    expect(aside).to_have_count(1, timeout=30_000)
    expect(aside).to_contain_text("copie.txt")
    expect(aside).to_contain_text('mêmes mots que cr "relu".txt')
    expect(file_all).to_be_visible()

    # the first is let go: the other takes its place
    page.get_by_role("button", name='Retirer cr "relu".txt').click()
    expect(aside).to_have_count(0)
    expect(page.locator("#groups")).to_contain_text("copie.txt")
    file_all.click()
    expect(page.locator("#results")).to_contain_text("ajouté au dossier", timeout=30_000)
    page.get_by_role("link", name=re.compile("copie")).click()
    expect(page.get_by_role("heading", name="copie", level=1)).to_be_visible()
