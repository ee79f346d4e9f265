"""Whether a naming means an examination that the text has told before."""

from __future__ import annotations

from anamnese.facts.examinations import (
    awaited,
    case_start,
    heads_line,
    is_new,
    naming,
    one_date,
    ordered,
    sentence_dates,
    shared,
)
from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re

_SEEN_BEFORE = folded_re(
    r"(?:par rapport|compar[a-z]*|vs|decrit[a-z]*|connu[a-z]*|vu[es]*|visualis[a-z]*|observ[a-z]*|retrouv[a-z]*|"
    r"identifi[a-z]*|rapport[a-z]*|visibles?|depuis|donnees|resultats?|images?|lecture|relecture|interpretation|"
    r"compte[ -]rendu)[ ](?:deja[ ]|anterieurement[ ])?"
    r"(?:(?:a|au|aux|sur|par|dans|de|du|des|a[ ]la|avec|lors[ ](?:de|du))[ ])*(?:la[ ]|le[ ]|les[ ]|l'|un[ ]|"
    r"une[ ])?$"
)
_EARLIER = folded_re(
    r"[ ]*+(?:(?!confirm|montr|retrouv|objectiv|revel|donnees|lesions?\b|images?\b)[a-z-]++[ ]){0,3}?"
    r"(?:precedente?s?|anterieure?s?|prealable)\b"
)
_CLOSED = folded_re(r"[-a-z0-9 ]{0,10}\)")
_REMEMBERED = 60
"""How many examinations before one are looked at to tell whether it was told."""
_REPORTED = 2500
"""How far behind its order the result of an examination may be told, in characters."""
_OPENING = 26
"""How far into its sentence a date may stand that opens it, in characters."""
_SAME_VISIT = 120
"""How far before a dated sentence an undated examination may stand and still be the one that the sentence tells of."""
_SAME_TEXT = 700
"""How far behind an examination a definite naming of it without a date or place still means it, in characters."""


class Exam:
    """An examination told so far."""

    __slots__ = ("date", "end", "modality", "site", "start")

    def __init__(self, modality: str, site: str, date: str | None, start: int, end: int) -> None:
        self.modality = modality
        self.site = site
        self.date = date
        self.start = start
        self.end = end


def told_before(reading: Reading, exam: Exam, exams: list[Exam]) -> bool:
    """Whether a naming means an examination already told."""
    begin = case_start(reading, exam.start)
    earlier = [
        other for other in reversed(exams[-_REMEMBERED:]) if other.modality == exam.modality and other.start >= begin
    ][:6]
    folded = reading.folded
    if exam.date is not None:
        listed = heads_line(reading, exam.start)  # a list names each examination once, with its place
        alike = _one_site if listed else _may_be_one_site
        return any(other.date and one_date(other.date, exam.date) and alike(other.site, exam.site) for other in earlier)
    if _EARLIER.match(folded, exam.end):
        return True
    if not earlier:
        return False
    if not exam.site and _concludes(reading, exam):
        return True
    last = earlier[0]
    name = naming(reading, exam.start)
    if name.this or _in_apposition(folded, last, exam):
        return True
    dates = sentence_dates(reading, exam.start)
    if last.date and dates and len(last.date) >= 7 and not any(one_date(last.date, date) for date in dates):
        return False
    if dates and last.date is None and not ordered(reading, last.start):
        told = sentence_dates(reading, last.start)
        apart = told or last.start < reading.sentence(exam.start).start - _SAME_VISIT
        if apart and not any(one_date(one, date) for one in told for date in dates):
            return False
    if last.date and not dates and name.definite and _moved_on(reading, last, exam):
        return False
    if (
        dates
        and not heads_line(reading, exam.start)
        and any(
            other.date and _may_be_one_site(other.site, exam.site) and any(one_date(other.date, date) for date in dates)
            for other in earlier
        )
        and not is_new(reading, name, exam.start, exam.end)
    ):
        return True
    if _SEEN_BEFORE.search(folded, max(0, exam.start - 44), exam.start):
        return any(_one_site(other.site, exam.site) for other in earlier)
    return (
        name.definite
        and exam.start - last.end < _SAME_TEXT
        and _one_site(last.site, exam.site)
        and not is_new(reading, name, exam.start, exam.end)
    )


