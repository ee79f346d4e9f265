"""From the reports of one patient to the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from anamnese.case import Case
from anamnese.history.courses import course, treatments
from anamnese.history.dates import when
from anamnese.history.durations import durations
from anamnese.history.episodes import Stretch, episodes
from anamnese.history.person import person
from anamnese.history.story import Item, Story, tell
from anamnese.history.timeline import timeline
from anamnese.history.tumours import Primary, primaries, tumour_of
from anamnese.record import Course, Episode, History, Measure, Proof, StageRecord, TumourRecord

_BASIS = {
    "yp": "post_therapy",
    "yc": "post_therapy",
    "y": "post_therapy",
    "p": "pathological",
    "r": "relapse",
    "c": "clinical",
}
_SERUM = frozenset(
    "cea|ca 15-3|ca 125|ca 19-9|ca 72-4|psa|afp|hcg|ldh|nse|scc|chromogranine a|calcitonine|thyroglobuline|bêta-2 microglobuline|cyfra 21-1|he4".split(
        "|"
    )
)


def history(cases: Sequence[Case]) -> History:
    """One patient's record from one or several reports, whatever order they are given in.

    Raises ValueError where no case is given."""
    if not cases:
        raise ValueError("a history needs at least one case")
    story = tell(cases)
    tumours = primaries(story)
    stretches = episodes(story, tumours)
    courses: dict[tuple[int | None, int], list[Course]] = {}
    for treatment in treatments(story, tumours, stretches):
        courses.setdefault((treatment.tumour, treatment.episode), []).append(course(treatment, story))
    patient = person(story)
    records = tuple(_tumour(i, tumours, stretches[i], courses, story) for i in range(len(tumours)))
    return History(
        patient,
        records,
        tuple(courses.get((None, 0), ())),
        timeline(story, tumours),
        durations(patient, records),
        tuple(
            Measure(
                item.get("analyte"),
                item.get("value"),
                None,
                item.get("unit"),
                when(item.date, "inferred"),
                tuple(item.proofs),
            )
            for item in story.of("lab")
            if item.get("analyte") in _SERUM
        ),
        tuple(case.report.id for case in story.cases),
    )


def _tumour(
    index: int,
    tumours: list[Primary],
    stretches: list[Stretch],
    courses: dict[tuple[int | None, int], list[Course]],
    story: Story,
) -> TumourRecord:
    tumour = tumours[index]

    def own(kind: str) -> list[Item]:
        return [item for item in story.of(kind) if tumour_of(item, tumours) == index]

    proofs = tuple(dict.fromkeys(proof for item in tumour.tellings for proof in item.proofs))
    return TumourRecord(
        tumour.topography,
        tumour.morphology,
        tumour.first("laterality"),
        tumour.first("grade"),
        tumour.status,
        when(tumour.date, "inferred"),
        _basis(tumour, own("procedure"), own("therapy")),
        tuple(_stage(item) for item in own("stage")),
        tuple(
            Measure(
                item.get("name"),
                item.get("value"),
                item.get("result"),
                item.get("unit"),
                when(item.date, "inferred"),
                tuple(item.proofs),
            )
            for item in own("biomarker")
        ),
        tuple(_episode(stretch, tuple(courses.get((index, i), ()))) for i, stretch in enumerate(stretches)),
        proofs,
    )


def _basis(
    tumour: Primary, procedures: list[Item], therapies: list[Item]
) -> Literal["histology", "cytology", "clinical"] | None:
    """How a tumour was diagnosed: histology where a biopsy or operation is told (or a histology is named), else cytology."""
    kinds = {item.get("kind") for item in procedures}
    if kinds & {"biopsy", "immunohistochemistry", "molecular_test"} or any(
        item.get("kind") == "surgery" for item in therapies
    ):
        return "histology"
    if "cytology" in kinds:
        return "cytology"
    return "histology" if (tumour.morphology or "8000")[:4] not in ("8000", "8001") else None


def _stage(item: Item) -> StageRecord:
    prefix = item.get("prefix")
    basis = _BASIS.get((prefix or "c").lower(), "other")
    return StageRecord(
        item.get("system"), basis, prefix, item.get("t"), item.get("n"), item.get("m"), item.get("group"),  # type: ignore[arg-type]
        when(item.date, "inferred"), tuple(item.proofs),
    )  # fmt: skip


def _episode(stretch: Stretch, courses: tuple[Course, ...]) -> Episode:
    proofs: list[Proof] = [proof for item in stretch.items for proof in item.proofs]
    responses = tuple(
        Measure("response", None, item.get("category"), None, when(item.date, "inferred"), tuple(item.proofs))
        for item in stretch.items
        if item.type == "response"
    )
    return Episode(
        stretch.kind,
        when(stretch.date, "inferred"),
        tuple(stretch.sites),
        stretch.suspected,
        courses,
        responses,
        tuple(dict.fromkeys(proofs)),
    )
