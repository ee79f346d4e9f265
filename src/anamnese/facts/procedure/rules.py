"""Procedures of diagnosis and support: one fact for each, not for each time it is named."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.examinations import (
    further_dates,
    not_done,
    own_date,
    site_after,
    site_inside,
)
from anamnese.facts.procedure.repeats import Done, report_of_order, told_before
from anamnese.facts.procedure.specimen import punctured_place, sampled_place
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.time.expression import TimeExpression
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import fold, folded_re, holds, stands

_BY = folded_re(
    r"(?:(?:par|sous|via|voie|assistee?[ ]par|video-?assistee?[ ]par|de)[ ](?:voie[ ])?(?:une[ ]|un[ ]|la[ ]|l')?"
    r"|biopsies?[ ])$"
)
_SURGERY = folded_re(
    r"ectomie|otomie|curage|plastie|resection|exerese|ovariectomie|chirurgi|opere|intervention|procedure|abord|"
    r"annex|appendic|conver"
)
_CONDITIONAL = folded_re(r"[^.;:\n]{0,40}?\b(?:si[ ](?!necess)|en cas de|au besoin)\b")
_CONDITIONAL_WORDS = ("si ", "en cas de", "au besoin")
"""One of these is in whatever the pattern matches."""
_CONDITIONAL_REACH = 50
"""No match of the pattern is longer."""
_IN_PARENTHESES = folded_re(r"\([ ]?(?:par |en |ihc|fish|sish|cish)*$")
_PART_OF_WORD = folded_re(r"-?\|(?:-|[ ]?/|[ ](?:enter|duod|intes|kyst|epith))|-\|")
_MICROBE = folded_re(
    r"[^.;\n]{0,60}\b(?:virus|virale?s?|ebv|cmv|hsv|vzv|jc|covid|sars|vih|vhb|vhc|hpv|hcv|herpes|bk|"
    r"mycobac[a-z]*|tubercul[a-z]*|pneumocyst[a-z]*|bacter[a-z]*)\b"
)
_UNITS_OF = folded_re(
    r"(?:[ ]*+[(:])?[ ]*(?:(?:de|d'|des|en|par|sont|est|a ete|ont ete|ete|\d+ ?ml|(?:per|post|pre)-?operatoires?)[ ]*)*"
    r"(?:une?|deux|trois|quatre|\d+)?[ ]*"
    r"(?:unites[ ](?:de[ ])?|poches[ ](?:de[ ])?)?"
)
_QUALITY = folded_re(
    r"(?:caracter[a-z]*|sous-types?|criteres?|aspects?|scores?|classification|arguments?)[ ](?:[a-z]+[ ](?:et[ ])?)?$"
)
_MATERIAL_OF = folded_re(r"\b(?:sur|du|de|en|le|ce|au)[ ](?:le[ ]|ce[ ]|du[ ])?$")
"""`immunocytochimie sur cytobloc`: what a test was done on."""
_BOTH = frozenset({"et", ",", "/", "+", "ou", ", et"})
_TECHNIQUES = folded_re(r"(?:biologie|etude|analyse|genetique)[ ]moleculaire[ ]?\([ ]?(?:[^()\n]{0,24}[ ,/+])?$")
"""`biologie moléculaire (RT-PCR et NGS)`: a test and its techniques."""
_DIAGNOSED_BY = folded_re(r"\b(?:diagnosti[a-z]*|prouvee?|decouverte?|etablie?)\b[^.;\n]{0,40}$")
"""Before a surgeon's way in that was gone for the diagnosis: `diagnostiqué par thoracoscopie`."""
_TITLE = folded_re(r"(?:rapport|compte[ -]rendu|resultats?|demande)[ ](?:d'|de[ ]|des[ ])$")
_DEPARTMENT = folded_re(
    r"(?:\b(?:laboratoire|service|plateforme|departement|unite|pole|institut|secteur)s?\b[^.\n]{0,40}"
    r"|(?:pathologie|genetique|biologie|hematologie)[ ](?:et|-)[ ](?:de[ ])?)$"
)
"""Before what a laboratory is called by: `Neuropathologie et │Biologie Moléculaire│`."""
_PERSON = folded_re(r"\b(?:dr|pr|docteur|professeur)[.]?[ ]+(?:[a-z][.][ ]?)?$")
"""Before the name of a person: `Dr A. │Biopsie│`."""
_TITLES = ("dr", "pr", "docteur")
"""One of these is in whatever the pattern matches."""
_UNITS = folded_re(
    r"(?:[ ]|[-–/•,|+&]|et\b|cytometrie(?: en flux)?|(?:d'|de )?hematologie|histologie|anatomie|biochimie)*"
)
"""What else stands in a line that lists the units of a laboratory: `Cytologie - Cytogénétique`."""
_RISK = folded_re(r"\b(?:risque|pronostic|groupe|score)s?[ ]$")
"""Before an adjective that tells a class: `risque │cytogénétique│ défavorable`."""
_MEASURED = folded_re(r"[ ]?(?:[:=]|a|de)?[ ]?\d+(?:[.,]\d+)?[ ]?(?:mg|ng|µg|g)[ ]?/[ ]?[dm]?l\b")
"""Behind `PCR` as reports after Spanish ones write the C-reactive protein: `PCR 96 mg/l`."""
_WITH_NEEDLE = folded_re(r"[^.;:\n]{0,24}\b(?:avec|et|\+)[ ](?:une[ ]|la[ ])?(?:ponction|biopsie)")
"""What makes an endosonography an act beside that of the needle: `EBUS avec ponction de la station 7`."""
_UNIT_OF = folded_re(
    r"\b(?:laboratoire|service|plateforme|departement|unite|pole|institut)s?[ ](?:de[ ]|d'|du[ ])"
    r"(?:[a-z'-]+[ ](?:et[ ](?:de[ ]|d')?|-[ ]))?$"
)
_OF_MARGINS = folded_re(
    r"(?:[ ]*+:)?[ ]*(?:(?:sur|des?|du|de[ ]la|de[ ]l'|les?|la)[ ]?)*"
    r"(?:tranches?|recoupes?|berges?|marges?|limites?|collerettes?)\b"
)
"""Behind an intraoperative examination of what was cut through, which is no biopsy."""
_NONE = folded_re(r"(?:[ ]*+[:=])?[ ]*(?:0(?!\d|[.,]\d)|non\b|aucune?\b|neant|nulle?\b|pas\b)")
_SCORE = folded_re(r"[ ]*(?:[:=<>≥]|sup\w*|inf\w*|de|a|est|score)*[ ]*\d")
"""What makes `CPS` the score of PD-L1 and no platelets."""
_COUNT_BEFORE = folded_re(
    r"(?:\d+|une?|deux|trois|quatre|cinq|six|plusieurs|des|de|transfus[a-z]*|poches?|recu)[ ](?:de[ ])?$"
)
_SOUGHT = folded_re(r"recherche|detect|analyse|etude|determin|test\b")
_BY_TEST = folded_re(
    r"(?:[^.;,\n]|,(?=[ ]?[\dxy]{1,2}[ ]?\))){0,90}"
    r"[ ](?:par|en|avec)[ ](?:la[ ]|technique[ ](?:de[ ])?|analyse[ ]|une?[ ]|l')*"
)
"""`recherche d'un réarrangement du gène ALK par FISH` is one test."""
_SPECIALIST = folded_re(
    r"\b(?:avis|consult[a-z]*|cs|en|au|chez|service|equipe|staff|rcp|interne|chef|dr|docteur|unite|hdj)[ ]"
    r"(?:(?:de|du|d'|en|au|les|des|la|le)[ ]?)*$"
)
"""`avis gastro`, `adressé en gastro`: the department, not the examination."""
_RESPONSE = folded_re(
    r"(?:reponses?|remissions?|rechute|recidive|progression|resistance|echec)[ ](?:[a-z]+[ ](?:et[ ])?)?$"
)
_PLACED = frozenset({"biopsy", "puncture", "cytology", "drainage"})
"""The kinds that have the place told before them in the sentence: `le nodule du sein droit, biopsié, …`."""


