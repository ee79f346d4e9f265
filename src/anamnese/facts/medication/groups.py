"""The drugs of a report in order of place, gathered into the enumerations that the text makes of them.

Interface for the rooms after this one (kept stable):

    for group in drug_groups(reading):
        group.start, group.end              # from the head of the first drug to the tail of the last
        for drug in group.drugs:            # linked by `+`, `-`, `/`, `,`, `et`, `associé à`, list lines …
            drug.name, drug.kind, drug.code # INN in French, class of drugs.tsv (`chemotherapy`, `targeted`, …), ATC
            drug.start, drug.end            # the name's place
            drug.head, drug.tail            # with dose or count before it, and dose, route, schedule, cycles after it
            drug.doses                      # tuple of Dose(start, end, value, unit, kind), the first is the first given
            drug.schedule, drug.route, drug.cycles
            drug.excluded                   # why it is none given here (`allergy`, `level`, `sensitivity`, …) or None

Words that need support (`calcium`, `CAP`) and have none, and contrast agents, are left out. Negation, doubt and plans
are not judged here.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from anamnese.facts.medication.in_turn import deal
from anamnese.facts.medication.openings import Openings
from anamnese.facts.medication.prescription import ANTICANCER, Drug, read_after, read_before
from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re


class DrugGroup:
    """Drugs that the text links into one enumeration."""

    __slots__ = ("drugs",)

    def __init__(self, drugs: list[Drug]) -> None:
        self.drugs = drugs

    @property
    def start(self) -> int:
        """Where the first drug begins, with what is told before its name."""
        return self.drugs[0].head

    @property
    def end(self) -> int:
        """Where the last drug ends, with what is told after its name."""
        return self.drugs[-1].tail


def drug_groups(reading: Reading) -> tuple[DrugGroup, ...]:
    """The enumerations of drugs of a report, in order of place."""
    linked: list[list[Drug]] = []
    for drug in _without_named_classes(reading, _drugs(reading)):
        if linked and _links(reading, linked[-1][-1], drug):
            linked[-1].append(drug)
        else:
            linked.append([drug])
    groups = []
    for members in linked:
        if len(members) > 1:
            deal(reading, members)
            _share(reading.folded, members)
        _exclude(reading, members)
        if kept := _supported(reading, members):
            groups.append(DrugGroup(kept))
    return tuple(groups)


# --- the drugs ------------------------------------------------------------------------------------

_ALIAS = folded_re(r"[ ?]*(?:[(=\[/]|\bou\b)?[ ]*(?:le |la |l')?$")  # `?` is the shadow of ®
_CLOSE = folded_re(r"[ ?]*[)\]]")
_PARTNERS = {
    row["name"]: (folded_re(row["words"]), row["combined"], row["code"])
    for row in read_table(Path(__file__).parent / "partners.tsv")
}
_BRACKET = folded_re(r"[ ]?(?:\w{4,12} )?\($")
_NO_DRUGS = frozenset({"contrast", "formula"})
"""Classes of what is no drug given: contrast agents, equations that bear a drug's acronym (`CKD-EPI`)."""


def _drugs(reading: Reading) -> list[Drug]:
    """The named drugs with what is written around them; an alias (`cisplatine (CDDP)`) is part of the name."""
    folded = reading.folded
    hits = [
        hit
        for hit in reading.hits("drugs")
        if hit.term.row["class"] not in _NO_DRUGS
        and (hit.end - hit.start > 2 or may_be_meant(reading, hit))
        and not (reading.text[hit.start].isupper() and _is_person(reading, hit))
    ]
    classes = [hit for hit in reading.hits("drug_classes") if hit.term.row["class"] == "corticosteroid"]
    if classes:
        hits = sorted(hits + classes, key=lambda hit: hit.start)
    drugs: list[Drug] = []
    i = done = 0
    while i < len(hits):
        hit, start = hits[i], hits[i].start
        if start < done:
            i += 1
            continue
        i, hit, end = _full_name(folded, hits, i)
        row, name, code = hit.term.row, hit.term.name, hit.term.code
        partner = _PARTNERS.get(name)
        match = partner[0].match(folded, end) if partner else None
        if partner and match:
            _, name, code = partner
            end = match.end()
            while i < len(hits) and hits[i].start < end:
                i += 1
        drug = Drug(start, end, name, row["class"], code)
        drug.class_word = "needs" not in row
        drug.needs_support = drug.class_word or bool(row["needs"])
        drug.needs_dose = not drug.class_word and row["needs"] == "dose"
        read_before(reading, drug, done)
        read_after(reading, drug, hits[i].start if i < len(hits) else len(folded))
        drugs.append(drug)
        done = drug.tail
    return drugs


