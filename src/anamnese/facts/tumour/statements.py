"""What a report says of neoplasms: each name with its seat, side and status, without what is denied."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from pathlib import Path

from anamnese.facts.mention.rules import spread_names
from anamnese.facts.places import Place, places_between
from anamnese.facts.reading import Reading
from anamnese.facts.tumour.naming import Name, names
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.origins import Specimen, specimens
from anamnese.facts.tumour.primaries import IN_SITU, Statement, seated
from anamnese.facts.tumour.seats import Seat, breast_side, seat_of, side_at, side_beside
from anamnese.facts.tumour.tissues import UNSURE
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re, holds, stands

_HERE = Path(__file__).parent
_FINAL = frozenset({"diagnosis", "conclusion"})
_PART = folded_re(
    r"\b(?:composantes?|contingents?|foyers?|zones?|secteurs?|plages?|elements?|differenciation|"
    r"cellules|territoires?)\b[^.;:,\n]{0,30}(?:\bde |\bd'|\bdu |\ben |\bd'un |\bd'une |\()(?:un |une )?$"
)
"""What stands before the name of a part of a tumour."""
_BEFORE_PART = ("\n", *(
    lead + article for lead in ("de ", "d'", "du ", "en ", "(", "d'un ", "d'une ") for article in ("", "un ", "une ")
))  # fmt: skip
"""What it ends with (before a line's end, if that stands last)."""
_OF_PLACE = r"(?=\b[^.;:,\n]{0,30}$)"
_NOT_SAID = folded_re(
    r"\b(?:association|bilans? (?:de |du |d'un |d'une )(?P<bare>)"
    rf"|c(?:omite|lassifications?|(?:onsultation|entre){_OF_PLACE})"
    r"|d(?:epistage|iagnostics? differentiels?)|essai(?: clinique)?|frequence|g(?:uide|enes?)"
    rf"|i(?:ncidence|nstitut{_OF_PLACE})|l(?:utte contre|ocus)|m(?:arqueurs?|im(?:er?|ant))"
    r"|p(?:re(?:disposition|vention|valence)|rogramme|atients? (?:atteint|porteur)s?)"
    rf"|r(?:isques?|ecommandations?|egistre|(?:eunion|cp){_OF_PLACE})|s(?:chemas?|imul(?:ant|er)|ervice{_OF_PLACE})"
    rf"|t(?:raitement(?:s? habituels?| du| des)|el(?:le)?s?(?: que)?)|unite{_OF_PLACE})"
    r"(?(bare)|\b[^.;,\n]{0,30}(?:\bde |\bd'|\bdu |\bdes |\bun |\bune |\bla |\ble |\bl')?)$"
)
"""What stands before a name that is not said of the patient: "marqueurs du mésothéliome". Words by their first letters,
each of which is then asked once at a place."""
_UNSAID_REACH = 60
"""How far before a name it may begin, in characters."""
_COORDINATE = folded_re(
    r"[ )]*(?:,| et| ou|/|\+| puis)[ ,]*(?:et |ou |soit )?(?:a |d')?(?:un |une |des |d'un |d'une |le |la "
    r"|l')?(?:possible |probable )?"
)
_LISTED = folded_re(rf"(?: (?!(?:du|des?|la|en|au)\b)[a-z-]{{4,}})?{_COORDINATE.pattern}")
"""The same, with an adjective of the name before: what is doubted or said of others is so for the whole list."""
_SPREAD_ONLY = ("8480/6", "8490/6")
_DOUBT = folded_re(
    r"\b(?:e(?:voqu(?:es?|ee?s?|a(?:nt|it|ient)|er)|ventualite|liminer|carter|xclure)|suspect\w*|hypothese\w*"
    r"|avait oriente|fai(?:sai(?:t|ent)|t) discuter|differentiels?|p(?:enser a|ossibilite)|craindre)\b"
    r"(?! par| une prise| de malignite)(?:(?!\bmais\b|\bconclu|\bconfirm|\balors que\b|\btandis que\b)[^.;\n]){0,60}$"
)
"""Words of doubt before a name that `context/` does not know: "le diagnostic évoqué était celui d'une leucémie"."""
_HELD = folded_re(
    r"\b(?:suivie?s?|traitee?s?|operee?s?|hospitalisee?s?|adressee?s?|admise?|porteu(?:r|se)|atteinte?|connue?"
    r"|diagnostiquee?)\b"
    r"[^.;:]{0,30}(?:\bpour|\bd'|\bde|\bdu)\s*(?:un |une |le |la |l')?$"
)
"""Words that say that the patient has it, whatever an earlier "sans antécédents" seems to deny."""
_DOUBTED = folded_re(r"susp|probabl|possibl|evo[cq]|\?|doute|exclu|elimin|recherch|bilan|biops|explor|prise en charge")
_OF_RELATIVE = folded_re(
    r"\b(?:son|sa|ses|du|de la|chez le|chez la) (?:grands?[- ])?"
    r"(?:peres?|meres?|so?eurs?|freres?|tantes?|oncles?|cousine?s?|parents?)\b"
    r"(?! de (?:\d|deux|trois|famille)| d'un enfant)[^.;,\n]{0,25}(?:\bd'un |\bd'une |\bde |\bd'|\bpar un )$"
)
"""What stands before the disease of a relative: "le décès de son père d'un cancer"."""
_HYPOTHESIS = folded_re(r"\b(?:diagnostics?|hypotheses?|suspicions?|possibilites?)\b[^.;:,\n]{0,40}$")
_BEFORE_THEIRS = ("d'un ", "d'une ", "de ", "d'", "par un ", "\n")
"""What it ends with (before a line's end, if that stands last)."""
_HYPOTHESIS_WORDS = ("diagnostic", "hypothese", "suspicion", "possibilite")
_COUNTED = folded_re(r"\s*+(?:[(:,]\s*+)?(?:dans |chez |pour )?(?!1 )\d+ (?:cas|patientes?|malades)\b")
_COUNTED_BEFORE = folded_re(r"\b(?!1 )\d+ cas (?:\(\d[^)]{0,12}\) )?(?:de |d'|etaient des )$")
"""Tumours that a series counts: `tumeurs stromales 14 cas`, `4 cas (15 %) de lymphome`."""
_NOT_KEPT = folded_re(
    r"[^.;:\n]{0,60}\bn[e'] ?(?:a|ont|avait|avaient|est|sont|etait|etaient|fut|furent)[ ](?:donc |finalement |alors )?"
    r"(?:pas|point)[ ](?:ete[ ]|pu[ ]etre[ ])?(?:retenue?s?|confirmee?s?)\b"
)
"""`le diagnostic de lymphome n'a pas été retenu`"""
_HORMONAL = folded_re(r"\b(?:cardiopathie|valvulopathie|syndrome|crise|coeur|flush)s? $")
"""`cardiopathie carcinoïde`: what the tumour's hormones do."""
_NO_TUMOUR = ("metaplasi", "dysplasi")


_EVOKED = folded_re(
    r"\b(?:anatomo-?pathologique|histologi(?:e|que)|immuno-?histochimi(?:e|que)|immunomarquage|microscopique"
    r"|piece (?:operatoire|de [a-z]+ectomie|d'exerese|de resection)|cette proliferation)\b[^.;\n]{0,90}?"
    r"\b(?:evoqu(?:e|ent|ait|aient|ant|a)|evocateurs?|suggestifs?)"
    r" (?:d'|de |du |un |une |le |la |l')+$"
)
_ALTERNATIVE = folded_re(r"[^.;\n]{0,40}?\b(?:ou|soit|versus|vs|sans pouvoir|a confirmer|mais)\b|[ ]?\?")


def _by_histology(folded: str, first: int, start: int, end: int) -> bool:
    """Whether what evokes a diagnosis is the histology, for which that is the diagnosis: `la pièce opératoire évoque un
    carcinome mucineux`."""
    near = folded[max(first, start - 40) : start]
    if "evo" not in near and "sugg" not in near:
        return False
    told = _EVOKED.search(folded, max(first, start - 160), start)
    return told is not None and "soit" not in told[0] and _ALTERNATIVE.match(folded, end, end + 60) is None


def _supposed(folded: str, start: int, end: int) -> bool:
    """Whether a name is told as a diagnosis or hypothesis, which the words behind it may say was not kept."""
    return stands(_HYPOTHESIS_WORDS, _HYPOTHESIS, folded, start, end)


def statements(reading: Reading, start: int, end: int) -> list[Statement]:
    """What the part of a report says of neoplasms, without what it denies."""
    told: list[Statement] = []
    everything, folded = names(reading), reading.folded
    spread = spread_names(reading)
    last: Statement | None = None
    intraepithelial = False
    unsaid: Name | None = None
    telling = [name.start for name in everything if not name.bare]
    for i, name in enumerate(everything):
        if not start <= name.start < end or folded.startswith(_NO_TUMOUR, name.start):
            continue
        first = reading.sentence(name.start).start
        clause = max(first, folded.rfind(",", first, name.start) + 1)
        before = everything[i - 1] if i else None
        if folded.startswith("carcinoid", name.start) and _HORMONAL.search(folded, max(0, name.start - 20), name.start):
            continue
        if _NOT_SAID.search(folded, max(clause, name.start - _UNSAID_REACH), name.start) or (
            before is not None and before is unsaid and _LISTED.fullmatch(folded, before.end, name.start)
        ):
            unsaid = name
            continue
        until = everything[i + 1].start if i + 1 < len(everything) else end
        after = bisect_left(telling, name.end)
        horizon = telling[after] if after < len(telling) else end
        seat = seat_of(reading, name, until, before.end if before else start, horizon)
        if name.bare and seat is None:  # "la tumeur": nothing that the other names do not say
            continue
        status = reading.scopes.status(reading.draft("tumour", name.start, name.end))
        if (
            status == "affirmed"
            and folded.endswith(_BEFORE_THEIRS, first, name.start)
            and _OF_RELATIVE.search(folded, max(clause, name.start - 60), name.start)
        ):
            status = "family"
        if _is_counted(folded, first, name.start, name.end):
            continue
        if _supposed(folded, max(clause, name.start - 60), name.start) and _NOT_KEPT.match(folded, name.end):
            continue
        if status == "negated" and not _HELD.search(folded, max(first, name.start - 60), name.start):
            continue
        status = "affirmed" if status == "negated" else status
        if status == "suspected" and _is_known(folded, name.start):
            status = "affirmed"  # "évoquant des métastases chez un patient suivi pour un cancer"
        if last is not None and before is not None and last.name is before:
            if seat is None and last.seat is not None and _COORDINATE.fullmatch(folded, before.end, name.start):
                seat = last.seat
            if (
                status == "affirmed"
                and last.status == "suspected"
                and _LISTED.fullmatch(folded, before.end, name.start)
            ):
                status = "suspected"
        if (
            status == "affirmed"
            and _DOUBT.search(folded, max(first, name.start - 90), name.start)
            and not _is_known(folded, name.start)
        ):
            status = "suspected"
        if status == "suspected" and _by_histology(folded, first, name.start, name.end):
            status = "affirmed"
        if status == "suspected" and (
            (seat and seat.place.code == "C80.9") or "indetermine" in folded[name.start : name.end]
        ):
            status = "affirmed"  # what is unknown is where it comes from, or what it means
        part = (
            folded.endswith(_BEFORE_PART, first, name.start)
            and _PART.search(folded, max(clause, name.start - 60), name.start) is not None
        ) or (before is not None and not name.bare and folded[before.end : name.start].strip(" ") == "(")
        localised = _localised(reading, name)
        away = name.start in spread or localised or name.term.code in _SPREAD_ONLY or _is_secondary(folded, name)
        if (localised or name.start in spread) and seat is not None and _is_own(folded, name, seat.place):
            seat = Seat(seat.place, seat.weight, True)
        last = _statement(reading, name, seat, status, away, part)
        last.until = min(reading.sentence(name.start).end, horizon)
        intraepithelial = intraepithelial or name.code == IN_SITU
        if intraepithelial:
            last.year = _year(reading, name)
        told.append(last)
    return told


def _is_counted(folded: str, first: int, start: int, end: int) -> bool:
    """Whether a series counts the tumours of a name."""
    if _COUNTED.match(folded, end):
        return True
    return folded.find(" cas ", first, start) >= 0 and (
        _COUNTED_BEFORE.search(folded, max(first, start - 40), start) is not None
    )


def _is_known(folded: str, start: int) -> bool:
    """Whether the patient is told to have what is named there, without doubt."""
    held = _HELD.search(folded, max(0, start - 60), start)
    return held is not None and _DOUBTED.search(held[0]) is None


def _year(reading: Reading, name: Name) -> str:
    """The year of the first date in a name's sentence, else of the last before it."""
    sentence = reading.sentence(name.start)
    inside = [date for date in reading.dates_between(sentence.start, sentence.end) if not date.birth]
    if inside:
        return inside[0].value[:4]
    before = [date for date in reading.dates_between(max(0, sentence.start - _PAST), sentence.start) if not date.birth]
    return before[-1].value[:4] if before else ""


_PAST = 600
"""For how many characters a date goes on to tell when."""
_LIST = 110
"""How far before a name the list of the places that it has spread to may begin."""
_LOCALISED = folded_re(
    r"\b(?:localisations?|envahissement|infiltration|atteinte|colonisation)s? "
    r"(?P<places>(?!primiti)[^.;:\n]{4,90}?),? (?:d'un|d'une|du|par un|par une|par des|par le|par l') ?$"
)
_LOCAL_WORDS = ("localisation", "envahissement", "infiltration", "atteinte", "colonisation")
_ALWAYS_SECONDARY = ("C38.4", "C41", "C42.1", "C44", "C77")
"""Where a carcinoma of glands has come from elsewhere."""


def _localised(reading: Reading, name: Name) -> bool:
    """Whether a carcinoma is told to have come to other organs than its own: `localisation mammaire et ovarienne d'un
    adénocarcinome digestif`, `envahissement cutané par un adénocarcinome`; notes those organs."""
    if name.code >= "8800":
        return False
    start = name.start - _LIST if name.start > _LIST else 0
    if not holds(reading.folded[start : name.start], _LOCAL_WORDS):
        return False
    told = _LOCALISED.search(reading.folded, start, name.start)
    if told is None:
        return False
    own = {p.code for p in places_between(reading, name.start, name.end + _OWN) if p.code}
    places = [p for p in places_between(reading, told.start("places"), told.end("places")) if p.code]
    found = [
        Specimen(place.start, place.end, place.code or "", place.metastasis)
        for place in places
        if not any(near(place.code, code) for code in own)
    ]
    glands = "8140" <= name.code < "8600" and not own
    if not found or not (own or (glands and all(f.code.startswith(_ALWAYS_SECONDARY) for f in found))):
        return False
    specimens(reading).extend(found)
    return True


_OWN = 20
"""How far behind a name its own organ may stand."""
_GENITIVE = folded_re(r"[ ](?:(?:primitif|primitive|originel|connu)[ ])?(?:du |de la |de l'|des |de |d'|d'origine )?")


def _is_own(folded: str, name: Name, place: Place) -> bool:
    """Whether a place belongs to the name of what has spread: `métastase hépatique d'un adénocarcinome │colique│`."""
    return name.start <= place.start and (
        place.start < name.end or _GENITIVE.fullmatch(folded, name.end, place.start) is not None
    )


def _is_secondary(folded: str, name: Name) -> bool:
    """Whether a carcinoma is called a secondary one ("secondaire à" tells a cause instead)."""
    return (
        "secondair" in name.traits
        and name.code < "8800"
        and _SECONDARY.search(folded, name.start, name.end) is not None
    )


_SECONDARY = folded_re(r"\bsecondaires?\b(?! (?:a|au|aux)\b)")


def _statement(reading: Reading, name: Name, seat: Seat | None, status: str, spread: bool, part: bool) -> Statement:
    code = name.code
    if name.bare:
        code = code.replace("8001", "8000")
        if code == "8000/1" and reading.folded.startswith(
            "neo", name.start
        ):  # what is called a "néoplasie" of an organ is a cancer
            code = "8000/3"
    if code[5] == "6":
        code = code[:5] + "3"
    place = seat.place if seat else None
    topography = seated(code, seat, name.traits)
    default = name.term.row["site"]
    if seat and seat.weight < 2 and name.bare:
        topography = None
    if seat and topography and seat.weight < 2 and default and default not in UNSURE and topography[:3] != default[:3]:
        topography = None  # a place that only stands before a name that tells its organ
    if topography:
        code = site_codes().get((code, topography[:3]), code)
    side = side_at(reading, place) if place and (topography or name.bare) else None
    if side is None:
        side = side_beside(reading, name)
    if side is None and (topography or default).startswith("C50") and code[5] in "23" and not spread:
        side = breast_side(reading, name.start)
    return Statement(
        name, code, seat, topography, side, status,
        spread, part, reading.section(name.start) in _FINAL,
        default.startswith("C50") and reading.folded.startswith(("adenocarc", "adk"), name.start),
    )  # fmt: skip


@cache
def site_codes() -> dict[tuple[str, str], str]:
    """What a morphology is called in an organ, by its code and the three characters of the topography."""
    return {
        (row["code"], topography): row["becomes"]
        for row in read_table(_HERE / "site_codes.tsv")
        for topography in row["topography"].split()
    }


@cache
def grade_codes() -> dict[tuple[str, str], str]:
    """What a morphology is called at a grade, by its code and the grade."""
    return {
        (row["code"], grade): row["becomes"]
        for row in read_table(_HERE / "grade_codes.tsv")
        for grade in row["grade"].split()
    }
