"""Doses told in turn for several drugs: `ifosfamide et doxorubicine aux doses respectives de 5 g/m2 et 60 mg/m2`."""

from __future__ import annotations

from anamnese.facts.medication.grammar import Dose, dose_at, schedule_at
from anamnese.facts.medication.prescription import Drug
from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import parse_number

_RESPECTIVE = ("respectivement", "respectives")
_TOLD_RESPECTIVELY = folded_re(
    r"[ ,(:]*(?:(?:a|aux|avec|a des)[ ](?:des )?(?:doses?|posologies?)[ ](?:respectives?[ ])?(?:de[ ])?)?"
    r"(?:respectivement[ ,:]*)?(?:(?:(?:a|de)[ ](?:la dose de )?)|aux doses de )?(?=\d|auc)"
)
_NEXT_DOSE = folded_re(r"[ ]?(?:,|/|\bet\b|\+)[ ]?(?:de |a )?(?=\d|auc)")
_NO_UNIT = folded_re(r"\d{1,4}(?:[.,]\d{1,2})?(?=[ ]?(?:,|/|et\b))")
_DEALT = 120
"""Characters behind the last of several drugs within which their doses are told in turn."""


def deal(reading: Reading, members: list[Drug]) -> None:
    """Give each drug its dose where they are told in turn: `A et B aux doses respectives de 5 g/m2 et 60 mg/m2`."""
    folded, last = reading.folded, members[-1]
    limit = min(last.end + _DEALT, reading.sentence(last.start).end)
    if not any(word in folded[last.end : limit] for word in _RESPECTIVE) or any(drug.doses for drug in members[:-1]):
        return
    lead = _TOLD_RESPECTIVELY.match(folded, last.end, limit)
    if lead is None:
        return
    doses: list[Dose] = []
    pos = lead.end()
    while len(doses) < len(members):
        dose = dose_at(reading.text, folded, pos, limit)
        bare = _NO_UNIT.match(folded, pos, limit) if dose is None else None
        if bare is not None:
            dose = Dose(bare.start(), bare.end(), parse_number(bare[0]), None, "bare")
        if dose is None or dose.kind not in ("mass", "bare"):
            return
        doses.append(dose)
        following = _NEXT_DOSE.match(folded, dose.end, limit)
        pos = following.end() if following else limit
    unit = doses[-1].unit
    told = lead[0] + folded[doses[-1].end : doses[-1].end + len(" respectivement")]
    if unit is None or not any(word in told for word in _RESPECTIVE):
        return
    for drug, dose in zip(members, doses, strict=True):
        del drug.steps[1:]
        drug.steps[0].dose = Dose(dose.start, dose.end, dose.value, dose.unit or unit, "mass")
    last.tail = max(last.tail, doses[-1].end)
    if last.schedule is None:
        after = schedule_at(folded, last.tail, limit) or schedule_at(folded, last.tail + 1, limit)
        after = after or schedule_at(folded, last.tail + 2, limit)
        if after is not None:
            last.steps[0].schedule.append(after)
            last.schedule, last.tail = last.steps[0].words(reading.text), after.end
