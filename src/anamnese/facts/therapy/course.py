"""A course of treatment in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from anamnese.facts.reading import Draft, Reading


@dataclass(slots=True, eq=False)
class Course:
    """One course, line or act: where it is told, and what is told of it. `named` tells whether drugs or a regimen are
    told; `fresh` whether its words say that it is not the course told before (None: not asked yet, see `manner`);
    `apart` whether it is by its name another course than the main one (`chimiothérapie intrathécale`); `given` whether
    the words tell what was given of a plan (`six cures étaient prévues, il n'en a reçu que quatre`)."""

    kind: str
    start: int
    end: int
    drugs: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    """The classes of its drugs, which stand for them where none is named: `six cures d'anthracyclines`."""
    regimen: str | None = None
    intent: str | None = None
    procedure: str | None = None
    site: str | None = None
    dose_gy: float | None = None
    fractions: int | None = None
    cycles: int | None = None
    start_date: str | None = None
    end_date: str | None = None
    line: int | None = None
    names: tuple[tuple[int, int], ...] = ()
    """Where the drugs and the regimen are named."""
    recalls: list[int] = field(default_factory=list)
    """Where later mentions of the course end."""
    fresh: bool | None = None
    apart: bool = False
    given: bool = False

    @property
    def named(self) -> bool:
        """Whether drugs or a regimen are told."""
        return bool(self.drugs or self.regimen)

    def status(self, reading: Reading) -> str:
        """What the words around the course make of it."""
        return reading.scopes.status(Draft("therapy", self.start, self.end, {}, None, None))

    def draft(self, reading: Reading) -> Draft:
        """The fact. A course that began on a day it tells itself happened on that day."""
        return reading.draft(
            "therapy",
            self.start,
            self.end,
            "affirmed" if self.given else None,
            date=self.start_date,
            kind=self.kind,
            intent=self.intent,
            regimen=self.regimen,
            drugs=self.drugs or self.classes or None,
            procedure=self.procedure,
            site=self.site,
            dose_gy=self.dose_gy,
            fractions=self.fractions,
            cycles=self.cycles,
            start_date=self.start_date,
            end_date=self.end_date,
        )