_TITLES = ("r ", ". ", "e ")
"""How the words before a person's name end."""
_TITLED = re.compile(r"\b(?:D[rR]|P[rR]|Docteure?|Professeure?|Mme|Mlle|M\.|Mr)\.? (?:[A-ZÉ](?:[a-zé]*|\.)[ -]?){0,2}$")


def _is_person(reading: Reading, hit: Hit) -> bool:
    """Whether a word is a name behind a title, and no dose follows it: `Dr N. Propofol`."""
    if not reading.folded.endswith(_TITLES, 0, hit.start) or reading.folded[hit.end : hit.end + 2].strip().isdigit():
        return False
    return _TITLED.search(reading.text, max(0, hit.start - 30), hit.start) is not None


def may_be_meant(reading: Reading, hit: Hit) -> bool:
    """Whether `BV`, which is also a vessel, may be brentuximab vedotin: only where a lymphoma stands."""
    if not reading.folded.startswith("bv", hit.start):
        return True
    return "lymphom" in reading.folded or "hodgkin" in reading.folded


def _full_name(folded: str, hits: list[Hit], i: int) -> tuple[int, Hit, int]:
    """The name that begins with hit `i`, with its aliases: the next hit's number, the hit that names it, its end."""
    hit = hits[i]
    end = hit.end
    while i + 1 < len(hits) and hits[i + 1].term.name == hit.term.name and _is_alias(folded, end, hits[i + 1]):
        i += 1
        closed = _CLOSE.match(folded, hits[i].end) if "(" in folded[end : hits[i].start] else None
        end = closed.end() if closed else hits[i].end
    if i + 1 < len(hits) and _is_specified(folded, end, hit, hits[i + 1]):
        i += 1
        hit = hits[i]
        closed = _CLOSE.match(folded, hit.end)
        end = closed.end() if closed else hit.end
    return i + 1, hit, end


def _is_alias(folded: str, end: int, other: Hit) -> bool:
    return other.start - end < 10 and _ALIAS.fullmatch(folded[end : other.start]) is not None


def _is_specified(folded: str, end: int, hit: Hit, other: Hit) -> bool:
    """Whether brackets name the substance a word stands for: `G-CSF (pegfilgrastim)`, `vit B12 (hydroxocobalamine)`."""
    code = hit.term.code
    if other.start - end >= 16 or other.term.code[:5] != code[:5] or not (len(code) < 7 or hit.term.row.get("needs")):
        return False
    return _BRACKET.match(folded, end, other.start) is not None


def _names(reading: Reading, drug: Drug, following: Drug) -> bool:
    """Whether the next drug is the one that the word of a class means."""
    between = reading.folded[drug.tail : following.head]
    return not following.class_word and following.kind == drug.kind and len(between) < 30 and "." not in between


def _without_named_classes(reading: Reading, drugs: list[Drug]) -> list[Drug]:
    """A class that the next drug fills (`corticothérapie orale par prednisone`) is none of its own; its route is."""
    kept: list[Drug] = []
    for i, drug in enumerate(drugs):
        following = drugs[i + 1] if drug.class_word and i + 1 < len(drugs) else None
        if following and _names(reading, drug, following):
            following.route = following.route or drug.route
        else:
            kept.append(drug)
    return kept


# --- enumerations ---------------------------------------------------------------------------------

_LINK = folded_re(
    r"[ \n]*[)\]]?[ ]*(?:(?:[,;]|\n[ ]*[-*>+]?|[+/&-]|\bet\b|\bavec\b|\bplus\b|\bainsi que\b|\((?:et|avec)?|"
    r"\b(?:associe|combine|couple|ajoute)e?s?[ ](?:a|au|aux|avec)\b|\bcontenant\b|\bcomprenant\b|\bdont\b|"
    r"\ben[ ](?:association|combinaison|bitherapie|concomitance)[ ](?:a|au|aux|avec)\b)[ ]*)+"
    r"(?:(?:de|d'|du|des|la|le|les|l'|a|au|aux|une?|par|en|dans|selon|sous|toujours|egalement|surtout)(?:[ ]|(?<='))*)*"
)
_APPOSED = folded_re(r"[ ]*,[ ]*(?:le |la |l')")
_ARTICLE = folded_re(r"\b(?:le |la |l'|les )$")
_LONGEST_LINK = 60


