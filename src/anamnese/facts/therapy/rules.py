"""Courses of treatment: systemic, surgical, radiotherapy, transplant, embolisation and other acts, each once."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.acts import other_acts
from anamnese.facts.therapy.changes import set_changes
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.intents import recall_intents, set_intents, share_concomitance, share_intents
from anamnese.facts.therapy.periods import set_periods
from anamnese.facts.therapy.radiotherapy import radiotherapy_courses
from anamnese.facts.therapy.surgery import surgical_acts
from anamnese.facts.therapy.telling import systemic_courses
from anamnese.facts.therapy.ungiven import set_ungiven
from anamnese.reading.fold import folded_re

_OF_ANYONE = {
    "le traitement": [f"{verb} " for verb in ("est", "reste", "demeure", "constitue", "represente")],
    "litterature": ["selon la ", "d'apres la ", "dans la "],
    "auteurs": ["selon les ", "d'apres les ", "certains ", "plusieurs "],
    "les etudes": ["selon ", "d'apres "],
    "repose sur": [""],
    "reposent sur": [""],
    "taux de survie": [""],
}
"""What a sentence has that tells of a treatment in general, by its last words: `la chirurgie reste le traitement de
choix`."""
_SIGNS = [(end, [begin + end for begin in begins]) for end, begins in _OF_ANYONE.items()]

_OPTION_BEFORE = folded_re(r"\b(?:vs|versus|ou)[ ](?:une? |la |l'|le )?$")
_OPTION_AFTER = folded_re(r"(?:[ ](?!ou\b)[a-z0-9'/-]+){0,3}[ ](?:vs|versus|ou)[ ]")
_TO_DISCUSS = folded_re(r"[^.;]{0,60}\ba (?:re)?discuter\b")
_DISCUSSED = folded_re(r"[^.;]{0,60}\b(?:re)?discute(?:e|es|s)?\b")
_REACH = 24
"""Characters before a treatment that hold the word which sets it against another."""


def read(reading: Reading) -> Iterable[Draft]:
    """The therapies of a report in order of place."""
    courses = [
        *systemic_courses(reading),
        *surgical_acts(reading),
        *radiotherapy_courses(reading),
        *other_acts(reading),
    ]
    courses.sort(key=lambda course: (course.start, course.end))
    set_intents(reading, courses)
    share_intents(courses)
    set_periods(reading, courses)
    share_concomitance(reading, courses)
    recall_intents(reading, courses)
    set_changes(reading, courses)
    set_ungiven(reading, courses)
    return [course.draft() for course in courses if not (_of_anyone(reading, course) or _weighed(reading, course))]


def _weighed(reading: Reading, course: Course) -> bool:
    """Whether a course is one of two that are only discussed: `curage vs │irradiation│ discuté en RCP`."""
    if course.start_date or course.dose_gy or course.cycles:
        return False
    folded, sentence = reading.folded, reading.sentence(course.start)
    if folded.find("discute", course.end, sentence.end) < 0:
        return False
    before = folded[max(sentence.start, course.start - _REACH) : course.start]
    led, leads = _OPTION_BEFORE.search(before), _OPTION_AFTER.match(folded, course.end, sentence.end)
    if not (led or leads):
        return False
    if _TO_DISCUSS.match(folded, course.end, sentence.end):
        return True
    against = f"{led[0] if led else ''} {leads[0] if leads else ''}"
    return ("vs" in against or "versus" in against) and bool(_DISCUSSED.match(folded, course.end, sentence.end))


def _of_anyone(reading: Reading, course: Course) -> bool:
    """Whether a course is told of patients in general: without a day, a dose or a number of its own."""
    if course.start_date or course.end_date or course.dose_gy or course.cycles:
        return False
    sentence = reading.sentence(course.start)
    words = reading.folded[sentence.start : sentence.end]
    for end, signs in _SIGNS:
        if end in words:
            for sign in signs:
                if sign in words:
                    return True
    return False
