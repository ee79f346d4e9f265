"""What an operation was done for: a tumour, or what is none; and what its specimen held."""

from __future__ import annotations

from anamnese.case import Span
from anamnese.facts.cues import by_letter
from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

NEOPLASM = folded_re(
    by_letter(
        *("cancer", "carcino", "tumeur", "tumora", "neopla", "metasta", "adenom", "sarcom", "melanom", "lymphom"),
        *("myom", "kyst", "teratom", "fibro", "gliom", "masse", "nodul", "lesion", "adk", "cci", r"cli\b", "seminom"),
        *("blastom", "hyperplasi", "goitre"),
    )
)
_OTHER_CAUSES = by_letter(
    *("diverticul", "hernie", "lithias", "peritonite", "occlusion", "calcul", "abces", "perforation", "hydatique"),
    *("prolapsus", "varice", "hemorragi", "lachage", "eventration", "goitre", "traumatis", "fracture", "purpura"),
    *("spherocytos", "drepanocyt", "rupture splen", "splenomegalie paludeenne", "volvulus"),
    *("evisceration", "endometrios", "menometrorragi", "osteite", "osteomyelit", "pseudarthros"),
    *("pour hemostase", "mediastinit", "obesite", "ulcere", "polypose nas", "sinusite", "pneumothorax"),
)
_OTHER_CAUSE = folded_re(rf"\b(?:{_OTHER_CAUSES})")
"""What a benign operation or a reintervention was done for where no neoplasm stands beside it."""
_NEVER_A_TUMOUR = (
    "cryptorchid", "ectopie testic", "fracture", "hernie", "varic", "luxation", "entorse", "ligament", "menisque",
    "canal carpien", "cataracte", "glaucome", "strabisme", "hemorroid", "fissure anale", "hydrocele", "phimosis",
    "malformation", "cardiopath", "scoliose", "hallux", "bec-de-lievre", "fente palat", "stenose du pylore",
    "appendicite", "cholecystite", "diverticulite", "sinusite", "hernia", "pontage", "coronarien", "valvul",
    "reflux vesico", "pied bot", "spina bifida", "cesarienne", "amygdalite", "adenoide", "pneumothorax", "traumatis",
    "abces", "hematome", "lymphocel", "seroma", "serome", "mediastinit", "eventration", "evisceration", "desunion",
    "dehiscence", "escarre", "phlegmon", "empyeme", "arthrose", "osteomyelit",
)  # fmt: skip
"""What is mended by surgery that is never a tumour: `une │fracture│ traitée chirurgicalement`."""
_CALLED = (
    "necessit", "impos", "requi", "requer", "exige", "trait", "justifi", "motiv", "oblig", "subi", "beneficie",
    "repris", "conduit",
)  # fmt: skip
_COMPLICATIONS = by_letter(
    *("necros", "hematom", "desunion", "dehiscence", "surinfect", "infect", "fistul", "abces", "lachage", "escarre"),
    *(
        "mediastinit",
        "lymphocel",
        "serom",
        "sepsis",
        "gangren",
        "cellulite",
        "ischemi",
        "suppurat",
        "radionecros",
        "evisceration",
    ),
)
_CALLED_FOR = folded_re(rf"\b(?:{_COMPLICATIONS})[^.;]{{0,70}}\b(?:{'|'.join(_CALLED)})[a-z]*\b[^.;]{{0,40}}$")
"""A complication that called for the operation: `la nécrose du lambeau a nécessité une │excision│`."""
_CALLED_REACH = 130
_REPORTED = 400
"""Characters behind the sentence of an operation within which its histology is told."""
_OF_SPECIMEN = ("histo", "anatom", "anapath", "piece", "specimen", "patholog", "microscop")
_MALIGNANT = by_letter(
    *("cancer", "carcino", "tumeur", "tumora", "neopla", "metasta", "sarcom", "melanom", "lymphom", "gliom"),
    *("blastom", "seminom", r"gist\b", "mesotheliom", r"adk\b", "chordom", "myelom"),
)
CANCER = folded_re(_MALIGNANT)
_HELD = folded_re(rf"\b(?:{'|'.join(_OF_SPECIMEN)})[^.;\n]{{0,160}}?(?:{_MALIGNANT})")
"""`l'│histologie a conclu à un carcinome│`."""
_DENIED = folded_re(r"\b(?:sans|absence|aucune?|pas|ni)\b")
_ELSEWHERE = ("consult", "adress", "hospitalis", "antecedent")
"""What turns an account to another matter than the specimen of the operation just told."""
_REMOVE_NOTHING = frozenset({"reprise chirurgicale", "ostéosynthèse", "enclouage", "laminectomie", "thrombectomie"})
"""Operations without a specimen: the histology told behind them is of a biopsy."""
_SAMPLES = ("biopsy", "cytology", "puncture")


def tells_neoplasm(reading: Reading, start: int, end: int) -> bool:
    """Whether a span names a neoplasm."""
    return NEOPLASM.search(reading.folded, start, end) is not None or bool(
        reading.hits_between("morphology", start, end)
    )


def of_no_tumour(reading: Reading, hit: Hit, before: str, sentence: Span) -> bool:
    """Whether an operation was done for what is no tumour, and its specimen held none."""
    folded, name = reading.folded, hit.term.name
    if hit.term.row["sort"] == "broad" and name != "reprise chirurgicale":
        words = folded[sentence.start : sentence.end]
        return (
            holds(words, _NEVER_A_TUMOUR)
            and not tells_neoplasm(reading, sentence.start, sentence.end)
            and not specimen_tells(reading, hit)
        )
    caused = _OTHER_CAUSE.search(folded, sentence.start, sentence.end) is not None
    if caused:
        caused = NEOPLASM.search(folded, sentence.start, sentence.end) is None
    if not caused and holds(before, _CALLED):
        first = max(sentence.start, hit.start - _CALLED_REACH)
        caused = _CALLED_FOR.search(folded, first, hit.start) is not None and not tells_neoplasm(
            reading, sentence.start, min(hit.end + 40, sentence.end)
        )
    return caused and not specimen_tells(reading, hit)


def specimen_tells(reading: Reading, hit: Hit) -> bool:
    """Whether the histology of what an operation removed is told behind it and names a neoplasm: `Une cholécystectomie
    a été réalisée. La pièce contenait un adénocarcinome.`"""
    if hit.term.name in _REMOVE_NOTHING:
        return False
    folded = reading.folded
    sentence = reading.sentence(hit.start)
    end = min(sentence.end + _REPORTED, len(folded))
    for other in reading.hits_between("surgery", sentence.end, end):
        if other.term.name != hit.term.name and other.term.row["sort"] not in ("support", "minor"):
            end = other.start
            break
    for other in reading.hits_between("procedure", hit.end, end):
        if other.term.name in _SAMPLES:
            end = other.start
            break
    words = folded[hit.end : end]
    for word in _ELSEWHERE:
        at = words.find(word)
        if at >= 0:
            words = words[:at]
    if not holds(words, _OF_SPECIMEN):
        return False
    held = _HELD.search(words)
    return held is not None and _DENIED.search(held[0]) is None
