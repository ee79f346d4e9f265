"""Measured values of blood, urine and fluids: an analyte of `terms.tsv`, then its value, then further values of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from anamnese.facts.lab.antibodies import read_antibody
from anamnese.facts.lab.grids import read_grids
from anamnese.facts.lab.later import CELLS, FROM_TO, MOMENT, date_behind, further, series_at
from anamnese.facts.lab.values import Measure, Unit, measure_at, unit_at
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import NUMBER

_FILLERS = (
    "a de d' du des le la l' les un une est etait sont etaient etant estime estimee evalue evaluee retrouve "
    "retrouvee mesure mesuree dose dosee "
    "calcule calculee chiffre chiffree revenu revenue revient revenait reste restait demeure montre atteint "
    "atteignait atteignant atteindre serique "
    "seriques plasmatique plasmatiques sanguin sanguine sanguins urinaire urinaires circulant circulants "
    "circulante initial initiale initialement "
    "preoperatoire postoperatoire pre-operatoire post-operatoire prechirurgical pre-chirurgical postchirurgical "
    "post-chirurgical pretherapeutique pre-therapeutique pretraitement pre-traitement total "
    "totale totaux totales absolu absolue absolus eleve elevee eleves elevees tres legerement moderement nettement "
    "discretement fortement franchement augmente augmentee augmentes augmentees augmentait diminue diminuee "
    "diminues diminuees diminuait abaisse "
    "abaissee bas basse haut haute avait ont ayant en augmentation hausse baisse diminution ascension elevation "
    "croissance remonte remontait monte "
    "montait montant passe passee passait passant chute chutant descendu descendue descendait descend jusqu'a "
    "environ pres plus moins superieur superieure "
    "superieurs superieures inferieur inferieure inferieurs inferieures egal egale egaux autour conjuguee "
    "directe libre indirecte aux alentours valeur valeurs taux niveau chiffre concentration "
    "dosage pic nadir max min maximum maximal maximale minimal minimale au diagnostic moment jour ce entree sortie "
    "admission controle ensuite puis alors deja "
    "encore toujours actuellement actuel actuelle qui que dont soit stable stables stationnaire anormal anormale "
    "anormalement pathologique "
    "significativement isole isolee corrige corrigee estimee selon mdrd cockroft cockcroft ckd epi basal basale "
    "realise realisee objective etre vers "
    "estimait dernier derniere resultat presque seulement encore avec capillaire veineux veineuse jeun jeune corr h0 "
    "medullaire medullaires peripheriques normalise normalisee normalisait minimum or ete par jusqu seuls seul "
    "indetectable indetectables indosable supprime supprimee effondre effondree freine freinee base "
    "respectivement respectif respectifs respective respectives tot neutr plasm conj"
)


def _one_of(words: list[str]) -> str:
    """A pattern of any of some words, the longest that fits, which asks each letter once."""
    rests: dict[str, list[str]] = {}
    for word in filter(None, words):
        rests.setdefault(word[0], []).append(word[1:])
    branches = [letter + _one_of(rest) for letter, rest in rests.items()]
    return f"(?:{'|'.join([*branches, ''] if '' in words else branches)})"


_LEAD = folded_re(
    r"(?>(?:[ \n]+|\+{1,2}(?=(?:[ ]*+[:=])?[ ]*\d)|[:=,*~.\[-]+(?!\d)|\||\"|"
    r"\((?:x?[ ]?10[^()/\n]{0,4})?[^()\d/\n]{0,10}/[^()\n]{1,16}\)|\([^()\d\n]{1,34}\)|[(](?=[ ]?[<>~=]?[ ]?\d)|\)|"
    r"\d{1,2}[ ]?h(?:eures?)?(?![a-z0-9])|"
    rf"{MOMENT}|"
    r"(?:de[ ])?(?:grade|gr|g)[ .]?(?:[1-5]|iv|i{1,3})(?![a-z0-9])|"
    r"(?:dans[ ]les[ ]limites[ ]de[ ]la[ ])?(?:normal|negatif|negative)(?:e|es|aux|s)?"
    r"(?=[ ]*(?:a|:|=|\()[ ]*[<~]?[ ]?\d|,[ ]\d[\d.,]*[ ]?[munkp]?(?:g|mol|ui|u)[ ]?/)|"
    rf"{_one_of(_FILLERS.split())}(?![a-z0-9])|(?:l|d|qu|s|n)')*)"
)
_GAP = folded_re(r"[^;\d\n]{1,95}?(?=[<>~]?[ ]?\d)")
_GAP_BREAK = folded_re(r"normal|negati|sans\b|aucun|absence|retour|[.:] ")
_STOP = folded_re(r"[;\d\n]")
"""The first digit behind an analyte, or what parts it from its value."""
_CHANGE = folded_re(
    r"(?:augment|diminu|baiss|chut|hauss|reduc|ascension|regress|decroiss|perdu|perte|gain)[a-z]*[^.;]{0,12}[ "
    r"](?:de|par)[ ]*$"
)
_THRESHOLD = folded_re(r"(?:infer|super)ieure?s?[ ]a[ ]*$")
_FROM = folded_re(r"(?:pass|evolu|augment|diminu|chut|baiss|mont|descend|vari)[a-z]*[ ](?:de|d'|entre)[ ]*$")
_CONDITION = folded_re(
    r"\b(?:si|seuil|objectif|tant que|des que|sous reserve|condition|feu vert|lorsque|cible|maintenir|viser|sauf|"
    r"au dessus|en dessous)\b"
)
_RISK = folded_re(r"[ ]*(?:[:=,(]|-+>|=>)[ ]*(?:a[ ])?(?:tres[ ])?(?:haut|bas|faible|fort)[ ]risque")
_SAME = folded_re(r"(?:[ ]*+[(:=/,-])?[ ]*(?:ou[ ])?$")
_JOINED = folded_re(
    r"[ ]*(?:/|et|,|-|;)[ ]*(?:de[ ]|du[ ]|d'|des[ ])?(?:(?:taux|celui|celle)[ ]d(?:e[ ]|u[ ]|'))?"
    r"(?:la[ ]|le[ ]|les[ ]|l')?$"
)
_JOINED_WITHIN = 20
_NEXT_OF_GROUP = folded_re(r"[ ]*(?:/|-|et|,|;)[ ]*(?:et[ ])?(?:a[ ]|de[ ])?")
_DIGIT = folded_re(r"\d")
_BEFORE = folded_re(
    rf"(?<![\d.,/])(?P<number>{NUMBER})[ ]*(?P<unit>[^\d\s](?:[^\n\d]|(?<=[a-z^*])\d|10(?=[ ]?[\^*ex9])){{0,18}}?)?"
    r"[ ]*(?:de[ ]|d')?$"
)

_OF_COUNT = folded_re(r"(?:/[ ]?(?:mm3|ul)|g/l|giga/l)[ ,(]*dont[ ]$")
"""`2 100/mm3 dont 900 neutrophiles`: the number has the unit of the whole."""
_OF = folded_re(r"[ ]*(?:de[ ]|d')?")

_SHARPER = {
    "calcémie": ((folded_re(r"[. ]+ioni"), "calcium ionisé"),),
    "bilirubine": (
        (folded_re(r"[. ]+(?:conj|direct)"), "bilirubine conjuguée"),
        (folded_re(r"[. ]+(?:libre|indirect|non conj)"), "bilirubine libre"),
    ),
    "psa": ((folded_re(r"[. ]+libre"), "psa libre"),),
}
"""The fractions that follow the name of a whole."""

_FLUID = folded_re(r"(?:(?P<spinal>\blcr\b|cephalo|rachidien)|ponction|liquide|epanchement|ascite)[^.;\n]*$")
"""What is told of before protides that are not those of the blood."""
_FLUID_REACH = 120
_OWN_UNITS = frozenset({"pg", "fL", "mm/h", "{log}"})
"""Units that only the analytes have whose usual unit they are."""
_DRUGS = frozenset({"t4", "t4 libre", "t3", "t3 libre", "albumine"})
"""Analytes that are also given."""
_COUNTED = frozenset({"10*9/L", "%", "10*12/L", "/uL"})
_DAY = folded_re(r"\d{1,2}\.\d{1,2}[ ]?[:=][ ]?")
"""`CA 125 le 11.10 : 340`"""
_REACH = 160
"""How far behind an analyte its value may stand, in characters."""
_ABBREVIATION = 16
"""How far behind an analyte the full stop of its abbreviation may stand, in characters: `Bili. tot. 22 µmol/L`."""
_LISTED_NEAR = 6
"""How near behind the value of another analyte an ambiguous abbreviation needs no unit: `Na 138, K 3,4`."""
_BARE = folded_re(r"\+{0,2}(?:[ ]*+[:=])?[ ]*")


def read(reading: Reading) -> Iterable[Draft]:
    """One `lab` for each value of each analyte."""
    hits: list[Hit] = []
    against = 0
    """Where the antibody told last ends."""
    for hit in reading.hits("lab"):
        if _part_of_unit(reading.folded, hit) or (hits and hits[-1].start == hit.start):
            continue
        kind = hit.term.row["kind"]
        if kind == "antibody":
            antibody = read_antibody(reading, hit) if hit.start >= against else None
            if antibody is not None:
                against = antibody.end
                yield antibody
            continue
        if kind == "acid":
            acid = _ACID.search(reading.folded, max(0, hit.start - 6), hit.start)
            if acid is None:
                continue
            hit = Hit(acid.start(), hit.end, hit.term)
        if _is_analyte(reading, hit, hits[-1] if hits else None):
            hits.append(hit)
    if not hits:
        return
    grid_drafts, taken = read_grids(reading, hits)
    yield from grid_drafts
    stated = {(draft.get("analyte"), draft.get("value")) for draft in grid_drafts}
    done = 0
    i = 0
    bare: list[Draft] = []
    """The enzymes right before that are told without a unit."""
    while i < len(hits):
        group = _group(reading.folded, hits, i)
        last = i + len(group) - 1
        following = hits[last + 1].start if last + 1 < len(hits) else len(reading.text)
        i = last + 1
        if any(line in taken for line in (group[0].start, group[-1].start)):
            continue
        for draft in _of_group(reading, group, following, done, stated):
            done = max(done, draft.end)
            stated.add((draft.get("analyte"), draft.get("value")))
            if group[0].term.row["ucum"] == "U/L":
                bare = _with_enzymes(bare, draft)
            yield draft


def _with_enzymes(bare: list[Draft], draft: Draft) -> list[Draft]:
    """The enzymes that still want a unit behind this one; the unit of the last of a list is that of those before it."""
    if bare and draft.start - bare[-1].end > _JOINED_WITHIN // 4:
        bare = []
    unit = draft.get("unit")
    if unit is None:
        return [*bare, draft]
    for each in bare:
        each.attributes["unit"] = unit
    return []


def _part_of_unit(folded: str, hit: Hit) -> bool:
    """`150 000 plaquettes/mm3` has its analyte before the slash; `12 éléments/L` has none after it."""
    return hit.start > 0 and folded[hit.start - 1] == "/" and hit.end - hit.start < 3


def _is_analyte(reading: Reading, hit: Hit, previous: Hit | None) -> bool:
    """Whether a word that is an analyte only in its place stands in it: `lambda` and `rapport` behind the other light
    chain, `pic` before grams in a litre, `CK` before no number of a keratin."""
    folded, kind = reading.folded, hit.term.row["kind"]
    if kind == "formula":  # of the clearance told before it
        clearance = previous is not None and previous.term.row["ucum"].startswith("mL/min")
        if previous is None or not clearance or hit.start - previous.end > _PARTNER:
            return True
        return _DIGIT.search(folded, previous.end, hit.start) is not None
    if kind == "millimolar":
        return _MILLIMOLES.match(folded, hit.end) is not None
    if kind == "partner":
        of = _LIGHT_CHAINS if hit.term.code in _LIGHT_CHAINS else _BILIRUBIN
        near = previous is not None and previous.term.code in of and hit.start - previous.end < _PARTNER
        return near and _PARTED.search(folded, max(0, hit.start - 8), hit.start) is not None
    if kind == "peak":
        if _GRAMS.match(folded, hit.end) is None:
            return False
        between = folded[previous.end : hit.start] if previous is not None else ""
        return not 0 < len(between) < _PARTNER or any(sign in between for sign in "(.;\n")
    if hit.term.name == "ck":
        return not any(marker.end > hit.end for marker in reading.hits_between("biomarker", hit.start, hit.end + 6))
    return True


_LIGHT_CHAINS = frozenset({"36916-5", "33944-0", "48378-4"})
_BILIRUBIN = frozenset({"14631-6"})
_PARTNER = 40
"""How far behind one light chain the other may stand, a fraction of bilirubin behind the whole; in characters."""
_PARTED = folded_re(r"(?:[,;/(\n-]|[ ](?:et|dont|a)|[ ]{2})[ ]*(?:et[ ]|dont[ ]|le[ ]|la[ ]|soit[ ]un[ ]|un[ ])*$")
_ACID = folded_re(r"\bac\.[ ]?$")
"""`Ac. urique`"""
_MILLIMOLES = folded_re(rf"[ ]*[(:=]?[ ]*(?:{NUMBER}[ ]?)?(?:mmol|mg[ ]?/[ ]?dl)")
"""What makes a letter an analyte of that unit: `P 0,9 mmol/L`, but `P 70 kg`."""
_GRAMS = folded_re(
    rf"[ ]*(?:monoclonal[a-z]*[ ])?(?:(?:est|etait|a|de|[:=(])[ ]*)*{NUMBER}"
    rf"(?:[ ]?(?:-*>|=>|puis|a)[ ]*(?:a[ ])?{NUMBER})?[ ]?g[ ]?(?:/|par[ ])[ ]?l"
)


def _group(folded: str, hits: list[Hit], i: int) -> list[Hit]:
    """The analytes from `hits[i]` on that share one list of values (`ASAT/ALAT 24/29`)."""
    group = [hits[i]]
    while i + len(group) < len(hits) and len(group) < 4:
        this, following = group[-1], hits[i + len(group)]
        if following.start - this.end > _JOINED_WITHIN:
            break
        between = folded[this.end : following.start]
        same = _alike(this, following) or this.term.row["kind"] == "finding" == following.term.row["kind"]
        if not (_SAME.match(between) if same else _JOINED.match(between)):
            break
        group.append(following)
    return group


def _alike(one: Hit, other: Hit) -> bool:
    """Whether two names are one analyte's: `parathormone (PTH)`."""
    return one.term.name == other.term.name or bool(one.term.code and one.term.code == other.term.code)


