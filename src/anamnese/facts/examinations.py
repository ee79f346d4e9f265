"""How an examination or a procedure is named: its article, its date, its place; shared by `imaging` and `procedure`.

Whether a later naming means the same one is told by its article and by what stands beside it: `une TDM`, `la TDM de
contrôle` and `la TDM du 12/03` are new, `cette TDM` and `la TDM` are the one already told.
"""

from __future__ import annotations

import re

from anamnese.facts.places import place_after
from anamnese.facts.reading import Reading
from anamnese.facts.time.expression import TimeExpression
from anamnese.reading.fold import folded_re, holds

_THIS = frozenset(["cette", "cet", "ces", "ce", "ladite", "ledit", "meme", "memes"])
_THE = frozenset(["la", "le", "les", "l'", "au", "aux", "du"])
_ANOTHER = frozenset(
    [
        "nouvelle",
        "nouvelles",
        "nouvel",
        "nouveau",
        "nouveaux",
        "autre",
        "autres",
        "derniere",
        "dernier",
        "dernieres",
        "derniers",
        "premiere",
        "premier",
        "premieres",
        "premiers",
        "deuxieme",
        "seconde",
        "second",
        "troisieme",
        "1ere",
        "1er",
        "2eme",
        "2e",
        "prochaine",
        "prochain",
        "double",
    ]
)
_STUDY = frozenset(
    [
        "etude",
        "etudes",
        "analyse",
        "analyses",
        "examen",
        "examens",
        "bilan",
        "bilans",
        "profil",
        "controle",
        "controles",
        "resultat",
        "resultats",
        "compte",
        "rendu",
        "compte-rendu",
    ]
)
_LINKS = frozenset(["de", "d'", "du", "des", "par", "en", "a", "la", "l'", "le"])
_REFERENCE = (
    "apres ", "avant ", "depuis ", "post ", "lors de ", "suite a ", "a distance de ", "au decours de ",
    "a la suite de ", "negativite de ", "impossibilite de ", "ancienne ", "ancien ", "selon ",
)  # fmt: skip
_NEW_AFTER = folded_re(
    r"[^.;:,()\n]{0,40}?(?:(?:de|d'|du|a titre de|pour)[ ]?(?:la[ ]|l')?(?:controle?|reevaluation|evaluation|"
    r"surveillance|suivi|bilan|restadification|re-?stadification|fin[ ]de|mi-?|dosimetrie|reference|depistage)"
    r"|post-?[ ]?(?:op|the|rad|neo|chim|trait)|pre-?[ ]?(?:op|the|chim)|per-?[ ]?op|initiale?s?\b|apres[ ](?:le[ "
    r"]|la[ ]|les[ ])?(?:\d|trois|deux|quatre|six|huit|c\d|fin)|(?:a|de)[ ](?:[jm][ ]?\d+|\d+[ ]?(?:mois|"
    r"semaines|ans|jours))\b|j\d|m\d|realisee?s?|pratiquee?s?|effectuee?s?|demandee?s?)"
)
_DATE_LEAD = folded_re(
    r"[ ]*(?:(?:de|d')[ ]?(?:controle|reevaluation|evaluation(?: de la reponse)?|surveillance|suivi|dosimetrie|"
    r"reference|bilan)[ ]*|avec injection[ ]*|sans injection[ ]*|inject[a-z]*[ ]*)?"
    r"(?:(?:avec|sans)[ ](?:produit de )?contraste[ ]*)?"
    r"[(,\[]?[ ]*(?:(?:realisee?s?|effectuee?s?|faite?s?|pratiquee?s?|datee?s?|datant|en date|le cr|cr)[ "
    r"]*)?(?:(?:(?:du|de|les?|en|aux?|des|a)\b|d'|:|-)[ ]*)*(?:mois[ ]de[ ]|j\d+[ ](?:du[ ])?|m\d+[ ](?:du[ ])?|le[ ])*"
)
_DATE_REACH = 60
"""How far behind its name the date of an examination may begin, in characters."""
_IN_NAME = (
    r"[ \n]+|-|\([^()\n]{1,40}\)|/|[ld]'|(?:de|du|des|la|le|les|a|au|au[ ]niveau|en|son|sa|ses|tous|avec|sans|"
    r"contraste|injection|produit|"
    r"injecte|injectee|iodee?|complementaire|multiparametrique|dynamique|standard|simple|couleur|controle|haute|"
    r"resolution|gadolinium|gado|reconstructions?|coupes?|fines|millimetriques?|3d|multiplanaires?|sequences?|diffusion|"
    r"perfusion|temps|arteriel|veineux|pulse|tardif"
)
_OF_SAMPLE = (
    r"|tac|tc|us|eus|rx|fluoroscopie|stereotaxie|stereotaxique|in|vivo|chirurgicale?s?|ouverte?|percutanee?s?|endoscopiques?|une?|cette|ce|cet|ces|deux|l'une|aiguille|"
    r"fine|epaisse|large|aspiration|"
    r"guidee?s?|gros|calibre|tru-?cut|punch|exerese|excisionnelle|multiples?|etagees?|systematiques?|nouvelle|"
    r"par|sous|sur|voie|scanner|"
    r"scannographique|scanographique|echographique|tdm|irm|echographie|ct|scanno-?guidee?s?|echo-?guidee?s?|"
    r"scano-?guidee?s?|chirurgie|masses?|conglomerats?|magmas?|amas|restes?|residus?|plaques?|placards?|"
    r"lesions?|nodules?|tumeurs?|tumefactions?|adenopathies?|adp|ganglions?|formations?|processus|metastases?|"
    r"polypes?|ulcerations?|implants?|"
    r"localisations?|liquide|epanchement|zones?|region|principale?|suspecte?s?|dominante?|plus|gros|grosse|"
    r"volumineuse?|petite?|situee?s?|"
    r"siegeant|dans|superficielle?|patiente?|malade|piece|\d{1,2}|trois|quatre|plusieurs|palpables?|profonde?s?"
)
_SITE_LEAD = folded_re(rf"(?>(?:{_IN_NAME})(?![a-z0-9]))*)")
_SAMPLE_LEAD = folded_re(rf"(?>(?:{_IN_NAME}{_OF_SAMPLE})(?![a-z0-9]))*)")
_AT_ONCE = frozenset(("", " ", "-", " de ", " du ", " des ", " de la ", " de l'", " d'"))
"""Most of what stands between an examination and its place; both patterns run over it."""
_SITE_REACH = 100
"""How far behind an examination its place may begin, in characters."""
_WORD = re.compile(r"[a-z]{3,}|[a-z]\d+")
_UNKNOWN_SEAT = "C80.9"
_ALSO = folded_re(
    r"[ ]*(?:,|et|-|/|\+|ainsi que)[ ]*(?:(?:de[ ]|du[ ]|des[ ]|d'|la[ ]|l'|le[ ]|les[ ]|au[ ]|aux[ ])*)$"
)