def read(reading: Reading) -> Iterable[Draft]:
    """One `procedure` for each procedure."""
    told: list[Done] = []
    drafts: list[Draft] = []
    hits = reading.hits("procedure")
    i, end = 0, 0
    while i < len(hits):
        first = last = hits[i]
        i += 1
        while i < len(hits) and first.term.name and _same(reading, last, hits[i]):
            last = hits[i]
            i += 1
        inside = first.start < end  # of a name just read, or of words that only hold one
        end = max(end, last.end)
        if inside or not first.term.name or not _is_procedure(reading, first, last):
            continue
        done, draft = _procedure(reading, first, last)
        end = max(end, done.end)
        if not told_before(reading, done, told, first):
            report_of_order(reading, done, told, drafts)
            told.append(done)
            drafts.append(draft)
        if done.date is not None:
            for date in further_dates(reading, done.start, done.end, reading.folded[first.end - 1] == "s"):
                other = Done(done.kind, done.sort, done.site, date.value, date.start, date.end)
                if not told_before(reading, other, told, first):
                    told.append(other)
                    drafts.append(_again(reading, draft, date))
    return drafts


def _again(reading: Reading, draft: Draft, date: TimeExpression) -> Draft:
    """The same procedure on another day."""
    return reading.draft("procedure", date.start, date.end, None, date.value, **draft.attributes)