def _of_group(
    reading: Reading, group: list[Hit], following: int, done: int, stated: set[tuple[str, float]]
) -> Iterator[Draft]:
    head, last = group[0], group[-1]
    if len(group) == 1 or all(_alike(head, hit) for hit in group):  # one analyte, written out and abbreviated
        yield from _of_one(reading, head, last, following, done, stated)
        return
    counted = reading.folded.endswith((" de ", " d'"), 0, head.start)  # `72 % de blastes, Hb 6,8 g/dl`
    if counted and (before := _value_before(reading, head, done)) is not None:
        yield before
        if len(group) > 1:
            yield from _of_group(reading, group[1:], following, before.end, stated)
        return
    first = _first_measure(reading, last, following)
    if first is None:
        yield from _of_one(reading, last, last, following, done, stated)
        return
    measures = [first]
    while len(measures) < len(group):
        gap = _NEXT_OF_GROUP.match(reading.folded, measures[-1].end)
        measure = measure_at(reading, gap.end(), len(reading.text)) if gap else None
        if measure is None:
            break
        measures.append(measure)
    if len(measures) != len(group):
        yield from _of_one(reading, last, last, following, done, stated)
        return
    unit = next((m for m in reversed(measures) if m.unit), None)
    for hit, measure in zip(group, measures, strict=True):
        written = measure.written or (unit.written if unit else None)
        yield _draft(reading, head.start, measures[-1].end, hit.term.name, measure.value, written)


