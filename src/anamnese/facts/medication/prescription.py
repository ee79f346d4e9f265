"""One drug and what is written around its name: dose before or after it, route, schedule, cycles, levels of dose."""

from __future__ import annotations

from anamnese.facts.medication.grammar import (
    Dose,
    Piece,
    bare_cycles_at,
    bare_dose_at,
    count_before,
    cycles_at,
    cycles_before,
    dose_at,
    filler_at,
    route_at,
    schedule_at,
)
from anamnese.facts.medication.openings import Openings
from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re, holds

ANTICANCER = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
"""The classes of `drugs.tsv` that treat the tumour."""

_LOOK_BACK = 70
_LOOK_AHEAD = 260
"""Characters around a name in which its prescription is read; the longest lines of protocols stay below."""


class Step:
    """One dose level of a drug with its own schedule: a drug has several where `puis` changes the dose."""

    __slots__ = ("dose", "end", "route", "schedule")

    def __init__(self, dose: Dose | None, end: int) -> None:
        self.dose = dose
        self.end = end
        self.schedule: list[Piece] = []
        self.route: str | None = None
        """The route, where it is another than the drug's first."""

    def words(self, text: str) -> str | None:
        """The words of the schedule; pieces that stand apart are set off by an ellipsis."""
        if not self.schedule:
            return None
        runs: list[tuple[int, int]] = []
        for piece in self.schedule:
            if runs and not text[runs[-1][1] : piece.start].strip(" ,;"):
                runs[-1] = (runs[-1][0], piece.end)
            else:
                runs.append((piece.start, piece.end))
        return " … ".join([" ".join(text[start:end].strip("() ").split()) for start, end in runs]) or None


class Drug:
    """A drug where the text names it (`start`, `end`), and with what is written around the name (`head`, `tail`)."""

    __slots__ = (
        "class_word", "code", "counted_before", "cycles", "end", "excluded", "head", "kind", "name", "needs_dose",
        "needs_support", "route", "route_told", "schedule", "start", "steps", "tail",
    )  # fmt: skip

    def __init__(self, start: int, end: int, name: str, kind: str, code: str) -> None:
        self.start = self.head = start
        self.end = self.tail = end
        self.name = name
        self.kind = kind
        self.code = code
        self.steps: list[Step] = []
        self.schedule: str | None = None
        self.route: str | None = None
        self.cycles: int | None = None
        self.excluded: str | None = None
        """Why the drug is none given here; None where it is."""
        self.needs_support = False
        """The word may also be an analyte, a food or another acronym."""
        self.needs_dose = False
        """The word is mostly another: a dose must stand behind it."""
        self.class_word = False
        """A class that stands for the drug (`corticothérapie à 10 mg/jour`)."""
        self.counted_before = False
        """The cycles stand before the name and so hold for what follows it too."""
        self.route_told = ""
        """The words of the route; `before` where they stand before the name."""

    @property
    def dosed(self) -> bool:
        """Whether any dose is told."""
        for step in self.steps:  # noqa: SIM110 (a generator takes longer than the steps)
            if step.dose is not None:
                return True
        return False

    @property
    def doses(self) -> tuple[Dose, ...]:
        """The doses told, in order."""
        return tuple([step.dose for step in self.steps if step.dose is not None])


# --- before the name ------------------------------------------------------------------------------

_DE = folded_re(r"[ ]?(?:de|d'|du|de la|des|de l')[ ]?$")
_ENDS_OF_DE = ("de", "d'", "du", "de la", "des", "de l'")
_NUMBER_AHEAD = folded_re(r"(?<![\w.,/])(?=\d|auc\b)")
_ROUTE_WORDS = (
    r"(?:voie )?(?:intra-?veineu(?:x|se)|orale?|sous-?cutanee|intra-?musculaire|intra-?thecale|intra-?peritoneale|"
    r"perfusions?|comprimes?|iv|it|im|sc|collyres?|creme|pommade)"
)
_TO_A_DRUG = (
    "faite", "base", "type", "comportant", "constituee", "consistant", "selon", "schema", "protocole", "a", "par", "de",
    "en", "du", "d'", "la", "le", "l'", "avec",
)  # fmt: skip
_RELAYED = (" relais oral ", " relais per os ", " relais po ", " par voie orale ")
_ROUTE_BEFORE = folded_re(
    rf"(?:\b(?:par )?(?P<words>{_ROUTE_WORDS}))(?: continue| lente)?[ ](?:(?:{'|'.join(_TO_A_DRUG)})[ ]?)+$"
)
_OF_ROUTE_BEFORE = (
    "intra", "oral", "cutanee", "perfusion", "comprime", "iv ", "it ", "im ", "sc ", "collyre", "creme", "pommade",
)  # fmt: skip


