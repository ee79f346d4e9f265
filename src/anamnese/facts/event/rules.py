"""What happened: relapses, progressions, second cancers, stays in hospital, death, and when the patient was last seen.

The same event is told again in the diagnosis, the treatment and the discussion. It is one fact: what is told with a
definite article (`la récidive`), or under a later heading, once an event of its kind is known, is not a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from anamnese.case import Span
from anamnese.facts.event.follow_up import last_follow_up
from anamnese.facts.event.patient import death, stays
from anamnese.facts.event.primary import second_primaries
from anamnese.facts.event.progression import progressions
from anamnese.facts.event.relapse import relapses
from anamnese.facts.event.words import place
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.therapy.patients import patient_bounds
from anamnese.lexicon.matcher import Hit


def read(reading: Reading) -> Iterable[Draft]:
    for part in _patients(reading):
        by_role: dict[str, list[Hit]] = {}
        for hit in reading.hits_between("event", part.start, part.end):
            by_role.setdefault(hit.term.row["role"], []).append(hit)
        found = relapses(reading, by_role)
        yield from found
        went_on = progressions(reading, by_role, found)
        yield from went_on
        yield from second_primaries(reading, by_role, part)
        dead = death(reading, by_role)
        told = stays(reading, by_role)
        yield from _left_alive(reading, told, by_role["death"]) if dead else told
        yield from dead
        yield from last_follow_up(reading, by_role, part, sorted([*found, *went_on], key=place))


_SAID = 25
"""How many characters behind a word of death its day stands."""


def _left_alive(reading: Reading, stays: list[Draft], dead: list[Hit]) -> list[Draft]:
    """The stays without a discharge on the day of death."""
    days = {date.value for hit in dead for date in reading.dates_between(hit.start, hit.end + _SAID)}
    return [draft for draft in stays if draft.get("kind") != "discharge" or draft.date not in days]


def _patients(reading: Reading) -> list[Span]:
    """The part of the report that tells of each patient: of a series of cases, from each one's presentation on."""
    bounds = [0, *reading.once(patient_bounds), len(reading.text)]
    return [Span(start, end) for start, end in pairwise(bounds)]
