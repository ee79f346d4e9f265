"""The person of a record: sex, age, birth, vital status, last news, performance status, relevant history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from anamnese.case import Fact
from anamnese.history.calendar import first_day
from anamnese.history.dates import UNKNOWN, when
from anamnese.history.story import Item, Page, Story
from anamnese.history.tumours import Primary
from anamnese.record import Measure, PatientRecord, Proof, When

_NEWS = frozenset(
    ("event", "response", "imaging", "lab", "vital", "performance_status", "procedure", "therapy", "adverse_event")
)
"""What tells that the patient was seen."""

_OPENING = 8
"""The sentences in which a case report tells when the patient came."""
_CAME = re.compile(
    r"\b(?:consult\w*|se presente|s'est presente\w*|se presentait|presentait|admise?|hospitalise\w*|adressee?s?|"
    r"amenee?|urgences|(?:est|etait|fut) (?:recue?|vue?|evaluee?)|"
    r"(?P<begun>debute|apparition|decouver\w*|detect\w*))\b",
    re.ASCII,
)
"""What tells that the patient comes with the illness, or that it has `begun`."""
_PAST = re.compile(
    r"\b(?:antecedents?|atcd|operee?|opere|traitee?|suivie? (?:depuis|pour|en)|depuis|conisation|exerese|sevree?|"
    r"pontee?|pontage|stents?|menopausee?|vaccine?|jusqu'\w*|cholecyst\w*|appendic\w*|hysterectom\w*|annexectom\w*|"
    r"diagnostiquee?|connue?|porteu\w+|prothese|infarctus|avc|greffee?|transplantee?|accident)\b",
    re.ASCII,
)
"""What makes a date one of the antecedents."""
_AT_THE_AGE = "l'age de "
_AGE = re.compile(r"(\d{1,2}) ans")
_BESIDE = 60
"""Characters before an age within which its date stands."""
_RELATIVE = re.compile(
    r"\b(?:mere|pere|parents?|freres?|so?eurs?|tantes?|oncles?|grand|cousine?s?|fils|filles?|famil\w+)\b"
)
_FINDINGS = frozenset(("tumour", "imaging", "procedure", "event", "lab", "metastasis", "lesion"))
_PAUSE = re.compile(r"[.,;:()\n]\s?")
_CLAUSE = 80
"""The most characters of a relative's disease told before its name and behind it."""


class _Presented(NamedTuple):
    """A telling of the patient, with the date that an age told in it holds at."""

    page: Page
    place: int
    fact: Fact
    date: str | None
    basis: tuple[Proof, ...]
    """The facts that the date was inferred from."""
    stated: tuple[int, str, Proof] | None
    """An age told with its date."""

    @property
    def age(self) -> float | None:
        """The age told."""
        return self.fact.attributes.get("age_years")


def person(story: Story, tumours: Sequence[Primary]) -> PatientRecord:
    """The patient's part of the record, from the patients of all reports."""
    told = [
        _presented(page, place, page.case.facts[place], tumours)
        for page in story.pages
        for place, start in zip(page.presented, page.patients, strict=True)
        if page.patient(start) == 0
    ]
    sexes = [one.fact.attributes["sex"] for one in told if one.fact.attributes.get("sex")]
    aged = next((one for one in told if one.age is not None), None)
    birth_date = next((case.report.birth_date for case in story.cases if case.report.birth_date), None)
    deaths = [
        item
        for item in story.of("event")
        if item.kind == "death" and item.status == "affirmed" and _of_first(story, item)
    ]
    death = next((item for item in deaths if item.date), deaths[0] if deaths else None)
    latest = _latest(story)
    relevant = _relevant(story, tumours)
    return PatientRecord(
        sex=max(sorted(set(sexes)), key=sexes.count, default=None),
        age_years=aged.age if aged else None,
        age_at=_age_at(aged) if aged else UNKNOWN,
        birth_year=_birth_year(told, birth_date),
        birth_date=birth_date,
        vital_status="dead" if death else "alive" if latest else None,
        last_news=_news(story, latest),
        death=when(death.date, death.certainty, (*death.proofs, *death.basis)) if death else UNKNOWN,
        performance_status=tuple(
            [
                Measure(
                    str(item.get("scale")),
                    item.get("value"),
                    None,
                    None,
                    when(item.date, item.certainty, item.basis),
                    tuple(item.proofs),
                )
                for item in sorted(story.of("performance_status"), key=lambda item: (item.date or "", item.order))
            ]
        ),
        history=tuple(relevant),
        proofs=tuple([Proof(one.page.id, one.place) for one in told]),
        history_proofs=tuple(relevant.values()),
    )


