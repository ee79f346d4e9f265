"""Which result belongs to which marker: results are handed out over enumerations, in either direction.

A result word stands after its marker (`CK7 et TTF-1 positifs`, `la recherche d'EGFR s'est révélée négative`) or
governs the markers after it (`positif pour A, B et C`, `absence de mutation de KRAS et NRAS`). The words between
decide: a preposition or a colon hands it forward, a bare or verbal link hands it back. Within an enumeration (markers
with nothing but commas, conjunctions, articles and words of intensity between them) a result reaches every marker that
has none of its own, forward as far as the enumeration goes, back to its beginning.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from anamnese.facts.biomarker.markers import Marker
from anamnese.facts.biomarker.values import past_column
from anamnese.facts.biomarker.words import ResultWord
from anamnese.reading.fold import folded_re

_DEGREE = (
    r"(?:tres|plus|moins|fort\w*|faible\w*|intense\w*|intensement|diffus\w*|focal\w*|modere\w*|"
    r"partiel\w*|net\w*|franc\w*|"
    r"importante?s?|heterogene\w*|homogene\w*|nucleaire\w*|cytoplasmique\w*|membranaire\w*|egalement|"
    r"aussi|ponctuel\w*|multifocal\w*|"
    r"marquee?s?|lineaire\w*|rare\w*|variable\w*|isolee?s?|aberrante?s?|complete?s?|totale?s?|"
    r"legere?\w*|elevee?s?|discrete?\w*|claire?\w*|exclusive?\w*|uniquement|seulement|"
    r"completement|totalement|quasi|legerement|uniforme\w*|bien|toujours|restante?s?|mixte)"
)
_SMALL = (
    r"(?:l'|d'|s'|qu'|les?|la|des?|du|aux?|a|en|un|une|pour|par|avec|contre|l|d|anti|anticorps|"
    r"antigenes?|marqueurs?|proteines?|genes?|recepteurs?|"
    r"sonde|anti-|lymphoides?|epitheliaux|neuro-?endocrines?|melan(?:iques?|ocyt\w+)|musculaires?|vasculaires?|"
    r"mesenchymateux|germinaux|gliaux|clones?|ex(?:ons?|\.)?(?:\s\d{1,2})?|statut|mutations?|celui|celle|ceux|cytokeratines?|keratines?|cks?|la|"
    r"notamment|surtout|type|pan|ac|expression|positivite|index|facteur|promoteur)"
)
_PAREN = r"(?:[(\[][^()\[\]]{0,60}[)\]])"
_FILL = rf"(?>\s|{_PAREN}|[-'’«»\"]|\b{_SMALL}\b|\b{_DEGREE}\b|[()\[\]])"
_LIST = folded_re(
    rf"{_FILL}*+(?:(?:,|;|/|&|:|\bet\b|\bou\b|\bni\b|\bnon\b|\bainsi qu\w*|\bpuis\b|\bmais\b|\bcomme\b|"
    rf"\bainsi\b|\bpas\b|\bsans\b|\bde meme que\b|\bque\b|\.\.\.)(?>{_FILL}|\b(?:et|ni|ou)\b)*+){{1,4}}"
)
_LIST_MOSTLY = (", ", " et ")
_EXON = folded_re(r" (?:de l')?ex(?:on|\.)? \d")
_JOINED = folded_re(r"\s*(?:/|[-+])\s*|\s+")
_TURNS = folded_re(r"\bnon\b(?! hodgk)|\bmais pas\b|\bsans\b|\bet pas\b")
_ADDED = folded_re(rf"(?:\s*+,)?\s*(?:ainsi qu\w*|de meme que|tout comme|comme|de meme pour)\b{_FILL}*+")
_CLOSE = folded_re(rf"{_FILL}*+(?:/|\bet\b){_FILL}*+")
_BE = (
    r"(?:est|sont|etai\w+|etaient|etant|ete|s'est|se sont|s'ave\w+|s'etai\w+|s'etaient|reve\w+|"
    r"averee?s?|revien\w+|revenai\w+|revenue?s?|rest\w+|demeur\w+|montre\w*|parai\w+|apparai\w+|"
    r"semble\w*|qui|soit|negatif|resultat\w*|result(?:e|ent|a|ait|aient|erent)|ress?or(?:t|tent|tait|taient)|sor(?:t|tait))"
)
_LINK = folded_re(
    rf"(?>\s|{_PAREN}|[-:=.>/()\[\]'\"|]|\b{_DEGREE}\b|\b(?:est|sont|a|ete|etait|etaient|etant|ont|n|"
    rf"ne|qu|que|qui|s|se|tous?|toute?s?|les?|la|deux|trois|pas|non|point|plus|score|statut|marquage|"
    rf"resultats?|avec|une?|de|d|des|forme|expression|immunomarquage|clone|adn|l|on|ihc|fish|sish|cish|"
    rf"en|par|immunohistochimie|hybridation|in|situ|mutation|cellules|tumorales|absence|perte|aucune?|"
    rf"variant|gene|exons?|ex|anticorps|promoteur|resistance|ngs|pcr|sanger|pyrosequencage|cgh|array|tumora\w+|somatique|germina\w+|constitutionnel\w*|plasmatique|complete|dans|chez|tumeur|y|compris|bloc|noyaux?|copies|ratio|demeur\w+|"
    rf"rest\w+|result(?:e|ent|a|ait|aient|erent)|ress?or(?:t|tent|tait|taient)|reven\w+|revien\w+|aver\w+|revel\w+|trouv\w+|apparai\w+|recherchee?s?|profil|type|aspect|phenotype)\b|\b\d[\w-]*|"
    rf"\b[a-z]{{1,3}}\d[\w-]*|\b[pc]\.\S+|[+%<>≥]|,(?=\s*(?:se|s'|qui|etai|sont|est|ont|\d|amplif|non amplif)))*+"
)
_VERBAL = folded_re(rf"[^.;:]{{0,90}}\b{_BE}\b[^.;:,]{{0,40}}[(]?[^.;:,]{{0,20}}$")
_MATTER = folded_re(
    r"\b(?:marges?|ganglions?|bilan|limites?|recoupes?|patiente?|hemocultures?|serologies?|cytologie|"
    r"biopsies?|diagnostic|examen|curage)\b"
)
_FORWARD_ADJECTIVE = folded_re(
    rf"(?:\s|{_PAREN}|\b{_DEGREE}\b|\bet\b|,)*(?:(?:\bpour\b|\ba l|\ba la\b|\baux?\b|\ba (?!\d)|"
    rf"\ben ce qui|\bvis[- ]a|\bavec (?:l[ae]s?\b|l')|\bdes? (?=marqueurs?|anti))[^.;]*|\s*:\s*[^.;]*)$"
)
_STAINING = folded_re(
    r"\b(?:immuno)?(?:marquage|expression|coloration|reactivite|fixation|reaction)s?\s+(?:[a-z]+\s+(?:et\s+)?){0,3}?$"
)
_OF_STAINING = folded_re(rf"(?:\s|\b{_DEGREE}\b|\bet\b)*\b(?:de la|de l'|du|des|d'|de)\s*(?:{_SMALL}[ '-]+)*")
"""`un marquage positif de la desmine et de la myogénine`"""
_FORWARD_NOUN = folded_re(
    r"(?:[^,;.()\n]|\([^()]*\)|,(?=\s*(?:intense|diffus|fort|faible|focal))|[.](?<=\b[cp][.])[ ]?\(?[\w*>+-]+\)?)*"
    r"[(\[]?\s*$"
)
_PREPOSITION = folded_re(r"\b(?:de|du|des|d|pour|a|aux?|par|avec|l|la|le|les|contre|impliquant|dans|sur|vis)\b|:|/")
_BACK_NOUN = folded_re(
    rf"(?>\s|{_PAREN}|[:=(\[.|'\-]|->|\b(?:absence|pas|perte|sans|aucune?|d'?|de|une?|avec|nette|forte|"
    rf"faible|presence|la|n|ne|presenten?t?|presentait|montrent|montrait|(?:re)?trouve|revele|objective|porte|\d[\w,-]*|[a-z]{{1,3}}\d[\w-]*|c\.\S+|p\.\S+|negati\w+|positi\w+|mise?|en|"
    rf"evidence|totale?|complete|diffuse|focale|montre|detection|exons?|codons?)\b)*+$"
)
_QUALIFIER = folded_re(
    r"\s*(?:moleculaire|genetique|genique|somatique|germinale|ponctuelle|activatrice|constitutionnelle|pathogene)s?\s*"
)
_CELL = folded_re(r"\s*(?:[:=]|\.{2,})\s*|\s{2,}(?:[\w-]+\s{2,})?")
_SPACED = folded_re(r"\s{3,}")
_NEXT_CELL = folded_re(r"(?:[ ]{3,}|[ ]*\t[ ]*|[ ]*\|[ ]*)\S")
_OPENS_LINE = folded_re(r"(?:^|\n)[ *|\t-]*$")
_OPENING = 60
"""How far in its line the first cell of a row may begin, in characters."""
_FAR = 110
_POLAR = ("positive", "negative", "present", "absent")
_POLAR_OR_INTACT = (*_POLAR, "intact")
_KINDS = frozenset({"mutated", "rearranged", "amplified"})
_FORWARD_PARTICIPLE = folded_re(
    r"\s+(?:(?:[(]|pour|sur|du gene|de|d'|le gene|au niveau d[eu]|en)\s*)?(?:l[ae]?\b|l')?\s*$"
)


def assign(folded: str, markers: list[Marker], words: list[ResultWord]) -> None:
    """Give each marker the result word after it (`said`) or the one that governs it (`under`)."""
    degrees = [word for word in words if word.strength == "degree"]
    words = [word for word in words if word.strength != "degree"]
    starts = [word.start for word in words]
    last = len(markers) - 1
    first = 0
    for i, marker in enumerate(markers):
        here = bisect_left(starts, marker.start)
        if here > first:
            _govern_from(folded, markers, i, words[first:here], starts)
        following = markers[i + 1].start if i < last else None
        first = bisect_left(starts, marker.end)
        until = bisect_left(starts, following) if following is not None else len(words)
        _attach(folded, marker, words[first:until], following)
    if degrees:
        _by_own_degree(folded, markers, degrees)
    _lend_back(folded, markers, starts)
    _lend_on(folded, markers, words, starts)
    if degrees:
        _by_degree(folded, markers, degrees)


def _govern_from(folded: str, markers: list[Marker], i: int, before: list[ResultWord], starts: list[int]) -> None:
    """Hand the nearest result word that looks forward to the marker and on along its enumeration."""
    marker = markers[i]
    for word in reversed(before):
        if not _looks_forward(folded, word, marker.start, markers[i - 1] if i else None):
            continue
        if word.side == "noun" and not word.denied and _is_sought_in_row(folded, word, marker):
            continue
        marker.under, marker.denied = word, False
        for j in range(i, len(markers) - 1):
            here, there = markers[j], markers[j + 1]
            if _any_between(starts, here.end, there.start) or not enumerates(folded, here, there):
                return
            if there.variant and word.affirmed != "mutated":
                return
            there.under = word
            there.denied = here.denied or _TURNS.search(folded, here.end, there.start) is not None
        return


def _is_sought_in_row(folded: str, word: ResultWord, marker: Marker) -> bool:
    """Whether a word and its marker are the first cell of a row, which tells what was looked for."""
    if _NEXT_CELL.match(folded, marker.end) is None:
        return False
    return _OPENS_LINE.search(folded, max(0, word.start - _OPENING), word.start) is not None


def _any_between(starts: list[int], start: int, end: int) -> bool:
    at = bisect_left(starts, start)
    return at < len(starts) and starts[at] < end


def _looks_forward(folded: str, word: ResultWord, target: int, previous: Marker | None) -> bool:
    gap = folded[word.end : target]
    if len(gap) > _FAR or word.strength == "blocks":
        return False
    if word.side == "after":  # `tumeur mutée EGFR`, unless it is said of what stands before
        attached = previous is not None and _LINK.fullmatch(folded[previous.end : word.start]) is not None
        return not attached and _FORWARD_PARTICIPLE.match(gap) is not None
    if word.affirmed == "present" and (len(gap) > 45 or " et " in gap or " avec " in gap):
        return False
    if word.side == "either":
        if gap.strip() == "(":  # `immunohistochimie positive (CD34, STAT6)`
            return previous is None or _LINK.fullmatch(folded[previous.end : word.start]) is None
        if _OF_STAINING.fullmatch(gap) and _STAINING.search(folded, max(0, word.start - 60), word.start):
            return True
        return _FORWARD_ADJECTIVE.match(gap) is not None
    if _SPACED.search(gap) or not _FORWARD_NOUN.match(gap):
        return False
    if word.side == "verb":
        return True
    if gap.strip() and not _PREPOSITION.search(gap) and not _QUALIFIER.fullmatch(gap):
        return False
    if previous is not None and word.side == "noun":  # `EGFR : mutation de l'exon 19`: said of what stands before
        back = _BACK_NOUN.match(folded[previous.end : word.start])
        if back and ":" in back[0] and not gap.strip():
            return False
    return True


def _attach(folded: str, marker: Marker, after: list[ResultWord], following: int | None) -> None:
    """Give the marker the first result word after it that looks back."""
    begin = past_column(folded, marker.end, len(folded)) if after else marker.end
    for word in after:
        gap = folded[begin : word.start]
        if len(gap) > _FAR or (word.side == "verb" and word.strength != "enriched"):
            return
        free = following is None or word.side not in ("either", "noun") or (word.side == "either" and _tight(gap))
        if following is not None and not free and _looks_forward(folded, word, following, marker):
            return
        if not _looks_back(gap, word):
            if word.strength == "weak":
                continue
            return
        said = marker.said
        if said is not None and said.strength != "weak" and said.affirmed not in ("present", "rearranged", "mutated"):
            return
        marker.said, marker.said_end = _combined(said, word), word.end


def _looks_back(gap: str, word: ResultWord) -> bool:
    if word.side == "noun":
        return _BACK_NOUN.match(gap) is not None
    return (
        gap == " " or _LINK.fullmatch(gap) is not None or (_VERBAL.match(gap) is not None and not _MATTER.search(gap))
    )


def _combined(first: ResultWord | None, second: ResultWord) -> ResultWord:
    """`mutation … négative`: the kind of the first word with the polarity of the second."""
    if first is None:
        return second
    if first.denied:
        return first
    return second if first.strength == "weak" else kind_with_polarity(first, second)


def kind_with_polarity(kind: ResultWord, polarity: ResultWord) -> ResultWord:
    """The word of `polarity` with the result it means for what `kind` names."""
    if kind.affirmed not in _KINDS or polarity.result not in _POLAR:
        return polarity
    positive = polarity.result in ("positive", "present")
    return polarity.meaning(kind.affirmed if positive else kind.negated)


def _tight(gap: str) -> bool:
    return not gap.strip(" :=()[].")


def enumerates(folded: str, here: Marker, there: Marker) -> bool:
    """Whether two neighbouring markers are parts of one enumeration."""
    gap = folded[here.end : there.start]
    if gap in _LIST_MOSTLY:
        return True
    if len(gap) > _FAR:
        return False
    return _LIST.fullmatch(gap) is not None or (len(gap) < 3 and "\n" not in gap and _JOINED.fullmatch(gap) is not None)


def closely_joined(folded: str, here: Marker, there: Marker) -> bool:
    """Whether a number after the second is meant for both: `RE et RP à 0 %`."""
    return _CLOSE.fullmatch(folded[here.end : there.start]) is not None


def _lend_back(folded: str, markers: list[Marker], starts: list[int]) -> None:
    """Hand a result back along the enumeration to the markers that have none of their own."""
    for i in range(len(markers) - 1, 0, -1):
        here, there = markers[i - 1], markers[i]
        if there.said is None or here.said is not None or here.values or here.variant:
            continue
        together = there.said.plural and not there.lent and closely_joined(folded, here, there)
        governed = here.under is not None and not (here.under is there.under and _yields(here.under, there.said))
        if governed and not together:
            continue
        if _any_between(starts, here.end, there.start):
            continue
        gap = folded[here.end : there.start]
        if " ex" in gap and not there.said.plural and _EXON.match(gap):
            continue  # `KIT exon 11, PDGFRA sauvage`: the first is mutated there
        if ";" not in gap and enumerates(folded, here, there):
            here.said, here.said_end, here.lent = there.said, there.said_end, True


def _lend_on(folded: str, markers: list[Marker], words: list[ResultWord], starts: list[int]) -> None:
    """Hand a result on to what is added behind it (`CK7 et CK20 étaient négatifs ainsi que la PS100`), also that of
    something else (`L'étude FISH était négative, ainsi que la desmine`)."""
    for marker in markers:
        if marker.said is not None or marker.under is not None or marker.values or marker.variant:
            continue
        at = bisect_left(starts, marker.start) - 1
        word = words[at] if at >= 0 else None
        if (
            word is not None
            and word.side == "either"
            and not any(other.said is word for other in markers)
            and _ADDED.fullmatch(folded, word.end, marker.start)
        ):
            marker.said, marker.said_end, marker.lent = word, marker.end, True
    for here, there in pairwise(markers):
        if here.said is None or there.said is not None or there.under is not None or there.values or there.variant:
            continue
        pos = max(here.said_end, here.end)
        if pos > there.start or _any_between(starts, pos, there.start):
            continue
        if here.lent and here.said_end == here.end:  # itself an addition
            added = enumerates(folded, here, there)
        else:
            added = _ADDED.fullmatch(folded[pos : there.start]) is not None
        if added:
            there.said, there.said_end, there.lent = here.said, there.end, True


_ITEM_END = folded_re(r"\s*(?:[,;)\n]|\.(?:\s|$)|$)")
_STAINS = frozenset({"ihc", "receptor"})


def _by_own_degree(folded: str, markers: list[Marker], degrees: list[ResultWord]) -> None:
    """Take a word of intensity that ends a stain's item for its result: `CD20 │faible│, FMC7 -`."""
    starts = [word.start for word in degrees]
    for marker in markers:
        if marker.said is not None or marker.under is not None or marker.values:
            continue
        at = bisect_left(starts, marker.end)
        if at == len(degrees) or folded[marker.end : starts[at]].strip():
            continue
        if marker.form not in _STAINS and not (marker.form == "p53" and folded.startswith("aberrant", starts[at])):
            continue
        if _ITEM_END.match(folded, degrees[at].end):
            marker.said, marker.said_end = degrees[at], degrees[at].end


def _by_degree(folded: str, markers: list[Marker], degrees: list[ResultWord]) -> None:
    """Take a word of intensity alone in its cell for a result (`PAX5 : faible`); elsewhere it only qualifies one."""
    starts = [word.start for word in degrees]
    for marker in markers:
        if marker.said is None and marker.under is None and marker.form != "index":
            at = bisect_left(starts, marker.end)
            if at < len(degrees) and _CELL.fullmatch(folded, marker.end, degrees[at].start):
                marker.said, marker.said_end = degrees[at], degrees[at].end


def _yields(word: ResultWord, polarity: ResultWord) -> bool:
    """Whether a governing word only names what the polarity behind it is told of (`mutations … négatives`)."""
    if word.denied or polarity.affirmed not in _POLAR_OR_INTACT:
        return False
    return word.strength == "weak" or (word.side == "noun" and word.affirmed in _KINDS)