def _first_measure(reading: Reading, hit: Hit, following: int) -> Measure | None:
    """The value that follows an analyte at once, past words that say nothing else; for lists also `24/29`."""
    folded = reading.folded
    lead = _LEAD.match(folded, hit.end, min(hit.end + _REACH, len(folded)))
    pos = lead.end() if lead else hit.end
    return _slash_measure(reading, pos) if pos < following else None


_SLASHED = folded_re(rf"(?P<number>{NUMBER})(?=[ ]?/[ ]?\d)")


def _slash_measure(reading: Reading, pos: int) -> Measure | None:
    match = _SLASHED.match(reading.folded, pos)
    if match:
        return Measure(match.start(), match.end(), float(match["number"].replace(" ", "").replace(",", ".")))
    return measure_at(reading, pos, len(reading.text))


def _of_one(
    reading: Reading, head: Hit, last: Hit, following: int, done: int, stated: set[tuple[str, float]]
) -> Iterator[Draft]:
    """The values of one analyte: the first, then those that are told against it."""
    folded, row = reading.folded, last.term.row
    stop = reading.sentence(last.end - 1).end
    near = stop - last.end < _ABBREVIATION
    abbreviated = near and folded.startswith(". ", stop - 2) and folded[stop : stop + 1].isdigit()
    limit = min(stop + abbreviated, last.end + _REACH)
    counted = folded.endswith((" de ", " d'"), 0, head.start)  # `80 % de neutrophiles`
    found = None
    if not (counted and (before := _value_before(reading, head, done))):
        listed = 0 <= head.start - done < _LISTED_NEAR or folded.startswith("+", last.end)  # `Na+ 138`
        found = _value_after(reading, last, min(limit, following + 1), limit, listed)
        before = _value_before(reading, head, done) if found is None else None
    if before:
        yield before
    if found is None or (abbreviated and found[0].start >= stop and (found[0].unit is None or found[0].unit.weak)):
        return
    measure, date, changing = found
    series = series_at(reading, last.end, measure)
    if folded[measure.start] in "<>" and _RISK.match(folded, measure.end):
        return  # `lymphocytes > 25 G/L : haut risque`
    if _CONDITION.search(folded, max(reading.sentence(head.start).start, head.start - 60), measure.start):
        return
    named = head is not last and head.term.row["kind"] != "finding"  # `hyperphosphatémie (phosphore 7,1 mg/dl)`
    name = head.term.name if named else _sharpened(folded, last, measure)
    measures = [
        (measure, date or date_behind(reading, measure.end)),
        *((told, None) for told in series),
        *further(reading, row, series[-1] if series else measure, changing, following),
    ]
    unit = next((m.written for m, _ in measures if m.written), None)
    for n, (m, when) in enumerate(measures):
        if n and (name, m.value) in stated:
            continue
        yield _draft(reading, head.start, m.end, name, m.value, m.written or unit, when)


