"""Time: dates that cannot be, and events in an order that cannot be. Only dates that stand in the event's own
sentence count.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from itertools import pairwise

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, Filling, dated, rule
from anamnese.history.calendar import first_day, months_apart
from anamnese.record import Place

_NUMERIC = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}")
_JOINED = tuple("0123456789/.,-")
"""Signs that make a number part of a longer one."""
_PIVOT = 40
"""Years of two digits up to this one are of this century."""
_DAY_BEFORE = re.compile(r"(?<![\d/.,-])(\d{1,2}) $")
_YEAR_AFTER = re.compile(r" ((?:19|20)\d\d)\b")
_MEASURE = re.compile(r" ?(?:cm|mm|x\b|/)")
_OBSERVED = (
    "therapy",
    "imaging",
    "procedure",
    "response",
    "event",
    "lab",
    "vital",
    "adverse_event",
    "stage",
    "metastasis",
)
_SYSTEMIC = ("chemotherapy", "targeted", "immunotherapy", "hormone", "radiotherapy")
_SLACK_MONTHS = 3.0
"""A diagnosis is often dated by its report, which follows the first treatment by weeks."""


def stated(page: Page, fact: Fact) -> Place | None:
    """The time expression in a fact's own sentence that tells its date."""
    if fact.date is None:
        return None
    sentence = page.sentence(fact.start)
    for time in page.times_between(sentence.start, max(sentence.end, fact.end)):
        if time.attributes["value"] == fact.date:
            return page.of(time)
    return None


def _dates(**dates: str | None) -> dict[str, Filling]:
    """The dates that a message names."""
    return {name: dated(date or "") for name, date in dates.items()}


def _written_dates(page: Page) -> Iterator[tuple[int, int, int, Place, bool]]:
    """The full dates that a report writes, of the calendar or not: year, month, day, words, whether in digits."""
    for match in _NUMERIC.finditer(page.flat):
        start, end = match.span()
        if page.flat[start - 1 : start] in _JOINED or page.flat[end : end + 1] in _JOINED[:11]:
            continue
        day, month, year = match[0].split(match[1])
        if len(year) == 4 and year.startswith(("19", "20")):
            yield int(year), int(month), int(day), page.place(start, end), True
        elif len(year) == 2 and match[1] == "/":
            yield (
                int(year) + (2000 if int(year) <= _PIVOT else 1900),
                int(month),
                int(day),
                page.place(start, end),
                True,
            )
    for word in page.words("months"):
        day_told = _DAY_BEFORE.search(page.flat, max(0, word.start - 4), word.start)
        year_told = _YEAR_AFTER.match(page.flat, word.end)
        if day_told:
            end = year_told.end() if year_told else word.end
            year = year_told[1] if year_told else "2000"  # a leap year: no day is refused for want of the year
            yield int(year), int(word.row["number"]), int(day_told[1]), page.place(day_told.start(), end), False


@rule(
    "high",
    fr="« {0} » n'est pas une date du calendrier.",
    en="“{0}” is not a date of the calendar.",
)
def impossible_date(record: Checked) -> Iterator[Clash]:
    """`31/02/2015`, `30 février`, a month 13; read with day and month exchanged where that is a date."""
    for page in record.pages:
        for year, month, day, place, digits in _written_dates(page):
            if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                continue
            if not 1 <= month <= 31 or day > 39 or (day == 0 and month == 0):
                continue  # a number with points or slashes, not a date
            if len(place.quote) < 9 and digits and not (month <= 12 and re.match(r"\d\d/\d\d/", place.quote)):
                continue  # two-digit years only where all else is a date
            if _MEASURE.match(page.flat, place.end):
                continue
            swapped = digits and 12 < month <= 31 and 1 <= day <= 12 and month <= monthrange(year, day)[1]
            yield Clash((place,), f"{month:02d}/{day:02d}/{year}" if swapped else None)


_FOOT = 300
"""Characters at the end of a report where it is dated and signed."""


def _closed(page: Page) -> str | None:
    """The last day that a report can tell of: that of its header, of the discharge, of its signature."""
    report = page.case.report.date
    if report is None or len(report) < 10:
        return None
    sections = page.case.report.sections
    head, foot = sections[0].heading.start if sections else _FOOT, len(page.text) - _FOOT
    days: list[str] = [
        time.attributes["value"]
        for time in page.told("time")
        if (time.start < head or time.start > foot) and len(time.attributes["value"]) == 10
    ]
    stays = [fact.date for fact in page.facts("event") if fact.attributes["kind"] == "discharge" and fact.date]
    if any(fact.attributes["kind"] == "admission" for fact in page.facts("event")) and not stays:
        return None  # a stay whose end is not told
    return max([report, *days, *stays])


