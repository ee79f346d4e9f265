"""Relapses, progressions and second primaries."""

from __future__ import annotations

import re

from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit

Hits = dict[str, list[Hit]]

_RETOLD = frozenset({"diagnosis", "treatment", "discussion", "conclusion"})
"""Sections that refer to what the history or the examinations have told."""

_AGAIN = re.compile(r"(?:nouvelles?|deuxieme|troisieme|quatrieme|seconde?|\b\d ?(?:e|eme|ere)|autre|de nouveau(?: une)?|a nouveau(?: une)?) $")
_DEFINITE = re.compile(r"(?:\bla |\bcette |\bsa |\bcelle |\bl'|\bde la |\bladite |\bces |\bdes )(?:nouvelle |premiere |deuxieme )?$")
_OF_DIAGNOSIS = re.compile(r"(?:diagnostic|faveur|confirme|confirmant|confirmer|compatible avec|correspondant a|cas|contexte|prise en charge|traitement|histologie|nature)(?: de| d'une| de la| de cette| d'| une| la)* ?$")
_NOT_TOLD = re.compile(
    r"(?:survie|intervalle|periode|delai|temps|libre|duree|taux|risque|absence|probabilite|facteurs?|score|sans|eviter|"
    r"prevenir|diminuer|reduire|limiter|favoriser|alternatives? efficaces? a la|sg|ssp|survenue|type de|mode de|critere de|definition de)"
    r"(?: sans| de| d'| la| une| libre| avant| a| en)* $"
)
_UNTIL = re.compile(r"jusqu'(?:a|au|en) (?:la )?$")
_SYMPTOM = re.compile(
    r" (?:progressive |clinique |rapide |nette |importante )*(?:de la |du |des |de l'|de son |de sa |de ses |de |d'une? |d')"
    r"(?:symptomatologie|symptomes?|douleurs?|fievre|dyspnee|dysphagie|toux|epanchement|pleuresie|ascite|saignement|hemorragie|hematurie|deficit|"
    r"troubles?|insuffisance|infection|oedeme|œdeme|anemie|thrombopenie|asthenie|etat|creatinine|clinique|cephalees|vertiges|"
    r"tableau|vomissements?|purpura|signes|fonction|detresse|situation|dose|posologie|traitement|antalgi[a-z]+|perimetre|densite|"
    r"neuropathie|diarrhee|bilirubine|crp|leucocytes|plaquettes|pression|tension|frequence|volume abdominal|activite|valeurs?|taux|marqueurs?|"
    r"clones|corticoides|transaminases|reactants|vascularisation|debit|poids|diurese|polynucleaires|epaisseur|crise|convulsion|confusion)"
)
_TUMOUR_GROWS = re.compile(
    r" (?:importante |nette |significative |discrete |progressive |rapide )?(?:de la |du |des |de l'|de |en |d'une )?(?:la )?(?:taille|volume|nombre|charge|multiples|toutes les|l'ensemble des)*"
    r" ?(?:et (?:du|en|de) (?:nombre|taille|volume) )?(?:de la |du |des |de l'|de |d'une )?"
    r"(?:tumorale?|masses?|tumeurs?|lesions?|nodules?|adenopathies?|metastases?|maladie|atteinte|implants?|carcinose|processus|localisations?|conglomerat|ganglions?)"
)
_SYMPTOM_COMES_BACK = re.compile(r"(?:pleuresie|epanchement|ascite|douleurs?|fievre|saignement|symptom[a-z]+|hemorragie|abces|fistule)\b(?: [a-z]+){0,2} ?$")
_PRESENTED = re.compile(r"\b(?:depuis|evoluant|apparue?s?|consult[a-z]+|s'est present[a-z]+|presente|presentait|ayant)\b")
_SEEN_GROWING = re.compile(r"(?:lesions?|nodules?|masses?|metastases?|adenopathies|tumeur)\b[^.;:\n]{0,60}$")

