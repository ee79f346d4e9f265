"""The grade of a tumour: what its names say, or a statement of grade in the report that is no toxicity."""

from __future__ import annotations

import re

from anamnese.facts.reading import Reading
from anamnese.facts.tumour.primaries import Primary


def grade_of(reading: Reading, primary: Primary, start: int, end: int, only: bool) -> str | None:
    """The grade `1` … `4` of a tumour, or None."""
    graded = [s for s in primary.statements if s.name.grade and s.code[:4] == primary.code[:4]] or [
        s for s in primary.statements if s.name.grade
    ]
    if graded:
        return graded[0].name.grade
    return None
