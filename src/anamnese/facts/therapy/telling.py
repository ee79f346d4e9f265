"""One course, many mentions: which mentions of systemic treatment tell a course, and which recall one told before."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import before_unit, count_cycles, counts_doses, value
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.cues import Cue, stems
from anamnese.facts.therapy.ends import is_stopped, recalled_by_stop, stopped_on
from anamnese.facts.therapy.intents import set_intents
from anamnese.facts.therapy.manner import begins, goes_on, is_fresh, line_told, words_after, words_before
from anamnese.facts.therapy.patients import by_patient
from anamnese.facts.therapy.periods import IN_ONE_DAY, set_periods, told_year
from anamnese.facts.therapy.systemic import chains, course_of, is_companion_only
from anamnese.facts.therapy.words import COMPANIONS, Word, words_of_treatment
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re

_OF_IT = (
    r"[ ](?:(?!puis|suivi|ensuite|alors|mise?\b|relay|relais)[a-z']+[ ]){0,3}"
    r"(?:(?:a|au|aux|de|du|des|par|sous|pour|d')[ ]?(?:la |le |les |l')?)?$"
)
"""What links harm to what does it, over three words that tell of no other treatment."""
_HARM = Cue(
    r"toleran\w*|toxicit\w*|allergi\w*|hypersensib\w*|reactions?|intoleran\w*|contre-? ?indi\w*|secondaires?|"
    r"imputable\w*|induit\w*|"
    r"effets? (?:indesirables?|secondaires?)|neuropathie|cardiotoxi\w*|liee?s?(?= a)|du(?= a)|dus(?= a)|due(?= a)|"
    r"dues(?= a)|dose|doses|ci|"
    r"reduction|diminution|adaptation|"
    r"predict\w*|sensib\w*|sensibilite|eligib\w*|cible|acces|amm|non indique\w*|indication|ni|inhibiteurs?|"
    r"recepteurs?|mutation|efficacite|"
    r"concentration|dosage|taux|antecedent de prise|hormis",
    _OF_IT,
)
"""What tells of a drug without telling a course of it."""
_ALLERGY = Cue(
    r"allergi\w*", r"[ ]?:?(?:(?!\b(?:puis|switch|relai|relay|remplac|passage|mise?\b|trait|sous))[^.;\n]){0,60}$"
)
"""`allergies : pénicilline, │docétaxel`."""
_GRADED = folded_re(r"\b(?:grade|gr|g)[ .]?[1-5](?=[ ]sous)" + _OF_IT)
"""`mucite grade 3 sous │cisplatine`."""
_SAME = folded_re(r"\bmeme (?:schema|protocole|chimiotherapie|traitement)|\bmemes (?:drogues|molecules|doses)")
_CURES_AGAIN = folded_re(
    r"[ ](?:(?:adjuvantes?|supplementaires?|post-? ?operatoires?|de plus)[ ](?=identiq|d))?"
    r"(?:(?:post-? ?operatoires|adjuvantes)(?= ?[,.;]| et | puis )|"
    r"identiques?|"
    r"de (?:consolidation|cloture|rattrapage|reinduction)|"
    r"(?:du|selon le|avec le) meme (?:schema|protocole|type|traitement))\b"
)
_ADDED = folded_re(r"[ ]?,?[ ]?(?:\+|avec|associees? a|plus|et)[ ]?(?:du |le |la |l')?")
_ALTERNATIVE = folded_re(r"\b(?:vs|versus)\b")
_OF_NAMED = folded_re(r"[ ](?:de |d'|du |par |selon |a base d[e'] ?|[(:] ?)")
_COUNTED = folded_re(
    r"(?:\b(?:\d{1,2}|deux|trois|quatre|cinq|six|huit|douze|autres|supplementaires|nouvelles|nouveaux)[ ]){1,2}"
    r"(?:cures|cycles|seances)(?: (?:supplementaires|hebdomadaires))? (?:a base )?(?:d'|de )$"
)
_DEFINITE = folded_re(
    r"(?:\b(?:la|le|les|cette|ce|sa|son|ses|de|sous|apres|en|avant|du|des|post|pre|sans)[ ]|l'|post-|d'|"
    r"[-/])(?:meme |traitement de )?$"
)
_INDEFINITE = folded_re(
    r"(?:\b(?:une|un|par|avec|(?:recu|recoit|sous|par)(?: des)?|a subi|[+:]|et|puis|autres|cures de|cycles de|"
    r"seances de|complement de|pour|traitement par|en|d'une|d'un|ligne de)[ ]|[:+-] ?|\n|^)$"
)
_SERVICE = folded_re(
    r"\b(?:service|unite|centre|departement|pole|hopital|hdj|consultation|cs|avis|medecin|salle|infirmiere|chambre|"
    r"jour)[ ]"
    r"(?:[a-z]+[ ]){0,1}(?:de |d'|du |en )$|\b(?:agents|produits|drogues|medicaments) de $"
)
_LINKS = (" de ", " d'")
_SERVICE_LINKS = ("de ", "d'", "du ", "en ")
_OTHER_DISEASE = folded_re(
    r"arthrit|psoria|lupus|vascularit|crohn|rectocolit|sclerose en|myastheni|nephrotique|glomerul|\bgreffe renale|"
    r"transplantation renale|rejet"
)
_PURPOSES = {row["drug"]: folded_re(row["words"]) for row in read_table(Path(__file__).with_name("purposes.tsv"))}
_IMMUNOSUPPRESSIVE = frozenset(
    {"évérolimus", "sirolimus", "cyclophosphamide", "méthotrexate", "rituximab", "chlorambucil", "mercaptopurine"}
)
"""Anticancer drugs also given against immunity; they are no course beside its diseases or other immunosuppressants."""
_NOT_TO_DO = (
    Cue(
        r"pas|sans|non|aucune?|ni",
        r"[ ](?:d'|de |lieu (?:a|de) |encore )?(?:indication|place|projet|benefice|necessite|recours|traitement|ci|"
        r"contre-? ?indication)\b[^.;,]{0,24}$",
    ),
    Cue(r"renon\w+|recus\w+", r" a (?:l'|la |une? )?$"),
    Cue(r"pas de (?:reprise|reintroduction) (?:de |du |de la |de l')$"),
    Cue(r"possibilite|eventualite|evaluer|interet|faisabilite|apte a|capable de", r"\b[^.;,]{0,30}$"),
)
"""Before a treatment that is not, or may only be, given."""
_NEVER_THE_SAME = frozenset({"chimiothérapie intensive", "chimiothérapie intrathécale", "conditionnement"})
"""Courses that are others than the main one by their name."""
_CARRIES_OUT = 2500
"""Characters within which a course told with its drugs carries out one that was planned without them."""
_STARTS = folded_re(
    r"\b(?:debut\w*|commenc\w*|instaur\w*|decid\w*|propos\w*|initi\w*|mise? sous|recommand\w*|associ\w*)\b"
)
_BEGINS_AGAIN = folded_re(
    r"\bdebut\w*|\ba nouveau\b|\brepri\w*|\breprend\w*|\breintrodui\w*|\bretrait\w*|\breadministr\w*|\bcures? (?:de|"
    r"selon)"
)
_TREATED_BY = folded_re(r"\btraite\w*\b[^.;]{0,140}$")
_RECEIVED = folded_re(r"\b(?:recu|recoit|beneficie|debute|commence|administre)\w*\b[^.;]{0,40}$")
"""What tells that a course which was planned is given."""
_QUESTION = folded_re(r"\?[ )\n]*$")
_NOT_INDICATED = folded_re(
    r"[ )]{0,3}[^.;,)]{0,24}\b(?:non[ -](?:indique|elig|envisag|retenu)\w*|contre-? ?indique\w*|pas indique\w*|"
    r"recuse\w*|refuse\w*|ecarte\w*|n'est pas|n'etait pas)|[ ]?(?:en )?(?:injection |voie )?intra-?vitre"
)
_CLAUSE = 90
"""Characters before a mention within which its line of treatment is told, and behind it a third of them."""
_NAMED_NEXT = 20
"""Characters behind counted cures within which what they are of is named, or what is added to them."""
_MOST = 40
"""Courses before or behind a mention that are looked at: no patient has more."""
_ELABORATES = 350
"""Characters within which a course told with its drugs spells out a generic one told before it."""


def systemic_courses(reading: Reading) -> list[Course]:
    """The courses of systemic treatment in order of place, each once."""
    told: list[Course] = []
    for group in by_patient(reading, _candidates(reading), lambda candidate: candidate[0].start):
        told += _told(reading, group)
    count_cycles(reading, told)
    return told


def _told(reading: Reading, candidates: list[tuple[Course, str]]) -> list[Course]:
    """The courses of one patient."""
    named_kinds = {course.kind for course, role in candidates if course.named and role != "none"}
    told: list[Course] = []
    for course, role in candidates:
        if role == "none":
            continue
        if course.named:
            _tell_named(reading, told, course, role)
        elif _tells_generic(reading, told[-_MOST:], course, role, named_kinds):
            _take_content(reading, told, course)
            told.append(course)
    told = [course for i, course in enumerate(told) if not _elaborated(reading, course, told[i + 1 : i + 1 + _MOST])]
    return sorted(told, key=lambda course: course.start)


def _candidates(reading: Reading) -> list[tuple[Course, str]]:
    """The mentions, each with its role: `course`, `recall` (of one told before, or one told in passing), or `none`."""
    folded = reading.folded
    found: list[tuple[Course, str]] = []
    last: Course | None = None  # told with its drugs
    for chain in chains(reading, words_of_treatment(reading)):
        course = course_of(chain)
        unnamed = course is None or not course.named
        if unnamed and last is not None and (again := _same_again(reading, chain)):
            course = Course(last.kind, again, chain[-1].end, list(last.drugs), regimen=last.regimen)
        if course is None or (course.drugs and is_companion_only(course.drugs) and not course.regimen):
            continue
        if course.status(reading) in ("negated", "family"):
            continue
        before, after = words_before(reading, course), words_after(reading, course)
        course.apart = any(word.name in _NEVER_THE_SAME for word in chain)
        first = max(reading.sentence(course.start).start, course.start - _CLAUSE)
        course.line = line_told(folded[first : course.end + _CLAUSE // 3])
        if chain[0].sort == "line" and before.endswith("meme ") and last is not None:
            _add_to_same(course, last)
        found.append((course, _role(reading, course, chain[0].sort, before, after)))
        last = course if course.named else last
    found = _counted_again(reading, found)
    for course, role in found:
        if role != "none":
            course.end_date = stopped_on(reading, course)
    candidates = [course for course, role in found if role == "course"]
    set_intents(reading, candidates)
    set_periods(reading, candidates)
    return found


def _add_to_same(course: Course, last: Course) -> None:
    """`trois cures du même protocole avec rituximab`: the drugs told before, and what is added to them."""
    course.drugs = [*last.drugs, *(name for name in course.drugs if name not in last.drugs)]
    course.kind, course.regimen, course.fresh = last.kind, last.regimen, True


def _counted_again(reading: Reading, found: list[tuple[Course, str]]) -> list[tuple[Course, str]]:
    """The mentions, with the cures that are counted without being named: `suivies de 3 cures de consolidation`,
    `2 cures identiques`."""
    folded = reading.folded
    starts = [course.start for course, _ in found]
    named = [
        course for course, role in found if course.named and role != "none" and course.regimen not in IN_ONE_DAY
    ]
    named_starts = [course.start for course in named]
    more: list[tuple[Course, str]] = []
    joined: set[Course] = set()
    for hit in reading.hits("counts"):
        manner = _CURES_AGAIN.match(folded, hit.end) if hit.term.code == "cycle" else None
        number = before_unit(folded, hit.start) if manner else None
        i = bisect_left(named_starts, hit.start) - 1
        if manner is None or number is None or i < 0:
            continue
        end = manner.end()
        named_next = _OF_NAMED.match(folded, end)
        within = found[bisect_left(starts, hit.start) - 1][0]
        beside = _between(found, starts, hit.start + 1, end)
        if named_next is not None:
            beside += _between(found, starts, named_next.end(), named_next.end() + _NAMED_NEXT)
        if (within.start < hit.start < within.end and within not in joined) or not joined.issuperset(beside):
            continue
        last = named[i]
        course = Course(last.kind, number.start("n"), end, cycles=value(number), fresh=True, apart=True)
        if "identique" in manner[0] or "meme" in manner[0]:
            course.drugs, course.regimen = list(last.drugs), last.regimen
            for other in _between(found, starts, end, end + _NAMED_NEXT):  # `3 cures identiques + bévacizumab`
                if other not in joined and _ADDED.fullmatch(folded, end, other.start):
                    course.drugs += [name for name in other.drugs if name not in course.drugs]
                    course.end = other.end
                    joined.add(other)
        if course.status(reading) not in ("negated", "family"):
            more.append((course, "course"))
    if not more and not joined:
        return found
    return sorted([*(each for each in found if each[0] not in joined), *more], key=lambda each: each[0].start)


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


def _role(reading: Reading, course: Course, first: str, before: str, after: str) -> str:
    found = stems(before)
    if (
        (before.endswith(_SERVICE_LINKS) and _SERVICE.search(before))
        or any(cue.stands(before, found) for cue in _NOT_TO_DO)
        or _NOT_INDICATED.match(after)
    ):
        return "none"
    if (
        course.drugs
        and len(course.drugs) == 1
        and course.drugs[0] in _IMMUNOSUPPRESSIVE
        and _against_immunity(reading, course)
    ):
        return "none"
    if len(course.drugs) == 1 and _for_something_else(reading, course):
        return "none"
    sentence = reading.sentence(course.start)
    if reading.folded.find("?", course.end, sentence.end) >= 0 and _QUESTION.search(
        reading.folded, course.end, sentence.end
    ):
        return "none"
    if course.named:
        if first in ("drug", "class") and _harms(before, found) and not counts_doses(before):
            return "recall" if is_stopped(reading.folded, course.end) else "none"
        if recalled_by_stop(before, found, after):
            return "recall"
        return "course"
    if _ALTERNATIVE.search(before[-30:]) or _ALTERNATIVE.search(after[:24]):
        return "none"
    if first == "class":
        indefinite = _INDEFINITE.search(before) or (before.endswith(_LINKS) and _COUNTED.search(before))
        return "course" if indefinite and not _harms(before, found) else "none"
    if before.endswith(_LINKS) and _COUNTED.search(before):
        return "course"
    if _harms(before, found) or recalled_by_stop(before, found, "") or _DEFINITE.search(before):
        return "recall"
    return "course"


def _harms(before: str, found: frozenset[bytes]) -> bool:
    """Whether the words before a mention, whose stems are given, tell of it without telling a course of it."""
    if _HARM.stands(before, found) or _ALLERGY.stands(before, found):
        return True
    return " sous" in before and _GRADED.search(before) is not None


def _for_something_else(reading: Reading, course: Course) -> bool:
    """Whether a drug that is also given for something else than a tumour stands beside that."""
    words = _PURPOSES.get(course.drugs[0])
    if words is None or not words.search(reading.folded, max(0, course.start - 90), course.end + 60):
        return False
    sentence = reading.sentence(course.start)
    first, last = max(sentence.start, course.start - 90), min(sentence.end, course.end + 60)
    return words.search(reading.folded, first, last) is not None


def _against_immunity(reading: Reading, course: Course) -> bool:
    sentence = reading.sentence(course.start)
    return bool(_OTHER_DISEASE.search(reading.folded, sentence.start, sentence.end)) or any(
        hit.term.row["class"] == "immunosuppressant"
        for hit in reading.hits_between("drugs", course.start - 120, course.end + 60)
    )


def _substance(course: Course) -> frozenset[str]:
    return frozenset(name for name in course.drugs if name not in COMPANIONS) or frozenset(course.drugs)


def _tell_named(reading: Reading, told: list[Course], course: Course, role: str) -> None:
    own = _substance(course)
    if role == "course" and _sums_up(reading, told[-_MOST:], course):
        return
    for earlier in reversed(told[-_MOST:]):
        if earlier.kind != course.kind and not own <= _substance(earlier):
            continue
        theirs = _substance(earlier)
        same_regimen = bool(course.regimen and earlier.regimen and course.regimen.lower() == earlier.regimen.lower())
        if own == theirs or same_regimen:
            if role == "course" and (_another(reading, earlier, course) or _in_another_year(reading, earlier, course)):
                break
            _enrich(earlier, course)
            if role == "course" and earlier.status(reading) == "planned" and course.status(reading) == "affirmed":
                earlier.given = _RECEIVED.search(words_before(reading, course)) is not None
            return
        if own and own < theirs:
            if role == "course" and (
                is_fresh(reading, course)
                or goes_on(reading, course)
                or _another_line(earlier, course)
                or _begins_later(reading, earlier, course)
            ):
                break
            return
    told.append(course)


def _sums_up(reading: Reading, told: list[Course], course: Course) -> bool:
    """Whether a mention lists the drugs of several courses told before: `ayant reçu cisplatine et nivolumab`."""
    own = _substance(course)
    if len(own) < 2 or course.line or course.start_date or course.regimen:
        return False
    parts = [earlier for earlier in told if _substance(earlier) & own]
    if len(parts) < 2 or any(own <= _substance(earlier) for earlier in parts) or is_fresh(reading, course):
        return False
    sums_up = own <= frozenset().union(*map(_substance, parts))
    return sums_up and not _STARTS.search(words_before(reading, course))


def _another(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a mention with the content of a course told before tells another course."""
    if is_fresh(reading, course) or _another_line(earlier, course):
        return True
    if course.intent and earlier.intent and course.intent != earlier.intent:
        return True
    if (
        course.intent == "adjuvant"
        and earlier.intent is None
        and reading.hits_between("surgery", earlier.end, course.start)
    ):
        return True
    return _begins_later(reading, earlier, course)


