"""Stages: each distinct staging statement of a tumour, once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anamnese.facts.examinations import case_start
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.stage.groups import ARABIC, GROUP, ROMAN, group_of
from anamnese.facts.stage.scores import gestational, points, retinal
from anamnese.facts.stage.tnm import statements
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds
from anamnese.reading.numbers import NUMBER, parse_number

_EDITION = (
    r"(?:(?:de|selon|d'apres|la|le|l'|les|classification|uicc|ajcc|tnm|clinique|pathologique|"
    r"tumorale?|locale?|actuel|evolutif|initiale?|estime|evalue|un|au|a|en|:|=|\(|figo|ann[- ]?arbor|\d{4}|d'|"
    r"iss|r-iss|,)\s*){0,6}"
)
_AFTER_STAGE = folded_re(r"(?:(?<=\bst)[.])?\s*" + _EDITION)
_ROMAN = re.compile(GROUP)
_ARABIC = re.compile(ARABIC)
_EXTENT = folded_re(r"\s*(?P<limited>limitee?|localisee?)\b|\s*(?P<extensive>etendue?|disseminee?)\b")
_NOT_A_TUMOUR = folded_re(
    r"n(?:yha|ephropath|ecrose|europath)|s(?:adoul|yphilis|ommeil|arcoidose|teatose|ilicose)|dyspnee|insuffisance|"
    r"(?:maladie|atteinte) renale|e(?:scarre|ncephalopath|ndometriose)|c(?:hild|irrhose|atarrhal|oma\b)|fibrose|kdigo|"
    r"mucite|tanner|leriche|a(?:rteri|rthrose|lzheimer)|r(?:etinopath|adiodermite|eflux)|g(?:laucome|outte|rossesse)|"
    r"h(?:ydronephrose|epatique chronique|ypertension|emorroid)|varices|p(?:rolapsus|arkinson|uberte|ansement)|"
    r"b(?:pco|rulure)|ulcere|.(?:deme|sophagite)|\b(?:irc|mrc|gold|vih|sida|hta|ards)\b|\bgvh"
)
_MARKS = (".", ";", ",", "\n")
"""What parts a stage from what is said of another thing."""
_OF_ANOTHER = folded_re(
    r"\s*[(]?(?:(?:selon|de|d'apres|la|le|l'|les|classification|echelle|score)\s*){0,5}"
    r"(?:oms\b(?!(?:\s*+[:=a])?\s*\d)|hackett|house|brackmann|zubrod|hurley|fontaine|brodsky|wells|"
    r"killip|hoehn|cdc\b|brock\b|lansky)"
)
"""Scales whose stages are not of a tumour: of the general state, of a spleen, of a palsy."""
_NAMED_RIGHT = folded_re(
    r"(?:\s*+(?:proximale?|distale?))?(?:\s*+[,(])?(?:\s*+\([^()]{0,40}\))?(?:\s*+(?:selon|de|d'apres|dans|la|le|l'|les|"
    r"des|criteres?|classification|systeme|stadification|d')){0,6}(?:\s*+[(])?\s*(?P<name>figo|ann[- ]?arbor|"
    r"federation internationale|cotswolds?|lugano|clark|murphy|masaoka|dukes?|inss|enneking|(?:salmon|"
    r"durie)[ -](?:et )?(?:durie|salmon)|binet|rai|iss)\b"
)
_SYSTEMS = {"fig": "FIGO", "ann": "Ann Arbor", "fed": "FIGO", "cot": "Ann Arbor", "lug": "Ann Arbor", "iss": "ISS"}
_FIGO_BEFORE = folded_re(r"\bfigo\b[^.;\n]*$")
_ARBOR_BEFORE = folded_re(r"arbor\b[^.;\n]*$|cotswolds?\b[^.;\n]*$")
_TUMOUR = folded_re(
    r"tum|cancer|carcin|sarcom|lymphom|melanom|neoplas|neuroblast|nephrobl|myelom|adeno|classe|maladie|diagnos|wilms"
)
"""What an Arabic stage needs before it: many other diseases have such stages."""
_INRG = re.compile(r"\s+(?:INRG\s+)?(L[12]|Ms|MS)(?![A-Za-zÀ-ÿ\d])")
"""The International Neuroblastoma Risk Group's stages (2009)."""
_BARE_NAMES = ("murphy",)
"""Systems whose groups are told without their name."""
_NAMES = {"inss": "INSS", "salm": "Durie-Salmon", "duri": "Durie-Salmon", "duke": "Dukes"}
_GROUP_BEFORE = re.compile(
    GROUP + r"[)]?\s*(?i:proximale?|distale?)?(?:\s*+[,(])?\s*"
    r"(?i:(?:selon|de|d'apres|la|le|l'|les|classification|systeme|d['’]|niveau|stade|en|"
    r"dans|par|du|score|criteres)\s*){0,6}[(]?$"
)
_STAGE_BEFORE = folded_re(r"stade\s+[iv]+\w{0,3}\s*\($")
_AFTER_NAME = re.compile(
    r"\s*(?:(?:[Ss]tade|[Cc]lasse|[Gg]roupe|[Nn]iveau|[Ss]core|[Tt]ype|modifiée?|révisée?|\d{4}|de|à|est|était|en|"
    r"initiale?|[:=(),-])\s*){0,4}"
)
_CLASS = re.compile(
    r"(?P<class>IV|I{1,3}|V|[0-4](?![\d%/]|[,.]\d|\s?(?:cm|mm|ans|mois|ml))|[A-E])"
    r"(?P<letter>[A-Ea-e]\d?|[1-3]|[ ][AB](?![A-Za-zÀ-ÿ'’ ]))?(?![A-Za-zÀ-ÿ'’\d])"
)
_CLASS_BEFORE = re.compile(
    r"(?:[Ss]tade|[Nn]iveau|[Gg]rade|[Tt]ype|[Cc]lasse)\s+(?P<class>IV|I{1,3}|V|[1-5]|[A-D])"
    r"(?P<letter>[A-Ea-e]\d?|[1-3])?\s*(?:(?:selon|de|d'après|la|le|classification|d['’])\s*){0,5}$"
)
_DEPTH = folded_re(
    rf"\s*(?:(?:de|a|est|etait|estimee?|evaluee?|egale?|mesuree?|superieure?|=|:|>|<|[(]|index|indice|"
    rf"environ|l'ordre|d')\s*){{0,5}}(?P<depth>{NUMBER})\s*(?P<unit>mm|cm|millimetres?|centimetres?)?\b"
)
_DEPTH_BEFORE = re.compile(
    rf"(?P<depth>{NUMBER})\s*(?P<unit>mm|cm|millimetres?)\s*(?:d'epaisseur\s*)?(?:[(]?(?:selon|de|"
    rf"d'apres|en|la|l'|indice|classification|epaisseur)\s*){{0,4}}$"
)
_GLEASON = folded_re(
    r"\s*(?:(?:score|de|a|est|etait|estimee?|grade|combine|total|evalue|=|:|[(])\s*){0,5}"
    r"(?:(?P<sum>10|[2-9])"
    r"(?!\s?[+\d/%])\s*(?:/\s?10)?(?:\s*+[=(:,])?\s*(?:soit\s*)?)?[(]?(?P<pair>[1-5]\s?\+\s?[1-5])?\)?(?:\s*(?:=|"
    r"soit|egal a)\s*(?P<after>10|[2-9])(?!\d))?"
)
_GLEASON_BEFORE = folded_re(
    r"score\s+(?:de\s+)?(?P<sum>10|[6-9])\s*(?:\((?P<pair>[1-5]\s?\+\s?[1-5])\)\s*)?(?:de|selon)\s*$"
)
_AFTER_VERB = folded_re(r"\s*(?:(?:cliniquement|initialement|comme|en|un|:)\s*){0,3}")
_S_CATEGORY = re.compile(r"[, /-]{0,2}(S[0-3x])\b")
_FURTHER = re.compile(r"(?:[, /-]{0,2}(?:G[1-4]|L[01x]|V[0-2x]|Pn[01x]|R[0-2x])){1,6}(?![\w])")
"""What a TNM may go on with: grade, vessels, nerves, margins."""
_BARE_AFTER_TNM = re.compile(r"\s*[(,]\s*" + GROUP + r"(?=\s*(?:[).,;\n]|$))")
_BARE_AFTER_LYMPHOMA = re.compile(
    r"[^.;\n,(]{0,45}[,(]\s*(?:stade\s)?" + GROUP + r"(?=\s*(?:[).,;\n]|$|bulky|avec|d[ée]favorable|favorable))"
)
_REACH = 80


