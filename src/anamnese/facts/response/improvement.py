"""Improvements without a category: less of the tumour, of what it causes, or of its markers."""

from __future__ import annotations

import re

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, WORD, load_words, response, words_before
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_TARGETS = frozenset(load_words("targets.tsv"))
_NOT_TUMOUR = folded_re(
    r" (?:ulterieure |progressive |rapide |nette |significative |transitoire |spontanee |"
    r"partielle )*(?:de la |du |des |de l'|de |d')"
    r"(?:bilan|profil|fonction|hemoglobine|hypoglycemie|glycemie|fievre|cytolyse|plaquettes|numeration|hemogramme|"
    r"corticoides|corticotherapie|diuretiques|doses?|dosage|murmure|posologie|acuite|fraction|fracture|"
    r"toxicite|neutropenie|"
    r"creatinine|creatininemie|diurese|tension|pression|saturation|luxation|mobilite|force|poids|"
    r"appetit|qualite|transaminases|survie|pronostic|"
    r"immunosuppress[a-z]+|traitement|antalgiques|vision|nausees?|vomissements?|triglycerides|"
    r"parametres|av\b|autonomie|fonctionnelle)"
)
_SIZE_TARGET = folded_re(
    r"(?: \(?[a-z0-9>%,.-]+\)?){0,4}? (?:de la |du |des |de l'|de |d'|en |"
    r"d'une )([a-z][a-z0-9-]*)(?: ([a-z0-9-]+))?"
)
_NAMED_TARGETS = _TARGETS - {"taux", "reste", "ensemble", "plus", "quasi", "toutes", "nombre"}
_LESIONS = frozenset(
    [
        "masse",
        "masses",
        "tumeur",
        "tumeurs",
        "lesion",
        "lesions",
        "nodule",
        "nodules",
        "adenopathies",
        "adenopathie",
        "metastases",
        "processus",
        "images",
        "ascite",
        "epanchement",
        "fixation",
        "fixations",
        "carcinose",
        "epaississement",
        "quasi",
        "ensemble",
        "toutes",
        "plus",
    ]
)
_TUMOUR_ADJECTIVE = folded_re(
    r" (?:tumorale?|metastatique|lesionnelle|morphologique|radiologique|clinique|metabolique|franche|"
    r"partielle|complete|spectaculaire)\b"
)