_LOCAL = re.compile(
    r"\b(?:locales?|cicatric[a-z]+|in situ|anastomo[a-z]+|mammaire|sein|parietale?|paroi|lit (?:operatoire|tumoral)|loge|moignon|meme site|cuir chevelu|"
    r"autour|vaginale?|vesicale?|homolaterale?|tranche|site operatoire|prostatique|endo[a-z]+|pelvienne|col)\b"
)
_REGIONAL = re.compile(r"\b(?:ganglionnaires?|axillaires?|aisselle|claviculaires?|loco-?regionales?|regionales?|cervicales?|inguina[a-z]+|mediastina[a-z]+|retroperitonea[a-z]+|adenopathies?)\b")
_DISTANT = re.compile(
    r"\b(?:metastatiques?|oligometastatiques?|metastases?|distance|hepatiques?|pulmonaires?|osseuses?|cerebrales?|peritoneales?|pleurales?|surrenal[a-z]+|"
    r"cutanees?|leptomeningees?|meningees?|spleniques?|systemiques?|visceral[a-z]+|foie|poumons?|os|cerveau|reins?|orbitaire|colique|renale|peritoine)\b"
)
_TAIL = re.compile(
    r"(?: \([^()\n]{1,25}\))?(?:,? (?:et |ou |puis )?(?:au niveau (?:de la|du|des|de l')?|dans (?:la|le|les|l')?|de (?:la|sa)|d'un|du|des|sur|a|en|[a-z'-]*"
    r"(?:ales?|aires?|iques?|euses?|iennes?|aux|ees?|ive|ite|nue|ilaterale|ique|ienne|isse?lle|sein|foie|cerveau|distance|maladie|tumeur))"
    r"(?= |,|\.|;|\)|\(|\n|$|:)){0,8}"
)
_LOOSE_END = re.compile(r"(?:[ ,]+(?:et|ou|a|en|du|des|de|la|le|les|dans|sur|d'un|au niveau))+$|[ ,]+$")
_NEAR = 420
"""Within this many characters a definite article refers to what was just told."""


def _before(reading: Reading, pos: int, width: int) -> str:
    first = reading.sentence(pos).start
    return reading.folded[max(first, pos - width) : pos]


def _end(reading: Reading, end: int) -> int:
    """The end of the words that say where the disease is."""
    tail = _TAIL.match(reading.folded, end, min(reading.sentence(end - 1).end, end + 120))
    text = tail[0] if tail else ""
    return end + len(_LOOSE_END.sub("", text))


def _kind(reading: Reading, hit: Hit, end: int) -> str:
    """local, regional or distant: the farthest place named in the words of the relapse."""
    if hit.term.name not in ("relapse", "relapse_local", "relapse_regional"):
        return hit.term.name
    last = reading.sentence(hit.start).end
    words = reading.folded[hit.start : min(last, max(end, hit.end + 45))]
    words = re.split(r"[.;]|, (?:traite|opere|avec|ayant|pour)|\b(?:traite|opere|apres|avec biopsie)", words)[0]
    if _DISTANT.search(words):
        return "relapse_distant"
    if hit.term.name != "relapse":
        return hit.term.name
    if _REGIONAL.search(words):
        return "relapse_regional"
    return "relapse_local" if _LOCAL.search(words) else "relapse"


def relapses(reading: Reading, hits: Hits) -> list[Draft]:
    """Each relapse once, with the farthest place it is told of."""
    found: list[Draft] = []
    candidates = hits.get("relapse", []) + hits.get("reappear", []) + hits.get("appearance", [])
    for hit in sorted(candidates):
        role = hit.term.row["role"]
        before = _before(reading, hit.start, 60)
        if role == "appearance":
            draft = _appearance(reading, hit, found)
            if draft is not None:
                found.append(draft)
            continue
        if _NOT_TOLD.search(before) or _SYMPTOM.match(reading.folded, hit.end):
            continue
        if _SYMPTOM_COMES_BACK.search(before):
            continue
        if role == "reappear" and not _SEEN_GROWING.search(before) and not _TUMOUR_GROWS.match(reading.folded, hit.end):
            continue
        end = _end(reading, hit.end)
        status = reading.scopes.status(reading.draft("event", hit.start, end))
        if status not in ("affirmed", "suspected"):
            continue
        if found and _is_retold(reading, hit, before, found[-1], status):
            if found[-1].status == "suspected" and status == "affirmed" and hit.start - found[-1].end < _NEAR:
                found[-1].status = "affirmed"
                if found[-1].get("kind") == "relapse":
                    found[-1].attributes["kind"] = _kind(reading, hit, end)
            continue
        again = _AGAIN.search(before)
        start = hit.start - len(again[0]) if again else hit.start
        found.append(reading.draft("event", start, end, status, kind=_kind(reading, hit, end)))
    if not found and (late := _late_metastasis(reading)) is not None:
        found.append(late)
    return found


_LATE_MONTHS = 12
"""Secondary disease that shows a year or more after the operation of the primary is a relapse, not its extent."""
_WATCHED = re.compile(r"surveillance|suivi|controles?|adjuvant|intervalle libre|remission|ans plus tard|ans apres")