_LATER = folded_re(
    r"\b(?:(?:mois|ans?|annees?|semaines?)[ ](?:apres|plus[ ]tard)|apres[ ](?:un[ ](?:recul|suivi|intervalle|delai)|"
    r"(?:\d+|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze)[ ](?:mois|ans?|semaines?|cures?|cycles?))|"
    r"au[ ]bout[ ]d)[^.]{0,90}$"
)
_LATER_WORDS = ("apres", "plus tard", "au bout d")
"""One of these is in whatever the pattern matches."""
_LATER_REACH = 150


class Naming:
    """How one examination is named where it stands."""

    __slots__ = ("another", "definite", "reference", "this")

    def __init__(self, this: bool, definite: bool, another: bool, reference: bool) -> None:
        self.this = this
        """`ce scanner`: surely told before."""
        self.definite = definite
        """`le scanner`: perhaps told before."""
        self.another = another
        """`le nouveau scanner`: surely another one than those told before."""
        self.reference = reference
        """`après le scanner`: what it is named for is something else."""


def _before_study(words: list[str]) -> list[str]:
    """The words before `l'étude de`, `les résultats de la`: the article of the study is that of the examination."""
    end = len(words)
    while end:
        head = end
        while head and words[head - 1] in _LINKS:
            head -= 1
        while head and words[head - 1].endswith(("pathologique", "histologique", "cytologique")):
            head -= 1
        if not head or words[head - 1] not in _STUDY:
            break
        end = head - 1
    return words[:end]


def naming(reading: Reading, start: int) -> Naming:
    """What the words before an examination say of whether it is a new one."""
    folded = reading.folded
    words = _before_study(folded[max(0, start - 48) : start].replace("'", "' ").split())
    another = bool(words) and words[-1] in _ANOTHER
    while words and words[-1] in _ANOTHER:
        words.pop()
    word = words[-1] if words else ""
    near = folded[max(0, start - 28) : start].replace("la ", "").replace("l'", "")
    reference = near.removesuffix("\n").endswith(_REFERENCE)
    return Naming(word in _THIS, word in _THE or reference, another, reference)


