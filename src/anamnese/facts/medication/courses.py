"""Which mention of a drug begins a new course of it, and which only tells of a course already told.

FACTS.md: a drug named five times in one course is one medication; a new course, line or dose level is a new one. A mention of a drug
already told is a new one where

- its dose is one that the drug has not had, and words around it do not merely fill in what an earlier mention left out,
- words of renewal stand beside it (`repris`, `retraitement`, `entretien`, `supplémentaires`, another number of line), or
- it stands in an enumeration with other anticancer drugs than before.

Words of reference (`sous`, `après`, `toxicité du`, `arrêt du`) make it the course already told, whatever else stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anamnese.facts.medication.grammar import WORD_NUMBERS
from anamnese.facts.medication.groups import ANTICANCER, Drug, DrugGroup
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.tables import normalise

_RENEWAL = re.compile(
    r"\b(?:retrait\w+|rechallenge|re-?introdui\w+|reintroduction|repris\b|reprise|reprend|reprenant|a nouveau|de nouveau|nouvelle ligne|meme schema|meme protocole|nouvelle cure|"
    r"(?:deuxieme|seconde|troisieme|quatrieme|nouvelle|autre)[ ](?:fois|serie)|supplementaires?|additionnels?|entretien|maintenance|consolidation|intensification|reinduction|rattrapage|ensuite poursui\w+)\b"
)
_RENEWED_AFTER = re.compile(
    r"[ ,)]*(?:(?:a|est|ont|sont|fut|etant|adjuvante?|concomitante?|seule?)[ ])*(?:donc[ ])?(?:ete[ ])?(?:ensuite[ ])?(?:repris|reprise|reintroduit|reprises|de maintenance|de maintien|d'entretien|en entretien|en maintenance|supplementaires|maintenu jusqu'a|a nouveau|de nouveau)"
)
_REFERENCE = re.compile(
    r"\b(?:sous|apres|tolerance (?:a|au|du)|toxicites?|arret\w*|suspen\w+|interromp\w+|interruption|echec|refractaire|resistan\w+|reponse (?:a|au)|progression (?:sous|pendant)|anterieure?(?:ment)?|precedemment|"
    r"secondaire|induite?|lies?e?|imputable\w*|attribu\w+|effets?|malgre|pendant|cause|responsable|reduction|ajustement|sautees?|derniere?s?|benefice|poursuite|maintien|poursuivie?|stoppe\w*|depuis|fin|recevoir|ilp|administration d\w+ \d)\b"
    r"[^.;\n]{0,40}$"
)
_LINE = re.compile(r"\b(?:(?P<n>\d{1,2})[ ]?(?:re|er|ere|e|eme|ieme|nd|nde)?|(?P<word>premiere|deuxieme|seconde|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme))[ ](?:ligne|l\b)")
_LINE_WORDS = {
    "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7,
    "huitieme": 8, "neuvieme": 9,
}  # fmt: skip
_ADJUVANT = re.compile(r"adjuvante?s?\b|preoperatoire|postoperatoire")
_CONTINUED = re.compile(r"[ ,]*(?:(?:est|sont|a ete|ont ete|etant|etait)[ ])?(?:poursuivie?s?|maintenue?s?(?! jusqu)|inchangee?s?|en cours|arretee?s?|stoppee?s?|suspendue?s?|interrompue?s?)\b")
_START = re.compile(r"\b(?:debut\w+|commenc\w+|instaur\w+|initi\w+|introdui\w+|mise? sous|decid\w+|propos\w+|recoit|recu|traitee?|rcp)\b")
_CLAUSE = re.compile(r"[.;\n]")
_ROUTE_TELLS = frozenset({"analgesic", "corticosteroid", "antibiotic"})
"""Classes for which another route is another prescription."""


@dataclass(slots=True)
class Course:
    """A course of one drug as told so far."""

    draft: Draft
    partners: frozenset[str]
    line: int | None
    adjuvant: bool
    dosed: bool
    route: str | None


@dataclass(slots=True)
class Courses:
    """The courses of every drug of one patient, as the mentions are read in order."""

    told: dict[str, list[Course]] = field(default_factory=dict)

    def same(self, reading: Reading, group: DrugGroup, drug: Drug) -> Course | None:
        """The course already told that a mention speaks of; None where the mention begins a new one."""
        earlier = self.told.get(drug.name)
        if not earlier:
            return None
        last = earlier[-1]
        dose = drug.doses[0] if drug.doses else None
        renewed = _renewed(reading, group, drug)
        if dose is not None and dose.unit != "%":
            for course in reversed(earlier):
                if course.dosed and course.draft.get("dose") == dose.value:
                    renewed = renewed or _with_others(group, drug, course) or _other_line(reading, group, course)
                    return None if renewed and not _refers(reading, group) else course
            if last.dosed:
                return None
            other = _with_others(group, drug, last) or _other_partners(group, drug, last) and _starts(reading, group)
            return None if renewed or other or _other_line(reading, group, last) else last
        if _other_schedule(drug, last):
            return None
        if _continues(reading, drug) or _refers(reading, group):
            return last
        if renewed:
            return None
        if drug.route and drug.kind in _ROUTE_TELLS and last.route != drug.route and (last.route or last.dosed):
            return None
        if _other_line(reading, group, last) and (last.line is not None or last.adjuvant or partners_of(group) != last.partners):
            return None
        if _first_line(reading, group) and not last.adjuvant:
            return last
        if all(_other_partners(group, drug, course) for course in earlier):
            return None
        return last

    def keep(self, reading: Reading, group: DrugGroup, drug: Drug, draft: Draft) -> None:
        """Remember a new course."""
        self.told.setdefault(drug.name, []).append(
            Course(
                draft,
                partners_of(group),
                line_of(reading, group),
                _ADJUVANT.search(reading.folded, max(0, group.start - 80), group.end + 20) is not None,
                draft.get("dose") is not None,
                drug.route,
            )
        )


def partners_of(group: DrugGroup) -> frozenset[str]:
    """The anticancer drugs of an enumeration."""
    return frozenset(drug.name for drug in group.drugs if drug.kind in ANTICANCER and drug.excluded is None)


def _other_partners(group: DrugGroup, drug: Drug, course: Course) -> bool:
    """Whether a drug stands with others than in a course: each set has a drug that the other lacks, or it got company."""
    now = partners_of(group)
    if drug.kind not in ANTICANCER or len(now) < 2:
        return False
    return not now <= course.partners


def _with_others(group: DrugGroup, drug: Drug, course: Course) -> bool:
    """Whether two enumerations with a drug differ in more than that one tells less."""
    return _other_partners(group, drug, course) and not course.partners <= partners_of(group)


def _other_schedule(drug: Drug, course: Course) -> bool:
    """Whether both tell a schedule and the two differ (`hebdomadaire`, then `tous les 21 jours pendant un an`)."""
    before = course.draft.get("schedule")
    if not before or not drug.schedule:
        return False
    now, then = _plain(drug.schedule), _plain(before)
    return now not in then and then not in now


def _plain(schedule: str) -> str:
    words = normalise(schedule)
    return " ".join(str(WORD_NUMBERS.get(word, word)) for word in words.split())


def line_of(reading: Reading, group: DrugGroup) -> int | None:
    """The number of the line that the words before an enumeration tell in the same sentence."""
    folded = reading.folded
    sentence = reading.sentence(group.start)
    found = None
    for found in _LINE.finditer(folded, max(sentence.start, group.start - 160), group.start):
        pass
    if found is None:
        return None
    return int(found["n"]) if found["n"] else _LINE_WORDS[found["word"]]


def _first_line(reading: Reading, group: DrugGroup) -> bool:
    return line_of(reading, group) == 1


def _other_line(reading: Reading, group: DrugGroup, course: Course) -> bool:
    """Whether the number of the line tells of a later course; a first line after an adjuvant course is one too."""
    line = line_of(reading, group)
    return line is not None and line != course.line and (line > 1 or course.line is not None or course.adjuvant)


def _starts(reading: Reading, group: DrugGroup) -> bool:
    start, end = _clause(reading, group, 90)
    return _START.search(reading.folded, start, end) is not None


def _continues(reading: Reading, drug: Drug) -> bool:
    """Whether the words after a drug let the course told go on, or end it (`leuproréline poursuivie`)."""
    return _CONTINUED.match(reading.folded, drug.end) is not None


def _clause(reading: Reading, group: DrugGroup, back: int) -> tuple[int, int]:
    """The words before an enumeration in its own clause."""
    start = max(reading.sentence(group.start).start, group.start - back)
    for match in _CLAUSE.finditer(reading.folded, start, group.start):
        start = match.end()
    return start, group.start


def _renewed(reading: Reading, group: DrugGroup, drug: Drug) -> bool:
    """Whether words of renewal stand before an enumeration, or right after it or the drug."""
    folded = reading.folded
    start, end = _clause(reading, group, 110)
    if _RENEWAL.search(folded, start, end):
        return True
    if "supplementaires" in folded[drug.end : drug.tail]:
        return True
    return _RENEWED_AFTER.match(folded, group.end) is not None or _RENEWED_AFTER.match(folded, drug.tail) is not None


def _refers(reading: Reading, group: DrugGroup) -> bool:
    """Whether the words right before an enumeration speak of a course already told."""
    start, end = _clause(reading, group, 60)
    match = None
    for match in _REFERENCE.finditer(reading.folded, start, end):
        pass
    if match is None:
        return False
    return not _RENEWAL.search(reading.folded, match.start(), end)
