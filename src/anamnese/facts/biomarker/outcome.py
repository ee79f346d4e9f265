"""What the words, signs and numbers around a marker come to: its result and its value."""

from __future__ import annotations

from anamnese.facts.biomarker import values
from anamnese.facts.biomarker.enumeration import kind_with_polarity
from anamnese.facts.biomarker.markers import Marker
from anamnese.facts.biomarker.words import ResultWord, denied_from, sign_word, sought_before
from anamnese.reading.fold import folded_re, holds

_HER2_BY_SCORE = {0: "negative", 1: "negative", 2: "equivocal", 3: "positive"}
"""ASCO/CAP 2018, 2023: HER2 by immunohistochemistry."""
_STATIC = {
    "msi_unstable": ("unstable", "stable"),
    "msi_stable": ("stable", "unstable"),
    "triple": ("negative", "negative"),
}
"""Markers whose own words are the result: as stated, and as denied."""
_OF_GENE = {"deleted": "mutated", "kept": "wild_type", "altered": "mutated", "unaltered": "wild_type"}
"""What is said of a whole gene: `CDKN2A délété`."""
_WHOLE = {"intact": "wild_type", "lost": "mutated"}
"""What is said of a gene that is not told by its protein: `TP53 intact`."""
_OF_PROTEIN = {
    "present": "positive", "absent": "negative", "intact": "positive", "lost": "negative", "deleted": "negative",
    "kept": "positive",
}  # fmt: skip
"""What the same words mean for any other marker."""
_UNSAID = frozenset({"altered", "unaltered", "methylated", "unmethylated"})
"""What says nothing of a protein: the first two of how it looks, the others of its promoter."""
_MEANING = {
    "msi": {
        "positive": "unstable",
        "present": "unstable",
        "negative": "stable",
        "absent": "stable",
        "mutated": "unstable",
        "wild_type": "stable",
    },
    "fusion": {"positive": "rearranged", "present": "rearranged", "mutated": "rearranged", "wild_type": "negative"},
    "transcript": {"positive": "rearranged", "present": "rearranged", "mutated": "rearranged", "wild_type": "negative"},
    "gene": {"present": "mutated", "absent": "wild_type", **_OF_GENE},
    "dna": {"present": "mutated", "positive": "mutated", "absent": "wild_type", **_WHOLE, **_OF_GENE},
    "p53": {"present": "positive"},
    "burden": {"unstable": "positive", "stable": "negative"},
    "deletion": {
        "mutated": "positive",
        "wild_type": "negative",
        "deleted": "positive",
        "kept": "negative",
        "intact": "negative",
    },
    "methylation": {"methylated": "positive", "unmethylated": "negative"},
    "mmr": {"present": "positive"},
}
"""What a result word means for a kind of marker; any other pair keeps the word's own result."""
_GENETIC = frozenset({"gene", "dna", "fusion", "transcript", "deletion"})
_PROTEIN_OR_GENE = frozenset({"ihc", "mmr", "p53"})
"""Markers told by their protein that are the gene where a variant is written behind them (`BAP1 c.1729+1G>A`)."""
_NEVER_A_NUMBER = frozenset({"serum", "chain", "virus", "mmr", "fusion", "msi"})
_NUMBERED = frozenset({"her2", "burden", "score", "receptor", "index", "percent"}) | _GENETIC
"""Markers that are also told in other numbers than percentages."""
_SHARE_OR_VARIANT = ("%", "cent", "c.", "p.")
"""One of these is in what gives any other marker a number, or makes it a gene."""
_ALLELES = folded_re(
    r"(?:[^;.\n]|\b[cp]\.){0,50}?"
    r"(?:\bvaf\b|frequences? alleliques?|fraction alleliques?|fraction mutee|ratio allelique)"
    r"[^;.\d\n]{0,14}"
    r"|[^;\n]{0,60}?[ ]{2,}(?=\d{1,2}(?:[.,]\d)?[ ]?%[ ]*(?:\n|$|\|))"
)
"""What stands between a mutation and the share of alleles that bear it: words for it, or the last column of a table."""
_ANSWERED_NO = folded_re(r"\s*:\s*(?:non|absen\w+)\b(?!\s+(?:fait|connu|determin|realis|test|rendu))")
_STATE = folded_re(r"(?:msi[- ]?h|dmmr)")
"""A state of the microsatellites, where `instabilité :` only names what was tested."""
_COLON = folded_re(r"(?:\s(?:sur|dans|de|du|au)\s[a-z' ]{3,24}?)?\s*:")
_BARE_EXON = folded_re(r"\s*(?:de\sl'\s?|[(,]\s*)?ex(?:on|\.)?\s\d{1,2}\b(?=(?:\s*+\))?\s*(?:[.;)\n]|,(?!\s*\d)|$))")
"""`GIST, KIT exon 11`"""
_TO_COME = folded_re(
    r"\ba[ ](?:re)?(?:controler|chercher|surveiller|guetter|verifier|doser|tester|depister)\b[^.;:\n]{0,80}$"
)
"""`à contrôler à la progression (T790M, C797S)`"""
_INDEX_IS = folded_re(r"\s*,\s*(?:est|etait|a ete|il est|elle est|il etait)\b")
"""`l'index de prolifération, évalué par le MIB-1, est de 15 %`"""
_RATIO_IS = folded_re(
    r"(?:abl1?\b|is\b|etait|est|reste|egale?|au|a|de|d'|inferieure?|superieure?|evaluee?|estimee?|mesuree?|calculee?|"
    r"quantifiee?|l'ordre|environ|encore|descendue?|[ .:=(<>≤/)])*"
)
"""What stands between a transcript and its ratio: `BCR-ABL était de 0,8 %`."""
_PROBED = folded_re(
    r"[) .:=(<>|]*(?:d\d+s\d+|lsi [a-z\d]+|rb1|locus [a-z\d]+|presente?|retrouvee?|detectee?)?"
    r"[ .:=(<>|]*(?:dans|chez|a|de)? ?"
)
"""What stands between a deletion and the share of nuclei that bear it: `del(13)(q14) D13S319   61 %`."""
_SHARE = folded_re(r"\s*(?:dans|chez|de|a|:|\(|>)\s*(\d)")
_IDENTITY = folded_re(r"homolog|identit")
_UNMUTATED = 98
"""Percent of identity with the germline from which the genes of the heavy chain are unmutated (ERIC 2017)."""
AMPLIFIED = 2.0
"""The ratio of HER2 to CEP17 from which the gene is amplified (ASCO/CAP 2018)."""
_BELOW = 3
"""How far before a number the sign may stand that makes it a limit, in characters."""
QUOTE = 130
"""The length beyond which a quote no longer spans from a marker to the words that govern it."""


