"""The mentions of systemic treatment, in order of place: what each names, and what part it has."""

from __future__ import annotations

from bisect import bisect_left

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import before_unit, value
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.ends import stopped_on
from anamnese.facts.therapy.intents import set_intents
from anamnese.facts.therapy.manner import line_told, words_after, words_before
from anamnese.facts.therapy.periods import IN_ONE_DAY, set_periods
from anamnese.facts.therapy.resumed import RESUMPTION, resumed
from anamnese.facts.therapy.roles import role_of
from anamnese.facts.therapy.systemic import chains, course_of, is_companion_only
from anamnese.facts.therapy.words import Word, words_of_treatment
from anamnese.reading.fold import folded_re, holds

_CURES_AGAIN = folded_re(
    r"[ ](?:(?:adjuvantes?|adjuvants|supplementaires?|additionnel(?:le)?s|complementaires|post-? ?operatoires?|de plus)"
    r"[ ](?=identiq|d|se|av)){0,2}"
    r"(?:(?:post-? ?operatoires|adjuvantes|adjuvants)(?= ?[,.;]| et | puis )|"
    r"identiques?|"
    r"de (?:consolidation|cloture|rattrapage|reinduction)|"
    r"(?:du|de la|selon le|avec le|avec la) meme (?:schema|protocole|type|traitement|regime|chimiotherapie|combinaison|"
    r"association))\b"
)
_ADDITIONAL = ("supplementaires", "additionnels", "additionnelles", "complementaires", "de plus", "restant")
"""Behind cures that an operation parts from those before it: `2 cures │de plus`."""
_CLOSED = folded_re(r"[ ]?(?:[,.;)\n]|$)|[ ](?:jusqu|en |entre |de (?:janv|fev|mars|avr|mai|juin|juil|sept))")
_ADDED = folded_re(r"[ ]?,?[ ]?(?:\+|avec|associees? a|plus|et)[ ]?(?:du |le |la |l')?")
_OF_NAMED = folded_re(r"[ ](?:de |d'|du |par |selon |a base d[e'] ?|[(:] ?)")
_NEVER_THE_SAME = frozenset({"chimiothérapie intensive", "chimiothérapie intrathécale", "conditionnement"})
"""Courses that are others than the main one by their name."""
_BEGINS_AGAIN = folded_re(
    r"\bdebut\w*|\ba nouveau\b|\brepri\w*|\breprend\w*|\breintrodui\w*|\bretrait\w*|\breadministr\w*|\bcures? (?:de|"
    r"selon)"
)
_PLANNED_BEFORE = folded_re(
    r"\b(?:cycles?|cures?|doses|injections|perfusions|seances|mois|ans)[ ](?:sont |etaient )?"
    r"(?:prevu|programme|planifie)(?:e|es|s)?,?[ ](?:puis|suivie?s?)[ ](?:d'une? |de |du |par |d')?"
    r"(?:entretien |maintenance )?(?:de |par |d'|du )?$"
)
"""`8 cycles prévus puis │durvalumab│ seul`."""
_PLANNED = ("prevu", "programm", "planifi")
_CLAUSE = 90
"""Characters before a mention within which its line of treatment is told, and behind it a third of them."""
_ADDED_WITHIN = 700
"""Characters behind a course within which cures are told that were added to it behind an operation."""
_NAMED_NEXT = 20
"""Characters behind counted cures within which what they are of is named, or what is added to them."""


