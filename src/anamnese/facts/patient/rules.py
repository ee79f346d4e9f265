"""The patient: sex and age at presentation; one for each case that a report tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from anamnese.facts.patient.header import header_patient, years_of_months
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.time.numeric import zeroed
from anamnese.reading.fold import folded_re

_AGE = folded_re(
    r"(?P<n>\d{1,3}(?:[.,]\d)?)(?:\s*(?P<unit>ans?|a(?=[ ,.])|mois|jours?|semaines?|[dm]ois)\b)(?:\s+et\s+(?:demi|"
    r"(?P<m>\d{1,2})\s+mois))?"
)
_NOT_AGE = folded_re(
    r"\s*(?:auparavant|avant|apres|plus|de\s+suivi|d'evolution|depuis|de\s+traitement|durant|plus\s+tard)"
)
_NOT_OF_PATIENT = folded_re(
    r"(?:depuis|pendant|durant|il y a|sur|apres|evoluant|sevre|fille de|mere|pere|soeur|frere|a l'age)\s*[^\n]{0,30}$"
)
_OF_RELATIVE = folded_re(
    r"\b(?:mere|pere|soeur|s.ur|frere|tante|oncle|cousine?|fille|fils|epoux|epouse) d(?:u|e la|e)[ ]$"
)
_OF = ("du ", "de ", "la ", " \n")
"""How the words end in which `_OF_RELATIVE` finds something."""
_AT_AGE = folded_re(r"\ba l'age de (?P<n>\d{1,3}) ans")
_OPENS = re.compile(
    r"\s*(?:(?:[Cc]as|CAS|[Oo]bservation|OBSERVATION|[Pp]atiente?)[^:.\n\d]{0,10}\d{0,2}\s*[:.)-]*\s*)?"
    r"(?P<who>(?:[A-ZÉ][A-Za-zÉé]{0,11}[. -]{0,2}){1,4}[, ]{1,2}(?:(?:de )?(?:sexe|genre) [a-zé]{7,8},? )?"
    r"(?:[âa]g[ée]e?s? (?:de|d')\s?|[âÂ]g[ée]e? )?|[ÂA]g[ée]e? de |(?=\d{1,3} ans ?[,.;(]))"
    r"(?P<n>\d{1,3})\s?(?P<unit>ans|mois)\b"
)
_NUMBERED = folded_re(r"\s*(?:n\s*[°o]\s*)?\d\s*[:.)-]")
_AGED = re.compile(r"[âÂaA]g[ée](e?)s? de")
_INTRODUCED = folded_re(r"\w+,? (?:agee? )?(?:de|d'environ) \d")
_INITIAL = folded_re(r"(?<![a-z])[a-z][.]$")
"""Before the last of a person's initials: the M of `B.M` is no title."""
_AGED_AT_ONCE = folded_re(
    r"(?: (?:caucasien(?:ne)?|de (?:race|sexe|type|origine|nationalite) [a-z]+))?(?:,[ ]|[ ]\(?)"
    r"(?:agee?[ ])?(?:(?:de|d'environ)[ ])?(?=\d{1,3}[ ]?(?:ans?|a|mois)\b)"
)
_OF_ANOTHER = folded_re(
    r"\b(?:(?:son|sa|ses|leur|plus|pere|mere|fils|fille|frere|soeur|s.ur|mari|epoux|epouse|enfants?|partenaire|conjointe?|"
    r"compagnon|compagne|donneu\w+)[ ](?:est[ ]|[a-z]+,?[ ])?|chez (?:l'|les ))$"
)
"""What makes an adult, a young one or a smoker another than the patient."""
_SEX_REACH = 40
"""The words that tell the sex stand at most so many characters behind the age."""
_OPENING = 16
"""A heading of a series stands at most so many characters behind the beginning of its sentence."""
_FIRST_STORY = 300
"""The story of a first patient without a heading takes at least so many characters."""
_YEARS_OF_ONE_STORY = 15  # a report that tells two ages of its patient rarely spans more
_FEMALE_WORDS = folded_re(
    r"\b(?:elle|patiente|admise|adressee|agee|mariee|menopausee|hospitalisee|nee|operee|suivie|traitee|"
    r"gestite|diagnostiquee|consultee|enceinte|parturiente|primipare|multipare|sa grossesse|"
    r"(?<=, )(?:porteuse[ ]d[a-z]*|g\d{1,2}[ ]?p\d{1,2}))\b"
)
"""What carries is the patient only behind a comma: a tumour is `porteuse d'une mutation`, too, a mother `G2P1`."""
_MALE_WORDS = folded_re(
    r"\b(?:il|patient|admis|adresse|age|marie|hospitalise|opere|suivi|traite|ne|(?<=, )porteur[ ]d[a-z]*)\b"
)


