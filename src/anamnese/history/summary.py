"""The summary that a tumour board would write: built from the record alone, each clause with the facts it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anamnese.labels import Language, code_name, label, number
from anamnese.lexicon.tables import read_table
from anamnese.record import Course, Episode, History, Measure, Proof, StageRecord, TumourRecord, When

_MARKERS = 14
"""The most biomarkers that a summary of one page names for a tumour."""

_HISTORY = 6
"""The most pieces of relevant history."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the summary and the facts that prove it."""

    text: str
    proofs: tuple[Proof, ...]
    types: tuple[str, ...] = ()
    """The types of fact among the proofs that these words rest on; empty where it is all of them."""
    goes_on: bool = False
    """Whether it stands on the line of the clause before it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Clauses under one title, which has proofs of its own where it tells something."""

    title: Clause
    clauses: tuple[Clause, ...]


@cache
def _phrases() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in read_table(Path(__file__).with_name("phrases.tsv"))}


def say(key: str, language: Language, *filling: str) -> str:
    """Words of the summary, filled in. Raises KeyError where the table has none."""
    return _phrases()[key][language].format(*filling)


def date_words(value: str, language: Language) -> str:
    """A partial date in words: `20 mars 2015`, `mars 2015`, `2015`."""
    if len(value) < 7:
        return value
    month = say("months", language).split("|")[min(12, max(1, int(value[5:7]))) - 1]
    day = value[8:10].lstrip("0")
    return " ".join(part for part in (say("first", language) if day == "1" else day, month, value[:4]) if part)


def at(when: When, language: Language) -> str:
    """`le 20 mars 2015`, `en mars 2015`; nothing where the date is not known."""
    if not when.value:
        return ""
    key = {4: "in_year", 7: "in_month"}.get(len(when.value), "on_day")
    return say(key, language, date_words(when.value, language))


def summarise(record: History, language: Language = "fr") -> tuple[Paragraph, ...]:
    """The paragraphs of a record's summary: the patient, each tumour and its treatments, the present state."""
    tumours = [tumour for tumour in record.tumours if tumour.status != "negated"]
    # what carries no treatment or spread (a benign tumour found by the way) is told shortly, after the others
    tumours.sort(key=lambda tumour: (tumour.morphology or "/3")[-1] not in "236")
    paragraphs = [_patient(record, language)]
    for place, tumour in enumerate(tumours, 1):
        title = say("tumour", language, str(place)) if len(tumours) > 1 else say("disease", language)
        paragraphs.append(_disease(tumour, title, language))
        paragraphs += _story(tumour, language)
    if record.other_courses:
        clauses = tuple(clause for course in record.other_courses for clause in _course(course, language))
        paragraphs.append(Paragraph(Clause(say("other_courses", language), ()), clauses))
    paragraphs.append(_present(record, language))
    return tuple(paragraph for paragraph in paragraphs if paragraph.clauses or paragraph.title.proofs)


def _patient(record: History, language: Language) -> Paragraph:
    person = record.patient
    clauses = []
    if person.sex or person.age_years is not None:
        words = [say(f"person.{person.sex}" if person.sex else "person", language)]
        if person.age_years is not None:
            words.append(say("aged", language, number(person.age_years, language)))
        if person.age_at.value:
            words.append(f"({say('at', language, date_words(person.age_at.value, language))})")
        clauses.append(Clause(" ".join(words), person.proofs))
    if person.birth_date:
        key = f"born.{person.sex}" if person.sex else "born"
        clauses.append(Clause(say(key, language, date_words(person.birth_date, language)), person.proofs, goes_on=True))
    elif person.birth_year:
        years = "–".join(dict.fromkeys(str(year) for year in person.birth_year))
        clauses.append(Clause(say("born_year", language, years), (*person.proofs, *person.age_at.basis), goes_on=True))
    if person.history:
        told = list(zip(person.history, person.history_proofs, strict=False))[:_HISTORY]
        quotes = [Clause(f"« {quote} »", (proof,), goes_on=True) for quote, proof in told]
        first = Clause(say("history", language, quotes[0].text), quotes[0].proofs)
        clauses += [first, *quotes[1:]]
    return Paragraph(Clause(say("patient", language), ()), tuple(clauses))