def _same(reading: Reading, last: Hit, following: Hit) -> bool:
    """Whether two names are one procedure's: `ponction à l'aiguille fine (PAAF)`, `transfusion de 2 CGR`."""
    if following.start <= last.end:
        return following.start < last.end or following.start == last.start
    one, other = last.term.name, following.term.name
    gap = following.start - last.end
    if gap > 110 or not other or (gap > 40 and one != "molecular_test"):
        return False
    between = reading.folded[last.end : following.start]
    if one == "puncture" and other == "biopsy":  # `ponction (FNB)`
        return between.strip() == "("
    if one != other:
        return False
    if one == "transfusion":
        return _UNITS_OF.fullmatch(between) is not None
    before = max(0, last.start - 60)
    if one == "molecular_test" and between.strip() in _BOTH and _TECHNIQUES.search(reading.folded, before, last.start):
        return True
    if "(" in between and ")" not in between and gap < 30:
        return between.strip().endswith("(")
    if between.strip() in ("par", "par la technique de", "par technique de", "au", "sous"):
        return True
    if one == "molecular_test" and _SOUGHT.match(reading.folded, last.start) and _BY_TEST.fullmatch(between):
        return True
    return last.term.code == following.term.code and between.strip() in ("", "/", "-", "a l'aiguille fine (", "de")


def _is_procedure(reading: Reading, first: Hit, last: Hit) -> bool:
    """Whether a name stands for something that was done: not for a surgeon's way in, a method, a rule."""
    folded, kind, name = reading.folded, first.term.row["kind"], first.term.name
    before = max(0, first.start - 48)
    if kind == "material" and _MATERIAL_OF.search(folded, before, first.start):
        return False
    if folded.startswith(("extempo", "examen extempo"), first.start) and _OF_MARGINS.match(folded, last.end):
        return False
    if kind == "approach":
        sentence = reading.sentence(first.start)
        diagnostic = _DIAGNOSED_BY.search(folded, max(sentence.start, first.start - 90), first.start)
        if (diagnostic is None and _BY.search(folded, before, first.start)) or _SURGERY.search(
            folded, max(sentence.start, first.start - 60), min(sentence.end, last.end + 60)
        ):
            return False
    if not_done(reading, last.end):
        return False
    if kind == "short" and _PART_OF_WORD.search(
        folded[first.start - 1 : first.start] + "|" + folded[last.end : last.end + 6]
    ):
        return False
    if kind == "short" and _SPECIALIST.search(folded, before, first.start):
        return False
    if folded[first.start : last.end] == "paf" and "polypos" in folded:
        return False  # familial adenomatous polyposis
    if name == "transfusion" and _NONE.match(folded, last.end):
        return False
    if kind == "product" and _SCORE.match(folded, last.end):
        return False
    if kind == "product" and _COUNT_BEFORE.search(folded, before, first.start) is None:
        return False
    if (
        name in ("immunohistochemistry", "molecular_test")
        and _IN_PARENTHESES.search(folded, before, first.start)
        and folded[last.end : last.end + 2].lstrip(" ").startswith(")")
    ):
        return False
    if name == "immunohistochemistry" and _QUALITY.search(folded, before, first.start):
        return False
    if name == "molecular_test" and _RESPONSE.search(folded, before, first.start):
        return False  # `réponse cytogénétique complète`
    if first.term.code == "molecular" and (_MICROBE.match(folded, last.end) or _MEASURED.match(folded, last.end)):
        return False
    if first.term.code == "cytogenetics" and _RISK.search(folded, before, first.start):
        return False
    if reading.text[first.start].isupper() and stands(_TITLES, _PERSON, folded, before, first.start):
        return False
    in_title = name in _OF_LABORATORY and first.start < _TITLE_REACH
    if in_title and (_UNIT_OF.search(folded, before, first.start) or _names_units(reading, first.start)):
        return False
    in_title = in_title and name == "molecular_test"
    if in_title and (_TITLE.search(folded, before, first.start) or _DEPARTMENT.search(folded, before, first.start)):
        return False
    return (
        not holds(folded[last.end : last.end + _CONDITIONAL_REACH], _CONDITIONAL_WORDS)
        or _CONDITIONAL.match(folded, last.end) is None
    )