def mentions(reading: Reading) -> list[tuple[Course, str]]:
    """The mentions, each with its role: `course`, `recall` (of one told before, or one told in passing), or `none`."""
    folded = reading.folded
    found: list[tuple[Course, str]] = []
    denied: set[str] = set()
    last: Course | None = None  # told with its drugs
    for chain in chains(reading, words_of_treatment(reading)):
        course = course_of(chain)
        if (course is None or not course.named) and last is not None and (again := _same_again(reading, chain)):
            course = Course(last.kind, again, chain[-1].end, drugs=list(last.drugs), regimen=last.regimen)
        if chain[0].sort == "class" and len(chain) == 1 and not chain[0].cytotoxic:
            course = resumed(reading, chain[0], found) or (course if chain[0].name != RESUMPTION else None)
        if course is None or (course.drugs and is_companion_only(course.drugs) and not course.regimen):
            continue
        if course.status(reading) in ("negated", "family"):
            if not course.named:
                denied.add(course.kind)
            continue
        before, after = words_before(reading, course), words_after(reading, course)
        course.apart = any(word.name in _NEVER_THE_SAME for word in chain)
        first = max(reading.sentence(course.start).start, course.start - _CLAUSE)
        course.line = line_told(folded[first : course.end + _CLAUSE // 3])
        if chain[0].sort == "line" and before.endswith("meme ") and last is not None:
            _add_to_same(course, last)
        course.planned = holds(before, _PLANNED) and _PLANNED_BEFORE.search(before) is not None
        found.append((course, role_of(reading, course, chain[0].sort, before, after)))
        last = course if course.named else last
    found = _counted_again(reading, _without_denied(found, denied))
    for course, role in found:
        if role != "none":
            course.end_date = stopped_on(reading, course)
    candidates = [course for course, role in found if role == "course"]
    set_intents(reading, candidates)
    set_periods(reading, candidates)
    return found


def _without_denied(found: list[tuple[Course, str]], denied: set[str]) -> list[tuple[Course, str]]:
    """The mentions without those that recall a treatment which the report says was not given: `avant de démarrer la
    │chimiothérapie│ … Elle n'a pas reçu de chimiothérapie`."""
    if not denied:
        return found
    return [each for each in found if each[0].named or each[1] != "recall" or each[0].kind not in denied]


def _add_to_same(course: Course, last: Course) -> None:
    """`trois cures du même protocole avec rituximab`: the drugs told before, and what is added to them."""
    course.drugs = [*last.drugs, *(name for name in course.drugs if name not in last.drugs)]
    course.kind, course.regimen, course.fresh = last.kind, last.regimen, True


def _counted_again(reading: Reading, found: list[tuple[Course, str]]) -> list[tuple[Course, str]]:
    """The mentions, with the cures that are counted without being named: `suivies de 3 cures de consolidation`,
    `2 cures identiques`."""
    if not found:
        return found
    folded = reading.folded
    starts = [course.start for course, _ in found]
    named = [course for course, role in found if course.named and role != "none" and course.regimen not in IN_ONE_DAY]
    named_starts = [course.start for course in named]
    more: list[tuple[Course, str]] = []
    joined: set[Course] = set()
    for hit in reading.hits("counts"):
        if hit.term.code != "cycle" or not named_starts or named_starts[0] >= hit.start:
            continue
        manner = _CURES_AGAIN.match(folded, hit.end)
        added = manner is None and (
            folded.startswith(_ADDITIONAL, hit.end + 1) or folded.endswith(_ADDITIONAL, hit.start, hit.end)
        )
        number = None
        if manner or added or " puis " in folded[hit.start - 16 : hit.start]:
            number = before_unit(folded, hit.start)
        if number is None:
            continue
        i = bisect_left(named_starts, hit.start) - 1
        resumed = manner is None
        if resumed and not (
            _added_after_surgery(reading, named[i], number.start("n"), hit.end)
            if added
            else _goes_on_behind_surgery(reading, named[i], number.start("n"), hit.end)
        ):
            continue
        end = hit.end if manner is None else manner.end()
        named_next = _OF_NAMED.match(folded, end)
        within = found[bisect_left(starts, hit.start) - 1][0]
        beside = [other for other in _between(found, starts, hit.start + 1, end) if other.named or manner is None]
        if named_next is not None:
            beside += _between(found, starts, named_next.end(), named_next.end() + _NAMED_NEXT)
        if (within.start < hit.start < within.end and within not in joined) or not joined.issuperset(beside):
            continue
        last = named[i]
        course = Course(last.kind, number.start("n"), end, cycles=value(number), fresh=True, apart=True)
        if manner is None or "identique" in manner[0] or "meme" in manner[0]:
            course.drugs, course.regimen = list(last.drugs), last.regimen
            for other in _between(found, starts, end, end + _NAMED_NEXT):  # `3 cures identiques + bévacizumab`
                if other not in joined and _ADDED.fullmatch(folded, end, other.start):
                    course.drugs += [name for name in other.drugs if name not in course.drugs]
                    course.end = other.end
                    joined.add(other)
        if manner is not None:
            joined.update(other for other in _between(found, starts, hit.start + 1, end) if not other.named)
        if course.status(reading) not in ("negated", "family"):
            more.append((course, "course"))
    if not more and not joined:
        return found
    return sorted([*(each for each in found if each[0] not in joined), *more], key=lambda each: each[0].start)


def _goes_on_behind_surgery(reading: Reading, course: Course, start: int, end: int) -> bool:
    """Whether counted cures are those of a course that an operation has interrupted: `3 cures, chirurgie d'intervalle,
    puis │3 cures│`."""
    folded = reading.folded
    if not folded.endswith(" puis ", 0, start) or not _CLOSED.match(folded, end):
        return False
    return course.start >= reading.sentence(start).start and bool(reading.hits_between("surgery", course.end, start))


def _added_after_surgery(reading: Reading, course: Course, start: int, end: int) -> bool:
    """Whether cures are counted that are added to those before an operation: `3 cures, puis chirurgie. │2 cures de
    plus│ en mai`. Without one they are more of the same course."""
    if start - course.end > _ADDED_WITHIN or course.kind != "chemotherapy":
        return False
    if _OF_NAMED.match(reading.folded, end):
        return False
    return any(hit.term.row["sort"] == "operation" for hit in reading.hits_between("surgery", course.end, start))


def _between(found: list[tuple[Course, str]], starts: list[int], start: int, end: int) -> list[Course]:
    """The courses that begin inside `start:end`."""
    first = bisect_left(starts, start)
    return [course for course, _ in found[first : bisect_left(starts, end, first)]]


def _same_again(reading: Reading, chain: list[Word]) -> int | None:
    """Where « le même schéma » begins that is begun once more."""
    folded, start = reading.folded, chain[0].start
    if chain[0].name not in ("schema", "protocole") or not folded.endswith("meme ", 0, start):
        return None
    around = folded[max(reading.sentence(start).start, start - 60) : chain[-1].end + 40]
    return start - len("même ") if _BEGINS_AGAIN.search(around) else None
