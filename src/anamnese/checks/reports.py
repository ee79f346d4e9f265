"""Between the reports of one patient: who it is, the stage, the markers and the operations told differently."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, Filling, dated, rule
from anamnese.checks.time import stated
from anamnese.history.calendar import months_apart

_SEX = {"female": ("une femme", "a woman"), "male": ("un homme", "a man")}


@rule(
    "high",
    fr="Ces comptes rendus sont-ils de la même personne ? {a} (« {0} ») et {b} (« {1} »).",
    en="Are these reports of one person? {a} (“{0}”) and {b} (“{1}”).",
)
def persons_differ(record: Checked) -> Iterator[Clash]:
    """A woman in one report and a man in another, or two dates of birth: reports of two patients filed together."""
    if not record.one_patient:
        return
    told = [(page, fact) for page, fact in record.facts("patient") if fact.attributes.get("sex")]
    for (page, fact), (other, later) in combinations(told, 2):
        a, b = fact.attributes["sex"], later.attributes["sex"]
        if page is not other and a != b:
            yield Clash((page.of(fact), other.of(later)), None, {"a": _SEX[a], "b": _SEX[b]})
            break
    births = [
        (page, time, page.case.report.birth_date)
        for page in record.pages
        for time in page.told("time")
        if page.case.report.birth_date and time.attributes["value"] == page.case.report.birth_date
    ]
    for (page, time, born), (other, later, born_later) in combinations(births, 2):
        if page is not other and born != born_later:
            yield Clash((page.of(time), other.of(later)), None, {"a": dated(born or ""), "b": dated(born_later or "")})
            break


def _one_tumour(record: Checked) -> bool:
    """Whether the reports tell of one malignant tumour, so that two stages or two results are of the same."""
    return record.one_patient and len({fact.attributes["topography"][:3] for _, fact in record.tumours}) <= 1


def _across(record: Checked, kind: str) -> Iterator[tuple[Page, Fact, Page, Fact]]:
    """The facts of a type in two reports, each with each of the later reports: stages and operations are few."""
    for page, other in combinations(record.pages, 2):
        for fact in page.facts(kind):
            for later in other.facts(kind):
                yield page, fact, other, later


@rule(
    "medium",
    fr="Le stade initial diffère d'un compte rendu à l'autre : « {0} » et « {1} ».",
    en="The first stage differs between reports: “{0}” and “{1}”.",
)
def stage_differs_between_reports(record: Checked) -> Iterator[Clash]:
    """One clinical or pathological TNM in a report and another in the next, of one tumour and one prefix."""
    if not _one_tumour(record):
        return
    for page, stage, other, later in _across(record, "stage"):
        a, b = stage.attributes, later.attributes
        if a["system"] != "TNM" or b["system"] != "TNM" or a.get("prefix") != b.get("prefix"):
            continue
        if a.get("prefix") in ("c", "p", "yp") and any(_other(a.get(letter), b.get(letter)) for letter in "tnm"):
            yield Clash((page.of(stage), other.of(later)))
            return


def _other(a: str | None, b: str | None) -> bool:
    """Whether two values of T, N or M are two classes; `1a` and `1` are one, `x` is none."""
    return bool(a and b) and f"{a}"[0] != f"{b}"[0] and "x" not in f"{a}{b}".lower()


@rule(
    "medium",
    fr="{name} du {date} diffère d'un compte rendu à l'autre : « {0} » et « {1} ».",
    en="{name} of {date} differs between reports: “{0}” and “{1}”.",
)
def result_differs_between_reports(record: Checked) -> Iterator[Clash]:
    """One marker or analyte of one day with two values of one unit in two reports."""
    if not _one_tumour(record):
        return
    told: dict[tuple[str, str, str], dict[Page, list[Fact]]] = {}
    for kind, naming in (("biomarker", "name"), ("lab", "analyte")):
        for page, fact in record.facts(kind):
            if fact.date and len(fact.date) == 10 and fact.attributes.get("value") is not None:
                key = (fact.attributes[naming], fact.date, fact.attributes.get("unit", ""))
                told.setdefault(key, {}).setdefault(page, []).append(fact)
    for (name, date, _), by_page in told.items():
        for (page, facts), (other, later) in pairwise(by_page.items()):
            if {fact.attributes["value"] for fact in facts} & {fact.attributes["value"] for fact in later}:
                continue
            if stated(page, facts[0]) and stated(other, later[0]):
                fillings: dict[str, Filling] = {"name": name[:1].upper() + name[1:], "date": dated(date)}
                yield Clash((page.of(facts[0]), other.of(later[0])), None, fillings)


_SAME_OPERATION_MONTHS = 1.0
"""Two full dates of one operation this close are one operation told twice; further apart it may have been done
again.
"""


@rule(
    "medium",
    fr="« {0} » a deux dates : {first} et {second} (« {1} »).",
    en="“{0}” has two dates: {first} and {second} (“{1}”).",
)
def operation_dated_differently(record: Checked) -> Iterator[Clash]:
    """One operation dated on two days less than a month apart in two reports."""
    seen: set[str] = set()
    for page, fact, other, later in _across(record, "therapy"):
        procedure = fact.attributes.get("procedure")
        if procedure is None or procedure != later.attributes.get("procedure") or procedure in seen:
            continue
        a, b = fact.date or "", later.date or ""
        if len(a) < 10 or len(b) < 10 or not (before(a, b) or before(b, a)):
            continue
        if months_apart(a, b) <= _SAME_OPERATION_MONTHS and stated(page, fact) and stated(other, later):
            seen.add(procedure)
            yield Clash((page.of(fact), other.of(later)), None, {"first": dated(a), "second": dated(b)})


RULES = (
    persons_differ,
    stage_differs_between_reports,
    result_differs_between_reports,
    operation_dated_differently,
)
