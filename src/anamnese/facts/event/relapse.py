"""Relapses: each once, with the farthest place that it is told of."""

from __future__ import annotations

from bisect import bisect_left

from anamnese.facts.event.words import (
    AGAIN,
    DEFINITE,
    NEAR,
    SEEN_GROWING,
    SYMPTOM,
    TUMOUR_GROWS,
    Hits,
    end_of_places,
    first_between,
    is_not_told,
    month,
    months_told,
    only_if_it_comes,
    place,
    therapies,
    words_before,
)
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds, stands

_RETOLD = frozenset({"diagnosis", "treatment", "discussion", "conclusion"})
"""Sections that refer to what the history or the examinations have told."""
_OF_DIAGNOSIS = folded_re(
    r"(?:diagnostic|faveur|confirme|confirmant|confirmer|compatible avec|correspondant a|cas|contexte|"
    r"prise en charge|traitement|histologie|nature)(?: de| d'une| de la| de cette| d'| une| la)* ?$"
)
_SYMPTOM_COMES_BACK = folded_re(
    r"(?:pleuresie|epanchement|ascite|douleurs?|fievre|saignement|symptom[a-z]+|hemorragie|abces|"
    r"fistule)\b(?: [a-z]+){0,2} ?$"
)
_ANNOUNCED = folded_re(r"\b(?:annonce|consultation) (?:de (?:la |sa )?|d'une )$")
_ALTERNATIVE = folded_re(
    r"\b(?:compatible avec|en rapport avec|pouvant (?:etre|correspondre a)|evoca[a-z]+) (?:de |d'|une )*$"
)
"""One of two readings (`compatible avec une récidive ou une radionécrose`) is in doubt."""
_LOCAL = folded_re(
    r"\b(?:locales?|localement|cavite operatoire|sur les berges|cicatric[a-z]+|in situ|anastomo[a-z]+|mammaire|sein|"
    r"parietale?|paroi|"
    r"lit (?:operatoire|tumoral)|loge|moignon|meme site|cuir chevelu|"
    r"autour|vaginale?|vesicale?|homolaterale?|tranche|site operatoire|prostatique|endo[a-z]+|pelvienne|col|frontale|"
    r"temporale|occipitale)\b"
)
_REGIONAL = folded_re(
    r"\b(?:ganglionnaires?|axillaires?|aisselle|claviculaires?|loco-?regionales?|regionales?|cervicales?|"
    r"inguina[a-z]+|en transit|mediastina[a-z]+|retroperitonea[a-z]+|adenopathies?)\b"
)
_DISTANT = folded_re(
    r"\b(?:metastatiques?|oligometastatiques?|metastases?|distance|hepatiques?|pulmonaires?|osseuses?|"
    r"cerebrales?|peritoneales?|pleurales?|surrenal[a-z]+|"
    r"perihepatiques?|(?:implants?|nodules?|carcinose) (?:peritone|perihep|omenta|epiplo)[a-z]*|epiploiques?|epiploon|"
    r"cutanees?|leptomeningees?|meningees?|spleniques?|systemiques?|visceral[a-z]+|foie|poumons?|os|"
    r"cerveau|reins?|orbitaire|colique|renale|peritoine|snc|systeme nerveux|neuromening[a-z]*|"
    r"tube digestif|digestives?|gastriques?|surrenales?|rate|moelle|"
    r"musculaires?|medullo-?)\b"
)


_PLACES = 45
"""How far behind a relapse its places are told, in characters."""
_LABELLED = folded_re(r" ?\([^()\n]{2,60}\) ?:")
"""Behind a relapse that heads what was found: when it came."""
_OTHERWISE = folded_re(r"[.;]|, (?:traite|opere|avec|ayant|pour)|\b(?:traite|opere|apres|avec biopsie)")
"""What ends the words of a relapse that say where it is."""
_OF_A_MARKER = folded_re(r"biochimique|biologique|moleculaire|cytologique")
"""A relapse of a marker has no place."""


