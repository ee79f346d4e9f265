"""The drugs of a report in order of place, each with what is written around it, gathered into enumerations.

Interface for the rooms after this one (kept stable):

    for group in drug_groups(reading):      # computed once for a reading
        group.start, group.end              # from the head of the first drug to the tail of the last
        for drug in group.drugs:            # linked by `+`, `-`, `/`, `,`, `et`, `associé à`, `en association avec`, list lines
            drug.name, drug.kind, drug.code # INN in French, class of drugs.tsv (`chemotherapy`, `targeted`, …), ATC
            drug.start, drug.end            # the name's place
            drug.head, drug.tail            # with the dose or count before it, and dose, route, schedule, cycles after it
            drug.doses                      # tuple of Dose(start, end, value, unit, kind), the first is the first given
            drug.schedule, drug.route, drug.cycles
            drug.excluded                   # why it is no drug given here (`allergy`, `level`, `sensitivity`, …) or None

Drugs that need support (`calcium`, `CAP`) and have none, and contrast agents, are left out. Negation, doubt and plans are not judged here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from anamnese.facts.medication.grammar import (
    Dose,
    Piece,
    bare_cycles_at,
    bare_dose_at,
    count_before,
    cycles_at,
    cycles_before,
    dose_at,
    route_at,
    schedule_at,
)
from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit

ANTICANCER = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
_LOOK_BACK = 70
_LOOK_AHEAD = 260
"""Characters around a name in which its prescription is read; the longest ones of protocols stay below."""


@dataclass(slots=True)
class Step:
    """One dose level of a drug with its own schedule: a drug has several where `puis` changes the dose."""

    dose: Dose | None = None
    end: int = 0
    schedule: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Drug:
    """A drug where the text names it, and what is written around the name."""

    start: int
    end: int
    name: str
    kind: str
    code: str
    head: int
    tail: int
    steps: list[Step] = field(default_factory=list)
    route: str | None = None
    cycles: int | None = None
    excluded: str | None = None
    needs_support: bool = False
    misspelt: bool = False
    schedule: str | None = None
    class_word: bool = False
    """A class that stands for the drug (`corticothérapie à 10 mg/jour`)."""
    counted_before: bool = False
    """Whether the cycles stand before the name and so hold for what follows it too."""
    route_told: str = ""
    """The words of the route; empty where it comes from elsewhere."""

    @property
    def doses(self) -> tuple[Dose, ...]:
        """The doses told, in order."""
        return tuple(step.dose for step in self.steps if step.dose is not None)


@dataclass(slots=True)
class DrugGroup:
    """Drugs that the text links into one enumeration."""

    drugs: list[Drug]

    @property
    def start(self) -> int:
        """Where the first drug begins, with what is told before its name."""
        return self.drugs[0].head

    @property
    def end(self) -> int:
        """Where the last drug ends, with what is told after its name."""
        return self.drugs[-1].tail


_SKIP = re.compile(r"(?:[ ]*(?:\n(?!\n)[ ]*)?[,;:()\[\]=?]?)*(?:-[ ])?[ ]*")
_FILLER = re.compile(
    r"(?:a (?:la|une) (?:dose|posologie)(?: (?:initiale|reduite|totale|journaliere|quotidienne|standard|habituelle|maximale|unique|hebdomadaire))?(?: d[e'])?|a (?:des )?doses?(?: d[e'])?|a raison d[e']|aux doses d[e']|aux memes doses|"
    r"(?:la )?(?:dose|posologie|dosage)(?: (?:totale|quotidienne|journaliere|standard|initiale|de charge|d'entretien|reduite))?(?: (?:de|est de|etant de))?|"
    r"(?:est|sont|etait|etaient|a ete|ont ete|etant|sera|seront|fut|aussi|egalement|d'abord|puis)\b|"
    r"(?:debute|instaure|introduit|administre|prescrit|donne|initie|commence|maintenu|poursuivi|repris|reduit|augmente|diminue|majore|baisse|adapte|administre|recu|pris|delivre|injecte|associe|ajoute|abaisse|passe|ajuste)e?s?\b|"
    r"en (?:monotherapie|association|adjuvant|neoadjuvant|situation adjuvante|entretien|maintenance|traitement d'entretien|premiere ligne|deuxieme ligne|relais|reajustant la dose|diminuant la dose|reduisant la dose|cycles?|cures?|monochimiotherapie)\b|"
    r"(?:neo-?)?adjuvante?s?\b|concomitante?s?\b|seule?\b|monotherapie\b|d'entretien\b|de maintenance\b|de consolidation\b|d'induction\b|palliative?\b|systemique\b|"
    r"(?:schema )?standard\b|(?:a )?(?:tres )?(?:haute|forte|faible|petite|pleine|demi|double)s?[ -]doses?\b|dose[- ]dense\b|dose (?:pleine|complete)\b|"
    r"l\.?p\.?\b|l\.?i\.?\b|retard\b|lar\b|liposomale?\b|pegylee?\b|injectable\b|infusion\b|flacons?\b|generique\b|microcristallin\w*|sodique\b|micronisee?\b|depot\b|a liberation (?:prolongee|immediate)|autogel\b|forte?\b|"
    r"(?:avec|selon|dans|suivant) (?:un|le) (?:schema|protocole)(?: (?:de|d'))?|"
    r"(?:a|de|d'|en|soit|et|la|le|les|l'|un|une|du|jusqu'a|compris|initial(?:ement)?|toujours|actuellement|seulement)\b'?)"
)
_THEN = re.compile(r"(?:puis|ensuite|suivie?s? (?:de|d'|par)|reduit(?:e|es|s)? (?:a|de)|augmente(?:e|es|s)? (?:a|jusqu'a)|diminue(?:e|es|s)? a|majore(?:e|es|s)? a|passe(?:e|es|s)? a|baisse(?:e|es|s)? a|avec reduction a|abaisse(?:e|es|s)? a)\b")
_TWO_LEVELS = re.compile(r"(\d+(?:[.,]\d+)?)[ ](?:puis|->|>)[ ](?=\d)")
_FORM = re.compile(r"comprime|gelule|\bcps?\b")
_STRENGTH = re.compile(r"\d{2,4}/\d{2,3}(?![\d/.]|[ ]?(?:mg|g\b|ui|mmhg))")  # `cotrimoxazole 800/160`: the strength of a tablet
_CUED_DOSE = re.compile(r"(?:a la dose de|a la posologie de|a raison de|a une dose de|dose(?: initiale| quotidienne| journaliere)? de|posologie de|\(|a)[ ]?(?=\d|auc)")

_LINK = re.compile(
    r"[ \n]*[)\]]?[ ]*(?:(?:[,;]|\n[ ]*[-*>+]?|[+/&-]|\bet\b|\bavec\b|\bplus\b|\bainsi que\b|\bassociee?s?[ ](?:a|au|aux|avec)\b|\((?:et|avec)?|"
    r"\ben[ ](?:association|combinaison|bitherapie|concomitance)[ ](?:a|au|aux|avec)\b|\b(?:combine|couple|ajoute)e?s?[ ](?:a|au|aux|avec)\b|\bcontenant\b|\bcomprenant\b|\bdont\b)[ ]*)+"
    r"(?:(?:de|d'|du|des|la|le|les|l'|a|au|aux|une?|par|en|dans|selon|sous|toujours|egalement|surtout)(?:[ ]|(?<='))*)*"
)
_DE = re.compile(r"[ ]?(?:de|d'|du|de la|des|de l')[ ]?$")

_EXCLUDED = (
    ("allergy", re.compile(r"(?:allerg\w+|intoleran\w+|hypersensibilite|contre-? ?indi\w+|anaphyla\w+)(?:[ ](?:connue?s?|medicamenteuses?|severe|grave|absolue|relative|cutanee|suspectee|documentee))*[ :]*(?:(?:a|au|aux|de|du|avec)[ ]?(?:la|l'|les)?|d'|l')?[ (]*(?:usage d[eu]|utilisation d[eu]|emploi d[eu])?[ ]*$")),
    ("sensitivity", re.compile(r"(?:(?<!de )sensibles?|resistante?s?|sensibilite|resistances?|refractaires?|multiresistante?s?|antibiogramme|intermediaire)[ :]*(?:(?:a|au|aux|de|du|pour)[ ]?(?:la|l'|les)?|d'|l')?[ (]*$")),
    ("level", re.compile(r"(?:dosages?|taux|concentrations?|niveaux?|residuels?|residuelle|[a-z]+emie|monitorage|clairance|carence|deficit|recepteurs?|hyper\w+|hypo\w+|metabolites?)[ ](?:\w+[ ])?(?:(?:a|au|aux|en|de|du)[ ]?(?:la|l'|les)?|d'|l')?[ ]*(?:\w+ (?:en|de|d') ?)?$")),
    ("imaging", re.compile(r"(?:scintigraphi\w+|balayage|scanner|tep|pet|octreoscan|tomoscintigraphie|irm|marquage|marquee?s?|scintigramme|captation|fixation)[^.\n;]{0,30}[ ](?:(?:a|au|aux|de|du|avec|par)[ ]?(?:la|l'|les)?|d'|l')[ ]*$")),
    ("target", re.compile(r"(?:\banti-? ?|inhibiteurs?[ ](?:de (?:la |l')?|d'|du )|antagonistes?[ ](?:de (?:la |l')?|d'|du )|analogues?[ ](?:de (?:la |l')?|d'|du )|agonistes?[ ](?:de (?:la |l')?|d'|du )|antidote |recepteurs?[ ](?:a |au |aux |de (?:la |l')?|d'|du ))$")),
    ("cumulated", re.compile(r"dose (?:totale|cumulee|cumulative|maximale)(?: (?:recue|prealable|anterieure))? d[eu'] ?$")),
    ("not indicated", re.compile(r"(?:pas|absence|sans|plus) d'indication (?:a|au|aux|de|d'|du)[ ]?(?:la |l'|un |une )?(?:traitement (?:par|de) )?$")),
    ("hypothetical", re.compile(r"\b(?:aurait|auraient)[ ](?:pu[ ])?(?:ete|etre)[^.;\n]{0,40}[ ]$")),
    ("vaccination", re.compile(r"(?:vaccin\w*|cicatrice|revaccin\w*|calendrier)[^.\n;]{0,20}$")),
)
_LEVEL_AFTER = re.compile(r"[ :=(]*(?:a |de )?[<>]?[ ]?\d+(?:[.,]\d+)?[ ]?(?:[a-z]{1,5})?[ ]?/[ ]?(?:d|m|u)?l\b|[ :=(]*\d+(?:[.,]\d+)?[ ]?(?:mmol|umol|nmol|pmol|meq)")
_EXCLUDED_AFTER = re.compile(
    r"[ )]*(?:(?:est|etait|sont|etaient|etant|a ete|fut|pourtant|reste)[ ])?(?:contre-? ?indique|(?P<all>non indiques|non recommandes|non disponibles|contre-?indiques|non recus)|non (?:disponible|donne|administre|fait|recu|realise|pris|propose|indique|rembourse|debute)|indisponible|refuse|recuse|n'(?:a|ont|est|etait|etaient) (?:pas|jamais)|: ?(?:resistant|sensible|r\b|s\b)|\((?:r|s|resistant|sensible)\))"
)
_SUPPORT = re.compile(
    r"(?:supplement\w*|traitements?|perfusions?|recharges?|apports?|substitution|prise|sous|administrations?|injections?|cures?|instillations?|comprimes?|correction|prescri\w+|recu|recoit|recevait|prend|prenait|pris|ajout|ampoules?|"
    r"par|therapie|chimiotherapie|associee? a|bolus|ordonnance|traitee?s?|mise?|debutee?|vitaminotherapie|per os|gelules?|sortie)[ :]*(?:[a-z]+(?: intra-?\w+)? )?(?:de |d'|du |par |en |la |le |l'|a |au |avec |orale? )*(?:[(] ?)?$"
)
_HIGH_DOSE = re.compile(r"[ ](?:[a-z]+[ ])?(?:a |en )?(?:tres )?(?:(?:haute|forte)s? doses?|bolus)")
_ROUTE_BEFORE = re.compile(
    r"(?:\b(?:par )?(?P<words>(?:voie )?(?:intra-?veineu(?:x|se)|orale?|sous-?cutanee|intra-?musculaire|intra-?thecale|intra-?peritoneale|perfusions?|comprimes?|iv|it|im|sc|collyres?|creme|pommade)))(?: continue| lente)?[ ](?:(?:faite|base|type|comportant|constituee|consistant|selon|schema|protocole|a|par|de|en|du|d'|la|le|l'|avec)[ ]?)+$"
)
_INTRACAVITARY = re.compile(r"(?P<ip>intra-?peritone|\bchip\b|\bhipec\b|chimiohyperthermie)|(?P<it>intra-?thecal|intra-?rachid)")


@lru_cache(maxsize=2)
def drug_groups(reading: Reading) -> tuple[DrugGroup, ...]:
    """The enumerations of drugs of a report, in order of place."""
    drugs = _without_named_classes(reading, _drugs(reading))
    linked: list[list[Drug]] = []
    for drug in drugs:
        if linked and _links(reading, linked[-1][-1], drug):
            linked[-1].append(drug)
        else:
            linked.append([drug])
    groups = []
    for members in linked:
        _share(members)
        _exclude(reading, members)
        supported = any(not drug.needs_support and drug.excluded is None for drug in members)
        kept = [
            drug
            for drug in members
            if not drug.needs_support or (supported and not drug.class_word) or _has_support(reading, drug)
        ]
        if kept:
            groups.append(DrugGroup(kept))
    return tuple(groups)


def _drugs(reading: Reading) -> list[Drug]:
    """The named drugs, each with what is written around it; an alias in brackets (`cisplatine (CDDP)`) is part of the name."""
    folded = reading.folded
    hits = [hit for hit in reading.hits("drugs") if hit.term.row["class"] != "contrast"]
    classes = [hit for hit in reading.hits("drug_classes") if hit.term.row["class"] == "corticosteroid"]
    if classes:
        hits = sorted(hits + classes)
    drugs: list[Drug] = []
    done = 0
    skip = -1
    for i, hit in enumerate(hits):
        if i <= skip or hit.start < done:
            continue
        end = hit.end
        last = i
        while last + 1 < len(hits) and hits[last + 1].term.name == hit.term.name and _is_alias(folded, end, hits[last + 1]):
            last += 1
            closed = _CLOSE.match(folded, hits[last].end) if "(" in folded[end : hits[last].start] else None
            end = closed.end() if closed else hits[last].end
        if last + 1 < len(hits) and _is_specified(folded, end, hit, hits[last + 1]):
            last += 1
            hit = hits[last]
            closed = _CLOSE.match(folded, hit.end)
            end = closed.end() if closed else hit.end
        partner = _PARTNER.match(folded, end)
        if partner:
            end = partner.end()
        skip = last
        limit = hits[last + 1].start if last + 1 < len(hits) else len(folded)
        row = hit.term.row
        start = hits[i].start
        drug = Drug(start, end, hit.term.name, row["class"], hit.term.code, start, end, misspelt=hit.misspelt)
        drug.class_word = "needs" not in row
        drug.needs_support = drug.class_word or bool(row["needs"])
        _read_before(reading, drug, done)
        _read_after(reading, drug, min(limit, end + _LOOK_AHEAD))
        drugs.append(drug)
        done = drug.tail
    return drugs


def _without_named_classes(reading: Reading, drugs: list[Drug]) -> list[Drug]:
    """A class that the next words fill (`corticothérapie orale par prednisone`) is no drug of its own; its route is theirs."""
    kept: list[Drug] = []
    for i, drug in enumerate(drugs):
        following = drugs[i + 1] if drug.class_word and i + 1 < len(drugs) else None
        if following and following.kind == drug.kind and following.head - drug.tail < 30 and "." not in reading.folded[drug.tail : following.head]:
            following.route = following.route or drug.route
            continue
        kept.append(drug)
    return kept


_ALIAS = re.compile(r"[ ?]*(?:[(=\[/]|\bou\b)?[ ]*(?:le |la |l')?$")  # `?` is the shadow of ®
_CLOSE = re.compile(r"[ ?]*[)\]]")


def _is_alias(folded: str, end: int, other: Hit) -> bool:
    return other.start - end < 10 and _ALIAS.fullmatch(folded[end : other.start]) is not None


_PARTNER = re.compile(r"\.?[ ]?clavulanique")  # what `amoxicilline-ac` leaves of `amoxicilline-ac. clavulanique`
_BRACKET = re.compile(r"[ ]?(?:\w{4,12} )?\($")


def _is_specified(folded: str, end: int, hit: Hit, other: Hit) -> bool:
    """Whether brackets name the substance that a word stands for: `G-CSF (pegfilgrastim)`, `vit B12 (hydroxocobalamine)`."""
    code = hit.term.code
    general = len(code) < 7 or bool(hit.term.row.get("needs"))
    return general and other.term.code[:5] == code[:5] and other.start - end < 16 and _BRACKET.match(folded, end, other.start) is not None


def _read_before(reading: Reading, drug: Drug, floor: int) -> None:
    """`30 mg/m2 de vinorelbine`, `6 cures de`, `12 paclitaxel`, `perfusion de`: what stands before the name and is its own."""
    folded = reading.folded
    sentence = reading.sentence(drug.start)
    floor = max(floor, sentence.start, drug.start - _LOOK_BACK)
    of = _DE.search(folded, max(floor, drug.start - 8), drug.start)
    if of:
        dose = _dose_ending_at(reading, floor, of.start())
        if dose is not None:
            drug.head = dose.start
            drug.steps.append(Step(dose, drug.end))
    cycles = cycles_before(folded, floor, drug.head)
    if cycles is None and drug.kind in ANTICANCER:
        cycles = count_before(folded, floor, drug.head)
        if cycles is not None:
            drug.head = cycles.start
    if cycles is not None and isinstance(cycles.value, int):
        drug.cycles = cycles.value
        drug.counted_before = True
    route = _ROUTE_BEFORE.search(folded, floor, drug.head)
    if route is not None:
        piece = route_at(folded, route.start("words"), drug.head)
        if piece is not None and isinstance(piece.value, str):
            drug.route = piece.value or None
            drug.route_told = "before"


_NUMBER_AHEAD = re.compile(r"(?<![\w.,/])(?=\d|auc\b)")


def _dose_ending_at(reading: Reading, floor: int, end: int) -> Dose | None:
    """The dose whose last character stands right before `end`, perhaps with `/j` or a route between."""
    folded = reading.folded
    for match in _NUMBER_AHEAD.finditer(folded, max(floor, end - 45), end):
        dose = dose_at(reading.text, folded, match.start(), len(folded))
        if dose is not None and dose.kind in ("mass", "activity") and dose.end <= end:
            rest = folded[dose.end : end].strip(" )")
            if not rest or (piece := schedule_at(folded, dose.end, end) or route_at(folded, dose.end + 1, end)) and piece.end >= end - 1:
                return dose
    return None


def _read_after(reading: Reading, drug: Drug, limit: int) -> None:
    """Dose, route, schedule and cycles after the name, up to the first words that are none of these."""
    text, folded = reading.text, reading.folded
    blank = folded.find("\n\n", drug.tail, limit)
    if blank >= 0:
        limit = blank
    pos = drug.tail
    step = drug.steps[-1] if drug.steps else Step(None, drug.tail)
    if not drug.steps:
        drug.steps.append(step)
    weak_route: str | None = None
    then = False
    fillers = 0
    anticancer = drug.kind in ANTICANCER
    while pos < limit:
        start = pos
        skipped = _SKIP.match(folded, pos, limit)
        pos = skipped.end() if skipped else pos
        if pos >= limit:
            break
        if folded[pos] == "." and drug.steps[-1].dose is None and pos == start:
            break
        two = _TWO_LEVELS.match(folded, pos, limit)
        if two and (dose := dose_at(text, folded, two.end(), limit)) is not None and not _owned_by_next(folded, dose.end, limit):
            first = Dose(two.start(), dose.end, float(two[1].replace(",", ".")), dose.unit, dose.kind)
            step.dose, step.end = first._replace(value=int(first.value) if first.value.is_integer() else first.value), dose.end
            step = Step(dose, dose.end)
            drug.steps.append(step)
            pos = drug.tail = dose.end
            continue
        strength = _STRENGTH.match(folded, pos, limit)
        if strength:
            pos = drug.tail = strength.end()
            continue
        piece = schedule_at(folded, pos, limit)
        dose = dose_at(text, folded, pos, limit)
        bare = bare_dose_at(folded, pos, limit, anticancer) if dose is None and step.dose is None and pos - drug.end <= 2 else None
        if bare is not None:
            step.dose, step.end = bare, bare.end
            pos = drug.tail = bare.end
            continue
        if dose is not None and (piece is None or dose.end >= piece.end):
            if dose.kind == "percent" and (not anticancer or step.dose is not None):
                pos = dose.end  # the strength of a solution, or a share of the dose just told
                continue
            if _owned_by_next(folded, dose.end, limit):
                break
            if dose.kind == "count" and step.dose is not None:
                pass
            elif step.dose is None:
                step.dose, step.end = dose, dose.end
            elif then or _differs_by_step(folded, drug.tail, pos):
                step = Step(dose, dose.end)
                drug.steps.append(step)
            elif _per_size(dose) and not _per_size(step.dose):
                step.dose, step.end = dose, dose.end  # the prescribed dose wins over the one computed from it
            pos = drug.tail = dose.end
            then, fillers = False, 0
            continue
        cycles = cycles_at(folded, pos, limit) or (bare_cycles_at(folded, pos, limit) if anticancer else None)
        if cycles is not None:
            if drug.cycles is None and isinstance(cycles.value, int):
                drug.cycles = cycles.value
            pos = drug.tail = cycles.end
            fillers = 0
            continue
        if piece is not None:
            step.schedule.append(piece)
            if _FORM.search(folded, piece.start, piece.end):
                weak_route = "oral"
            pos = drug.tail = step.end = piece.end
            fillers = 0
            continue
        route = route_at(folded, pos, limit)
        if route is not None:
            if isinstance(route.value, str) and route.value:
                if folded.startswith(("en perf", "perf", "bolus", "en bolus"), pos):
                    weak_route = weak_route or route.value
                elif drug.route is None:
                    drug.route, drug.route_told = route.value, folded[pos : route.end]
            pos = drug.tail = route.end
            fillers = 0
            continue
        if _THEN.match(folded, pos, limit):
            then = True
        filler = _THEN.match(folded, pos, limit) or _FILLER.match(folded, pos, limit)
        if filler is None or filler.end() == pos or fillers >= 8:
            break
        fillers += 1
        pos = filler.end()
    if drug.route is None and weak_route:
        drug.route = weak_route
    if drug.route in (None, "iv") and (cavity := _cavity(reading, drug)):
        drug.route = cavity
        drug.route_told = "before"
    if drug.steps[-1].dose is None and len(drug.steps) == 1:
        _read_cued_dose(reading, drug, limit)
    drug.schedule = _schedule(text, [piece for piece in drug.steps[0].schedule])


def _owned_by_next(folded: str, end: int, limit: int) -> bool:
    """Whether a dose belongs to the drug that begins at `limit` (`… et 6 mg/kg de trastuzumab`)."""
    return limit - end <= 7 and folded[end:limit].strip() in ("de", "d'", "du", "de la", "de l'", "des")


def _differs_by_step(folded: str, tail: int, pos: int) -> bool:
    return folded[tail:pos].strip(" ,;()") == "et"


def _per_size(dose: Dose) -> bool:
    return dose.unit is not None and dose.unit.endswith(("/m2", "/m²", "/kg"))


def _cavity(reading: Reading, drug: Drug) -> str | None:
    """The cavity that the words before a drug name in the same sentence (`HIPEC avec …`, `intrathécale par …`)."""
    sentence = reading.sentence(drug.start)
    match = None
    for match in _INTRACAVITARY.finditer(reading.folded, max(sentence.start, drug.head - 90), drug.head):
        pass
    return (match.lastgroup or None) if match else None


def _read_cued_dose(reading: Reading, drug: Drug, limit: int) -> None:
    """A dose that other words part from its drug, but a cue announces: `… en raison de son état, à la dose de 5 mg`."""
    folded = reading.folded
    limit = min(limit, reading.sentence(drug.start).end, drug.tail + 70)
    for cue in _CUED_DOSE.finditer(folded, drug.tail, limit):
        if len(cue[0]) <= 3 and cue.start() - drug.tail > 40:
            continue
        dose = dose_at(reading.text, folded, cue.end(), limit)
        if dose is not None and dose.kind == "mass" and dose.unit not in ("l", "ml", "cc") and not _owned_by_next(folded, dose.end, limit):
            drug.steps[0].dose = dose
            drug.steps[0].end = dose.end
            drug.tail = dose.end
            after = schedule_at(folded, dose.end, limit) or schedule_at(folded, dose.end + 1, limit)
            if after is not None:
                drug.steps[0].schedule.append(after)
                drug.tail = after.end
            return


def _schedule(text: str, pieces: list[Piece]) -> str | None:
    """The words of a schedule; what stands apart is set off by an ellipsis."""
    if not pieces:
        return None
    runs: list[tuple[int, int]] = []
    for piece in pieces:
        if runs and not text[runs[-1][1] : piece.start].strip(" ,;"):
            runs[-1] = (runs[-1][0], piece.end)
        else:
            runs.append((piece.start, piece.end))
    return " … ".join(" ".join(text[start:end].strip("() ").split()) for start, end in runs)


def schedule_of(reading: Reading, step: Step) -> str | None:
    """The words of the schedule of one dose level."""
    return _schedule(reading.text, step.schedule)


def _links(reading: Reading, before: Drug, after: Drug) -> bool:
    """Whether the words between two drugs link them into one enumeration."""
    if after.head <= before.tail:
        return True
    if after.head - before.tail > 60:
        return False
    match = _LINK.match(reading.folded, before.tail, after.head)
    return match is not None and match.end() == after.head


def _share(members: list[Drug]) -> None:
    """What is told once for an enumeration holds for its members: cycles, the route after the last, a share of the full dose."""
    for earlier, later in zip(reversed(members[:-1]), reversed(members[1:]), strict=True):
        bare = not earlier.doses and earlier.schedule is None and earlier.tail <= earlier.end + 1
        if earlier.cycles is None and later.cycles is not None:
            earlier.cycles = later.cycles
        told = "voie" in later.route_told or "os" in later.route_told
        alike = earlier.kind == later.kind and later.route in ("iv", "topical") and later.route_told != "before"
        if earlier.route is None and later.route and (told or alike):
            earlier.route = later.route
        if bare and later.doses and later.doses[0].kind == "percent":
            earlier.steps[0].dose = later.doses[0]
        if earlier.schedule is None and later.schedule and (earlier.kind == later.kind or {earlier.kind, later.kind} <= ANTICANCER):
            earlier.schedule = later.schedule
            if not earlier.steps[0].schedule:
                earlier.steps[0].schedule = later.steps[0].schedule
    for earlier, later in zip(members[:-1], members[1:], strict=True):
        if later.route is None and earlier.route_told == "before" and earlier.kind in ANTICANCER and later.kind in ANTICANCER:
            later.route, later.route_told = earlier.route, earlier.route_told
        if later.cycles is None and earlier.counted_before and earlier.kind in ANTICANCER:
            later.cycles, later.counted_before = earlier.cycles, True


def _exclude(reading: Reading, members: list[Drug]) -> None:
    """Mark the drugs that are named but not given: allergies, antibiograms, blood levels, targets, tracers."""
    folded = reading.folded
    reason: str | None = None
    done = members[0].head
    for drug in members:
        if ")" in folded[done : drug.head] or "." in folded[done : drug.head]:
            reason = None
        done = drug.tail
        sentence = reading.sentence(drug.start)
        window_start = max(sentence.start, drug.head - 60)
        for name, pattern in _EXCLUDED:
            if pattern.search(folded, window_start, drug.head):
                reason = name
                break
        else:
            if reason is not None and (drug.doses or reason in ("imaging", "target", "level")):
                reason = None
        drug.excluded = reason
        if drug.excluded is None and _LEVEL_AFTER.match(folded, drug.end, sentence.end):
            drug.excluded = "level"
    after = _EXCLUDED_AFTER.match(folded, members[-1].tail, reading.sentence(members[-1].start).end)
    if after is not None:
        for drug in members if after["all"] else members[-1:]:
            drug.excluded = drug.excluded or "not given"


def _has_support(reading: Reading, drug: Drug) -> bool:
    """Whether a word that may also be an analyte, a food or another acronym stands for a drug here."""
    if any(dose.kind in ("mass", "activity") and dose.unit not in ("mmol", "meq", "l", "%") for dose in drug.doses):
        return True
    if drug.excluded is not None:
        return False
    if drug.class_word:
        return _HIGH_DOSE.match(reading.folded, drug.end) is not None
    if drug.route in ("iv", "oral", "sc", "im"):
        return True
    sentence = reading.sentence(drug.start)
    return _SUPPORT.search(reading.folded, max(sentence.start, drug.head - 45), drug.head) is not None