def read(reading: Reading) -> Iterable[Draft]:
    """The staging statements of a report in order of place, each once."""
    seen: set[tuple[object, ...]] = set()
    spans: list[tuple[int, int]] = []
    whole_tnm: list[tuple[object, ...]] = []
    case = 0
    told: list[Draft] = []
    for draft in sorted(_tnm(reading) + _by_words(reading), key=_place):
        a = draft.attributes
        if a["system"] != "TNM" and spans and draft.start < spans[-1][1]:
            continue
        if (begin := case_start(reading, draft.start)) != case:  # of another patient
            case = begin
            seen.clear()
            whole_tnm.clear()
        key = (a["system"], a.get("prefix"), a.get("t"), a.get("n"), a.get("m"), a.get("group"))
        again = key in seen and not _of_another_organ(reading, draft, spans[-1][1])
        if again or (a["system"] == "stage" and ("group", a["group"]) in seen):
            continue
        if a["system"] == "TNM":
            partial = (a.get("prefix"), a.get("t"), a.get("n"), a.get("m"))
            if partial.count(None) >= 2 and any(_part_of(partial, whole) for whole in whole_tnm):
                continue
            whole_tnm.append(partial)
        seen.add(key)
        if a["system"] in ("stage", "FIGO", "Ann Arbor"):
            seen.add(("group", a["group"]))
        spans.append((draft.start, draft.end))
        told.append(draft)
    return told


