"""Which mention of a drug begins a new course of it, and which only tells of a course already told.

FACTS.md: a drug named five times in one course is one medication; a new course, line or dose level is a new one.
A mention of a drug already told is a new one where

- it tells a dose or a schedule that differs from those told,
- words of renewal stand beside it (`repris`, `retraitement`, `entretien`, `supplémentaires`, another line), or
- it stands in an enumeration with other anticancer drugs than before.

Words of reference (`sous`, `après`, `toxicité du`, `arrêt du`) make a mention without a dose tell of the course told.
A mention with a dose of a course told without one fills it in. The words stand in `course_cues.tsv`.
"""

from __future__ import annotations

from anamnese.facts.medication.grammar import WORD_NUMBERS
from anamnese.facts.medication.groups import DrugGroup
from anamnese.facts.medication.prescription import ANTICANCER, Drug
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.tables import normalise
from anamnese.reading.fold import folded_re

_RENEWED_AFTER = folded_re(
    r"[ ,)]*(?:(?:a|est|ont|sont|fut|etant|adjuvante?|concomitante?|seule?)[ ])*(?:donc[ ])?(?:ete[ ])?(?:ensuite[ ])?"
    r"(?:reprise?s?|reintroduite?s?|(?:de|en) maintenance|(?:de|en|comme|a titre de) maintien|"
    r"(?:d'|en |comme )entretien|supplementaires|maintenu jusqu'a|a nouveau|de nouveau)"
)
_CONTINUED_AFTER = folded_re(
    r"[ ,]*(?:(?:est|sont|a ete|ont ete|etant|etait)[ ])?(?:poursuivie?s?|maintenue?s?(?! jusqu)|inchangee?s?|en cours|"
    r"arretee?s?|stoppee?s?|suspendue?s?|interrompue?s?)\b"
)
_ALONE = folded_re(r"[ ](?:seule?|en monotherapie)\b")
_ROUTE_TELLS = frozenset({"analgesic", "corticosteroid", "antibiotic"})
"""Classes for which another route is another prescription."""

_REACH = {"renewal": 110, "reference": 42, "start": 90, "then": 70, "line": 160, "adjuvant": 80}
"""How many characters before an enumeration a cue is looked for, in its clause (a line: in its sentence)."""
_FARTHEST = max(_REACH.values())
_PARTED = folded_re(r"[.;\n]")


_COMPANIONS = ("H02AB", "V03AF")
"""ATC: steroids and protectors (folinic acid, mesna), which are a part of the course of others."""
_CASTRATION = ("L02AE", "L02BX02", "L02BX04")
"""ATC: analogues and antagonists of LHRH."""

_REMEMBERED = 24
"""Courses of one drug that a mention is held against: more than a patient has."""


class Cues:
    """What the words around an enumeration tell of its course."""

    __slots__ = ("adjuvant", "line", "partners", "refers", "renewed", "starts", "then")

    def __init__(self, cues: dict[str, int], line: int | None, partners: frozenset[str]) -> None:
        self.renewed = "renewal" in cues
        self.refers = "reference" in cues and cues.get("renewal", -1) < cues["reference"]
        self.starts = "start" in cues
        self.then = "then" in cues
        self.adjuvant = "adjuvant" in cues
        self.line = line
        self.partners = partners
        """The anticancer drugs of the enumeration, without castration, which goes on beside other courses."""


def cues_of(reading: Reading, group: DrugGroup) -> Cues:
    """The cues before an enumeration (and right after it)."""
    folded = reading.folded
    sentence = reading.sentence(group.start).start
    found: dict[str, int] = {}
    line: int | None = None
    for hit in reading.hits_between("course_cues", max(sentence, group.start - _FARTHEST), group.end + 20):
        name = hit.term.name
        if name == "adjuvant":
            if group.start - hit.end < _REACH[name]:
                found[name] = hit.start
        elif hit.end > group.start or group.start - hit.end > _REACH[name]:
            continue
        elif name == "line":
            line = int(hit.term.code)
        else:
            between = folded[hit.end : group.start]
            # what `X est réintroduit en association avec Y` renews is X
            if not _PARTED.search(between) and not (name == "renewal" and "association" in between):
                found[name] = hit.start
    partners = frozenset(
        [
            drug.name
            for drug in group.drugs
            if drug.kind in ANTICANCER and drug.excluded is None and not drug.code.startswith(_CASTRATION)
        ]
    )
    return Cues(found, line, partners)


class Course:
    """A course of one drug as told so far."""

    __slots__ = ("cues", "dosed", "draft", "route")

    def __init__(self, draft: Draft, cues: Cues, route: str | None) -> None:
        self.draft = draft
        self.cues = cues
        self.dosed: bool = draft.get("dose") is not None
        self.route = route