def _sharpened(folded: str, hit: Hit, measure: Measure) -> str:
    """The analyte that an abbreviation with its full stop hides: `bili. conjuguée`."""
    if hit.term.name == "protidémie" and not folded.startswith("emie", hit.start + 6):
        fluid = _FLUID.search(folded, max(0, hit.start - _FLUID_REACH), hit.start)
        return hit.term.name if fluid is None else "protéinorachie" if fluid["spinal"] else "protides"
    sharper = _SHARPER.get(hit.term.name)
    if hit.term.name == "créatinine" and measure.unit and measure.unit.ucum.startswith("mL/min"):
        return "clairance de la créatinine"
    if sharper:
        for pattern, name in sharper:
            if pattern.match(folded, hit.end):
                return name
    return hit.term.name


def _draft(
    reading: Reading, start: int, end: int, analyte: str, value: float, unit: str | None, date: str | None = None
) -> Draft:
    # a measured value is told, whatever stands around it: `sans hyperleucorachie (4 cellules/mm3)`
    return reading.draft("lab", start, end, "affirmed", date, analyte=analyte, value=value, unit=unit)


def _value_after(
    reading: Reading, hit: Hit, nearest: int, limit: int, listed: bool
) -> tuple[Measure, str | None, bool] | None:
    """The value behind an analyte, the date that stands between them, and whether it is the first of `de … à …`."""
    folded = reading.folded
    pos, date, header = hit.end, None, None
    for _ in range(3):
        bracket = pos
        while folded[bracket : bracket + 1] == " ":
            bracket += 1
        if folded[bracket : bracket + 1] in ("(", "["):
            header = unit_at(reading, bracket + 1)
        lead = _LEAD.match(folded, pos, limit)
        pos = lead.end() if lead else pos
        dates = reading.dates_between(pos, pos + 1)
        if not dates or not dates[0].calendar or dates[0].end > limit:
            break
        pos, date = dates[0].end, dates[0].value
    if folded[max(0, pos - 3) : pos] == "le " and (day := _DAY.match(folded, pos, limit)):
        pos = day.end()
    if pos >= nearest:
        return None
    measure = measure_at(reading, pos, len(folded))
    tight = measure is not None
    if measure is None:
        stop = _STOP.search(folded, hit.end, min(nearest, limit))
        gap = _GAP.match(folded, hit.end, min(nearest, limit)) if stop and stop[0].isdigit() else None
        if gap is None or _GAP_BREAK.search(folded, hit.end, gap.end()):
            return None
        pos = gap.end() + (folded[gap.end() : gap.end() + 1] == " ")
        measure = measure_at(reading, pos, len(folded))
        if measure is None:
            return None
    before = folded[max(hit.end, pos - 30) : pos]
    if header and measure.unit is None:
        measure.unit, measure.written = header[1], header[2]
    if measure.unit is None and (series := series_at(reading, hit.end, measure)):
        measure.unit, measure.written = series[-1].unit, series[-1].written
    if hit.term.row["kind"] == "finding" and _THRESHOLD.search(before):
        return None
    bare = measure.unit is None and _BARE.fullmatch(folded, hit.end, pos) is not None
    first = hit.term.name in _CHEMISTRY and nearest - measure.end < _LISTED_NEAR
    listed = bare and (listed or first or _stands_alone(hit, measure))
    if not (listed or _fits(measure, hit.term.row, tight, before)) or (
        _CHANGE.search(before) and not FROM_TO.match(folded, measure.end)
    ):
        return None
    return measure, date, before.lstrip(" ") in ("", "de ", "d'") or _FROM.search(before) is not None