def _place(draft: Draft) -> tuple[int, int]:
    return draft.start, -draft.end


_ORGAN = folded_re(
    r"\b(?:droite?|gauche|rein|uretere|vessie|prostate|sein|ovaire|lobe|testicule|rectum|colon|loge|bassinet)\b"
)


def _of_another_organ(reading: Reading, draft: Draft, last_end: int) -> bool:
    """Whether a bare category is told of another piece (`rein droit : pT1 ; uretère : pT1`)."""
    if draft.get("t") is None or draft.get("n") or draft.get("m"):
        return False
    if reading.section(draft.start) in ("diagnosis", "conclusion", "discussion"):
        return False
    return _ORGAN.search(reading.folded, max(last_end, draft.start - 150), draft.start) is not None


def _part_of(partial: tuple[object, ...], whole: tuple[object, ...]) -> bool:
    """Whether a statement only repeats categories of one that says more."""
    less = whole.count(None) < partial.count(None)
    return less and all(a is None or a == b for a, b in zip(partial, whole, strict=True))


def _tnm(reading: Reading) -> list[Draft]:
    drafts: list[Draft] = []
    text = reading.text
    for found in statements(text, reading.folded):
        if _OTHER_SYSTEM.match(text, found.end):
            continue
        prefix = found.prefix or _told_prefix(reading.folded, found.start, found.end)
        drafts.append(
            reading.draft("stage", found.start, found.end, system="TNM", prefix=prefix, t=found.t, n=found.n, m=found.m)
        )
        category = _S_CATEGORY.match(text, found.end)
        if category:
            drafts.append(reading.draft("stage", category.start(1), category.end(1), system="other", group=category[1]))
        if found.t:
            further = category or _FURTHER.match(text, found.end)
            bare = _BARE_AFTER_TNM.match(text, further.end() if further else found.end)
            if bare:
                drafts.append(
                    reading.draft("stage", bare.start("roman"), bare.end(), system="stage", group=group_of(bare))
                )
    return drafts


