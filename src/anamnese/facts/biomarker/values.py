"""Numbers and signs beside a marker: `60 %`, `3+`, `+++`, `(-)`, `score 7/8`, `TPS 30 %`."""

from __future__ import annotations

from typing import NamedTuple

from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import parse_number


class Value(NamedTuple):
    """A number with its unit where it stands."""

    start: int
    end: int
    number: float
    unit: str | None


class Sign(NamedTuple):
    """A plus or minus sign where it stands; `pluses` tells `2+` and `++`."""

    start: int
    end: int
    result: str
    pluses: int | None


_LEAD = (
    r"(?:\s*+(?:\.{2,}|:|=|->|\|))?\s*(?:(?:faiblement|fortement|focalement|intensement|diffusement|score|"
    r"grade|intensite|de|a|cotee?|ihc)\s+)*"
)
_SIGN = folded_re(
    _LEAD + r"(?P<open>[(\[]\s*)?(?:(?P<number>[0-3])\s?(?:\+(?!\d)|croix\b)|(?P<both>\+\s?/\s?-|±)|"
    r"(?P<plus>\+(?:\s?\+){0,3})|(?P<minus>-{1,3}))(?P<close>\s*[)\]])?"
)
_CELL = (
    r"(?:(?:exons?|codons?)\s?)?\d[\w-]{0,8}(?:(?:\s?[,;/]\s?|\s(?:a|et)\s|\s)\d[\w-]{0,6}){0,9}"
    r"|[a-z]{0,5}-?\d[\w,-]*(?:\s(?:ventana|dako|leica|abcam|cell marque|novocastra|roche|biocare|master))?"
    r"|[a-z]{1,5}(?:-[a-z0-9]{1,5}){1,3}|-|adn|arn|rna|dna|tous?|toutes?|copies|cnv|codant\w*|cds|complet|hotspots?"
    r"|(?:ngs|(?:a?cgh|snp)(?:[ -]array)?|mlpa|rna-?seq|(?:rt-?|q|dd|ms-?)?pcr|"
    r"sanger|d?dish|[fsc]ish|ihc|pyrosequencage|hrm|idylla|cobas)(?:[ ][\w-]+){0,2}"
    r"|sequence codante|polyclonal|monoclonal|lapin|souris|ventana|dako|leica|nombre de copies|(?:gene )?entier"
)
_GAP = r"(?:[ ]{2,}|\t[ ]*|[ ]*\|[ ]*)"
_COLUMN = folded_re(
    r"\s*\((?:clone\s|ac\s)?[a-z-]{0,6}[ ]?\d[\w/-]*(?:[ ,]+[a-z]+)?\)(?=\s*:|\s|\.{2,})|"
    rf"(?:[ ](?:codons?|exons?)[ ]\d{{1,4}}(?:(?:[ ]?[,;/-][ ]?|[ ](?:a|et)[ ])\d{{1,4}}){{0,9}}(?={_GAP}))?"
    rf"(?:{_GAP}(?:{_CELL})(?={_GAP})){{0,2}}"
)
"""The columns of a table between the marker and its result: a clone (`4B5`, `ER-PR8`), exons (`18-21`, `2 à 11`), what
was analysed (`ARN`, `copies`)."""
_COLUMN_BEGINS = ("(", "|", "\t", "\n", " (", " |", "  ", " \t", " \n", " cod", " exo")
"""How it begins, unless there is none."""
_SEQUENCE = folded_re(r"[^;\n]{0,45}?(?:\b[cp]\.\s?\(?[a-z]{0,3}\d|\b[a-z]\d{2,4}[a-z](?:fs\w*)?\b)")
_NOTATION = folded_re(r"[ :,(|]*[cp]\.[ ]?[(*]?[a-z0-9-]{2}")
_ZERO = folded_re(r"\s*(?::|=|\.{2,})\s*0(?!\s?[\d%/+]|[.,]\d)")
_WORDS_OF_PLUS = folded_re(r"\s*(?:a\s|:\s?)?(une|deux|trois)\s+croix")
_CROSSES = {"une": 1, "deux": 2, "trois": 3}
_ENDS_SIGN = folded_re(
    r"\s*(?:[,;.)\]/\n|]|$|et\b|ou\b)|\s{2,}|\s*\(|\s*\d|\s(?:focal|diffus|faible|fort|intens|moder|"
    r"heterog|nucle|membr|cytopl|partiel|dans\b|sur\b|chez\b)"
)
_SIGN_PAIR = folded_re(r"(?:\s*+[:=])?(?:\s*+[(])?\s*(?P<first>\+{1,3}|-)\s?/\s?(?P<second>\+{1,3}|-)(?![\d+])\s*[)]?")
_PERCENT = folded_re(
    r"(?P<number>\d{1,3}(?:[.,]\d+)?)\s?%?(?:\s?(?:-|a|et|/)\s?\d{1,3}(?:[.,]\d+)?)?\s?(?:%|pour ?cents?\b)"
)
_SHARE_BEFORE = folded_re(r"(?P<number>\d{1,3}(?:[.,]\d+)?)\s?%\s(?:d'|des?|du|par|au|en|avec)\b[^,;.%\d]{0,55}$")
_PAIR = folded_re(r"(?P<first>\d{1,3})\s?%?\s?(?:et|/|,)\s?(?:a\s|de\s)?(?P<second>\d{1,3})\s?%")
_SCORE = folded_re(r"(?P<number>\d)\s?/\s?8\b")
_H_SCORE = folded_re(
    r"h-?\s?score\s?(?:de|:|=|a)?\s?(?P<number>\d{1,3})\b|\bscore (?:h|"
    r"histologique)\s?[:=]?\s?(?P<other>\d{1,3})\b"
)
_BARE = folded_re(
    r"(?:\.{2,}+|[:=<>≥≤(]|est|etait|estimee?|evaluee?|de|a|score|autour|environ|superieure?|"
    r"inferieure?|\)|\s)*+(?P<number>\d{1,3}(?:[.,]\d+)?)"
    r"(?!\s?[\d%/+]|[.,]\d|[a-z]+\d|-8\b|\s?(?:mm|cm|mg|g|ml|ng|ui|ans|mois|cures?|cycles?|jours?|semaines?|sur|mut|cas)\b)"
)
_HER2_SCORE = folded_re(
    r"\s*(?:\.{2,}|:|=|\(|\[)?\s*(?:(?:de\s+)?(?:score|grade|cotee?|a)(?:\s*+:)?\s*)+(?P<number>[0-3])"
    r"(?![\d+%/]|[.,]\d| ?(?:%|cures?|cycles?))|(?:\s*+[:=(])?\s*(?P<zero>0)(?![\d+%/]|[.,]\d)"
)
_HER2_LATER = folded_re(r"[^;.,]{0,45}?(?:\bscore\s*(?:de\s)?|[(]\s*|\bihc(?:\s*+:)?\s*)(?P<number>[0-3])\s?\+")
_IN_SITU = folded_re(r"(?:\s*+[/,;(])?\s*(?:d?dish|[fsc]ish)(?:\s*+[:=])?\s*([+-])")
_RATIO = folded_re(r"\s*(?:[:=(]|ratio|de|a|est|\s)*(\d{1,2}(?:[.,]\d{1,2})?)(?!\d)")
_BURDEN = folded_re(
    r"[^,;.\d]{0,30}(?P<number>\d{1,3}(?:[.,]\d+)?)(?![a-z]+\d|-8\b)\s?(?P<unit>mut\w*\.?\s?/\s?m[bo]?\w*)?"
)
_TAIL_END = folded_re(
    r";|\n|,(?=\s)(?!\s*(?:<|>|≥|environ\s)?\s*\d)|\.(?<!\.\.)(?=\s|$)| -\s|\t-\s|"
    r"avec(?<!\wavec)\b(?! (?:une? )?(?:frequence|vaf|ratio|intensite|score|taux))|et(?<!\wet)\b(?! (?:\d|intense|"
    r"diffus|fort|franc))"
)
"""Each of its branches opens with the sign itself, which is searched for at once."""
TAIL = 95
"""How far behind a marker its number may stand, in characters."""


