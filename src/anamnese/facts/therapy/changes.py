"""Where a treatment given without a last day ends: at its stop for a toxicity, or at the progression for which another
takes its place (`vandétanib depuis 2014 … Progresse en mars 2017 … cabozantinib`)."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.aside import SYSTEMIC, is_kept_up
from anamnese.facts.therapy.counts import NUMBER_WORDS, WORDS
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.manner import goes_on
from anamnese.facts.time.expression import TimeExpression
from anamnese.history.calendar import shift
from anamnese.reading.fold import folded_re, holds

_CONTINUOUS = ("targeted", "immunotherapy", "hormone")
"""Kinds that are given until they fail, not in a number of cycles."""
_REACH = 2500
"""Characters from a course to the one that takes its place."""
_STOPPED_WITHIN = 900
"""Characters behind a course within which it is told to have been stopped without being named."""
_PROGRESS = folded_re(r"progress(?:ion(?!s? (?:de|des) (?:l'|la )?dose)|e|ent|ait|a|er|ant|era)\b(?!ment)")
_DENIED = folded_re(
    r"\b(?:sans|pas|aucune?|absence|libre|ni|jusqu'(?:a|au)|risque|survie|avant|non|ecart\w*|eviter|apres|"
    r"temps|delai)[ ]"
    r"(?:[a-z']+[ ]){0,4}(?:de |d'|la |a |l'|une? )?$"
)
_ADDED = folded_re(
    r"\b(?:ajout\w*|associ\w*|adjonction|ainsi que|maintien|maintenant|poursui\w*|continu\w*)\b[^.;]{0,40}$"
)
_BEFORE = 40
_TREATMENT = r"(?:traitement|therapie|chimiotherapie|immunotherapie|hormonotherapie|medicament|inhibiteur)"
_OTHER = (
    r"(?![ ](?:anti|par|cortic|substit|immunosup|symptom|loca|analg|antal|de (?:support|fond)|cardio|hormonal|diur))"
)
_STOP = folded_re(
    r"\b(?:(?:suspend(?:ons|re|u|ue|ant)?|arrete(?:e|r|ons)?|interromp(?:t|re|ons|u|ue)|stoppe(?:e|r|ons)?|"
    r"abandonne(?:e|r)?)[ ](?:definitivement |donc |alors |ainsi )?(?:le |la |l'|son |sa |ce |cette |tout )"
    + _TREATMENT
    + r"\b"
    + _OTHER
    + r"|"
    + _TREATMENT
    + r"[ ](?:(?:a|est|fut|etait|ete|a du|du|etre|du etre|donc|alors|definitivement|finalement)[ ]){0,5}"
    r"(?:suspendue?|arretee?|interrompue?|stoppee?|abandonnee?)\b|"
    r"(?:on|nous|il|elle|a|de|qui)[ ](?:le |la |l'|les )(?:suspen(?:d|dons|dre)|arrete(?:r|ons)?|interromp(?:t|re)|"
    r"stoppe[rs]?)\b|"
    r"(?:arret|suspension|interruption|abandon)[ ](?:definiti(?:f|ve)\b|(?:du|de la|de son|de l'|de ce)[ ]?"
    + _TREATMENT
    + r"\b"
    + _OTHER
    + r")|"
    r"(?:oblig|contraign|contrain|necessit|motiv|amen|condui|impos)[a-z]*[ ](?:[a-z]+[ ]){0,2}(?:l'|son |sa |la |une? )"
    r"(?:arret|suspension|interruption|abandon)\b)"
)
_FAILED = folded_re(
    rf"\b(?:apres|au bout de|a)[ ](?P<n>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<unit>mois|ans?)\b"
    r"(?:[ ](?:de (?:traitement|therapie)|du debut))?[ ,:]{1,2}(?:(?:on|une?|la|il|elle|le|patiente?|presente|constate|"
    r"observe|objective|montre|note|nouvelle|irm|tdm|tc|tep|bilan|scanner|reevaluation|et|a)[ ,]{1,2}){0,5}"
    r"progress(?!ivement)|"
    r"\bprogress(?:ion|e|ait|a)[ ](?:(?!sans|libre)[a-z']+ ){0,4}?(?:apres|au bout de)[ ]"
    rf"(?P<m>\d{{1,2}}|{NUMBER_WORDS})[ ](?P<part>mois|ans?)\b"
)
_YEAR = 4
"""The length of a date of which no month is told."""
_MONTH = 7
"""The length of a date with its month."""
_STOPS = ("suspen", "arret", "interromp", "interruption", "stopp", "abandon")
_NO_STOP = folded_re(
    r"[^.;]{0,60}\b(?:temporair|transitoir|provisoir|momentan|pendant|durant|repri[st]|reintrod|reprend|tabac|alcool|"
    r"\d+ (?:jours|semaines))"
)
_RESUMED = ("repris", "reprend", "reintrod", "redebut")
_RESUMED_WITHIN = 120
"""Characters behind the sentence of a stop within which the treatment may be told to go on."""
_UNSTOPPED = folded_re(
    r"\b(?:sans|pas|ni|avant|depuis|apres|delai|prevu\w*|malgre|si)[ ](?:[a-z']+[ ]){0,3}(?:d'|l'|de )?$"
)


def set_changes(reading: Reading, courses: list[Course]) -> None:
    """Give an end to the courses, in order of place, that have none and were stopped, or gave way to another after a
    progression."""
    for i, course in enumerate(courses):
        if course.kind not in SYSTEMIC:
            continue
        following = _next(courses, i)
        if following is not None and course.end_date:
            _keep_up(reading, course, following)
        if course.end_date or not course.start_date:
            continue
        course.end_date = _stopped(reading, course, following)
        if course.end_date or course.kind not in _CONTINUOUS or course.intent == "adjuvant" or is_kept_up(course):
            continue
        end = following.start if following is not None else min(course.end + _REACH, len(reading.text))
        if reading.folded.find("progress", course.end, end) < 0:
            continue
        course.end_date = _failed_after(reading, course, end)
        if (
            course.end_date is None
            and following is not None
            and following.drugs
            and not set(following.drugs) & set(course.drugs)
        ):
            course.end_date = _progression(reading, course, following)


def _next(courses: list[Course], i: int) -> Course | None:
    """The systemic course that follows on one; None where none soon does."""
    course = courses[i]
    for other in courses[i + 1 :]:
        if other.start - course.end > _REACH:
            return None
        if other.kind in SYSTEMIC:
            return other
    return None


def _keep_up(reading: Reading, course: Course, following: Course) -> None:
    """Begin what is kept up of a course when that ends: `…, le dernier le 11/10/2017. Poursuit │bévacizumab│ seul`."""
    if following.start_date or following.start - course.end > _STOPPED_WITHIN or len(str(course.end_date)) <= _YEAR:
        return
    end = str(course.end_date)[:_MONTH]
    if set(following.drugs) & set(course.drugs) and goes_on(reading, following):
        for time in reading.dates_between(course.end, following.start):
            if time.value[:_MONTH] > end:
                return
        following.start_date = end


def _stopped(reading: Reading, course: Course, following: Course | None) -> str | None:
    """The day of the stop told behind a course without its name: `toxicité en mai, on suspend le traitement`."""
    folded = reading.folded
    last = min(course.end + _STOPPED_WITHIN, following.start if following is not None else len(folded))
    if not holds(folded[course.end : last], _STOPS):
        return None
    for stop in _STOP.finditer(folded, course.end, last):
        sentence = reading.sentence(stop.start())
        if _NO_STOP.match(folded, stop.end(), sentence.end) or _UNSTOPPED.search(
            folded, max(sentence.start, stop.start() - _BEFORE), stop.start()
        ):
            continue
        if holds(folded[sentence.end : sentence.end + _RESUMED_WITHIN], _RESUMED):
            return None
        times = _days(reading, max(sentence.start, course.end), sentence.end)
        if not times and sentence.start > course.end and folded[sentence.start - 1] != "\n":
            times = _days(reading, max(reading.sentence(sentence.start - 1).start, course.end), sentence.start)
        if len(times) == 1 and times[0].value > str(course.start_date):
            return times[0].value
        return None
    return None


def _failed_after(reading: Reading, course: Course, end: int) -> str | None:
    """The day of a progression that is told by the time from the beginning: `après 8 mois de traitement,
    progression`."""
    if len(str(course.start_date)) <= _YEAR:
        return None
    told = _FAILED.search(reading.folded, course.end, min(end, course.end + _STOPPED_WITHIN))
    if told is None or _DENIED.search(reading.folded, max(course.end, told.start() - _BEFORE), told.start()):
        return None
    number, unit = told["n"] or told["m"], told["unit"] or told["part"]
    months = (int(number) if number.isdigit() else WORDS[number]) * (12 if unit[0] == "a" else 1)
    return shift(str(course.start_date), months, 0, keep="month")


def _days(reading: Reading, start: int, end: int) -> list[TimeExpression]:
    return [time for time in reading.dates_between(start, end) if time.bound is None and not time.birth]


def _progression(reading: Reading, course: Course, following: Course) -> str | None:
    """The day of the last progression between two courses."""
    folded = reading.folded
    if _ADDED.search(folded, max(course.end, following.start - _BEFORE), following.start):
        return None
    found: str | None = None
    for word in _PROGRESS.finditer(folded, course.end, following.start):
        if _DENIED.search(folded, max(course.end, word.start() - _BEFORE), word.start()):
            continue
        sentence = reading.sentence(word.start())
        times = _days(reading, max(sentence.start, course.end), min(sentence.end, following.start))
        if len(times) == 1:
            found = times[0].value
    if found is None or found <= str(course.start_date) or (following.start_date or found) < found[:7]:
        return None
    return found