@rule(
    "medium",
    fr="« {0} » est daté du {date}, après le compte rendu lui-même ({report}).",
    en="“{0}” is dated {date}, after the report itself ({report}).",
)
def after_the_report(record: Checked) -> Iterator[Clash]:
    """Something told as done or seen, dated in its own sentence later than the report."""
    for page in record.pages:
        report = _closed(page)
        if report is None:
            continue
        for fact in page.facts(*_OBSERVED):
            told = stated(page, fact)
            if told and before(report, fact.date) and not page.words_between("plans", *page.sentence(fact.start)):
                yield Clash((page.of(fact), told), None, _dates(date=fact.date, report=report))


_SLACK_YEARS = 3
"""Years by which a birth reckoned from an age may be off: the age may be told of another time than the first date."""


@rule(
    "high",
    fr="« {0} » est avant la naissance ({birth}).",
    en="“{0}” is before the birth ({birth}).",
)
def before_birth(record: Checked) -> Iterator[Clash]:
    """A date of the patient's story before the date of birth, or before the years that the age allows."""
    reckoned = record.history.patient.birth_year
    if not record.one_patient:
        return
    for page in record.pages:
        told = page.case.report.birth_date
        birth = told or (str(reckoned[0] - _SLACK_YEARS) if reckoned else None)
        if birth is None:
            continue
        for time in page.told("time"):
            value = time.attributes["value"]
            if not before(value, birth) or not _with_year(time):
                continue
            sentence = page.sentence(time.start)
            if page.words_between("others", *sentence) or page.words_between("published", *sentence):
                continue
            about = (f"vers {reckoned[1]}", f"about {reckoned[1]}") if reckoned and not told else None
            yield Clash((page.of(time),), None, {"birth": about or dated(birth)})


def _diagnosis(record: Checked) -> tuple[Page, Fact, Place] | None:
    """The only malignant tumour with the words that date its diagnosis."""
    if len(record.tumours) != 1 or not record.one_patient:
        return None
    page, tumour = record.tumours[0]
    told = stated(page, tumour)
    return (page, tumour, told) if told else None


@rule(
    "medium",
    fr="« {1} » ({date}) vient avant le diagnostic de « {0} » ({diagnosed}).",
    en="“{1}” ({date}) comes before the diagnosis of “{0}” ({diagnosed}).",
)
def treatment_before_diagnosis(record: Checked) -> Iterator[Clash]:
    """Drugs or radiation for a tumour clearly before it was found; operations may be the diagnosis."""
    found = _diagnosis(record)
    if found is None or any(
        fact.attributes["kind"].startswith(("relapse", "progression")) for _, fact in record.facts("event")
    ):
        return  # what is dated may be the relapse
    _, tumour, _ = found
    for page, fact in record.facts("therapy"):
        start: str = fact.attributes.get("start_date") or fact.date or ""
        if fact.attributes["kind"] not in _SYSTEMIC or not before(start, tumour.date) or not stated(page, fact):
            continue
        if page is found[0] and page.sentence(fact.start) == page.sentence(tumour.start):
            continue  # one sentence may date something else by the same words
        if page.section(fact.start) != "history" and months_apart(start, tumour.date or start) >= _SLACK_MONTHS:
            yield Clash((found[0].of(tumour), page.of(fact)), None, _dates(date=start, diagnosed=tumour.date))


@rule(
    "medium",
    fr="« {1} » ({date}) vient avant le diagnostic de « {0} » ({diagnosed}).",
    en="“{1}” ({date}) comes before the diagnosis of “{0}” ({diagnosed}).",
)
def relapse_before_diagnosis(record: Checked) -> Iterator[Clash]:
    """A relapse or progression dated before the only tumour was found."""
    found = _diagnosis(record)
    if found is None:
        return
    _, tumour, _ = found
    for page, fact in record.facts("event"):
        relapse = fact.attributes["kind"].startswith("relapse") or fact.attributes["kind"] == "progression"
        if relapse and before(fact.date, tumour.date) and stated(page, fact):
            yield Clash((found[0].of(tumour), page.of(fact)), None, _dates(date=fact.date, diagnosed=tumour.date))


@rule(
    "high",
    fr="« {1} » est daté du {date}, après le décès (« {0} », {death}).",
    en="“{1}” is dated {date}, after the death (“{0}”, {death}).",
)
def after_death(record: Checked) -> Iterator[Clash]:
    """Something done or seen in a patient who had died; post-mortem examinations and results that come later aside."""
    deaths = [
        (page, fact)
        for page, fact in record.facts("event")
        if fact.attributes["kind"] == "death" and stated(page, fact)
    ]
    if len(deaths) != 1 or not record.one_patient:
        return
    page_of_death, death = deaths[0]
    for page, fact in record.facts("therapy", "imaging", "vital", "performance_status", "response"):
        if before(death.date, fact.date) and stated(page, fact):
            yield Clash((page_of_death.of(death), page.of(fact)), None, _dates(date=fact.date, death=death.date))


_OPENED = re.compile(
    r"(?:\b(?:du|de|depuis|depuis le|a partir d[eu]|a compter du|debut[ :]*|debute[es]*|commence[es]*)|\()"
    r"(?: le| en)? ?$"
)
_CLOSED = re.compile(
    r"[ ,;]*(?:et |puis )?(?:au|a|-|jusqu'(?:au|en|a)|arrete[es]*|fin[ :]*|termine[es]*)(?: le| en)? ?"
)