def is_new(reading: Reading, name: Naming, start: int, end: int) -> bool:
    """Whether an examination is surely another one than those told before: `le nouveau scanner`, `le scanner de
    contrôle`, `quatre ans après, le scanner`."""
    return (
        name.another
        or (not name.reference and _later(reading, start))
        or _NEW_AFTER.match(reading.folded, end) is not None
    )


def _later(reading: Reading, start: int) -> bool:
    """Whether the sentence tells that time has passed since what was told before (`quatre ans après, le scanner …`)."""
    begin = max(reading.sentence(start).start, start - _LATER_REACH)
    return holds(reading.folded[begin:start], _LATER_WORDS) and (
        _LATER.search(reading.folded, begin, start) is not None
    )


_ORDERED = folded_re(
    r"(?:demand(?:ee?s?|e|er|ons)?|propos[a-z]*|decid[a-z]*|programm[a-z]*|prev(?:u|oi)[a-z]*|planifi[a-z]*|indique[a-z]*|"
    r"sollicit[a-z]*|reclam[a-z]*|envisag[a-z]*|souhait[a-z]*|comprendr[a-z]+|en vue|attente)\b[^.;\n]{0,140}$"
)
_ORDERED_AFTER = folded_re(
    r"[^.;:\n]{0,40}?\b(?:demandee?s?|sollicitee?s?|programmee?s?|prevue?s?|prescrite?s?|proposee?s?|planifiee?s?|"
    r"organisee?s?|commandee?s?|indiquee?s?|"
    r"reclamee?s?|envisagee?s?|souhaitee?s?|en attente|a prevoir|a faire|a programmer|a realiser)\b"
)
_OF_ORDERED_AFTER = (
    "demande", "sollicite", "programm", "prevu", "prescrit", "propose", "planifie", "organise", "commande", "indique",
    "reclame", "envisage", "souhaite", "attente", "prevoir", "a faire", "a realiser",
)  # fmt: skip
"""One of these is in whatever the pattern matches."""
_RESULT = folded_re(
    r"\b(?:montr|objectiv|retrouv|revel|confirm|mis|met|mettan|decri|visualis|identifi|constat|conclu|evoqu|trouv|"
    r"normale?|negati|positi|realise|effectue|faite?s?\b|pratique)|:"
)
"""What is told of an examination that was made."""
_LINE_HEAD = folded_re(r"[ ]*(?:[\"*>-]+|\d{1,2}[ ]?[.)/-]|[a-z][.)])?[ ]*(?:une?[ ]|la[ ]|le[ ]|l'|les[ ])?$")
_HEAD_REACH = 14
"""Before what heads a line nothing stands but its number and an article, in characters."""


def ordered(reading: Reading, start: int) -> bool:
    """Whether the words before say that an examination was asked for: its report may come later."""
    return _ORDERED.search(reading.folded, max(reading.sentence(start).start, start - 170), start) is not None


def awaited(reading: Reading, start: int, end: int) -> bool:
    """Whether an examination was only asked for where it is named, its result not told there: `Une IRM est demandée`,
    `On programme un scanner`."""
    folded, sentence = reading.folded, reading.sentence(start)
    behind = folded[end : sentence.end]
    asked = holds(behind, _OF_ORDERED_AFTER) and _ORDERED_AFTER.match(behind) is not None
    return (asked or ordered(reading, start)) and _RESULT.search(behind) is None


def heads_line(reading: Reading, start: int) -> bool:
    """Whether an examination stands at the head of a line, as those do whose results are listed."""
    folded = reading.folded
    line = folded.rfind("\n", max(0, start - _HEAD_REACH), start) + 1
    return (line > 0 or start < _HEAD_REACH) and _LINE_HEAD.match(folded, line, start) is not None


def shared(one: str, other: str) -> bool:
    """Whether two places have a word in common, by its first letters."""
    return bool({word[:5] for word in _WORD.findall(one)} & {word[:5] for word in _WORD.findall(other)})


def own_date(reading: Reading, pos: int) -> tuple[int, str] | None:
    """The date that is part of the name of an examination (`TDM TAP du 12/03/2020`): its end and its value."""
    dates = reading.dates_between(pos, pos + _DATE_REACH + 1)
    lead = _DATE_LEAD.match(reading.folded, pos, pos + _DATE_REACH) if dates else None
    if lead is None:
        return None
    begin = lead.end()
    for date in dates:
        if date.start == begin and date.calendar:
            return date.end, date.value
    return None