def _kind(reading: Reading, hit: Hit, end: int) -> str:
    """local, regional or distant: the farthest place named in the words of the relapse."""
    if _OF_A_MARKER.search(reading.folded, hit.start, hit.end):
        return "relapse"
    if hit.term.name not in ("relapse", "relapse_local", "relapse_regional"):
        return hit.term.name
    last = reading.sentence(hit.start).end
    words = reading.folded[hit.start : min(last, max(end, hit.end + _PLACES))]
    labelled = _LABELLED.match(reading.folded, hit.end, last)
    if labelled is not None:  # `2e rechute (mai 2018, à 20 mois) : nodules hépatiques`
        behind = labelled.end()
        words = reading.folded[hit.start : hit.end] + reading.folded[behind : min(last, behind + _PLACES)]
    if hit.term.name != "relapse":
        words = words.partition(" avec ")[0]  # `récidive locorégionale avec métastases osseuses`
    words = _OTHERWISE.split(words, 1)[0]
    distant = _DISTANT.findall(words)
    if distant:
        own = _OWN_ORGAN.get(_primary_organ(reading), ())
        return "relapse_local" if own and all(word.startswith(own) for word in distant) else "relapse_distant"
    if hit.term.name != "relapse":
        return hit.term.name
    if _REGIONAL.search(words):
        return "relapse_regional"
    if _IN_LIVER.search(words) and _primary_organ(reading) == "C22":
        return "relapse_local"
    return "relapse_local" if _LOCAL.search(words) else "relapse"


_IN_LIVER = folded_re(r"\b(?:nodul|multifocal|segment|(?:i|ii|iii|iv|v|vi|vii|viii)\b)")
"""What a relapse of a tumour of the liver is told with that names no organ: `récidive multifocale (7 nodules)`."""
_OWN_ORGAN = {
    "C16": ("gastrique",), "C18": ("colique",), "C19": ("colique",), "C22": ("hepatique", "foie"),
    "C71": ("cerebral", "cerveau"), "C38": ("pleural",), "C45": ("pleural",), "C64": ("renal", "rein"),
    "C69": ("orbitair",), "C74": ("surrenal",),
}  # fmt: skip
"""What a relapse in the organ of the primary itself is told with, by its topography."""


def _primary_organ(reading: Reading) -> str:
    tumours = [tumour for tumour in reading.facts("tumour") if tumour.status in (None, "affirmed")]
    malignant = [tumour for tumour in tumours if str(tumour.get("morphology")).endswith("/3")]
    return str((malignant or tumours)[0].get("topography"))[:3] if tumours else ""


def relapses(reading: Reading, hits: Hits) -> list[Draft]:
    """Each relapse once, with the farthest place it is told of."""
    found: list[Draft] = []
    metastases = sorted(reading.facts("metastasis"), key=place) if "appearance" in hits else []
    candidates = hits.get("relapse", []) + hits.get("reappear", []) + hits.get("appearance", [])
    for hit in sorted(candidates):
        role = hit.term.row["role"]
        before = words_before(reading, hit.start, 60)
        if role == "appearance":
            draft = _appearance(reading, hit, found, metastases)
            if draft is not None:
                found.append(draft)
            continue
        if is_not_told(before) or SYMPTOM.match(reading.folded, hit.end) or only_if_it_comes(reading, hit, before):
            continue
        if role == "relapse" and reading.text[hit.end - 1] == "é" and " " not in reading.text[hit.start : hit.end]:
            continue  # `un gliome récidivé`
        if _SYMPTOM_COMES_BACK.search(before):
            continue
        if "demande" in before and before.rstrip(" :").endswith("demande"):
            continue  # a field of a form: `Type de demande : │rechute│`
        if _ANNOUNCED.search(before) and hit != hits["relapse"][-1]:
            continue  # what a consultation was for, which its account tells
        if role == "reappear" and not SEEN_GROWING.search(before) and not TUMOUR_GROWS.match(reading.folded, hit.end):
            continue
        end = end_of_places(reading, hit.end)
        status = reading.scopes.status(Draft("event", hit.start, end, {}, None, None))
        if status not in ("affirmed", "suspected"):
            continue
        if found and (_IN_SUM.search(before) or _is_retold(reading, hit, before, found[-1], status)):
            if found[-1].get("kind") == "relapse" and _IN_SUM.search(before):
                found[-1].attributes["kind"] = _kind(reading, hit, end)
            if found[-1].status == "suspected" and status == "affirmed" and 0 <= hit.start - found[-1].end < NEAR:
                found[-1].status = "affirmed"
                if found[-1].get("kind") == "relapse":
                    found[-1].attributes["kind"] = _kind(reading, hit, end)
            continue
        again = AGAIN.search(before)
        start = hit.start - len(again[0]) if again else hit.start
        if status == "affirmed" and reading.folded.startswith(" ou ", end) and _ALTERNATIVE.search(before):
            status = "suspected"
        found.append(reading.draft("event", start, end, status, kind=_kind(reading, hit, end)))
    if len(found) > 1 and _WHY.match(reading.folded, reading.sentence(found[0].start).start):
        del found[0]  # the reason of the document, which its account tells again
    late = _late_metastasis(reading)
    if late is not None and (not found or _long_before(reading, late, found[0])):
        found.insert(0, late)
    return found + _after_remissions(reading, found) if found else found


