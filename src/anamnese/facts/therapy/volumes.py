"""Doses, fractions and days of irradiations: in the words about them, in lists of volumes, on forms."""

from __future__ import annotations

import re
from itertools import pairwise

from anamnese.facts.cues import Cue, stems
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.counts import NUMBER_WORDS, WORDS
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import NUMBER, parse_number

_GY = folded_re(rf"(?P<dose>{NUMBER})[ ]?(?P<unit>c?gy|gray|grays)\b")
_UNIT = len("grays ")
_PER = folded_re(r"[ ]?(?:/|par|en une|a chaque)[ ]?(?:fraction|seance|jour|f\b|fr\b|session|j\b)")
_COUNT = folded_re(
    rf"(?=[\d/fm{''.join(sorted({word[0] for word in WORDS}))}])(?:"
    rf"(?P<n>\d{{1,2}}|\b(?:{NUMBER_WORDS}))[ ]?(?:(?:seances?|fractions?|sessions?)\b(?![ ]?(?:par|/)[ ]?sem)|"
    rf"fr\b|fx\b|frac\b|f\b)|(?:seance|"
    rf"fraction|dose) (?P<one>unique)|"
    rf"(?P<m>\d{{1,2}})[ ]?[x×*][ ]?\d[\d.,]*[ ]?gy|/[ ]?(?P<k>\d{{1,2}})[ ]?(?:fr\b|fractions?|seances?|f\b)|"
    rf"(?P<monof>monofraction\w*)|\b(?:nombre|nbre?) (?:de |d')?(?:fractions?|seances?)[ ]?:?[ ]?(?P<q>\d{{1,2}})\b)"
)
_COUNTABLE = folded_re(r"seance|session|fr|fx\b|f\b|unique|monof|x[ ]?\d[\d.,]*[ ]?gy|\*[ ]?\d[\d.,]*[ ]?gy")
"""What every count of fractions has, found at a fraction of its cost."""
_COUNT_BEFORE = 24
"""Characters before such a word within which the count begins."""
_OF_FRACTION = folded_re(r"(?:[x×*]|seances? de|fractions? de|fractionnement de|raison de|fr de|fois)[ ]?$")
_FURTHER = folded_re(r"(?:,|\bet\b|\+|\bplus\b|puis)[^()]{0,40}$")
_TOLD_LATER = 900
"""Characters after an irradiation within which its dose may be told."""
_DECIDED_BEFORE = Cue(r"decid\w+|opt[ea]\w*|indication|propos\w+|prevu\w*|retenu\w*|pose\w*", r"[^.;\n]{0,30}$")
_DECIDED_AFTER = folded_re(
    r"[^.;\n]{0,50}\b(?:decide|retenu|pose|propose|indique|prevu|envisage|preconise|recommande)(?:e|ee|es|ees)?\b"
)
_FIRST_DAY = folded_re(
    r"\b(?:debut(?: (?:de|du) (?:la )?(?:traitement|radiotherapie|rt|irradiation))?|(?:1 ?ere|premiere) seance)"
    r"[ ]?:?[ ]?(?:le )?$"
)
_LAST_DAY = folded_re(
    r"\b(?:fin(?: (?:de|du) (?:la )?(?:traitement|radiotherapie|rt|irradiation))?|derniere seance)[ ]?:?[ ]?(?:le )?$"
)
_LABEL = 48
"""Characters before a day in which its label stands."""
_FORM = 400
"""Characters of a form, one label a line, that tell of one irradiation."""
_EQUIVALENT = folded_re(r"eqd2|d90|d98|d2cc|d2cm3|hr-?ctv|cumul|isodose|dose max")
"""What tells of a dose that was not given as such."""
_LEAST = 4
"""Gy; a smaller number is a dose to an organ or of a fraction."""
_TIMES = folded_re(r"[ ]?[x×*][ ]?(?P<n>\d{1,2})(?![\d.,]\d|\d)")
MOST = 40
"""Irradiations before a mention that are looked at: no patient has more."""
_ROUNDING = 0.01
"""Gy by which fractions of a written dose may miss the total."""
_HIGHEST = 90
"""Gy; no course of external radiotherapy gives more."""
_HIGHEST_GIVEN = 1000
"""Gy; no source gives more: two numbers stand side by side."""
_VOLUME = folded_re(
    r"(?:[ ]*+[-*•])?[ ]*(?:(?:volumes?|cibles?|doses? (?:delivrees?|prescrites?))(?: cibles?)?[ ]?:[ ]?)?"
    r"(?P<site>[a-z][^:\n]{2,60}?)[ ]?:[ ]?(?:dose (?:totale )?(?:de )?)?(?P<dose>\d[\d.,]*)[ ]?gy[ ,/(]+"
    r"(?:(?:en|soit|delivres? en)[ ])?(?:\d{1,2}[ ]?(?:fractions?|seances?|fr|fx|f|x)(?:[ ](?:de[ ])?\d[\d.,]*[ ]?gy)?|"
    r"en fraction unique|a raison de \d[\d.,]* gy)"
)
_NO_VOLUME = folded_re(
    r"moelle|parotid|coeur|oesoph|cristallin|chiasma|tronc|dmax|moyenne|contraint|oar|intestin|femor|dose|"
    r"^(?:rt[eh]?|radiotherapie|irradiation|sbrt|rcmi|vmat|curietherapie|traitement)(?= externe|$)"
)
"""What a line of constraints names, organs at risk; and the irradiation itself: `RT externe : 50 Gy`."""
_DAYS_ABOVE = 400
"""Characters above a list of volumes within which the days of the treatment may stand."""
_DOSE_OF = folded_re(
    r"(?:\b(?:traitement|dose|recu|recoit|delivr\w*|administr\w*)[ ](?:[a-z]+[ ]){0,3}(?:de |"
    r":)?[ ]?)(?P<dose>\d[\d.,]*)[ ]?$"
)
_GIVEN = folded_re(r"\b(?:recu|recoit|delivre|administre|realise|effectue)")
_NUMBER_OF = folded_re(r"\b(?:nombre|nbre?) (?:de |d')?(?:fractions?|seances?)[ ]?:?[ ]?(?P<n>\d{1,2})\b")
_CONSTRAINT = folded_re(r"[ ]?/|[ ]?(?:max|moy|par|aux organes)")


