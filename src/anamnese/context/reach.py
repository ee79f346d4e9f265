"""How far a cue governs the words beside it: up to the end of its sentence, or to a word that ends its scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from anamnese.context.stops import ENUMERATED, POSITIVE, RULED_OUT, STOPS, ends_scope, goes_on_excluding
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

_WINDOW = 240
"""How far a scope may reach, in characters; a statement of this length has ended."""
_LIST = 600
"""How far what a verb excludes may be listed, with the reasons in brackets."""
_CELL = 24
"""The blanks between a label and what denies it, in characters."""
_PHRASE = 90
_TOKEN = folded_re(r"[a-z0-9]+|[,;:()]")
_ARTICLE = folded_re(r"(?:\s|d'|de |du |des |la |les? |l'|une? |:|\()*")
_TAKES_NO_NOUN = folded_re(
    r"(?:et|ou|mais|de|du|des|d|a|aux?|chez|avec|sans|sur|dans|est|en|pour|par|mesurant|ni|si|selon)(?![a-z])|[,;:()]"
)
_DECLINED = frozenset({"refu", "recu", "decl"})
_OFFER = 100
_OFFERED = folded_re(
    r"\b(?:(?:a|ont|avait|avaient|est|etait|fut|etaient|sont)[ ](?:ete[ ])?)?(?:propose|envisage|discute|conseille|"
    r"recommande|indique|programme|prevu)e?s?\b(?:[ ]a[ ]plusieurs[ ]reprises)?(?:[ ]\([^()\n]{0,40}\))?"
    r"(?:[, ]|l'|qu'|(?:au|aux|a|le|la|les|que|qui|mais|et|par|notre|cette|ce|patiente?|malade|il|elle|ont|avait|est|"
    r"etait|fut|ete|lui|celle-ci|celui-ci)\b)*$"
)
_CONFIRMED = folded_re(
    r"(?:e?s?)?[ ]?,?[ ](?:puis|et|ensuite|secondairement)[ ]"
    r"(?:(?:a|ont|avait|ete|fut|furent|est|etre|ensuite|finalement|vite|rapidement)[ ])*confirm"
)
_ENDS_ITEM = folded_re(r"[ ]*(?:[.;,)\n|]|[ ]{2}|$|car\b|faute\b|en raison\b)")
"""Behind `Radiothérapie : non`, where it denies what the label names."""
_BRIDGES = frozenset({"dont", "qui", "est", "sont", "etait", "etaient"})
"""Between what is doubted and the doubt: `nodules dont la nature est incertaine`."""
_OBJECT = folded_re(r" (?:enfin |surtout |notamment )?(?:(?:une?|des?|la|le|les) |l'|d')")
_AUXILIARY = folded_re(
    r"\b(?:(?:a|ont|avait|avaient|ayant|aurait|est|sont|etait|etaient|fut|furent|etant|peut|put|purent|pouvait|pouvaient|"
    r"pu|ete|etre)[ ])+(?:(?:evoque|discute|envisage|suspecte)e?s?[ ](?:puis|mais|et)[ ])?"
    r"(?:(?:ainsi|donc|alors|aussi|ensuite|enfin|puis|vite|par la suite|d'emblee|[a-z]{3,14}ment)[ ]){0,2}$"
)
"""The verb whose participle a cue is: `furent ainsi écartés`; it ends no scope of its own participle."""
_WHOSE = {"family": "family", "planned": "plan", "intended": "plan", "foretold": "plan"}
"""Whose scope it is, for the words that end it; else that of a statement."""


class Scope(NamedTuple):
    """What one cue governs: `start:end`, apart from the cue at `cue:cue_end` itself."""

    start: int
    end: int
    kind: str
    of: str
    cue: int
    cue_end: int
    reach: str


def scopes_of(reading: Reading, hit: Hit, first: int, last: int) -> list[Scope]:
    """What one cue governs in its sentence `first:last`: the words behind it, before it, both, or nothing."""
    row = hit.term.row
    direction, kind, reach = row["direction"], row["kind"], row["reach"]
    folded = reading.folded
    whom, whose = row["of"], _WHOSE.get(kind, "statement")
    if kind == "suspected" and _CONFIRMED.match(folded, hit.end):
        return []  # `suspecté, puis confirmé par la biopsie`
    if direction == "adjective":
        direction = "forward" if _before_noun(reading, hit.end, last) else "backward"
    scopes = []
    if kind == "hypothetical" and row["of"] == "any":  # what is done under a condition, said before or after it
        start = _backward(reading, hit, first, whose)
        until = min(last, hit.end + _WINDOW)
        scopes.append(Scope(start, until, kind, "action", hit.start, hit.end, reach))
    if reach == "sentence":
        start, end = _backward(reading, hit, first, whose), _forward(reading, hit, last, whose)
        return [Scope(start, end, kind, row["of"], hit.start, hit.end, reach)]
    if direction in ("forward", "both", "around"):
        if reach == "adjacent":
            gap = None if folded.startswith("  ", hit.end) else _ARTICLE.match(folded, hit.end, last)
            end = gap.end() + 1 if gap else hit.end
        else:
            end = _forward(reading, hit, last, whose)
        scopes.append(Scope(hit.end, end, kind, row["of"], hit.start, hit.end, reach))
    if direction == "around":
        start = _backward(reading, hit, first, whose, _BRIDGES)
        scopes.append(Scope(start, hit.start, kind, row["of"], hit.start, hit.end, "around"))
    if direction in ("backward", "both"):
        if reach == "adjacent":
            labelled = folded[max(first, hit.start - _CELL) : hit.start].rstrip(" ").endswith((":", "|"))
            if not labelled:
                return scopes
            if whom != "finding" and not _ENDS_ITEM.match(folded, hit.end):
                whom = "finding"  # `Adénopathies : aucune palpable`, but `Scanner : non injecté`
        stop = _offer(reading, hit, first) if kind == "negated" and row["of"] == "action" else hit.start
        start = _backward(reading, hit, first, whose, _BRIDGES if kind == "suspected" else frozenset(), stop)
        if reach == "adjacent":
            label = folded[start : hit.start].rstrip(" :|")
            start += max(label.rfind("  "), label.rfind("|")) + 1  # what stands in another cell is not denied
        joined = folded.rfind(" et ", start, hit.start)
        if row["direction"] == "adjective" and joined >= 0 and folded[hit.end - 1] not in "sx":
            start = joined + 3  # in the singular, said of the last one named
        scopes.append(Scope(start, hit.start, kind, whom, hit.start, hit.end, reach))
    return scopes


def _offer(reading: Reading, hit: Hit, first: int) -> int:
    """Where the verb stands that offers what a cue tells to be declined: `proposée │mais il l'a refusée`."""
    if reading.folded[hit.start : hit.start + 4] not in _DECLINED:
        return hit.start
    offered = _OFFERED.search(reading.folded, max(first, hit.start - _OFFER), hit.start)
    return offered.start() if offered else hit.start


def _before_noun(reading: Reading, pos: int, last: int) -> bool:
    """Whether an adjective that ends here stands before the noun that it modifies."""
    folded = reading.folded
    if pos >= last or folded[pos] != " ":
        return False
    return _TOKEN.match(folded, pos + 1, last) is not None and not _TAKES_NO_NOUN.match(folded, pos + 1, last)


def _forward(reading: Reading, hit: Hit, last: int, whose: str) -> int:
    """Where the scope that begins after a cue ends."""
    statement = whose == "statement"
    folded, text = reading.folded, reading.text
    phrase, objects = hit.term.row["reach"] == "phrase", hit.term.row["reach"] == "objects"
    limit = min(last, hit.end + (_PHRASE if phrase else _LIST if objects else _WINDOW))
    pos = hit.end
    for token in _TOKEN.finditer(folded, hit.end, limit):
        word, (at, end) = token[0], token.span()
        if at < pos:
            continue  # inside brackets that are passed over
        pos = end
        if word in ";)":
            return at
        if word == ":":
            if at - hit.end > 2 and statement:
                return at
        elif word == "(":
            close = folded.find(")", at, limit)
            if statement and hit.term.row["kind"] == "negated" and not objects:
                return at
            if close > 0 and (objects or not statement):
                pos = close + objects  # what a verb excludes goes on behind them
        elif word == ",":
            listed = ENUMERATED.match(folded, at, limit) or (objects and goes_on_excluding(folded, text, at, limit))
            if statement and not listed:
                return at
            if phrase and not statement:
                return at
        elif word == "et":
            if statement and POSITIVE.match(folded, pos, limit) and not (objects and _OBJECT.match(folded, pos, limit)):
                return at
        elif (
            word in STOPS and ends_scope(folded, text, at, pos, whose) and not (word == "presence" and at - hit.end < 5)
        ):
            return at
        elif word == "pour" and statement and reading.hits_between("drugs", hit.end, at):
            return at  # `sans cisplatine │pour insuffisance rénale│`
    return limit


def _backward(
    reading: Reading, hit: Hit, first: int, whose: str, bridges: frozenset[str] = frozenset(), stop: int | None = None
) -> int:
    """Where the scope that ends before a cue, or at `stop`, begins."""
    stop = hit.start if stop is None else stop
    clause = whose != "family"
    folded, text = reading.folded, reading.text
    reach = _PHRASE if hit.term.row["reach"] == "phrase" else _WINDOW
    start = max(first, stop - reach)
    begin = start
    verb = _AUXILIARY.search(folded, max(start, stop - 60), stop)
    if (
        hit.term.row["kind"] == "negated"
        and folded[hit.end - 1] == "s"
        and folded.find(",", start, stop) >= 0
        and RULED_OUT.fullmatch(folded, first, verb.start() if verb else stop)
    ):
        return first
    for token in _TOKEN.finditer(folded, start, verb.start() if verb else stop):
        word, at, end = token[0], token.start(), token.end()
        if (
            word in ";("
            or (word == "," and clause)
            or (word == ":" and clause and folded[end:stop].strip(" "))
            or (
                word in STOPS
                and word.isalpha()
                and word not in bridges
                and end < stop - 1
                and ends_scope(folded, text, at, end, whose)
            )
        ):
            begin = end
    return begin
