"""Treatment: drugs of the courses with their doses, radiotherapy, surgery, other procedures, usual medication."""

from __future__ import annotations

from anamnese.exports.fhir.chart import Chart, Placed
from anamnese.exports.fhir.elements import (
    MCODE,
    Element,
    code,
    coding,
    concept,
    date_time,
    extension,
    fixed,
    period,
    plain_number,
    quantity,
)
from anamnese.exports.terminologies import atc
from anamnese.labels import label
from anamnese.record import Course, DrugRecord, Proof, When

_SYSTEMIC = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})


def add_treatment(chart: Chart) -> None:
    """Each course as what its kind is in FHIR."""
    prescribed: set[Proof] = set()
    for placed in chart.courses:
        prescribed.update(placed.course.proofs)
        if placed.course.kind == "radiotherapy":
            _add_radiotherapy(chart, placed)
        elif placed.course.kind in _SYSTEMIC or placed.course.drugs:
            _add_drugs(chart, placed)
        else:
            _add_procedure(chart, placed)
    _add_usual_medication(chart, prescribed)


def course_resource(chart: Chart, placed: Placed) -> Element:
    """A reference to (the first of) the resources of a course."""
    if placed.course.kind == "radiotherapy" or not (placed.course.kind in _SYSTEMIC or placed.course.drugs):
        return chart.ref("Procedure", f"{placed.key}-0")
    type_ = "MedicationRequest" if placed.course.status == "planned" else "MedicationAdministration"
    return chart.ref(type_, f"{placed.key}-0")


def _intent(course: Course) -> Element:
    """The treatment intent where the value set has it; adjuvant and neoadjuvant, which it lacks, go into a note."""
    intent = code("intent", course.intent)
    if intent is None:
        return {}
    return {"extension": [extension(MCODE + "mcode-procedure-intent", valueCodeableConcept=concept(None, intent))]}


def _note(course: Course, *more: str | None) -> Element:
    """What the record tells of a course and FHIR has no element for, in words."""
    words = [
        f"protocole {course.regimen}" if course.regimen else None,
        label(course.intent, "fr") if course.intent in ("adjuvant", "neoadjuvant") else None,
        f"ligne {course.line}" if course.line is not None else None,
        f"{label(course.cycles, 'fr')} cycles" if course.cycles is not None else None,
        f"meilleure réponse : {label(course.best_response, 'fr', 'category')}" if course.best_response else None,
        *more,
    ]
    text = " ; ".join(word for word in words if word)
    return {"note": [{"text": text}]} if text else {}


def _status_reason(course: Course, as_list: bool) -> Element:
    if not course.stop_reason:
        return {}
    reason = concept(course.stop_reason)
    return {"statusReason": [reason] if as_list else reason}


def _ended(course: Course) -> str:
    """The status of a course that was begun: completed or stopped where its end is told, else unknown."""
    if course.stop_reason:
        return "stopped"
    return "completed" if course.end.value else "unknown"


def _add_drugs(chart: Chart, placed: Placed) -> None:
    """A resource for each drug; for a course that names none, one for its regimen or kind."""
    course = placed.course
    drugs = course.drugs or (DrugRecord(course.regimen or label(course.kind, "fr")),)
    add = _add_request if course.status == "planned" else _add_administration
    for i, drug in enumerate(drugs):
        add(chart, placed, drug, f"{placed.key}-{i}")


def _medication(name: str, atc_code: str | None) -> Element:
    known = atc_code or atc(name)
    return concept(name, coding("atc", known) if known else None)


def _dose(drug: DrugRecord) -> Element | None:
    if drug.dose is None:
        return None
    ucum = code("dose_unit", (drug.unit or "").lower())
    return quantity(drug.dose, drug.unit, ucum["code"] if ucum else None)


def _dosage_words(drug: DrugRecord) -> str:
    dose = f"{label(drug.dose, 'fr')} {drug.unit or ''}".strip() if drug.dose is not None else ""
    return " ".join(word for word in (dose, drug.schedule or "") if word)


def _route(drug: DrugRecord) -> Element:
    route = code("route", drug.route)
    return {"route": concept(label(drug.route, "fr"), route)} if route else {}


