"""Courses of systemic treatment as they are named: a modality, a regimen, an enumeration of drugs, or these together.

Neighbouring words of treatment are chained where the words between them only link them: doses and days between the
drugs of one prescription, « par », « selon le schéma », « à base de » between a modality and its drugs.
"""

from __future__ import annotations

from pathlib import Path

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.acts import carried_by
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.words import COMPANIONS, KINDS, Word
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re, holds

_BRACKETS = folded_re(r"\([^()]*\)|\[[^\[\]]*\]")
_PARTS = folded_re(
    r"\b(?:puis\b|suivie?s?\b|ensuite\b|apres\b|avant\b|mais\b|relais\b|ou\b|en raison\b|devant\b|malgre\b|sans\b|"
    r"remplace|relaye|switch|"
    r"change|\b(?:on|il|elle|et|nous) continu|,[^,]{0,12}(?:rechut|recidiv)|"
    r"progress|reponse\b|toxicit|toleran|neuropath|traite|arret|maintenu|poursuiv|suspend|interromp|"
    r"pour (?:un|une|son|sa|le|la) )|"
    r"[;→]|[-=]->?>|=>|->"
)
"""What ends a course inside a sentence."""
_LINKING = frozenset(row["word"] for row in read_table(Path(__file__).with_name("links.tsv")))
"""Words that only link the drugs of one prescription: doses, days, routes."""
_TOKEN = folded_re(r"[a-z²]+[0-9]*|\d+(?:er|e|eme)?")
_DAY = folded_re(r"[jcdgq]\d{1,2}$|\d")
_COUNTED = folded_re(
    r"[x×][ ]?\d{1,2}\b(?![ ]?(?:/|par|fois|j\b|jrs?\b|jours?|sem|h\b|cp|gel|mg|g\b))|\b\w+ (?:cycles|cures)\b"
)
_OF_COUNTED = ("x", " cycles", " cures")
_NEXT_COUNT = folded_re(r"(?:,|\bet|/)[ ]?(?:[1-9]|1[0-8])[ ]?(?:x[ ]?)?$")
"""`6 FEC, 4 │docétaxel`: each with its number of cycles."""
_AND = folded_re(r"\bet\b|\+|associ|\bavec\b|\bplus\b")
_FOR = folded_re(r"\bpour (?:un|une|son|sa|le|la) [^,;.]{0,60}?(?= (?:par|a base|selon|type|avec|associant) )")
_CARRIED = folded_re(
    r"[ ](?:par|avec|a l'aide de)[ ](?:des )?(?:microspheres|microbilles|billes|particules)[ ][a-z' ]{0,30}|"
    r"(?:[ ][a-z-]+){0,3}[ ](?:a la|a l'|au|par|avec|avec de la|avec du|de la|chargees? (?:a la|de))[ ]?|[ ]?\(?"
)
_PLAIN = frozenset({"", "et", "par", "de", "d'", "et de", "et d'", "de type", "type", "avec", "a base de"})
_SIGNS = " ,+/:(-"
"""The commonest links but for these signs: nothing that parts or counts, no unknown word."""
_SUBSTANCES = ("drug", "companion", "regimen", "class")
_SUBJECT = folded_re(r", (?:il|elle|on|nous|le patient|la patiente)\b")
_JOINED = folded_re(r"\bet\b|\+|associ|/|\bavec\b|\bplus\b|\bcombin|-")
_ASSOCIATED = folded_re(r"\b(?:associe[es]{0,2} (?:a |au |avec )|en association (?:a |au |avec ))(?:la |l'|le )?$")
_OWN_DATE = 60
"""Characters behind a drug within which a date makes it a course of its own."""
_YEAR = folded_re(r"\b(?:19|20)\d\d\b|\b\d\d/\d\d\b")
_NEXT_DATE = 30
"""Characters behind a drug of a list within which its own period stands."""
_HORMONE_TARGETED = {"hormone", "targeted"}
_FIRST_KINDS = (*KINDS, "other")
"""The kinds of drugs in the order in which they give a course its kind."""
_MEANT = {"BCG-thérapie": "bacille de calmette-guérin"}
"""The drug that the name of a treatment says."""
_OPENING = folded_re(r"[^()\n]{0,70}[(:][ ]?(?:[a-z]{0,12} ?)?$")
_CORTICOIDS = ("prednisone", "prednisolone", "dexaméthasone", "méthylprednisolone", "hydrocortisone")
_OF_BLOOD = frozenset({
    "imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib", "asciminib", "ruxolitinib", "ibrutinib",
    "acalabrutinib", "zanubrutinib", "duvélisib",
})  # fmt: skip
"""Kinase inhibitors that are given with corticoids as one treatment: of leukaemias and lymphomas."""
_LONGEST_GAP = 150
"""Characters between two words of one course; longer gaps hold other statements."""
_LONGEST_LINE_GAP = 90
_NEW_THING = folded_re(r"\bet (?:une?|la|le|l'|de la|d'une?) ")