def _links(reading: Reading, before: Drug, after: Drug) -> bool:
    """Whether the words between two drugs link them into one enumeration."""
    if after.head <= before.tail:
        return True
    if after.head - before.tail > _LONGEST_LINK:
        return False
    folded = reading.folded
    match = _LINK.fullmatch(folded, before.tail, after.head)
    if match is None:
        return False
    # `après échec du pazopanib, le nivolumab …` is no enumeration, `le rituximab, le bortézomib et …` is one
    return _APPOSED.match(match[0]) is None or _ARTICLE.search(folded, before.head - 4, before.head) is not None


_OF_A_COURSE = re.compile(r"(?:/|par)[ ]?\d+[ ]?(?:sem|mois)")
"""`/3 sem` is the rhythm of a course, of all its drugs."""


def _share(folded: str, members: list[Drug]) -> None:
    """What is told once for an enumeration holds for its members: cycles, route, schedule, a share of the full dose."""
    for later, earlier in pairwise(reversed(members)):
        both = earlier.kind in ANTICANCER and later.kind in ANTICANCER
        bare = not earlier.dosed and earlier.schedule is None and earlier.tail <= earlier.end + 1
        if earlier.cycles is None and later.cycles is not None:
            earlier.cycles = later.cycles
        own_line = earlier.dosed and "\n" in folded[earlier.tail : later.head]
        told = "voie" in later.route_told or "os" in later.route_told
        alike = earlier.kind == later.kind and later.route in ("iv", "topical") and later.route_told != "before"
        alike = alike and (later.route == "iv" or not earlier.dosed)  # `Inexium 40, Dermoval crème`
        if earlier.route is None and later.route and (told or (alike and not own_line)):
            earlier.route = later.route
        if bare and later.doses and later.doses[0].kind == "percent":
            earlier.steps[0].dose = later.doses[0]
        dose = earlier.steps[0].dose
        if both and dose is not None and dose.kind == "bare" and later.doses and later.doses[0].per_size:
            dose.unit = later.doses[0].unit  # `doxorubicine 60 et cyclophosphamide 600 mg/m2`
        daily = later.schedule is not None and later.schedule.startswith(("/", "par ", "x "))
        daily = daily or (earlier.dosed and later.schedule is not None and later.schedule.startswith("si "))
        daily = daily and not _OF_A_COURSE.match(later.schedule or "")
        if earlier.schedule is None and later.schedule and not daily and (both or earlier.kind == later.kind):
            earlier.schedule = later.schedule
            earlier.steps[0].schedule = earlier.steps[0].schedule or later.steps[0].schedule
    for earlier, later in pairwise(members):
        both = earlier.kind in ANTICANCER and later.kind in ANTICANCER
        if later.route is None and earlier.route_told == "before" and both:
            later.route, later.route_told = earlier.route, "before"
        if later.cycles is None and earlier.counted_before and earlier.kind in ANTICANCER:
            later.cycles, later.counted_before = earlier.cycles, True


# --- drugs that are none given here ---------------------------------------------------------------

