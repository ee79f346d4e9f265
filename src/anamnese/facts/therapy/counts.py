"""How many: cycles of a course, fractions of an irradiation."""

from __future__ import annotations

import re

from anamnese.facts.cues import by_letter
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.time.numeric import zeroed
from anamnese.reading.fold import folded_re, holds

WORDS = {
    "un": 1, "une": 1, "premier": 1, "premiere": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "dix-huit": 18, "vingt": 20, "vingt-cinq": 25, "trente": 30, "trente-trois": 33, "trente-cinq": 35,
    "deuxieme": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8,
    "neuvieme": 9, "dixieme": 10, "douzieme": 12,
}  # fmt: skip
NUMBER_WORDS = by_letter(*WORDS)
_NUMBER = rf"(?P<n>\d{{1,2}}|{NUMBER_WORDS})"
_BEFORE_UNIT = folded_re(
    r"(?:^|[^\w,./-])" + _NUMBER + r"(?:[ ]?(?:e|er|eme|ere|nd|nde)\b|[ºª°])?[ ]{0,2}(?:\([^()]{1,12}\)[ ])?"
    r"(?:(?:autres|premiers?|premieres?|derniers?|dernieres|seuls?|seules?|unique|nouveaux|nouvelles|x)[ ])?$"
)
_TIMES = folded_re(
    r"(?:[ ](?:neo-?)?adjuvante?|[ ]hebdo\w*|[ ]seule?)?[ ]?[x×*][ ]?(?P<n>\d{1,2})(?!\d|[.,]\d|[ ]?(?:mg|g|cm|mm|"
    r"jours?|j|/|gy|10|par|fois|x))"
)
_TIMES_REACH = 32
"""Characters behind a name within which its `x 4` begins."""
_TIMES_LATER = folded_re(
    r"(?:[^.;,()\n+→:]|(?<=\d),(?=\d)|\((?:jours?|j) ?\d[^()\n]{0,16}\)){3,60}?"
    r"[ ][x×][ ]?(?P<n>\d{1,2})(?=[ ]?(?:$|[,;.()\n]|"
    r"(?:avec|puis|jusqu|suivi|et|de|du|cycles|cures)\b))"
)
"""`docétaxel 75 mg/m2 toutes les 3 semaines x 6`."""
_BEFORE_NAME = folded_re(r"(?:^|[ \n(:+,;-])(?P<n>\d{1,2})[ ]?(?:x[ ]?)?$")
_COUNTING = "0123456789x"
"""What stands before the blank behind a number."""
_CYCLE_NUMBER = folded_re(r"c(?=\d)(?<![a-z0-9]c)(?P<n>\d{1,2})(?:[ ]?j[ ]?1)?(?![\da-z])")
_TO_COME = folded_re(r"\b(?:prochaine?|prevue?|prevoir|programmee?|reprise|rdv|convocation)\b[^.;\n]{0,16}$")
_OF_CHEMOTHERAPY = folded_re(r"[ ]de (?:poly-?)?chimio")
MOST_CYCLES = 80
"""Above this a number before « cycles » is a misreading."""
_RECALL_REACH = 200
"""Characters after a recall of a course within which its cycles may be counted."""
_HEADER = 800
"""Characters of a document's head, where the number of the cycle may stand."""
_CYCLES_REACH = 1500
"""Characters after a course within which its cycles may be counted, up to the next course."""
_A_DAY = folded_re(r"[ ]?(?:/|par (?:jour|semaine)|quotid|intra-?thec|d'(?!avelumab))")
"""What makes of administrations no course: so many a day, or of another drug."""
_A_MINUTE = ("/min", " /min", "/ min", " / min", " par min", "par min", " par  min", "par  min")
"""Breaths: `30 cycles par minute`."""
_OF = folded_re(r"[ ](?:supplementaires |hebdomadaires )?(?:de |d'|du |par |type )")
_NAME_REACH = 40
"""Characters after « cures » within which the name of what they are of stands."""
_DOSES_OF = folded_re(
    _NUMBER + r"[ ](?:doses|perfusions|injections|administrations)"
    r"(?: hebdomadaires| mensuelles| supplementaires| intra-? ?thecales)?"
    r"[ ]d(?:e |')$"
)
_OF_DOSES = ("doses", "perfusions", "injections", "administrations")
_DOSES_REACH = 60
_NUMBERED = folded_re(r"[ ]?n[°o][ ]?(?:\d{1,2}[ ]?(?:a|-)[ ]?)?(?P<n>\d{1,2})(?!\d)")
_AFTER = folded_re(r"\b(?:apres|issue de|bout de|terme de)[ ](?:la |les |l'|une |ces )?$")
_PLANS = folded_re(
    r"\b(?:prevu\w*|prevo[iy]\w*|programm\w*|envisag\w*|sera|seront|planifi\w*|propos\w*|discut\w*|indique\w*)\b"
)
"""What makes of cycles counted behind « après » those after which something is to be done."""
_FAITES = folded_re(
    r"[ ](?:deja |ont (?:deja )?ete |d[e'][ ]?\w+ )?(?:faite?s|recue?s|realisee?s|effectuee?s|administree?s|delivree?s|"
    r"a ce jour)\b"
)
"""`6 cures faites`: how many have been given, whatever number the next one has."""
_ONLY = folded_re(
    r"\bn'(?:a|ont|en (?:a|ont))[ ](?:pu )?(?:ete )?(?:[a-z]+[ ])?(?:recue?s?|administree?s?|realisee?s?|effectuee?s?|"
    r"donnee?s?|delivree?s?|beneficie|faite?s?|recevoir)[ ]que[ ](?:de )?" + _NUMBER + r"\b|"
    r"(?:(?:cycles?|cures?)[ ](?:prevue?s?|programmee?s?|planifiee?s?),?[ ](?:dont |mais )?(?:seulement |seule?s? )?|"
    r"\bseule?s?[ ])"
    + _NUMBER.replace("?P<n>", "?P<m>")
    + r"[ ](?:(?:cycles?|cures?)[ ])?(?:(?:ont|a)[ ](?:pu )?(?:ete |etre )?)?"
    r"(?:realis|recu|administr|effectu|delivr|faite?s?)"
)
"""What was given of the cycles planned: `n'a reçu que 4 cures`."""
_LAST_ON = folded_re(
    r"(?:[ ](?:au total|en tout|au complet|de (?:celui-ci|celle-ci|ce traitement|traitement|chimiotherapie|chimio)|"
    r"supplementaires|additionnels|recus|recues|administres|administrees|realises|realisees|effectues|effectuees))*"
    r"[ ]?[,;:]?[ ]?(?P<told>\([ ]?)?"
    r"(?P<last>(?:(?:le |la )?derni(?:er|ere)(?: cycle| cure| dose| administration| perfusion| injection)?|fini?e?s?|"
    r"termine[es]{0,2}|acheve[es]{0,2}|jusqu'(?:en|au|a))[ ,:]*)?(?:(?:le|en|au|du|fin|debut|mi)[ -]?){0,2}"
)
"""Between the cycles of a course and the day of the last: `après 8 cycles (│août 2017│)`, `12 cycles au total, le
dernier le │11/10/2017`."""
_SHOWN_AFTER = folded_re(
    r"\b(?:irm|tdm|tc|tac|ct|tep|pet|scanner|imagerie|bilan|controle|reevaluation|evaluation|reponse|echographie|rm|rmn|"
    r"analyse|biopsie)\b[^.;]{0,40}$"
)
"""Before cycles after which a course was only looked at: `TDM après 4 cycles (mai 2019)`."""
_LAST_REACH = 60
_GLUED = folded_re(r"(?!5-?fu)(?P<n>\d)(?=[a-z]{2})")
"""`3FEC100`."""
_NEXT_COUNT = folded_re(
    r"\b[\w-]+[ ](?:autres )?(?:cycles?|cures?|seances?)(?: [a-z-]+)?[ ](?:d[eu]|d'|a base d[e']|type|"
    r"par)[ ]?(?:[a-z]+[ ]){0,2}$"
)
"""The number of cycles of the course that follows: `4 cures de │docétaxel`."""
_NEXT_UNITS = ("cure", "cycle", "seance")
_APART = folded_re(r",|;|\(|\)|\+|->|puis(?<!\wpuis)\b|suivi(?<!\wsuivi)\w*")