def past_column(folded: str, pos: int, limit: int) -> int:
    """Where the text goes on after the column of a table that tells the clone or the exons."""
    if not folded.startswith(_COLUMN_BEGINS, pos):
        return pos
    match = _COLUMN.match(folded, pos, limit)
    return match.end() if match else pos


def sequence_variant(folded: str, pos: int, limit: int) -> bool:
    """Whether a variant in the notation of the HGVS follows (`c.35G>A`, `p.(Gly12Asp)`, `H1047R`)."""
    return _SEQUENCE.match(folded, pos, limit) is not None


def is_notation(folded: str, pos: int, limit: int) -> bool:
    """Whether a variant in the notation of the HGVS stands right there (`c.35G>A`, `p.(Gly12Asp)`)."""
    return _NOTATION.match(folded, pos, limit) is not None


def sign_at(folded: str, pos: int, limit: int, next_marker: int) -> Sign | None:
    """The sign that follows a marker which ends at `pos`."""
    near = folded[pos : limit + 1]
    crosses = "croix" in near
    if crosses and (words := _WORDS_OF_PLUS.match(folded, pos, limit)):
        return Sign(words.start(1), words.end(), "positive", _CROSSES[words[1]])
    match = _SIGN.match(folded, pos, limit + 1) if crosses or "+" in near or "-" in near else None
    if not match:
        zero = _ZERO.match(folded, pos, limit + 1) if "0" in near else None
        return Sign(zero.end() - 1, zero.end(), "negative", None) if zero else None
    end = match.end()
    if match["number"]:
        return Sign(match.start("number"), end, "positive", int(match["number"]))
    if match["both"]:
        return Sign(match.start("both"), end, "equivocal", None)
    start = match.start("plus" if match["plus"] else "minus")
    bracketed = match["open"] and match["close"]
    if match["plus"]:
        joins_words = start > pos and not match["open"] and not _ENDS_SIGN.match(folded, end)
        if joins_words and end < next_marker and folded[end:next_marker] != " ":
            return None  # `anti-PD-L1 + chimiothérapie`
        pluses = match["plus"].count("+")
        return Sign(start, end, "positive", pluses if pluses > 1 else None)
    if start > pos and not bracketed:  # a minus set off may be a dash
        lead = folded[pos:start]
        ends = _ENDS_SIGN.match(folded, end) and not folded[end : end + 2].strip().isdigit()
        return Sign(start, end, "negative", None) if ends or "." in lead or ":" in lead else None
    if not bracketed and folded[end : end + 1].isalnum():  # a hyphen
        return None
    return Sign(start, end, "negative", None)