def _late_metastasis(reading: Reading) -> Draft | None:
    """The first distant metastasis of a report that tells no relapse, a year or more after the operation."""
    distant = [m for m in reading.facts("metastasis") if m.get("site") != "lymph_node" and m.status is None]
    surgery = [t for t in reading.facts("therapy") if t.get("kind") == "surgery" and t.status is None]
    if not distant or not surgery or surgery[0].start > distant[0].start:
        return None
    first, operation = distant[0], surgery[0]
    sentence = reading.sentence(first.start)
    if any(hit.term.row["role"] in ("progression", "second") for hit in reading.hits_between("event", sentence.start, sentence.end)):
        return None
    if not _WATCHED.search(reading.folded, operation.end, first.start):
        return None
    then, now = _month(reading, operation), _month(reading, first)
    if then is None or now is None or now - then < _LATE_MONTHS:
        return None
    return reading.draft("event", first.start, first.end, kind="relapse_distant")


def _month(reading: Reading, draft: Draft) -> int | None:
    """The month, counted from year 0, of the date in a draft's sentence or the last before it."""
    sentence = reading.sentence(draft.start)
    times = [t for t in reading.dates_between(sentence.start, sentence.end) if not t.birth]
    if not times:
        times = [t for t in reading.dates_between(max(0, sentence.start - 600), sentence.start) if not t.birth][-1:]
    if not times:
        return None
    value = times[0].value
    return int(value[:4]) * 12 + (int(value[5:7]) if len(value) > 6 else 6)


def _is_retold(reading: Reading, hit: Hit, before: str, last: Draft, status: str) -> bool:
    """Whether a relapse told here is the last one that was told."""
    gap = hit.start - last.end
    if gap < 0:
        return True
    if _AGAIN.search(before):
        return gap < 30
    if status == "suspected" or last.status == "suspected":
        return gap < _NEAR
    if _DEFINITE.search(before) or _OF_DIAGNOSIS.search(before) or reading.section(hit.start) in _RETOLD:
        return True
    sentence = reading.sentence(hit.start)
    if sentence.start <= last.start:
        return not reading.dates_between(last.end, hit.start)
    return gap < 150 and not reading.dates_between(last.end, hit.start)


def _appearance(reading: Reading, hit: Hit, found: list[Draft]) -> Draft | None:
    """`apparition de métastases hépatiques`: a relapse where the disease had been treated and none was known before."""
    if reading.section(hit.start) in ("investigations", "exam", "diagnosis", "conclusion"):
        return None
    if not re.match(r" (?:de |d'|des |d'une? |de plusieurs |de nombreuses |de multiples |de nouvelles? |de deux |de trois )", reading.folded[hit.end : hit.end + 16]):
        return None
    sentence = reading.sentence(hit.start)
    metastases = reading.facts("metastasis")
    here = next((m for m in metastases if hit.end <= m.start <= hit.end + 40 and m.start < sentence.end), None)
    if here is None or any(m.start < hit.start and m.get("site") != "lymph_node" and m.status is None for m in metastases) or any(hit.start - f.end < _NEAR for f in found):
        return None
    if not any(t.get("kind") in ("surgery", "radiotherapy", "chemotherapy") and t.start < hit.start and t.status is None for t in reading.facts("therapy")):
        return None
    if any(h.term.row["role"] in ("relapse", "progression") for h in reading.hits_between("event", sentence.start, sentence.end)):
        return None
    kind = "relapse_regional" if here.get("site") == "lymph_node" else "relapse_distant"
    return reading.draft("event", hit.start, here.end, kind=kind)


def progressions(reading: Reading, hits: Hits, known: list[Draft]) -> list[Draft]:
    """Each progression once; not where the same words tell a relapse."""
    found: list[Draft] = []
    candidates = [hit for role in ("progression", "progresses", "worse", "growth", "grew", "appearance") for hit in hits.get(role, [])]
    for hit in sorted(candidates):
        role = hit.term.row["role"]
        before = _before(reading, hit.start, 60)
        sentence = reading.sentence(hit.start)
        if role == "growth" and not _grows(reading, hit, before, found):
            continue
        if role == "grew" and _PRESENTED.search(reading.folded, sentence.start, hit.start):
            continue
        if role == "grew" and not (_SEEN_GROWING.search(_before(reading, hit.start, 90)) and _followed_up(reading, hit, found)):
            continue
        if role == "appearance" and not _new_under_treatment(reading, hit, found, known):
            continue
        if role == "worse" and reading.section(hit.start) in ("exam", "history") and "evolution" in reading.folded[hit.start : hit.end]:
            continue
        if role == "worse" and reading.folded.startswith("evolution", hit.start):
            continue
        if _NOT_TOLD.search(before) or (_UNTIL.search(before) and not _dated(reading, hit, sentence.end)) or _SYMPTOM.match(reading.folded, hit.end):
            continue
        if role == "progression" and reading.text[hit.start : hit.end] in ("PD", "PMD") and (reading.folded[hit.end : hit.end + 1] in "-" or not re.search(r"(?:[:,;=(>]|en|avec|vers|pour) ?$", before)):
            continue
        if role == "progresses" and not re.search(r"(?:patiente?|maladie|tumeur|lesions?|il|elle|masse|metastases|a|nodules?|ont|qui|cancer|de nouveau)(?: [a-z]+)? $", before):
            continue
        end = _end(reading, hit.end)
        status = reading.scopes.status(reading.draft("event", hit.start, end))
        if status not in ("affirmed", "suspected"):
            continue
        if found and _is_same_progression(reading, hit, before, found[-1], status, sentence.start):
            if found[-1].status == "suspected" and status == "affirmed":
                found[-1].start, found[-1].end, found[-1].status = hit.start, end, "affirmed"
            continue
        adjective = re.search(r"(?:nouvelle|lente|franche|rapide|importante|nette) $", before)
        start = hit.start - len(adjective[0]) if adjective else hit.start
        found.append(reading.draft("event", start, end, status, kind="progression"))
    return found


