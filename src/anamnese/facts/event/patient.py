"""Stays in hospital, and death."""

from __future__ import annotations

import re

from anamnese.facts.event.words import Hits, words_after, words_before
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_DATE_RANGE = folded_re(r"\s*:? ?(?:du|le)? ?\d")
_STILL = folded_re(r"\b(?:encore|toujours|deja|etant|recoit|recevait) $")
_REFERRED = folded_re(
    r"(?:service|motif|lettre|sortie|duree|jours?|mois|semaines?|compte[ -]rendu|cr|chambre|debut|fin|"
    r"cours de|pendant|durant|lors de|depuis|"
    r"avant|apres|traitement|bilan|suite de|unite|secteur|biologi[a-z]+|"
    r"hospitalisation) ?(?:de )?(?:son|sa|l'|cette|la meme|d'|de l'|la|une)? ?(?:premiere |derniere |"
    r"meme )?$"
)
_TAKEN_IN = folded_re(
    r"\b(?:re)?(?:admi[a-z]*|entre[a-z]*|pris[a-z]*|prise en charge|recu[a-z]*|accueilli[a-z]*|venu[a-z]*|"
    r"vu[a-z]*|mis[a-z]*|adress[a-z]*|garde[a-z]*|transfer[a-z]*|retour[a-z]*|revien[a-z]*|ramene[a-z]*|"
    r"est|a ete|etait)\b[^.;]{0,25}\ben $"
)
_DURING = folded_re(
    r"(?:cours de|pendant|durant|lors de|apres|avant|debut de) ?(?:son|sa|l'|cette|la|la meme|"
    r"cette meme) ?$"
)
_TOLD_STAY = folded_re(
    r"(?:(?:necessit[a-z]+|justifi[a-z]+|motiv[a-z]+|requ[a-z]+|decid[a-z]+|impos[a-z]+|conduit a|"
    r"occasionn[a-z]+|pour)(?: une?| l'| son| sa| deux| trois| plusieurs| des)? ?(?:nouvelle |"
    r"premiere |deuxieme )?|"
    r"(?:^|\n|[.:;,-]|»)\s*|\b(?:nouvelle|deuxieme|une) )$"
)
_PLACE = folded_re(
    r" (?:(?:en|dans|a|au|aux|par|chez)\b ?|a l'|pour\b|initialement\b|en urgence\b|le \d|,? ?(?:le|en) )"
)
_ADMITTED_ELSE = folded_re(r"(?:est|etait|communement|generalement|bien|c'est) (?:communement |generalement )?$")
_ADMITTED_WHERE = folded_re(
    r"[ ,]+(?:initialement |secondairement |d'abord |de nouveau |ensuite |en urgence )?(?:dans|en|a l'|"
    r"au|aux|a|pour|le|par)\b"
)
_NOT_LEFT = folded_re(
    r"(?:traitement|ordonnance|ttt|bilan|lettre|prescription|medicaments?|examen|depuis|avant|"
    r"compte[ -]rendu|jour|a la|mode|jusqu'a la|poids|aplasie|diagnostic|moment de la|liaison) ?\(?(?:de |a |sa |"
    r"la )*$"
)
_LEFT = folded_re(
    r"\s*(?::?\s*(?:le )?\d|(?:le|au) \d|de l'hopital|de l'hôpital|du service|de son hospitalisation|"
    r"a domicile|au domicile|a la maison|a j ?\d|a \d+ ?h|autorisee|possible le|j ?\d|"
    r"avec (?:un|une|des) (?:traitement|ordonnance)|d'hospitalisation)"
)
_FAMILY_DEATH = folded_re(
    r"(?:mere|pere|so?eur|frere|tante|oncle|cousine?|grand-(?:mere|pere)|fils|fille|epou[xs]e?|mari|"
    r"conjoint|parents?|fratrie)\b[^.;]{0,40}$"
)
_OF_RELATIVE = folded_re(
    r" (?:de|d'|du) ?(?:son|sa|ses|un|une|l'un de ses|deux de ses)? ?(?:mere|pere|so?eur|frere|mari|"
    r"epou[xs]e?|conjoint|fils|fille|parents?|enfants?|foetus|nouveau-ne)"
)


def _affirmed(reading: Reading, start: int, end: int) -> bool:
    return reading.scopes.status(Draft("event", start, end, {}, None, None)) == "affirmed"


def stays(reading: Reading, hits: Hits) -> list[Draft]:
    """Admissions and discharges in order: a stay referred to again is no new one."""
    found: list[Draft] = []
    roles = ("admitted", "admitted_where", "stay", "entry", "discharge")
    for hit in sorted(hit for role in roles for hit in hits.get(role, [])):
        role = hit.term.row["role"]
        if role == "discharge":
            found += _discharge(reading, hit, found)
        else:
            found += _admission(reading, hit, role, found)
    if not found and "entry" in hits:
        found += _before_admission(reading, hits["entry"])
    return found


