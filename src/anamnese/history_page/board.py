"""The tumour board's summary on the page: the same clauses as in text, each leading to the words that prove it."""

from __future__ import annotations

from anamnese.history.summary import Clause, summarise
from anamnese.history_page.markup import Child, Markup, both, element
from anamnese.history_page.proofs import Proofs
from anamnese.record import History, Proof


def summary(history: History, proofs: Proofs) -> Markup | None:
    """The paragraphs of the summary; None where there is nothing to say."""
    rows = []
    for french, english in zip(summarise(history, "fr"), summarise(history, "en"), strict=True):
        lines: list[list[Child]] = []
        for clause, translated in zip(french.clauses, english.clauses, strict=True):
            said = _linked(clause, translated, proofs)
            if clause.goes_on and lines:
                lines[-1] += [" ; ", said]
            else:
                lines.append([said])
        title = element("dt", _linked(french.title, english.title, proofs))
        rows.append(element("div", title, element("dd", [element("p", line) for line in lines])))
    return element("dl", rows) if rows else None


def _linked(clause: Clause, translated: Clause, proofs: Proofs) -> Markup:
    return proofs.link(_bearing(clause, proofs)[:_PROOFS], both((clause.text, translated.text)))


_PROOFS = 4
"""The most proofs that a clause leads to."""


def _bearing(clause: Clause, proofs: Proofs) -> tuple[Proof, ...]:
    """The proofs that a clause's words rest on."""
    chosen = [proof for proof in clause.proofs if (fact := proofs.fact(proof)) and fact.type in clause.types]
    return tuple(dict.fromkeys(chosen or clause.proofs))