def doses_before(before: str) -> re.Match[str] | None:
    """The number of its administrations that the words before a drug tell: `12 doses hebdomadaires de │paclitaxel`."""
    return _DOSES_OF.search(before) if holds(before, _OF_DOSES) else None


def value(match: re.Match[str]) -> int:
    """The number that a match caught as `n`, in digits or in words."""
    number = match["n"] or match["m"]
    return WORDS.get(number) or int(number)


def before_unit(folded: str, pos: int) -> re.Match[str] | None:
    """The number that counts the unit beginning at `pos`: `six cycles`, `6 cures`, `4e cycle`."""
    return _BEFORE_UNIT.search(folded, max(0, pos - 28), pos)


def times_after(folded: str, pos: int) -> re.Match[str] | None:
    """`x 4` right after a name."""
    near = folded[pos : pos + _TIMES_REACH]
    return _TIMES.match(folded, pos) if "x" in near or "*" in near else None


def _numbered(folded: str, pos: int) -> re.Match[str] | None:
    """` n° 4` right after a name."""
    return _NUMBERED.match(folded, pos) if folded.find("n", pos, pos + 2) >= 0 else None


def before_name(folded: str, pos: int) -> re.Match[str] | None:
    """`4 ` right before the name of a regimen: `4 EC`, `12 paclitaxel`."""
    if pos > 1 and folded[pos - 1] == " " and folded[pos - 2] not in _COUNTING:
        return None
    match = _BEFORE_NAME.search(folded, max(0, pos - 6), pos)
    return match if match and 0 < int(match["n"]) <= MOST_CYCLES else None


