"""Numbers as each language writes them on the pages."""

from __future__ import annotations

from anamnese.labels import Language
from anamnese.web.rendering import known, say

_THIN = "\u202f"
_WIDE = "\u00a0"


def count(value: int, language: Language) -> str:
    """A whole number with its thousands apart: `12 345`, `12,345`."""
    return f"{value:,}".replace(",", _THIN if language == "fr" else ",")


def decimal(value: float | None, language: Language, digits: int = 1) -> str:
    """A number to some digits; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".replace(".", "," if language == "fr" else ".")


def percent(share: float | None, language: Language) -> str:
    """A share of one as whole percents; a dash for none."""
    return "–" if share is None else f"{round(share * 100)}{_WIDE if language == 'fr' else ''}%"


def p_value(p: float, language: Language) -> str:
    """A p-value as papers print it: two figures, none below 0.001."""
    if p < 0.001:
        return f"p < {decimal(0.001, language, 3)}"
    return f"p = {decimal(p, language, 3 if p < 0.1 else 2)}"


def counted(key: str, n: int, language: Language) -> str:
    """The words of a key for so many: `KEY.one` where they are of one (in French of none, too) and there are such."""
    single = n == 1 or (n == 0 and language == "fr")
    chosen = f"{key}.one" if single and known(f"{key}.one") else key
    return say(chosen, language, count=count(n, language))