def _concludes(reading: Reading, exam: Exam) -> bool:
    """Whether a name without a place labels what is concluded from the examination that a report is about."""
    if reading.section(exam.start) != "conclusion" or not reading.folded.startswith((" :", ":"), exam.end):
        return False
    return heads_line(reading, exam.start)


def _moved_on(reading: Reading, last: Exam, exam: Exam) -> bool:
    """Whether the sentence before opens with another date: `En mai 2016, le marqueur s'élève. Le scanner montre`."""
    begin = reading.sentence(exam.start).start
    before = reading.sentence(max(0, begin - 1))
    if begin == 0 or last.end > before.start:
        return False
    opening = reading.dates_between(before.start, min(before.end, before.start + _OPENING))
    return any(date.calendar and len(date.value) >= 7 and not one_date(last.date or "", date.value) for date in opening)


def _in_apposition(folded: str, last: Exam, exam: Exam) -> bool:
    """Whether a name in parentheses only abbreviates the one before: `tomodensitométrie abdominale (TDM)`."""
    if exam.start - last.end >= 50:
        return False
    between = folded[last.end : exam.start]
    return between.endswith("(") and _CLOSED.match(folded, exam.end) is not None and not set(",;.:)\n") & set(between)


def _may_be_one_site(one: str, other: str) -> bool:
    """Whether two places do not speak against each other."""
    return not one or _one_site(one, other)


def _one_site(one: str, other: str) -> bool:
    """Whether two places may be one: one is not told, or they share a word."""
    return not other or one == other or shared(one, other)


def report_of_order(reading: Reading, exam: Exam, exams: list[Exam], drafts: list[Draft]) -> None:
    """An examination that was asked for, or told in passing, and is then listed with its result, or told as the one
    that was made, is told there."""
    listed = heads_line(reading, exam.start)
    for n in range(len(exams) - 1, max(-1, len(exams) - 11), -1):
        other = exams[n]
        if other.modality != exam.modality or other.date is not None or not _may_be_one_site(other.site, exam.site):
            continue
        near = exam.start - other.start < (_REPORTED if listed else _SAME_TEXT)
        told = near and (awaited(reading, other.start, other.end) or (listed and ordered(reading, other.start)))
        if not listed and not (told and _is_its_report(reading, exam)):
            continue
        if told or (
            exam.date is not None and any(one_date(exam.date, date) for date in sentence_dates(reading, other.start))
        ):
            del exams[n], drafts[n]
            return


def _is_its_report(reading: Reading, exam: Exam) -> bool:
    """Whether a naming may be that of an examination asked for before: `la TDM`, `TDM du 3 mai`, `TDM : nodule`."""
    name = naming(reading, exam.start)
    told = exam.date is not None or name.definite or reading.folded.startswith((" :", ":"), exam.end)
    return told and not name.another


def made_after_order(reading: Reading, exam: Exam, draft: Draft, exams: list[Exam], drafts: list[Draft]) -> None:
    """An examination that was only planned where it was told first is told where its result is."""
    last, before = exams[-1], drafts[-1]
    if last.modality != exam.modality or last.date is not None or exam.start <= reading.sentence(last.start).end:
        return
    if awaited(reading, last.start, last.end) and reading.scopes.status(before) == "planned":
        if exam.site:
            last.site = exam.site
        elif before.get("site") is not None:
            draft.attributes["site"] = before.get("site")
        last.date, last.start, last.end = exam.date, exam.start, exam.end
        drafts[-1] = draft
