"""Secondary disease: each site once, at its first mention that is not denied.

`terms.tsv` has the words and their kinds; `sites.py` finds the places that a word governs (`métastases hépatiques et
osseuses`, `nodules du poumon compatibles avec des métastases`). What a word means depends on the disease: a node or an
organ in a lymphoma is the disease itself, and the organ of the primary tumour is no secondary site.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping

from anamnese.facts.metastasis.disease import (
    INFILTRATED_SITES,
    LESION_SITES,
    Disease,
    disease_of,
    is_own_organ,
    site_of,
)
from anamnese.facts.metastasis.sites import Site, label_before, sites_after, sites_before
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.tumour.origins import specimens
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_INVOLVED = folded_re(
    r"metasta|envahi|positi[fv]|atteint|infiltr|tumora|neoplasi|carcinomat|malign|hypermetaboli|hyperfix|hypercapt|suspect|pathologi|secondaire|"
    r"affecte|invasi"
)
_HARMLESS_KIND_AT = folded_re(
    r"aspecifi|benign|calcifie|granulom|in(?:flammatoire|fecti)|millimetri|reactionn|tubercul|"
    r"non (?:specif|signific|suspect|pathologi|envahi|metasta|tumor|affect|atteint)|"
    r"s(?:ans (?:caracter|signific)|arcoid|equell)"
)
_JUDGED_BENIGN = folded_re(
    r"[ ]*(?:(?:sans|a|au|aux|en|de|isodense|hypodense|spontanement|homogene|bien)[ ][^,]{0,25})?"
    r"(?:(?:tres )?probable(?:ment)?|plutot|d'allure|en faveur|evoqu\w+|evocat\w+|compatibles?|typiques?|sugge\w+|"
    r"correspond\w+|type|rapportee? a|d'aspect|aspect|a priori|vraisemblable(?:ment)?)[ ]"
    r"(?:(?:plutot|avec|de|d'|un|une|des|type|tres|probable|a|au)[ ']?){0,4}"
    r"(?:adenom(?!eg|i)|angiom|hemangiom|kyst|biliaire|lipom|hamartom|angiomyolipom|oncocyt|hyperplasi|cicatri|sequell|"
    r"inflammat|myelolipom|schwannom|meningiom|ilot|enostos)"
)
"""A benign nature that a lesion is judged to have behind a comma: `nodule surrénalien, │probable adénome│`."""
_JUDGED_WORDS = (
    "adenom", "angiom", "kyst", "lipom", "hamartom", "oncocyt", "hyperplasi", "cicatri", "sequell", "inflammat",
    "schwannom", "meningiom", "ilot", "enostos", "biliaire",
)  # fmt: skip
_ANOTHER_LESION = folded_re(
    r"[ ]*(?:et )?(?:une?|des|deux|trois|plusieurs)?[ ]*(?:micro-?)?(?:lesion|nodul|mass|adenopath|image|foyer)"
)
_HARMLESS = folded_re(
    r"a(?:specifi|denom|ngiom(?!(?<=de type angiom)ateu))|b(?:enign|asocell)|c(?:alcifie|icatri)|"
    r"epitheliom|fibrome|granulom|in(?:flammatoire|fecti|demne)|k(?:yst|eratos)|li(?:bre|pom)|"
    r"m(?:illimetri|yom)|reactionn|tubercul|"
    r"n(?:on (?:specif|signific|suspect|pathologi|envahi|metasta|tumor|affect|atteint)|"
    r"egati(?<!anegati)|ormaux|ormale|aev)|"
    r"s(?:ans (?:caracter|signific)|arcoid|equell|imple|atellit|pinocell)"
)
"""What tells that an abnormality is no secondary disease: of any kind in its own words, by its nature after a comma.
By their first letters, each of which is then asked once at a place."""
_OTHER_DISEASE = folded_re(r"tubercul|sequell|infecti|inflammatoire|amylo|sarcoid|arthr")
_SMALL = folded_re(r"infra[ -]?centi|subcenti|sub-centi")
_MILLIMETRES = folded_re(r"(?<![\d.,x*])[1-9](?:[.,]\d)?[ ]?mm\b")
_SIZE = folded_re(r"(?<![\d.,x*/])\d{1,3}(?:[.,]\d)?[ ]?(?:[x*]|[cm]m\b)")
"""A node under 10 mm, which is not enlarged by its short axis (RECIST 1.1)."""
_DISEASED = folded_re(r"metasta|envahi|pathologi|suspect|malign|neoplas|carcinomat|specifiqu|medias|bulky|volumineu")
_COUNTED = folded_re(r"(?<![\d/])\d{1,2}[ ]$")
_FREE = folded_re(
    r"(?:[ ](?:axillaires?|pelviens?|preleves?|examines?|recurrentiels?|lymphatiques?|iliaques?|sentinelles?|etaient"
    r"|sont|tous|regionaux|inguinaux|cervicaux))*[ ](?:indemnes?|negatifs?|non (?:envahis?|metastatiques?)"
    r"|sans (?:metastase|envahissement))"
)
"""`12 ganglions axillaires indemnes`"""
_COUNT = folded_re(r"[ ]?\+")
_NONE_OF = folded_re(r"(?:\b0|aucun\w*|zero|sans|pas d[e']) ?(?:des? |\w+ ){0,2}$")
_ZERO_OF = folded_re(r"[^.\n;]{0,24}?[ (:]0[ ]?(?:/|sur|n)[ ]?\d")

_REST_OF_WORD = folded_re(r"[a-z]*")
_GOES_ON = frozenset({"bone_marrow", "meninges", "lung"})
"""Sites whose own words a list may go on from: `envahissement médullaire et osseux`."""

_SUSPECT = folded_re(
    r"suspect|hypodens|hypermetabol|hyperfix|secondair|metasta|lytique|condens|apparition|nouvel|progress|majoration"
    r"|rehauss|spicul|multipl|necro|epidurit"
)

_BEFORE_DATE = folded_re(r"[ (]*(?:en|le|du|au mois de|depuis|datee? de)?[ ]*")
_DATE_NEAR = 16
_ONE_LINE = 90


_DIFFERENTIAL = folded_re(
    r"\bdiagnostics? differentiels?\b[^.;\n]*$|"
    r"\b(?:compte tenu|devant|face a|en raison)[ ](?:de )?(?:la |cette |une )?suspicion[ ][^.;,\n]*$"
)
"""`diagnostic différentiel entre maladie osseuse métastatique et …`"""
_DIFFERENTIAL_REACH = 70
_UNDETERMINED = folded_re(r"[^.;:\n]{0,40}\b(?:indetermine|non caracterise|de nature incertaine)")
_UNDETERMINED_WORDS = ("indetermine", "non caracterise", "de nature incertaine")
_CORRECTED_WORDS = ("redress", "corrig", "rectifi", "infirm")
_NATURE_REACH = 70
"""How far behind a site these words, or those that correct it, may end, in characters."""
_CORRECTED = folded_re(
    r"[^.;:\n]{0,50}\b(?:redress|corrig|rectifi|infirm)[a-z]*[ ](?:le |ce |cette |l')?(?:diagnostic|hypothese)"
)
"""`mais l'IRM redresse le diagnostic`"""
_IN_TRANSIT = "métastase en transit"
"""Secondary disease of the skin from a tumour of the skin."""
_NOUN_AFTER = (" de ", " des ", " d'une ", " avec ", " avec une ", " avec des ", " une ", " en faveur de ")
_CALLED = folded_re(
    r"\b(?:suspecte?s?|evoca\w+|evoqu\w+|compatibles?|sugg\w+|en faveur|typiques?|faisant craindre|aspect|allure|"
    r"nature)[ ](?:de[ ]|d'|avec[ ])?(?:une?[ ]|des?[ ])?$"
)
_CALLED_REACH = 40
"""What makes `M1` behind it a noun, that the place before it is said to hold."""
_BEYOND_NODES = frozenset({"bone_marrow", "liver", "lung", "bone", "pleura", "meninges"})
_NEWLY = ("nouvelles ", "apparition de ", "autres ", "nouvelles autres ")
_SPREAD_OVER = LESION_SITES | {"peritoneum"}
"""Where foci that take up the tracer are secondary, in a report of metastatic disease."""
_NEW = folded_re(
    r"\b(?:(?:apparition|apparues?|apparus?|apparaissent|survenue)\b[^.;:\n]*|(?:nouvelles|nouveaux)[ ](?:[a-z]+[ ])?)$"
)
_NEW_WORDS = ("appar", "survenue", "nouvelles", "nouveaux")
_NEW_REACH = 80
_SUSPECTED = folded_re(r"^[a-z]+(?:[ ](?!non\b|peu\b|pas\b|sans\b)[a-z]+){1,4}[ ]suspecte?s\b(?! d)")
"""`nodules hépatiques suspects`: several, of an organ."""


_PLEUROPULMONARY = folded_re(r"pleuro[ -]?pulmonaires?\b")
"""A nodule of both is one of the lung that lies at the pleura."""
_MASS_WITH = folded_re(
    r"\b(?:(?:masse|tumeur|processus|formation|tumefaction)[ ][^.;:\n]*?|"
    r"(?:lesion|recidive|nodule|bourgeon|carcinome|sarcome)[ ][^.;:\n]*?"
    r"\b(?:infiltr|envahi|s'eten|etendu|detrui|erod)[^.;:\n]*?)"
    r"[ ](?:avec|entrainant|responsable[ ]d'|associee?[ ]a)[ ]?(?:une[ ]|des[ ])?$"
)
"""What brings in a lysis as the work of the mass: `volumineuse masse de la fesse avec │lyse osseuse│`."""
_MASS_REACH = 120


class _Claim:
    """That the report tells of secondary disease at a site, with the words that say it."""

    __slots__ = ("doubted", "end", "said", "settles", "site", "start")

    def __init__(
        self, start: int, end: int, site: str, said: int, doubted: bool = False, settles: bool = False
    ) -> None:
        self.start = start
        self.end = end
        self.site = site
        self.said = said
        """Where the word stands that says so; what is denied or doubted there is so of the site."""
        self.doubted = doubted
        """Whether the finding alone leaves it in doubt."""
        self.settles = settles
        """Whether it ends the doubt of an earlier mention: a stage, tumour found in the organ."""


def _order(claim: _Claim) -> tuple[int, int, str, int, bool, bool]:
    return claim.start, claim.end, claim.site, claim.said, claim.doubted, claim.settles


def read(reading: Reading) -> Iterable[Draft]:
    """One `metastasis` for each site of secondary disease, for each patient."""
    disease = disease_of(reading)
    told: dict[tuple[int, str], Draft] = {}
    claims = _claims_of(reading, disease, _KINDS) + _staged_sites(reading, disease) + _sampled(reading, disease)
    _tell(reading, claims, told)
    if disease.solid and (any(site != "lymph_node" for _, site in told) or _is_metastatic(reading)):
        _tell(reading, _claims_of(reading, disease, _IN_SPREAD), told)
    return told.values()


def _tell(reading: Reading, claims: list[_Claim], told: dict[tuple[int, str], Draft]) -> None:
    """Note the first mention of each site, for each patient, that the report does not deny; with its doubt."""
    patients = sorted([draft.start for draft in reading.facts("patient")][1:])
    for claim in sorted(claims, key=_order):
        key = (bisect_right(patients, claim.start), claim.site)
        if key in told and told[key].start <= claim.start:
            open_still = told[key].status == "suspected"
            if not open_still or not (claim.settles or _is_confirmed(reading.folded, claim)):
                continue
        if _is_differential(reading.folded, claim.start):
            continue
        draft = reading.draft("metastasis", claim.start, claim.end, site=claim.site)
        statuses = {reading.scopes.status(draft)}
        if claim.said != claim.start:
            statuses.add(reading.scopes.status(reading.draft("metastasis", claim.said, claim.end)))
        if statuses <= {"affirmed", "suspected"}:
            doubted = claim.doubted or "suspected" in statuses or _is_undetermined(reading.folded, claim.end)
            draft.status = "suspected" if doubted else None
            before = told.get(key)
            if before is None or before.start > draft.start:
                if before is not None and before.status == "suspected" and before.start < draft.end:
                    draft.status = "suspected"  # `│nodules pulmonaires│ multiples, suspects de métastases`
                told[key] = draft
            elif draft.status is None:
                before.status = "affirmed"  # suspected first, staged or found later


def _is_undetermined(folded: str, end: int) -> bool:
    """Whether the words behind a site leave open what it is, or correct the diagnosis."""
    behind = folded[end : end + _NATURE_REACH]
    return (holds(behind, _UNDETERMINED_WORDS) and _UNDETERMINED.match(folded, end) is not None) or (
        holds(behind, _CORRECTED_WORDS) and _CORRECTED.match(folded, end) is not None
    )


def _is_confirmed(folded: str, claim: _Claim) -> bool:
    """Whether what was suspected before is told to be confirmed: `la biopsie hépatique confirme une métastase`."""
    return folded.find("confirm", max(0, claim.start - _CONFIRMED_REACH), claim.end) >= 0


_CONFIRMED_REACH = 30


def _is_differential(folded: str, start: int) -> bool:
    """Whether what begins at a place is only what a finding might also be, or why an examination was asked for."""
    window = max(0, start - _DIFFERENTIAL_REACH)
    if folded.find("differentiel", window, start) < 0 and folded.find("suspicion", window, start) < 0:
        return False
    return _DIFFERENTIAL.search(folded, window, start) is not None


def _claims_of(reading: Reading, disease: Disease, rules: Mapping[str, _Rule]) -> list[_Claim]:
    """What the words of some kinds claim."""
    claims: list[_Claim] = []
    for hit in reading.hits("metastasis"):
        rule = rules.get(hit.term.row["kind"])
        if rule is not None:
            claims += rule(reading, hit, disease)
    return claims


def _is_metastatic(reading: Reading) -> bool:
    """Whether the report says that the disease has spread, wherever to."""
    return any(str(stage.get("m") or "").startswith("1") for stage in reading.facts("stage")) or any(
        reading.scopes.status(reading.draft("metastasis", hit.start, hit.end)) == "affirmed"
        for hit in reading.hits("metastasis")
        if hit.term.row["kind"] in ("secondary", "staged") or "metasta" in reading.folded[hit.start : hit.end]
    )


def _claims(hit: Hit, sites: Iterable[Site]) -> list[_Claim]:
    """That there is secondary disease at sites that a word governs."""
    claims = []
    for site in sites:
        if site.listed:
            claims.append(_Claim(site.start, site.end, site.name, hit.start))
        else:
            claims.append(_Claim(min(hit.start, site.start), max(site.end, hit.end), site.name, hit.start))
    return claims


def _secondary(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`métastases hépatiques`; else the lesion that the word is said of: `nodules … évocateurs de métastases`."""
    adjective = hit.term.name == "métastatique"
    beside = sites_before(reading, hit.start, beside=True) if adjective else []
    if beside:
        return _claims(hit, beside)
    found = sites_after(reading, hit.end) or sites_before(reading, hit.start)
    if not found and not adjective and reading.folded.startswith((" de ", " d'"), hit.end):
        return _operated(reading, hit, disease)
    return _claims(hit, [
        site
        for site in found
        if not disease.is_seat(site) or site.both_sides or not (adjective or site.name == "other")
    ])  # fmt: skip


