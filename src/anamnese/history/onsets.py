"""Whether what is told of a relapse or progression is of one that was told already."""

from __future__ import annotations

from anamnese.history.calendar import compatible, first_day, last_day, months_apart, months_between
from anamnese.history.story import PLACE, Item
from anamnese.history.stretch import RELAPSES, Stretch

SAME_EPISODE_MONTHS = 2.0
"""Two tellings of a relapse or progression within so many months are of one (report and confirmation)."""

_FAILED_MONTHS = 1.0
"""How long a treatment is given at the least before a progression under it is told."""

_SAME_PASSAGE = 600
"""Two undated tellings within so many characters are of one relapse."""


def is_of(stretch: Stretch, kind: str, item: Item, treated: list[Item]) -> bool:
    """Whether an item that tells of an episode of a kind tells of this one."""
    one = (
        (_comparable(stretch.kind, kind) and _same_time(stretch, item))
        or _is_undecided(stretch, kind, item)
        or goes_on_untreated(stretch, kind, item, treated)
    )
    return one and not _treated_between(stretch, item, treated)


def dates_better(item: Item, stretch: Stretch) -> bool:
    """Whether an item dates an episode better: it is dated at all, its date stands with its words, or is more
    precise, or earlier."""
    if stretch.date is None or stretch.dated_by is None:
        return True
    held, date = stretch.dated_by, item.date or ""
    if (item.certainty == "stated") != (held.certainty == "stated"):
        return item.certainty == "stated"
    if date.startswith(stretch.date) or stretch.date.startswith(date):
        return len(date) > len(stretch.date)
    return first_day(date) < first_day(stretch.date)


def _comparable(a: str, b: str) -> bool:
    return a == b or (a in RELAPSES and b in RELAPSES)


def _is_undecided(stretch: Stretch, kind: str, item: Item) -> bool:
    """Whether a document of the time of an episode only names it otherwise: the reason of a meeting (`rechute`) and the
    progression that led to it, which has the date of that document too or another report's."""
    if "remission" in (stretch.kind, kind) or stretch.kind in ("initial", "second_primary"):
        return False
    held = stretch.dated_by
    of_document = held is not None and held.of_document
    if item.date is None:
        return of_document and stretch.items[-1].page == item.page
    return (item.of_document or of_document) and bool(stretch.date) and _same_time(stretch, item)


def goes_on_untreated(stretch: Stretch, kind: str, item: Item, treated: list[Item]) -> bool:
    """Whether a progression is told shortly after a relapse that no drugs were given for a month: it is that one."""
    if kind != "progression" or stretch.kind not in RELAPSES or not stretch.date or not item.date:
        return False
    if item.of_document or (stretch.dated_by is not None and stretch.dated_by.of_document):
        return False  # which `_is_undecided` judges
    if months_apart(stretch.date, item.date) > SAME_EPISODE_MONTHS or first_day(item.date) < first_day(stretch.date):
        return False
    return not any(
        given.get("drugs")
        and given.start is not None
        and first_day(stretch.date) <= last_day(given.start)
        and months_between(given.start, item.date)[1] >= _FAILED_MONTHS
        and first_day(given.start) < first_day(item.date)
        for given in treated
    )


def _same_time(stretch: Stretch, item: Item) -> bool:
    if stretch.date and item.date:
        return months_apart(stretch.date, item.date) <= SAME_EPISODE_MONTHS
    held = stretch.items[-1]
    return held.report != item.report or abs((stretch.order & PLACE) - (item.order & PLACE)) < _SAME_PASSAGE


def _treated_between(stretch: Stretch, item: Item, treated: list[Item]) -> bool:
    """Whether a new treatment was begun after a progression and a month before what goes on: that one failed too."""
    if stretch.kind != "progression" or not stretch.date or not item.date or item.certainty != "stated":
        return False
    return months_apart(stretch.date, item.date) >= _FAILED_MONTHS and any(
        given.get("drugs")
        and (
            first_day(stretch.date) < given.start and months_apart(given.start, item.date) >= _FAILED_MONTHS
            if given.start is not None and len(given.start) == 10
            else _is_told_between(given, stretch, item)
        )
        for given in treated
    )


def _is_told_between(given: Item, stretch: Stretch, item: Item) -> bool:
    """Whether drugs without a day of their own are told behind a progression, as begun then, and before the next."""
    if given.page != item.page or not stretch.order < given.order < item.order:
        return False
    return compatible(given.start, stretch.date) and compatible(given.get("end_date"), item.date)


def at_one_time(stretch: Stretch, item: Item) -> bool:
    """Whether both are dated, and within the time of one episode."""
    if not stretch.date or not item.date:
        return False
    return months_apart(stretch.date, item.date) <= SAME_EPISODE_MONTHS