def _long_before(reading: Reading, late: Draft, relapse: Draft) -> bool:
    """Whether secondary disease was told well before the first relapse that the report calls one."""
    if reading.section(late.start) in ("investigations", "exam"):
        return False  # what the examination found is called a relapse below
    then, now = month(reading, late), month(reading, relapse)
    if then is None or now is None or relapse.start - late.end <= _APART:
        return False
    if now - then >= _APART_MONTHS:
        return True
    near_by = relapse.get("kind") in ("relapse_local", "relapse_regional") and now - then >= _TREATED_MONTHS
    return near_by and first_between(reading.once(therapies), late.end, relapse.start) is not None


_IN_SUM = folded_re(r"^\W*(?:donc|au total|en conclusion|conclusion|synthese|en resume|en somme)\W+(?:[a-z']+ ){0,2}$")
_WHY = folded_re(r"\W*(?:motif|objet|indication|renseignements?|question)\b")
_APART_MONTHS, _APART = 6, 200
"""Two relapses lie at least so many months and characters apart where only one of them is called so."""
_TREATED_MONTHS = 3
"""Half as many are enough where the first was in a distant organ and was treated before the other came."""
_LATE_MONTHS = 12
"""Secondary disease that shows a year after the operation of the primary (half where the patient was under watch
meanwhile) is a relapse, not its extent."""
_CLEARED = folded_re(
    r"remission complete|reponse complete|(?:ans?|mois) de (?:remission|surveillance)|intervalle libre"
)
"""What is told of a disease that no operation but another treatment had cleared."""
_OF_CLEARED = ("remission", "reponse complete", "surveillance", "intervalle libre")
_WATCHED = (
    "surveillance", "suivi", "controle", "adjuvant", "intervalle libre", "remission", "ans plus tard", "ans apres",
)  # fmt: skip


