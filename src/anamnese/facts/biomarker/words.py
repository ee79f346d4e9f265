"""The words that state a result (`marker_result.tsv`): which result, in which direction, denied or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit

_SMALL = r"(?:toute?s?|d'une?|une?|d'|de |la |le |l'|les |des |du |ete |etait |significati\w+ |totale? (?:de |d')|complete (?:de |d')|claire? |mis\w* en evidence (?:de |d'une? |d')|mise en evidence (?:de |d'une? |d'|des )|evidence de |(?:detecte|retrouve|montre|objective|identifie|revele|observe|decele|note|visualise)\w* (?:de |d'|une? |la )?|detection (?:de |d'une? |d')|signe de |argument pour |forte? |sur-?|presence (?:de |d'une? |d')|\w+ (?:ou|ni|et) (?:de |d'|une? )?|anticorps anti )"
_DENIED = re.compile(
    rf"(?:\bnon[ -]|\bpas |\bplus |\bni |\bsans |\baucune? |\babsence |\bperte |\bnegativite |\bjamais |\bdisparition |\bnegati(?:f|fs|ve|ves) (?:pour|a|quant a) |\bdefaut )\s*(?:{_SMALL}\s*){{0,4}}$"
)
_NOT_AFTER = re.compile(r"\s*(?:pas|plus|ni|aucune?|jamais)\b|\s+a\s+0\s*%")
_SOUGHT = re.compile(
    r"(?:\brecherch\w+|\betude|\banalyse|\bstatut|\bdetermination|\bdemande\w*|\btests?|\bdepistage|\bevaluation|\bdetecter|\bsuspicion|\bidentifier|\bsi\b|\bdosage|\bconfirmer|\bresultats?|\bexploration|\bprofil|\bpour)"
    r"(?:[ ']*\b(?:la|le|les|des|du|de|d|l|une?|presence|eventuelle?|mutationnel|mutationnelle|genetique|moleculaire|gene|"
    r"statut|mutations?|somatique|germinale|constitutionnelle|tumorale|resistance|expression)\b)*'?\s*$"
)
_WINDOW = 70


@dataclass(slots=True, eq=False)
class ResultWord:
    """A result word where it stands, with the result it states there (the denied one where it is denied)."""

    start: int
    end: int
    result: str
    side: str
    strength: str
    affirmed: str
    denied: bool
    negated: str
    sought: bool
    plural: bool


def denied_before(folded: str, pos: int) -> bool:
    """Whether the words that end at `pos` deny what follows (`absence de`, `sans mise en évidence de`)."""
    return _DENIED.search(folded[max(0, pos - _WINDOW) : pos]) is not None


def sought_before(folded: str, pos: int) -> bool:
    """Whether what follows `pos` is only looked for (`recherche de mutation de`)."""
    return _SOUGHT.search(folded[max(0, pos - _WINDOW) : pos]) is not None


def result_words(reading: Reading, start: int, end: int) -> list[ResultWord]:
    """The result words of a sentence in order of place."""
    folded = reading.folded
    found: list[ResultWord] = []
    for hit in reading.hits_between("marker_result", start, end):
        if found and hit.start < found[-1].end:
            continue
        found.append(_word(folded, hit))
    return found


def _word(folded: str, hit: Hit) -> ResultWord:
    row = hit.term.row
    blocks = row["strength"] == "blocks"
    denied = not blocks and (
        denied_before(folded, hit.start) or (row["side"] == "verb" and _NOT_AFTER.match(folded, hit.end) is not None)
    )
    result = row["negated"] if denied else row["name"]
    sought = row["side"] == "noun" and not denied and sought_before(folded, hit.start)
    return ResultWord(
        hit.start, hit.end, result, row["side"], row["strength"], row["name"], denied, row["negated"], sought,
        folded[hit.end - 1] == "s",
    )  # fmt: skip
