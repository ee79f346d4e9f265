"""The tellings of several reports as one story: the same fact in two reports is one item with two proofs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from anamnese.case import Case
from anamnese.facts.therapy.periods import IN_ONE_DAY
from anamnese.history.arrangement import AS_TOLD, Pair, said
from anamnese.history.calendar import compatible, first_day, last_day, months_apart, shift
from anamnese.history.naming import acronym, is_general, same_procedure
from anamnese.history.story import Item, Page, Story
from anamnese.reading.fold import folded_re

_TOLD_AS = {
    "metastasis": ("site",),
    "stage": ("system", "prefix", "t", "n", "m", "group"),
    "biomarker": ("name", "result", "value"),
    "response": ("category",),
    "event": ("kind",),
    "lab": ("analyte", "value"),
    "vital": ("name", "value"),
    "lesion": ("site", "size_mm"),
    "performance_status": ("scale", "value"),
    "adverse_event": ("term", "grade"),
    "procedure": ("kind", "site"),
    "imaging": ("modality", "site"),
    "medication": ("name", "dose", "unit"),
}
"""The attributes that two tellings of one fact share."""

_COUNTED = 3
_CYCLE_MONTHS = 1.25
"""A number of cycles from which it tells a course apart, and how long a cycle takes with its delays."""

_PLANNED_MONTHS = 6.0
"""What is planned and then done within so many months is one treatment."""

_CYCLES, _CYCLE_DAYS = 3, 28
"""A course whose cycles are not counted has at least three; a cycle of most regimens takes no more than 28 days."""

_SYSTEMIC = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
_RECALL_MONTHS = 12.0
"""A course that is recalled without its drugs was given within so many months."""
_VAGUE_MONTHS = 1.25
"""How far a month told from memory may lie from the day."""

_DATE_ALONE = frozenset({"medication", "vital"})
"""What tells the record its date, but not where in the report that stands, unless another report tells it again."""

_GROWN_UP = 15
_AFTER_DOCUMENT_MONTHS = 2.0
"""A date that is only carried over to what a document tells, and so long after it, is none: a stay lasts weeks."""

_NEWS = ("event", "response", "imaging", "procedure", "metastasis")
_SINCE_MONTHS = 2.0
_NOT_GIVEN = folded_re(r"\b(?:refus|recus|renonc|annul|report|differ|non (?:realis|debut|retenu)|jamais|pas (?:ete )?)")
"""A treatment planned for a day so long before the last news was given, unless words behind it say that it was not."""


def tell(cases: Sequence[Case], arranged: Mapping[Pair, bool] = AS_TOLD.courses) -> Story:
    """The story of a patient's reports, whatever order they are given in; a report given twice is taken once. Courses
    that a person set apart are told apart."""
    pages = tuple([Page(case) for case in _distinct(cases)])
    several = len(pages) > 1
    births = _long_past_births(pages)
    items: list[Item] = []
    known: dict[str, list[Item]] = {}
    given: list[tuple[Item, Item]] = []
    for number, page in enumerate(pages):
        for place in page.told:
            told = _told(page, number, place, several)
            if told.date in births:
                told.date, told.certainty, told.basis = None, "placed", ()
            others = known.get(told.type)
            if others is None:
                others = known[told.type] = []
            if number:
                again = _is_told_again(told, others, given, arranged)
            else:  # within one report only courses are told twice
                again = told.type == "therapy" and _is_merged(told, others, arranged)
            if again:
                continue
            items.append(told)
            others.append(told)
    _carry_out(given, known.get("therapy", ()))
    _given_since(pages, known)
    _date_responses(pages, known)
    return Story(pages, tuple(items), known)


def _long_past_births(pages: Sequence[Page]) -> frozenset[str]:
    """The dates of birth of the grown-up: nothing was found on that day."""
    births = [(birth, page.date) for page in pages if (birth := page.case.report.birth_date) and page.date]
    return frozenset([birth for birth, date in births if int(date[:4]) - int(birth[:4]) >= _GROWN_UP])


def _distinct(cases: Sequence[Case]) -> Sequence[Case]:
    """Each report once, the oldest first."""
    if len(cases) == 1:
        return cases
    distinct = {case.report.text: case for case in sorted(cases, key=lambda case: case.report.id, reverse=True)}
    return sorted(distinct.values(), key=_age)


def _told(page: Page, number: int, place: int, several: bool) -> Item:
    """A fact as an item of the story."""
    fact = page.facts[place]
    told = Item(fact, number, page.id, place)
    if several or told.type not in _DATE_ALONE:
        page.find_date(told)
    if told.type == "therapy":
        told.in_range = page.in_range(fact)
    elif told.certainty == "inferred" and page.date and told.type in _NEWS and not told.of_document:
        date = told.date or ""
        if page.date < first_day(date) and months_apart(page.date, date) > _AFTER_DOCUMENT_MONTHS:
            told.date, told.certainty, told.basis = None, "placed", ()
    if several or told.type == "therapy":  # nothing else of one report is told twice, or ended by what follows it
        told.attributes = told.attributes.copy()
    if told.type == "therapy" and _ends_before_it_begins(told):
        if _is_told_by_its_end(page, told):
            told.attributes.pop("start_date", None)
            told.date, told.certainty, told.basis, told.of_document = None, "placed", (), False
        else:
            del told.attributes["end_date"]
    return told


def _is_told_by_its_end(page: Page, told: Item) -> bool:
    """Whether the end of a course stands in its sentence, and the beginning is carried over from elsewhere: `TEP du
    24/05/2022. Suivie pour une LLC (│chlorambucil│ jusqu'en 2021)`."""
    if told.certainty != "inferred":
        return False
    sentence, end = page.sentence(told.span[0]), told.get("end_date")
    return any(value == end for _, value, _ in page.times_between(sentence.start, max(sentence.end, told.span[1])))


def _is_told_again(
    told: Item, others: Sequence[Item], given: list[tuple[Item, Item]], arranged: Mapping[Pair, bool]
) -> bool:
    """Whether an earlier report told an item, which then has its proofs too."""
    if told.type == "therapy" and not arranged:
        recalled = _recalled(told, others)
        if recalled is not None:
            recalled.proofs += told.proofs
            given.append((recalled, told))
            return True
        for item in others:
            if _recalled(item, (told,)) is not None:
                _merge(item, told)
                return True
    return _is_merged(told, others, arranged)


def _is_merged(told: Item, others: Sequence[Item], arranged: Mapping[Pair, bool]) -> bool:
    """Whether an item was told before, to which its telling is added."""
    twin = _twin(told, _free(told, others, arranged))
    if twin is None:
        return False
    _merge(twin, told)
    return True


def _carry_out(given: Sequence[tuple[Item, Item]], known: Sequence[Item]) -> None:
    """What was planned and is recalled as done without its drugs was given, as no report told it in more words; the end
    is that of the last course of the plan."""
    for planned, told in given:
        if planned.status != "planned":
            continue
        plan = [
            item
            for item in known
            if item.report == planned.report
            and item.status == "planned"
            and (item.kind, item.get("intent")) == (planned.kind, planned.get("intent"))
        ]
        for item in plan:
            item.status = "affirmed"
        if told.get("end_date") and plan:
            plan[-1].attributes.setdefault("end_date", told.get("end_date"))
        if told.start and len(plan) == 1 and not told.of_document and told.start != told.get("end_date"):
            plan[0].attributes.setdefault("start_date", told.start)


def _given_since(pages: Sequence[Page], known: dict[str, list[Item]]) -> None:
    """A treatment that a report plans for a day long before the last that it tells of was given: `conduit à introduire
    le selpercatinib le 15 mars 2021 …, en réponse en novembre 2022`."""
    planned = [item for item in known.get("therapy", ()) if item.status == "planned" and len(item.start or "") >= 7]
    if not planned:
        return
    last = [""] * len(pages)
    for type in _NEWS:
        for item in known.get(type, ()):
            if item.date and item.status == "affirmed":
                last[item.page] = max(last[item.page], first_day(item.date))
    for item in planned:
        start, until = item.start or "", last[item.page]
        if last_day(start) >= until or months_apart(start, until) < _SINCE_MONTHS:
            continue
        page = pages[item.page]
        if not _NOT_GIVEN.search(page.folded, item.span[1], max(item.span[1], page.sentence(item.span[0]).end)):
            item.status = "affirmed"


def _free(told: Item, others: Sequence[Item], arranged: Mapping[Pair, bool]) -> Sequence[Item]:
    """The items that nobody set apart from one: courses alone are arranged."""
    if not arranged or told.type != "therapy":
        return others
    return [item for item, one in zip(others, said(arranged, told, others), strict=True) if one is not False]


def _date_responses(pages: Sequence[Page], known: dict[str, list[Item]]) -> None:
    """A response told in the sentence of a course with its end is of that end, not of the course's beginning."""
    courses = [item for item in known.get("therapy", ()) if item.get("end_date")]
    for response in known.get("response", ()) if courses else ():
        if response.date is None:
            continue
        page = pages[response.page]
        for course in courses:
            end = course.get("end_date")
            if first_day(end) <= first_day(response.date):
                continue
            told = [page.case.facts[proof.fact] for proof in course.proofs if proof.report == page.id]
            if any(
                (fact.attributes.get("start_date") or fact.date) in (response.date, None)
                and fact.start < response.span[0]
                and page.one_sentence(fact.start, response.span[0])
                for fact in told
                if fact.type == "therapy"
            ):
                response.date, response.certainty, response.basis = end, "inferred", tuple(course.proofs)