def own_number(folded: str, marker: Marker, limit: int) -> values.Value | None:
    """The sign and the number that stand right after the marker; the sign becomes what is said of it."""
    pos = values.past_column(folded, marker.end, limit)
    if marker.form == "index" and (verb := _INDEX_IS.match(folded, pos, limit)):
        pos = verb.end()
    sign = values.sign_at(folded, pos, min(limit, pos + 60), limit)
    if (
        sign
        and sign.result == "negative"
        and folded[sign.start] == "0"
        and marker.form not in ("ihc", "gene", "mmr", "virus")
    ):
        sign = None  # a zero is a number of these
    counted: values.Value | None = None
    if sign:
        marker.said = sign_word(sign.start, sign.end, sign.result)
        marker.said_end = pos = sign.end
        counted = values.Value(sign.start, sign.end, sign.pluses, "+") if sign.pluses is not None else None
    number = _number_by_form(folded, marker, pos, limit, counted)
    if number is not None:
        marker.values.append(number)
    return number


def _number_by_form(
    folded: str, marker: Marker, pos: int, limit: int, counted: values.Value | None
) -> values.Value | None:
    """The number that a kind of marker is told in."""
    form = marker.form
    if form not in _NUMBERED and not holds(folded[pos : min(limit, pos + values.TAIL)], _SHARE_OR_VARIANT):
        return None if form == "ratio" else counted
    tail = values.tail_end(folded, pos, limit)
    if form in _PROTEIN_OR_GENE and values.is_notation(folded, pos, tail):
        marker.variant, marker.form, marker.variant_end = True, "dna", pos
        return None
    if form == "ratio":
        return None
    if form == "her2":
        return (
            counted
            or values.her2_score(folded, pos, tail)
            or values.her2_score_later(folded, pos, tail)
            or values.percent_in(folded, pos, tail)
        )
    if form in ("burden", "score"):
        return values.burden(folded, pos, tail)
    if form in _GENETIC:
        marker.variant = marker.variant or values.sequence_variant(folded, pos, tail)
        if not marker.variant or form == "deletion":
            percent = values.percent_in(folded, pos, tail)
            between = folded[pos : percent.start] if percent else ""
            ratio = form == "transcript" and _RATIO_IS.fullmatch(between)
            probed = form == "deletion" and _PROBED.fullmatch(between)
            return percent if ratio or probed or between.strip(" .:=(<>") in ("", "a", "de") else None
    percent = values.percent_in(folded, pos, tail)
    if percent is not None:
        return percent
    if form == "receptor":
        bare = values.bare_number(folded, pos, tail, None) if len(marker.names) == 1 and counted is None else None
        return values.score_in(folded, pos, tail) or bare or counted
    if form in ("index", "percent"):
        return values.bare_number(folded, pos, tail, "%" if form == "index" else None)
    return counted