def _late_metastasis(reading: Reading) -> Draft | None:
    """The first distant metastasis of a report that tells no relapse, a year or more after the operation."""
    distant = [m for m in reading.facts("metastasis") if m.get("site") != "lymph_node" and m.status is None]
    if not distant:
        return None
    first = min(distant, key=place)
    given = [t for t in reading.facts("therapy") if t.status is None and t.start < first.start]
    operation = next((t for t in given if t.get("kind") == "surgery"), None) or next(
        (t for t in given if t.get("kind") == "radiotherapy"), None
    )
    if operation is None and given and stands(_OF_CLEARED, _CLEARED, reading.folded, given[0].end, first.start):
        operation = given[0]  # a course that left nothing
    if operation is None or reading.scopes.status(first) != "affirmed" or _fell_ill_anew(reading, operation.end):
        return None
    sentence = reading.sentence(first.start)
    if any(
        hit.term.row["role"] in ("progression", "progresses", "second")
        for hit in reading.hits_between("event", sentence.start, sentence.end)
    ):
        return None
    lapse = months_told(reading.folded, sentence.start, sentence.end)
    then, now = month(reading, operation), month(reading, first)
    if then is not None and now is not None:
        lapse = max(lapse, now - then)
    if not lapse:
        return None
    watched = holds(reading.folded[operation.end : first.start], _WATCHED) or any(
        t.get("kind") == "chemotherapy" and t.start > operation.start for t in given
    )
    if lapse < (_LATE_MONTHS if not watched else _LATE_MONTHS // 2):
        return None
    of_skin = first.get("site") == "skin" and _primary_organ(reading) == "C44"
    regional = of_skin or "transit" in reading.folded[first.start : first.end]
    return reading.draft("event", first.start, first.end, kind="relapse_regional" if regional else "relapse_distant")


def _fell_ill_anew(reading: Reading, pos: int) -> bool:
    """Whether another malignant primary is told after a place where one was told before: what spread may be of that."""
    starts = [
        tumour.start
        for tumour in reading.facts("tumour")
        if tumour.status in (None, "affirmed") and str(tumour.get("morphology")).endswith("/3")
    ]
    return len(starts) > 1 and min(starts) < pos < max(starts)


_NO_ACCOUNT = frozenset({"investigations", "exam", "diagnosis", "conclusion", "discussion"})
_OF_ALL = frozenset({"appearance", "followed", "state", "now", "relapse"})
"""Roles of words that do not keep a sentence from telling a relapse."""


_REMEMBERED = 4000
"""How many characters behind a relapse the next is looked for."""


def _after_remissions(reading: Reading, found: list[Draft]) -> list[Draft]:
    """Secondary disease in a distant organ, half a year or more after a relapse which was in remission meanwhile."""
    more: list[Draft] = []
    known = sorted(found, key=place)
    for new in sorted(reading.facts("metastasis"), key=place):
        if new.status is not None or new.get("site") == "lymph_node":
            continue
        at = bisect_left(known, new.start, key=place)
        last = max([known[at - 1], *more[-1:]], key=place) if at else None
        if last is None or last.end > new.start or new.start - last.end > _REMEMBERED:
            continue
        if first_between(known, new.start, new.start + NEAR):
            continue
        cleared = stands(_OF_CLEARED, _CLEARED, reading.folded, last.end, new.start)
        if not cleared or reading.scopes.status(new) != "affirmed":
            continue
        sentence = reading.sentence(new.start)
        if reading.section(new.start) in _NO_ACCOUNT or any(
            hit.term.row["role"] not in _OF_ALL for hit in reading.hits_between("event", *sentence)
        ):
            continue
        then, now = month(reading, last), month(reading, new)
        apart = now - then if then is not None and now is not None else 0
        if max(apart, months_told(reading.folded, sentence.start, sentence.end)) >= _APART_MONTHS:
            more.append(reading.draft("event", new.start, new.end, kind="relapse_distant"))
    return more


def _is_retold(reading: Reading, hit: Hit, before: str, last: Draft, status: str) -> bool:
    """Whether a relapse told here is the last one that was told."""
    gap = hit.start - last.end
    if gap < 0:
        return True
    if AGAIN.search(before):
        return gap < 30 and reading.sentence(hit.start).start <= last.start
    if status == "suspected" or last.status == "suspected":
        return gap < NEAR
    if DEFINITE.search(before) or _OF_DIAGNOSIS.search(before) or reading.section(hit.start) in _RETOLD:
        return True
    sentence = reading.sentence(hit.start)
    if sentence.start <= last.start:
        return not reading.dates_between(last.end, hit.start)
    return gap < 150 and not reading.dates_between(last.end, hit.start) and not _dated_anew(reading, hit, last)


def _dated_anew(reading: Reading, hit: Hit, last: Draft) -> bool:
    """Whether the sentence of a relapse dates it, and later than the last one: `En 2015, elle récidive. Elle
    │rechute│ en 2018`."""
    if not reading.dates_between(hit.end, reading.sentence(hit.start).end):
        return False
    then, now = month(reading, last), month(reading, hit)
    return then is not None and now is not None and now - then >= _APART_MONTHS


def _appearance(reading: Reading, hit: Hit, found: list[Draft], metastases: list[Draft]) -> Draft | None:
    """`apparition de métastases hépatiques`: a relapse where the disease had been treated and none was known before."""
    if reading.section(hit.start) in ("investigations", "exam", "diagnosis", "conclusion"):
        return None
    if not reading.folded.startswith((" de ", " d'", " des "), hit.end):
        return None
    sentence = reading.sentence(hit.start)
    here = first_between(metastases, hit.end, min(hit.end + 41, sentence.end))
    if here is None or (found and hit.start - found[-1].end < NEAR):
        return None
    before = metastases[: bisect_left(metastases, hit.start, key=place)]
    if any(m.get("site") != "lymph_node" and m.status is None for m in before):
        return None
    if not any(
        t.get("kind") in ("surgery", "radiotherapy", "chemotherapy") and t.start < hit.start and t.status is None
        for t in reading.facts("therapy")
    ):
        return None
    near = max(sentence.start, hit.start - NEAR), min(sentence.end, hit.end + NEAR)
    if any(h.term.row["role"] in ("relapse", "progression") for h in reading.hits_between("event", *near)):
        return None
    near_by = here.get("site") == "lymph_node" or (here.get("site") == "skin" and _primary_organ(reading) == "C44")
    kind = "relapse_regional" if near_by else "relapse_distant"
    return reading.draft("event", hit.start, here.end, kind=kind)