def read(reading: Reading) -> Iterable[Draft]:
    """A `patient` for each case of the report, at the words that tell the age (or the sex alone)."""
    spans = _cases(reading)
    for start, end in spans:
        header = header_patient(reading) if start == 0 else None
        draft = (
            header
            if header is not None and {"sex", "age_years"} <= header.attributes.keys()
            else _told(reading, start, end)
        )
        if draft is None or (header is not None and header.get("sex") and draft.get("age_years") is None):
            draft = header or draft
        elif header is not None and header.get("sex"):
            draft.attributes["sex"] = header.get("sex")
        if draft is not None:
            yield draft


def _cases(reading: Reading) -> list[tuple[int, int]]:
    """The part of the text that each patient takes: reports of several number them (`Observation 1 …`)."""
    starts: list[int] = []
    for hit in reading.hits("series"):
        number = int(hit.term.name)
        opens = reading.folded[max(0, hit.start - 2) : hit.start] == ". "  # `20 mg/j. Cas 2 : …`: no end of a sentence
        if not opens and hit.start - reading.sentence(hit.start).start > _OPENING:
            continue
        if number == len(starts) + 1:
            starts.append(hit.start)
        elif number == 2 and not starts and hit.start > _FIRST_STORY:
            starts += [0, hit.start]
    if len(starts) < 2:
        return [(0, len(reading.text))]
    return list(zip(starts, [*starts[1:], len(reading.text)], strict=True))


def _plain(value: float | None) -> float | None:
    return None if value is None else int(value) if float(value).is_integer() else round(value, 2)


def _told(reading: Reading, start: int, end: int) -> Draft | None:
    """The sentence that introduces the patient: `une patiente âgée de 70 ans`, `garçon de 8 mois`."""
    first: Draft | None = None
    told: Draft | None = None
    for draft in _candidates(reading, start, end):
        age = draft.get("age_years")
        if age is None:
            first = first or draft
        elif told is None:
            told = draft
        elif (
            told.get("age_years") < age <= told.get("age_years") + _YEARS_OF_ONE_STORY
            and draft.get("sex") in (None, told.get("sex"))
            and _INTRODUCED.match(reading.folded, draft.start, draft.end)
        ):
            told = draft  # the current age, where the report tells an earlier one first
    if told is not None:
        return told
    opened = _opened(reading, start, end) or _by_trade(reading, start, end)
    if opened is not None:
        return opened
    match = _AT_AGE.search(reading.folded, start, end)
    if match is not None:
        sex = first.get("sex") if first else _sex_of_words(reading, start, end)
        return reading.draft("patient", match.start(), match.end(), sex=sex, age_years=int(match["n"]))
    return first


def _opened(reading: Reading, start: int, end: int) -> Draft | None:
    """A patient whom no word names, at the head of a report or of a case: `Cas 1 : MF, 22 ans, étudiante`."""
    match = _OPENS.match(reading.text, start, end)
    if match is None or _NOT_AGE.match(reading.folded, match.end()):
        return None
    number = int(match["n"])
    age = years_of_months(number) if match["unit"] == "mois" else number
    aged = _AGED.search(match["who"])
    sex = ("female" if aged[1] else "male") if aged else _sex_of_words(reading, start, end)
    quote_end = match.end()
    for hit in reading.hits_between("patient", match.start("who"), match.end() + _SEX_REACH):
        if hit.term.row["role"] == "sex":
            sex, quote_end = hit.term.name, max(quote_end, hit.end)
            break
    return reading.draft("patient", match.start("who"), quote_end, sex=sex, age_years=_plain(age))


_TRADE = folded_re(
    r"\W*(?:(?:cas|observation|dossier)[^:.\n]{0,12}[:.)-]+\s*)?"
    r"(?:nous (?:rapportons|presentons) (?:le cas|l'observation) |il s'agit |c'est )?"
    r"(?P<who>(?:d')?(?P<article>une?|cet|cette) (?:(?:jeune|ancienne?|vieille|[a-z]+ee?) )*"
    r"(?!tumeur|douleur|derniere|premiere|grosseur|pesanteur|lourdeur|raideur|rougeur|paleur|maigreur|chaleur)"
    r"(?:[a-z-]+(?:genaire|iste|trice|iere?|eur|euse|ienn?e?|logue)|etudiante?|commercante?|retraitee?|menagere|avocate?|"
    r"marin|medecin|gendarme|militaire|policie|artisane?|cadre|secretaire|macon|soudeur|mineur)"
    r"(?: a la retraite| retraitee?)?,? \(?(?:agee? )?(?:(?:de|d') ?)?(?P<n>\d{1,3}) ans)\b"
)
"""A patient told by trade or age group: words whose ending names a person."""