def _disease(tumour: TumourRecord, title: str, language: Language) -> Paragraph:
    """The diagnosis, the stages and the biomarkers of a tumour."""
    codes = (tumour.morphology, tumour.topography)
    named = [code_name(code, language) or code for code in codes if code]
    name = ", ".join([*named, *([label(tumour.laterality, language)] if tumour.laterality else [])])
    words = [f"{name[:1].upper()}{name[1:]} ({', '.join(code for code in codes if code)})"]
    if tumour.grade:
        words.append(f"{label('sheet.grade', language)} {tumour.grade}")
    if tumour.status != "affirmed":
        words.append(say("suspected", language))
    if tumour.diagnosed.value:
        words.append(say("diagnosed", language, at(tumour.diagnosed, language)))
    if tumour.basis:
        words.append(say(f"by.{tumour.basis}", language))
    clauses = [Clause(", ".join(words), (*tumour.proofs, *tumour.diagnosed.basis))]
    clauses += [_stage(stage, place > 0, language) for place, stage in enumerate(tumour.stages)]
    clauses += _biomarkers(tumour.biomarkers, language)
    return Paragraph(Clause(title, ()), tuple(clauses))


def stage_words(stage: StageRecord) -> str:
    """A stage as it is written: `pT2 N1 M0, IIB`; `FIGO IIIC`."""
    parts = [f"{letter}{value}" for letter, value in (("T", stage.t), ("N", stage.n), ("M", stage.m)) if value]
    tnm = (stage.prefix or "") + " ".join(parts) if parts else ""
    group = " ".join(
        part for part in ("" if stage.system in ("TNM", "stage", "other") else stage.system, stage.group) if part
    )
    return ", ".join(part for part in (tnm, group) if part)


def _stage(stage: StageRecord, goes_on: bool, language: Language) -> Clause:
    words = say(f"stage.{stage.basis}", language, stage_words(stage))
    return Clause(" ".join(part for part in (words, _told(stage.when, language)) if part), stage.proofs, (), goes_on)


def _told(when: When, language: Language) -> str:
    return f"({date_words(when.value, language)})" if when.value else ""


def measure_words(measure: Measure, language: Language) -> str:
    """What was measured, with its value."""
    result = label(measure.result, language) if measure.result else ""
    gap = "" if measure.unit == "+" else " "
    value = f"{number(measure.value, language)}{gap}{measure.unit or ''}".strip() if measure.value is not None else ""
    return " ".join(part for part in (label(measure.name, language, "name"), result, value) if part)


def _biomarkers(measures: Sequence[Measure], language: Language) -> list[Clause]:
    """The biomarkers, all values of one name together in order of time."""
    by_name: dict[str, list[Measure]] = {}
    for measure in measures:
        by_name.setdefault(measure.name, []).append(measure)
    clauses: list[Clause] = []
    for values in list(by_name.values())[:_MARKERS]:
        words: dict[str, None] = {}
        for measure in values:
            text = measure_words(measure, language)
            dated = f" {_told(measure.when, language)}" if len(values) > 1 and measure.when.value else ""
            words[(text if not words else text.removeprefix(measure.name).strip() or text) + dated] = None
        proofs = tuple(proof for value in values for proof in value.proofs[:1])
        clauses.append(Clause(" → ".join(words), proofs, (), bool(clauses)))
    if clauses:
        clauses[0] = Clause(say("biomarkers", language, clauses[0].text), clauses[0].proofs)
    return clauses


def _story(tumour: TumourRecord, language: Language) -> list[Paragraph]:
    """The episodes of a tumour, each with its courses in order."""
    paragraphs = []
    for number_, episode in enumerate(tumour.episodes):
        if number_ == 0 and not episode.courses and not episode.sites:
            continue
        proofs = episode.proofs if number_ else ()
        title = Clause(_title(episode, language), proofs, ("event", "response", "tumour"))
        paragraphs.append(Paragraph(title, tuple(_episode(episode, language))))
    return paragraphs


def _episode(episode: Episode, language: Language) -> Iterable[Clause]:
    """The sites of an episode and its courses."""
    sites = ", ".join(label(site, language) for site in episode.sites)
    if sites:
        yield Clause(say("sites", language, sites), episode.proofs, ("metastasis",))
    for course in episode.courses:
        yield from _course(course, language)


def _title(episode: Episode, language: Language) -> str:
    words = [say(f"episode.{episode.kind}", language)]
    if episode.when.value and episode.kind not in ("initial", "second_primary"):
        words.append(at(episode.when, language))
    if episode.suspected:
        words.append(f"({say('suspected', language)})")
    return " ".join(words)