def _names_units(reading: Reading, pos: int) -> bool:
    """Whether the line around a place does nothing but list the units of a laboratory."""
    folded, at = reading.folded, reading.line_start(pos)
    end = folded.find("\n", pos)
    hits = reading.hits_between("procedure", at, end) if end > 0 else []
    if len({hit.start for hit in hits}) < 2:  # one word may stand for two kinds
        return False
    for hit in hits:
        if folded.startswith(_TECHNIQUE_WORDS, hit.start):
            return False  # a heading of results
        if hit.term.name not in _OF_LABORATORY or _UNITS.fullmatch(folded, at, max(at, hit.start)) is None:
            return False
        at = max(at, hit.end)
    return _UNITS.fullmatch(folded, at, end) is not None


_TECHNIQUE_WORDS = ("fish", "caryo", "ngs", "pcr", "rt-pcr", "hybrid", "sequen", "cgh", "rnaseq")
_OF_LABORATORY = frozenset({"cytology", "molecular_test", "immunohistochemistry", "culture"})
_TITLE_REACH = 600
"""So far from its beginning a report names who wrote it, in characters."""


def _procedure(reading: Reading, first: Hit, last: Hit) -> tuple[Done, Draft]:
    """A procedure with its place and its date."""
    kind, start, end = last.term.name, first.start, last.end
    if first.term.code == "flow" and _is_heading(reading, start, end):
        kind = "immunohistochemistry"
    if reading.folded[end : end + 1] == ")" and "(" in reading.folded[start:end]:
        end += 1
    site = first.term.row["site"] or last.term.row["site"] or None
    if kind == "cytology" and first.term.code == "endobronchial" and _WITH_NEEDLE.match(reading.folded, end):
        kind = "endoscopy"
    if kind not in ("molecular_test", "transfusion") and first.term.row["kind"] != "short":
        inner = site_inside(reading, start, end)
        if inner:
            site, end = inner[0], max(end, inner[1])
    place = site_after(reading, end, sample=True) if kind not in ("molecular_test", "transfusion") else None
    if place and (reading.hits_between("procedure", end, place[0]) or (site and reading.folded[place[0] - 1] == "(")):
        place = None
    if place:
        site = reading.text[place[0] : place[1]]
        end = place[1]
    elif site is None and kind in _PLACED:
        verb = reading.text[start:end].lower().rstrip("s").endswith(("é", "ée"))  # whose shadow is that of the noun
        site = punctured_place(reading, start) if kind == "cytology" else None
        site = site or sampled_place(reading, start, end, verb, kind == "drainage")
    dated = own_date(reading, end)
    date = None
    if dated:
        end, date = dated
        if reading.text[end : end + 1] == ")" and "(" in reading.text[start:end]:
            end += 1
    site = " ".join(site.split()) if site else None
    attributes = {"kind": kind}
    if site is not None:
        attributes["site"] = site
    draft = Draft("procedure", start, end, attributes, None, date)
    told_site: str = first.term.row["site"]
    if place:
        told_site = f"{told_site} {fold(reading.text[place[0] : place[1]].lower())}".strip()
    return Done(kind, first.term.code, told_site, date, start, end), draft


def _is_heading(reading: Reading, start: int, end: int) -> bool:
    """Whether words stand alone in their line."""
    folded = reading.folded
    line = reading.line_start(start)
    until = folded.find("\n", end)
    return until > 0 and not (folded[line:start] + folded[end:until]).strip(" -*•:0123456789.")
