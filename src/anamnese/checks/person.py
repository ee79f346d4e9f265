"""The person: sex, organs and drugs of a sex, ages and birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anamnese.checks.checked import Checked, Page
from anamnese.checks.rule import Clash, Filling, dated, rule
from anamnese.history.calendar import first_day, last_day
from anamnese.record import Place

_SEX: dict[str, Filling] = {"female": ("une femme", "a woman"), "male": ("un homme", "a man")}
_OTHER = {"female": "male", "male": "female"}
_OLDEST = 115
"""Years; the oldest person in France reached 122 (INSERM), an age beyond 115 is a slip in all but one case in a
century.
"""


def _patient(record: Checked) -> tuple[Page, Place] | None:
    """The words that tell the sex of the one patient, where one patient is told and the reports agree."""
    if record.sex is None or not record.one_patient:
        return None
    page, fact = next((page, fact) for page, fact in record.facts("patient") if fact.attributes.get("sex"))
    return page, page.of(fact)


@rule(
    "medium",
    fr="« {1} » est dit d'{sex} (« {0} »).",
    en="“{1}” is said of {sex} (“{0}”).",
)
def gender_of_patient_words(record: Checked) -> Iterator[Clash]:
    """`le patient` in a woman's report, `la patiente` in a man's; a discussion speaks of patients in general."""
    patient = _patient(record)
    if patient is None:
        return
    for page in record.pages:
        for word in page.words("persons"):
            if (
                word.row["sex"] == record.sex
                or page.section(word.start) == "discussion"
                or page.words_between("others", word.start - _RELATIVE_BEFORE, word.end)
            ):
                continue
            place = page.place(word.start, word.end)
            instead = word.row["instead"]
            yield Clash((patient[1], place), instead or None, {"sex": _SEX[record.sex or ""]})


_RELATIVE_BEFORE = 30
"""Characters before a word for the patient in which a relative or a form makes it another's."""


def _of_others(page: Page, pos: int) -> bool:
    """Whether a sentence speaks of relatives, or of a form that speaks of any patient."""
    sentence = page.sentence(pos)
    return bool(page.words_between("others", sentence.start, sentence.end))


@rule(
    "high",
    fr="« {1} » ne peut être le cas d'{sex} (« {0} »).",
    en="“{1}” cannot be so in {sex} (“{0}”).",
)
def tumour_of_other_sex(record: Checked) -> Iterator[Clash]:
    """A tumour of the prostate or testis in a woman, of the uterus or ovary in a man."""
    patient = _patient(record)
    if patient is None:
        return
    organs = {
        "female": ("C60", "C61", "C62", "C63"),
        "male": ("C51", "C52", "C53", "C54", "C55", "C56", "C57", "C58"),
    }[record.sex or ""]
    for page, fact in record.facts("tumour"):
        if not fact.attributes["topography"].startswith(organs) or _of_others(page, fact.start):
            continue
        sentence = page.sentence(fact.start)
        if any(
            word.row["sex"] != record.sex
            for word in page.words_between("sexed", sentence.start, max(sentence.end, fact.end))
        ):
            yield Clash((patient[1], page.of(fact)), None, {"sex": _SEX[record.sex or ""]})


@rule(
    "medium",
    fr="« {1} » ne va pas avec {sex} (« {0} »).",
    en="“{1}” does not go with {sex} (“{0}”).",
)
def organ_of_other_sex(record: Checked) -> Iterator[Clash]:
    """Organs, operations and states of the other sex (`toucher prostatique`, `ménopausée`), not said of relatives;
    each word once.
    """
    patient = _patient(record)
    if patient is None:
        return
    seen: set[str] = set()
    for page in record.pages:
        for word in page.words("sexed"):
            if word.row["sex"] == record.sex or _of_others(page, word.start) or word.row["words"] in seen:
                continue
            sentence = page.sentence(word.start)
            if page.words_between("not_here", sentence.start, sentence.end):
                continue
            if any(f.start <= word.start < f.end for f in page.told("tumour") if f.status != "affirmed"):
                continue
            seen.add(word.row["words"])
            yield Clash((patient[1], page.place(word.start, word.end)), None, {"sex": _SEX[record.sex or ""]})