def cycles_in(reading: Reading, start: int, end: int, course: Course | None = None) -> list[int]:
    """The numbers of cycles that a span tells, in order of place; of a course only those that are not another's."""
    folded, found = reading.folded, []
    for hit in reading.hits_between("counts", start, end):
        if hit.term.code == "session" and not _OF_CHEMOTHERAPY.match(folded, hit.end):
            continue
        if hit.term.code not in ("cycle", "session", "administration"):
            continue
        if hit.term.code == "administration" and (course is None or _A_DAY.match(folded, hit.end)):
            continue
        if folded.startswith(_A_MINUTE, hit.end) or (course is not None and _of_another(reading, hit.end, course)):
            continue
        number = before_unit(folded, hit.start)
        if number and number.start("n") >= start and 0 < value(number) <= MOST_CYCLES:
            if _to_come(reading, number.start("n"), hit.end):
                continue
            found.append(value(number))
    return found


def _to_come(reading: Reading, start: int, end: int) -> bool:
    """Whether cycles are counted to tell when something is to be done: `chirurgie prévue après la 6ème cure`."""
    if not _AFTER.search(reading.folded, max(0, start - 20), start):
        return False
    sentence = reading.sentence(start)
    return _PLANS.search(reading.folded, sentence.start, min(sentence.end, end + 60)) is not None


def _given(reading: Reading, start: int, end: int) -> int | None:
    """How many cycles a span tells to have been given: `6 cures faites`."""
    for hit in reading.hits_between("counts", start, end):
        if hit.term.code == "cycle" and _FAITES.match(reading.folded, hit.end, hit.end + 40):
            number = before_unit(reading.folded, hit.start)
            if number and number.start("n") >= start:
                return value(number)
    return None


def _of_another(reading: Reading, end: int, course: Course) -> bool:
    """Whether cycles are counted of drugs that a course does not have: `6 cures de │FOLFIRINOX`."""
    if not _OF.match(reading.folded, end):
        return False
    named = reading.hits_between("regimens", end, end + _NAME_REACH) or reading.hits_between(
        "drugs", end, end + _NAME_REACH
    )
    if not named:
        return False
    drugs = {name for hit in named for name in (hit.term.row.get("drugs") or hit.term.name).split(";")}
    return not drugs & set(course.drugs)


def cycle_numbers_in(reading: Reading, start: int, end: int) -> list[int]:
    """The ordinals of the cycles named by their sign: 4 for `C4J1`."""
    if reading.once(zeroed).find("c0", start, end) < 0:
        return []
    folded = reading.folded
    return [
        int(match["n"])
        for match in _CYCLE_NUMBER.finditer(folded, start, end)
        if not _TO_COME.search(folded, max(0, match.start() - 30), match.start())
    ]