def is_decided(reading: Reading, course: Course) -> bool:
    """Whether its words tell that an irradiation was decided."""
    folded = reading.folded
    if _DECIDED_AFTER.match(folded, course.end, course.end + 80):
        return True
    before = folded[max(reading.sentence(course.start).start, course.start - 50) : course.start]
    return _DECIDED_BEFORE.stands(before, stems(before))


def read_form(reading: Reading, course: Course, following: int) -> None:
    """Fractions and days of an irradiation that a form tells by label, line by line."""
    folded = reading.folded
    if folded.find("\n", course.start, course.end + 60) < 0:
        return
    last = min(max(course.end + _LABEL * 2, course.start + _FORM), following, len(folded))
    if course.fractions is None and course.dose_gy is not None:
        count = _NUMBER_OF.search(folded, course.start, last)
        course.fractions = int(count["n"]) if count else None
    for time in reading.dates_between(course.start, last):
        before = folded[max(course.start, time.start - _LABEL) : time.start]
        if course.start_date is None and _FIRST_DAY.search(before):
            course.start_date = time.value
        elif course.end_date is None and _LAST_DAY.search(before):
            course.end_date = time.value


def lone_doses(reading: Reading, courses: list[Course]) -> list[Course]:
    """Doses that no word of radiotherapy stands beside: volumes of a letter, `un traitement de 30 Gy`, or the dose of
    an irradiation told in the sentence before, which is given to it."""
    folded, found, line_done = reading.folded, [], -1
    order = sorted(range(len(courses)), key=lambda i: courses[i].start)
    passed, last, covered = 0, -1, 0  # the courses that begin before a hit, the last of them as given, where they end
    for hit in reading.hits("counts"):
        if hit.term.code != "dose" or hit.start < line_done:
            continue
        while passed < len(order) and courses[order[passed]].start <= hit.start:
            covered, last = max(covered, courses[order[passed]].end), max(last, order[passed])
            passed += 1
        if hit.start < covered:
            continue
        line = reading.line_start(hit.start)
        line += max(folded[line : hit.start].rfind(sign) + 1 for sign in (". ", ";"))
        volume = _VOLUME.match(folded, line, min(hit.end + 60, len(folded)))
        if volume and volume.start("dose") < hit.start and not _NO_VOLUME.search(volume["site"]):
            found.append(_volume(reading, volume, line))
            line_done = found[-1].end
            continue
        number = _DOSE_OF.search(folded, max(0, hit.start - 60), hit.start)
        if number is None or _CONSTRAINT.match(folded, hit.end):
            continue
        sentence = reading.sentence(hit.start)
        before = courses[last] if last >= 0 else None
        if before is not None and before.dose_gy is None and hit.start - before.start < _TOLD_LATER:
            decided = before.status(reading) == "planned" or is_decided(reading, before)
            before.given = decided and _is_given(reading, number.start(), hit.end)
            measure(folded, before, number.start("dose"), min(sentence.end, hit.end + 160))
            covered = max(covered, before.end)
        elif before is None or before.start < sentence.start:
            course = Course("radiotherapy", number.start(), hit.end)
            measure(folded, course, number.start("dose"), min(sentence.end, hit.end + 160))
            known = {other.dose_gy for other in courses[-MOST:]}
            if course.dose_gy and course.dose_gy >= _LEAST and course.dose_gy not in known:
                found.append(course)
    return found