def _ends_before_it_begins(told: Item) -> bool:
    """Whether an end cannot be: it lies before the beginning, or on the first day of drugs that are given for long."""
    start, end = told.start, told.get("end_date")
    if not start or not end:
        return False
    long = told.get("cycles") != 1 and bool(told.get("drugs")) and told.get("regimen") not in IN_ONE_DAY
    return last_day(end) < first_day(start) or (long and start == end and not told.in_range)


def _age(case: Case) -> tuple[str, str, str]:
    """What reports are ordered by: their date, else the latest date they tell."""
    report = case.report
    latest = report.date or max((f.date for f in case.facts if f.date and f.status == "affirmed"), default="")
    return (latest, report.id, report.text)


def _twin(told: Item, known: Iterable[Item]) -> Item | None:
    """The item that tells the same: of another report, or of the same one where a course of drugs is told twice."""
    if told.type == "tumour":
        return None  # linked as tumours, not as tellings
    own = [item for item in known if (item.status == "family") == (told.status == "family")]
    if told.type == "therapy":
        for item in own:
            if _same_therapy(item, told):
                return item
        for item in own:
            if _part_of(item, told):
                return item
        return None
    for item in own:
        again = told.type == "stage" and told.certainty != "stated"
        if item.report == told.report or not (again or compatible(item.date, told.date)):
            continue
        if all(item.get(name) == told.get(name) for name in _TOLD_AS[told.type]) and (
            told.type in ("stage", "metastasis", "biomarker") or (item.date is not None and told.date is not None)
        ):
            return item
    return None


