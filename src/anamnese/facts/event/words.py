"""Words that the rules of events share: what tells an event again, and what is no event of the disease."""

from __future__ import annotations

from bisect import bisect_left

from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

Hits = dict[str, list[Hit]]
AGAIN = folded_re(
    r"(?:nouvelles?|deuxieme|troisieme|quatrieme|seconde?|\b\d ?(?:e|eme|ere)|autre|de nouveau(?: une)?|"
    r"a nouveau(?: une)?) $"
)
DEFINITE = folded_re(
    r"(?:\bla |\bcette |\bsa |\bcelle |\bl'|\bde la |\bladite |\bces |\bdes )(?:nouvelle |premiere |"
    r"deuxieme )?$"
)
_NOT_TOLD = folded_re(
    r"(?:survie|intervalle|periode|delai|temps|libre|duree|taux|risque|absence|probabilite|facteurs?|"
    r"score|sans|eviter|"
    r"prevenir|diminuer|reduire|limiter|favoriser|alternatives? efficaces? a la|sg|ssp|survenue|"
    r"type de|mode de|critere de|definition de)"
    r"(?: sans| de| d'| la| une| libre| avant| a| en)* $"
)
_OF_NOT_TOLD = (
    "survie", "intervalle", "periode", "delai", "temps", "libre", "duree", "taux", "risque", "absence", "probabilite",
    "facteur", "score", "sans", "eviter", "prevenir", "diminuer", "reduire", "limiter", "favoriser", "alternative",
    "sg ", "ssp ", "survenue", "type de", "mode de", "critere de", "definition de",
)  # fmt: skip
SYMPTOM = folded_re(
    r" (?:progressive |clinique |rapide |nette |importante )*(?:de la |du |des |de l'|de son |de sa |"
    r"de ses |de |d'une? |d')"
    r"(?:symptomatologie|symptomes?|douleurs?|fievre|dyspnee|dysphagie|toux|epanchement|pleuresie|"
    r"ascite|saignement|hemorragie|hematurie|deficit|"
    r"troubles?|insuffisance|infection|o?edeme|anemie|thrombopenie|asthenie|etat|creatinine|"
    r"clinique|cephalees|vertiges|"
    r"tableau|vomissements?|purpura|signes|fonction|detresse|situation|dose|posologie|traitement|"
    r"antalgi[a-z]+|perimetre|densite|"
    r"neuropathie|diarrhee|hypoglycemi|hypercalcemi|hyponatremi|cephalee|convulsi|ictere|occlusion|bilirubine|crp|leucocytes|plaquettes|pression|tension|frequence|"
    r"volume abdominal|activite|valeurs?|taux|marqueurs?|"
    r"clones|corticoides|transaminases|reactants|vascularisation|debit|poids|diurese|polynucleaires|"
    r"epaisseur|crise|convulsion|confusion)"
)
TUMOUR_GROWS = folded_re(
    r" (?:importante |nette |significative |discrete |progressive |rapide )?(?:de la |du |des |de l'|"
    r"de |en |d'une? )?(?:la )?(?:taille|volume|nombre|charge|multiples|toutes les|l'ensemble des)*"
    r" ?(?:et (?:du |en |de la |de |dans le )(?:nombre|taille|volume) )?(?:de la |du |des |de l'|de |d'une? )?"
    r"(?:tumorale?|masses?|tumeurs?|lesions?|nodules?|adenopathies?|metastases?|maladie|atteinte|"
    r"loes?|foyers?|depots?|cibles?|restes?|residus?|reliquats?|recidive|gliome|prise de contraste|"
    r"implants?|carcinose|processus|localisations?|conglomerat|ganglions?)"
)
SEEN_GROWING = folded_re(r"(?:lesions?|loes?|nodules?|masses?|metastases?|adenopathies|tumeur)\b[^.;:\n]{0,60}$")
_TAIL = folded_re(
    r"(?: \([^()\n]{1,25}\))?(?:,? (?:et |ou |puis )?(?:au niveau (?:de la|du|des|de l')?|dans (?:la|"
    r"le|les|l')?|de (?:la|sa)|d'un|du|des|sur|a|en|"
    r"(?!(?:ecart|elimin|exclu|infirm|refut|suspect|soupconn|redout|evoqu|discut)[a-z]*)[a-z'-]*"
    r"(?:ales?|aires?|iques?|euses?|iennes?|aux|ees?|ive|ite|nue|ilaterale|ique|ienne|isse?lle|sein|"
    r"foie|cerveau|distance|maladie|tumeur))"
    r"(?= |,|\.|;|\)|\(|\n|$|:)){0,8}"
)
_LOOSE_END = folded_re(r"(?:[ ,]+(?:et|ou|a|en|du|des|de|la|le|les|dans|sur|d'un|au niveau))+$|[ ,]+$")
NEAR = 420
"""Within this many characters a definite article refers to what was just told."""


