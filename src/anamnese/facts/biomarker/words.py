"""The words that state a result (`marker_result.tsv`): which result, in which direction, denied or not."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_SMALL = (
    r"(?:toute?s?|d'une?|une?|d'|de |la |le |l'|les |des |du |ete |etait |significati\w+ |"
    r"totale? (?:de |d')|complete (?:de |d')|claire? |mis\w* en evidence (?:de |d'une? |d')|"
    r"mise en evidence (?:de |d'une? |d'|des )|evidence de |(?:detecte|retrouve|montre|objective|"
    r"identifie|revele|observe|decele|note|visualise)\w* (?:de |d'|une? |la )?|detection (?:de |"
    r"d'une? |d')|signe de |argument pour |forte? |sur-?|presence (?:de |d'une? |d')|\w+ (?:ou|ni|"
    r"et) (?:de |d'|une? )?|anticorps anti )"
)
_DENIED = folded_re(
    rf"(?:\bnon[ -]|\bpas |\bplus |\bni |\bsans |\baucune? |\babsence |\bperte |\bnegativite |"
    rf"\bjamais |\bdisparition |\bnegati(?:f|fs|ve|ves) (?:pour|a|quant a) |"
    rf"\bdefaut )\s*(?:{_SMALL}\s*){{0,4}}$"
)
_NOT_AFTER = folded_re(r"\s*(?:pas|plus|ni|aucune?|jamais)\b|\s+a\s+0\s*%")
_SOUGHT = folded_re(
    r"\b(?:recherch\w+|etude|analyse|statut|de(?:termination|mande\w*|pistage|tecter)|tests?|evaluation|suspicion|"
    r"identifier|si\b|dosage|confirmer|resultats?|exploration|profil|pour)"
    r"(?:[ ']*\b(?:la|le|les|des|du|de|d|l|une?|presence|eventuelle?|mutationnel|mutationnelle|"
    r"genetique|moleculaire|gene|"
    r"statut|mutations?|somatique|germinale|constitutionnelle|tumorale|resistance|expression)\b)*'? *$"
)
_AUXILIARY = folded_re(r"\b(?:est|sont|ete|non|pas|etait|etaient|bien)\s(?:\w+ment\s)?$")
_DENIAL_CUES = (
    "non",
    "pas",
    "plus",
    "ni",
    "sans",
    "aucun",
    "absence",
    "perte",
    "negati",
    "jamais",
    "disparition",
    "defaut",
)
"""One of these stands wherever `_DENIED` matches: a cheap test first."""
_LOSS = folded_re(r"perte|disparition|defaut")
_WINDOW = 70
_OPPOSITE = {"positive": "negative", "negative": "positive"}
"""What `ne l'étaient pas` says of a marker behind one with a result."""


class ResultWord:
    """A result word where it stands, with the result it states there (the denied one where it is denied)."""

    __slots__ = (
        "affirmed", "denied", "end", "negated", "opens", "plural", "result", "side", "sought", "start", "strength",
    )  # fmt: skip

    def __init__(
        self,
        start: int,
        end: int,
        result: str,
        side: str,
        strength: str,
        affirmed: str,
        denied: bool,
        negated: str,
        sought: bool,
        plural: bool,
        opens: int,
    ) -> None:
        self.start = start
        self.end = end
        self.result = result
        self.side = side
        self.strength = strength
        self.affirmed = affirmed
        self.denied = denied
        self.negated = negated
        self.sought = sought
        self.plural = plural
        self.opens = opens
        """Where the words begin that deny it; its own beginning if none do."""

    def meaning(self, result: str) -> ResultWord:
        """The word as one that states a result by what stands around it."""
        return ResultWord(
            self.start, self.end, result, self.side, "", self.affirmed, self.denied, self.negated, self.sought,
            self.plural, self.opens,
        )  # fmt: skip


def denied_from(folded: str, pos: int) -> int | None:
    """Where the words begin that deny what follows `pos` (`absence de`, `sans mise en évidence de`), if any."""
    begin = max(0, pos - _WINDOW)
    begin = max(begin, folded.rfind(",", begin, pos) + 1)  # over which they do not reach
    before = folded[begin:pos]
    if not holds(before, _DENIAL_CUES):
        return None
    match = _DENIED.search(before)
    if match is None:
        return None
    if _LOSS.match(match[0]) and _DENIED.search(folded[begin : begin + match.start()]):  # `absence de perte de`
        return None
    return begin + match.start()


def sought_before(folded: str, pos: int) -> bool:
    """Whether what follows `pos` is only looked for (`recherche de mutation de`)."""
    return _SOUGHT.search(folded[max(0, pos - _WINDOW) : pos]) is not None


def result_words(reading: Reading, folded: str, start: int, end: int) -> list[ResultWord]:
    """The result words of a sentence in order of place."""
    found: list[ResultWord] = []
    for hit in reading.hits_between("marker_result", start, end):
        if hit.term.row["strength"] == "turns":
            if found and found[-1].result in _OPPOSITE:
                found.append(_word(folded, hit).meaning(_OPPOSITE[found[-1].result]))
            continue
        if found and hit.start < found[-1].end:
            # `exprimé` and `exprime` are one word without their accents
            if hit.start == found[-1].start and _participle(reading, hit) == (hit.term.row["side"] == "after"):
                found[-1] = _word(folded, hit)
            continue
        found.append(_word(folded, hit))
    return found


def _participle(reading: Reading, hit: Hit) -> bool:
    """Whether a word is the participle (`exprimé`) rather than the verb (`exprime`)."""
    if "é" in reading.text[hit.start + 1 : hit.end].lower():
        return True
    return _AUXILIARY.search(reading.folded, max(0, hit.start - 30), hit.start) is not None


def _word(folded: str, hit: Hit) -> ResultWord:
    row = hit.term.row
    opens = None if row["strength"] == "blocks" else denied_from(folded, hit.start)
    denied = opens is not None or (row["side"] == "verb" and _NOT_AFTER.match(folded, hit.end) is not None)
    return ResultWord(
        hit.start,
        hit.end,
        row["negated"] if denied else row["name"],
        row["side"],
        row["strength"],
        row["name"],
        denied,
        row["negated"],
        row["side"] == "noun" and not denied and sought_before(folded, hit.start),
        folded[hit.end - 1] == "s",
        hit.start if opens is None else opens,
    )


def sign_word(start: int, end: int, result: str) -> ResultWord:
    """A plus or minus sign as a result word."""
    return ResultWord(start, end, result, "after", "sign", result, False, "negative", False, False, start)