def number_beyond(folded: str, marker: Marker, floor: int, limit: int) -> values.Value | None:
    """The number after the result word (`positif (90 %)`), between a governing word and its marker, or before both."""
    said, under = marker.said, marker.under
    if marker.form in _GENETIC and said is not None and said.end >= marker.end and not marker.lent:
        share = _SHARE.match(folded, said.end, limit)
        if share is None and said.result == "mutated":
            share = _ALLELES.match(folded, said.end, limit)
        return values.percent_in(folded, share.start(1) if share.lastindex else share.end(), limit) if share else None
    if marker.form in _GENETIC and marker.variant:
        share = _ALLELES.match(folded, max(marker.end, marker.variant_end), limit)
        return values.percent_in(folded, share.end(), limit) if share else None
    if marker.form in _GENETIC or marker.form in ("msi", "burden", "score", "ratio"):
        return None
    if said is not None and not marker.lent and said.strength != "sign" and said.end >= marker.end:
        if marker.form == "her2":
            sign = values.sign_at(folded, said.end, min(limit, said.end + 20), limit)
            if sign and sign.pluses is not None:
                marker.said_end = sign.end
                return values.Value(sign.start, sign.end, sign.pluses, "+")
            score = values.her2_score(folded, said.end, min(limit, said.end + 30))
            if score:
                return score
        return values.percent_in(folded, said.end, values.tail_end(folded, said.end, max(limit, said.end)))
    if under is not None and not marker.lent and floor <= under.start and marker.start - under.end < 80:
        between = values.percent_in(folded, under.end, marker.start)
        return between or values.share_before(folded, floor, under.start)
    if marker.form == "index" and said is None:
        return values.share_before(folded, floor, marker.start)
    return None


class Outcome:
    """The result and the number of a marker, and where the words end that say so."""

    __slots__ = ("end", "result", "start", "value")

    def __init__(self, result: str | None, value: values.Value | None, start: int, end: int) -> None:
        self.result = result
        self.value = value
        self.start = start
        self.end = end


