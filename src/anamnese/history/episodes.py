"""The episodes of each tumour: first disease, relapses, progressions, remissions, with the sites involved.

An episode is opened by words that tell it (`rechute`, `progression`) or by what only it can be: metastases at sites
not involved before, found more than four months after the diagnosis. They are a relapse after local treatment of a
disease without metastases, a progression in a disease that was never gone (RECIST 1.1: a new lesion is progression).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from anamnese.history.attribution import Attribution
from anamnese.history.calendar import compatible, first_day, last_day, months_apart
from anamnese.history.extent import (
    BLADDER,
    PERITONEAL,
    distant_stage,
    in_transit,
    invades,
    is_distant,
    local_stage,
    peritoneal_only,
)
from anamnese.history.onsets import SAME_EPISODE_MONTHS, at_one_time, dates_better, goes_on_untreated, is_of
from anamnese.history.returns import FREE, opened
from anamnese.history.story import Item, Story
from anamnese.history.stretch import RELAPSES, Stretch, told_before
from anamnese.history.tumours import Primary
from anamnese.record import EpisodeKind

_INITIAL_MONTHS = 4.0
"""Metastases found within so many months of the diagnosis are synchronous (ENCR recommendation on the condition of
the cancer at diagnosis)."""

_NODES_MONTHS = 12.0
"""Nodes found so long after the diagnosis are none of the first disease."""

_TREATED_MONTHS = 3.0
"""How soon drugs are begun for metastases that were found."""

_RETURN = re.compile(r"recidiv|rechut|recurr|reapparu|reapparit|relaps|resurg|retour")
_GROWTH = re.compile(r"progress|\bprog\b|\bpd\b|echapp|poursuite|aggrav|crois|augment|major")
_TOLD_BY: dict[str, re.Pattern[str]] = {**dict.fromkeys(RELAPSES, _RETURN), "progression": _GROWTH}
"""The words of a relapse and of a progression; what is told without them (`apparition de`, `évolution`) is a relapse
where the disease had gone, and a progression elsewhere."""

_PELVIC = {"peritoneum", "ovary"}
"""Sites that are regional where the primary is of ovary, tube or peritoneum."""

_SAME_BREATH = 160
"""A dated metastasis told within so many characters of an undated relapse dates it."""


def episodes(story: Story, tumours: Sequence[Primary], attribution: Attribution) -> list[list[Stretch]]:
    """The episodes of each tumour, in order."""
    found: list[list[Stretch]] = []
    several = len(tumours) > 1 and any(event.kind == "second_primary" for event in story.of("event"))
    for i, tumour in enumerate(tumours):
        told = next((item for item in tumour.tellings if item.date == tumour.date), tumour.tellings[0])
        kind: EpisodeKind = "initial"
        if i and several and tumour.malignant and _told_second(story, tumours, tumour):
            kind = "second_primary"
        tellings = [item for item in tumour.tellings if item not in tumour.transformed]
        first = Stretch(kind, i, told, tellings, [], tumour.status == "suspected")
        first.date = tumour.date
        found.append([first])
    signals: list[list[Item]] = [[] for _ in tumours]
    for item in story.in_order("event", "response", "metastasis", "stage"):
        index = attribution.of(item) if item.status in ("affirmed", "suspected") else None
        if index is not None:
            signals[index].append(item)
    treated: list[list[Item]] = [[] for _ in tumours]
    meant: list[list[Item]] = [[] for _ in tumours]
    for item in story.of("therapy"):
        index = attribution.of(item) if item.status in ("affirmed", "planned") else None
        if index is not None:
            (treated if item.status == "affirmed" else meant)[index].append(item)
    for i, tumour in enumerate(tumours):
        _unfold(found[i], signals[i], tumour, treated[i], meant[i])
    for item in story.of("procedure"):
        index = attribution.of(item) if item.date and _proves_spread(story, item) else None
        if index is not None:
            _date_by_sample(found[index], item)
    return found


def _proves_spread(story: Story, item: Item) -> bool:
    """Whether a sample is told with a secondary neoplasm in its sentence: `biopsie : métastase de mélanome`."""
    if item.kind not in ("biopsy", "cytology") or item.status != "affirmed" or item.certainty != "stated":
        return False
    page = story.page(item)
    sentence = page.sentence(item.span[0])
    first = bisect_left(page.mentions, (sentence.start,))
    return any(pos < sentence.end and code.endswith("/6") for pos, code in page.mentions[first : first + 12])


def _date_by_sample(stretches: list[Stretch], sample: Item) -> None:
    """Date a relapse by the sample that proved it, where the words that call it a relapse are of shortly after."""
    for stretch in stretches[1:]:
        if stretch.kind not in RELAPSES or not stretch.date or not sample.date:
            continue
        earlier = first_day(sample.date) < first_day(stretch.date) and not stretch.date.startswith(sample.date)
        if earlier and months_apart(sample.date, stretch.date) <= SAME_EPISODE_MONTHS:
            stretch.date, stretch.dated_by = sample.date, sample
            stretch.items.append(sample)


def _told_second(story: Story, tumours: Sequence[Primary], tumour: Primary) -> bool:
    """Whether the report calls a tumour the second of the patient's: by its name, else in time, or in the telling where
    a date is not known."""
    return any(
        tumour is named
        if (named := _named_by(event, tumours)) is not None
        else event.date is None or tumour.date is None or months_apart(event.date, tumour.date) <= _INITIAL_MONTHS
        for event in story.of("event")
        if event.kind == "second_primary"
    )


def _named_by(event: Item, tumours: Sequence[Primary]) -> Primary | None:
    """The tumour whose name is the words of an event."""
    return next(
        (
            tumour
            for tumour in tumours
            for told in tumour.tellings
            if told.page == event.page and told.span[0] < event.span[1] and event.span[0] < told.span[1]
        ),
        None,
    )


def _unfold(
    stretches: list[Stretch], signals: list[Item], tumour: Primary, treated: list[Item], meant: list[Item]
) -> None:
    """Add the episodes that a tumour's signals tell: first those told in words, then those that new metastases are;
    `meant` are the treatments that are only planned."""
    seen: list[Item] = []
    for item in signals:
        kind = _kind(item, tumour)
        if kind == "remission" and item.date and (stretches[0].date or "").startswith(item.date):
            if not tumour.haematological:
                continue  # `cancer du sein 2009, en rémission`: since when is not told
            if item.date == stretches[0].date and len(item.date) > len("2009"):
                item.date, item.certainty, item.basis = None, "placed", ()
        if kind in _TOLD_BY and not _TOLD_BY[kind].search(item.words):
            seen.append(item)
        elif kind is not None:
            _add(stretches, kind, item, treated)
    for stretch in stretches[1:]:
        if stretch.kind == "progression" and _only_carried(stretch, stretches, treated):
            stretch.date = stretch.dated_by = None
    _sort(stretches)
    localised = any(item.type == "stage" and local_stage(item, tumour) for item in signals)
    for item in tumour.transformed:
        before = [stretch for stretch in stretches if told_before(stretch, item)]
        _add(stretches, "relapse" if before and before[-1].kind == "remission" else "progression", item, treated)
        _sort(stretches)
    deeper = invades(signals, stretches[0].date) if (tumour.topography or "").startswith(BLADDER) else None
    if deeper is not None and not any(at_one_time(s, deeper) for s in stretches[1:] if s.kind != "remission"):
        _add(stretches, "progression", deeper, treated)
        _sort(stretches)
    spread = [item for item in signals if item.type == "metastasis"]
    free = [item for item in signals if item.type == "response" and item.get("category") in FREE and item.date]
    seen += spread
    seen.sort(key=lambda item: (item.date is None, item.date or "", item.get("site") == "lymph_node", item.order))
    for item in seen:
        if item.type == "metastasis":
            if not _is_left_open(stretches, item, tumour, treated, meant):
                _involve(stretches, item, tumour, treated, free, localised)
            continue
        told = next((s.kind for s in stretches[1:] if s.kind != "remission" and at_one_time(s, item)), None)
        kind = told or _kind(item, tumour) or "relapse"
        if told is None and opened(stretches, item, treated, free, localised) == "progression":
            kind = "progression"
        elif told is None and kind not in RELAPSES:
            kind = "relapse"
        _add(stretches, kind, item, treated)
        _sort(stretches)
    _sort(stretches)
    _place_undated(stretches)
    _judge(stretches, signals, tumour, localised)


def _only_carried(stretch: Stretch, stretches: list[Stretch], treated: list[Item]) -> bool:
    """Whether the date of a progression is only that of the episode before it, carried over past its treatment."""
    dated = stretch.dated_by
    if dated is None or dated.certainty != "inferred" or stretch.date is None:
        return False
    return any(
        other is not stretch
        and other.date is not None
        and other.order < stretch.order
        and min(len(other.date), len(stretch.date)) >= len("2015-03")
        and compatible(other.date, stretch.date)
        and any(other.order < item.order < stretch.order for item in treated)
        for other in stretches
    )


def _kind(item: Item, tumour: Primary) -> EpisodeKind | None:
    """The episode that an event or response opens, or None. A complete response of a solid tumour is a remission
    where the report
    says so; in blood and lymph nodes it always is."""
    kind = item.kind or item.get("category")
    if kind == "relapse_regional" and tumour.haematological:
        return "relapse"  # nodes are the disease itself
    if kind in RELAPSES:
        return kind  # type: ignore[return-value]
    if kind == "progression":
        return "progression"
    if kind == "complete" and (tumour.haematological or "remission" in item.words):
        return "remission"
    return None


def _add(stretches: list[Stretch], kind: EpisodeKind, item: Item, treated: list[Item]) -> None:
    """Add an episode, unless it is one already told."""
    same = [stretch for stretch in stretches if is_of(stretch, kind, item, treated)]
    if kind == "remission" and not same:
        before = [stretch for stretch in stretches if told_before(stretch, item)]
        last = max(
            before, key=lambda stretch: (first_day(stretch.date) if stretch.date else "", stretch.order), default=None
        )
        same = [last] if last is not None and last.kind == "remission" else []
    if not same:
        stretches.append(Stretch(kind, stretches[0].tumour, item, [item], [], item.status == "suspected"))
        return
    stretch = same[0]
    stretch.items.append(item)
    stretch.suspected = stretch.suspected and item.status == "suspected"
    if goes_on_untreated(stretch, kind, item, treated):
        return
    if kind != "relapse" and (stretch.kind == "relapse" or kind == "relapse_distant"):
        stretch.kind = kind
    if item.date and kind != "remission" and dates_better(item, stretch):
        stretch.date, stretch.dated_by = item.date, item


def _sort(stretches: list[Stretch]) -> None:
    """Put episodes in order of time; one known to the year only stands behind those of that year told before it."""

    if len(stretches) < 3:
        return

    def key(stretch: Stretch) -> tuple[str, int]:
        if stretch.date is None:
            return "", stretch.order
        told = [
            first_day(other.date)
            for other in stretches
            if other.date and len(other.date) > len(stretch.date) and other.order < stretch.order
            if other.date.startswith(stretch.date)
        ]
        return max([first_day(stretch.date), *told]), stretch.order

    stretches[1:] = sorted(stretches[1:], key=key)


def _place_undated(stretches: list[Stretch]) -> None:
    """Undated episodes stand between their neighbours in the telling."""
    undated = [stretch for stretch in stretches[1:] if stretch.date is None]
    for stretch in undated:
        stretches.remove(stretch)
        place = 1
        for i, other in enumerate(stretches[1:], 1):
            if other.order < stretch.order:
                place = i + 1
        stretches.insert(place, stretch)


def _involve(
    stretches: list[Stretch],
    metastasis: Item,
    tumour: Primary,
    treated: list[Item],
    free: list[Item],
    localised: bool,
) -> None:
    """Give a metastasis to the episode in which it was found, a new one where it can be of none that is told."""
    site = metastasis.get("site")
    if metastasis.date and not metastasis.of_document:
        near = [
            s
            for s in stretches[1:]
            if s.kind != "remission" and s.date and months_apart(s.date, metastasis.date) <= SAME_EPISODE_MONTHS
        ]
        passage = any(s.date is None and _beside(s, metastasis) for s in stretches[1:])
        if not near and not passage and _opens(stretches, metastasis, tumour, treated):
            kind = opened(stretches, metastasis, treated, free, localised)
            suspected = metastasis.status == "suspected"
            stretches.append(Stretch(kind, stretches[0].tumour, metastasis, [metastasis], [site], suspected))
            _sort(stretches)
            return
        untimed = [s for s in stretches[1:] if s.kind != "remission" and s.date is None and _beside(s, metastasis)]
        if untimed and not near:
            untimed[0].date, untimed[0].dated_by = metastasis.date, metastasis
            _give(untimed[0], metastasis)
            _sort(stretches)
            return
        if near:
            chosen = min(near, key=lambda s: (months_apart(s.date or "", metastasis.date or ""), -len(s.date or "")))
            carried = chosen.dated_by is not None and chosen.dated_by.certainty == "inferred"
            if (
                (chosen.kind in RELAPSES or (carried and metastasis.certainty == "stated"))
                and chosen.date
                and first_day(metastasis.date) < first_day(chosen.date)
                and not chosen.date.startswith(metastasis.date)
            ):
                chosen.date, chosen.dated_by = metastasis.date, metastasis
            _give(chosen, metastasis)
            return
    chosen = stretches[0]
    for stretch in stretches[1:]:
        if stretch.kind != "remission" and told_before(stretch, metastasis):
            chosen = stretch
    _give(chosen, metastasis)


def _is_left_open(
    stretches: list[Stretch], metastasis: Item, tumour: Primary, treated: list[Item], meant: list[Item]
) -> bool:
    """Whether metastases that were only suspected are of no episode: nothing else was told of that time, and no drugs
    were begun, or are to begin, soon after."""
    if metastasis.status != "suspected" or not metastasis.date:
        return False
    if not _opens(stretches, metastasis, tumour, treated):
        return False
    return not any(at_one_time(stretch, metastasis) for stretch in stretches[1:]) and not any(
        item.get("drugs")
        and item.start is not None
        and first_day(metastasis.date) <= last_day(item.start)
        and months_apart(metastasis.date, item.start) <= _TREATED_MONTHS
        for items in (treated, meant)
        for item in items
    )


def _beside(stretch: Stretch, item: Item) -> bool:
    """Whether an item is told in the passage that tells of an episode."""
    return abs(stretch.order - item.order) < _SAME_BREATH


def _give(stretch: Stretch, metastasis: Item) -> None:
    if metastasis.get("site") not in stretch.sites:
        stretch.sites.append(metastasis.get("site"))
    stretch.items.append(metastasis)
    if stretch.kind == "relapse_distant" and in_transit(metastasis) and not stretch.distant():
        stretch.kind = "relapse_regional"


def _returns_in_nodes(stretches: list[Stretch], start: str, metastasis: Item, treated: list[Item]) -> bool:
    """Whether nodes are found a year after the diagnosis of a disease that was operated on before: it comes back."""
    date = metastasis.date or ""
    if metastasis.certainty != "stated" or months_apart(start, date) < _NODES_MONTHS:
        return False
    return len(stretches) == 1 and any(
        item.kind == "surgery" and item.start is not None and item.start[:7] < date[:7] for item in treated
    )


def _opens(stretches: list[Stretch], metastasis: Item, tumour: Primary, treated: list[Item]) -> bool:
    """Whether a metastasis can only be of an episode that no words tell: a new site, well after the diagnosis and
    after the episode before."""
    date, site = metastasis.date or "", metastasis.get("site")
    start = stretches[0].date or min((item.start for item in treated if item.start), default=None)
    if tumour.haematological or start is None or not tumour.malignant:
        return False
    if first_day(date) <= first_day(start) or months_apart(start, date) <= _INITIAL_MONTHS:
        return False
    if site == "lymph_node" and not _returns_in_nodes(stretches, start, metastasis, treated):
        return False
    if site != "lymph_node" and not is_distant(metastasis) and not in_transit(metastasis):
        return False
    return not any(site in stretch.sites for stretch in stretches if told_before(stretch, metastasis))


def _judge(stretches: list[Stretch], signals: list[Item], tumour: Primary, localised: bool) -> None:
    """Settle which episodes are advanced, and call a relapse distant where distant sites are involved."""
    regional = PERITONEAL if (tumour.topography or "").startswith(PERITONEAL) else ()
    reached = False
    for number, stretch in enumerate(stretches):
        distant = stretch.distant()
        if regional and number and distant <= _PELVIC:
            if stretch.kind == "relapse_distant" and peritoneal_only(stretch.items):
                stretch.kind = "relapse"
        elif stretch.kind in ("relapse", "relapse_local", "relapse_regional") and distant:
            stretch.kind = "relapse_distant"
        if number == 0:
            reached = bool(distant) and not localised
            if regional and distant <= _PELVIC:
                reached = False
            if any(
                item.type == "stage" and distant_stage(item, tumour, localised) and _before_next(item, stretches)
                for item in signals
            ):
                reached = True
        elif not (stretch.dated_by is not None and stretch.dated_by.type == "stage" and not distant):
            reached = True
        stretch.advanced = reached


def _before_next(stage: Item, stretches: list[Stretch]) -> bool:
    """Whether a stage was told before the second episode."""
    following = next((stretch for stretch in stretches[1:] if stretch.kind != "remission"), None)
    return following is None or not told_before(following, stage)


def episode_of(stretches: Sequence[Stretch], date: str | None, order: int) -> int:
    """The episode that something belongs to: the last that began before it."""
    chosen = 0
    for i, stretch in enumerate(stretches[1:], 1):
        if date and stretch.date:
            shown = min(len(date), len(stretch.date))
            alike = stretch.date[:shown] == date[:shown] and (shown == 4 or stretch.kind == "remission")
            if stretch.order <= order if alike else stretch.date[:shown] <= date[:shown]:
                chosen = i
        elif stretch.order <= order:
            chosen = i
    return chosen