@rule(
    "high",
    fr="La période « {0} » finit avant de commencer.",
    en="The period “{0}” ends before it begins.",
)
def period_runs_backwards(record: Checked) -> Iterator[Clash]:
    """`du 24/09/2023 au 12/03/2022`, `débuté en mars 2015 et arrêté en 2014`: two dates with their years, the second
    the earlier.
    """
    for page in record.pages:
        for first, second in pairwise(page.told("time")):
            a, b = first.attributes["value"], second.attributes["value"]
            if not before(b, a) or not _with_year(first) or not _with_year(second):
                continue
            between = page.flat[first.end : second.start]
            if _OPENED.search(page.flat[max(0, first.start - 24) : first.start]) and _CLOSED.fullmatch(between):
                yield Clash((page.place(first.start, second.end),))


def _with_year(time: Fact) -> bool:
    return time.attributes["value"][:4] in time.quote or bool(
        re.search(rf"[^\d]{time.attributes['value'][2:4]}$", time.quote)
    )


_RANGE_WIDTH = 12
"""Characters between the two dates of a range."""


@rule(
    "low",
    fr="« {1} » est sans année après « {0} » : lu comme {value}, de l'autre côté du nouvel an.",
    en="“{1}” has no year after “{0}”: read as {value}, across the new year.",
)
def year_understood_across_new_year(record: Checked) -> Iterator[Clash]:
    """A date without its year that was read in another year than the date before it: the reader should know."""
    for page in record.pages:
        times = page.told("time")
        for i, (first, second) in enumerate(pairwise(times)):
            a, b = first.attributes["value"], second.attributes["value"]
            if i + 2 < len(times) and times[i + 2].start - second.end < _RANGE_WIDTH and b[:4] in times[i + 2].quote:
                continue  # the second date of a range tells the year
            if len(b) < 7 or abs(int(a[:4]) - int(b[:4])) != 1 or b[:4] in second.quote:
                continue
            if (
                not re.search(rf"[^\d]{b[2:4]}$", second.quote) and not second.quote.isdigit()
            ):  # nor a year in two digits
                yield Clash((page.of(first), page.of(second)), b, _dates(value=b))


_CLOSE_MONTHS = 8
_FAR_MONTHS = 11


@rule(
    "medium",
    fr="« {1} » ne suit pas l'ordre du récit, entre « {0} » et « {2} ».",
    en="“{1}” is out of the order of the story, between “{0}” and “{2}”.",
)
def date_out_of_order(record: Checked) -> Iterator[Clash]:
    """A date between two close ones in a story told in order, which another year would put between them: a slip of
    the year.
    """
    for page in record.pages:
        times = [time for time in page.told("time") if len(time.attributes["value"]) >= 7]
        for first, odd, last in zip(times, times[1:], times[2:], strict=False):
            a, x, b = (time.attributes["value"] for time in (first, odd, last))
            if not (first_day(a) <= first_day(b) and _near(a, b) and x[:4] in odd.quote and len(x) == len(a) == len(b)):
                continue
            if months_apart(x, a) < _FAR_MONTHS or months_apart(x, b) < _FAR_MONTHS:
                continue
            fitting = [year for year in {a[:4], b[:4]} if a < year + x[4:] < b]
            if len(fitting) == 1 and not page.words_between("looking_back", *page.sentence(odd.start)):
                yield Clash((page.of(first), page.of(odd), page.of(last)), odd.quote.replace(x[:4], fitting[0]))


def _near(a: str, b: str) -> bool:
    months = (int(b[:4]) - int(a[:4])) * 12 + int(b[5:7]) - int(a[5:7])
    return 0 <= months <= _CLOSE_MONTHS


@rule(
    "medium",
    fr="Deux dates pour le même décès : « {0} » et « {1} ».",
    en="Two dates of the same death: “{0}” and “{1}”.",
)
def two_dates_of_death(record: Checked) -> Iterator[Clash]:
    """A death dated twice, apart."""
    if not record.one_patient:
        return
    for page in record.pages:
        told: list[tuple[str, Place]] = []
        for word in page.words("death"):
            sentence = page.sentence(word.start)
            if page.words_between("others", *sentence):
                continue
            for time in page.times_between(word.end, min(sentence.end, word.end + _BESIDE)):
                value = time.attributes["value"]
                if value[:4] in time.quote:
                    told.append((value, page.place(word.start, time.end)))
                    break
        for (a, first), (b, second) in pairwise(told):
            if before(a, b) or before(b, a):
                yield Clash((first, second))


_BESIDE = 25
"""Characters between a death and its date."""


RULES = (
    impossible_date,
    after_the_report,
    before_birth,
    treatment_before_diagnosis,
    relapse_before_diagnosis,
    after_death,
    period_runs_backwards,
    year_understood_across_new_year,
    date_out_of_order,
    two_dates_of_death,
)
