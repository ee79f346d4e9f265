"""How far a cue governs the words beside it: up to the end of its sentence, or to a word that ends its scope."""

from __future__ import annotations

from string import ascii_lowercase, digits
from typing import TYPE_CHECKING

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
_PLAIN = bytes(
    byte if chr(byte) in ascii_lowercase + digits else ord("," if chr(byte) in ",;:()" else " ") for byte in range(256)
)
"""What stands for each sign of a text in which words are looked up: a comma for what may end a scope, else a space."""
_ARTICLE = folded_re(r"(?:\s|d'|de |du |des |la |les? |l'|une? |:|\()*")
_TAKES_NO_NOUN = folded_re(
    r"(?:et|ou|mais|de|du|des|d|a|aux?|chez|avec|sans|sur|dans|est|en|pour|par|mesurant|ni|si|selon)(?![a-z])|[^a-z0-9]|$"
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
_JOINING = {"statement": ("et", "pour")}
"""Words behind which something else may begin to be told."""
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
_HALTS = {whose: frozenset([*words, *_JOINING.get(whose, ())]) for whose, words in STOPS.items()}
"""The words to be looked at behind a cue, by whose its scope is."""


class Scope:
    """What one cue governs: `start:end`, apart from the cue at `cue:cue_end` itself."""

    __slots__ = ("cue", "cue_end", "end", "kind", "of", "reach", "start")

    def __init__(self, start: int, end: int, kind: str, of: str, cue: int, cue_end: int, reach: str) -> None:
        self.start = start
        self.end = end
        self.kind = kind
        self.of = of
        self.cue = cue
        self.cue_end = cue_end
        self.reach = reach


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
    return _TAKES_NO_NOUN.match(folded, pos + 1, last) is None


def _plain(words: str) -> str:
    """A piece of a shadow in lower-case words, commas and spaces, of the same length."""
    return words.encode("latin-1").translate(_PLAIN).decode("latin-1")


def _forward(reading: Reading, hit: Hit, last: int, whose: str) -> int:
    """Where the scope that begins after a cue ends."""
    statement = whose == "statement"
    folded, text, begin = reading.folded, reading.text, hit.end
    row, halts = hit.term.row, _HALTS[whose]
    phrase, objects = row["reach"] == "phrase", row["reach"] == "objects"
    limit = min(last, begin + (_PHRASE if phrase else _LIST if objects else _WINDOW))
    plain = _plain(folded[begin:limit])
    pos = begin
    while True:
        comma = plain.find(",", pos - begin)
        at = pos
        for word in (plain[pos - begin : comma] if comma >= 0 else plain[pos - begin :]).split(" "):
            end = at + len(word)
            if word in halts:
                if word == "et":
                    if POSITIVE.match(folded, end, limit) and not (objects and _OBJECT.match(folded, end, limit)):
                        return at
                elif word == "pour":
                    if reading.hits_between("drugs", begin, at):
                        return at  # `sans cisplatine │pour insuffisance rénale│`
                elif ends_scope(word, folded, text, at, whose) and not (word == "presence" and at - begin < 5):
                    return at
            at = end + 1
        if comma < 0:
            return limit
        mark = begin + comma
        sign, pos = folded[mark], mark + 1
        if sign in ";)":
            return mark
        if sign == ":":
            if statement and comma > 2:
                return mark
        elif sign == "(":
            if statement and row["kind"] == "negated" and not objects:
                return mark
            close = folded.find(")", mark, limit) if objects or not statement else -1
            if close >= 0:
                pos = close + objects  # what a verb excludes goes on behind them
        elif statement:
            excluded = objects and goes_on_excluding(folded, text, mark, limit)
            if not excluded and not ENUMERATED.match(folded, mark, limit):
                return mark
        elif phrase:
            return mark


def _backward(
    reading: Reading, hit: Hit, first: int, whose: str, bridges: frozenset[str] = frozenset(), stop: int | None = None
) -> int:
    """Where the scope that ends before a cue, or at `stop`, begins."""
    stop = hit.start if stop is None else stop
    clause = whose != "family"
    folded, text = reading.folded, reading.text
    reach = _PHRASE if hit.term.row["reach"] == "phrase" else _WINDOW
    start = max(first, stop - reach)
    verb = _AUXILIARY.search(folded, max(start, stop - 60), stop)
    until = verb.start() if verb else stop
    if (
        hit.term.row["kind"] == "negated"
        and folded[hit.end - 1] == "s"
        and folded.find(",", start, stop) >= 0
        and RULED_OUT.fullmatch(folded, first, until)
    ):
        return first
    plain, stops, first = _plain(folded[start:until]), STOPS[whose], start
    comma = plain.rfind(",")
    while comma >= 0:
        mark = first + comma
        sign = folded[mark]
        if sign in ";(" or (clause and (sign == "," or (sign == ":" and folded[mark + 1 : stop].strip(" ")))):
            start = mark + 1
            break
        comma = plain.rfind(",", 0, comma)
    end = until
    for word in reversed(plain[start - first :].replace(",", " ").split(" ")):
        at = end - len(word)
        if word in stops and word not in bridges and end < stop - 1 and ends_scope(word, folded, text, at, whose):
            return end
        end = at - 1
    return start