def is_not_told(before: str) -> bool:
    """Whether the words before an event name something else by it: `survie sans récidive`, `le risque de rechute`."""
    return holds(before, _OF_NOT_TOLD) and _NOT_TOLD.search(before) is not None


_PLANS = frozenset({"treatment", "conclusion", "discussion", None})
"""Sections that tell what is to be done."""
_STOPPED = ("arret", "stop", "interromp", "suspend", "decede", "jusqu", "relay")
_THEN = folded_re(r"(?: [a-z]+){0,3} ?(?:[:.;)\n]|$|,? (?:discuter|proposer|envisager|prevoir|reprendre|rediscuter)\b)")


def only_if_it_comes(reading: Reading, hit: Hit, before: str) -> bool:
    """Whether an event is only what a plan waits for: `À progression : carboplatine`, `2e ligne à la rechute`, `En
    progression : discuter un essai`; not where it has a date or ended a treatment."""
    lead = before.strip(" -*>.\n")
    if not (before.endswith((" a ", " a la ")) or (lead in ("a", "a la", "en") and before.endswith(lead + " "))):
        return False
    if reading.text[hit.start - (5 if before.endswith("la ") else 2)] == "a":
        return False  # the verb: `la maladie a │échappé au traitement│`
    if reading.section(hit.start) not in _PLANS or any(word in before for word in _STOPPED):
        return False
    last = reading.sentence(hit.start).end
    if lead == "en":
        return reading.folded[hit.end : hit.end + 2].strip() == ":"
    if reading.dates_between(hit.start, min(last, hit.end + 60)):
        return False
    return _THEN.match(reading.folded, hit.end, last) is not None


def words_before(reading: Reading, pos: int, width: int) -> str:
    """The words before a place in its sentence, at most `width` characters."""
    first = reading.sentence(pos).start
    return reading.folded[max(first, pos - width) : pos]


def words_after(reading: Reading, hit: Hit) -> str:
    """What follows a hit in its sentence."""
    return reading.folded[hit.end : min(reading.sentence(hit.start).end, hit.end + 40)]


def end_of_places(reading: Reading, end: int) -> int:
    """The end of the words that say where the disease is."""
    tail = _TAIL.match(reading.folded, end, min(reading.sentence(end - 1).end, end + 120))
    text = tail[0] if tail else ""
    return end + len(_LOOSE_END.sub("", text))


_SPAN = folded_re(
    r"(?:(?P<n>\d{1,2})|(?P<word>une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
    r"seize|dix-huit|vingt)) ?(?P<unit>ans?|annees?|mois)(?: et demie?)? "
    r"(?:plus tard|apres|de (?:suivi|surveillance|recul|remission))\b|"
    r"(?:au bout de|il y a|recul de|suivi de|surveillance de|"
    r"apres un (?:delai|intervalle)(?: libre)? de|apres) (?:plus de |environ )?"
    r"(?:(?P<n2>\d{1,2})|(?P<word2>une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
    r"seize|dix-huit|vingt)) ?(?P<unit2>ans?|annees?|mois)(?! de (?:traitement|chimio|douleur)| d')"
)
_OF_SPAN = ("apres", "plus tard", "au bout de", "il y a", "recul", "suivi", "surveillance", "remission")
"""Words of which each such lapse has one."""
_NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-huit": 18,
    "vingt": 20,
}  # fmt: skip


def months_told(folded: str, start: int, end: int) -> int:
    """The longest lapse of time that some words tell, in months: `dix ans plus tard`, `au bout de 18 mois`; else 0."""
    most = 0
    if not holds(folded[start:end], _OF_SPAN):
        return most
    for span in _SPAN.finditer(folded, start, end):
        number, word, unit = (span[name] or span[name + "2"] for name in ("n", "word", "unit"))
        most = max(most, (int(number) if number else _NUMBERS[word]) * (1 if unit == "mois" else 12))
    return most


def place(fact: Draft) -> int:
    """Where a fact begins."""
    return fact.start


def therapies(reading: Reading) -> list[Draft]:
    """The treatments in order of place."""
    return sorted(reading.facts("therapy"), key=place)


def first_between(facts: list[Draft], start: int, end: int) -> Draft | None:
    """The first of some facts, in order of place, that begins inside `start:end`."""
    i = bisect_left(facts, start, key=place)
    return facts[i] if i < len(facts) and facts[i].start < end else None


def month(reading: Reading, draft: Draft | Hit) -> int | None:
    """The month, counted from year 0, of the date in a draft's sentence or the last before it."""
    sentence = reading.sentence(draft.start)
    times = [t for t in reading.dates_between(sentence.start, sentence.end) if not t.birth]
    if not times:
        times = [t for t in reading.dates_between(max(0, sentence.start - 600), sentence.start) if not t.birth][-1:]
    if not times:
        return None
    value = times[0].value
    return int(value[:4]) * 12 + (int(value[5:7]) if len(value) > 6 else 6)