def read_before(reading: Reading, drug: Drug, floor: int) -> None:
    """Read `30 mg/m2 de …`, `6 cures de …`, `12 …`, `perfusion de …`: what stands before the name and is its own."""
    folded = reading.folded
    floor = max(floor, reading.sentence(drug.start).start, drug.start - _LOOK_BACK)
    de = folded[floor : drug.start].rstrip(" \n").endswith(_ENDS_OF_DE)
    of = _DE.search(folded, max(floor, drug.start - 8), drug.start) if de else None
    dose = _dose_ending_at(reading, floor, of.start()) if of else None
    if dose is not None:
        drug.head = dose.start
        drug.steps.append(Step(dose, drug.end))
    cycles = cycles_before(folded, floor, drug.head)
    if cycles is None and drug.kind in ANTICANCER:
        cycles = count_before(folded, floor, drug.head)
        if cycles is not None:
            drug.head = cycles.start
    if cycles is not None and isinstance(cycles.value, int):
        drug.cycles, drug.counted_before = cycles.value, True
    before = folded[floor : drug.head]
    led = before.rstrip(" \n").endswith(_TO_A_DRUG) and holds(before, _OF_ROUTE_BEFORE)
    route = _ROUTE_BEFORE.search(folded, floor, drug.head) if led else None
    piece = route_at(folded, route.start("words"), drug.head) if route else None
    if piece is not None and isinstance(piece.value, str):
        drug.route, drug.route_told = piece.value or None, "before"
    elif before.endswith(_RELAYED):
        drug.route = "oral"


def _dose_ending_at(reading: Reading, floor: int, end: int) -> Dose | None:
    """The dose whose last character stands right before `end`, perhaps with `/j` or a route between."""
    folded = reading.folded
    for match in _NUMBER_AHEAD.finditer(folded, max(floor, end - 45), end):
        dose = dose_at(reading.text, folded, match.start(), len(folded))
        if dose is None or dose.kind not in ("mass", "activity") or dose.end > end:
            continue
        if not folded[dose.end : end].strip(" )"):
            return dose
        piece = schedule_at(folded, dose.end, end) or route_at(folded, dose.end + 1, end)
        if piece is not None and piece.end >= end - 1:
            return dose
    return None


# --- after the name -------------------------------------------------------------------------------