def _recalled(told: Item, known: Iterable[Item]) -> Item | None:
    """The course of another report that words without drugs recall: the neoadjuvant, or the adjuvant, treatment of its
    kind (`après CT néoadjuvante`), told within a year of it."""
    if told.get("drugs") or told.get("regimen") or told.kind not in _SYSTEMIC:
        return None
    if told.status != "affirmed":
        return None
    if told.get("intent") not in ("neoadjuvant", "adjuvant"):
        return _last_given(told, known)
    return next(
        (
            item
            for item in known
            if item.report != told.report
            and (item.kind == told.kind or _holds_antibody(item, told))
            and (item.get("intent") == told.get("intent") or (item.get("intent") is None and told.start is None))
            and (item.get("drugs") or item.get("regimen"))
            and (not (item.start and told.start) or months_apart(item.start, told.start) <= _RECALL_MONTHS)
        ),
        None,
    )


def _last_given(told: Item, known: Iterable[Item]) -> Item | None:
    """The last course of a kind that another report told, which words without drugs, date or intent recall (`pièce de
    mastectomie, post chimiothérapie`), or with the month that it began in."""
    earlier = [
        item
        for item in known
        if item.report != told.report and item.kind == told.kind
        if item.get("drugs") or item.get("regimen")
        if told.start is None or _carried_out(item, told) or (item.start and compatible(item.start, told.start))
    ]
    return earlier[-1] if earlier and (told.start or not told.get("end_date")) else None


def _holds_antibody(item: Item, told: Item) -> bool:
    """Whether a course of chemotherapy holds the antibody that words recall: `chimio-immunothérapie`."""
    drugs = item.get("drugs") or ()
    return told.kind == "immunotherapy" and item.kind == "chemotherapy" and any(drug.endswith("mab") for drug in drugs)