def _another_line(earlier: Course, course: Course) -> bool:
    """Whether a mention is of another line of treatment: a second line is none of the adjuvant treatment's."""
    if course.line is None:
        return False
    if earlier.line is None:
        return course.line > 1 and earlier.intent in ("adjuvant", "neoadjuvant")
    return course.line != earlier.line


def _begins_later(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether a mention tells a beginning after what was told before of the course with its content."""
    known = earlier.end_date or earlier.start_date
    begin = course.start_date
    if not known or not begin or begin <= known or begin.startswith(known):
        return False
    return begins(reading, course)


def _in_another_year(reading: Reading, earlier: Course, course: Course) -> bool:
    """Whether `traité par …` stands in an account that has moved on to another year."""
    if not _TREATED_BY.search(
        reading.folded, max(reading.sentence(course.start).start, course.start - 160), course.start
    ):
        return False
    sentence = reading.sentence(course.start)
    ours = {time.value[:4] for time in reading.dates_between(sentence.start, sentence.end)}
    return bool(ours) and told_year(reading, earlier.start) not in ours | {""}


def _enrich(earlier: Course, course: Course) -> None:
    """Take over what a later mention adds."""
    earlier.recalls.append(course.end)
    earlier.regimen = earlier.regimen or course.regimen
    earlier.line = earlier.line or course.line
    earlier.intent = earlier.intent or course.intent
    earlier.start_date = earlier.start_date or course.start_date
    earlier.end_date = earlier.end_date or course.end_date


def _take_content(reading: Reading, told: list[Course], course: Course) -> None:
    """`deux autres cures selon le même protocole` has the drugs of the course before it."""
    sentence = reading.sentence(course.start)
    if not _SAME.search(reading.folded, max(sentence.start, course.start - 60), min(sentence.end, course.end + 60)):
        return
    earlier = next((earlier for earlier in reversed(told) if earlier.named and earlier.kind == course.kind), None)
    if earlier is not None:
        course.drugs, course.regimen = list(earlier.drugs), earlier.regimen


def _tells_generic(
    reading: Reading, told: list[Course], course: Course, role: str, named_kinds: set[str]
) -> bool:
    """Whether a modality without drugs tells a course that nothing else tells."""
    same_kind = [earlier for earlier in told if earlier.kind == course.kind]
    if role == "recall":
        return not same_kind and course.kind not in named_kinds
    if not same_kind:
        return True
    if is_fresh(reading, course) or (course.line and same_kind[-1].line != course.line):
        return True
    known = {earlier.intent for earlier in same_kind}
    return bool(course.intent and course.intent not in known and None not in known)


def _elaborated(reading: Reading, course: Course, following: list[Course]) -> bool:
    """Whether a generic mention is spelt out by a named one soon after it, or later where it was only planned."""
    if course.named or course.apart:
        return False
    reach = _CARRIES_OUT if course.status(reading) == "planned" else _ELABORATES
    for later in following:
        if later.named and later.kind == course.kind and 0 < later.start - course.start < reach:
            later.intent = later.intent or course.intent
            return True
    return False
