"""Patterns that are tried only where a text begins as they can."""

import re

import pytest

from anamnese.facts.medication.openings import Openings, openings_of


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        ("voie", {"vo"}),
        ("(?:par |en )?(?P<r0>iv|s/c)", {"pa", "en", "iv", "s/"}),
        (r"x[ ]?\d{1,2}j", {"x "} | {f"x{digit}" for digit in range(10)}),
        (r"[ab]+(?!c)\b", {"a", "b", "aa", "ab", "ba", "bb"}),
        (r"(?<=\()[ab]{1,3}(?=\))", {"a", "b", "aa", "ab", "ba", "bb"}),
        ("(?:de |a )?j", {"de", "a ", "j"}),
    ],
)
def test_an_opening_is_what_a_text_begins_with_that_the_pattern_matches(pattern: str, openings: set[str]) -> None:
    assert openings_of(pattern) == openings


def test_a_pattern_that_may_match_nothing_has_no_opening() -> None:
    with pytest.raises(ValueError, match="may match nothing"):
        openings_of("(?:a|b)?c*")


@pytest.mark.parametrize("text", ["iv", "par voie orale", "x 3", "x", "", "°", "p.o.", "poche", "par jour"])
def test_the_first_pattern_that_matches_is_found_as_if_all_were_tried(text: str) -> None:
    patterns = [r"(?P<iv>iv)\b", r"(?P<oral>p\.?o\b|(?:par )?voie orale)", r"(?P<x>x[ ]?(?:\d|$))", r"(?P<by>par \w+)"]
    expected = re.match("|".join(patterns), text)
    found = Openings(patterns).match(text, 0, len(text))
    assert (found and (found.span(), found.lastgroup)) == (expected and (expected.span(), expected.lastgroup))