def _same_therapy(item: Item, told: Item) -> bool:
    """Whether two tellings are of one treatment: of one kind, at one time, with the same act, dose or drugs."""
    a, b = item.attributes, told.attributes
    if item.kind != told.kind:
        return False
    elsewhere = item.report != told.report
    if item.kind in ("surgery", "radiotherapy", "transplant", "embolisation"):
        if (
            not elsewhere
            or _is_a_later_plan(item, told)
            or not (compatible(item.start, told.start) or _carried_out(item, told) or _vaguely_dated(item, told))
        ):
            return False
        if item.kind == "radiotherapy":
            return a.get("dose_gy") is None or b.get("dose_gy") is None or a["dose_gy"] == b["dose_gy"]
        return (
            item.kind != "surgery"
            or same_procedure(a.get("procedure"), b.get("procedure"))
            or (is_general(b.get("procedure")) and _carried_out(item, told) and _is_near(item.start, told.start))
        )
    if not elsewhere and (item.start is None or told.start is None):
        return False
    drugs, others = set(a.get("drugs") or ()), set(b.get("drugs") or ())
    regimen, other = a.get("regimen"), b.get("regimen")
    named = bool(regimen) and (regimen == other or acronym(regimen) == acronym(other))
    same = named or (drugs == others and (bool(drugs) or not (regimen or other)))
    return same and (elsewhere or bool(drugs or named)) and _one_time(item, told)


def _is_a_later_plan(item: Item, told: Item) -> bool:
    """Whether a report plans what is not dated, and so is not what an older report tells as done."""
    return told.status == "planned" and told.start is None and item.status == "affirmed"


def _vaguely_dated(item: Item, told: Item) -> bool:
    """Whether an operation is told by its day and, in another report, by a month beside it: one recalls the other."""
    start, again = item.start, told.start
    if item.kind != "surgery" or not (start and again) or {len(start), len(again)} != {7, 10}:
        return False
    return _is_near(start, again)


def _is_near(start: str | None, again: str | None) -> bool:
    return bool(start and again) and months_apart(start or "", again or "") <= _VAGUE_MONTHS


def _carried_out(item: Item, told: Item) -> bool:
    """Whether what one report plans is what a later one tells as done."""
    if item.status != "planned" or told.status != "affirmed" or told.start is None:
        return False
    return item.start is None or (
        first_day(item.start) <= first_day(told.start) and months_apart(item.start, told.start) <= _PLANNED_MONTHS
    )


def _part_of(item: Item, told: Item) -> bool:
    """Whether another report tells some of a course's drugs at the course's own time."""
    a, b = item.attributes, told.attributes
    if item.report == told.report or item.kind != told.kind:
        return False
    drugs, others = set(a.get("drugs") or ()), set(b.get("drugs") or ())
    if not drugs or not others or not (drugs <= others or others <= drugs):
        return False
    if item.status != told.status:  # a plan is carried out drug by drug
        if not others <= drugs or (item.status, told.status) != ("planned", "affirmed"):
            return False
        return len(others) > 1 if told.start is None else item.start is not None and _carried_out(item, told)
    if a.get("end_date") and b.get("end_date") and compatible(a["end_date"], b["end_date"]):
        return compatible(a.get("start_date"), b.get("start_date"))
    return (
        item.start is not None
        and told.start is not None
        and compatible(item.start, told.start)
        and _one_time(item, told)
    )


def _one_time(item: Item, told: Item) -> bool:
    """Whether two tellings of the same drugs may be of one course: their beginnings agree, or one begins within the
    other, as a later cycle of it; a date that is only the document's begins no course told elsewhere."""
    start, again = item.start, told.start
    ends = (item.get("end_date"), told.get("end_date"))
    if told.of_document and not ends[1]:
        return start is None or again is None or first_day(start) <= last_day(again)
    if item.of_document and not ends[0]:
        return start is None or again is None or first_day(start) <= last_day(again) or _within(start, again, ends[1])
    if any(begun and end and last_day(end) < first_day(begun) for begun, end in ((start, ends[1]), (again, ends[0]))):
        return False
    if compatible(start, again):
        return compatible(*ends)
    if _carried_out(item, told) or _within(start, again, ends[1]) or _within(again, start, ends[0]):
        return True
    if _from_and_until(item, told):
        return True
    if _counted_alike(item, told) and "inferred" in (item.certainty, told.certainty):
        return months_apart(start or "", again or "") <= _RECALL_MONTHS
    cycles = max(
        [value for value in (item.get("cycles"), told.get("cycles")) if isinstance(value, int | float)], default=_CYCLES
    )
    reach = int(min(cycles, 40) * _CYCLE_DAYS)
    apart = item.report != told.report and start is not None and again is not None and not any(ends)
    return apart and _within(
        max(start or "", again or ""), min(start or "", again or ""), shift(min(start or "", again or ""), 0, reach)
    )