def sign_pair_at(folded: str, pos: int, end: int) -> tuple[Sign, Sign] | None:
    """Two signs told together for two receptors (`RE/RP +/-`)."""
    match = _SIGN_PAIR.match(folded, pos, end)
    if not match:
        return None
    first, second = (
        Sign(match.start(name), match.end(), "positive" if "+" in match[name] else "negative", None)
        for name in ("first", "second")
    )
    return first, second


def tail_end(folded: str, pos: int, limit: int) -> int:
    """Where the words end that can still give a number to what stands before `pos`."""
    limit = min(limit, pos + TAIL)
    match = _TAIL_END.search(folded, pos, limit)
    end = match.start() if match else limit
    close = folded.find(")", pos, end)
    if close > pos + 2 and folded.find("(", pos, close) < 0:  # what follows lies outside the marker's brackets
        return close
    return end


def percent_in(folded: str, start: int, end: int) -> Value | None:
    """The first percentage between two places; of a range, the lower end."""
    if folded.find("%", start, end) < 0 and folded.find("cent", start, end) < 0:
        return None
    match = _PERCENT.search(folded, start, end)
    if not match:
        return None
    return Value(match.start(), match.end(), parse_number(match["number"]), "%")


def share_before(folded: str, start: int, end: int) -> Value | None:
    """A percentage of cells told before (`20 % des cellules expriment`, `évaluée à 40 % par le`)."""
    match = _SHARE_BEFORE.search(folded, max(start, end - 75), end)
    return Value(match.start(), match.end("number"), parse_number(match["number"]), "%") if match else None