_CHEMISTRY = frozenset("natrémie kaliémie chlorémie calcémie urée bicarbonates albumine bilirubine".split())
"""Analytes whose abbreviation a list of values may begin with: `Na 136, K 3,4`."""
_ALONE = {
    "créatinine": (0.3, 15.0), "natrémie": (105.0, 170.0), "albumine": (12.0, 60.0), "kaliémie": (1.8, 8.5),
    "calcémie": (1.2, 5.0), "ph": (6.8, 7.8),
}  # fmt: skip
"""Between which values an ambiguous abbreviation in capitals tells an analyte by itself: `ALB 33`, `Na 128`."""


def _stands_alone(hit: Hit, measure: Measure) -> bool:
    low, high = _ALONE.get(hit.term.name, (0.0, 0.0))
    decimal = hit.term.name in ("natrémie", "albumine") or measure.value % 1 != 0
    return hit.term.pattern.startswith("=") and low <= measure.value <= high and decimal


def _fits(measure: Measure, row: dict[str, str], tight: bool, before: str) -> bool:
    """Whether a number can be a value of the analyte, by its unit, the kind of the term, and how near they stand."""
    unit, kind, usual = measure.unit, row["kind"], row["ucum"]
    kind = "" if kind in ("partner", "peak", "acid", "millimolar") else kind
    if unit is None:
        if kind == "finding":
            told = before.rstrip(" ")
            sure = told.endswith((" a", "(", ":", "=")) or (told.endswith(" de") and _telling(measure.value, usual))
            return tight and sure and _plausible(measure.value, usual)
        return (
            tight
            and not kind
            and not (1900 <= measure.value <= 2040 and before.rstrip(" ").endswith((" en", "depuis")))
        )
    if unit.ucum == "%":
        return (usual in ("%", CELLS) or row["name"] == "ccmh") and (tight or (usual == "%" and not kind))
    if (unit.ucum in _OWN_UNITS and unit.ucum != usual) or (
        unit.ucum.startswith("{copies") and not row["name"].startswith("charge")
    ):
        return False
    if row["name"] in _DRUGS and ("/" not in unit.ucum or unit.ucum.endswith(("/d", "(24.h)"))):
        return False  # `thyroxine 100 µg/24 h`, `LT4 75 µg`: a dose
    if unit.ucum in ("g", "mg") and usual.endswith("/L"):
        return False  # `ponction de 6 L compensée par albumine 40 g`: a dose
    if unit.weak:
        return tight and not kind and _same_kind(unit, usual)
    return True