_SKIP = folded_re(r"(?:[ ,;:()\[\]=?|]++|\n(?!\n)|\*(?=[ ]*\||[ ]{2}))*+(?:-[ ]++)?+")
"""What parts the pieces; `?` is the shadow of ®, an asterisk behind a name in a table marks what is new."""
_THEN = Openings(
    [
        r"(?:puis|ensuite|suivie?s? (?:de|d'|par)|l\.?[pi]\.?(?=[ ]\d)|"
        r"(?:avec (?:une )?)?(?:reduction|diminution|baisse|augmentation|majoration|passage|reprise|"
        r"reintroduction|decroissance|escalade|desescalade)(?: (?:de|de la|du) (?:dose|posologie|traitement))?"
        r"(?: (?:secondaire|progressive|ulterieure|posterieure|definitive))? a|"
        r"(?:on )?(?:reduit|augmente|diminue|majore|passe|baisse|abaisse|ramene|repris|reprend|"
        r"reintroduit|descendu|monte|porte|ajuste|double|escalade|reduisant|diminuant|baissant|augmentant|passant|"
        r"descendant|montant)(?:e|es|s)?(?: (?:ensuite|secondairement|progressivement|apres))?"
        r" (?:a|de|jusqu'a))\b"
    ]
)
_SINCE = folded_re(r"(?:depuis(?:[ ]l[ea])?|le|en|du|des(?:[ ]le)?|a partir d[ue](?:[ ]le)?|debut|fin)[ ]|(?=\d)")
_THEN_LEVEL = folded_re(r"\)?[ ]?,?[ ](?P<then>(?:puis|ensuite|et puis)[ ](?:a[ ]|de[ ])?)?(?=\d)")
"""What stands between the date of one level of a dose and the next."""
_NEXT_DATE = 24
"""How far behind a dose the date may begin that makes it a level of its own, in characters."""
_REDUCED = folded_re(r"[ ]?(?:-+>|=+>)[ ]?(?=\d)")
_FORM_WORD = folded_re(r"[ ]*(?:l\.?p|l\.?i|lar|xr|retard|forte?|f|ds|autogel)\.?[ :]*")
"""What may stand between a brand and its bare strength: `Topalgic LP 100`."""
_CHANGED_FROM = folded_re(r"(?:reduit|augmente|diminue|majore|passe|baisse|abaisse|ramene)(?:e|es|s)? de $")
_SEVERAL = folded_re(r"\d++(?:[.,]\d++)?+(?:,?[ ](?:et[ ])?puis[ ]|[ ]et[ ]a[ ]|[ ]?[-=]{0,2}>|[/-]\d)")
"""A number that may be the first of those that the next four look for."""
_BARE_LEVELS = folded_re(r"(\d{2,4})[ ](?:puis|->|=>)[ ](\d{2,4})(?![\d.,/]|[ ]?(?:[a-z%]))")
"""`400 puis 800`, right behind a name and without any unit."""
_TWO_LEVELS = folded_re(
    r"(\d++(?:[.,]\d++)?+)(?:,?[ ](?:et[ ])?puis[ ](?:a[ ])?|[ ]et[ ]a[ ]|[ ]?[-=]{0,2}>[ ]?)(?=\d)"
)
_TAKES = folded_re(r"(\d{1,4})-(\d{1,4})-(\d{1,4})(?![\d/-]|[ ]?(?:mg|g\b|ui))")
_LARGE_TAKE = 20
"""In `Lasilix 20-0-20`, `Emend 125-80-80` each number is a dose: nobody takes so many tablets."""
_STRENGTH = folded_re(r"\d{2,4}/\d{2,3}(?![\d/.]|[ ]?(?:mg|g\b|ui|mmhg))")  # `cotrimoxazole 800/160`: of a tablet
_FORM = folded_re(r"comprime|gelule|\bcps?\b")
_CUED_DOSE = folded_re(
    r"(?:a la (?:dose|posologie) de|a raison de|a une dose de|dose(?: initiale| quotidienne| journaliere)? de|"
    r"posologie de|\(|a)[ ]?(?=\d|auc)"
)
_NAMED_ROUTES = (" iv", " intraveineux", " intraveineuses", " sc", " sous-cutanees", " im")
"""The route that is part of a name: `immunoglobulines iv`."""
_WEAK_ROUTES = ("en perf", "perf", "bolus", "en bolus")
_ONE_WORD = folded_re(r"[a-z-]{4,}[ ](?:de )?(?=\d)")
_IN_BRACKETS = folded_re(r"[^()\d\n.;]{2,60}\)(?:[ ]?[:,])?[ ]?(?:(?:a|de|a la dose de|a raison de)[ ])?(?=\d|auc)")
_APPOSED = folded_re(r"[a-z' -]{4,40},[ ](?:a la dose de[ ]|a raison de[ ])?(?=\d|auc)")
"""Words between a name and its dose that tell what it is, in brackets or between commas."""
_VOLUMES = frozenset({"l", "ml", "cc", "meq", "mmol"})
_MOST_FILLERS = 8
_NEAR = 2
"""A number stands at most so many characters behind a name whose dose it is without a unit."""
_NO_PIECE = frozenset('.+<>%*&"')
"""Signs that no piece of a prescription and no filler begins with."""
_AUC_BEGINS = frozenset({"auc", "asc", "air"})