_TOLD_BEFORE = folded_re(r"(?:mois|jours?|semaines?|ans?|annees?|heures?)(?: \w+)? avant (?:son|l'|cette) ?$")


def _before_admission(reading: Reading, hits: list[Hit]) -> list[Draft]:
    """The stay that a report tells only by what came before it: `une toux depuis deux mois avant son │admission│`."""
    for hit in hits:
        if reading.folded.startswith("admission", hit.start) and _TOLD_BEFORE.search(
            words_before(reading, hit.start, 40)
        ):
            return [reading.draft("event", hit.start, hit.end, "affirmed", kind="admission")]
    return []


def _admission(reading: Reading, hit: Hit, role: str, found: list[Draft]) -> list[Draft]:
    folded = reading.folded
    before = words_before(reading, hit.start, 60)
    known = [draft for draft in found if draft.get("kind") == "admission"]
    end = hit.end
    if role == "entry":
        if not _entered(reading, hit, before, bool(known)):
            return []
    elif role == "stay":
        if before.endswith("sortie d'"):
            return []
        header = _header_stay(reading, hit)
        if header or folded.startswith("sejour", hit.start):
            return header
        if folded[hit.end : hit.end + 12].lstrip().startswith(
            ("programmee", "de jour", "a domicile")
        ) and not before.endswith("une "):
            return []
        if _DURING.search(before):
            if (
                known
                or "avant" in before[-20:]
                or not folded[hit.start : hit.end].startswith(("hospitalisation", "rehospitalisation"))
            ):
                return []
        elif (
            _REFERRED.search(before)
            or not (_TOLD_STAY.search(before) or _PLACE.match(folded, hit.end))
            or (re.search(r"\bl'$", before) and known and not re.search(r"decid[a-z]* (?:de )?l'$", before))
        ):
            return []
        elif before.endswith(" en ") and not _TAKEN_IN.search(before):
            return []  # how something is to be done
    elif _STILL.search(before) or (
        role == "admitted_where"
        and (
            not (_ADMITTED_WHERE.match(folded, hit.end) or folded.startswith(("readmis", "re-admis"), hit.start))
            or folded.startswith((" au bloc", " a signer"), hit.end)
            or (_ADMITTED_ELSE.search(before) and folded[hit.end : hit.end + 4] == " que")
        )
    ):
        return []
    if known and hit.start - known[-1].end < 60 and not reading.dates_between(known[-1].end, hit.start + 40):
        return []
    if not _affirmed(reading, hit.start, end) and not re.search(r"decid", before):
        return []
    place = _WARD.match(folded[hit.end : hit.end + 60]) if role != "stay" else None
    if place:
        end += len(place[0])
    return [reading.draft("event", hit.start, end, "affirmed", kind="admission"), *_until(reading, hit)]


_WARD = folded_re(r" (?:en|dans (?!un )|aux|au|a l')[a-z' ]{3,40}?(?=[.,;(]| pour| le | devant| ou | avec| suite|$)")
"""Where the patient was taken in."""
_ON_ENTRY = folded_re(r"(?:\s*+:)?\s*(?:le |du )?\d")
_INTO = folded_re(r" (?:a l'(?:hopital|unite|uci|usi|usc)|aux|au|en|dans|le \d|du \d)")
_INTO_HOSPITAL = folded_re(
    r" (?:le \d|(?:dans|en|au|aux|a) ?(?:le |la |l'|notre |un |une )?(?:service|hopital|unite|chu|clinique|urgences|"
    r"reanimation|hospitalisation|pediatrie|medecine|chirurgie|oncologie|hematologie))"
)
_AT_ADMISSION = folded_re(r"\s*(?:l'examen (?:clinique |physique |general )?)?(?:a|des|lors de) (?:l'|son )$")


_FOR_GOOD = folded_re(r" pour (?:une? |la |le |l'|son |sa )?(?:essai|etude|programme|protocole)")


def _entered(reading: Reading, hit: Hit, before: str, known: bool) -> bool:
    """Whether `admission`, `entrée` or `entré` tells a stay: with a day or a place, or opening what was found then."""
    folded = reading.folded
    if folded.startswith("entre", hit.start):
        if "é" not in reading.text[hit.start : hit.end].lower() and not folded.startswith("entree", hit.start):
            return False  # the preposition
        return bool(_ON_ENTRY.match(folded, hit.end, hit.end + 12) or _INTO_HOSPITAL.match(folded, hit.end))
    sentence = reading.sentence(hit.start)
    if folded.startswith("arrivee", hit.start) and _ON_ENTRY.match(folded, hit.end, hit.end + 12):
        return True
    if _INTO.match(folded, hit.end, hit.end + 14):
        opens = not folded[sentence.start : hit.start].strip(" -\n")
        return not known or (opens and bool(reading.dates_between(hit.end, sentence.end)))
    if reading.folded.startswith(" pour ", hit.end) and _TOLD_STAY.search(before):
        return _FOR_GOOD.match(folded, hit.end) is None  # `Nouvelle admission pour une pneumopathie`
    return not known and _AT_ADMISSION.fullmatch(folded, sentence.start, hit.start) is not None