def _is_given(reading: Reading, start: int, end: int) -> bool:
    """Whether a dose is told as one that was given: `Il a reçu 70 Gy`."""
    given = _GIVEN.search(reading.folded, max(reading.sentence(start).start, start - 30), end) is not None
    return given and reading.scopes.status(Draft("therapy", start, end, {}, None, None)) == "affirmed"


def _volume(reading: Reading, volume: re.Match[str], line: int) -> Course:
    """A volume of a letter with its dose: `Lit opératoire : 66 Gy en 33 fractions`, and the days told above."""
    start = volume.start("site")
    course = Course("radiotherapy", start, volume.end())
    course.site = reading.text[start : volume.end("site")].strip().lower()
    measure(reading.folded, course, volume.start("dose"), volume.end())
    course.end = volume.end()
    if _labelled_days(reading, course, max(0, line - _DAYS_ABOVE), course.end + _DAYS_ABOVE):
        return course
    days = reading.dates_between(max(0, line - _DAYS_ABOVE), line) or reading.dates_between(
        course.end, course.end + _DAYS_ABOVE // 2
    )
    for first, last in pairwise(days):
        if first.bound == "start" and last.bound == "end":
            course.start_date, course.end_date = first.value, last.value
    return course


def _labelled_days(reading: Reading, course: Course, start: int, end: int) -> bool:
    """Give an irradiation the days that a form tells by label, where it tells both."""
    first = last = None
    for time in reading.dates_between(start, end):
        before = reading.folded[max(0, time.start - _LABEL) : time.start]
        if first is None and _FIRST_DAY.search(before):
            first = time.value
        elif first is not None and last is None and _LAST_DAY.search(before):
            last = time.value
    if first is None or last is None:
        return False
    course.start_date, course.end_date = course.start_date or first, course.end_date or last
    return True


def measure(folded: str, course: Course, start: int, ceiling: int) -> list[Course]:
    """Read dose and fractions; returns the further volumes with doses of their own (`45 Gy dans la région …`)."""
    further: list[Course] = []
    last_end = start
    own_end = course.end
    per_fraction: float | None = None
    unit = max(folded.rfind("gy", start, ceiling), folded.rfind("gray", start, ceiling))
    for match in _GY.finditer(folded, start, min(unit + _UNIT, ceiling)) if unit >= 0 else ():
        dose = parse_number(match["dose"])
        if dose > _HIGHEST_GIVEN and " " in match["dose"] and match["unit"] != "cgy":
            dose = parse_number(match["dose"].rpartition(" ")[2])  # `iode 125 145 Gy`
        if match["unit"] == "cgy":
            dose /= 100
        if _PER.match(folded, match.end()) or _OF_FRACTION.search(folded[max(0, match.start() - 17) : match.start()]):
            per_fraction = per_fraction or dose
            last_end = match.end()
            continue
        times = _TIMES.match(folded, match.end())
        if times and course.dose_gy is None:
            per_fraction, course.fractions, last_end = dose, int(times["n"]), times.end()
            continue
        if course.dose_gy is None:
            course.dose_gy = dose
            last_end = own_end = match.end()
        elif (
            dose >= _LEAST
            and not _EQUIVALENT.search(folded[last_end : match.end() + 8])
            and _FURTHER.search(folded[last_end : match.start()])
            and dose != course.dose_gy
        ):
            further.append(Course("radiotherapy", match.start(), match.end(), dose_gy=dose))
            last_end = match.end()
    countable = _COUNTABLE.search(folded, start, ceiling)
    count = _COUNT.search(folded, max(start, countable.start() - _COUNT_BEFORE), ceiling) if countable else None
    if count:
        number = int(count["m"] or count["k"] or count["q"] or 0)
        course.fractions = 1 if count["one"] or count["monof"] else number or value_of(count["n"])
        last_end = max(last_end, count.end())
    if course.dose_gy is None and per_fraction and course.fractions:
        total = per_fraction * course.fractions
        course.dose_gy = total if total <= _HIGHEST else per_fraction  # « 10 séances de 30 Gy » means 30 Gy in all
    elif per_fraction and course.dose_gy and per_fraction < course.dose_gy:
        number = round(course.dose_gy / per_fraction)
        if abs(number * per_fraction - course.dose_gy) < _ROUNDING:
            course.fractions = number
    course.end = max(course.end, own_end if further else last_end)
    return further


def value_of(word: str) -> int:
    """A count in digits or in words."""
    return WORDS.get(word) or int(word)