def _dated(reading: Reading, hit: Hit, last: int) -> bool:
    return bool(reading.dates_between(hit.end, min(last, hit.end + 30)))


def _is_same_progression(reading: Reading, hit: Hit, before: str, last: Draft, status: str, sentence: int) -> bool:
    gap = hit.start - last.end
    dated = reading.dates_between(last.end, hit.start)
    if last.start >= sentence and not dated:
        return True
    if _AGAIN.search(before) and status == "affirmed":
        return False
    if status == "suspected":
        return gap < 150
    if last.status == "suspected":
        return gap < 150
    if _DEFINITE.search(before) and gap < _NEAR and not (dated and gap > 90):
        return not re.search(r"constat|confirm|objectiv", reading.folded[hit.end : hit.end + 45])
    section = reading.section(hit.start)
    if section in ("discussion", "conclusion", "diagnosis") and gap < 1500:
        return True
    return gap < 90 and not dated and not re.search(r"cycles?|ligne|cures?", reading.folded[last.end : hit.start])


def _grows(reading: Reading, hit: Hit, before: str, found: list[Draft]) -> bool:
    if reading.section(hit.start) not in ("course", "treatment", "history", None):
        return False
    if reading.folded.startswith("majore", hit.start) or reading.folded.startswith("s'aggrave", hit.start):
        return False
    return _TUMOUR_GROWS.match(reading.folded, hit.end) is not None and _followed_up(reading, hit, found)


def _followed_up(reading: Reading, hit: Hit, found: list[Draft]) -> bool:
    """Whether what grew had been treated before, and is not the progression just told."""
    if reading.section(hit.start) not in ("course", "treatment", "history", None):
        return False
    if not any(t.start < hit.start and t.status is None for t in reading.facts("therapy")):
        return False
    return not (found and hit.start - found[-1].end < 200)


def _new_under_treatment(reading: Reading, hit: Hit, found: list[Draft], known: list[Draft]) -> bool:
    """`apparition de nouvelles lésions`, with metastases known and treated before."""
    if reading.section(hit.start) not in ("course", "treatment"):
        return False
    if any(draft.start <= hit.start < draft.end + 40 for draft in known) or (found and hit.start - found[-1].end < 200):
        return False
    following = reading.folded[hit.end : hit.end + 45]
    if not re.match(r" (?:de |d'|des )(?:nouvelles |multiples |nombreuses |plusieurs |deux |trois )*(?:lesions|metastases?|nodules|adenopathies|localisations)", following):
        return False
    sentence = reading.sentence(hit.start)
    if any(h.term.row["role"] in ("relapse", "progression", "progresses") for h in reading.hits_between("event", sentence.start, sentence.end)):
        return False
    earlier = any(m.start < hit.start - 100 and m.status is None for m in reading.facts("metastasis"))
    return earlier and any(
        t.get("kind") in ("chemotherapy", "targeted", "immunotherapy", "hormone") and t.start < hit.start and t.status is None
        for t in reading.facts("therapy")
    )


def second_primaries(reading: Reading, hits: Hits) -> list[Draft]:
    """A further primary, told as one; once within a paragraph."""
    found: list[Draft] = []
    last = ""
    for hit in hits.get("second", []):
        before = _before(reading, hit.start, 40)
        line = reading.folded[reading.folded.rfind("\n", 0, hit.start) + 1 : hit.end + 3]
        if line.strip() == reading.folded[hit.start : hit.end]:  # a heading
            continue
        ordinal = reading.folded[hit.start : hit.start + 4]
        if found and (_DEFINITE.search(before) or (hit.start - found[-1].end < 1500 and (ordinal == last or ordinal not in ("deux", "troi")))):
            continue
        last = ordinal
        status = reading.scopes.status(reading.draft("event", hit.start, hit.end))
        if status in ("affirmed", "suspected"):
            found.append(reading.draft("event", hit.start, hit.end, status, kind="second_primary"))
    return found
