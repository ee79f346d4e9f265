"""The disease: primary and secondary cancer conditions, histological grade, its status over time, sizes of lesions."""

from __future__ import annotations

from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.elements import (
    LATERALITY,
    MCODE,
    Element,
    absent,
    code,
    coding,
    concept,
    date_time,
    extension,
    fixed,
    observed,
    quantity,
)
from anamnese.labels import code_name, label
from anamnese.record import Measure, Proof, TumourRecord, When

_ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
_RELATED = "http://hl7.org/fhir/StructureDefinition/condition-related"
_CENTRAL_NERVOUS = ("C70", "C71", "C72", "C75.1", "C75.2", "C75.3")
"""Where mCODE's primary cancers include benign neoplasms (PrimaryCancerDisorderVS, after the SEER reportable list)."""
_ENDED = frozenset({"complete", "pathologic_complete", "no_evidence_of_disease"})


def add_disease(chart: Chart) -> None:
    """Conditions first, then what is observed of them."""
    for i in chart.tumours:
        _add_primary(chart, i, chart.history.tumours[i])
    _add_secondary(chart)
    _add_status(chart)
    _add_sizes(chart)


def _add_primary(chart: Chart, i: int, tumour: TumourRecord) -> None:
    key = _disorder(tumour)
    extensions = []
    if tumour.morphology:
        histology = concept(code_name(tumour.morphology), coding("icdo3", tumour.morphology))
        extensions.append(extension(MCODE + "mcode-histology-morphology-behavior", valueCodeableConcept=histology))
    if tumour.diagnosed.value:
        extensions.append(extension(_ASSERTED, valueDateTime=tumour.diagnosed.value))
    words = next((fact.quote for fact in chart.facts_of(tumour.proofs, "tumour")), None)
    stages = [
        {"summary": {"text": stage.group}, "assessment": [chart.ref("Observation", f"stage-{i}-{j}-group")]}
        for j, stage in enumerate(tumour.stages)
        if stage.group
    ]
    reportable = key != "benign" or (tumour.topography or "").startswith(_CENTRAL_NERVOUS)
    elements: Element = {
        **({"extension": extensions} if extensions else {}),
        "clinicalStatus": _clinical_status(tumour),
        "verificationStatus": concept(None, code("verification", tumour.status)) or absent(),
        "category": [fixed("problem")],
        "code": concept(words, code("disorder", key)),
        **_body_site(tumour),
        "subject": chart.patient,
        **({"stage": stages} if stages else {}),
    }
    profiles = ["mcode-primary-cancer-condition" if reportable else "us-core-condition-problems-health-concerns"]
    chart.add("Condition", f"tumour-{i}", profiles, elements, tumour.proofs)
    if tumour.grade:
        grade = {
            "status": "final",
            "category": [fixed("laboratory")],
            "code": fixed("histologic_grade"),
            "subject": chart.patient,
            **chart.about(i),
            **observed(tumour.diagnosed),
            "valueCodeableConcept": concept(f"grade {tumour.grade}", code("grade", tumour.grade)),
        }
        chart.add("Observation", f"grade-{i}", ["mcode-histologic-grade"], grade, tumour.proofs)


def _disorder(tumour: TumourRecord) -> str:
    """What kind of disorder the behaviour digit of the morphology tells; a carcinoma in situ has a code of its own."""
    if not tumour.morphology:
        return "unspecified"
    histology, behaviour = tumour.morphology.split("/")
    if behaviour == "2":
        return "in_situ_carcinoma" if histology < "8590" else "in_situ"
    return {"0": "benign", "1": "uncertain"}.get(behaviour, "malignant")


def _body_site(tumour: TumourRecord) -> Element:
    if not tumour.topography:
        return {}
    side = code("laterality", tumour.laterality)
    site: Element = concept(code_name(tumour.topography), coding("icdo3", tumour.topography))
    if side:
        site = {"extension": [extension(LATERALITY, valueCodeableConcept=concept(None, side))]} | site
    return {"bodySite": [site]}


def _clinical_status(tumour: TumourRecord) -> Element:
    """The status that the last episode leaves the disease in; unknown where the record tells its beginning only."""
    told = [episode for episode in tumour.episodes if not episode.suspected]
    if not told:
        return absent()
    last = told[-1]
    if last.responses and last.responses[-1].result in _ENDED:
        return concept(None, code("clinical_status", "remission"))
    return concept(None, code("clinical_status", last.kind)) or absent()