class _Tail:
    """The reading of what follows a name: a place that moves over the pieces of one prescription."""

    def __init__(self, reading: Reading, drug: Drug, limit: int) -> None:
        self.reading, self.text, self.folded = reading, reading.text, reading.folded
        self.drug = drug
        blank = self.folded.find("\n\n", drug.tail, limit)
        self.limit = limit if blank < 0 else blank
        self.pos = drug.tail
        if not drug.steps:
            drug.steps.append(Step(None, drug.tail))
        self.step = drug.steps[-1]
        self.anticancer = drug.kind in ANTICANCER
        self.weak_route: str | None = None
        self.then = False

    def read(self) -> None:
        """Read piece after piece, up to the first words that are none."""
        fillers = 0
        while self.pos < self.limit:
            if self.folded[self.pos] == " " and self.folded[self.pos + 1 : self.pos + 2].isalnum():  # as most often
                self.pos += 1
            elif not self.folded[self.pos].isalnum() and not self._skip():
                break
            if self.pos >= self.limit or self.folded[self.pos] in _NO_PIECE:
                break
            if self._number() or self._cycles() or self._schedule() or self._route():
                fillers = 0
                continue
            if self._parted_dose():
                fillers = 0
                continue
            if self.step.dose is not None and self._next_level():
                fillers = 0
                continue
            then = _THEN.match(self.folded, self.pos, self.limit)
            self.then = self.then or then is not None
            filler = then or filler_at(self.folded, self.pos, self.limit)
            fillers += 1
            if filler is None or filler.end() == self.pos or fillers > _MOST_FILLERS:
                break
            self.pos = filler.end()
        if self.drug.route is None:
            self.drug.route = self.weak_route

    def _number(self) -> bool:
        """Doses in figures, or an AUC."""
        if not self.folded[self.pos].isdigit():
            return self.folded[self.pos : self.pos + 3] in _AUC_BEGINS and self._dose()
        several = _SEVERAL.match(self.folded, self.pos, self.limit) is not None
        return (several and (self._two_levels() or self._takes())) or self._dose()

    def _skip(self) -> bool:
        """Pass over what parts the pieces, unless the next row of a table begins there."""
        skipped = _SKIP.match(self.folded, self.pos, self.limit)
        end = skipped.end() if skipped else self.pos
        if self._next_row(end):
            return False
        self.pos = end
        return True

    def _next_row(self, end: int) -> bool:
        """Whether the next line of a table begins here, told of its own drug: `J1   IV   Docétaxel`."""
        line = self.folded.find("\n", self.pos, end)
        if line < 0 or self.folded.find("\n", line + 1, self.limit) >= 0:
            return False
        return self.text[line + 1 : self.limit].endswith(("  ", "\t", "| "))

    def _take(self, end: int) -> bool:
        self.pos = self.drug.tail = end
        return True

    def _owned_by_next(self, end: int) -> bool:
        """Whether a dose belongs to the drug that begins at the limit (`… et 6 mg/kg de trastuzumab`)."""
        between = self.folded[end : self.limit] if self.limit - end <= 7 else ""
        return between.strip() in ("de", "d'", "du", "de la", "de l'", "des")

    def _two_levels(self) -> bool:
        """`75 puis 60 mg/m2`; the strength of a tablet (`800/160`) is passed over."""
        two = _TWO_LEVELS.match(self.folded, self.pos, self.limit)
        dose = dose_at(self.text, self.folded, two.end(), self.limit) if two else None
        if two and dose and not self._owned_by_next(dose.end):
            value = float(two[1].replace(",", "."))
            first = Dose(two.start(), dose.end, int(value) if value.is_integer() else value, dose.unit, dose.kind)
            if self.step.dose is None:
                self.step.dose, self.step.end = first, dose.end
            else:  # `24 mg, diminué à 20 puis à 14 mg`
                self._next_step(first)
            self._next_step(dose)
            self.then = False
            return self._take(dose.end)
        bare = _BARE_LEVELS.match(self.folded, self.pos, self.limit) if dose is None else None
        if bare is not None and self.step.dose is None and self._follows_name():
            self.step.dose = Dose(bare.start(1), bare.end(1), int(bare[1]), None, "bare")
            self._next_step(Dose(bare.start(2), bare.end(2), int(bare[2]), None, "bare"))
            return self._take(bare.end())
        strength = _STRENGTH.match(self.folded, self.pos, self.limit)
        return self._take(strength.end()) if strength else False

    def _takes(self) -> bool:
        """`20-0-20`: the doses of a day, or of three days."""
        near = self.pos - self.drug.end <= _NEAR and self.step.dose is None and not self.anticancer
        takes = _TAKES.match(self.folded, self.pos, self.limit) if near else None
        if takes is None:
            return False
        doses = [int(each) for each in takes.groups()]
        if max(doses) < _LARGE_TAKE:
            return False
        first = next(i for i, dose in enumerate(doses, 1) if dose)
        self.step.dose = Dose(takes.start(first), takes.end(), doses[first - 1], None, "bare")
        self.step.end = takes.end()
        if not all(doses):
            self.step.schedule.append(Piece(takes.start(), takes.end()))
        return self._take(takes.end())

    def _next_level(self) -> bool:
        """`400 mg depuis mars 2021, puis 800 mg depuis juin`, `20 mg le 03/05, 50 mg le 10/05`: the next level of the
        dose, behind the date of the one before."""
        lead = _SINCE.match(self.folded, self.pos, self.limit)
        if lead is None:
            return False
        dates = self.reading.dates_between(lead.end(), lead.end() + 1)
        if not dates or not dates[0].calendar:
            return False
        then = _THEN_LEVEL.match(self.folded, dates[0].end, self.limit)
        dose = dose_at(self.text, self.folded, then.end(), self.limit) if then else None
        if then is None or dose is None or dose.kind != "mass" or self._owned_by_next(dose.end):
            return False
        before = self.step.dose
        if before is None or dose.value == before.value or before.unit not in (dose.unit, None):
            return False
        dated = then["then"] or self.reading.dates_between(dose.end, dose.end + _NEXT_DATE)
        if not dated:
            return False
        self._next_step(dose)
        return self._take(dose.end)

    def _next_step(self, dose: Dose) -> None:
        self.step = Step(dose, dose.end)
        self.drug.steps.append(self.step)

    def _dose(self) -> bool:
        dose = dose_at(self.text, self.folded, self.pos, self.limit)
        if dose is None and self.step.dose is None and self._follows_name():
            dose = bare_dose_at(self.folded, self.pos, self.limit, self.anticancer)
        if dose is None or self._owned_by_next(dose.end):
            return False
        # `1 cp 3x/semaine` is so much at a time, and no schedule begins with a mass
        told = dose.kind == "count" and self.step.dose is not None
        piece = schedule_at(self.folded, self.pos, self.limit) if told else None
        if piece is not None and piece.end > dose.end:
            return False
        if dose.kind == "percent" and (not self.anticancer or self.step.dose is not None):
            if self.then and self.anticancer and self.folded.endswith(" a ", 0, self.pos):
                self._next_step(dose)  # `réduite à 75 %`, not `réduite de 25 %`
                self.then = False
                return self._take(dose.end)
            self.pos = dose.end  # the strength of a solution, or a share of the dose just told
            return True
        if dose.to is not None and _CHANGED_FROM.search(self.folded, self.drug.end, self.pos):
            dose = dose.changed()  # `diminué de 80 à 40 mg`
        if self.step.dose is None:
            self.step.dose, self.step.end = dose, dose.end
        elif dose.kind != "count":
            between = self.folded[self.drug.tail : self.pos].strip(" ()")
            daily = between in (",", "-", "/", ";") and self._told_for_a_part_of_the_day()
            if self.then or between.strip(",; ") in ("et", "et a") or daily:
                self._next_step(dose)
            elif dose.per_size and not self.step.dose.per_size:
                self.step.dose, self.step.end = dose, dose.end  # the dose prescribed wins over the one computed from it
        if dose.kind == "count":
            self._tell_form(dose.start, dose.end)
        self.then = False
        reduced = _REDUCED.match(self.folded, dose.end, self.limit) if dose is self.step.dose else None
        given = dose_at(self.text, self.folded, reduced.end(), self.limit) if reduced else None
        if given is not None and given.unit == dose.unit:
            in_row = "  " in self.text[self.drug.end : dose.start] or self.text[given.end : given.end + 2] == "  "
            if in_row:  # `1000 mg/m2 -> 800 mg/m2   1430 mg   IV`: what is given stands behind the arrow
                self.step.dose, self.step.end = given, given.end
            else:
                self._next_step(given)
            return self._take(given.end)
        return self._take(dose.end)

    def _follows_name(self) -> bool:
        """Whether a number stands right behind the name, whose dose it is without a unit."""
        if self.pos - self.drug.end <= _NEAR and "\n" not in self.folded[self.drug.end : self.pos]:
            return True
        return _FORM_WORD.fullmatch(self.folded, self.drug.end, self.pos) is not None

    def _told_for_a_part_of_the_day(self) -> bool:
        """`75 mg matin, 150 mg soir`: another dose follows for another part of the day."""
        last = self.step.schedule[-1] if self.step.schedule else None
        return last is not None and self.folded[last.start : last.end].endswith(("matin", "midi", "soir", "coucher"))

    def _parted_dose(self) -> bool:
        """A dose that one word of any kind, or an aside, parts from the name (`gemcitabine prolongée 800 mg/m2`,
        `cisplatine (sel de platine) 80 mg/m2`)."""
        if self.step.dose is not None or self.pos - self.drug.end > _NEAR or self.drug.class_word:
            return False
        if self._in_brackets():
            word = _IN_BRACKETS.match(self.folded, self.pos, self.limit)
        elif self.pos - self.drug.end < _NEAR:
            word = _ONE_WORD.match(self.folded, self.pos, self.limit)
        else:
            word = _APPOSED.match(self.folded, self.pos, self.limit) if self.anticancer else None
        dose = dose_at(self.text, self.folded, word.end(), self.limit) if word else None
        if word is None or dose is None or dose.kind != "mass" or dose.unit in _VOLUMES:
            return False
        if self._owned_by_next(dose.end):
            return False
        if dose.to is not None and _CHANGED_FROM.search(self.folded, self.pos, word.end()):
            dose = dose.changed()
        self.step.dose, self.step.end = dose, dose.end
        return self._take(dose.end)

    def _in_brackets(self) -> bool:
        """Whether the place stands in brackets that open behind the name or, for its alias, within it."""
        opened = self.folded.rfind("(", self.drug.start, self.pos)
        return opened >= 0 and self.folded.find(")", opened, self.pos) < 0

    def _cycles(self) -> bool:
        piece = cycles_at(self.folded, self.pos, self.limit)
        if piece is None and self.anticancer:
            piece = bare_cycles_at(self.folded, self.pos, self.limit)
        if piece is None:
            return False
        if self.drug.cycles is None and isinstance(piece.value, int):
            self.drug.cycles = piece.value
        return self._take(piece.end)

    def _schedule(self) -> bool:
        piece = schedule_at(self.folded, self.pos, self.limit)
        if piece is None:
            return False
        self.step.schedule.append(piece)
        self.step.end = piece.end
        self._tell_form(piece.start, piece.end)
        return self._take(piece.end)

    def _tell_form(self, start: int, end: int) -> None:
        """A tablet is swallowed, unless a route is told."""
        if self.drug.route is None and _FORM.search(self.folded, start, end):
            self.weak_route = "oral"
        elif self.weak_route is None and self.folded.find("perfusion", start, end) >= 0:
            self.weak_route = "iv"

    def _route(self) -> bool:
        piece = route_at(self.folded, self.pos, self.limit)
        if piece is None:
            return False
        if self.drug.route is not None and self.folded.endswith("relais ", self.drug.end, self.pos):
            return False  # of the next drug: `ceftriaxone IV, relais oral amoxicilline`
        if isinstance(piece.value, str) and piece.value:
            if self.folded.startswith(_WEAK_ROUTES, self.pos):
                self.weak_route = self.weak_route or piece.value
            elif self.drug.route is None:
                self.drug.route, self.drug.route_told = piece.value, self.folded[self.pos : piece.end]
            elif len(self.drug.steps) > 1:
                self.step.route = piece.value
        return self._take(piece.end)


