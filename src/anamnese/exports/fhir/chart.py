"""The chart of one patient in the making: its resources, their identifiers, and the words that prove them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from anamnese.case import Fact
from anamnese.exports import Subject
from anamnese.exports.fhir.elements import Element, profile_url, reference
from anamnese.record import Course, Episode, Proof

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:anamnese:fhir")


class Told(NamedTuple):
    """A fact as one or several reports tell it in the same words of the fact format, with all its proofs."""

    fact: Fact
    proofs: tuple[Proof, ...]


class Placed(NamedTuple):
    """A course with its tumour's position (None where it has none) and a key that no other course has."""

    course: Course
    tumour: int | None
    key: str


class Chart:
    """Resources of one patient. Identifiers are drawn from the reports and a resource's place in the record alone, so
    that the same record gives the same bytes and a reference can be made before its resource."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.history = subject.history
        self.resources: list[tuple[Element, tuple[Proof, ...]]] = []
        self._facts = {Proof(case.report.id, i): fact for case in subject.cases for i, fact in enumerate(case.facts)}
        digest = hashlib.sha256(subject.id.encode())
        for case in sorted(subject.cases, key=lambda case: case.report.id):
            digest.update(b"\0" + case.report.id.encode() + b"\0" + case.report.text.encode("utf-8", "surrogatepass"))
        self._seed = digest.hexdigest()
        self._owners = {
            proof: event.tumour for event in self.history.timeline if event.tumour is not None for proof in event.proofs
        }
        self.patient = self.ref("Patient")

    def id(self, type_: str, key: str = "") -> str:
        """The identifier of the resource of a type at a place in the record."""
        return str(uuid.uuid5(_NAMESPACE, f"{self._seed}/{type_}/{key}"))

    def ref(self, type_: str, key: str = "") -> Element:
        """A reference to the resource of a type at a place in the record."""
        return reference(f"urn:uuid:{self.id(type_, key)}")

    def add(
        self, type_: str, key: str, profiles: Sequence[str], elements: Element, proofs: Iterable[Proof] = ()
    ) -> Element:
        """Add a resource that claims profiles by their names; gives the reference to it."""
        resource: Element = {"resourceType": type_, "id": self.id(type_, key)}
        if profiles:
            resource["meta"] = {"profile": [profile_url(name) for name in profiles]}
        self.resources.append((resource | elements, tuple(dict.fromkeys(proofs))))
        return self.ref(type_, key)

    def fact(self, proof: Proof) -> Fact | None:
        """The fact that a proof points to."""
        return self._facts.get(proof)

    def facts_of(self, proofs: Iterable[Proof], type_: str) -> Iterator[Fact]:
        """The facts of one type among proofs."""
        for proof in proofs:
            fact = self._facts.get(proof)
            if fact is not None and fact.type == type_:
                yield fact

    def told(self, type_: str, *names: str) -> list[Told]:
        """The facts of a type in the order told. Tellings alike in the named attributes, date and status are one."""
        groups: dict[tuple[Any, ...], list[Proof]] = {}
        for proof, fact in self._facts.items():
            if fact.type == type_ and fact.status not in ("family", "negated"):
                alike = tuple(str(fact.attributes.get(name)) for name in names)
                groups.setdefault((alike, fact.date, fact.status), []).append(proof)
        return [Told(self._facts[proofs[0]], tuple(proofs)) for proofs in groups.values()]

    @cached_property
    def tumours(self) -> list[int]:
        """The positions of the tumours that are the patient's, told or suspected."""
        return [i for i, tumour in enumerate(self.history.tumours) if tumour.status not in ("negated", "family")]

    def owner(self, proofs: Iterable[Proof]) -> int | None:
        """The tumour that facts belong to: as the timeline has it, else the patient's only one."""
        mine = self.tumours
        for proof in proofs:
            if self._owners.get(proof) in mine:
                return self._owners[proof]
        return mine[0] if len(mine) == 1 else None

    def condition(self, tumour: int | None) -> Element | None:
        """A reference to the condition of a tumour."""
        return self.ref("Condition", f"tumour-{tumour}") if tumour in self.tumours else None

    def episodes(self) -> Iterator[tuple[int, int, Episode]]:
        """The episodes of the patient's tumours, with the positions of tumour and episode."""
        for i in self.tumours:
            for j, episode in enumerate(self.history.tumours[i].episodes):
                yield i, j, episode

    @cached_property
    def courses(self) -> list[Placed]:
        """The courses of treatment that the patient had or is to have."""
        placed = [
            Placed(course, i, f"{i}-{j}-{k}")
            for i, j, episode in self.episodes()
            for k, course in enumerate(episode.courses)
        ]
        placed += [Placed(course, None, f"other-{k}") for k, course in enumerate(self.history.other_courses)]
        return [place for place in placed if place.course.status not in ("negated", "family")]

    def courses_of(self, proofs: Iterable[Proof]) -> list[Placed]:
        """The courses that rest on any of these facts."""
        found = {i for proof in proofs for i in self._resting.get(proof, ())}
        return [self.courses[i] for i in sorted(found)]

    @cached_property
    def _resting(self) -> dict[Proof, list[int]]:
        resting: dict[Proof, list[int]] = {}
        for i, placed in enumerate(self.courses):
            for proof in placed.course.proofs:
                resting.setdefault(proof, []).append(i)
        return resting

    def about(self, tumour: int | None) -> Element:
        """`focus`: the tumour's condition, where there is one."""
        condition = self.condition(tumour)
        return {"focus": [condition]} if condition else {}

    def reason(self, tumour: int | None) -> Element:
        """`reasonReference`: the tumour that is treated, where there is one."""
        condition = self.condition(tumour)
        return {"reasonReference": [condition]} if condition else {}
