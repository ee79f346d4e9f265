"""Checks: what does not add up in a patient's reports, one small rule for each way (see `rule.py`).

A module for each theme holds its rules; what they look for and measure by stands in the tables beside them, each limit
with its source. `check` runs them all.
"""

from __future__ import annotations

from collections.abc import Sequence

from anamnese.case import Case
from anamnese.checks import biology, person, radiation, reports, sides, stage, text, time, treatment, values
from anamnese.checks.checked import Checked
from anamnese.checks.rule import Rule
from anamnese.history.build import history
from anamnese.record import Finding, History

RULES: tuple[Rule, ...] = (
    *sides.RULES,
    *person.RULES,
    *time.RULES,
    *stage.RULES,
    *biology.RULES,
    *values.RULES,
    *treatment.RULES,
    *radiation.RULES,
    *text.RULES,
    *reports.RULES,
)
"""Every rule, theme by theme."""

_GRAVITY = {"high": 0, "medium": 1, "low": 2}


def check(cases: Sequence[Case], record: History | None = None) -> tuple[Finding, ...]:
    """What does not add up in the reports of one patient: the gravest first, then by place.

    `record` is their history where it is already built. Raises ValueError where no case is given."""
    checked = Checked(cases, record if record is not None else history(cases))
    order = {case.report.id: i for i, case in enumerate(cases)}
    found = [finding for rule in RULES for finding in rule(checked)]
    return tuple(
        sorted(found, key=lambda f: (_GRAVITY[f.severity], order[f.spans[0].report], f.spans[-1].start, f.rule))
    )
