"""Improvements without a category: less of the tumour, of what it causes, or of its markers."""

from __future__ import annotations

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, NOT_SO, WORD, load_words, response, treated, words_before
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
    r"anemie|mucites?|mucosite|neuropathie|colite|eruption|rash|dermatite|hepatite|pneumopathie|infection|"
    r"syndrome main|hyponatremie|hypokaliemie|hypercalcemie|sommeil|moral\b|etat nutri|cicatris|plaies?\b|"
    r"parametres(?! cliniques?\b)|av\b|autonomie|fonctionnelle)"
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
_SOME = frozenset({"deux", "trois", "quatre", "cinq", "plusieurs", "certains", "certaines", "2", "3", "4", "5"})
_TUMOUR_ADJECTIVE = folded_re(
    r" (?:tumorale?|metastatique|lesionnelle|morphologique|radiologique|clinique|metabolique|franche|"
    r"partielle|complete|spectaculaire)\b"
)


_HARDLY = folded_re(r"\b(?:faible|absence d'|sans|aucune?|pas d'|malgre l'|apres l'|non)(?: \w+)? ?$")
_HOW_MUCH = folded_re(
    r"(?:nette|bonne|belle|legere|importante|franche|discrete|significative|spectaculaire|net|tres nette|"
    r"grande|excellente) $"
)
_WHAT_IS_BETTER = folded_re(
    r"(?: (?:clinique|radiologique|biologique|symptomatique|respiratoire|neurologique|significative|"
    r"nette|generale|et|partielle|rapide|spectaculaire))*"
)


_BY_ANOTHER = folded_re(
    r"[^.;,\n]{0,40}[ ](?:sous|apres|avec|grace a)[ ][^.;,\n]{0,12}(?:antibio|diureti|transfus|aerosol|lopera|hydrat|"
    r"antipyr|furosem|oxygen)"
)
_MEANS_REACH = 80
"""What a symptom is better by, that does nothing to the disease."""