class Courses:
    """The courses of every drug of one patient, as the mentions are read in order."""

    def __init__(self) -> None:
        self.told: dict[str, list[Course]] = {}

    def same(self, reading: Reading, group: DrugGroup, drug: Drug, cues: Cues) -> Course | None:
        """The course already told that a mention speaks of; None where the mention begins a new one."""
        earlier = (self.told.get(drug.name) or self._under_longer_name(drug) or [])[-_REMEMBERED:]
        if not earlier:
            return None
        if drug.kind not in ANTICANCER and drug.route and earlier[-1].route not in (None, drug.route):
            return None
        if drug.dosed and drug.doses[0].unit != "%":
            return self._same_by_dose(drug, cues, earlier, cues.renewed or _renewed_after(reading, group, drug))
        last = earlier[-1]
        if _other_schedule(drug, last):
            return None
        if cues.refers or _CONTINUED_AFTER.match(reading.folded, drug.end) is not None:
            return last
        if cues.renewed or _renewed_after(reading, group, drug):
            return None
        if _left_alone(cues, last) and (cues.then or _ALONE.match(reading.folded, drug.end)):
            return None
        if drug.route and drug.kind in _ROUTE_TELLS and last.route != drug.route and (last.route or last.dosed):
            return None
        alone = last.cues.line is None and not last.cues.adjuvant and cues.partners == last.cues.partners
        if _other_line(cues, last) and not alone:
            return None
        if cues.line == 1 and not last.cues.adjuvant:
            return last
        return None if all(_more_partners(drug, cues, course) for course in earlier) else last

    def _under_longer_name(self, drug: Drug) -> list[Course] | None:
        """The courses of `mycophénolate mofétil` for `mycophénolate`; not those of an antibody's conjugate."""
        if drug.kind == "targeted":
            return None
        shorter = drug.name + " "
        for name, told in self.told.items():
            if name.startswith(shorter):
                return told
        return None

    def _same_by_dose(self, drug: Drug, cues: Cues, earlier: list[Course], renewed: bool) -> Course | None:
        """For a mention with a dose: the course with that dose, or the last one where it was told without a dose."""
        for course in reversed(earlier):
            if course.dosed and course.draft.get("dose") == drug.doses[0].value:
                renewed = renewed or _other_partners(drug, cues, course) or _other_line(cues, course)
                return None if renewed and not cues.refers else course
        last = earlier[-1]
        for course in earlier:
            if not course.dosed and course.cues.partners == cues.partners and len(cues.partners) > 1 and not renewed:
                return course
        other = (
            _other_partners(drug, cues, last)
            or (cues.then and _left_alone(cues, last))
            or (cues.starts and _more_partners(drug, cues, last))
        )
        return None if last.dosed or renewed or other or _other_line(cues, last) else last

    def last(self, drug: Drug) -> Course:
        """The course told last of a drug that has been told."""
        return (self.told.get(drug.name) or self._under_longer_name(drug) or [])[-1]

    def keep(self, drug: Drug, cues: Cues, draft: Draft) -> None:
        """Remember a new course."""
        self.told.setdefault(drug.name, []).append(Course(draft, cues, drug.route))


def _more_partners(drug: Drug, cues: Cues, course: Course) -> bool:
    """Whether an anticancer drug (or a companion of one) stands with one that it did not stand with before."""
    least = 1
    if drug.kind not in ANTICANCER:
        if not drug.code.startswith(_COMPANIONS) or not course.cues.partners:
            return False
        least = 0
    return len(cues.partners) > least and not cues.partners <= course.cues.partners


def _other_partners(drug: Drug, cues: Cues, course: Course) -> bool:
    """Whether two enumerations with a drug differ in more than that one tells less."""
    return _more_partners(drug, cues, course) and not course.cues.partners <= cues.partners


def _left_alone(cues: Cues, course: Course) -> bool:
    """Whether a drug stands alone that stood with others before (`TPF …, puis radiothérapie avec cisplatine`)."""
    return len(cues.partners) == 1 and len(course.cues.partners) > 1


def _other_line(cues: Cues, course: Course) -> bool:
    """Whether the number of the line tells of a later course; a first line after an adjuvant course is one too."""
    line, before = cues.line, course.cues
    return line is not None and line != before.line and (line > 1 or before.line is not None or before.adjuvant)


def _other_schedule(drug: Drug, course: Course) -> bool:
    """Whether both tell a schedule and the two differ (`hebdomadaire`, then `tous les 21 jours pendant un an`)."""
    before = course.draft.get("schedule")
    if not before or not drug.schedule:
        return False
    now, then = _plain(drug.schedule), _plain(before)
    return now not in then and then not in now


def _plain(schedule: str) -> str:
    return " ".join(str(WORD_NUMBERS.get(word, word)) for word in normalise(schedule).split())


def _renewed_after(reading: Reading, group: DrugGroup, drug: Drug) -> bool:
    """Whether words of renewal stand right after a drug or its enumeration (`le tamoxifène est repris`)."""
    folded = reading.folded
    if "supplementaires" in folded[drug.end : drug.tail]:
        return True
    end = group.end
    if _RENEWED_AFTER.match(folded, end) is not None:
        return True
    return drug.tail != end and _RENEWED_AFTER.match(folded, drug.tail) is not None
