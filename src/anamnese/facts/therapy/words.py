"""The words that courses of systemic treatment are told with: modalities, regimens and anticancer drugs, in order."""

from __future__ import annotations

from anamnese.facts.cues import AnyCue, Cue, stems
from anamnese.facts.medication.groups import may_be_meant
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.acts import is_meant
from anamnese.reading.fold import folded_re

KINDS = ("chemotherapy", "immunotherapy", "targeted", "hormone")
COMPANIONS = frozenset({
    "prednisone", "prednisolone", "dexaméthasone", "méthylprednisolone", "acide folinique", "lévofolinate", "mesna",
    "folinate de calcium", "hydrocortisone", "sirolimus", "acide zolédronique",
})  # fmt: skip
"""Drugs that belong to a course beside an anticancer drug, and are none alone."""


class Word:
    """A word of treatment. `sort`: `drug`, `companion`, `regimen`, `course`, `class`, `line`, `both`, or `other` for
    treatments that end an enumeration of drugs (surgery, radiotherapy)."""

    __slots__ = ("cytotoxic", "drugs", "end", "kind", "name", "sort", "start")

    def __init__(
        self,
        start: int,
        end: int,
        sort: str,
        name: str,
        kind: str,
        drugs: tuple[str, ...] = (),
        cytotoxic: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.sort = sort
        self.name = name
        self.kind = kind
        self.drugs = drugs
        self.cytotoxic = cytotoxic
        """Whether it names a class of drugs of chemotherapy."""

    def __lt__(self, other: Word) -> bool:
        return self.start < other.start or (self.start == other.start and self.end > other.end)


_CUE_BEFORE = AnyCue(
    Cue(
        r"schemas?|protocoles?|chimio\w*|radio-? ?chimio\w*|ct|ctna|type|cures?|cycles?|ligne|regimes?|combinaison|"
        r"association|seances?|associant|adjuvante?|neo-? ?adjuvante?|induction|poursuite|desescalade|bridging|"
        r"pre-?phase|blocs?|sequences?|relais",
        r"\b[ :«\"'(]{0,3}"
        r"(?:(?:de|d'|du|par|type|selon|le|avec|schema|protocole|a base de|modifie|intensif|ct)[ :«\"'(]{0,2}){0,4}$",
    ),
    Cue(r"chimio", r"[^.;]{0,36}\([ ]?$"),
)
_COUNT_BEFORE = folded_re(r"(?:^|[ (:;,+\n-])(?:[1-9]|1\d|2[0-4])[ ]?(?:x[ ]?)?$")
_COUNT_REACH = 8
"""Characters before a name that hold its count."""
_CUE_AFTER = folded_re(
    r"[ »\"()]{0,3}(?:\d{2,3}[ ]?)?(?:[x×][ ]?\d|\d{1,2}[ ](?:cycles|cures)|(?:pendant |pour |, )?(?:\w+) (?:cycles|"
    r"cures)|"
    r"[-(]?c[1-9]\d?(?![\da-z])|(?:neo)?adjuvant|post-? ?op|pre-? ?op|dose[ -]dense|hebdo|"
    r"puis (?:\d|(?:le |du |par )?(?:pacli|doceta|taxol|taxot|folf|gemci|carbop|cispl)))"
)
_PROTOCOL_BEFORE = folded_re(r"\b(?:type|protocole|schema|regime|selon le|cures d[e']|cycles d[e'])[ :«\"]{0,3}$")
_MEASURED = ("mm (", "cm (", "mm ", "cm ")
_EXAMINATION = folded_re(
    r"\b(?:tdm|scanners?|irm|echo|tep|pet|scan|tomodensitometrie|tomographie|imagerie|radio)[ -]?[(]?$"
)
"""Right before an acronym that tells what an examination shows and no regimen: `TDM │TAP│ post-opératoire`."""
_SCANNED = folded_re(r"\b(?:ct|tc|tac|scan)[ -]?[(]?$")
_REGIONS = ("tap", "cap", "abp", "tep")
"""Regions that stand behind the shorter names of the scanner, which are regimens or chemotherapy before others."""
_CLINICAL_TRIAL = folded_re(r"(?:essais?|etude|cliniques?) (?:clinique )?\(?$")
_CHEMO_CT_BEFORE = folded_re(
    r"(?:\b(?:recu|recoit|recevoir|recevant|debute|debuter|commence|sous|apres|par|une|la|de|et|avec|puis|d'une|"
    r"propose|proposee)"
    r"|chimiotherapie \(|[\n(+:;-])[ ]?$"
)
_CHEMO_CT_AFTER = folded_re(
    r"[ )]{0,2}(?:neo-? ?adjuvante?|adjuvante?|palliative|de (?:\d|premiere|deuxieme|seconde|troisieme|rattrapage|"
    r"maintenance|"
    r"consolidation)|par (?!voie)|\(?[x×] ?\d|a base|selon|d'induction|avec (?:une )?(?:bonne|mauvaise|reponse)|"
    r"intratheca|"
    r"\([a-z]{2,7} x|-rt|\+ ?rt|/rt|adj)"
)
_SCANNER = folded_re(
    r"[ ]?(?:thora|abdo|cereb|cerv|tap|scan|pelv|injec|de controle|sans|avec injection|guid|crani|du rachis)"
)
_HORMONE_HT_AFTER = folded_re(
    r"[ )]{0,2}(?:intermittente|courte|longue|par|adjuvante?|neo|a base|pendant|depuis|[(:+;,.]|"
    r"\d{1,2} (?:ans|mois)|et)"
)
_CONDITIONING = folded_re(r"(?:du |de |le )$")


_COMBINED = {
    "trastuzumab pertuzumab": ("trastuzumab", "pertuzumab"),
    "nivolumab rélatlimab": ("nivolumab", "rélatlimab"),
    "niraparib abiratérone": ("niraparib", "abiratérone"),
}
"""Fixed combinations, which are also how two drugs of one course are written."""
_HORMONES = ("L02", "H01C", "G03AC05", "G03HA", "G03XA")
"""ATC groups of the hormones that treat tumours: endocrine therapy, somatostatin analogues, megestrol, cyproterone."""
_INFECTION = folded_re(r"[ ]?anti-? ?(?:tubercul|bacill|microb|lepr|parasit|infect)")
_SAID_BY_MODALITY = ("chimio", "polychimio", "poly", "mono", "cyto")
_ANALOGUE_OF = ("analogue de la ", "analogues de la ", "analogue de ", "analogues de ", "recepteurs de la ")
_TRANSPLANT = ("autogreffe ", "autogreffe (", "allogreffe (")
_NO_COURSE_OF = (*_ANALOGUE_OF, *_TRANSPLANT)
_BLOOD = folded_re(r"\b(?:cgr?|cgra|transfus\w*|culots?|plaquett\w*|ffp|pfc)\b")
"""What makes of `CPA` a concentrate of platelets."""
_VACCINE = folded_re(r"vaccin\w*[ ](?:[a-z']+[ ]){0,3}$|cicatrice (?:de |du )?$|pas de $")
_INSTILLED = Cue(
    r"instillations?|endo-?vesical\w*|intra-?vesical\w*|riv|interne vectorisee|radio-?metabolique",
    r"\b[^.;]{0,30}$",
)
_BCG = "bacille de calmette-guérin"
_RESECTED = folded_re(r"\b(?:rtuv?|resections?)\b[^.;]{0,30}$")
"""Before the instillations that follow on the resection of a tumour of the bladder: `RTU et │BCG│ en 2017`."""
_DOSE = folded_re(
    r"[ :(]{0,3}(?:\d{1,2} )?instillation|[ ]?\(?(?:intra|endo)-? ?vesical|"
    r"[ (:]{0,2}\d[\d.,]*[ ]?(?:mg(?!y)|g\b|ui|auc|mui)|[ ]?(?:auc|x ?\d)"
)


_UNITS = (" cycle", " cure", " seance")
_INTERVAL = folded_re(r"\b(?:allonge\w*|intervalle|espace|segment|prolong\w*|ecg|duree)[ :]*(?:de l'|du |de )?$")
"""Before the `QT` of an electrocardiogram, which is also how Spanish abbreviates chemotherapy."""
_ACRONYM = len("QT")
_SHOWN_BY = folded_re(r"\b(?:balayage|scinti\w*|scan|scanner|tep|captation|fixation|traceur|imagerie)\b[^.;,\n]{0,45}$")
"""What a radionuclide shows, where it treats nothing."""
_NO_RADIOLIGANDS = frozenset({"iode 131", "yttrium-90"})
"""Radionuclides whose courses other words tell: irradiation of the thyroid, radioembolisation."""


def is_tracer(folded: str, start: int) -> bool:
    """Whether a radionuclide stands for what an examination shows: `captation de l'iode 131`."""
    return _SHOWN_BY.search(folded, max(0, start - 60), start) is not None


def words_of_treatment(reading: Reading) -> list[Word]:
    """All words of treatment of a report in order of place; where two overlap, the longer."""
    found = [*_drugs(reading), *_regimens(reading), *_modalities(reading), *_classes(reading)]
    found += [
        Word(hit.start, hit.end, "other", "surgery", "surgery")
        for hit in reading.hits("surgery")
        if hit.term.row["sort"] in ("operation", "nodes")
    ]
    found.sort()
    kept: list[Word] = []
    for word in found:
        if not kept or word.start >= kept[-1].end:
            kept.append(word)
        elif word.end - word.start > kept[-1].end - kept[-1].start or _regimen_meant(reading, kept[-1], word):
            kept[-1] = word
    return kept


def _regimen_meant(reading: Reading, drug: Word, regimen: Word) -> bool:
    """Whether an acronym that is short for a drug too is told to be a protocol: `chimiothérapie de type CAP`."""
    if regimen.sort != "regimen" or regimen.end != drug.end or _DOSE.match(reading.folded, drug.end):
        return False
    return _PROTOCOL_BEFORE.search(reading.folded, max(0, drug.start - 24), drug.start) is not None


def _drugs(reading: Reading) -> list[Word]:
    found = []
    folded = reading.folded
    for hit in reading.hits("drugs"):
        kind, name = hit.term.row["class"], hit.term.name
        if hit.term.row["needs"] and (
            _examined(folded, hit.start)
            or not may_be_meant(reading, hit)
            or not (
                _supported(reading, hit.start, hit.end)
                or (name == _BCG and _RESECTED.search(folded, max(0, hit.start - 40), hit.start))
            )
        ):
            continue
        if folded.endswith(_NO_COURSE_OF, 0, hit.start):
            continue
        if name in COMPANIONS:
            found.append(Word(hit.start, hit.end, "companion", name, "", (name,)))
        elif kind in KINDS and (kind != "hormone" or hit.term.code.startswith(_HORMONES)):
            if reading.text[hit.start : hit.end] == "CPA" and _BLOOD.search(
                folded, max(0, hit.start - 40), hit.end + 40
            ):
                continue
            if name == _BCG and _VACCINE.search(folded[max(0, hit.start - 30) : hit.start]):
                continue
            found.append(Word(hit.start, hit.end, "drug", name, kind, _COMBINED.get(name, (name,))))
        elif kind == "radiopharmaceutical" and name not in _NO_RADIOLIGANDS and not is_tracer(folded, hit.start):
            found.append(Word(hit.start, hit.end, "drug", name, "other", (name,)))
    return found


def _supported(reading: Reading, start: int, end: int) -> bool:
    """Whether a dose, another drug or a word of treatment stands beside an acronym that may mean something else."""
    if _DOSE.match(reading.folded, end):
        return True
    near = reading.hits_between("drugs", start - 25, start) or reading.hits_between("drugs", end, end + 25)
    if near:
        return True
    before = reading.folded[max(0, start - 48) : start]
    found = stems(before)
    return _is_cued(before, found) or _INSTILLED.stands(before, found)


def _is_cued(before: str, found: list[bytes]) -> bool:
    """Whether the words before an acronym, whose stems are given, or a number make of it a regimen."""
    if _CUE_BEFORE.stands(before, found):
        return True
    return _COUNT_BEFORE.search(before, max(0, len(before) - _COUNT_REACH)) is not None


def _regimens(reading: Reading) -> list[Word]:
    folded, found = reading.folded, []
    for hit in reading.hits("regimens"):
        row = hit.term.row
        if row["cue"]:
            before = folded[max(0, hit.start - 48) : hit.start]
            if _CLINICAL_TRIAL.search(before) or before.endswith(_MEASURED):
                continue  # `46 mm (T) x 39 mm (AP)`
            if _examined(folded, hit.start):
                continue
            if not (
                _is_cued(before, stems(before))
                or _CUE_AFTER.match(folded, hit.end)
                or _defined(reading, hit.end)
                or (before.endswith("(") and _substances_between(reading, hit.start - 60, hit.start))
            ):
                continue
        if folded.endswith(_TRANSPLANT, 0, hit.start):
            continue  # the conditioning names the transplant
        if row["name"] == "3+7" and "," in folded[hit.start : hit.end]:
            continue
        end = hit.end
        if folded[end - 1].isdecimal() and folded[end - 2] == " " and folded.startswith(_UNITS, end):
            end -= 2  # `FOLFOX 4 cycles`
        name = hit.term.name or reading.text[hit.start : end].replace("\n", " ")
        drugs = tuple(filter(None, row["drugs"].split(";")))
        found.append(Word(hit.start, end, "regimen", name, row["kind"], drugs))
    return found


def _examined(folded: str, start: int) -> bool:
    """Whether an acronym stands right behind the name of an examination, and tells its region."""
    before = max(0, start - 20)
    return _EXAMINATION.search(folded, before, start) is not None or (
        folded.startswith(_REGIONS, start) and _SCANNED.search(folded, before, start) is not None
    )


def _substances_between(reading: Reading, start: int, end: int) -> bool:
    """Whether drugs, or classes of them, are named in a span."""
    return bool(reading.hits_between("drugs", start, end) or reading.hits_between("drug_classes", start, end))


def _defined(reading: Reading, end: int) -> bool:
    """Whether the drugs of a regimen follow it in brackets or after a colon."""
    opening = reading.folded[end : end + 4].strip(" ")
    return opening[:1] in ("(", ":") and bool(reading.hits_between("drugs", end, end + 40))


def _classes(reading: Reading) -> list[Word]:
    """The classes of cytotoxic drugs: `six cures d'│anthracyclines`."""
    return [
        Word(hit.start, hit.end, "class", hit.term.name, "chemotherapy", cytotoxic=True)
        for hit in reading.hits("drug_classes")
        if hit.term.row["class"] == "chemotherapy" and not reading.folded.startswith(_SAID_BY_MODALITY, hit.start)
    ]


def _modalities(reading: Reading) -> list[Word]:
    folded, found = reading.folded, []
    for hit in reading.hits("modalities"):
        row = hit.term.row
        sort, kind = row["sort"], row["kind"]
        if hit.misspelt and folded.startswith(("peute", "logue", "logique"), hit.end - 5):
            continue
        if row["cue"] and not (is_meant(reading, hit) and _meant(reading.text, folded, hit.start, hit.end)):
            continue
        if (
            hit.end - hit.start == _ACRONYM
            and folded.startswith("qt", hit.start)
            and _INTERVAL.search(folded, max(0, hit.start - 24), hit.start)
        ):
            continue  # `allongement du QT`
        anti = kind == "chemotherapy" and folded.startswith(("anti", " anti"), hit.end)
        if anti and _INFECTION.match(folded, hit.end):
            continue
        if kind in KINDS and sort in ("course", "class", "both"):
            found.append(Word(hit.start, hit.end, sort, hit.term.name, kind))
        elif sort == "line":
            found.append(Word(hit.start, hit.end, "line", folded[hit.start : hit.end], ""))
        elif sort not in ("care", "steroid", "support", "local"):
            found.append(Word(hit.start, hit.end, "other", hit.term.name, kind))
    return found


def _meant(text: str, folded: str, start: int, end: int) -> bool:
    """Whether an acronym with another meaning stands for the treatment: CT is also the scanner, HT blood pressure."""
    string = text[start:end]
    if string in ("CT", "CTX"):
        if _SCANNER.match(folded, end):
            return False
        return bool(
            _CHEMO_CT_AFTER.match(folded, end)
            or folded[max(0, start - 16) : start].endswith(("chimiotherapie (", "cures de "))
        )
    if string == "HT":
        return bool(_HORMONE_HT_AFTER.match(folded, end)) or folded[max(0, start - 18) : start].endswith(
            "hormonotherapie ("
        )
    return not (folded.startswith("conditionnement", start) and _CONDITIONING.search(folded, max(0, start - 3), start))
