"""Texts of CSV files that people open in a spreadsheet: none of them may be run as a formula.

OWASP (CSV injection; ASVS 1.2.10): a cell that begins with one of these signs gets an apostrophe before it, which
spreadsheets take for "this is text"; the quotes and separators inside it are the CSV writer's. What already begins with
apostrophes before such a sign gets one more, so that taking one away gives every text back as it was.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"'*[=+\-@\t\r\n\0＝＋－＠]")
"""How a cell begins that a spreadsheet may run. Excel takes the wide forms for the narrow ones in some languages."""


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet runs."""
    return f"'{text}" if _RUN.match(text) else text