def chains(reading: Reading, words: list[Word]) -> list[list[Word]]:
    """The words of treatment in groups, each of them naming one course once."""
    groups: list[list[Word]] = []
    current: list[Word] = []
    carrier: Word | None = None
    for word in words:
        if word.sort == "other":
            current, carrier = [], word if word.kind == "embolisation" else None
            continue
        if carrier is not None and _brought(reading, carrier, word):
            continue  # `chimioembolisation à la doxorubicine`
        if current and _linked(reading, current, word):
            current.append(word)
        else:
            current = [word]
            groups.append(current)
    return groups


def _brought(reading: Reading, carrier: Word, word: Word) -> bool:
    """Whether an embolisation brings a drug: its course tells it."""
    if _CARRIED.fullmatch(reading.folded[carrier.end : word.start]):
        return True
    drug = carried_by(reading, carrier.end)
    return drug is not None and drug.start == word.start


def _bare(gap: str) -> str:
    """A gap without what stands in brackets."""
    return _BRACKETS.sub(" ", gap) if "(" in gap or "[" in gap else gap


def _linked(reading: Reading, chain: list[Word], word: Word) -> bool:
    last = chain[-1]
    if word.start - last.end > _LONGEST_GAP or word.start >= reading.sentence(last.start).end:
        return False
    gap = reading.folded[last.end : word.start]
    if word.sort in ("drug", "regimen") and "," in gap and _each_dated(reading, last.end, word):
        return False
    if "assoc" in gap and _ASSOCIATED.search(gap) and not reading.dates_between(word.end, word.end + _OWN_DATE):
        for time in reversed(reading.dates_between(last.end, word.start)):
            gap = gap[: time.start - last.end] + gap[time.end - last.end :]  # `débuté le …, associé au │trastuzumab`
    substances = [w for w in chain if w.sort in _SUBSTANCES]
    if word.sort == "companion" and word.name in _CORTICOIDS and _need_none(substances):
        return False
    if word.sort in ("drug", "companion"):
        return _linked_drug(gap, chain, last, word, bool(substances))
    if word.sort == "regimen":
        if last.sort == "regimen" and last.name == word.name:
            return gap.strip() == "("
        if substances:
            return _names_the_drugs(gap, substances, word)
        return _introduces(gap, last)
    if substances and word.sort in ("class", "line"):
        if last.sort == "line":
            return not gap.strip()
        if gap in (" en ", " d'", " de "):
            return word.sort == "line"  # `bévacizumab en entretien + olaparib`
        bare = _bare(gap)
        return bool(_AND.search(bare)) and not _PARTS.search(bare) and not unknown(bare)
    if word.sort == "class":
        return _introduces(gap, last)
    if word.sort == "line":
        return _introduces(gap, last) and not _NEW_THING.search(gap)
    # a modality: after a line word (`traitement par chimiothérapie`), or its own acronym (`chimiothérapie (CT)`)
    if substances:
        return False
    if last.kind == word.kind and gap.strip(" ") in ("(", "(=", ":"):
        return True
    return last.sort == "line" and len(gap) < 60 and _introduces(gap, last) and not _NEW_THING.search(gap)


def _need_none(substances: list[Word]) -> bool:
    """Whether corticoids beside some drugs are no part of their course but against an oedema, an effect, a symptom:
    `alectinib avec dexaméthasone en décroissance`."""
    for word in substances:
        if not word.name.endswith("nib") or word.name in _OF_BLOOD:
            return False
    return bool(substances)


def _each_dated(reading: Reading, end: int, word: Word) -> bool:
    """Whether drugs parted by a comma have each a day of its own: `imatinib 2012-2014, │dasatinib│ 2014-2018`."""
    folded = reading.folded
    comma = folded.rfind(",", end, word.start)
    if folded[comma + 1 : word.start].strip() or not _YEAR.search(folded, end, comma):
        return False
    return _YEAR.search(folded, word.end, word.end + _NEXT_DATE) is not None


def _introduces(gap: str, last: Word) -> bool:
    """Whether the words between a modality or a line of treatment and a name say that the name is its content."""
    bare = _bare(gap)
    longest = _LONGEST_LINE_GAP if last.sort == "line" else _LONGEST_GAP
    if bare.strip(_SIGNS) in _PLAIN:
        return len(bare) <= longest
    if "pour " in bare:
        bare = _FOR.sub("", bare)
    if len(bare) > longest or (last.sort == "line" and ", " in bare and _SUBJECT.search(bare)):
        return False
    return _PARTS.search(bare) is None


