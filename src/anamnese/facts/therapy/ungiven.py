"""Treatments that were decided and never given: `… a été indiquée. Il est décédé avant la première cure`."""

from __future__ import annotations

from bisect import bisect_left

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re, holds

_DIED = ("deced", "deces", "mort", "perdu", "exitus")
_DECIDED = (
    "indiqu", "decid", "prevu", "program", "propos", "prescri", "preconis", "envisag", "retenu", "retenai", "recommand",
    "opte", "planifi", "discut", "conseill",
)  # fmt: skip
_BEGUN = folded_re(r"\b(?:recu|recoit|beneficie|debutee?|commencee?|administree?|instauree?|apres)\b")
_CLAUSE = 60
"""Characters before `avant tout traitement` within which the death is told."""


def set_ungiven(reading: Reading, courses: list[Course]) -> None:
    """Make plans of the courses, in order of place, that the words behind them tell never to have begun: in their own
    sentence, or in the next one."""
    folded = reading.folded
    for hit in reading.hits("counts"):
        code = hit.term.code
        if code not in _CODES:
            continue
        sentence = reading.sentence(hit.start)
        if code == "before" and not holds(folded[max(sentence.start, hit.start - _CLAUSE) : hit.start], _DIED):
            continue
        first = sentence.start
        last = bisect_left(courses, hit.start, key=_start)
        if last and courses[last - 1].start < first and first and folded[first - 1] != "\n":
            first = reading.sentence(first - 1).start
        for course in courses[bisect_left(courses, first, key=_start) : last]:
            if course.start_date or course.end_date or course.cycles or course.kind == "surgery":
                continue
            words = folded[reading.sentence(course.start).start : hit.start]
            if holds(words, _DECIDED) and not _BEGUN.search(words):
                course.planned = True


_CODES = ("before", "never")


def _start(course: Course) -> int:
    return course.start
