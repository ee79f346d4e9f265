"""Reports of several patients (a series of cases): each patient's part as a case of its own, so that one record never
holds two people."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from anamnese.case import Case


def of_each_patient(case: Case) -> tuple[Case, ...]:
    """One case for each patient that a report tells of, in order: the same text with the facts of that patient's part,
    which goes from the sentence that presents the patient to the next one's. What stands before the first belongs to
    the first, what stands behind the last to the last. A day or a date of birth told of the whole is none of theirs. A
    report of one patient is given back as it is."""
    presented = case.of_type("patient")
    if len(presented) < 2:
        return (case,)
    report = replace(case.report, date=None, birth_date=None)
    starts = [_sentence(case, fact.start) for fact in presented[1:]]
    parts: list[list[int]] = [[] for _ in presented]
    for place, fact in enumerate(case.facts):
        parts[bisect_right(starts, fact.start)].append(place)
    return tuple(
        Case(replace(report, id=f"{report.id} ({number})"), tuple(case.facts[place] for place in places))
        for number, places in enumerate(parts, 1)
    )


def _sentence(case: Case, pos: int) -> int:
    """Where the sentence of a place begins."""
    sentences = case.report.sentences
    i = bisect_right(sentences, pos)
    return sentences[i - 1] if i else 0