def _of_first(story: Story, item: Item) -> bool:
    """Whether an item tells of the first patient of a report: the record is that patient's."""
    return story.page(item).patient(item.span[0]) == 0


def _presented(page: Page, place: int, fact: Fact, tumours: Sequence[Primary]) -> _Presented:
    date, basis = (fact.date, ()) if fact.date else _holds_at(page, fact, tumours)
    return _Presented(page, place, fact, date, basis, _aged_at(page, fact))


def _holds_at(page: Page, fact: Fact, tumours: Sequence[Primary]) -> tuple[str | None, tuple[Proof, ...]]:
    """The date that an age told in a report most likely holds at. That of a document is its own. A case report opens
    with the age at the illness that it tells of: when the patient came with it (`consulte en mars 2016`), told within a
    few sentences; else the diagnosis of the first malignant tumour; else the first finding; never a date of the
    antecedents."""
    case = page.case
    if case.report.date:
        return case.report.date, ()
    main = next((tumour for tumour in tumours if _is_told_illness(page, tumour)), None)
    diagnosed = main.date if main is not None else None
    end = fact.start
    for _ in range(_OPENING):
        start, end = page.sentence(end)
        told = page.times_between(start, end)
        came = _CAME.search(page.folded, start, end) if told else None
        times = [time for time in told if not _is_past(page, start, time[0])] if came else []
        if came and times:
            near = min(times, key=lambda time: abs(time[0] - came.start()))
            if came["begun"] is None or diagnosed is None or near[1][:7] <= diagnosed[:7]:
                return near[1], (Proof(case.report.id, near[2]),)
        if end >= len(page.folded):
            break
    if main is not None and diagnosed is not None:
        return diagnosed, tuple(main.proofs)
    for place, fact_told in enumerate(case.facts):
        if not fact_told.date or fact_told.type not in _FINDINGS or fact_told.status != "affirmed":
            continue
        if not _is_past(page, page.sentence(fact_told.start).start, fact_told.start):
            return fact_told.date, (Proof(case.report.id, place),)
    return None, ()


def _is_told_illness(page: Page, tumour: Primary) -> bool:
    """Whether a tumour is the illness that a report tells of: malignant, and none of the antecedents."""
    first = next((item for item in tumour.tellings if item.report == page.case.report.id), None)
    morphology = tumour.morphology or ""
    if first is None or tumour.status != "affirmed" or not morphology.endswith("/3") or morphology.startswith("809"):
        return False
    if _is_past(page, page.sentence(first.span[0]).start, first.span[0]):
        return False
    heading = next((s.heading for s in reversed(page.case.report.sections) if s.heading.start <= first.span[0]), None)
    return heading is None or not page.folded.startswith("antecedent", heading.start)


def _is_past(page: Page, start: int, pos: int) -> bool:
    """Whether the clause before a place tells of the antecedents."""
    words = page.folded[start:pos]
    clause = max(words.rfind(","), words.rfind(";"), words.rfind(":"), words.rfind("("))
    return _PAST.search(words, clause + 1) is not None


def _age_at(told: _Presented) -> When:
    if told.fact.date:
        return when(told.fact.date, "stated", (Proof(told.page.case.report.id, told.place),))
    date, stated, age = told.date, told.stated, told.age
    if stated is not None and age is not None:
        if stated[0] == age:
            return when(stated[1], "stated", (stated[2],))
        if date and not 0 <= (int(date[:4]) - int(age)) - (int(stated[1][:4]) - stated[0]) + 1 <= 1:
            return UNKNOWN  # another age, told with its date, gives another year
    return when(date, "inferred" if date else "placed", told.basis)