_OPERATIONS = folded_re(
    r"\b(?:(?P<brain>crani(?:otom|ectom)ie)|(?P<liver>(?:bi)?segmentectomie hepatique|hepatectomie)|"
    r"(?P<spleen>splenectomie)|(?P<adrenal>surrenalectomie)|(?P<bone>laminectomie|vertebrectomie|corporectomie)|"
    r"(?P<lung>(?:bi)?lobectomie(?! thyro)|pneumonectomie|wedge|segmentectomie pulmonaire))\b"
)
_SHOWS = folded_re(
    r"histolog|anatomo|anapath|pathologi|:|confirm|revel|montr|conclu|correspond|objectiv|retrouv|faveur"
)
_OPERATED_REACH = 200


def _operated(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`craniotomie ; l'histologie correspond à une métastase de carcinome`: the organ that the operation opened."""
    first = max(reading.sentence(max(0, reading.sentence(hit.start).start - 1)).start, hit.start - _OPERATED_REACH)
    last = None
    for operation in _OPERATIONS.finditer(reading.folded, first, hit.start):
        last = operation
    if last is None or not _SHOWS.search(reading.folded, last.end(), hit.start):
        return []
    site = str(last.lastgroup)
    if disease.holds(site) or (site == "lung" and "C73" in disease.seats):
        return []
    return [_Claim(hit.start, hit.end, site, hit.start)]


def _distant(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`M1 (os)`: the places that follow; `nodules du poumon suspects de M1`: those of what is told to be one."""
    if reading.folded.endswith(_NOUN_AFTER, 0, hit.start) and _CALLED.search(
        reading.folded, max(0, hit.start - _CALLED_REACH), hit.start
    ):
        return _secondary(reading, hit, disease)
    claims = _claims(hit, [site for site in sites_after(reading, hit.end) if not disease.is_seat(site)])
    for claim in claims:
        claim.settles = True
    return claims


def _plus(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`M+ hépatique`."""
    if not reading.folded.startswith("+", hit.end):
        return []
    return _claims(hit, [site for site in sites_after(reading, hit.end + 1) if not disease.is_seat(site)])


def _further(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """What goes on from a word that holds its site."""
    sites = sites_after(reading, hit.end, further=True)
    return _claims(
        hit, [site for site in sites if site.name != "other" and _may_spread_to(reading, hit, disease, site)]
    )


def _named(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`carcinose péritonéale`: the word holds its site."""
    site = hit.term.row["site"]
    if not disease.known:
        return []
    closed = site != "peritoneum" and hit.term.name != _IN_TRANSIT
    if closed and is_own_organ(reading, disease, site, hit.start, hit.end):
        return []
    claims = [_Claim(hit.start, hit.end, site, hit.start)]
    return claims + _further(reading, hit, disease) if site in _GOES_ON and disease.solid else claims


_SAMPLED_SKIN = folded_re(r"\b(?:biops|punch|prelev|recidiv|rechut|nodul|permeation|a distance)")
_OPERATED_SKIN = folded_re(r"\b(?:mastectomie|piece|tumorectomie|exerese|resection)")
_SKIN_REACH = 90


def _dermal(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`biopsie cutanée : infiltration dermique par un carcinome`: not what the specimen of a tumour shows."""
    if not disease.solid or not disease.known or disease.holds("skin"):
        return []
    before = reading.folded[max(0, hit.start - _SKIN_REACH) : hit.start]
    if not _SAMPLED_SKIN.search(before) or _OPERATED_SKIN.search(before):
        return []
    return [_Claim(hit.start, hit.end, "skin", hit.start)]


def _lytic(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`lésions lytiques`, of a solid tumour that is not one of bone."""
    if not disease.solid or disease.holds("bone"):
        return []
    return [_Claim(hit.start, hit.end, "bone", hit.start)]


def _lysis(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`lyse du rachis`, but not `masse du psoas avec lyse vertébrale`: bone that the tumour itself has reached."""
    sentence = reading.sentence(hit.start)
    if _MASS_WITH.search(reading.folded, max(sentence.start, hit.start - _MASS_REACH), hit.start):
        return []
    return _lytic(reading, hit, disease)


def _infiltrated(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`biopsie de moelle : infiltration par un carcinome`: tumour found where it does not begin."""
    if not disease.solid or not disease.known:
        return []
    sites = sites_before(reading, hit.start)
    return _claims(hit, [site for site in sites if site.name in INFILTRATED_SITES and not disease.is_seat(site)])


def _spread(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`progression hépatique et ganglionnaire`: the places that follow at once, but for the organ of the primary."""
    if not disease.known or (not disease.solid and hit.term.name != "atteinte"):
        return []
    dated = reading.dates_between(hit.end, hit.end + _DATE_NEAR)  # `rechute en 02/2024 : ganglionnaire et hépatique`
    pos = dated[0].end if dated and _BEFORE_DATE.fullmatch(reading.folded, hit.end, dated[0].start) else hit.end
    no_site = ("other", "gastrointestinal") if disease.solid else ("other", "gastrointestinal", "lymph_node")
    sites = sites_after(reading, pos, tight=True)
    newly = reading.folded.startswith("localisations", hit.start) and reading.folded.endswith(_NEWLY, 0, hit.start)
    sites = [
        site
        for site in sites
        if site.name not in no_site and (_may_spread_to(reading, hit, disease, site) or (newly and site.name == "skin"))
    ]
    if not sites or _OTHER_DISEASE.search(_phrase(reading, hit, 60, 60)):
        return []
    return _claims(hit, sites)


def _may_spread_to(reading: Reading, hit: Hit, disease: Disease, site: Site) -> bool:
    """Whether disease of a site is another than the primary: not in its organ, unless in the other lung too; nor in
    the skin over a breast."""
    if site.name in ("skin", "soft_tissue") and "C50" in disease.seats:
        return False
    if site.both_sides and site.name == "lung":
        return True
    return not is_own_organ(reading, disease, site.name, hit.start, max(hit.end, site.end))


def _nodal(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """An enlarged node of a solid tumour, unless it is said to be harmless."""
    if not disease.solid or not disease.known:
        return []
    if _IRRADIATED.search(reading.folded, max(0, hit.start - _DOSE_REACH), hit.start):
        return []
    phrase = _phrase(reading, hit, 70)
    if hit.start <= reading.once(_nodes_free) and not _DISEASED.search(phrase):
        return []
    if ("centi" in phrase and _SMALL.search(phrase)) or _is_harmless(phrase):
        return []
    doubtful = "douteu" in phrase
    small = "mm" in phrase and _MILLIMETRES.search(phrase) is not None
    if small and (size := _SIZE.search(_phrase(reading, hit, 70, 0))) is not None:
        small = not size[0].endswith("mm") or _MILLIMETRES.match(size[0]) is not None  # the first of several nodes
    return [_Claim(hit.start, hit.end, "lymph_node", hit.start, doubted=small or doubtful)]


_IRRADIATED = folded_re(
    r"(?:\d[ ]?(?:gy|grays?)\b|\b(?:boost|surimpression|complement)\b)[^.;\n]{0,40}"
    r"[ ]sur[ ](?:les?[ ]|l'|une[ ]|la[ ]|des[ ])?$"
)
_DOSE_REACH = 60
"""What makes nodes the volume of a dose, no new finding: `4 Gy sur les │adénopathies│`."""


def _nodes_free(reading: Reading) -> int:
    """Where it is told that the nodes that were taken out are free: `pN0`, `curage : 12 ganglions indemnes`; -1 where
    it is not, or some are told to be diseased."""
    stages = [stage for stage in reading.facts("stage") if stage.get("n")]
    if stages:
        free = all(stage.get("prefix") == "p" and str(stage.get("n")).startswith("0") for stage in stages)
        return stages[0].start if free else -1
    for hit in reading.hits("metastasis"):
        if (
            hit.term.row["kind"] == "node"
            and _COUNTED.search(reading.folded, max(0, hit.start - 10), hit.start)
            and _FREE.match(reading.folded, hit.end)
        ):
            return hit.start
    return -1


def _involved(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`envahissement ganglionnaire`, `ganglions positifs` and what goes on from there (`… et pulmonaire`); not
    `0 ganglion envahi`, `0/12`."""
    before = reading.folded[max(0, hit.start - 16) : hit.start]
    if not disease.solid or _NONE_OF.search(before) or _ZERO_OF.match(reading.folded, hit.end):
        return []
    return [_Claim(hit.start, hit.end, "lymph_node", hit.start), *_further(reading, hit, disease)]


def _node(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """A node that is said to be diseased: `ganglions … tous métastatiques`, `3 ganglions sur 12 …`."""
    if not disease.solid:
        return []
    sentence = reading.sentence(hit.start)
    end = min(sentence.end, hit.end + _ONE_LINE)
    after = reading.folded[hit.end : end].partition("\n")[0]
    before = reading.folded[max(sentence.start, hit.start - 60) : hit.start]
    involved = _INVOLVED.search(after)
    if involved is None and (not _INVOLVED.search(before[-40:]) or _HARMLESS.search(before[-40:])):
        return []
    if _HARMLESS.search(after) or _NONE_OF.search(before) or _ZERO_OF.match(reading.folded, hit.end, end):
        return []
    last = hit.end
    if involved is not None:
        word = _REST_OF_WORD.match(after, involved.end())
        last += word.end() if word else involved.end()
    return [_Claim(hit.start, last, "lymph_node", hit.start)]


_FOUND_POSITIVE = folded_re(
    r"(?P<told>[^.;,\n]{0,40}?)(?:positi[fv]|malign|metastas|metastat|carcinomat|neoplasi|cellules tumora|carcinome|"
    r"adenocarc)[a-z]*"
)
_NOT_FOUND = folded_re(r"\b(?:pas|sans|aucune?|absence|negati\w+|non|suspect\w*|attente|normale?)\b")


def _sample(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`PAAF axillaire positive`, `cytoponction ganglionnaire : cellules carcinomateuses`."""
    if not disease.solid:
        return []
    found = _FOUND_POSITIVE.match(reading.folded, hit.end, reading.sentence(hit.start).end)
    if found is None or _NOT_FOUND.search(found["told"]):
        return []
    return [_Claim(hit.start, found.end(), "lymph_node", hit.start)]


def _count(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`2N+/16`, `N+`."""
    if not disease.solid or not _COUNT.match(reading.folded, hit.end):
        return []
    return [_Claim(hit.start, hit.end + 1, "lymph_node", hit.start)]


def _lesion(
    reading: Reading, hit: Hit, disease: Disease, sites_of_lesions: frozenset[str] = LESION_SITES
) -> list[_Claim]:
    """An abnormality of an organ in a report that tells of metastatic disease."""
    if not disease.seats:
        return []
    found = sites_after(reading, hit.end)
    if reading.folded.startswith(" hypermetaboli", hit.end):
        sites_of_lesions |= _SPREAD_OVER
    if not found and (label := label_before(reading, hit.start)) is not None and _is_suspect(reading, hit):
        label.end = hit.end  # `Foie : trois foyers hypodenses`
        found = [label]
    sites = []
    for site in found:
        if site.name == "lymph_node" and reading.folded[hit.end - 1] != "s":
            continue  # a mass of the mediastinum or the axilla is as likely the tumour
        if site.name == "pleura" and _PLEUROPULMONARY.match(reading.folded, site.start):
            continue
        if site.name in sites_of_lesions and _may_spread_to(reading, hit, disease, site):
            sites.append(site)
    return _claims(hit, sites) if sites and not _is_harmless(_phrase(reading, hit, 60)) else []


def _new_lesions(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`sont apparus des nodules pulmonaires`: new abnormalities of another organ, after a treatment; such as are called
    suspect are suspected."""
    folded = reading.folded
    if not disease.known or not disease.solid or folded[hit.end - 1] != "s":
        return []
    phrase = _phrase(reading, hit, 60, 0)
    if "suspect" in phrase and _SUSPECTED.search(phrase):
        claims = _lesion(reading, hit, disease)
        for claim in claims:
            claim.doubted = True
        return claims
    courses = reading.facts("therapy")
    if not courses or courses[0].start >= hit.start or courses[0].status is not None:
        return []
    start = max(reading.sentence(hit.start).start, hit.start - _NEW_REACH)
    if not holds(folded[start : hit.start], _NEW_WORDS) or not _NEW.search(folded, start, hit.start):
        return []
    claims = _lesion(reading, hit, disease, LESION_SITES | {"soft_tissue"})
    if claims and folded.find("progress", start, hit.start) >= 0:
        for claim in claims:
            claim.settles = True  # the disease has progressed by them
    return claims


def _is_suspect(reading: Reading, hit: Hit) -> bool:
    """Whether an abnormality under the label of an organ is like a secondary one: several, fixing, hypodense, new."""
    phrase = _phrase(reading, hit, 60, 0)
    if phrase.startswith("micro") or "stable" in phrase:
        return False
    return reading.folded[hit.end - 1] == "s" or _SUSPECT.search(phrase) is not None


def _staged(reading: Reading, hit: Hit, disease: Disease) -> list[_Claim]:
    """`stade IV (os, foie)`; of a lymphoma, what is no organ of its own: `stade IV par moelle`."""
    folded = reading.folded
    opening = next((opening for opening in (" (", " par ") if folded.startswith(opening, hit.end)), None)
    if opening is None or (disease.solid and opening != " ("):
        return []
    sites = sites_after(reading, hit.end + len(opening))
    for site in sites:
        site.listed = True
    return _claims(hit, sites if disease.solid else [site for site in sites if site.name in _BEYOND_NODES])


def _staged_sites(reading: Reading, disease: Disease) -> list[_Claim]:
    """The nodes of a pathological TNM from pN1 (those of a clinical one are in doubt, those after treatment were told
    before it), the sites after an M1."""
    claims: list[_Claim] = []
    for stage in reading.facts("stage") if disease.solid else ():
        if str(stage.get("n") or "")[:1] in ("1", "2", "3") and stage.get("prefix") == "p":
            claims.append(_Claim(stage.start, stage.end, "lymph_node", stage.start))
        if str(stage.get("m") or "")[:1] == "1":
            for site in sites_after(reading, stage.end):
                claims.append(_Claim(site.start, site.end, site.name, stage.start, settles=True))
    return claims


def _sampled(reading: Reading, disease: Disease) -> list[_Claim]:
    """The organs whose specimens showed a tumour of another: `thyroïdectomie : adénocarcinome d'origine colique`."""
    return [
        _Claim(found.start, found.end, site, found.start, settles=True)
        for found in (specimens(reading) if disease.solid else ())
        if found.code[:3] not in disease.seats
        for site in (found.site or site_of(found.code)).split(",")
        if not disease.holds(site)
    ]


def _is_harmless(phrase: str) -> bool:
    """Whether the words around an abnormality tell that it is no secondary disease."""
    own, _, after = phrase.partition(",")
    if _HARMLESS.search(own) is not None:
        return True
    if after == "":
        return False
    return _HARMLESS_KIND_AT.search(after) is not None or (holds(after, _JUDGED_WORDS) and _is_judged_benign(after))


def _is_judged_benign(after: str) -> bool:
    """Whether the words behind the comma of an abnormality, before those of another one, hold it for a benign one."""
    for part in after.split(","):
        if _ANOTHER_LESION.match(part):
            return False
        if _JUDGED_BENIGN.match(part):
            return True
    return False


def _phrase(reading: Reading, hit: Hit, reach: int, back: int = 25) -> str:
    """The folded words around a hit, within its sentence, from behind the comma before it on."""
    sentence = reading.sentence(hit.start)
    start = max(sentence.start, hit.start - back)
    start = max(start, reading.folded.rfind(", ", start, hit.start) + 1)
    return reading.folded[start : min(sentence.end, hit.end + reach)]


_Rule = Callable[[Reading, Hit, Disease], list[_Claim]]

_KINDS: dict[str, _Rule] = {
    "secondary": _secondary,
    "distant": _distant,
    "plus": _plus,
    "named": _named,
    "dermal": _dermal,
    "lytic": _lytic,
    "infiltrated": _infiltrated,
    "spread": _spread,
    "nodal": _nodal,
    "involved": _involved,
    "node": _node,
    "sample": _sample,
    "count": _count,
    "staged": _staged,
    "lesion": _new_lesions,
}
_IN_SPREAD: dict[str, _Rule] = {"lesion": _lesion, "lysis": _lysis}
"""The kinds of words that tell of secondary disease only in a report of metastatic disease."""
