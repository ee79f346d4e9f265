"""Lines of treatment: the number that the report tells, else the count of systemic courses in advanced disease."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anamnese.history.calendar import first_day, last_day, months_apart
from anamnese.history.extent import BLADDER
from anamnese.history.returns import takes_away
from anamnese.history.story import Item, Story
from anamnese.history.stretch import Stretch
from anamnese.history.treatment import Treatment, own_drugs
from anamnese.history.tumours import Primary

_SYSTEMIC = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
_ORDINALS = {
    "premiere": 1, "1re": 1, "1ere": 1, "1er": 1, "l1": 1,
    "deuxieme": 2, "seconde": 2, "2e": 2, "2eme": 2, "2nde": 2, "2de": 2, "l2": 2,
    "troisieme": 3, "3e": 3, "3eme": 3, "l3": 3,
    "quatrieme": 4, "4e": 4, "4eme": 4, "l4": 4,
    "cinquieme": 5, "5e": 5, "5eme": 5, "l5": 5,
    "sixieme": 6, "6e": 6, "6eme": 6, "l6": 6,
    "septieme": 7, "7e": 7, "7eme": 7, "l7": 7,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
}  # fmt: skip
_TOLD = re.compile(
    r"\b(?P<before>premiere|seconde|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|"
    r"[1-7] ?(?:re|ere|er|e|eme|nde|de))[ -]lignes?\b"
    r"|\b(?:ligne|line) ?(?P<after>[1-7]|iii|iv|ii|i)\b|\b(?P<short>l[1-7])\b(?![ -]?l?[1-5]\b)",
    re.ASCII,
)
_LINE = re.compile(r"l(?:igne|ine|[1-7])")
"""What `_TOLD` always holds, and is found sooner."""
_GOES_ON = re.compile(
    r"\b(?:entretien|maintenance|(?:en|de) maintien|consolidation|relais|poursuite|intensification|conditionnement|"
    r"intrathecal\w*|desescalade|bridging|attente|lymphodepletion)\b",
    re.ASCII,
)
_GOES_ON_AS = re.compile(
    r"\b(?:en|de|d'|comme|dose) ?(?:traitement |therapie |dose )?(?:d'|de )?"
    r"(?:entretien|maintenance|maintien|consolidation)\b",
    re.ASCII,
)
"""What is told of a course behind its doses: `capécitabine 1 600 mg/m2/j + bévacizumab 7,5 mg/kg │en maintenance│`."""
_FAILED = re.compile(r"\b(?:refractaire|resistant|echec|progress|rechut)\w*[ ](?:[a-z']+ ){0,2}$", re.ASCII)
"""What makes a line that of the treatment before: `réfractaire en │2ème ligne│`."""
_NEXT = re.compile(r"[;:(\n]|[,.](?!\d)|\b(?:puis|suivie?s?|avant|en vue|avec)\b", re.ASCII)
_THEN = re.compile(r"\b(?:puis|suivie?s?)\b|[+]| - ", re.ASCII)
_AND = re.compile(r"(?:\b(?:et|avec|plus|associee?s? a)|[+])\s*(?:du |de la |de l'|le |la |l')?$", re.ASCII)
"""What joins drugs that are given together."""
_BEHIND_IT = re.compile(r"\b(?:puis|suivie?s?|relais|relayee?s?|ensuite|echec|progress\w*)\b", re.ASCII)
_BROKEN = re.compile(r"echec|progress|refract|rechut|resist|insuffis|ligne|\bl\d|[;:]", re.ASCII)
"""What begins another line between two courses."""
_GOES_ON_BEFORE, _GOES_ON_BEHIND, _GOES_ON_BEHIND_DOSES = 45, 25, 60
_CASTRATION = frozenset({
    "goséréline", "triptoréline", "leuproréline", "dégarélix", "rélugolix", "buséréline", "bicalutamide", "cyprotérone",
    "flutamide", "nilutamide",
})  # fmt: skip
"""Androgen deprivation, the background of prostate cancer; lines are counted of what is added to it (EAU)."""

_BCG = "bacille de calmette-guérin"
_INSTILLED = re.compile(r"\b(?:intra-?vesical|instillation|endovesical)")
_WAFER = "carmustine"
_IMPLANTED = re.compile(r"\b(?:implants?|wafers?|gliadel|pastilles?)\b", re.ASCII)
_CYTOREDUCTION = frozenset({"hydroxycarbamide", "prednisone", "prednisolone", "méthylprednisolone", "rasburicase"})
_PREPHASE_MONTHS = 3.0
"""What only lowers the count of cells before the first treatment of a disease of the blood is no line where other drugs
follow so soon (ELN 2020 for chronic myeloid leukaemia: cytoreduction; ESMO for lymphomas: prephase)."""

_PARP = frozenset({"olaparib", "niraparib", "rucaparib", "bévacizumab"})
_PLATINUM = frozenset({"carboplatine", "cisplatine", "oxaliplatine"})
_CLASS = {
    **dict.fromkeys(("cisplatine", "carboplatine", "oxaliplatine"), "platinum"),
    **dict.fromkeys(("paclitaxel", "docétaxel", "nab-paclitaxel", "paclitaxel-albumine"), "taxane"),
    **dict.fromkeys(("fluorouracile", "capécitabine", "tégafur/giméracil/otéracil"), "fluoropyrimidine"),
    **dict.fromkeys(("doxorubicine", "épirubicine", "doxorubicine liposomale pégylée"), "anthracycline"),
    **dict.fromkeys(("cétuximab", "panitumumab"), "anti-EGFR antibody"),
    **dict.fromkeys(("bléomycine", "ifosfamide"), "third drug of germ cell tumours"),  # VIP for BEP (EAU, ESMO)
}
"""Drugs of which one takes the place of the other for its toxicity: the line goes on (ESMO guidelines name each of them
as the alternative of the other)."""
_BROKEN_BY = re.compile(r"\b(?:echec|progress|refract|rechut|recidiv|resist)", re.ASCII)
_SINCE = 300
"""Within how many characters before a course the failure of the one before is told."""

_CONDITIONING_MONTHS = 1.0
_OPERATED_MONTHS = 4.0
"""How soon after the drugs that prepare it an operation follows at the latest."""
_BEFORE, _BEHIND = 60, 45
"""How many characters before a course and behind it its line may be told, within the sentence."""


def number_lines(
    treatments: Sequence[Treatment], stretches: Sequence[Sequence[Stretch]], tumours: Sequence[Primary], story: Story
) -> None:
    """Number the systemic courses of advanced disease from 1; what goes on in a line (maintenance, consolidation) has
    no number of its own."""
    reached: dict[int, int] = {}
    for treatment in treatments:
        tumour = treatment.tumour
        if tumour is None or not _systemic(treatment):
            continue
        if treatment.item.status == "planned":
            treatment.line = told_line(treatment, treatments, story)
        if treatment.item.status != "affirmed":
            continue
        told = told_line(treatment, treatments, story)
        if told is not None and told == reached.get(tumour) and _goes_on(treatment, story):
            continue  # `2e ligne carboplatine-pémétrexed puis pémétrexed d'entretien`
        if told is not None and treatment.item.get("intent") not in ("adjuvant", "neoadjuvant"):
            reached[tumour] = treatment.line = told
            continue
        if not _counts(treatment, treatments, stretches[tumour], tumours[tumour], story):
            continue
        beside = _begun_with(treatment, treatments, story)
        reached[tumour] = treatment.line = beside if beside is not None else reached.get(tumour, 0) + 1


def _systemic(treatment: Treatment) -> bool:
    kind = treatment.item.kind
    return kind in _SYSTEMIC or (kind == "other" and bool(treatment.item.get("drugs")))


def _counts(
    treatment: Treatment, treatments: Sequence[Treatment], stretches: Sequence[Stretch], tumour: Primary, story: Story
) -> bool:
    """Whether a course is a line of its own."""
    item = treatment.item
    stretch = stretches[treatment.episode]
    if item.get("intent") in ("adjuvant", "neoadjuvant") or item.get("regimen") in ("CHIP", "CHIP/HIPEC", "PIPAC"):
        return False
    advanced = stretch.advanced or tumour.haematological or item.get("intent") == "palliative"
    if not advanced and not _never_gone(treatment, treatments, stretches):
        return False
    if stretch.kind == "remission" or _goes_on(treatment, story):
        return False
    if _is_local_return(stretch, tumour) and _is_before_operation(treatment, treatments):
        return False
    drugs = set(item.get("drugs") or ())
    if _is_intravesical(treatment, story) or (_WAFER in drugs and _is_implanted(item, story)):
        return False
    if tumour.haematological and drugs and drugs <= _CYTOREDUCTION and _soon_followed(treatment, treatments):
        return False
    if drugs and drugs <= _CASTRATION and (tumour.topography or "").startswith("C61"):
        return False
    if any(other.item.kind == "transplant" for other in _same_episode(treatment, treatments)):
        return False  # after a transplant, with no relapse told between: it maintains
    return not _conditions(treatment, treatments) and not _continues(treatment, treatments, tumour, story)


def _is_local_return(stretch: Stretch, tumour: Primary) -> bool:
    """Whether a disease came back where it was, or in its nodes; of a bladder it does where nothing else is told."""
    if stretch.distant():
        return False
    in_bladder = stretch.kind == "relapse" and (tumour.topography or "").startswith(BLADDER)
    return in_bladder or stretch.kind in ("relapse_local", "relapse_regional")


def _is_before_operation(treatment: Treatment, treatments: Sequence[Treatment]) -> bool:
    """Whether drugs were given before the operation that then took the disease away: they are no line."""
    given = treatment.item.get("end_date") or treatment.start
    if not given:
        return False
    return any(
        other.item.kind == "surgery"
        and (other.tumour, other.episode) == (treatment.tumour, treatment.episode)
        and other.start is not None
        and takes_away(other.item)
        and first_day(treatment.start or given) < first_day(other.start)
        and months_apart(given, other.start) <= _OPERATED_MONTHS
        for other in treatments
    )


def _is_intravesical(treatment: Treatment, story: Story) -> bool:
    """Whether drugs are instilled into the bladder, which is a local treatment (EAU)."""
    item = treatment.item
    if _BCG in (item.get("drugs") or ()):
        return True
    folded, start, end = story.page(item).folded, item.span[0], item.span[1] + _BEHIND
    if folded.find("vesical", start, end) < 0 and folded.find("instillation", start, end) < 0:
        return False
    return _INSTILLED.search(folded, start, end) is not None


def _is_implanted(item: Item, story: Story) -> bool:
    """Whether a drug is left in the cavity of an operation, of which it is a part: `implants de carmustine`."""
    return _IMPLANTED.search(story.page(item).folded, max(0, item.span[0] - 20), item.span[1] + 10) is not None


def _soon_followed(treatment: Treatment, treatments: Sequence[Treatment]) -> bool:
    """Whether other drugs are given within months of a course."""
    start = treatment.start
    behind = treatments[treatments.index(treatment) + 1 :]
    return start is not None and any(
        other.tumour == treatment.tumour
        and _systemic(other)
        and other.start is not None
        and months_apart(start, other.start) <= _PREPHASE_MONTHS
        for other in behind
    )


def _never_gone(treatment: Treatment, treatments: Sequence[Treatment], stretches: Sequence[Stretch]) -> bool:
    """Whether drugs were all that a first disease was treated with, which then went on: those of an inoperable
    tumour."""
    following = next((stretch for stretch in stretches[1:] if stretch.kind != "remission"), None)
    if treatment.episode or following is None or following.kind != "progression":
        return False
    return not any(
        (other.item.kind == "transplant" or takes_away(other.item))
        and (other.tumour, other.episode) == (treatment.tumour, 0)
        for other in treatments
    )


def _conditions(treatment: Treatment, treatments: Sequence[Treatment]) -> bool:
    """Whether a course prepares a transplant or CAR-T cells: within a month before, after another line of the
    episode."""
    start = treatment.item.start
    earlier = any(other.line for other in _same_episode(treatment, treatments))
    return earlier and any(
        (other.item.kind == "transplant" or _is_cell_therapy(other))
        and other is not treatment
        and start is not None
        and other.item.start is not None
        and first_day(start) <= last_day(other.item.start)
        and months_apart(start, other.item.start) <= _CONDITIONING_MONTHS
        for other in treatments
    )


def _is_cell_therapy(treatment: Treatment) -> bool:
    """Whether a course is one of CAR-T cells, by the common stem of their names (INN `-leucel`)."""
    return any(drug.endswith("leucel") for drug in treatment.item.get("drugs") or ())


def _same_episode(treatment: Treatment, treatments: Sequence[Treatment]) -> list[Treatment]:
    """The courses before this one in its episode."""
    before = treatments[: treatments.index(treatment)]
    return [other for other in before if (other.tumour, other.episode) == (treatment.tumour, treatment.episode)]


def _continues(treatment: Treatment, treatments: Sequence[Treatment], tumour: Primary, story: Story) -> bool:
    """Whether a course goes on with the line before it in the same episode: with some of its drugs, with others added
    in the same sentence (`CHOP puis CHOEP`), or with a PARP inhibitor after platinum in the diseases where that is the
    maintenance (ESMO: ovary, pancreas)."""
    drugs = set(own_drugs(treatment))
    lines = [other for other in _same_episode(treatment, treatments) if other.line is not None]
    if not drugs or not lines:
        return False
    before = set(own_drugs(lines[-1]))
    if tumour.haematological and _is_second_part(lines[-1], treatment, story):
        return True
    if drugs <= before or (before and before < drugs and _in_one_breath(lines[-1], treatment, story)):
        return True
    if {_CLASS.get(drug, drug) for drug in drugs} <= {_CLASS.get(drug, drug) for drug in before}:
        return not _failed_between(lines[-1], treatment, story)
    maintained = (tumour.topography or "").startswith(("C56", "C57", "C48", "C25"))
    return maintained and drugs <= _PARP and bool(before & _PLATINUM)


def _failed_between(treatment: Treatment, following: Treatment, story: Story) -> bool:
    """Whether a report tells between two courses, or beside the second, that the first had failed."""
    held, item = treatment.items[-1], following.item
    if held.page != item.page:
        return False
    folded = story.page(item).folded
    return _BROKEN_BY.search(folded, max(held.span[1], item.span[0] - _SINCE), item.span[0]) is not None


def _is_second_part(treatment: Treatment, following: Treatment, story: Story) -> bool:
    """Whether a report tells a course behind another in one sentence, and no failure between: `2 BEACOPP puis 4 ABVD`
    are one line of a lymphoma."""
    for page in story.pages:
        facts = page.case.facts
        places = [facts[proof.fact].end for proof in treatment.proofs if proof.report == page.id]
        for start in [facts[proof.fact].start for proof in following.proofs if proof.report == page.id]:
            end = max((place for place in places if place <= start), default=None)
            if end is None or not page.one_sentence(end, start):
                continue
            if _THEN.search(page.folded, end, start) and not _BROKEN.search(page.folded, end, start):
                return True
    return False


def _in_one_breath(treatment: Treatment, following: Treatment, story: Story) -> bool:
    """Whether two courses are told in one sentence."""
    held, item = treatment.item, following.item
    return held.page == item.page and story.page(item).one_sentence(held.span[0], item.span[0])


def _begun_with(treatment: Treatment, treatments: Sequence[Treatment], story: Story) -> int | None:
    """The line of which a course is a part: told in one sentence with it, and begun on the same day (`brentuximab-ICE
    le 17 février`), or joined to it by its words (`encorafénib 300 mg │et│ cétuximab`)."""
    start = treatment.start
    lines = [other for other in _same_episode(treatment, treatments) if other.line is not None]
    if not lines or lines[-1].start != start or not _in_one_breath(lines[-1], treatment, story):
        return None
    same_day = len(start or "") == len("2020-02-17")
    return lines[-1].line if same_day or _joined_by_words(lines[-1], treatment, story) else None


def _joined_by_words(treatment: Treatment, following: Treatment, story: Story) -> bool:
    """Whether a course is told as given with the one before it in the sentence, and not behind it."""
    item = following.item
    start = treatment.item.span[1]
    folded = story.page(item).folded
    return _AND.search(folded, start, item.span[0]) is not None and not _BEHIND_IT.search(folded, start, item.span[0])


def _goes_on(treatment: Treatment, story: Story) -> bool:
    """Whether the words before a course, in it, or right behind it say that it goes on with what was before."""
    item = treatment.item
    page = story.page(item)
    sentence = page.sentence(item.span[0])
    before = page.folded[max(sentence.start, item.span[0] - _GOES_ON_BEFORE) : item.span[1]]
    if _GOES_ON.search(before):
        return True
    behind = _NEXT.split(page.folded[item.span[1] : min(sentence.end, item.span[1] + _GOES_ON_BEHIND_DOSES)])[0]
    return bool(_GOES_ON.search(behind[:_GOES_ON_BEHIND]) or _GOES_ON_AS.search(behind))


def told_line(treatment: Treatment, treatments: Sequence[Treatment], story: Story) -> int | None:
    """The line that the words beside a course tell: the nearest, where no other course stands between."""
    item = treatment.item
    page = story.page(item)
    sentence = page.sentence(item.span[0])
    start = max(sentence.start, item.span[0] - _BEFORE)
    end = min(max(sentence.end, item.span[1]), item.span[1] + _BEHIND)
    for other in treatments:
        if other.item is item or other.item.report != item.report:
            continue
        if start < other.item.span[1] <= item.span[0]:
            start = other.item.span[1]
        if item.span[1] <= other.item.span[0] < end:
            end = other.item.span[0]
    nearest: tuple[int, int] | None = None
    for match in _TOLD.finditer(page.folded, start, end) if _LINE.search(page.folded, start, end) else ():
        if _FAILED.search(page.folded, max(start, match.start() - 30), match.start()):
            continue
        words = (match["before"] or match["after"] or match["short"]).replace(" ", "")
        if words not in _ORDINALS:
            continue
        gap = item.span[0] - match.end() if match.end() <= item.span[0] else max(0, match.start() - item.span[1]) + 20
        if nearest is None or gap < nearest[0]:
            nearest = (gap, _ORDINALS[words])
    return nearest[1] if nearest else None
