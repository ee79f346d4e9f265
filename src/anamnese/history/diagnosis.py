"""When a tumour was diagnosed, where the words that name it do not tell: by the samples before its treatment."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from anamnese.history.calendar import months_apart
from anamnese.history.story import Item, Story

if TYPE_CHECKING:
    from anamnese.history.tumours import Primary

_SETTLES_NOTHING = re.compile(
    r"\b(?:non|peu) (?:conclu|contribut|diagnost|informati|representati)|\binsuffisan|\bininterpretab|\bindetermin|"
    r"\b(?:sans|absence de|pas de) (?:signes? de |cellules? |evidence de )?malign|\bblanche\b|"
    r"^[^,;.(]{0,40}\b(?:est|sont|etai(?:t|ent)|revien(?:t|nent)|:|s'avere(?:nt)?)? ?(?:faussement )?negati(?:f|ve)",
    re.ASCII,
)
"""What is said behind a sample in which no tumour was found: `cytologie non concluante`, `biopsie négative`."""
_SAID_OF_SAMPLE = 80
"""Within how many characters behind a sample."""
_MALIGNANT = ("/2", "/3", "/6")
"""How the codes of histologies end that prove a cancer."""
_BEFORE_TREATMENT_MONTHS = 6.0
"""An examination so long before the first treatment belongs to the diagnosis."""


def find_diagnosis(primary: Primary, story: Story) -> None:
    """Date the only malignant tumour by what was done, where its words do not: a treatment dated before the date
    told, no date
    told, or one that is only carried over. It is then that of the first sample, marker or stage before the
    treatment."""
    told = primary.told
    begun = [
        item.start or item.get("end_date")
        for item in story.of("therapy")
        if item.status == "affirmed" and not item.of_document and _of_cancer(item)
    ]
    treated = min([date[:7] for date in begun if date], default=None)
    stated = told in [item.date for item in primary.tellings if item.certainty == "stated"]
    late = told is not None and treated is not None and clearly_before(treated, told)
    if told is not None and stated and not late:
        return
    end = treated if told is None or late else told
    evidence = [
        item
        for item in story.of_types("procedure", "biomarker", "stage")
        if item.date
        and item.status in ("affirmed", "negated")
        and not item.of_document
        and (item.type != "procedure" or item.kind in ("biopsy", "cytology", "immunohistochemistry"))
        and (item.type == "procedure" or told is None or late)
        and (told is None or clearly_before(item.date, told) or (item.date != told and item.date.startswith(told)))
        and (end is None or _near_before(item.date, end))
        and not (item.type == "procedure" and _settles_nothing(item, story))
    ]
    first = min(evidence, key=lambda item: (item.date or "", item.order), default=None)
    if first is not None and first.date:
        primary.found = (first.date, tuple(first.proofs))


def _settles_nothing(sample: Item, story: Story) -> bool:
    """Whether the words behind a sample say that it did not tell what the disease is, before any histology is named."""
    page = story.page(sample)
    start = sample.span[1]
    end = min(page.sentence(sample.span[0]).end, start + _SAID_OF_SAMPLE)
    named = bisect_left(page.mentions, (start,))
    if named < len(page.mentions) and page.mentions[named][1].endswith(_MALIGNANT):
        end = min(end, page.mentions[named][0])
    return _SETTLES_NOTHING.search(page.folded[start:end]) is not None


def _of_cancer(item: Item) -> bool:
    """Whether a treatment is surely one of the cancer: surgery may be of anything."""
    return item.kind != "surgery" and bool(item.get("drugs") or item.get("regimen") or item.get("dose_gy"))


def clearly_before(date: str, other: str) -> bool:
    shown = min(len(date), len(other), 7)
    return date[:shown] < other[:shown]


def _near_before(date: str, treated: str) -> bool:
    shown = min(len(date), len(treated), 7)
    return date[:shown] <= treated[:shown] and months_apart(date, treated) <= _BEFORE_TREATMENT_MONTHS