def pair_in(folded: str, start: int, end: int) -> tuple[Value, Value] | None:
    """Two percentages told together for two receptors (`90 % et 70 %`, `90/70 %`)."""
    match = _PAIR.search(folded, start, end)
    if not match:
        return None
    first, second = (
        Value(match.start(name), match.end(), parse_number(match[name]), "%") for name in ("first", "second")
    )
    return first, second


def score_in(folded: str, start: int, end: int) -> Value | None:
    """An Allred score (`7/8`) or an H-score."""
    match = _SCORE.search(folded, start, end)
    if match:
        return Value(match.start(), match.end(), int(match["number"]), "/8")
    match = _H_SCORE.search(folded, start, end)
    if match:
        return Value(match.start(), match.end(), int(match["number"] or match["other"]), "H-score")
    return None


def bare_number(folded: str, pos: int, end: int, unit: str | None) -> Value | None:
    """A number without its unit right after the marker (`RE 0`, `Ki67 : 20`)."""
    match = _BARE.match(folded, pos, end)
    number = parse_number(match["number"]) if match else 101
    return Value(match.start("number"), match.end(), number, unit) if match and number <= 100 else None


def her2_score(folded: str, pos: int, end: int) -> Value | None:
    """A HER2 score without its plus sign (`score 2`, `grade 1`, `0`)."""
    match = _HER2_SCORE.match(folded, pos, end)
    if not match:
        return None
    return Value(match.start(), match.end(), int(match["number"] or match["zero"]), "+")


def her2_score_later(folded: str, pos: int, end: int) -> Value | None:
    """A HER2 score some words behind (`à l'immunohistochimie (score 3+)`)."""
    match = _HER2_LATER.match(folded, pos, end)
    return Value(match.start("number"), match.end(), int(match["number"]), "+") if match else None


def in_situ_sign(folded: str, pos: int, end: int) -> Sign | None:
    """What in situ hybridisation adds to a score (`2+/FISH+`)."""
    match = _IN_SITU.match(folded, pos, end)
    return Sign(pos, match.end(), "positive" if match[1] == "+" else "negative", None) if match else None


_RATIO_LATER = folded_re(
    r"[^.;\n]{0,45}?\bratio\b(?:[ :=(]|de|a|est|etait|her-?2|/|ce[pn]-?17|chr(?:omosome)?|17)*"
    r"(\d{1,2}[.,]\d{1,2})(?![\d%])"
)


def ratio_later(folded: str, pos: int, end: int) -> Value | None:
    """The ratio of an in situ hybridisation some words behind the marker (`HER2 (SISH) : ratio 1,4`)."""
    if folded.find("ratio", pos, end) < 0:
        return None
    match = _RATIO_LATER.match(folded, pos, end)
    return Value(match.start(1), match.end(), parse_number(match[1]), None) if match else None


def ratio_at(folded: str, pos: int, end: int) -> Value | None:
    """The ratio of an in situ hybridisation (`HER2/CEP17 : 3,4`)."""
    match = _RATIO.match(folded, pos, end)
    return Value(match.start(1), match.end(), parse_number(match[1]), None) if match else None


def burden(folded: str, pos: int, end: int) -> Value | None:
    """A mutational burden or another score (`8 mut/Mb`)."""
    match = _BURDEN.match(folded, pos, end)
    return (
        Value(match.start("number"), match.end(), parse_number(match["number"]), "mut/Mb" if match["unit"] else None)
        if match
        else None
    )