def _plausible(value: float, usual: str) -> bool:
    if usual == CELLS:
        return value >= 20
    return value >= 1


def _telling(value: float, usual: str) -> bool:
    """Whether a bare number behind `de` can be nothing but a value: `hypokaliémie de 2,8`, `thrombopénie de 45 000`."""
    return value % 1 != 0 or (value >= (1000 if usual == CELLS else 90) and not 1900 <= value <= 2040)


def _same_kind(unit: Unit, usual: str) -> bool:
    """Whether a unit without its volume can be the analyte's: `52 mm` is a sedimentation rate, no tumour marker."""
    if unit.ucum in ("mm/h", "s", "min", "mL", "{log}"):
        return unit.ucum == usual
    if unit.ucum.startswith(("mg/d", "g/d")):
        return usual.startswith(("mg", "g"))
    return True


def _value_before(reading: Reading, hit: Hit, done: int) -> Draft | None:
    """`80 000 plaquettes/mm3`, `20 % de blastes`, `8 g/dl d'hémoglobine`."""
    row = hit.term.row
    if row["kind"] == "finding":
        return None
    window = max(done, hit.start - 32, reading.sentence(hit.start).start)
    first = _DIGIT.search(reading.folded, window, hit.start)
    match = _BEFORE.search(reading.folded, first.start(), hit.start) if first else None
    if match is None:
        return None
    measure = measure_at(reading, match.start("number"), len(reading.text))
    if measure and measure.unit and measure.end >= hit.end:  # `9,6 g d'Hb`
        return _draft(reading, measure.start, measure.end, hit.term.name, measure.value, measure.written)
    if row["ucum"] == CELLS and (of := _OF_COUNT.search(reading.folded, max(0, match.start() - 16), match.start())):
        counted = unit_at(reading, of.start())
        if counted and measure and measure.unit is None:
            return _draft(reading, measure.start, hit.end, hit.term.name, measure.value, counted[2])
    after = unit_at(reading, hit.end)
    if measure and measure.unit and not measure.unit.weak and _OF.fullmatch(reading.folded, measure.end, hit.start):
        apart = measure.end == hit.start or reading.folded[measure.end : hit.start].isspace()
        if (measure.unit.ucum == "%" and row["ucum"] not in ("%", CELLS)) or (apart and row["ucum"] not in _COUNTED):
            return None
        return _draft(reading, measure.start, hit.end, hit.term.name, measure.value, measure.written)
    if (
        after
        and not after[1].weak
        and row["ucum"] == CELLS
        and reading.folded[match.end("number") : hit.start].isspace()
    ):
        value = measure_at(reading, match.start("number"), hit.start)
        if value:
            return _draft(reading, value.start, after[0], hit.term.name, value.value, after[2])
    return None