def course_words(course: Course, language: Language) -> str:
    """A course in a few words: what, with which drugs, when, how long."""
    kind = label(course.kind, language, "kind")
    words = [kind[:1].upper() + kind[1:]]
    if course.intent:
        words.append(label(course.intent, language) if course.kind == "other" else say(course.intent, language))
    if course.status != "affirmed":
        words.append(
            f"({say(course.status, language) if course.status in ('planned', 'suspected') else course.status})"
        )
    drugs = " + ".join(_drug(drug.name, drug.dose, drug.unit, language) for drug in course.drugs)
    if course.regimen:
        words.append(say("recognised", language, course.regimen) if course.regimen_recognised else course.regimen)
        words += [f"({drugs})"] if drugs else []
    elif drugs:
        words.append(drugs)
    if course.procedure:
        words.append(course.procedure)
    if course.dose_gy is not None:
        words.append(f"{number(course.dose_gy, language)} Gy")
    if course.fractions is not None:
        words.append(f"({_count('fractions', course.fractions, language)})")
    if course.site:
        words.append(course.site)
    parts = [" ".join(words)]
    if course.line is not None:
        parts.append(say("line", language, str(course.line)))
    if course.cycles is not None:
        parts.append(_count("cycles", course.cycles, language))
    span = _span(course, language)
    if span:
        parts.append(span)
    return ", ".join(parts)


def _count(what: str, value: float, language: Language) -> str:
    return say(f"{what}.1" if value == 1 else what, language, number(value, language))


def _drug(name: str, dose: float | None, unit: str | None, language: Language) -> str:
    return " ".join(part for part in (name, number(dose, language) if dose is not None else "", unit or "") if part)


def _span(course: Course, language: Language) -> str:
    start, end = course.start.value, course.end.value
    if start and end and start != end:
        return f"{_bound('from', start, language)} {_bound('to', end, language)}"
    if start:
        return at(course.start, language)
    return _bound("until", end, language) if end else ""


def _bound(which: str, date: str, language: Language) -> str:
    """`du 3 mai 2015`, `de mai 2015`, `d'août 2015`; `au 3 mai`, `à mai`; `jusqu'au 3 mai`, `jusqu'en mai`."""
    words = date_words(date, language)
    form = "day" if len(date) == 10 else "vowel" if words[0] in "ao" else "month"
    return say(f"{which}.{form}", language, words)


def _course(course: Course, language: Language) -> Iterable[Clause]:
    """A course, and what became of it."""
    yield Clause(course_words(course, language), course.proofs, ("therapy", "medication"))
    outcome = [
        say("margins", language, course.margins) if course.margins else "",
        say("nodes", language, course.nodes) if course.nodes else "",
        say("best", language, label(course.best_response, language, "category")) if course.best_response else "",
        say("toxicities", language, ", ".join(course.toxicities)) if course.toxicities else "",
        say("stopped", language, f"« {course.stop_reason} »") if course.stop_reason else "",
    ]
    if any(outcome):
        words = " ; ".join(part for part in outcome if part)
        types = ("response", "adverse_event") if any(outcome[2:4]) else ("therapy",)
        yield Clause(words, course.proofs, types, True)


def _present(record: History, language: Language) -> Paragraph:
    """Vital status, last performance status, what is going on and planned, time since the diagnosis."""
    person = record.patient
    clauses = []
    if person.vital_status == "dead":
        clauses.append(Clause(say("dead", language, at(person.death, language)).strip(), person.death.basis))
    elif person.vital_status == "alive":
        key = f"alive.{person.sex}" if person.sex else "alive"
        clauses.append(Clause(say(key, language, at(person.last_news, language)).strip(), person.last_news.basis))
    if person.performance_status:
        last = person.performance_status[-1]
        words = f"{last.name} {number(last.value or 0, language)} {_told(last.when, language)}".strip()
        clauses.append(Clause(say("status", language, words), last.proofs))
    malignant = [tumour for tumour in record.tumours if (tumour.morphology or "/3")[-1] in "36"]
    for tumour in malignant:
        responses = [response for episode in tumour.episodes for response in episode.responses if response.when.value]
        if responses:
            last = max(responses, key=lambda response: response.when.earliest or "")
            words = f"{label(last.result, language, 'category')} {_told(last.when, language)}"
            clauses.append(Clause(say("last_response", language, words), last.proofs))
    for duration in record.durations:
        if duration.name == "overall_survival" and len(malignant) == 1:
            bounds = "–".join(
                dict.fromkeys(number(round(m, 1), language) for m in (duration.months_low, duration.months_high))
            )
            clauses.append(Clause(say("survival", language, bounds), duration.proofs))
    return Paragraph(Clause(say("present", language), ()), tuple(clauses))