_REACH = {"near": 40, "close": 20, "free": 60}
_ROUTE_REACH = 130
"""Characters between a word of `drug_contexts.tsv` and the drug it bears on."""
_PARTED = folded_re(r"[.;\n]")
_NEAR = folded_re(
    r"(?:[ :(,'-]|\b(?:a|au|aux|de|du|d|des|l|la|le|les|avec|en|par|pour|un|une|usage|utilisation|emploi|traitement|"
    r"possibilite|option|recours|"
    r"connue?s?|medicamenteuses?|severe|grave|absolue|relative|suspectee|documentee|cutanee|serique|sanguin|plasmatique|"
    r"recepteurs?|presence|platine)\b)*"
)
_TO_A_CLASS = folded_re(
    r"[ ](?:aux?|a l'|a un|des)[ ]?(?:inhibiteurs?|itk|tki|anti-?[a-z0-9]+|therapies ciblees|antagonistes|agents|"
    r"traitements)[^.;\n]{0,40}?(?:[(:]|\b(?:dont|comme|tels? que|type))[ ]?(?:l'|le |la )?"
)
"""`sensibilité aux inhibiteurs de FGFR (pémigatinib, …)`"""
_LEVEL_AFTER = Openings(
    [
        r"[ :=(]*+(?:a |de )?[<>]?[ ]?\d++(?:[.,]\d++)?+[ ]?"
        r"(?:(?:[a-z]{1,5}+)?+[ ]?/[ ]?(?:d|m|u)?l\b|(?:m|u|n|p)mol|meq)"
    ]
)
_EXCRETED_AFTER = folded_re(r"[ a-z]{0,14}[:=]?[ ]?\d[\d .,]*(?:ug|mg|[num]mol)[ ]?/[ ]?24[ ]?h")
_CATECHOLAMINES = ("C01CA03", "C01CA24")
_FOUND_AFTER = folded_re(r"[ ](?:(?:est|etait|sont|etaient)[ ])?(?:negati|positi|normal|elevee?|bas(?:se)?\b)")
_NOT_GIVEN_AFTER = Openings(
    [
        r"[ )]*(?:(?:est|etait|sont|etaient|etant|(?:a|ont|ayant|avait|aurait) ete|fut|pourtant|reste)[ ](?:donc[ ])?)?"
        r"(?:contre-? ?indique|"
        r"(?P<all>(?:vs\.?|versus)[ ](?!placebo)(?=[a-z])|"
        r"non indiques|non recommandes|non disponibles|contre-?indiques|non recus)|"
        r"indisponible|refuse|recuse|ecarte(?!r)|deconseille|"
        r":? ?non (?:disponible|donne|administre|fait|recu|realise|pris|propose|indique|rembourse|debute|repris)|"
        r"n'(?:a|ont|est|etait|etaient) (?:pas|jamais)|: ?(?:resistant|sensible|r\b|s\b)|"
        r"(?:[-/,+][a-z]+[ ])?a (?:doser|controler)|\((?:r|s|resistant|sensible)\))"
    ]
)


def _exclude(reading: Reading, members: list[Drug]) -> None:
    """Mark the drugs that are named but not given: allergies, antibiograms, blood levels, targets, tracers; and set the
    route that the words before an enumeration tell (`HIPEC avec …`)."""
    folded = reading.folded
    reason: str | None = None
    done = members[0].head
    for drug in members:
        if drug.dosed or ")" in folded[done : drug.head] or "." in folded[done : drug.head]:
            reason = None
        done = drug.tail
        context = _context(reading, drug)
        if context in ("ip", "it"):
            if drug.route in (None, "iv"):
                drug.route, drug.route_told = context, "before"
        elif context and _bears_on(context, drug):
            reason = context
        drug.excluded = reason
        measured = drug.needs_support and _FOUND_AFTER.match(folded, drug.end, drug.end + 30)
        if drug.code in _CATECHOLAMINES and _EXCRETED_AFTER.match(folded, drug.end, drug.end + 40):
            drug.excluded = "level"  # of the urine of a day
        if reason is None and (measured or _LEVEL_AFTER.match(folded, drug.end, drug.end + 30)):
            drug.excluded = "level"
    for earlier, later in pairwise(members):
        if earlier.route in ("ip", "it") and later.route in (None, "iv") and later.kind in ANTICANCER:
            later.route = earlier.route
    after = _NOT_GIVEN_AFTER.match(folded, members[-1].tail, members[-1].tail + 40)
    if after is not None:
        for drug in members if after["all"] else members[-1:]:
            drug.excluded = drug.excluded or "not given"


def _bears_on(context: str, drug: Drug) -> bool:
    """Whether a context can mean a drug: only tracers are imaged with, and what an anticancer drug did was given."""
    if context == "imaging":
        somatostatin = drug.code.startswith("H01CB") and not any(dose.kind == "mass" for dose in drug.doses)
        return drug.kind == "radiopharmaceutical" or somatostatin
    if context == "tube":
        return drug.code.startswith("B01AB")
    if context == "vaccination":
        return drug.code.startswith(("L03AX03", "J07"))
    if context == "refractory":
        return drug.kind in ANTICANCER
    if context == "resistant":
        return drug.kind not in _RELIEVING
    return context != "allergy" or drug.kind not in ANTICANCER