def settle(folded: str, marker: Marker, value: values.Value | None) -> Outcome | None:
    """What the words around a marker come to, or None where nothing is said of it."""
    start, end, form = marker.start, marker.end, marker.form
    said, under = marker.said, marker.under
    if form in _STATIC and marker.lent:
        said = None
    result: str | None = None
    if said is not None and said.strength == "blocks":
        return None
    if form in _STATIC:
        opens = denied_from(folded, start)
        denied = opens is not None or (said is not None and said.result in ("negative", "absent"))
        denied = denied or _ANSWERED_NO.match(folded, end) is not None
        if form == "msi_unstable" and said is None and not denied:
            named = _COLON.match(folded, end) is not None and _STATE.match(folded, start, end) is None
            if named or sought_before(folded, start):
                return None
        if said is not None and said.result in ("stable", "unstable"):
            return Outcome(said.result, None, start, said.end)
        return Outcome(_STATIC[form][denied], None, start if opens is None else opens, end)
    if form == "ratio" and said is None:
        ratio = values.ratio_at(folded, marker.end, marker.end + 30)
        if ratio is None:
            return None
        return Outcome("amplified" if ratio.number >= AMPLIFIED else "negative", None, start, ratio.end)
    if form == "her2" and said is None and value is None and (ratio := _by_in_situ(folded, marker)) is not None:
        return Outcome("amplified" if ratio.number >= AMPLIFIED else "negative", None, start, ratio.end)
    if said is not None and under is not None and under.denied and said.result == "present":
        said = None  # `aucune mutation … n'a été retrouvée`
    if said is not None and not (said.strength == "weak" and under is not None):
        word = kind_with_polarity(under, said) if under is not None and said.strength != "weak" else said
        result, end = word.result, max(end, marker.said_end if marker.said_end - start < QUOTE else end)
    elif under is not None and form == "chain" and under.strength == "weak":
        return None
    elif under is not None and not (under.sought and not marker.variant):
        result = under.negated if marker.denied and not under.denied else under.result
        if under.strength == "weak" and not under.denied and (value is not None or form == "index"):
            result = None
        if start - under.opens < QUOTE and result is not None:
            start = under.opens
    elif marker.absent:
        result, end = "wild_type", marker.variant_end
    elif marker.variant and not (sought_before(folded, start) or _TO_COME.search(folded, max(0, start - 90), start)):
        result, end = "mutated", max(end, marker.variant_end)
        opens = denied_from(folded, start)
        if opens is not None:
            result, start = "wild_type", opens
    elif said is None and (exon := _BARE_EXON.match(folded, end)) and not sought_before(folded, start):
        result, end = "mutated", exon.end()
    if (
        value is not None
        and result is None
        and marker.names == ("IGHV",)
        and _IDENTITY.search(folded, marker.end, value.end + 20)
    ):
        result = "wild_type" if value.number >= _UNMUTATED else "mutated"
    if value is not None and marker.start - QUOTE < value.start < marker.start + QUOTE:
        start, end = min(start, value.start), max(end, value.end)
    if form == "gene" and marker.variant and result == "positive":  # the antibody of a variant: `BRAF V600E (VE1) : +`
        result = "mutated"
    result = _by_number(form, _MEANING.get(form, {}).get(result or "", result), value, said)
    if form == "percent" and result is None and value is not None and value.number == 1:
        below = folded.find("<", max(0, value.start - _BELOW), value.start) >= 0
        result = "negative" if below else None  # `PD-L1 < 1 %`
    if form == "probe" or (result is None and (value is None or form in _NEVER_A_NUMBER)):
        return None
    result = _OF_PROTEIN.get(result or "", result)
    if result in _UNSAID:
        return None
    if form == "index" and value is not None:
        result, start = None, min(marker.start, value.start)
    return Outcome(result, value, start, end)


_RATIO_REACH = 70
_HYBRIDISED = ("ish", "hybridation")


def _by_in_situ(folded: str, marker: Marker) -> values.Value | None:
    """The ratio behind HER2 that an in situ hybridisation found: `CISH HER2 : ratio 1,4`."""
    ratio = values.ratio_later(folded, marker.end, marker.end + _RATIO_REACH)
    if ratio is None or not holds(folded[max(0, marker.start - 20) : ratio.start], _HYBRIDISED):
        return None
    return ratio


def _by_number(form: str, result: str | None, value: values.Value | None, said: ResultWord | None) -> str | None:
    """The result that a number means where the field reads it in one way."""
    if value is None:
        return result
    explicit = said is not None and said.strength != "sign" and result is not None
    if form == "her2" and value.unit == "+":
        return _HER2_BY_SCORE.get(int(value.number), result)
    if form == "receptor" and not explicit:
        return "positive" if value.number >= (3 if value.unit == "/8" else 1) else "negative"
    if value.number == 0 and (result is None or (form == "deletion" and said is None)) and form != "index":
        return "negative"
    return result
