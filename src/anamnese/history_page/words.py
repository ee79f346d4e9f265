"""The page's words in both languages, and dates and numbers as each writes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from anamnese.history_page.markup import Both
from anamnese.labels import Language, label, number
from anamnese.lexicon.tables import read_table
from anamnese.record import Measure, When

_MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


@cache
def _words() -> dict[str, Both]:
    return {row["key"]: (row["fr"], row["en"]) for row in read_table(Path(__file__).with_name("words.tsv"))}


def say(key: str) -> Both:
    """Words of the page. Raises KeyError where the table has none."""
    return _words()[key]


def known(key: str) -> bool:
    """Whether the page has words of its own for a key."""
    return key in _words()


def value_of(value: str | float, attribute: str = "") -> Both:
    """What is said for a value of the fact format."""
    return label(value, "fr", attribute), label(value, "en", attribute)


def joined(*parts: Both | str | None, by: str = " ") -> Both:
    """Parts in a row, without those that say nothing."""
    said = [(part, part) if isinstance(part, str) else part for part in parts if part]
    return by.join(fr for fr, _ in said if fr), by.join(en for _, en in said if en)


def date_words(value: str | None) -> Both:
    """A partial date as each language writes it: `18/06/2019` and `18 Jun 2019`; no words for no date."""
    if value is None:
        return "", ""
    year, month, day = value[:4], value[5:7], value[8:10]
    if not month:
        return year, year
    english = month_name(int(month), "en")
    if not day:
        return f"{month}/{year}", f"{english} {year}"
    return f"{day}/{month}/{year}", f"{int(day)} {english} {year}"


def month_name(month: int, language: Language) -> str:
    """The short name of a month, 1 to 12; out of range is brought to the nearest."""
    return _MONTHS[language][min(12, max(1, month)) - 1]


def when_words(when: When) -> Both:
    """A date of the record; what has none is said to have none."""
    return date_words(when.value) if when.value else say("no_date")


def amount(value: float | None, unit: str | None) -> Both:
    """A number with its unit; a percentage as each language writes it; no words for no number."""
    if value is None:
        return "", ""
    if unit == "%":
        return f"{number(value, 'fr')} %", f"{number(value, 'en')}%"
    if unit == "+":
        return f"{number(value, 'fr')}+", f"{number(value, 'en')}+"
    return joined((number(value, "fr"), number(value, "en")), unit)


def marker_name(name: str) -> Both:
    """How a serum marker is written."""
    return say(f"marker.{name}") if known(f"marker.{name}") else (name, name)


def measured(measure: Measure) -> Both:
    """What was measured: the result and the number."""
    result = value_of(measure.result) if measure.result else None
    return joined(result, amount(measure.value, measure.unit))
