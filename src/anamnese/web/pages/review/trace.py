"""The log in words: who did what, when, what stood before and after, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anamnese.history_page.proofs import shortened
from anamnese.review.decisions import Decision
from anamnese.review.log import standing
from anamnese.review.reading import fact_of
from anamnese.web.pages.review.said import Speaker
from anamnese.web.rendering import say

_PLACE = frozenset({"type", "quote", "start", "end"})
_QUOTE = 80
"""The most characters of a fact's words that an entry shows."""
_LISTED = 4
"""The most facts that an entry on several names."""


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `about`: what it was on; `stands`: it can be taken back."""

    id: int
    at: datetime
    by: str
    action: str
    done: str
    about: str
    quote: str
    key: str
    changes: tuple[Change, ...]
    note: str
    undone: bool
    stands: bool


def entries(speaker: Speaker) -> list[Entry]:
    """The whole log, the newest first."""
    state = speaker.state
    held = {decision.id for decision in standing(state.log)}
    undone = {decision.id for decision in state.log if decision.undone_by is not None}
    return [_entry(decision, speaker, held, undone) for decision in reversed(state.log)]


def entry(decision: Decision, speaker: Speaker) -> Entry:
    """One decision in words."""
    return _entry(decision, speaker, set(), set())


def _entry(decision: Decision, speaker: Speaker, held: set[int], undone: set[int]) -> Entry:
    about, quote, key = _about(decision, speaker)
    return Entry(
        decision.id,
        decision.at,
        decision.by,
        decision.action,
        say(f"review.done.{decision.action}", speaker.language),
        about,
        quote,
        key,
        tuple(_changes(decision, speaker)) if decision.action == "correct" else (),
        decision.note or "",
        decision.id in undone,
        decision.id in held,
    )


def _about(decision: Decision, speaker: Speaker) -> tuple[str, str, str]:
    """What a decision was on, the words it rests on, and the key of the fact."""
    language, after, before = speaker.language, decision.after or {}, decision.before or {}
    flat = before.get("fact") or after.get("fact")
    if flat and decision.action != "undo":
        fact = fact_of(flat)
        kind = say(f"review.kind.{fact.type}", language)
        key = decision.target or ""
        if decision.action == "add":
            key = f"{decision.target}/+{decision.id}"
        return f"{kind} · {speaker.fact(fact)}", shortened(fact.quote, _QUOTE), key
    if decision.action == "undo":
        return say("review.log.entry", language, id=decision.target), "", ""
    if "keys" in after:
        return _listed(after["keys"], speaker), "", ""
    for held in speaker.state.findings:
        if held.key == decision.target:
            return speaker.pick((held.finding.message_fr, held.finding.message_en)), "", next(iter(held.keys), "")
    return "", "", ""


def _listed(keys: list[str], speaker: Speaker) -> str:
    """Several facts: how many, and the first of them."""
    facts = [speaker.state.review.facts[key].fact for key in keys[:_LISTED] if key in speaker.state.review.facts]
    names = [*(speaker.fact(fact) for fact in facts), *(["…"] if len(keys) > _LISTED else [])]
    return say("review.log.facts", speaker.language, count=len(keys), names=" ; ".join(names))


def _changes(decision: Decision, speaker: Speaker) -> list[Change]:
    before, after = _flat(decision.before), _flat(decision.after)
    changed = []
    for name in dict.fromkeys((*before, *after)):
        if name not in _PLACE and before.get(name) != after.get(name):
            changed.append(
                Change(
                    say(f"review.attribute.{name}", speaker.language),
                    _shown(name, before, speaker),
                    _shown(name, after, speaker),
                )
            )
    return changed


def _flat(part: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict((part or {}).get("fact") or {})


def _shown(name: str, flat: dict[str, Any], speaker: Speaker) -> str:
    if name == "status":
        return say(f"review.status.{flat.get(name, 'affirmed')}", speaker.language)
    return speaker.value(name, flat[name]) if name in flat else "—"