def _until(reading: Reading, hit: Hit) -> list[Draft]:
    """`hospitalisé du 3 au 9 mai`: the day of discharge."""
    last = min(reading.sentence(hit.start).end, hit.end + 60)
    dates = reading.dates_between(hit.end, last)
    if not dates or not _FROM.match(reading.folded[hit.end : hit.end + 50].removeprefix("(e)")):
        return []
    found = re.search(r"\d(?:er)?[^.;,]{0,22}? au (?=\d)", reading.folded[hit.end : last])
    out = [d for d in dates if found and d.start >= hit.end + found.end() - 1]
    return [reading.draft("event", out[0].start, out[0].end, "affirmed", out[0].value, kind="discharge")] if out else []


_FROM = folded_re(r" (?:[a-z']+ ){0,4}?(?:du|le) \d")
_TO = folded_re(r"[^.;\n\d]{0,20}?(?P<to>\bau\b[^.;\n]{0,20}|[-/>=]{1,2}) ?")
"""What stands between the two days of a stay: `au`, a dash, an arrow."""


_FROM_DAY = folded_re(r"(?:\W{0,3}| *)(?:complete |conventionnelle )?(du |le |depuis le | ?: ?(?=\d))")


def _header_stay(reading: Reading, hit: Hit) -> list[Draft]:
    """`HOSPITALISATION DU 03/05/2021 AU 09/05/2021`: in and out."""
    last = reading.sentence(hit.start).end
    span = _FROM_DAY.match(reading.folded[hit.end : hit.end + 48])
    if span is None:
        return []
    said = hit.end + span.start(1)
    dates = reading.dates_between(said, min(last, said + 70))
    if not dates or dates[0].start - said > 30:
        return []
    drafts = [reading.draft("event", hit.start, dates[0].end, "affirmed", dates[0].value, kind="admission")]
    between = _TO.fullmatch(reading.folded, dates[0].end, dates[1].start) if len(dates) > 1 else None
    if between is not None:
        start = between.start("to") if between["to"].startswith("au") else dates[1].start
        drafts.append(reading.draft("event", start, dates[1].end, "affirmed", dates[1].value, kind="discharge"))
    return drafts


_AFTERWARDS = folded_re(r"(?:apres|depuis)(?: la| sa| cette)? $")


def _discharge(reading: Reading, hit: Hit, found: list[Draft]) -> list[Draft]:
    folded = reading.folded
    before = words_before(reading, hit.start, 30)
    words = folded[hit.start : hit.end]
    if words == "sortie" and not _LEFT.match(folded, hit.end):
        return []
    if _NOT_LEFT.search(before) or words.startswith("sortie d'aplasie") or not _affirmed(reading, hit.start, hit.end):
        return []
    if folded.startswith((" d'aplasie", " de l'eau", " des urgences de"), hit.end):
        return []
    last = found[-1] if found else None
    after = _AFTERWARDS.search(before)
    if any(d.get("kind") == "discharge" for d in found) and (
        after or (last is not None and last.get("kind") == "discharge")
    ):
        return []
    end = hit.end
    dates = reading.dates_between(hit.end, min(reading.sentence(hit.start).end, hit.end + 25))
    if dates:
        end = dates[0].end
    return [reading.draft("event", hit.start, end, "affirmed", kind="discharge")]


_OF_DISEASE = folded_re(
    r" (?:par|de|d'|des suites) ?(?:un |une )?(?:cancer|tumeur|carcinome|leucemie|maladie|lymphome)"
)
_NO_DEATH = folded_re(
    r"\b(?:taux|risque|cause|causes|certificat|mort(?:alite)?|declare|avant|jusqu'au) (?:de |son |du )*$"
)


def death(reading: Reading, hits: Hits) -> list[Draft]:
    """The death of the patient, where it is first told."""
    found: list[Draft] = []
    for hit in hits.get("death", []):
        before = words_before(reading, hit.start, 80)
        if _FAMILY_DEATH.search(before) or reading.section(hit.start) == "exam":
            continue
        if _OF_DISEASE.match(words_after(reading, hit)) and not re.search(r"patiente?|malade|il|elle", before):
            continue
        if not _affirmed(reading, hit.start, hit.end):
            continue
        if _OF_RELATIVE.match(reading.folded, hit.end):
            continue
        if _NO_DEATH.search(before):
            continue
        if found:
            break
        dates = reading.dates_between(hit.end, min(reading.sentence(hit.start).end, hit.end + 25))
        found.append(reading.draft("event", hit.start, dates[0].end if dates else hit.end, "affirmed", kind="death"))
    return found