_AND_DATE = folded_re(r"[ ]?(?P<sign>,|et|puis|/)[ ](?P<article>du |de |le |les |en |des |au |d')?")
_JOINED_TO = (" et ", " et la ", " et le ", " et l'", " et une ", " et un ")
_AND_DATES = (" et ", ", ", " puis ", " / ")
"""How all begins that the pattern matches."""
_ENDS_DATES = folded_re(
    r"[ ]?(?:[).;:,\n]|$|(?:sans|avec|sont|ont|etaient|ne|est|n'ont|pour|stables?|normales?|normaux|inchangees?)\b"
    r"|(?:montr|objectiv|retrouv|revel|confirm|compar)[a-z]+)"
)
"""What follows the dates of examinations: not what was done on the last of them (`le 3 et le 5 mars, opération`)."""
_MOST_DATES = 8


def further_dates(reading: Reading, start: int, end: int, several: bool) -> list[TimeExpression]:
    """The further days of what is named at `start` and has its own date end at `end`, each a session of its own: `TEP
    du 3 mai et du 14 juin`; where `several` are named also those that commas alone part: `scanners du 3 mai 2021, 14
    juin 2022`. The days of two that are named together are one of each: `gastroscopie et coloscopie le 3 et le 5`."""
    if not reading.folded.startswith(_AND_DATES, end) or reading.folded.endswith(_JOINED_TO, 0, start):
        return []
    folded, sure = reading.folded, several
    found: list[TimeExpression] = []
    while len(found) < _MOST_DATES and (joint := _AND_DATE.match(folded, end)) is not None:
        date = next(iter(reading.dates_between(joint.end(), joint.end() + 1)), None)
        if date is None or date.start != joint.end() or not date.calendar or len(date.value) < len("2017-01"):
            break
        sure = sure or joint["sign"] == "et" or joint["article"] is not None
        found.append(date)
        end = date.end
    return found if found and sure and _ENDS_DATES.match(folded, end) is not None else []


_NOT_DONE = folded_re(
    r"[^.;:\n]{0,50}?(?:\b(?:impossible|refusee?|recusee?|contre-indiquee?|non (?:realisee?s?|faite?s?|"
    r"effectuee?s?|disponibles?)(?! auparavant)|faisai(?:t|ent) defaut)\b"
    r"|n'(?:a|ont|avait|avaient|est|etait)[ ](?:pas|jamais|pu)[ ](?:pas[ ]|ete[ ]|pu[ ]|etre[ ]|encore[ "
    r"])*(?:realis|effectu|pratiqu|fait|possible))"
)


_NOT_DONE_WORDS = ("n'", "non ", "impossible", "refuse", "recuse", "indique", "defaut")
"""One of these is in whatever the pattern matches; most examinations have none behind them."""


def not_done(reading: Reading, pos: int) -> bool:
    """Whether the words behind an examination say that it was not made."""
    folded, end = reading.folded, min(pos + 100, reading.sentence(pos).end)
    return holds(folded[pos:end], _NOT_DONE_WORDS) and _NOT_DONE.match(folded, pos, end) is not None


def case_start(reading: Reading, pos: int) -> int:
    """Where the case of the patient around a place begins, in a report of several."""
    patients = reading.facts("patient")
    if len(patients) < 2:
        return 0
    return max((patient.start for patient in patients if patient.start <= pos), default=0)


def site_inside(reading: Reading, start: int, end: int) -> tuple[str, int] | None:
    """The place that begins in the name of an examination (`biopsie │ostéo-médullaire│`), and where it ends."""
    place = place_after(reading, start, max(0, end - start - 1))
    if place is None or place.start >= end:
        return None
    return place.text, place.end


def sentence_dates(reading: Reading, pos: int) -> list[str]:
    """The dates that the sentence around a place tells, to the month at least."""
    start, end = reading.sentence(pos)
    return [date.value for date in reading.dates_between(start, end) if date.calendar and len(date.value) >= 7]


def one_date(one: str, other: str) -> bool:
    """Whether two dates may be one: equal as far as both tell."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def site_after(reading: Reading, pos: int, sample: bool = False) -> tuple[int, int] | None:
    """Where the words for the place stand that follow an examination: `TDM │thorax et abdomen│`; for a `sample` past
    the words for what is sampled and how (`biopsie guidée par TDM du nodule │pulmonaire│`)."""
    folded = reading.folded
    place = place_after(reading, pos, _SITE_REACH)
    if place is None or place.code == _UNKNOWN_SEAT:
        return None
    if folded[pos : place.start] not in _AT_ONCE:
        lead = (_SAMPLE_LEAD if sample else _SITE_LEAD).match(folded, pos, pos + _SITE_REACH)
        if lead is None or lead.end() < place.start:
            return None
    end = place.end
    for _ in range(4):
        following = place_after(reading, end, 16)
        if following is None or not _ALSO.match(folded, end, following.start):
            break
        end = following.end
    return place.start, end