def _cycles_after(reading: Reading, start: int, end: int, course: Course) -> list[int]:
    return cycles_in(reading, start, end, course) + cycle_numbers_in(reading, start, end)


def count_cycles(reading: Reading, told: list[Course]) -> None:
    """Give each course the largest number of cycles told between its words and the next course's."""
    folded = reading.folded
    for i, course in enumerate(told):
        if course.kind == "hormone":
            continue
        following = told[i + 1].start if i + 1 < len(told) else len(folded)
        doses = None
        if folded[max(0, course.start - 4) : course.start].endswith((" de ", " d'")):
            doses = doses_before(folded[max(0, course.start - _DOSES_REACH) : course.start])
        if doses:
            course.cycles = value(doses)
            continue
        numbers: list[int] = []
        for start, end in course.names or [(course.start, course.end)]:
            name = before_name(folded, start)
            times = times_after(folded, end)
            later = min(end + 70, following)
            if times is None and folded.find(" x", end, later) >= 0:
                times = _TIMES_LATER.match(folded, end, later)
            glued = _GLUED.match(folded, start) if folded[start].isdigit() else None
            for match in (name, times, glued, _numbered(folded, end)):
                if match is not None:
                    numbers.append(int(match["n"]))
        floor = max(course.start - 45, reading.sentence(course.start).start)
        if i:
            floor = max(floor, told[i - 1].end)
        for comma in _APART.finditer(folded, floor, course.start):
            floor = comma.end()  # what is counted before a comma or bracket is another course
        numbers += cycles_in(reading, floor, max(course.end, floor), course)
        ceiling = min(following, course.end + _CYCLES_REACH)
        own = None
        if ceiling == following and holds(folded[max(course.end, ceiling - 40) : ceiling], _NEXT_UNITS):
            own = _NEXT_COUNT.search(folded, max(course.end, ceiling - 40), ceiling)
        if own:
            ceiling = own.start()
        numbers += _cycles_after(reading, course.end, ceiling, course)
        for end in course.recalls:
            numbers += _cycles_after(reading, end, min(end + _RECALL_REACH, reading.sentence(end).end), course)
        if i == 0 and course.start < _HEADER:
            numbers += cycle_numbers_in(reading, 0, course.start)  # `compte rendu de chimiothérapie, C4J1`
        behind = folded[course.end : min(ceiling, course.end + _RECALL_REACH * 2)]
        told_only = "n'" in behind or " prevu" in behind or " programm" in behind or " planifi" in behind
        only = _ONLY.search(folded, course.end, course.end + len(behind)) if told_only else None
        done = _given(reading, course.end, ceiling) if numbers else None
        if only:
            course.cycles, course.given = value(only), True
        elif done is not None:
            signs = cycle_numbers_in(reading, course.end, ceiling)
            course.cycles = max(done, *(number for number in numbers if number not in signs), 0)
        elif numbers:
            course.cycles = max(numbers)
        if course.cycles and course.end_date is None and not course.planned:
            course.end_date = _last_on(reading, course, ceiling)


def _last_on(reading: Reading, course: Course, end: int) -> str | None:
    """The day of the last of a course's cycles, where it is told beside their number."""
    folded = reading.folded
    for hit in reading.hits_between("counts", course.end, end):
        if hit.term.code not in ("cycle", "administration"):
            continue
        times = reading.dates_between(hit.end, min(end, hit.end + _LAST_REACH))
        if not times:
            continue
        time = times[0]
        number = before_unit(folded, hit.start)
        if number is None or value(number) != course.cycles or not time.calendar or time.bound == "start":
            continue
        told = _LAST_ON.fullmatch(folded, hit.end, time.start)
        if told is None or not (told["told"] or told["last"]) or time.value == course.start_date:
            continue
        sentence = reading.sentence(hit.start)
        if not told["last"] and _SHOWN_AFTER.search(folded, max(sentence.start, hit.start - _LAST_REACH), hit.start):
            continue
        if not course.start_date or course.start_date[: len(time.value)] <= time.value:
            return time.value
    return None