def _linked_drug(gap: str, chain: list[Word], last: Word, word: Word, after_substance: bool) -> bool:
    if not after_substance:
        return _introduces(gap, last)
    regimen: Word | None = None
    for each in chain:
        if each.sort == "regimen":
            regimen = each
            break
    if regimen and last is regimen and _OPENING.match(gap) and not _PARTS.search(gap.partition("(")[0]):
        return True
    bare = _bare(gap)
    plain = bare.strip(_SIGNS) in _PLAIN
    if not plain and (_PARTS.search(bare) or (_is_counted(bare) and not gap.rstrip().endswith("("))):
        return False
    if regimen and last is regimen and word.kind == "chemotherapy" and word.name not in regimen.drugs and "+" in gap:
        return False  # « FEC + docétaxel » are two sequences
    if not plain and _NEXT_COUNT.search(bare):
        return False
    if last.sort == "class":
        return len(bare) < 40 and (last.kind == word.kind or "," not in bare)
    kinds = {w.kind for w in (*chain, word) if w.sort in ("drug", "regimen")}
    if "hormone" in kinds and kinds & {"chemotherapy", "immunotherapy"} and not _AND.search(bare):
        return False
    others = 0 if plain else unknown(bare)
    return others == 0 or (others == 1 and len(bare) < 40 and bool(_JOINED.search(bare)))


def _is_counted(bare: str) -> bool:
    """Whether the words before a drug count the cycles of the one before it."""
    return holds(bare, _OF_COUNTED) and _COUNTED.search(bare) is not None


def unknown(gap: str) -> int:
    """How many words of a gap say something else than doses, days and links."""
    others = 0
    for token in _TOKEN.findall(gap):
        if token not in _LINKING and not _DAY.match(token):
            others += 1
    return others


def _names_the_drugs(gap: str, substances: list[Word], word: Word) -> bool:
    """`étoposide, cytarabine et cisplatine (ESHAP)`: the regimen after its drugs, and only then."""
    bare = gap.strip(" ,")
    drugs = {name for w in substances for name in w.drugs}
    if bare in ("(", ": ", "=", "(protocole", "(schema", "selon le schema", "selon le protocole", "selon"):
        return bool(drugs & set(word.drugs)) or not word.drugs or not drugs
    return any(w.sort == "class" for w in substances) and len(bare) < 30 and not _PARTS.search(bare)


def course_of(chain: list[Word]) -> Course | None:
    """The course that a chain names; None where it names companions only."""
    drugs: list[str] = []
    regimen: Word | None = None
    kinds: list[str] = []
    said = ""
    for word in chain:
        if word.sort in ("drug", "companion"):
            drugs += [name for name in word.drugs if name not in drugs]
            if word.sort == "drug":
                kinds.append(word.kind)
        elif word.sort == "regimen" and regimen is None:
            regimen = word
        elif word.sort in ("course", "class", "both") and not said:
            said = word.kind
            if word.name in _MEANT:
                drugs.append(_MEANT[word.name])
                kinds.append(word.kind)
    if regimen is not None:
        own = set(drugs) & set(regimen.drugs)
        if len(own) < 2 or set(drugs) <= set(regimen.drugs):  # else the named drugs spell out what is meant by it
            drugs = [*regimen.drugs, *(name for name in drugs if name not in regimen.drugs)]
        kinds.append(regimen.kind)
    if not kinds and not said:
        return None
    kind = _kind(kinds)
    if kind == "targeted" and said == "chemotherapy" and len(drugs) > 1 and not any(map(_is_antibody, drugs)):
        kind = said  # `chimiothérapie par bortézomib et thalidomide`
    if not kinds and drugs and said != "chemotherapy":
        drugs = []
    start, end = chain[0].start, chain[-1].end
    name = regimen.name if regimen else None
    course = Course(kind or said, start, end, drugs=drugs, regimen=name)
    course.names = [(word.start, word.end) for word in chain if word.sort in ("drug", "regimen")]
    course.classes = [word.name for word in chain if word.sort == "class" and word.cytotoxic]
    return course


def _is_antibody(drug: str) -> bool:
    """Whether a drug is by its name an antibody or an inhibitor of a kinase, which no report counts as chemotherapy."""
    return drug.endswith(("mab", "nib"))


def _kind(kinds: list[str]) -> str:
    """The kind of a course by its drugs: chemotherapy with anything is chemotherapy; of a hormone and a targeted drug
    the first named is what the other is added to."""
    if "hormone" in kinds and "targeted" in kinds and set(kinds) == _HORMONE_TARGETED:
        return kinds[0]
    for kind in _FIRST_KINDS:
        if kind in kinds:
            return kind
    return ""


def is_companion_only(drugs: list[str]) -> bool:
    """Whether all drugs are companions of anticancer drugs."""
    return COMPANIONS.issuperset(drugs)