def _add_secondary(chart: Chart) -> None:
    """One condition for each site of secondary disease of a tumour, from the first date on."""
    sites: dict[tuple[str, int | None, str], list[Proof]] = {}
    for told in chart.told("metastasis", "site"):
        if told.fact.status in ("affirmed", "suspected"):
            secondary = (told.fact.attributes["site"], chart.owner(told.proofs), told.fact.status)
            sites.setdefault(secondary, []).extend(told.proofs)
    sure = {(site, tumour) for site, tumour, status in sites if status == "affirmed"}
    for (site, tumour, status), proofs in sites.items():
        if status == "suspected" and (site, tumour) in sure:
            continue
        facts = list(chart.facts_of(proofs, "metastasis"))
        first = min((fact.date for fact in facts if fact.date), default=None)
        primary = chart.condition(tumour)
        extensions = [extension(_RELATED, valueReference=primary)] if primary else []
        if first:
            extensions.append(extension(_ASSERTED, valueDateTime=first))
        place = [concept(label(site, "fr"), code("body_site", site))] if site != "other" else []
        elements: Element = {
            **({"extension": extensions} if extensions else {}),
            "clinicalStatus": absent(),
            "verificationStatus": concept(None, code("verification", status)),
            "category": [fixed("problem")],
            "code": concept(facts[0].quote, code("disorder", "secondary")),
            **({"bodySite": place} if place else {}),
            "subject": chart.patient,
        }
        chart.add("Condition", f"secondary-{site}-{tumour}", ["mcode-secondary-cancer-condition"], elements, proofs)


def _add_status(chart: Chart) -> None:
    """The disease status at each response and at the beginning of each relapse, progression or remission, each once."""
    told: dict[tuple[int, str | None, str | None], list[tuple[Measure, bool]]] = {}
    for i, _, episode in chart.episodes():
        for response in episode.responses:
            told.setdefault((i, response.result, response.when.value), []).append((response, False))
        if episode.kind not in ("initial", "second_primary"):
            event = Measure("event", None, episode.kind, None, episode.when, episode.proofs)
            told.setdefault((i, event.result, event.when.value), []).append((event, episode.suspected))
    for number, ((i, result, _), tellings) in enumerate(told.items()):
        first = tellings[0][0]
        attribute = "category" if first.name == "response" else "kind"
        elements: Element = {
            "status": "preliminary" if all(suspected for _, suspected in tellings) else "final",
            "code": fixed("disease_status"),
            "subject": chart.patient,
            **chart.about(i),
            **date_time("effectiveDateTime", first.when),
            "valueCodeableConcept": concept(label(result, "fr", attribute), code("disease_status", result)),
        }
        proofs = [proof for measure, _ in tellings for proof in measure.proofs]
        chart.add("Observation", f"status-{number}", ["mcode-cancer-disease-status"], elements, proofs)


def _add_sizes(chart: Chart) -> None:
    """A tumour and its size for each lesion measured: the longest dimension, and up to two others."""
    for i, told in enumerate(chart.told("lesion", "site", "size_mm")):
        dimensions = sorted(told.fact.attributes["size_mm"], reverse=True)[:3]
        site = told.fact.attributes.get("site")
        primary = chart.condition(chart.owner(told.proofs))
        related = [extension(MCODE + "mcode-condition-related", valueReference=primary)] if primary else []
        key = f"lesion-{i}"
        body: Element = {
            **({"extension": related} if related else {}),
            "identifier": [{"use": "usual", "system": "urn:anamnese:lesion", "value": chart.id("lesion", key)}],
            "location": concept(site) or absent(),
            "patient": chart.patient,
        }
        tumour = chart.add("BodyStructure", key, ["mcode-tumor"], body, told.proofs)
        codes = ["longest"] + ["other_dimension"] * (len(dimensions) - 1)
        size: Element = {
            "status": "preliminary" if told.fact.status == "suspected" else "final",
            "code": fixed("tumour_size"),
            "subject": chart.patient,
            "focus": [tumour],
            **date_time("effectiveDateTime", When(told.fact.date)),
            "component": [
                {"code": fixed(name), "valueQuantity": quantity(value, "mm", "mm")}
                for name, value in zip(codes, dimensions, strict=True)
            ],
        }
        chart.add("Observation", f"size-{i}", ["mcode-tumor-size"], size, told.proofs)
