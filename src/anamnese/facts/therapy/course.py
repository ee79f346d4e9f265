"""A course of treatment in the making."""

from __future__ import annotations

from typing import Any

from anamnese.facts.reading import Draft, Reading


class Course:
    """One course, line or act: where it is told, and what is told of it. `named` tells whether drugs or a regimen are
    told; `fresh` whether its words say that it is not the course told before (None: not asked yet, see `manner`);
    `apart` whether it is by its name another course than the main one (`chimiothérapie intrathécale`); `given` whether
    the words tell what was given of a plan (`six cures étaient prévues, il n'en a reçu que quatre`); `planned` whether
    they tell that it is to follow on what is planned (`8 cycles prévus puis durvalumab seul`)."""

    __slots__ = (
        "apart", "classes", "cycles", "dose_gy", "drugs", "end", "end_date", "fractions", "fresh", "given", "intent",
        "kind", "line", "names", "planned", "procedure", "recalls", "regimen", "site", "start", "start_date",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        start: int,
        end: int,
        *,
        drugs: list[str] | None = None,
        regimen: str | None = None,
        procedure: str | None = None,
        dose_gy: float | None = None,
        fractions: int | None = None,
        cycles: int | None = None,
        start_date: str | None = None,
        fresh: bool | None = None,
        apart: bool = False,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.drugs = [] if drugs is None else drugs
        self.classes: list[str] = []
        """The classes of its drugs, which stand for them where none is named: `six cures d'anthracyclines`."""
        self.regimen = regimen
        self.intent: str | None = None
        self.procedure = procedure
        self.site: str | None = None
        self.dose_gy = dose_gy
        self.fractions = fractions
        self.cycles = cycles
        self.start_date = start_date
        self.end_date: str | None = None
        self.line: int | None = None
        self.names: list[tuple[int, int]] = []
        """Where the drugs and the regimen are named."""
        self.recalls: list[int] = []
        """Where later mentions of the course end."""
        self.fresh = fresh
        self.apart = apart
        self.given = False
        self.planned = False

    @property
    def named(self) -> bool:
        """Whether drugs or a regimen are told."""
        return bool(self.drugs or self.regimen)

    def status(self, reading: Reading) -> str:
        """What the words around the course make of it."""
        if self.planned:
            return "planned"
        return reading.scopes.status(Draft("therapy", self.start, self.end, {}, None, None))

    def draft(self) -> Draft:
        """The fact. A course that began on a day it tells itself happened on that day."""
        attributes: dict[str, Any] = {"kind": self.kind}
        if self.intent is not None:
            attributes["intent"] = self.intent
        if self.regimen is not None:
            attributes["regimen"] = self.regimen
        if self.drugs or self.classes:
            attributes["drugs"] = self.drugs or self.classes
        if self.procedure is not None:
            attributes["procedure"] = self.procedure
        if self.site is not None:
            attributes["site"] = self.site
        if self.dose_gy is not None:
            attributes["dose_gy"] = self.dose_gy
        if self.fractions is not None:
            attributes["fractions"] = self.fractions
        if self.cycles is not None:
            attributes["cycles"] = self.cycles
        if self.start_date is not None:
            attributes["start_date"] = self.start_date
        if self.end_date is not None:
            attributes["end_date"] = self.end_date
        status = "affirmed" if self.given else "planned" if self.planned else None
        return Draft("therapy", self.start, self.end, attributes, status, self.start_date)