_RELIEVING = frozenset(
    {
        "analgesic", "antiemetic", "psychotropic", "gastrointestinal", "anaesthetic", "muscle_relaxant", "respiratory",
        "cardiovascular",
    }
)  # fmt: skip
"""Classes to which no germ or tumour is resistant, only a complaint: `douleur résistante au tramadol`."""


def _context(reading: Reading, drug: Drug) -> str | None:
    """What the last word of `drug_contexts.tsv` before a drug in its sentence makes of it."""
    folded = reading.folded
    floor = max(reading.sentence(drug.start).start, drug.head - _ROUTE_REACH)
    found = None
    for hit in reading.hits_between("drug_contexts", floor, drug.head):
        gap = folded[hit.end : drug.head]
        to_a_class = hit.term.name in ("sensitivity", "resistant") and _TO_A_CLASS.fullmatch(gap) is not None
        if to_a_class or hit.term.name in ("ip", "it"):
            found = hit.term.name
        elif len(gap) <= _REACH[hit.term.row["gap"]] and not _PARTED.search(gap):
            named = hit.term.name == "target" and "(" in gap  # `l'analogue (triptoréline …)`
            if not named and (hit.term.row["gap"] != "near" or _NEAR.fullmatch(gap)):
                found = hit.term.name
    return found


_SUPPORT_WORDS = (
    r"supplement\w*|traitements?|perfusions?|recharges?|apports?|substitution|prise|sous|administrations?|injections?|"
    r"cures?|instillations?|comprimes?|correction|prescri\w+|recu|recoit|recevait|prend|prenait|pris|ajout|ampoules?|par|"
    r"therapie|chimiotherapie|associee? a|bolus|ordonnance|traitee?s?|mise?|debutee?|vitaminotherapie|per os|"
    r"gelules?|sortie"
)
_SUPPORT = folded_re(
    rf"(?:{_SUPPORT_WORDS})[ :]*(?:[a-z-]+ ){{0,2}}?"
    r"(?:de |d'|du |par |en |la |le |l'|a |au |avec |orale? )*(?:[(] ?)?$"
)
_HIGH_DOSE = folded_re(r"[ ](?:[a-z]+[ ])?(?:a |en )?(?:tres )?(?:(?:haute|forte)s? doses?|bolus)")
_NO_DRUG_UNITS = frozenset({"mmol", "meq", "l", "%"})


def _supported(reading: Reading, members: list[Drug]) -> list[Drug]:
    """The members of an enumeration without those words that do not stand for drugs here."""
    if not any(drug.needs_support for drug in members):
        return members
    own = [not drug.needs_support or _has_support(reading, drug) for drug in members]
    company = any(ok and drug.excluded is None and not drug.class_word for ok, drug in zip(own, members, strict=True))
    return [
        drug
        for ok, drug in zip(own, members, strict=True)
        if ok or (company and not drug.class_word and not _opens_list(reading, drug))
    ]


_LISTED = 120
"""In so many characters behind an acronym and its bracket the drugs of the regimen stand."""


def _opens_list(reading: Reading, drug: Drug) -> bool:
    """Whether an acronym names a regimen whose drugs follow in brackets (`CAP (cyclophosphamide, …)`)."""
    if not reading.folded.startswith(" (", drug.end):
        return False
    closed = reading.folded.find(")", drug.end, drug.end + _LISTED)
    return bool(reading.hits_between("drugs", drug.end, closed if closed >= 0 else drug.end + _LISTED))


def _has_support(reading: Reading, drug: Drug) -> bool:
    """Whether a word that may also be an analyte, a food or another acronym stands for a drug here."""
    if any(dose.kind in ("mass", "activity") and dose.unit not in _NO_DRUG_UNITS for dose in drug.doses):
        return True
    if drug.excluded is not None or drug.needs_dose:
        return False
    if _opens_list(reading, drug) and drug.kind in ANTICANCER:
        return False
    if drug.class_word:
        return _HIGH_DOSE.match(reading.folded, drug.end) is not None
    if drug.route in ("iv", "oral", "sc", "im"):
        return True
    sentence = reading.sentence(drug.start)
    return _SUPPORT.search(reading.folded, max(sentence.start, drug.head - 60), drug.head) is not None
