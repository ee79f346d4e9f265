"""From the reports of one patient to the record."""

from __future__ import annotations

from collections.abc import Sequence

from anamnese.case import Case
from anamnese.history.arrangement import AS_TOLD, Arrangement
from anamnese.history.attribution import Attribution
from anamnese.history.courses import courses
from anamnese.history.dates import when
from anamnese.history.durations import durations
from anamnese.history.episodes import episodes
from anamnese.history.lines import number_lines
from anamnese.history.outcomes import attach
from anamnese.history.person import person
from anamnese.history.story import Item
from anamnese.history.stretch import Stretch
from anamnese.history.tellings import tell
from anamnese.history.timeline import SERUM_MARKERS, timeline
from anamnese.history.treatment import Treatment, treatments
from anamnese.history.tumours import Primary, primaries
from anamnese.record import Basis, Course, Episode, History, Measure, Proof, StageBasis, StageRecord, TumourRecord
from anamnese.uncollected import uncollected

_OWN = ("procedure", "stage", "biomarker", "imaging")
"""What is put down to a tumour."""

_STAGE_BASIS: tuple[tuple[str, StageBasis], ...] = (
    ("y", "post_therapy"),
    ("r", "relapse"),
    ("p", "pathological"),
    ("c", "clinical"),
    ("m", "clinical"),  # mrT: by magnetic resonance
    ("u", "clinical"),  # uT: by ultrasound
    ("i", "clinical"),
)


def history(cases: Sequence[Case], arrangement: Arrangement = AS_TOLD) -> History:
    """One patient's record from one or several reports, whatever order they are given in; what a person arranged goes
    before the rules.

    Raises ValueError where no case is given."""
    if not cases:
        raise ValueError("a history needs at least one case")
    with uncollected():
        return _history(cases, arrangement)


def _history(cases: Sequence[Case], arrangement: Arrangement) -> History:
    story = tell(cases, arrangement.courses)
    tumours = primaries(story, arrangement.tumours)
    attribution = Attribution(story, tumours)
    stretches = episodes(story, tumours, attribution)
    given = treatments(story, tumours, attribution, stretches, arrangement.courses)
    number_lines(given, stretches, tumours, story)
    attach(given, story)
    placed: dict[tuple[int | None, int], list[tuple[Treatment, Course]]] = {}
    recorded = courses(given, tumours, story)
    for treatment, course in zip(given, recorded, strict=True):
        placed.setdefault((treatment.tumour, treatment.episode), []).append((treatment, course))
    own: list[dict[str, list[Item]]] = [{type: [] for type in _OWN} for _ in tumours]
    for type in _OWN:
        for item in story.of(type):
            tumour = attribution.of(item)
            if tumour is not None:
                own[tumour][type].append(item)
    patient = person(story, tumours)
    records = tuple(
        [
            _tumour(primary, own[i], [(stretch, placed.get((i, n), ())) for n, stretch in enumerate(stretches[i])])
            for i, primary in enumerate(tumours)
        ]
    )
    return History(
        patient,
        records,
        tuple([course for _, course in placed.get((None, 0), ())]),
        timeline(story, given, recorded, attribution),
        durations(patient, records),
        tuple(
            [_measure(item, "analyte") for item in _in_time(story.of("lab")) if item.get("analyte") in SERUM_MARKERS]
        ),
        tuple([page.id for page in story.pages]),
    )


def _in_time(items: Sequence[Item]) -> Sequence[Item]:
    """Dated items in order of their dates; undated ones first, in order of the telling."""
    if len(items) < 2:
        return items
    return sorted(items, key=lambda item: (item.date or "", item.order))


def _measure(item: Item, name: str) -> Measure:
    a = item.attributes
    return Measure(
        str(a.get(name)),
        a.get("value"),
        a.get("result"),
        a.get("unit"),
        when(item.date, item.certainty, item.basis),
        tuple(item.proofs),
    )


def _tumour(
    tumour: Primary,
    own: dict[str, list[Item]],
    stretches: Sequence[tuple[Stretch, Sequence[tuple[Treatment, Course]]]],
) -> TumourRecord:
    first = next((item for item in tumour.tellings if item.date == tumour.date), tumour.tellings[0])
    diagnosed = (
        when(tumour.found[0], "inferred", tumour.found[1])
        if tumour.found
        else when(tumour.date, first.certainty if tumour.date else "placed", first.basis)
    )
    operated = "surgery" in [course.kind for _, given in stretches[:1] for _, course in given]
    return TumourRecord(
        tumour.topography,
        tumour.morphology,
        tumour.first("laterality"),
        tumour.first("grade"),
        tumour.status,
        diagnosed,
        _basis(tumour, own, operated),
        tuple([_stage(item) for item in _in_time(own["stage"])]),
        tuple([_measure(item, "name") for item in _in_time(own["biomarker"])]),
        tuple([_episode(stretch, given) for stretch, given in stretches]),
        tuple(dict.fromkeys(tumour.proofs)),
    )


def _basis(tumour: Primary, own: dict[str, list[Item]], operated: bool) -> Basis | None:
    """The surest basis told (ENCR basis of diagnosis): histology where a sample of tissue, an operation or a specific
    histology is told,
    then cytology, then imaging."""
    kinds = {item.kind for item in own["procedure"] if item.status == "affirmed"}
    named = (tumour.morphology or "8000")[:4] not in ("8000", "8001")
    if kinds & {"biopsy", "immunohistochemistry"} or (operated and named):
        return "histology"
    if "cytology" in kinds:
        return "cytology"
    if named and tumour.status == "affirmed":
        return "histology"
    return "imaging" if own["imaging"] else "clinical" if tumour.status == "affirmed" else None


def _stage(item: Item) -> StageRecord:
    a = item.attributes
    prefix = str(a.get("prefix") or "c").lower()
    other: StageBasis = "other"
    basis = next((basis for letter, basis in _STAGE_BASIS if prefix.startswith(letter)), other)
    return StageRecord(
        str(a.get("system")),
        basis,
        a.get("prefix"),
        a.get("t"),
        a.get("n"),
        a.get("m"),
        a.get("group"),
        when(item.date, item.certainty, item.basis),
        tuple(item.proofs),
    )


def _episode(stretch: Stretch, given: Sequence[tuple[Treatment, Course]]) -> Episode:
    proofs: list[Proof] = [proof for item in stretch.items for proof in item.proofs]
    told = [item for item in stretch.items if item.type == "response"]
    told += [response for treatment, _ in given for response in treatment.responses]
    dated = stretch.dated_by
    return Episode(
        stretch.kind,
        when(
            stretch.date,
            dated.certainty if dated and dated.date == stretch.date else "inferred",
            dated.basis if dated else (),
        ),
        tuple(stretch.sites),
        stretch.suspected,
        tuple([course for _, course in given]),
        tuple(
            [
                Measure(
                    "response",
                    None,
                    item.get("category"),
                    None,
                    when(item.date, item.certainty, item.basis),
                    tuple(item.proofs),
                )
                for item in dict.fromkeys(told)
            ]
        ),
        tuple(dict.fromkeys(proofs)),
    )
