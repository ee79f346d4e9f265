"""What a person may do, one small class for each action: what it asks for, what it rests on, and what it changes.

`prepare` makes of a proposal the target and the `after` of a decision; `before` tells what the decision rests on and
refuses it where it cannot stand; `apply` gives what stands after it. `before` and `apply` need no record, so that the
log can be replayed and a decision taken back where nothing after it rests on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from anamnese.review.decisions import (
    Arranged,
    Bond,
    Decision,
    FactVerdict,
    FindingVerdict,
    Proposal,
    Review,
    Signature,
    Standing,
    Verdict,
    added_key,
)
from anamnese.review.reading import fact_of
from anamnese.review.refusal import Refused
from anamnese.review.wording import flat_of, worded

Json = Mapping[str, Any]
Prepared = tuple[str | None, Json | None]


class Record(Protocol):
    """What the record adds to what stands; made only where an action asks for it."""

    @property
    def groups(self) -> Mapping[Bond, Sequence[Sequence[str]]]:
        """The fact keys of each tumour, and of each course."""
        ...

    @property
    def finding_keys(self) -> frozenset[str]:
        """The keys of the findings of now."""
        ...


@dataclass(frozen=True, slots=True)
class Action:
    """An action. `signed` tells whether it may be taken in a validated case."""

    prepare: Callable[[Review, Proposal, Record], Prepared]
    before: Callable[[Review, str | None, Json], Json | None]
    apply: Callable[[Review, Decision], Review]
    signed: bool = False


# one fact


def _standing(review: Review, key: object) -> Standing:
    if not isinstance(key, str) or key not in review.facts:
        raise Refused("ce fait n'existe pas dans ce dossier", "there is no such fact in this case")
    return review.facts[key]


def _shown(standing: Standing) -> dict[str, Any]:
    return {"state": standing.state, "fact": standing.fact.to_json()}


def _of_fact(state: FactVerdict, from_states: Mapping[FactVerdict, tuple[str, str]]) -> Action:
    """Accept or reject a fact; `from_states` gives the states it cannot be in, and what to say then."""

    def prepare(review: Review, proposal: Proposal, _: Record) -> Prepared:
        standing = _standing(review, proposal.target)
        if state == "rejected":
            return str(proposal.target), {"state": state, "fact": standing.fact.to_json()}
        if standing.proposed is None:  # one that a person had added, rejected since
            return str(proposal.target), {"state": "added", "fact": standing.fact.to_json()}
        return str(proposal.target), {"state": state, "fact": standing.proposed.to_json()}

    def before(review: Review, target: str | None, after: Json) -> Json:
        standing = _standing(review, target)
        if standing.state in from_states:
            raise Refused(*from_states[standing.state])
        return _shown(standing)

    return Action(prepare, before, _apply_to_fact)


def _prepare_correction(review: Review, proposal: Proposal, _: Record) -> Prepared:
    standing = _standing(review, proposal.target)
    text = review.texts[standing.report]
    fact = worded(flat_of(proposal.after or {}), text, standing.fact)
    if fact == standing.fact and standing.state != "rejected":
        raise Refused("rien n'a changé ; acceptez le fait s'il est juste", "nothing changed; accept the fact if right")
    state = "added" if standing.proposed is None else "corrected"
    return str(proposal.target), {"state": state, "fact": fact.to_json()}


def _before_correction(review: Review, target: str | None, after: Json) -> Json:
    return _shown(_standing(review, target))


def _apply_to_fact(review: Review, decision: Decision) -> Review:
    assert decision.target is not None and decision.after is not None
    standing = review.facts[decision.target]
    changed = replace(
        standing, state=decision.after["state"], fact=fact_of(decision.after["fact"]), decision=decision.id
    )
    return replace(review, facts={**review.facts, decision.target: changed}, touched=True)


def _prepare_addition(review: Review, proposal: Proposal, _: Record) -> Prepared:
    flat = flat_of(proposal.after or {})
    report = _report(review, flat.get("report", proposal.target))
    fact = worded(flat, review.texts[report])
    return str(report), {"state": "added", "fact": fact.to_json()}


def _report(review: Review, given: object) -> int:
    id = int(given) if isinstance(given, str) and given.isdecimal() and len(given) < 19 else given
    if not isinstance(id, int) or isinstance(id, bool) or id not in review.texts:
        raise Refused("ce compte rendu n'est pas de ce dossier", "this report is not one of this case")
    return id


def _before_addition(review: Review, target: str | None, after: Json) -> None:
    report = _report(review, target)
    fact = fact_of(after["fact"])
    if any(
        standing.fact == fact and standing.report == report and standing.state != "rejected"
        for standing in review.facts.values()
    ):
        raise Refused("ce fait est déjà dans le dossier", "this fact is already in the case")


def _apply_addition(review: Review, decision: Decision) -> Review:
    assert decision.target is not None and decision.after is not None
    report = int(decision.target)
    standing = Standing(report, fact_of(decision.after["fact"]), "added", None, decision.id)
    return replace(review, facts={**review.facts, added_key(report, decision.id): standing}, touched=True)


# several facts


def _keys(given: object, review: Review) -> tuple[str, ...]:
    """Fact keys, each once, in the order given."""
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        raise Refused("choisissez au moins un fait", "choose at least one fact")
    for key in given:
        _standing(review, key)
    return tuple(dict.fromkeys(given))


def _listed(proposal: Proposal) -> object:
    """The keys that a proposal lists, as its target or as `keys`."""
    return (proposal.after or {}).get("keys", proposal.target)


def _prepare_acceptance(review: Review, proposal: Proposal, _: Record) -> Prepared:
    open_ = [key for key in _keys(_listed(proposal), review) if review.facts[key].state == "proposed"]
    if not open_:
        raise Refused("ces faits ont déjà été revus", "these facts have been reviewed already")
    return None, {"state": "accepted", "keys": open_}


def _before_acceptance(review: Review, target: str | None, after: Json) -> Json:
    for key in after["keys"]:
        if _standing(review, key).state != "proposed":
            raise Refused("un de ces faits a déjà été revu", "one of these facts has been reviewed already")
    return {"state": "proposed", "keys": after["keys"]}


def _apply_acceptance(review: Review, decision: Decision) -> Review:
    assert decision.after is not None
    accepted: dict[str, Standing] = {
        key: replace(review.facts[key], state="accepted", decision=decision.id) for key in decision.after["keys"]
    }
    return replace(review, facts={**review.facts, **accepted}, touched=True)


_BOND_TYPES: Mapping[Bond, str] = {"tumours": "tumour", "courses": "therapy"}
_ONE = {
    "tumours": ("une seule tumeur", "one tumour already"),
    "courses": ("un seul traitement", "one course already"),
}
_ALONE = {
    "tumours": ("ces faits sont déjà toute une tumeur : rien à séparer", "these facts are a whole tumour: nothing to "
                "split"),
    "courses": ("ces faits sont déjà tout un traitement : rien à séparer", "these facts are a whole course: nothing "
                "to split"),
}  # fmt: skip


def _bonded(bond: Bond, review: Review, proposal: Proposal) -> list[str]:
    """The facts named that tumours (courses) are made of; what else is named with them goes along anyway."""
    kind = _BOND_TYPES[bond]
    keys = [
        key
        for key in _keys(_listed(proposal), review)
        if review.facts[key].fact.type == kind and review.facts[key].state != "rejected"
    ]
    if not keys:
        raise Refused(f"choisissez des faits de type « {kind} »", f"choose facts of type {kind}")
    return keys


def _merging(bond: Bond) -> Action:
    def prepare(review: Review, proposal: Proposal, record: Record) -> Prepared:
        chosen = set(_bonded(bond, review, proposal))
        groups = [group for group in record.groups[bond] if chosen & set(group)]
        if len(groups) < 2:
            raise Refused(f"ces faits sont déjà {_ONE[bond][0]}", f"these facts are {_ONE[bond][1]}")
        return None, {"keys": list(dict.fromkeys(key for group in groups for key in group))}

    return Action(prepare, _before_arranging, _arranging(bond))


def _splitting(bond: Bond) -> Action:
    def prepare(review: Review, proposal: Proposal, record: Record) -> Prepared:
        chosen = _bonded(bond, review, proposal)
        beside = [key for group in record.groups[bond] if set(chosen) & set(group) for key in group]
        rest = [key for key in dict.fromkeys(beside) if key not in chosen]
        if not rest:
            raise Refused(*_ALONE[bond])
        return None, {"keys": chosen, "rest": rest}

    return Action(prepare, _before_arranging, _arranging(bond))


def _before_arranging(review: Review, target: str | None, after: Json) -> None:
    for key in (*after["keys"], *after.get("rest", ())):
        if _standing(review, key).state == "rejected":
            raise Refused("un de ces faits est rejeté", "one of these facts is rejected")


def _arranging(bond: Bond) -> Callable[[Review, Decision], Review]:
    def apply(review: Review, decision: Decision) -> Review:
        assert decision.after is not None
        said = Arranged(bond, tuple(decision.after["keys"]), tuple(decision.after.get("rest", ())))
        return replace(review, arranged=(*review.arranged, said), touched=True)

    return apply


# findings, notes, the signature


def _on_finding(state: FindingVerdict, refusal: tuple[str, str]) -> Action:
    def prepare(review: Review, proposal: Proposal, record: Record) -> Prepared:
        if not isinstance(proposal.target, str) or proposal.target not in record.finding_keys:
            raise Refused("cette incohérence n'est plus dans le dossier", "this finding is no longer in the case")
        return proposal.target, {"state": state, "note": proposal.note}

    def before(review: Review, target: str | None, after: Json) -> Json:
        held = review.verdicts.get(target or "")
        if (held.state if held else "open") == state:
            raise Refused(*refusal)
        return {"state": held.state, "note": held.note} if held else {"state": "open", "note": None}

    def apply(review: Review, decision: Decision) -> Review:
        verdict = Verdict(state, decision.note, decision.by, decision.at)
        return replace(review, verdicts={**review.verdicts, decision.target or "": verdict}, touched=True)

    return Action(prepare, before, apply)


def _prepare_comment(review: Review, proposal: Proposal, _: Record) -> Prepared:
    if not proposal.note:
        raise Refused("écrivez le commentaire", "write the comment")
    return None, None


def _prepare_signature(review: Review, proposal: Proposal, record: Record) -> Prepared:
    signed = {
        "facts": {key: _shown(standing) for key, standing in review.facts.items()},
        "arranged": [[said.bond, said.keys, said.rest] for said in review.arranged],
        "findings": {key: [verdict.state, verdict.note] for key, verdict in review.verdicts.items()},
    }
    written = json.dumps(signed, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    return None, {
        "status": "validated",
        "facts": sum(standing.state != "rejected" for standing in review.facts.values()),
        "unreviewed": sum(standing.state == "proposed" for standing in review.facts.values()),
        "open_findings": sum(
            key not in review.verdicts or review.verdicts[key].state == "open" for key in record.finding_keys
        ),
        "digest": hashlib.sha256(written).hexdigest(),
    }


def _before_signature(review: Review, target: str | None, after: Json) -> Json:
    if review.signature:
        raise Refused("ce dossier est déjà validé", "this case is validated already")
    return {"status": review.status}


def _prepare_reopening(review: Review, proposal: Proposal, _: Record) -> Prepared:
    return None, {"status": "in_review"}


def _before_reopening(review: Review, target: str | None, after: Json) -> Json:
    if not review.signature:
        raise Refused("ce dossier n'est pas validé : rien à rouvrir", "this case is not validated: nothing to reopen")
    return {"status": "validated", "by": review.signature.by}


def _nothing(review: Review, target: str | None, after: Json) -> None:
    return None


ACTIONS: Mapping[str, Action] = {
    "accept": _of_fact("accepted", {
        "accepted": ("ce fait est déjà accepté", "this fact is accepted already"),
        "corrected": ("ce fait est déjà corrigé : annulez la correction pour revenir au fait lu",
                      "this fact is corrected already: undo the correction to return to what was read"),
        "added": ("ce fait a été ajouté par une personne", "this fact was added by a person"),
    }),
    "correct": Action(_prepare_correction, _before_correction, _apply_to_fact),
    "reject": _of_fact("rejected", {"rejected": ("ce fait est déjà rejeté", "this fact is rejected already")}),
    "add": Action(_prepare_addition, _before_addition, _apply_addition),
    "accept_all": Action(_prepare_acceptance, _before_acceptance, _apply_acceptance),
    "merge_tumours": _merging("tumours"),
    "split_tumour": _splitting("tumours"),
    "merge_courses": _merging("courses"),
    "split_course": _splitting("courses"),
    "resolve_finding": _on_finding("resolved", ("déjà marquée comme résolue", "resolved already")),
    "dismiss_finding": _on_finding("dismissed", ("déjà écartée", "dismissed already")),
    "reopen_finding": _on_finding("open", ("cette incohérence est ouverte", "this finding is open")),
    "comment": Action(
        _prepare_comment, _nothing, lambda review, decision: replace(review, touched=True), signed=True
    ),
    "validate": Action(
        _prepare_signature,
        _before_signature,
        lambda review, decision: replace(review, signature=Signature(decision.by, decision.at), touched=True),
        signed=True,
    ),
    "reopen": Action(
        _prepare_reopening,
        _before_reopening,
        lambda review, decision: replace(review, signature=None, touched=True),
        signed=True,
    ),
}  # fmt: skip
"""Every action that changes what stands. `undo` takes one back; `add_report`, `move_report` and `rename` are kept in
the log for the trace and change no decision."""

UNDO = "undo"