def _birth_year(told: Sequence[_Presented], birth_date: str | None) -> tuple[int, int] | None:
    """The years of birth that all ages told at dated reports allow; None where none is dated, or they disagree."""
    if birth_date:
        return int(birth_date[:4]), int(birth_date[:4])
    stated = next((one.stated for one in told if one.stated is not None), None)
    if stated is not None:
        year = int(stated[1][:4]) - stated[0]
        return year - 1, year
    low, high = 0, 9999
    for one in told:
        if one.age is None or one.date is None:
            continue
        year = int(one.date[:4]) - int(one.age)
        low, high = max(low, year - 1), min(high, year)
    return (low, high) if low <= high < 9999 else None


def _aged_at(page: Page, fact: Fact) -> tuple[int, str, Proof] | None:
    """An age of the patient that is told with its date, which stands beside it: `en mai 1997, à l'âge de 47 ans`."""
    found = page.folded.find(_AT_THE_AGE, max(0, fact.start - len(_AT_THE_AGE)))
    while found >= 0:
        age = _AGE.match(page.folded, found + len(_AT_THE_AGE))
        times = page.times_between(max(page.sentence(found).start, found - _BESIDE), found) if age else []
        if age and times and not _RELATIVE.search(page.folded, page.sentence(found).start, found):
            _, value, place = times[-1]
            return int(age[1]), value, Proof(page.case.report.id, place)
        found = page.folded.find(_AT_THE_AGE, found + 1)
    return None


def _latest(story: Story) -> Item | None:
    """The last dated item that tells of the patient."""
    latest: Item | None = None
    reached = ""
    for item in story.items:
        if not item.date or item.type not in _NEWS or item.status not in ("affirmed", "suspected"):
            continue
        day = first_day(item.date)
        later = latest is None or day > reached or (day == reached and item.order > latest.order)
        if later and _of_first(story, item):
            latest, reached = item, day
    return latest


def _news(story: Story, latest: Item | None) -> When:
    """The date of the last news: that of a follow-up or death told as such, else the latest of what was observed or
    done."""
    told = [item for item in story.of("event") if item.kind in ("last_follow_up", "death") and item.date]
    stated = max(told, key=lambda item: first_day(item.date or ""), default=None)
    if (
        stated is not None
        and stated.date
        and (latest is None or stated.date >= (latest.date or "")[: len(stated.date)])
    ):
        return when(stated.date, stated.certainty, tuple(stated.proofs))
    if latest is None:
        return UNKNOWN
    return when(latest.date, "inferred", tuple(latest.proofs))


def _relevant(story: Story, tumours: Sequence[Primary]) -> dict[str, Proof]:
    """Relevant history in the reports' words: cancers of relatives, earlier benign tumours and those met by chance,
    usual treatments (what is given in the part of the antecedents, undated, and in no course)."""
    items = [item for item in story.items if item.status == "family"]
    named = {id(told) for tumour in tumours for told in tumour.tellings}
    items += [item for item in story.of("tumour") if item.status != "family" and id(item) not in named]
    if len(tumours) > 1:
        items += [tumour.tellings[0] for tumour in tumours[:-1] if not tumour.malignant]
    in_courses = {drug for item in story.of("therapy") for drug in item.get("drugs") or ()}
    items += [
        item
        for item in story.of("medication")
        if item.date is None
        and item.status == "affirmed"
        and item.get("name") not in in_courses
        and _in_antecedents(story, item)
    ]
    found: dict[str, Proof] = {}
    for item in items:
        found.setdefault(_in_words(story, item), item.proofs[0])
    return found


def _in_words(story: Story, item: Item) -> str:
    """A piece of history in the report's words; of a relative's disease, the clause around it, which tells of whom."""
    if item.status != "family":
        return " ".join(item.quote.split())
    page = story.page(item)
    sentence = page.sentence(item.span[0])
    start = max(
        (match.end() for match in _PAUSE.finditer(page.folded, sentence.start, item.span[0])), default=sentence.start
    )
    end = _PAUSE.search(page.folded, item.span[1], max(item.span[1], sentence.end))
    start = max(start, item.span[0] - _CLAUSE)
    return " ".join(page.text[start : min(end.start() if end else sentence.end, item.span[1] + _CLAUSE)].split())


def _in_antecedents(story: Story, item: Item) -> bool:
    kind = None
    for section in story.page(item).case.report.sections:
        if section.heading.start > item.span[0]:
            break
        kind = section.kind
    return kind == "history"