def _counted_alike(item: Item, told: Item) -> bool:
    """Whether two reports tell a course with the same number of cycles and another beginning: a beginning that is only
    carried over is then none (`diagnostiqué le 5 février. │4 ABVD│`)."""
    count, again = item.get("cycles"), told.get("cycles")
    return bool(count and count == again and count > 1 and item.start and told.start) and item.report != told.report


def _from_and_until(item: Item, told: Item) -> bool:
    """Whether one telling counts the cycles from a course's beginning and another the same number to its end."""
    count, again = item.get("cycles"), told.get("cycles")
    first, last = (item, told) if told.get("end_date") else (told, item)
    if item.report == told.report or count != again or not count or count < _COUNTED or first.get("end_date"):
        return False
    begun, ended = first.start, last.get("end_date")
    return bool(begun and ended) and (
        first_day(begun or "") <= last_day(ended) and months_apart(begun or "", ended) <= count * _CYCLE_MONTHS
    )


def _within(date: str | None, start: str | None, end: str | None) -> bool:
    """Whether a partial date may lie between two others."""
    if not (date and start and end):
        return False
    return first_day(start) <= last_day(date) and first_day(date) <= last_day(end)


def _merge(item: Item, told: Item) -> None:
    """Add a second telling: what it knows more is kept, what differs stays as told first (its proof is kept)."""
    item.proofs += told.proofs
    a, b = item.attributes, told.attributes
    if _dates_better(item, told):
        if told.in_range and not item.in_range and not compatible(a.get("end_date"), b.get("end_date")):
            a["end_date"] = b["end_date"]  # a range is of one telling
        item.date, item.certainty, item.basis, item.of_document = told.date, told.certainty, told.basis, False
        item.in_range = told.in_range
        if told.start:
            a["start_date"] = told.start
    for name, value in b.items():
        held = a.get(name)
        if name in ("start_date", "end_date"):
            more = held is not None and len(value) > len(held) and value.startswith(held)
            if (held is None and not told.of_document) or more:
                a[name] = value
        elif (
            held is None
            or (isinstance(held, list) and len(value) > len(held))
            or (name == "cycles" and (value > held or (item.status, told.status) == ("planned", "affirmed")))
        ):
            a[name] = value
    item.kind = a.get("kind")
    if item.status in ("planned", "suspected") and told.status == "affirmed":
        item.status = "affirmed"


def _dates_better(item: Item, told: Item) -> bool:
    """Whether a second telling knows the date better: the first has none, a vaguer one, only a document's, or that
    of a plan; of a course, that of a later cycle."""
    if told.date is None:
        return False
    if item.date is None:
        return True
    if len(item.date) > len(told.date) and item.date.startswith(told.date) and not item.of_document:
        return False
    if _carried_out(item, told):
        return True
    if _vaguely_dated(item, told) and not compatible(item.start, told.start):
        return len(told.start or "") > len(item.start or "")
    finer = len(told.start or "") - len(item.start or "")
    if told.type == "therapy" and finer < 0 and item.get("end_date") and _is_near(item.start, told.start):
        return False  # a month told from memory
    if told.of_document or item.of_document:
        return item.of_document and not told.of_document
    if item.in_range and finer <= 0 and not compatible(item.start, told.start):
        return False  # a range tells better than what recalls the course, and has no later cycles
    if _counted_alike(item, told) and (item.certainty == "stated") != (told.certainty == "stated"):
        return told.certainty == "stated"
    if told.in_range and not item.in_range and finer >= 0 and compatible(item.get("end_date"), told.get("end_date")):
        return True
    if told.type == "therapy" and told.start and item.start and last_day(told.start) < first_day(item.start):
        ends = (item.get("end_date"), told.get("end_date"))
        return item.status == told.status and (ends[0] is None or (ends[1] is not None and compatible(*ends)))
    return len(told.date) > len(item.date) and told.date.startswith(item.date)