def _by_trade(reading: Reading, start: int, end: int) -> Draft | None:
    """The patient at the head of a report or of a case: `Cette ancienne infirmière de 66 ans`."""
    match = _TRADE.match(reading.folded, start, min(end, start + 160))
    number = int(match["n"]) if match else _OLDEST + 1
    if match is None or number > _OLDEST or _NOT_AGE.match(reading.folded, match.end()):
        return None
    sex = "female" if match["article"].endswith("e") else "male"
    return reading.draft("patient", match.start("who"), match.end(), sex=sex, age_years=number)


_OLDEST = 120


def _candidates(reading: Reading, start: int, end: int) -> Iterator[Draft]:
    folded = reading.folded
    aged = False
    for hit in reading.hits_between("patient", start, end):
        role, sex = hit.term.row["role"], hit.term.name
        sentence = reading.sentence(hit.start)
        if hit.start > start + 4000:
            return
        if role == "noun" and _NUMBERED.match(folded, hit.end):
            continue  # `Patient 2 :` heads a case
        if role == "sex" or (role == "title" and _INITIAL.search(folded, max(start, hit.start - 3), hit.start)):
            continue
        if role == "aged":
            at_once = not aged and _AGED_AT_ONCE.match(folded, hit.end) is not None
            if not at_once or _OF_ANOTHER.search(folded, max(0, hit.start - 25), hit.start):
                continue
        if folded.endswith(_OF, 0, hit.start) and _OF_RELATIVE.search(folded, max(0, hit.start - 25), hit.start):
            continue
        stop = min(end, sentence.end if role == "noun" else max(sentence.end, hit.end + 60))
        age = _age_after(reading, hit.end, stop, title=role == "title")
        if age is None:
            if role == "noun" and sex:
                yield reading.draft("patient", hit.start, hit.end, sex=sex)
            continue
        value, age_end = age
        aged = True
        quote_end = age_end
        if not sex or role == "title" or hit.term.pattern in ("patient", "malade"):
            sexes = reading.hits_between("patient", hit.end, stop)
            told = next((h for h in sexes if h.term.row["role"] == "sex" and h.start < age_end + _SEX_REACH), None)
            if told is not None:
                sex = told.term.name
                quote_end = max(quote_end, told.end)
            elif hit.term.pattern == "patient":
                sex = "male"
        if not sex:
            sex = _sex_of_words(reading, start, end) or ""
        yield reading.draft("patient", hit.start, quote_end, sex=sex or None, age_years=value)


def _age_after(reading: Reading, pos: int, stop: int, title: bool) -> tuple[float, int] | None:
    """The age told after a word for the patient, in years (months and days as a fraction), and where it ends."""
    folded, stop = reading.folded, min(stop, pos + 90)
    digit = reading.once(zeroed).find("0", pos, stop)
    match = _AGE.search(folded, digit, stop) if digit >= 0 else None
    if match is None or _NOT_AGE.match(folded, match.end()) or _NOT_OF_PATIENT.search(folded, pos, match.start()):
        return None
    if match.start() > pos + (60 if not title else 40) and "age" not in folded[pos : match.start()]:
        return None
    number = float(match["n"].replace(",", "."))
    unit = match["unit"]
    if unit.startswith("a"):
        years = number + (0.5 if "demi" in match[0] else 0)  # completed years, whatever months are told beside them
    elif unit.startswith("m"):
        years = years_of_months(int(number))
    elif unit.startswith("s"):
        years = number / 52
    else:
        years = number / 365
    if years > _OLDEST:
        return None
    return _plain(years) or 0, match.end()


def _sex_of_words(reading: Reading, start: int, end: int) -> str | None:
    """The sex that pronouns and participles tell where no noun does; None where they do not agree."""
    stop = min(end, start + 3000)
    female = sum(1 for _ in _FEMALE_WORDS.finditer(reading.folded, start, stop))
    male = sum(1 for _ in _MALE_WORDS.finditer(reading.folded, start, stop))
    if female > 2 * male:
        return "female"
    return "male" if male > 2 * female else None