def better(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    before = words_before(reading, hit, 50)
    if re.search(r"\b(?:faible|absence d'|sans|aucune?|pas d'|malgre l'|apres l'|non)(?: \w+)? ?$", before):
        return None
    if reading.folded.startswith("amelioration ulterieure", hit.start):
        return None
    start = hit.start
    adjective = re.search(
        r"(?:nette|bonne|legere|importante|franche|discrete|significative|spectaculaire|net|tres nette|"
        r"grande|excellente) $",
        before,
    )
    if adjective:
        start -= len(adjective[0])
    tail = re.match(
        r"(?: (?:clinique|radiologique|biologique|symptomatique|respiratoire|neurologique|significative|"
        r"nette|generale|et|partielle|rapide|spectaculaire))*",
        reading.folded[hit.end : hit.end + 60],
    )
    end = hit.end + (len(tail[0].removesuffix(" et")) if tail else 0)
    return response(reading, start, end, "favourable")


def improves(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) not in ("course", "treatment"):
        return None
    return (
        response(reading, hit.start, hit.end, "favourable")
        if re.search(r"(?:patiente?|etat|clinique|symptom[a-z]+) (?:\w+ )?$", words_before(reading, hit, 40))
        else None
    )


_OF_INFECTION = folded_re(
    r"(?: [a-z]+ment)? (?:sous|apres|avec|grace a) (?:une? |l')?"
    r"(?:tri-?|bi-?)?(?:antibio|soins locaux|antifong|pansement)"
)


def evolution(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS or reading.folded[max(0, hit.start - 3) : hit.start] == "d'":
        return None
    if re.search(r"\b(?:post-?operatoire|suites)\b", reading.folded[hit.start : hit.end]):
        return None
    if _OF_INFECTION.match(reading.folded, hit.end, reading.sentence(hit.start).end):
        return None
    return response(reading, hit.start, hit.end, "favourable")


def less(reading: Reading, hit: Hit) -> Draft | None:
    """`régression de la masse`, `diminution de plus de 50 % des lésions`: less of the tumour or of what it causes."""
    last = reading.sentence(hit.start).end
    measured = _MEASURED.match(reading.folded, hit.end, last)
    if (reading.section(hit.start) in FOUND_SECTIONS and not measured) or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    if hit.term.name == "favourable" and re.match(r"[^.,;]{0,40}infectie", reading.folded[hit.end : hit.end + 60]):
        return None
    if re.search(r"\bdefini[a-z]* .{0,20}$", words_before(reading, hit, 40)):
        return None
    match = _SIZE_TARGET.match(reading.folded, hit.end, min(last, hit.end + 60))
    if (
        match
        and reading.folded.startswith(("disparition", "resolution", "resorption"), hit.start)
        and match[1] not in _LESIONS
    ):
        return None
    if match and (match[1] in _TARGETS or (match[2] or "") in _TARGETS) and match[2] not in ("mammaire", "plasmatique"):
        end = match.end() if _ADJECTIVE.search(match[2] or "") else match.end(1)
        return response(reading, hit.start, end, _amount(reading, hit, match[1]))
    adjective = _TUMOUR_ADJECTIVE.match(reading.folded, hit.end, last)
    if adjective and not reading.folded.startswith(("reduction", "resolution", "disparition"), hit.start):
        return response(reading, hit.start, adjective.end(), "favourable")
    return None


_MEASURED = folded_re(
    r" (?:de |> ?|d'environ |de plus de |de pres de |superieure a |estimee a )*(?P<percent>\d{1,3}) ?% "
    r"(?:de |des |du )[a-z ]{0,20}(?:cibles?|lesions?|masses?|metastases?|tum|cellularite)"
)
"""A change in percent of the target lesions is an evaluation wherever it stands."""
_PARTIAL_FROM = 30
"""Percent of the target lesions (RECIST 1.1)."""
_ADJECTIVE = folded_re(r"(?:ale|aire|ique|euse|ienne|ee)s?$|aux$")
_TOTAL = folded_re(r" (?:quasi )?(?:totale|complete)\b")


def _amount(reading: Reading, hit: Hit, target: str) -> str:
    """complete where all of a lesion is gone, partial where that is said of it, else only an improvement."""
    if target not in _LESIONS and target not in ("taille", "volume", "cellularite", "charge", "atteinte"):
        return "favourable"
    measured = _MEASURED.match(reading.folded, hit.end, hit.end + 60)
    if measured and _PARTIAL_FROM <= int(measured["percent"]) < 100:
        return "partial"
    total = _TOTAL.match(reading.folded, hit.end)
    if total and "quasi" not in total[0]:
        return "complete"
    return "partial" if reading.folded.startswith(" partielle", hit.end) else "favourable"


def lessened(reading: Reading, hit: Hit) -> Draft | None:
    before = words_before(reading, hit, 60)
    words = {word[0] for word in WORD.finditer(before)}
    if reading.section(hit.start) in FOUND_SECTIONS or not words & _NAMED_TARGETS:
        return None
    return response(reading, hit.start, hit.end, "favourable")


_MARKER_TARGET = folded_re(
    r" (?:complete |progressive |significative |nette |rapide )?(?:du |de la |de l'|des |d'|"
    r"de )(?:taux (?:de |d'|du )|taux seriques? (?:de |d'|du ))?"
    r"(psa|cea|ace|ca ?\d|ca-\d|afp|alpha|hcg|beta|b-?hcg|marqueurs?|thyroglobuline|calcitonine|ca\b|"
    r"antigene|chromogranine|ige?g|tep|pet)(?:[ -]?(?:\d[\d.-]*|hcg|foetoproteine))*"
)


def marker(reading: Reading, hit: Hit) -> Draft | None:
    match = _MARKER_TARGET.match(reading.folded, hit.end, reading.sentence(hit.start).end)
    if match is None or reading.section(hit.start) in FOUND_SECTIONS:
        return None
    return response(reading, hit.start, match.end(), "favourable")