@rule(
    "medium",
    fr="« {1} » se donne dans une maladie de l'autre sexe que celui d'{sex} (« {0} ») : {why}.",
    en="“{1}” is given in a disease of the other sex than that of {sex} (“{0}”): {why}.",
)
def drug_of_other_sex(record: Checked) -> Iterator[Clash]:
    """Drugs whose every indication is of one sex (`sexed_drugs.tsv`)."""
    from anamnese.checks.words import table

    patient = _patient(record)
    if patient is None:
        return
    drugs = {row["drug"]: row for row in table("sexed_drugs") if row["sex"] != record.sex}
    for page, fact in record.facts("medication"):
        row = drugs.get(fact.attributes["name"])
        if row:
            yield Clash(
                (patient[1], page.of(fact)),
                None,
                {"sex": _SEX[record.sex or ""], "why": (row["why_fr"], row["why_en"])},
            )


@rule(
    "medium",
    fr="L'âge (« {0} ») ne va pas avec la date de naissance ({birth}) : {expected} ans au {date}.",
    en="The age (“{0}”) does not go with the date of birth ({birth}): {expected} years on {date}.",
)
def age_against_birth(record: Checked) -> Iterator[Clash]:
    """An age told in a dated report more than a year off the one that the date of birth gives."""
    for page in record.pages:
        birth, date = page.case.report.birth_date, page.case.report.date
        if not birth or not date or len(page.told("patient")) != 1:
            continue
        for fact in page.facts("patient"):
            age = fact.attributes.get("age_years")
            at = fact.date or date
            if age is None or len(birth) < 10:
                continue
            oldest = _years(first_day(birth), last_day(at))
            youngest = _years(last_day(birth), first_day(at))
            if not youngest - 1 <= age <= oldest + 1:
                fillings: dict[str, Filling] = {"birth": dated(birth), "date": dated(at), "expected": str(oldest)}
                yield Clash((page.of(fact),), str(oldest), fillings)


def _years(birth: str, day: str) -> int:
    """The age in whole years on a day."""
    return int(day[:4]) - int(birth[:4]) - (day[5:] < birth[5:])


_AGED = re.compile(
    r"(?:age|agee|[a-z]*patiente?|femme|homme|monsieur|madame|mme|mr|m\.) "
    r"(?:est |etait )?(?:agee? )?(?:de |d'|: ?)?(\d{1,3}) ?$"
)


def _ages(page: Page) -> Iterator[tuple[int, Place]]:
    """The ages told of the patient, in order of place."""
    for word in page.words("years"):
        head = page.flat[max(0, word.start - 40) : word.start]
        told = _AGED.search(head)
        sentence = page.sentence(word.start)
        if told and told[0].startswith("age ") and page.text[word.start - len(head) + told.start() + 2].lower() != "é":
            continue  # `l'âge de`
        if told and not page.words_between("others", sentence.start, word.end):
            yield int(told[1]), page.place(word.start - len(head) + told.start(), word.end)


@rule(
    "high",
    fr="Âge impossible : « {0} ».",
    en="Impossible age: “{0}”.",
)
def impossible_age(record: Checked) -> Iterator[Clash]:
    """An age beyond those that people reach."""
    for page in record.pages:
        for age, place in _ages(page):
            if age > _OLDEST:
                yield Clash((place,), str(age)[:2])


@rule(
    "medium",
    fr="Deux âges de la même personne qui ne s'accordent pas avec les dates : « {0} » et « {1} ».",
    en="Two ages of the same person that do not agree with the dates: “{0}” and “{1}”.",
)
def ages_disagree(record: Checked) -> Iterator[Clash]:
    """Two ages of one patient further apart than the time that the report spans; in two dated reports, ages that no
    year of birth allows.
    """
    if not record.one_patient:
        return
    for page in record.pages:
        ages = list(_ages(page))
        years = [int(fact.attributes["value"][:4]) for fact in page.told("time")]
        span = max(years) - min(years) if years else 0
        for age, place in ages[1:]:
            if years and abs(age - ages[0][0]) > span + 1:
                yield Clash((ages[0][1], place))
                break
    born: list[tuple[int, int, Place]] = []
    for page in record.pages:
        for fact in page.facts("patient"):
            years_old, date = fact.attributes.get("age_years"), fact.date or page.case.report.date
            if years_old is None or date is None:
                continue
            low, high = int(date[:4]) - int(years_old) - 2, int(date[:4]) - int(years_old) + 1
            clash = next((place for a, b, place in born if high < a or low > b), None)
            if clash:
                yield Clash((clash, page.of(fact)))
            born.append((low, high, page.of(fact)))


RULES = (
    gender_of_patient_words,
    tumour_of_other_sex,
    organ_of_other_sex,
    drug_of_other_sex,
    age_against_birth,
    impossible_age,
    ages_disagree,
)