def _dosage(drug: DrugRecord) -> Element:
    """`dosageInstruction` (or `dosage`) of a prescription."""
    dose, words = _dose(drug), _dosage_words(drug)
    return {
        **({"text": words} if words else {}),
        **_route(drug),
        **({"doseAndRate": [{"doseQuantity": dose}]} if dose else {}),
    }


def _add_request(chart: Chart, placed: Placed, drug: DrugRecord, key: str) -> None:
    course, dosage = placed.course, _dosage(drug)
    elements: Element = {
        **_intent(course),
        "status": "unknown",
        **_status_reason(course, as_list=False),
        "intent": "plan",
        "medicationCodeableConcept": _medication(drug.name, drug.atc),
        "subject": chart.patient,
        **chart.reason(placed.tumour),
        **_note(course, f"début prévu : {course.start.value}" if course.start.value else None),
        **({"dosageInstruction": [dosage]} if dosage else {}),
    }
    profile = "mcode-cancer-related-medication-request" if placed.tumour is not None else "us-core-medicationrequest"
    chart.add("MedicationRequest", key, [profile], elements, _proofs(chart, course, "medication", "name", drug.name))


def _add_administration(chart: Chart, placed: Placed, drug: DrugRecord, key: str) -> None:
    course, dose, words = placed.course, _dose(drug), _dosage_words(drug)
    dosage = {"dosage": {"text": words, **_route(drug), "dose": dose}} if dose else {}
    elements: Element = {
        **_intent(course),
        "status": _ended(course) if course.status == "affirmed" else "unknown",
        **_status_reason(course, as_list=True),
        "medicationCodeableConcept": _medication(drug.name, drug.atc),
        "subject": chart.patient,
        **period("effectivePeriod", course.start, course.end, required=True),
        **chart.reason(placed.tumour),
        **_note(course, words if words and not dose else None),
        **dosage,
    }
    profiles = ["mcode-cancer-related-medication-administration"] if placed.tumour is not None else []
    proofs = _proofs(chart, course, "medication", "name", drug.name)
    chart.add("MedicationAdministration", key, profiles, elements, proofs)


def _add_radiotherapy(chart: Chart, placed: Placed) -> None:
    course = placed.course
    extensions = list(_intent(course).get("extension", []))
    if course.fractions is not None:
        fractions = int(plain_number(course.fractions))
        extensions.append(extension(MCODE + "mcode-radiotherapy-sessions", valueUnsignedInt=fractions))
    if course.site or course.dose_gy is not None:
        volume = _add_volume(chart, placed)
        parts = [extension("volume", valueReference=volume)]
        if course.dose_gy is not None:
            dose = quantity(course.dose_gy * 100, "cGy", "cGy")
            parts.append(extension("totalDoseDelivered", valueQuantity=dose))
        if course.fractions is not None:
            parts.append(extension("fractionsDelivered", valueUnsignedInt=int(plain_number(course.fractions))))
        if course.status != "planned":
            url = MCODE + "mcode-radiotherapy-dose-delivered-to-volume"
            extensions.append({"url": url, "extension": parts})
    elements: Element = {
        **({"extension": extensions} if extensions else {}),
        **_procedure_status(course),
        "category": fixed("radiotherapy"),
        "code": fixed("radiotherapy_course"),
        "subject": chart.patient,
        **period("performedPeriod", course.start, course.end, required=course.status != "planned"),
        **chart.reason(placed.tumour),
        **({"bodySite": [concept(course.site)]} if course.site else {}),
        **_note(course, _planned_dose(course)),
    }
    profile = "mcode-radiotherapy-course-summary" if placed.tumour is not None else "us-core-procedure"
    chart.add("Procedure", f"{placed.key}-0", [profile], elements, course.proofs)


def _planned_dose(course: Course) -> str | None:
    """The dose of a course that was not given yet: mCODE has an element for delivered doses only."""
    if course.status != "planned" or course.dose_gy is None:
        return None
    return f"dose prévue : {label(course.dose_gy, 'fr')} Gy"


def _add_volume(chart: Chart, placed: Placed) -> Element:
    """The irradiated volume, in the words of the report; the profile wants a description or an identifier."""
    site = placed.course.site
    key = f"volume-{placed.key}"
    elements: Element = {
        "identifier": [{"use": "usual", "system": "urn:anamnese:volume", "value": chart.id("volume", key)}],
        **({"description": site} if site else {}),
        "patient": chart.patient,
    }
    return chart.add("BodyStructure", key, ["mcode-radiotherapy-volume"], elements, placed.course.proofs)


