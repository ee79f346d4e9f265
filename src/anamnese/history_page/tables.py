"""The record as tables: what each tumour is, its stages, its biomarkers over time, its episodes with their courses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from anamnese.history_page.courses import (
    course_head,
    dose_words,
    episode_words,
    numbers,
    outcome_words,
    span_words,
    tumour_codes,
    tumour_name,
)
from anamnese.history_page.markup import Both, Child, Markup, both, element, join
from anamnese.history_page.proofs import Proofs
from anamnese.history_page.words import amount, date_words, joined, marker_name, measured, say, value_of, when_words
from anamnese.record import Course, Duration, Episode, History, Measure, StageRecord, TimelineEvent, TumourRecord, When


def table(heads: Sequence[Child], rows: Iterable[Sequence[Child]], class_: str | None = None) -> Markup:
    """A table with one head a column."""
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", [element("th", head, scope="col") for head in heads])),
            element("tbody", [element("tr", [element("td", cell) for cell in row]) for row in rows]),
            class_=class_,
        ),
        class_="scroll",
    )


def date_cell(when: When) -> Markup:
    """A date; italic where it was inferred from the story."""
    words = when_words(when)
    if not when.value:
        return element("span", both(words), class_="undated")
    if when.certainty != "inferred":
        return both(words)
    return element("i", both(words), class_="inferred")


def earliest_first(measures: Iterable[Measure]) -> list[Measure]:
    """Measures in order of time, undated ones last."""
    return sorted(measures, key=lambda measure: (measure.when.earliest is None, measure.when.earliest or ""))


def tumour_section(tumour: TumourRecord, called: str | None, proofs: Proofs) -> Markup:
    """All that is known of one tumour, which is `called` so where there are several."""
    number = joined(say("tumour"), called.removeprefix("T"), "·") if called else None
    doubt = say(f"status.{tumour.status}") if tumour.status != "affirmed" else None
    grade = joined(say("grade"), tumour.grade) if tumour.grade else None
    basis = say(f"basis.{tumour.basis}") if tumour.basis else None
    facts = joined(tumour_codes(tumour) or None, grade, basis, doubt, by=" · ")
    return element(
        "section",
        element("h3", both(joined(number, tumour_name(tumour)))),
        element(
            "p",
            proofs.link(tumour.proofs, both(joined(say("diagnosed"), when_words(tumour.diagnosed)))),
            " · ",
            both(facts),
        ),
        element("div", _stages(tumour.stages, proofs), _biomarkers(tumour.biomarkers, proofs), class_="pair"),
        _episodes(tumour.episodes, proofs) if tumour.episodes else None,
        class_="tumour",
    )


def _stages(stages: Sequence[StageRecord], proofs: Proofs) -> Markup | None:
    if not stages:
        return None
    rows = [
        element(
            "div",
            element("dt", date_cell(stage.when)),
            element(
                "dd",
                proofs.link(stage.proofs, element("b", both(stage_words(stage)))),
                [" ", both(say(f"staging.{stage.basis}"))] if stage.system == "TNM" else None,
            ),
        )
        for stage in stages
    ]
    return _part("stages", element("dl", rows, class_="bydate"))


def _part(name: str, *content: Child) -> Markup:
    return element("div", element("h4", both(say(name))), *content)


def stage_words(stage: StageRecord) -> Both:
    """A staging as it is written."""
    if stage.system == "TNM":
        letters = "".join(
            f"{letter}{value}" for letter, value in (("T", stage.t), ("N", stage.n), ("M", stage.m)) if value
        )
        written = (stage.prefix or "") + letters
        return joined(written or None, stage.group)
    if stage.system == "stage":
        return f"stade {stage.group}", f"stage {stage.group}"
    return joined(stage.system if stage.system != "other" else None, stage.group)


def _biomarkers(biomarkers: Sequence[Measure], proofs: Proofs) -> Markup | None:
    """Markers that were tested again as a table, dates across; the others date by date."""
    if not biomarkers:
        return None
    ordered = earliest_first(biomarkers)
    dates: dict[str, set[str | None]] = {}
    for marker in ordered:
        dates.setdefault(marker.name, set()).add(marker.when.value)
    again = [marker for marker in ordered if len(dates[marker.name]) > 1]
    once = [marker for marker in ordered if len(dates[marker.name]) == 1]
    return _part("biomarkers", _again(again, proofs) if again else None, _once(once, proofs) if once else None)


def _again(biomarkers: Sequence[Measure], proofs: Proofs) -> Markup:
    whens = {marker.when.value: marker.when for marker in biomarkers}
    rows: list[list[Child]] = []
    for name in dict.fromkeys(marker.name for marker in biomarkers):
        row: list[Child] = [element("b", both(value_of(name, "name")))]
        for date in whens:
            own = [marker for marker in biomarkers if marker.name == name and marker.when.value == date]
            row.append(_with_commas([_result(marker, both(measured(marker)), proofs) for marker in own]))
        rows.append(row)
    return table(["", *(date_cell(when) for when in whens.values())], rows)


def _once(biomarkers: Sequence[Measure], proofs: Proofs) -> Markup:
    whens = {marker.when.value: marker.when for marker in biomarkers}
    days = []
    for date, when in whens.items():
        own = [marker for marker in biomarkers if marker.when.value == date]
        results = [
            _result(marker, [element("b", both(value_of(marker.name, "name"))), " ", both(measured(marker))], proofs)
            for marker in own
        ]
        days.append(element("div", element("dt", date_cell(when)), element("dd", _with_commas(results))))
    return element("dl", days, class_="bydate")


def _result(marker: Measure, words: Child, proofs: Proofs) -> Markup:
    return proofs.link(marker.proofs, element("span", words, class_=f"r-{marker.result}"))


def _with_commas(cells: Sequence[Child]) -> list[Child]:
    spread: list[Child] = []
    for cell in cells:
        spread += [", ", cell] if spread else [cell]
    return spread


def _episodes(episodes: Sequence[Episode], proofs: Proofs) -> Markup:
    """The episodes with their courses, in one table."""
    columns = _columns([course for episode in episodes for course in episode.courses])
    bodies = []
    for episode in episodes:
        responses = [
            proofs.link(told.proofs, both(joined(value_of(told.result or "", "category"), date_words(told.when.value))))
            for told in episode.responses
        ]
        head = element(
            "th",
            proofs.link(episode.proofs[:1], both(episode_words(episode))),
            " ",
            element("small", date_cell(episode.when)),
            element("small", " — ", _with_commas(responses)) if responses else None,
            colspan=max(1, len(columns)),
            scope="colgroup",
            class_=f"e-{episode.kind}",
        )
        rows = [_row(columns, course, proofs) for course in episode.courses]
        bodies.append(element("tbody", element("tr", head, class_="episode"), rows))
    return element("div", element("h4", both(say("episodes"))), _course_table(columns, bodies))


def courses(given: Sequence[Course], proofs: Proofs) -> Markup | None:
    """Courses that belong to no episode."""
    if not given:
        return None
    columns = _columns(given)
    return _course_table(columns, [element("tbody", [_row(columns, course, proofs) for course in given])])


def _course_table(columns: Sequence[str], bodies: Sequence[Markup]) -> Markup:
    heads = element("tr", [element("th", both(say(name)), scope="col", class_=f"w-{name}") for name in columns])
    return element("div", element("table", element("thead", heads), bodies, class_="courses"), class_="scroll")


def _columns(given: Sequence[Course]) -> list[str]:
    """The columns in which some course has something to say."""
    return [name for name, cell in _CELLS.items() if any(cell(course) for course in given)]


def _row(columns: Sequence[str], course: Course, proofs: Proofs) -> Markup:
    cells = [_CELLS[name](course) for name in columns]
    if "treatment" in columns:
        cells[columns.index("treatment")] = _treatment(course, proofs)
    return element("tr", [element("td", cell) for cell in cells])


def _span(course: Course) -> Markup:
    words = both(span_words(course.start, course.end))
    inferred = course.start.certainty == "inferred" and course.start.value
    return element("i", words, class_="inferred") if inferred else words


def _treatment(course: Course, proofs: Proofs) -> Markup:
    kind, given = course_head(course)
    status = element("em", " ", both(say(f"status.{course.status}"))) if course.status != "affirmed" else None
    return join([proofs.link(course.proofs, both(kind), " ", element("b", both(given))), status])


def _lines(lines: Sequence[Both]) -> Markup | None:
    return join([element("div", both(line)) for line in lines]) if lines else None


_CELLS: dict[str, Callable[[Course], Child]] = {
    "date": _span,
    "line": lambda course: str(course.line) if course.line else None,
    "treatment": lambda course: course.kind,
    "detail": lambda course: _lines(dose_words(course)),
    "outcome": lambda course: _lines(outcome_words(course)),
}
"""The columns of a table of courses, and what stands in each; `_treatment` writes `treatment`, with its proofs."""


def markers(measures: Sequence[Measure], proofs: Proofs) -> Markup | None:
    """Serum markers over time, one row a marker."""
    if not measures:
        return None
    rows: list[list[Child]] = []
    for name in dict.fromkeys(measure.name for measure in measures):
        own = earliest_first(measure for measure in measures if measure.name == name)
        values = [
            proofs.link(
                measure.proofs,
                both(amount(measure.value, measure.unit)),
                " ",
                element("small", date_cell(measure.when)),
            )
            for measure in own
        ]
        rows.append([element("b", both(marker_name(name))), _with_commas(values)])
    return table([both(("Marqueur", "Marker")), both(say("value"))], rows)


def durations(history: History, proofs: Proofs) -> Markup | None:
    """Derived measures with their bounds."""
    if not history.durations:
        return None
    called = numbers(history)
    rows = [_duration(duration, called, proofs) for duration in history.durations]
    return table([both(say("measure")), both(say("months")), ""], rows)


def _duration(duration: Duration, called: dict[int, str], proofs: Proofs) -> list[Child]:
    tumour = called.get(duration.tumour) if duration.tumour is not None else None
    line = f"L{duration.line}" if duration.line else None
    name = joined(say(f"duration.{duration.name}"), line, tumour)
    low, high = amount(duration.months_low, None), amount(duration.months_high, None)
    bounds = low if low == high else joined(low, high, by="–")
    return [
        proofs.link(duration.proofs[:2], both(name)),
        both(bounds),
        None if duration.ended else element("small", both(say("censored"))),
    ]


def events(timeline: Sequence[TimelineEvent], proofs: Proofs) -> Markup | None:
    """Every event in order, undated ones where they stand."""
    if not timeline:
        return None
    items = [
        element(
            "li",
            element("span", date_cell(event.when), class_="when"),
            proofs.link(event.proofs, both((event.label_fr, event.label_en))),
            class_=f"t-{event.what}" + ("" if event.when.value else " placed"),
        )
        for event in timeline
    ]
    return element("ol", items, class_="events")