_PREFIX_WORDS = ("cliniq", "tnm", "operatoire", "patholog", "histolog")
_PREFIX_BEFORE = folded_re(
    r"\b(?:(?P<c>cliniquement|(?:stade|classification|bilan|tnm) clinique|ctnm|c ?\(tnm\))"
    r"|(?P<yp>yptnm)"
    r"|(?P<p>ptnm|p ?\(tnm\)|(?:stade|classification|tnm|stadification) (?:tnm )?"
    r"(?:post-?operatoire|(?:anatomo-?)?pathologique|histologique)))"
    r"(?:[ :=(,]|etait|est|comme|en|un|selon|tnm|la|de|initialement|uicc|ajcc|\d{4})*$"
)
_PREFIX_AFTER = folded_re(
    r"[ ]?[(,]?[ ]?(?:(?P<c>cliniquement|cliniques?\b|ctnm|c ?\(tnm)|(?P<yp>yptnm)"
    r"|(?P<p>ptnm|p ?\(tnm|(?:anatomo-?)?pathologique\b|histologique\b))"
)
_PREFIX_REACH = 45


def _told_prefix(folded: str, start: int, end: int) -> str | None:
    """The prefix of a TNM that words beside it tell: `classée cliniquement T3N0`, `T3N1 (pTNM)`."""
    near = folded[max(0, start - _PREFIX_REACH) : end + 24]
    if not holds(near, _PREFIX_WORDS):
        return None
    told = _PREFIX_BEFORE.search(folded, max(0, start - _PREFIX_REACH), start) or _PREFIX_AFTER.match(folded, end)
    return told.lastgroup if told else None


def _by_words(reading: Reading) -> list[Draft]:
    drafts: list[Draft] = []
    for hit in reading.hits("stage"):
        rule = _RULES.get(hit.term.row["kind"])
        draft = rule(reading, hit) if rule else None
        if draft is not None:
            drafts.append(draft)
    return drafts


def _stage(reading: Reading, hit: Hit) -> Draft | None:
    text, folded = reading.text, reading.folded
    lead = _AFTER_STAGE.match(folded, hit.end)
    pos = lead.end() if lead else hit.end
    match = _ROMAN.match(text, pos) or (_ARABIC.match(text, pos))
    if not match:
        risk = _INRG.match(text, hit.end)
        if risk:
            return reading.draft("stage", hit.start, risk.end(), system="other", group=risk[1])
        return _extent(reading, hit)
    if _of_another_disease(folded, hit.start, match.end()):
        return None
    between = folded[hit.end : match.start()]
    if _OF_ANOTHER.match(folded, match.end()):
        return None
    group, end = group_of(match), match.end()
    named = _NAMED_RIGHT.match(folded, end, end + _REACH)
    system = "stage"
    if named:
        name = named["name"]
        system = _SYSTEMS.get(name[:3], "other")
        end = named.end()
        if system == "other" and not name.startswith(_BARE_NAMES):
            group = f"{_NAMES.get(name[:4], name.capitalize())} {group}"
    elif "figo" in between or _FIGO_BEFORE.search(folded, max(0, hit.start - _REACH), hit.start):
        system = "FIGO"
    elif (
        "arbor" in between
        or _ARBOR_BEFORE.search(folded, max(0, hit.start - _REACH), hit.start)
        or (group.strip("IV") and _lymphoma(reading, hit))
    ):
        system = "Ann Arbor"
    elif "iss" in between and _ISS.search(between):
        system = "ISS"
    elif "arabic" in match.groupdict() and not _TUMOUR.search(folded, max(0, hit.start - 160), hit.start):
        return None
    return reading.draft("stage", hit.start, end, system=system, group=group)


_ISS = folded_re(r"\biss\b")


def _of_another_disease(folded: str, start: int, end: int) -> bool:
    """Whether the words right before or behind a stage tell another disease than a tumour."""
    before, after = folded[max(0, start - 60) : start], folded[end : end + 50]
    begin = max(before.rfind(mark) for mark in _MARKS) + 1
    for mark in _MARKS:
        after = after.partition(mark)[0]
    return _NOT_A_TUMOUR.search(before[begin:]) is not None or _NOT_A_TUMOUR.search(after) is not None


def _lymphoma(reading: Reading, hit: Hit) -> bool:
    near = reading.hits_between("stage", max(0, hit.start - 220), hit.end + 90)
    return any(other.term.row["kind"] == "lymphoma" for other in near)