def better(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    before = words_before(reading, hit, 50)
    if _HARDLY.search(before) or _BY_ANOTHER.match(reading.folded, hit.end, hit.end + _MEANS_REACH):
        return None
    if reading.folded.startswith("amelioration ulterieure", hit.start):
        return None
    start = hit.start
    adjective = _HOW_MUCH.search(before)
    if adjective:
        start -= len(adjective[0])
    tail = _WHAT_IS_BETTER.match(reading.folded[hit.end : hit.end + 60])
    end = hit.end + (len(tail[0].removesuffix(" et")) if tail else 0)
    return response(reading, start, end, "favourable")


_OF_TUMOUR = folded_re(
    r"(?: (?:local[a-z]*|loco[ -]?regiona[a-z]*|regiona[a-z]*|tumora[a-z]*|a distance|clinique|radiologique|"
    r"oncologique|carcinologique|metastatique|et|ou|,|de (?:la|sa) (?:maladie|tumeur)(?: [a-z]+(?:ale?|ique))?|"
    r"de (?:la|sa) pathologie(?: (?:neoplasique|tumorale|oncologique|cancereuse)|(?= ?[.,;)\n]|$))))+"
)
_ALONE = folded_re(
    r" ?(?:[.,;:)\n]|$)|,? (?:a|apres|avec|depuis|sous|pendant|durant|sans|de l'ensemble|jusqu|actuellement|lors|"
    r"au bout|et)\b"
)
_OTHER_ILLNESS = folded_re(
    r"\b(?:epilep|crises? |comitial|diabet|hta\b|hypertension|asthm|tension|glycem|douleur|antalg)"
)
_OF_BEFORE = folded_re(r"\b(?:duree de |objectif (?:d'un |de )|pour un |meilleur )$")


def control(reading: Reading, hit: Hit) -> Draft | None:
    """`en bon contrôle (locorégional et à distance)`: of the disease, or told of nothing else."""
    last = reading.sentence(hit.start).end
    if reading.section(hit.start) in FOUND_SECTIONS or _OF_BEFORE.search(words_before(reading, hit, 30)):
        return None
    of_tumour = _OF_TUMOUR.match(reading.folded, hit.end, last)
    if of_tumour is None:
        if _OTHER_ILLNESS.search(words_before(reading, hit, 200)):
            return None
        alone = _ALONE.match(reading.folded, hit.end, last + 1)
        return response(reading, hit.start, hit.end, "favourable") if alone else None
    end = hit.end + len(of_tumour[0].removesuffix(",").removesuffix(" et").removesuffix(" ou"))
    return response(reading, hit.start, end, "favourable")


_WHO_IMPROVES = folded_re(
    r"(?:(?P<who>patiente?|etat|clinique)|symptom[a-z]+|dyspnee|dysphagie|douleurs?|cephalees|deficit[a-z]*|"
    r"exophtalmie) (?:\w+ )?$"
)


def improves(reading: Reading, hit: Hit) -> Draft | None:
    section = reading.section(hit.start)
    if section in FOUND_SECTIONS:
        return None
    told_of = _WHO_IMPROVES.search(words_before(reading, hit, 40))
    if told_of is None or (section not in ("course", "treatment") and (told_of["who"] or not treated(reading, hit))):
        return None
    return response(reading, hit.start, hit.end, "favourable")


def recovered(reading: Reading, hit: Hit) -> Draft | None:
    """`récupération du déficit moteur`: what the tumour had taken is back, after a treatment."""
    hardly = _HARDLY.search(words_before(reading, hit, 50))
    if hardly or not treated(reading, hit):
        return None
    return response(reading, hit.start, hit.end, "favourable")


_BY_HOW_MUCH = folded_re(r" (?:de |d'environ |de plus de |de pres de )?(?:moitie|la moitie|\d{2} ?%|deux tiers)")
"""A mass that lost so much is an evaluation, though an examination tells it."""
_OF_ANOTHER_CAUSE = folded_re(
    r"\b(?:progress|cortico|dexameth|prednis|antibio|(?<!rt )(?<!therapie )antalg|antiepil|anticomit|paracetamol|"
    r"morphin|hydrat)"
)
"""What a symptom went by that says nothing of the disease, or went in spite of."""
_OF_INFECTIOUS = folded_re(r"[^.,;]{0,40}infectie")
_AS_DEFINED = folded_re(r"\bdefini[a-z]* .{0,20}$")


def less(reading: Reading, hit: Hit) -> Draft | None:
    """`régression de la masse`, `diminution de plus de 50 % des lésions`: less of the tumour or of what it causes."""
    last = reading.sentence(hit.start).end
    measured = _MEASURED.match(reading.folded, hit.end, last) or _MEASURED_BEHIND.match(reading.folded, hit.end, last)
    if (reading.section(hit.start) in FOUND_SECTIONS and not measured) or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    if hit.term.name == "favourable" and _OF_INFECTIOUS.match(reading.folded[hit.end : hit.end + 60]):
        return None
    before = words_before(reading, hit, 40)
    if "defini" in before and _AS_DEFINED.search(before):
        return None
    match = _SIZE_TARGET.match(reading.folded, hit.end, min(last, hit.end + 60))
    if (
        match
        and reading.folded.startswith(("disparition", "resolution", "resorption", "amendement"), hit.start)
        and match[1] not in _LESIONS
        and not (match[1] in _SOME and match[2] in _LESIONS)
    ):
        other = _OF_ANOTHER_CAUSE.search(reading.folded, reading.sentence(hit.start).start, hit.start)
        gone = match[1] in _NAMED_TARGETS and not other and treated(reading, hit)
        return response(reading, hit.start, match.end(1), "favourable") if gone else None
    if reading.folded.startswith(" spontane", hit.end) and not (match and match[1] in _OF_DISEASE):
        return None  # a haemothorax, an effusion
    if match and (match[1] in _TARGETS or (match[2] or "") in _TARGETS) and match[2] not in ("mammaire", "plasmatique"):
        end = match.end() if match[1] in _SOME or _ADJECTIVE.search(match[2] or "") else match.end(1)
        return response(reading, hit.start, end, _amount(reading, hit, match[1]))
    if reading.folded.startswith(("regression", "fonte"), hit.start) and (how_much := _HOW_MUCH.search(before)):
        ends = _ALONE.match(reading.folded, hit.end, last + 1)
        if ends and treated(reading, hit):
            return response(reading, hit.start - len(how_much[0]), hit.end, "favourable")
    if measured and measured["percent"] and hit.term.name == "favourable" and "tumor" in measured[0]:
        return response(reading, hit.start, measured.end(), _by_percent(int(measured["percent"])))
    adjective = _TUMOUR_ADJECTIVE.match(reading.folded, hit.end, last)
    if adjective and not reading.folded.startswith(("reduction", "resolution", "disparition"), hit.start):
        total = _TOTAL.match(reading.folded, adjective.end())
        if total and adjective[0].startswith((" tumor", " metabo", " radio", " lesion")) and "quasi" not in total[0]:
            return response(reading, hit.start, total.end(), "complete")
        return response(reading, hit.start, adjective.end(), "favourable")
    return None


_MEASURED = folded_re(
    r" (?:de |> ?|d'environ |de plus de |de pres de |superieure a |estimee a )*(?P<percent>\d{1,3}) ?% "
    r"(?:de |des |du )[a-z ]{0,20}(?:cibles?|lesions?|masses?|metastases?|tum|cellularite|"
    r"adenopathies|nodules|taille|volume|somme)"
)
"""A change in percent of the target lesions is an evaluation wherever it stands."""
_MEASURED_BEHIND = folded_re(
    r"(?: de la (?:masse|taille|charge)| du volume)? tumorale?(?: [a-z]+){0,2} (?:de|d'environ|a|>) ?"
    r"(?:plus de |pres de )?(?P<percent>\d{1,3}) ?%"
)
_OF_DISEASE = frozenset(
    ["masse", "masses", "tumeur", "tumeurs", "lesion", "lesions", "nodules", "metastases", "adenopathies"]
)
_PARTIAL_FROM = 30
"""Percent of the target lesions (RECIST 1.1)."""
_ADJECTIVE = folded_re(r"(?:ale|aire|ique|euse|ienne|ee)s?$|aux$")
_TOTAL = folded_re(r" (?:quasi )?(?:totale|complete)\b")


def _by_percent(percent: int) -> str:
    return "partial" if _PARTIAL_FROM <= percent < 100 else "favourable"


def _amount(reading: Reading, hit: Hit, target: str) -> str:
    """complete where all of a lesion is gone, partial where that is said of it, else only an improvement."""
    if target not in _LESIONS and target not in (
        "taille",
        "volume",
        "cellularite",
        "charge",
        "atteinte",
        "somme",
    ):
        return "favourable"
    measured = _MEASURED.match(reading.folded, hit.end, hit.end + 60)
    if measured and _by_percent(int(measured["percent"])) == "partial":
        return "partial"
    total = _TOTAL.match(reading.folded, hit.end)
    if total and "quasi" not in total[0]:
        return "complete"
    return "partial" if reading.folded.startswith(" partielle", hit.end) else "favourable"


def lessened(reading: Reading, hit: Hit) -> Draft | None:
    before = words_before(reading, hit, 60)
    words = {word[0] for word in WORD.finditer(before)}
    if not words & _NAMED_TARGETS:
        return None
    section = reading.section(hit.start)
    if section in FOUND_SECTIONS and not (section == "exam" and _BY_HOW_MUCH.match(reading.folded, hit.end)):
        return None
    if reading.folded.startswith("disparai", hit.start) and (
        not treated(reading, hit) or _OF_ANOTHER_CAUSE.search(reading.folded, *reading.sentence(hit.start))
    ):
        return None
    if reading.folded.find("normalis", hit.start, hit.end) >= 0 and _TO_VALUE.match(reading.folded, hit.end):
        return None
    return response(reading, hit.start, hit.end, "favourable")


_OF_TUMOUR_ITSELF = _LESIONS | {"metastase", "tumorale", "volume", "taille", "adenomegalies", "adp"}


def lessens(reading: Reading, hit: Hit) -> Draft | None:
    """`les adénopathies régressent`: of the tumour, under treatment; a pain may be less by a posture."""
    if reading.section(hit.start) in FOUND_SECTIONS or not treated(reading, hit):
        return None
    before = words_before(reading, hit, 40)
    if NOT_SO.search(before) or not any(word[0] in _OF_TUMOUR_ITSELF for word in WORD.finditer(before)):
        return None
    return response(reading, hit.start, hit.end, "favourable")


_MARKERS = folded_re(
    r"\b(?:psa|cea|ace|ca ?\d+[-.]?\d*|afp|(?:beta-?|b-?)?hcg|marqueurs?(?: tumoraux)?|thyroglobuline|calcitonine|"
    r"alpha-?foetoproteine|chromogranine(?: a)?|ldh|scc)\b[^.;,:]{0,30}$"
)


_TO_VALUE = folded_re(r" (?:a|jusqu'a|de) (?:< ?)?\d")
"""A fall to a value is a measurement."""


def fallen(reading: Reading, hit: Hit) -> Draft | None:
    """`le PSA se négative`, `l'ACE a chuté`: of a marker, under treatment."""
    before = words_before(reading, hit, 60)
    subject = _MARKERS.search(before)
    if (
        subject is None
        or _TO_VALUE.match(reading.folded, hit.end)
        or NOT_SO.search(before)
        or reading.section(hit.start) in FOUND_SECTIONS
        or not treated(reading, hit)
    ):
        return None
    return response(reading, hit.start - len(before) + subject.start(), hit.end, "favourable")


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
