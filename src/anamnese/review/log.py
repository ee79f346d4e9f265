"""The log: which decisions stand, what stands after them, and the next decision of a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from anamnese.review.actions import ACTIONS, UNDO, Record
from anamnese.review.decisions import Decision, Proposal, Review
from anamnese.review.refusal import Refused

_NOTE = 4000
"""The most characters of a note."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before the log has numbered it. `undoes` is the decision that it takes back."""

    action: str
    target: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str | None
    undoes: int | None = None


def standing(log: Sequence[Decision]) -> list[Decision]:
    """The decisions that change what stands and were not taken back, in order."""
    undone = {int(decision.target) for decision in log if decision.action == UNDO and decision.target}
    return [decision for decision in log if decision.action in ACTIONS and decision.id not in undone]


def replay(start: Review, log: Sequence[Decision]) -> Review:
    """What stands after a log, from what stood before it."""
    review = start
    for decision in standing(log):
        review = ACTIONS[decision.action].apply(review, decision)
    return review


def draft(start: Review, log: Sequence[Decision], record: Record, proposal: Proposal) -> Draft:
    """The decision that a proposal asks for, with all it rests on. Raises `Refused`."""
    note = _note(proposal.note)
    if proposal.action == UNDO:
        return _undoing(start, log, proposal, note)
    action = ACTIONS.get(proposal.action)
    if action is None:
        raise Refused(f"action inconnue : {proposal.action}", f"unknown action: {proposal.action}")
    review = replay(start, log)
    if review.signature and not action.signed:
        raise Refused(
            "ce dossier est validé : rouvrez-le pour le modifier", "this case is validated: reopen it to change it"
        )
    target, after = action.prepare(review, replace(proposal, note=note), record)
    before = action.before(review, target, after or {})
    return Draft(proposal.action, target, _plain(before), _plain(after), note)


def _undoing(start: Review, log: Sequence[Decision], proposal: Proposal, note: str | None) -> Draft:
    """Take back the last decision that stands, or a named one where nothing after it rests on it."""
    held = standing(log)
    if not held:
        raise Refused("rien à annuler", "nothing to undo")
    taken = held[-1]
    if proposal.target is not None:
        named = [decision for decision in held if str(decision.id) == str(proposal.target)]
        if not named:
            raise Refused("cette décision n'est plus en vigueur", "this decision no longer stands")
        taken = named[0]
    if replay(start, log).signature and taken.action not in ("validate", "comment"):
        raise Refused(
            "ce dossier est validé : rouvrez-le pour annuler une décision",
            "this case is validated: reopen it to undo a decision",
        )
    _refuse_where_rested_on(start, held, taken)
    return Draft(UNDO, str(taken.id), _plain(taken.after), _plain(taken.before), note, taken.id)


def _refuse_where_rested_on(start: Review, held: Sequence[Decision], taken: Decision) -> None:
    """Replay without the decision: every later one must find before it what it found when it was taken."""
    review = start
    for decision in held:
        if decision.id == taken.id:
            continue
        action = ACTIONS[decision.action]
        if decision.id > taken.id:
            try:
                before = action.before(review, decision.target, decision.after or {})
                changed = _plain(before) != _plain(decision.before)
            except Refused:
                changed = True
            if changed:
                raise Refused(
                    f"la décision n° {decision.id} repose sur celle-ci : annulez-la d'abord",
                    f"decision {decision.id} rests on this one: undo it first",
                )
        review = action.apply(review, decision)


def made(drafted: Draft, id: int, version: int, by: str, at: datetime) -> Decision:
    """The decision of a draft, once the log has numbered it."""
    return Decision(id, version, drafted.action, drafted.target, drafted.before, drafted.after, drafted.note, by, at)


def touching(log: Sequence[Decision], report: int) -> list[Decision]:
    """The decisions that stand on facts of a report."""
    prefix = f"{report}/"
    return [
        decision
        for decision in standing(log)
        if (decision.target or "").startswith(prefix)
        or (decision.action == "add" and decision.target == str(report))
        or any(key.startswith(prefix) for part in ("keys", "rest") for key in (decision.after or {}).get(part, ()))
    ]


def _plain(part: Any) -> dict[str, Any] | None:
    return None if part is None else dict(part)


def _note(note: str | None) -> str | None:
    if note is None:
        return None
    text = note.replace("\x00", " ").strip()
    if len(text) > _NOTE:
        raise Refused(f"note trop longue : {_NOTE} caractères au plus", f"note too long: {_NOTE} characters at most")
    return text or None