def _extent(reading: Reading, hit: Hit) -> Draft | None:
    """Limited or extensive: of a small cell carcinoma."""
    kind = hit.term.row["kind"]
    near = reading.hits_between("stage", max(0, hit.start - 250), hit.end + 120)
    if not any(other.term.row["kind"] == "small_cell" for other in near):
        return None
    if kind == "extent":
        return reading.draft(
            "stage", hit.start, hit.end, system="other", group=reading.text[hit.start : hit.end].lower()
        )
    match = _EXTENT.match(reading.folded, hit.end)
    if not match:
        return None
    group = "limité" if match["limited"] else "étendu"
    return reading.draft("stage", hit.start, match.end(), system="other", group=group)


def _named(reading: Reading, hit: Hit) -> Draft | None:
    """A system with its group after it (`FIGO IIIC`) or before it (`IE selon la classification d'Ann Arbor`)."""
    text, folded = reading.text, reading.folded
    before = _GROUP_BEFORE.search(text, max(0, hit.start - 60), hit.start)
    if before and not text[before.start() - 1 : before.start()].isalnum():
        start = before.start()
        stage = re.search(r"(?:stade|stage)\s+$", folded[max(0, start - 8) : start])
        if stage is None:
            return reading.draft("stage", start, hit.end, system=hit.term.name, group=group_of(before))
        return None  # `_stage` has it
    lead = _AFTER_NAME.match(text, hit.end)
    pos = lead.end() if lead else hit.end
    match = _ROMAN.match(text, pos) or (
        _ARABIC.match(text, pos)
        if hit.term.name == "FIGO" and "grade" not in folded[hit.start - 12 : hit.end]
        else None
    )
    if not match or _STAGE_BEFORE.search(folded, max(0, hit.start - 25), hit.start):
        return None
    return reading.draft("stage", hit.start, match.end(), system=hit.term.name, group=group_of(match))


def _class(reading: Reading, hit: Hit) -> Draft | None:
    """A system of one tumour: `Clark IV`, `niveau V de Clark`, `BCLC B`, `ISS 2`."""
    text = reading.text
    before = _CLASS_BEFORE.search(text, max(0, hit.start - 45), hit.start)
    lead = _AFTER_NAME.match(text, hit.end)
    match = None if before else _CLASS.match(text, lead.end() if lead else hit.end)
    found = before or match
    if not found:
        return None
    group = found["class"].upper() + (found["letter"] or "").strip().upper()
    start, end = min(hit.start, found.start()), max(hit.end, found.end())
    if hit.term.name in ("ISS", "R-ISS"):
        group = ROMAN.get(group, group)
    if hit.term.name == "ISS":
        return reading.draft("stage", start, end, system="ISS", group=group)
    return reading.draft("stage", start, end, system="other", group=f"{hit.term.name} {group}")


def _classed(reading: Reading, hit: Hit) -> Draft | None:
    """A bare group behind the verb: `tumeur du col classée IIIB`."""
    text, folded = reading.text, reading.folded
    lead = _AFTER_VERB.match(folded, hit.end)
    match = _ROMAN.match(text, lead.end() if lead else hit.end)
    if not match or not (match["letters"] or match["apart"]):
        return None
    if _NAMED_RIGHT.match(folded, match.end(), match.end() + _REACH):  # `_named` has it
        return None
    system = "Ann Arbor" if _lymphoma(reading, hit) else "stage"
    return reading.draft("stage", match.start(), match.end(), system=system, group=group_of(match))


def _of_lymphoma(reading: Reading, hit: Hit) -> Draft | None:
    """A bare group behind the name of a lymphoma: `maladie de Hodgkin, IIB`."""
    match = _BARE_AFTER_LYMPHOMA.match(reading.text, hit.end)
    if not match or not (match["letters"] or match["apart"]):
        return None
    return reading.draft("stage", match.start("roman"), match.end(), system="Ann Arbor", group=group_of(match))


_OTHER_SYSTEM = re.compile(
    r"I[0-2x]S[0-2x]|(?:\s*+[,(])?\s*(?:(?:selon|de|d'après|la|classification|du)\s*){0,4}Chang\b"
)
"""What follows letters that are no TNM: `T3bM1 de Chang`, `T1I1S1` of a Kaposi's sarcoma (ACTG)."""
_CHANG = re.compile(r"(?:T[1-4][ab]?[ ,/]*)?M[0-4](?![\w])")
_CHANG_BEFORE = re.compile(
    r"(?P<group>(?:T[1-4][ab]?[ ,/]*)?M[0-4])(?:\s*+[,(])?\s*"
    r"(?:(?:selon|de|d'après|la|classification|stade|du|système)\s*){0,4}$"
)