def _procedure_status(course: Course) -> Element:
    if course.status == "planned":
        return {"status": "preparation"}
    if course.status != "affirmed":
        return {"status": "unknown"}
    if course.stop_reason:
        return {"status": "stopped", "statusReason": concept(course.stop_reason)}
    return {"status": "completed" if course.kind != "radiotherapy" or course.end.value else "unknown"}


def _add_procedure(chart: Chart, placed: Placed) -> None:
    """Each act of the course: surgery as mCODE has it where it treats a tumour, other acts as US Core procedures."""
    acts = (placed.course.procedure or label(placed.course.kind, "fr")).split(" + ")
    for i, act in enumerate(acts):
        _add_act(chart, placed, act, f"{placed.key}-{i}")


def _add_act(chart: Chart, placed: Placed, words: str, key: str) -> None:
    course = placed.course
    surgery = course.kind == "surgery"
    name = _surgery_name(words, placed, chart) if surgery else None
    elements: Element = {
        **_intent(course),
        **_procedure_status(course),
        **({"category": fixed("surgery")} if surgery else {}),
        "code": concept(words, code("surgery", name)),
        "subject": chart.patient,
        **date_time("performedDateTime", course.start, required=course.status != "planned"),
        **chart.reason(placed.tumour),
        **({"bodySite": [concept(course.site)]} if course.site else {}),
        **_note(
            course,
            f"marges : {course.margins}" if course.margins else None,
            f"ganglions : {course.nodes}" if course.nodes else None,
        ),
    }
    related = surgery and placed.tumour is not None
    profile = "mcode-cancer-related-surgical-procedure" if related else "us-core-procedure"
    chart.add("Procedure", key, [profile], elements, _proofs(chart, course, "therapy", "procedure", words))


def _proofs(chart: Chart, course: Course, type_: str, name: str, value: str) -> list[Proof]:
    """The proofs of one drug or act of a course: not those that name another, unless none names it."""
    facts = [(proof, chart.fact(proof)) for proof in course.proofs]
    named = {fact.attributes.get(name) for _, fact in facts if fact is not None and fact.type == type_}
    if value not in named:
        return list(course.proofs)
    return [
        proof
        for proof, fact in facts
        if fact is None or fact.type != type_ or fact.attributes.get(name) in (value, None)
    ]


def _surgery_name(words: str, placed: Placed, chart: Chart) -> str | None:
    """The name of an operation as `codes.tsv` has it: its words, else as many of the first as are there.

    A key with a topography (`lobectomie@C34`) is for operations on a tumour of that organ."""
    tumour = chart.history.tumours[placed.tumour] if placed.tumour is not None else None
    organ = (tumour.topography or "")[:3] if tumour is not None else ""
    told = words.split(" ")
    for count in range(len(told), 0, -1):
        name = " ".join(told[:count])
        for key in (f"{name}@{organ}", name):
            if code("surgery", key):
                return key
    return None


def _add_usual_medication(chart: Chart, prescribed: set[Proof]) -> None:
    """The drugs that are no part of a course: statements, for the report does not tell whether they are still taken."""
    of_courses = {drug.name for placed in chart.courses for drug in placed.course.drugs}
    for i, told in enumerate(chart.told("medication", "name", "dose", "unit", "schedule")):
        attributes = told.fact.attributes
        if prescribed.intersection(told.proofs) or attributes["name"] in of_courses:
            continue
        drug = DrugRecord(
            attributes["name"],
            attributes.get("dose"),
            attributes.get("unit"),
            attributes.get("schedule"),
            attributes.get("route"),
        )
        dosage = _dosage(drug)
        elements: Element = {
            "status": "intended" if told.fact.status == "planned" else "unknown",
            "medicationCodeableConcept": _medication(drug.name, None),
            "subject": chart.patient,
            **date_time("effectiveDateTime", When(told.fact.date)),
            **({"dosage": [dosage]} if dosage else {}),
        }
        chart.add("MedicationStatement", f"medication-{i}", [], elements, told.proofs)
