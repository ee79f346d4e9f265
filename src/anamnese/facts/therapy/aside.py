"""Bounded dates beside a course that are not its own: of a stay, a follow-up, a remission, another drug or course."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.time.expression import TimeExpression
from anamnese.reading.fold import folded_re, holds

SYSTEMIC = ("chemotherapy", "targeted", "immunotherapy", "hormone")
_IN_CYCLES = (*SYSTEMIC, "other")
_WITH = folded_re(r"\b(?:avec|en association|associe|concomitan)")
_CASTRATES = ("réline", "rélix")
"""How the names of the drugs end that castrate."""
_BESIDE_COURSE = 90
"""Characters before a bounded date that tell what it bounds."""
_RANGE = 12
"""Characters between the two days of a range; farther apart something else is told between them."""
_STAY = folded_re(
    r"\b(?:(?<!\ben )hospitali|admis|sejour|reanimation|soins intensifs|arret de travail|grossesse|voyage|"
    r"vacances|aplasie|neutropenie|isolement|transfus|antibioth|corticoth)[^.;]{0,40}$"
)
"""What lasts for some days beside a course."""
_OF_STAYS = (
    "hospit", "admis", "sejour", "reanim", "intensif", "travail", "grossesse", "voyage", "vacances", "aplasie",
    "neutrop", "isolement", "transfus", "antibioth", "corticoth",
)  # fmt: skip
_LASTING = folded_re(
    r"\b(?:controles?|(?:le|son|un|au|du|en|ce|de) suivi|surveill\w*|consultations?|remission|guerison|vivant\w*|"
    r"asymptomatique|libre de|indemne|bilans?|reponse (?:\w+ )?(?:maintenue|persist\w*|durable)|"
    r"sans (?:signes? |evidence |recidive|rechute|progression|maladie|nouvel|traitement|evenement))[^.;,]{0,60}$"
)
"""What goes on when a treatment is over: `Elle poursuit les contrôles jusqu'en │novembre 2019│`."""
_OF_LASTING = (
    "controle", "suivi", "surveill", "consult", "remission", "guerison", "vivant", "asympto", "libre",
    "indemne", "bilan", "reponse", "sans ",
)  # fmt: skip


def is_kept_up(course: Course) -> bool:
    """Whether a course is kept up under whatever is added to it when the disease goes on: a castration."""
    return any(drug.endswith(_CASTRATES) for drug in course.drugs)


def is_irradiated(reading: Reading, start: int, end: int) -> bool:
    """Whether an irradiation is told inside a span."""
    return any(hit.term.row["kind"] == "radiotherapy" for hit in reading.hits_between("modalities", start, end))


def together(gap: str) -> bool:
    """Whether the words between a range and a course say that it is given with what the range is told of."""
    return _WITH.search(gap) is not None


def is_aside(
    reading: Reading, course: Course, time: TimeExpression, first: TimeExpression | None, following: Course | None
) -> bool:
    """Whether a bounded date is not of the course, but of what is told beside it: a stay in hospital, a follow-up, a
    remission, another drug, the course that follows. `first` begins the range that the date ends."""
    folded = reading.folded
    opens = time if first is None else first
    sentence = reading.sentence(opens.start)
    floor = max(course.end, sentence.start)
    words = folded[max(floor, opens.start - _BESIDE_COURSE) : opens.start]
    if holds(words, _OF_STAYS) and _STAY.search(words):
        return True
    if first is None:
        return time.bound == "end" and holds(words, _OF_LASTING) and _LASTING.search(words) is not None
    if time.start - first.end > _RANGE:
        begin = max(first.end, reading.sentence(time.start).start)
        lasting = folded[begin : time.start]
        if holds(lasting, _OF_LASTING) and _LASTING.search(lasting):
            return True  # `depuis mai 2018, sans progression jusqu'en │juin 2019`
    if sentence.start < course.end:
        return False
    if following is not None and sentence.start <= following.start < sentence.end:
        return not together(folded[time.end : following.start])  # `… . Entre mai et juin, 4 cycles de │sunitinib│`
    if course.kind not in _IN_CYCLES:
        return False
    if is_irradiated(reading, time.end, min(sentence.end, time.end + _BESIDE_COURSE)):
        return not together(folded[time.end : sentence.end])  # `… . Du 5 juin au 12 juillet, │RT│ de 50 Gy`
    known = course.start_date
    if known and not (first.value.startswith(known) or known.startswith(first.value)):
        return True
    others = reading.hits_between("drugs", floor, opens.start)
    return bool(others) and not any(hit.term.name in course.drugs for hit in others)