def _chang(reading: Reading, hit: Hit) -> Draft | None:
    """The extent of a medulloblastoma: `M3 de Chang`, `classification de Chang : T3bM1`."""
    text = reading.text
    before = _CHANG_BEFORE.search(text, max(0, hit.start - 50), hit.start)
    if before:
        return reading.draft("stage", before.start(), hit.end, system="other", group=f"Chang {before['group']}")
    lead = _AFTER_NAME.match(text, hit.end)
    after = _CHANG.match(text, lead.end() if lead else hit.end)
    if after is None:
        return None
    return reading.draft("stage", hit.start, after.end(), system="other", group=f"Chang {after[0]}")


def _depth(reading: Reading, hit: Hit) -> Draft | None:
    folded = reading.folded
    match = _DEPTH.match(folded, hit.end)
    start, end = hit.start, match.end() if match else hit.end
    if not match:
        match = _DEPTH_BEFORE.search(folded, max(0, hit.start - 50), hit.start)
        if not match:
            return None
        start = match.start()
    depth = parse_number(match["depth"])
    if (match["unit"] or "mm").startswith("c"):
        depth = round(depth * 10, 3)
    if not 0 < depth <= 200:
        return None
    return reading.draft("stage", start, end, system="Breslow", group=f"{depth:g}")


def _score(reading: Reading, hit: Hit) -> Draft | None:
    folded = reading.folded
    match = _GLEASON.match(folded, hit.end)
    if match and (match["pair"] or int(match["sum"] or match["after"] or 0) >= 6):
        group = re.sub(r"\s", "", match["pair"]) if match["pair"] else match["sum"] or match["after"]
        end = match.end()
        while reading.text[end - 1].isspace() or reading.text[end - 1] in ",(=":
            end -= 1
        return reading.draft("stage", hit.start, end, system="Gleason", group=group)
    before = _GLEASON_BEFORE.search(folded, max(0, hit.start - 40), hit.start)
    if before:
        group = re.sub(r"\s", "", before["pair"]) if before["pair"] else before["sum"]
        return reading.draft("stage", before.start(), hit.end, system="Gleason", group=group)
    return None


_GROUP_OF = folded_re(r"(?:groupe|igccc\w*|categorie|classe)\W{0,3}(?:de |a |au |du )?$")
_IGCCC = folded_re(r"[^.;]{0,25}igccc")
_IGCCC_AFTER = folded_re(r"\s*[(]?(?:selon |de |l'|la )*igcccg?\b")
_GERM_CELL = folded_re(r"germinal|seminom|igccc|testic|choriocarcin|vitellin|embryonnaire")


def _prognosis(reading: Reading, hit: Hit) -> Draft | None:
    """The prognostic group of a germ cell tumour, where the words call it a group."""
    folded = reading.folded
    if hit.term.row["kind"] == "prognosis" or (
        not _GROUP_OF.search(folded[max(0, hit.start - 30) : hit.start])
        and not _IGCCC.match(folded[hit.end : hit.end + 40])
    ):
        return None
    if not _GERM_CELL.search(folded, max(0, hit.start - 250), hit.end + 60):
        return None
    named = _IGCCC_AFTER.match(folded, hit.end)
    beside = named is not None and "selon" not in named[0]  # `mauvais pronostic IGCCCG`
    group = reading.text[hit.start : hit.end].lower() + (" IGCCCG" if beside else "")
    return reading.draft("stage", hit.start, named.end() if named else hit.end, system="other", group=group)


_RULES = {
    "stage": _stage, "named": _named, "class": _class, "classed": _classed, "depth": _depth, "score": _score,
    "chang": _chang, "lymphoma": _of_lymphoma, "group": _prognosis, "extent": _extent,
    "points": points, "gestational": gestational, "retinal": retinal,
}  # fmt: skip