def read_after(reading: Reading, drug: Drug, limit: int) -> None:
    """Read dose, route, schedule and cycles after the name, up to the first words that are none of these."""
    if drug.route is None and reading.folded[drug.start : drug.end].endswith(_NAMED_ROUTES):
        named = route_at(reading.folded, reading.folded.rfind(" ", drug.start, drug.end) + 1, drug.end)
        drug.route = str(named.value) if named and named.value else None
    tail = _Tail(reading, drug, min(limit, drug.tail + _LOOK_AHEAD))
    tail.read()
    if not drug.dosed:
        _read_cued_dose(reading, drug, tail.limit)
    drug.schedule = drug.steps[0].words(reading.text)


def _read_cued_dose(reading: Reading, drug: Drug, limit: int) -> None:
    """A dose that other words part from its drug, but a cue announces: `… vu son état, à la dose de 5 mg`."""
    folded = reading.folded
    limit = min(limit, reading.sentence(drug.start).end, drug.tail + 70)
    for cue in _CUED_DOSE.finditer(folded, drug.tail, limit):
        if len(cue[0]) <= 3 and cue.start() - drug.tail > 40:
            continue
        dose = dose_at(reading.text, folded, cue.end(), limit)
        owned = dose is not None and folded[dose.end : dose.end + 4].startswith((" de ", " d'", " du "))
        if dose is not None and dose.kind == "mass" and dose.unit not in _VOLUMES and not owned:
            step = drug.steps[0]
            step.dose, step.end, drug.tail = dose, dose.end, dose.end
            after = schedule_at(folded, dose.end, limit) or schedule_at(folded, dose.end + 1, limit)
            if after is not None:
                step.schedule.append(after)
                drug.tail = after.end
            return
