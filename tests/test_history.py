"""The record: measured on the sample histories; ordered; the same whatever the order and number of reports."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import anamnese
from anamnese.case import FACT_TYPES, REQUIRED, Case, Fact, Report
from anamnese.cli import app
from anamnese.evaluate_history import HistoryEvaluation, compare, reports_of
from anamnese.history.build import history
from anamnese.history.patients import of_each_patient
from anamnese.history.text import render
from anamnese.reading.fold import fold
from anamnese.record import Course, History, TimelineEvent, plain
from anamnese.schema import findings_schema, history_schema

SAMPLES = Path(anamnese.__file__).parent / "samples"
GOLD = sorted((SAMPLES / "histories").glob("*.json"))
FOLDERS = [SAMPLES / "cases", SAMPLES / "hospital"]
WORDS = (
    "Le 3 mars 2019, carcinome du sein traité en première ligne par docétaxel, arrêté pour toxicité. Rechute, "
    "mastectomie R0 avec 2N+/12 puis entretien. Réponse complète, rémission. Décès en 2021.\n"
)


def read_case(path: Path) -> Case:
    return anamnese.read(path.read_text(encoding="utf-8"), path.stem)


def gold_case(path: Path) -> Case:
    """The report with the facts that a reader found, so that only the making of the record is measured."""
    report = read_case(path).report
    facts = []
    for flat in json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["facts"]:
        own = {
            key: value for key, value in flat.items() if key not in ("type", "start", "end", "quote", "status", "date")
        }
        facts.append(
            Fact(
                flat["type"],
                flat["start"],
                flat["end"],
                flat["quote"],
                own,
                flat.get("status", "affirmed"),
                flat.get("date"),
            )
        )
    return Case(report, tuple(sorted(facts, key=lambda fact: (fact.start, fact.end))))


def measured(read: Any) -> HistoryEvaluation:
    result = HistoryEvaluation()
    for path in GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        compare(gold, history([read(report) for report in reports_of(gold["id"], FOLDERS)]), result)
    return result


def test_sample_histories_from_gold_facts() -> None:
    result = measured(gold_case)
    assert result.episodes_and_courses() >= 0.95, result.faults
    assert result.order() == 1, result.faults
    assert result.parts["courses"].precision >= 0.95


def test_sample_histories_from_texts() -> None:
    result = measured(read_case)
    assert result.episodes_and_courses() >= 0.95, result.faults
    assert result.order() >= 0.95, result.faults


DATES = st.sampled_from(
    [
        "2015",
        "2015-03",
        "2015-03-20",
        "2015-11",
        "2016",
        "2016-02-29",
        "2018-07",
        "2019-01-01",
        "2020-12-31",
        "2021",
        None,
    ]
)


def value(schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
    """A value that a schema of the fact format allows."""
    if name in ("start_date", "end_date", "value") and "pattern" in schema:
        return DATES.filter(bool)
    known = {
        "topography": ["C50.9", "C50.1", "C34.1", "C18.7", "C80.9", "C61.9", "C77.9", "C44.3"],
        "morphology": ["8500/3", "8140/3", "8000/3", "8090/3", "9680/3", "8211/0", "8010/6"],
        "procedure": ["mastectomie", "colectomie", "polypectomie", "curage axillaire"],
        "regimen": ["FEC", "FOLFOX", "CHIP"],
        "name": ["ER", "docétaxel", "Ki-67"],
        "analyte": ["psa", "cea", "hémoglobine"],
    }
    if name in known:
        return st.sampled_from(known[name])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "array":
        return st.lists(
            st.sampled_from(["docétaxel", "trastuzumab", "létrozole", "goséréline"])
            if name == "drugs"
            else st.just(12.0),
            min_size=1,
            max_size=3,
            unique=True,
        )
    return (
        st.sampled_from([1, 6, 40.5])
        if schema.get("type") == "number"
        else st.sampled_from(["1", "2", "IIIA", "IV", "%"])
    )


@st.composite
def facts(draw: st.DrawFn, length: int) -> Fact:
    kind = draw(st.sampled_from(sorted(FACT_TYPES)))
    own = {
        name: draw(value(schema, name))
        for name, schema in FACT_TYPES[kind].items()
        if name in REQUIRED.get(kind, ()) or draw(st.booleans())
    }
    start = draw(st.integers(0, length - 2))
    end = draw(st.integers(start + 1, length))
    status = draw(st.sampled_from(["affirmed", "affirmed", "affirmed", "suspected", "planned", "family", "negated"]))
    return Fact(kind, start, end, "mots", own, status, draw(DATES))


@st.composite
def cases(draw: st.DrawFn) -> list[Case]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        text = WORDS * draw(st.integers(1, 3)) + f"Compte rendu {number}."
        sentences = tuple(sorted({0, *(i + 1 for i, char in enumerate(text) if char in ".\n" and i + 1 < len(text))}))
        told = draw(st.lists(facts(len(text)), max_size=14))
        report = Report(f"r{number}", text, fold(text), (), sentences, draw(DATES))
        found.append(Case(report, tuple(sorted(told, key=lambda fact: (fact.start, fact.end)))))
    return found


def earliest(event: TimelineEvent) -> str:
    return event.when.earliest or ""


def all_courses(record: History) -> Iterator[Course]:
    yield from record.other_courses
    for tumour in record.tumours:
        for episode in tumour.episodes:
            yield from episode.courses


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), st.randoms(use_true_random=False))
def test_any_facts(reports: list[Case], random: Any) -> None:
    record = history(reports)
    assert all(earliest(a) <= earliest(b) for a, b in pairwise(record.timeline))
    for event in record.timeline:
        assert (event.when.earliest or "") <= (event.when.latest or "9999")
        assert event.proofs
        assert event.when.certainty == "placed" or event.when.value
    for course in all_courses(record):
        assert course.proofs
        assert not (course.start.earliest and course.end.latest) or course.start.earliest <= course.end.latest
    by_id = {case.report.id: case for case in reports}
    for proof in (proof for event in record.timeline for proof in event.proofs):
        assert proof.fact < len(by_id[proof.report].facts)
    shuffled = [*reports]
    random.shuffle(shuffled)
    assert history(shuffled) == record
    assert history([*reports, *shuffled]) == record
    json.dumps(plain(record))


@pytest.mark.parametrize("patient", ["smp01", "smp02", "smp03", "smp04", "smp05"])
def test_reports_of_a_patient_merge(patient: str) -> None:
    reports = [read_case(path) for path in sorted((SAMPLES / "hospital").glob(f"{patient}-*.txt"))]
    assert reports
    record = history(reports)
    assert history(reports[::-1]) == record
    assert set(record.reports) == {case.report.id for case in reports}


def test_no_case() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        history([])


def test_records_validate_against_the_published_schema() -> None:
    schema = history_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator.check_schema(findings_schema())
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted(SAMPLES.glob("cases/*.txt")):
        validator.validate(json.loads(json.dumps(plain(history([read_case(path)])))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_any_record_validates(reports: list[Case]) -> None:
    jsonschema.Draft202012Validator(history_schema()).validate(json.loads(json.dumps(plain(history(reports)))))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_any_record_has_a_summary(reports: list[Case]) -> None:
    for language in ("fr", "en"):
        assert render(history(reports), reports, language)  # type: ignore[arg-type]


def test_summary_is_built_from_facts() -> None:
    case = read_case(SAMPLES / "cases" / "lung-1.txt")
    text = render(history([case]), [case])
    assert "Femme de 52 ans" in text
    assert "ALK réarrangé" in text
    assert "alectinib" in text
    head, foot = text.split("\nPreuves\n")
    numbers = {int(number) for group in re.findall(r"\[([\d,]+)\]", head) for number in group.split(",")}
    assert numbers == set(range(1, foot.count("\n") + 1))
    english = render(history([case]), [case], "en")
    assert "Woman aged 52" in english
    assert "line 1" in english


def read_text(text: str, id: str = "cas") -> Case:
    return anamnese.read(text, id)


def test_metastases_after_a_free_interval_are_a_relapse() -> None:
    case = read_text(
        "Femme de 50 ans. En mars 2014, carcinome canalaire infiltrant du sein gauche pT2N0M0. "
        "Mastectomie gauche le 2 avril 2014.\n"
        "En juin 2019, le scanner montre des métastases hépatiques.\n"
    )
    tumour = history([case]).tumours[0]
    assert [(e.kind, e.when.value) for e in tumour.episodes] == [("initial", "2014-03"), ("relapse_distant", "2019-06")]
    assert tumour.episodes[1].sites == ("liver",)


def test_operations_of_one_day_are_one_course() -> None:
    case = read_text(
        "Carcinome canalaire infiltrant du sein droit diagnostiqué en mars 2014. "
        "Mastectomie droite et curage axillaire le 2 avril 2014 : marges saines, 2 ganglions sur 14.\n"
    )
    (course,) = history([case]).tumours[0].episodes[0].courses
    assert course.procedure is not None
    assert "mastectomie" in course.procedure and "curage" in course.procedure
    assert (course.margins, course.nodes, course.end.value) == ("R0", "2/14", "2014-04-02")


def test_a_told_line_goes_before_counting() -> None:
    case = read_text(
        "Adénocarcinome du poumon droit stade IV diagnostiqué en mars 2014. "
        "Troisième ligne par docétaxel en mai 2016.\n"
    )
    courses = list(all_courses(history([case])))
    assert [course.line for course in courses] == [3]


def test_the_same_course_in_two_reports_is_one() -> None:
    first = read_text("Adénocarcinome du côlon. FOLFOX du 3 mars 2014 au 5 mai 2014, 4 cures.\n", "a")
    second = read_text("Adénocarcinome du côlon traité par FOLFOX en mars 2014.\n", "b")
    (course,) = all_courses(history([first, second]))
    assert {proof.report for proof in course.proofs} == {"a", "b"}
    assert (course.start.value, course.end.value) == ("2014-03-03", "2014-05-05")


def test_history_command(tmp_path: Path) -> None:
    report = tmp_path / "un.txt"
    report.write_text(
        "Femme de 60 ans. Carcinome canalaire infiltrant du sein gauche en mars 2014.\n", encoding="utf-8"
    )
    (tmp_path / "deux.txt").write_text("Carcinome du sein gauche. Mastectomie le 2 avril 2014.\n", encoding="utf-8")
    runner = CliRunner()
    text = runner.invoke(app, ["history", str(report), "--format", "text"])
    assert text.exit_code == 0
    assert "Femme de 60 ans" in text.stdout
    assert "« Carcinome canalaire infiltrant" in text.stdout
    english = runner.invoke(app, ["history", str(report), "--format", "text", "--english"])
    assert "Woman aged 60" in english.stdout
    out = tmp_path / "out" / "record.json"
    out.parent.mkdir()
    assert runner.invoke(app, ["history", str(tmp_path), "--format", "json", "--out", str(out)]).exit_code == 0
    record = json.loads(out.read_text(encoding="utf-8"))
    assert sorted(record["reports"]) == ["deux", "un"]
    assert len(record["tumours"]) == 1
    for of in ("facts", "history", "findings"):
        jsonschema.Draft202012Validator.check_schema(json.loads(runner.invoke(app, ["schema", "--of", of]).stdout))
    assert runner.invoke(app, ["history", str(tmp_path / "absent.txt")]).exit_code == 2
    assert runner.invoke(app, ["history", str(report), "--out", str(tmp_path / "no" / "x.json")]).exit_code == 1


def test_evaluating_histories() -> None:
    result = CliRunner().invoke(app, ["evaluate", "--histories", str(SAMPLES / "histories")])
    assert result.exit_code == 0
    assert "episodes and courses right" in result.stdout
    assert CliRunner().invoke(app, ["evaluate", "--histories", str(SAMPLES / "cases")]).exit_code in (1, 2)


def test_an_item_goes_to_the_tumour_that_its_words_name() -> None:
    case = read_text(
        "Femme de 70 ans. Carcinome canalaire infiltrant du sein gauche en mars 2010, traité par "
        "mastectomie le 5 avril 2010.\n"
        "En mai 2016, adénocarcinome du côlon sigmoïde. Sigmoïdectomie le 3 juin 2016, puis FOLFOX en juillet 2016.\n"
        "Létrozole depuis mai 2010.\n"
    )
    breast, colon = history([case]).tumours
    assert (breast.topography or "")[:3] == "C50"
    assert (colon.topography or "")[:3] == "C18"
    given = {
        name: [
            course.regimen or course.procedure or course.drugs[0].name for e in tumour.episodes for course in e.courses
        ]
        for name, tumour in (("breast", breast), ("colon", colon))
    }
    assert given == {"breast": ["mastectomie", "létrozole"], "colon": ["sigmoïdectomie", "FOLFOX"]}


def test_patients_of_a_series_are_kept_apart() -> None:
    case = read_text(
        "Observation 1\nFemme de 50 ans. Carcinome du col de l'utérus. "
        "Elle est traitée par hystérectomie. Décès en mai 2012.\n"
        "Observation 2\nHomme de 60 ans. Adénocarcinome de la prostate. Il reçoit du docétaxel en mars 2015.\n"
    )
    record = history([case])
    assert record.patient.sex == "female"
    assert record.patient.death.value == "2012-05"
    drugs = [[d.name for e in t.episodes for c in e.courses for d in c.drugs] for t in record.tumours]
    assert sorted(drugs) == [[], ["docétaxel"]]


def test_a_series_gives_each_patient_a_record(tmp_path: Path) -> None:
    text = (
        "Observation 1. Femme de 31 ans, carcinome du sein gauche opéré par mastectomie en mai 2010.\n"
        "Observation 2. Homme de 60 ans, adénocarcinome du côlon opéré par colectomie en juin 2012.\n"
    )
    first, second = of_each_patient(anamnese.read(text, "series"))
    assert [history([part]).patient.sex for part in (first, second)] == ["female", "male"]
    assert [tumour.topography for tumour in history([second]).tumours] == ["C18.9"]
    for part in (first, second):
        for tumour in history([part]).tumours:
            assert all(part.facts[proof.fact].type == "tumour" for proof in tumour.proofs)
    file = tmp_path / "series.txt"
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["history", str(file), "--format", "text"])
    assert "2 patients" in run.stderr and "mastectomie" in run.stdout and "colectomie" not in run.stdout
    run = CliRunner().invoke(app, ["history", str(file), "--format", "text", "--patient", "2"])
    assert not run.stderr and "colectomie" in run.stdout and "mastectomie" not in run.stdout
    assert CliRunner().invoke(app, ["history", str(file), "--patient", "3"]).exit_code == 2
    single = anamnese.read("Femme de 31 ans, carcinome du sein.", "one")
    assert of_each_patient(single) == (single,)


@pytest.mark.parametrize(
    ("text", "age_at", "birth_year"),
    [
        ("Homme de 74 ans, artérite pontée en 2008, opéré d'un carcinome basocellulaire en 2012. Il consulte en mars "
         "2016 pour une hématurie : carcinome urothélial de la vessie.", "2016-03", (1941, 1942)),
        ("Femme de 47 ans, ménopausée par annexectomie en 2011. En février 2015, la biopsie montre un carcinome "
         "lobulaire du sein droit. Elle a reçu du létrozole en octobre 2015.", "2015-02", (1967, 1968)),
        ("Homme de 71 ans, deux stents en 2013. Il est amené aux urgences le 7 janvier 2021. Carcinome à petites "
         "cellules du poumon.", "2021-01-07", (1949, 1950)),
        ("Femme de 56 ans. Carcinome du sein gauche diagnostiqué en mai 2005, à l'âge de 49 ans.", None, (1955, 1956)),
        ("Femme de 30 ans. Carcinome du sein. Sa mère a eu un cancer en 1990, à l'âge de 60 ans.", None, None),
    ],
)  # fmt: skip
def test_an_age_holds_when_the_patient_came(text: str, age_at: str | None, birth_year: tuple[int, int] | None) -> None:
    patient = history([anamnese.read(text, "one")]).patient
    assert patient.age_at.value == age_at
    assert patient.birth_year == birth_year


@pytest.mark.parametrize("first", [0, 1])
def test_what_is_recalled_without_its_drugs_or_its_day_is_no_new_course(first: int) -> None:
    texts = [
        "COMPTE RENDU OPERATOIRE DU 06/07/2023\nMme X, 50 ans\nIntervention : mastectomie gauche et curage axillaire "
        "pour carcinome canalaire infiltrant du sein gauche.\n"
        "Rappel : 4 EC néoadjuvants du 02/01/2023 au 06/03/2023.\n",
        "COMPTE RENDU D'IMAGERIE DU 12/02/2025\nMme X, 52 ans\nCarcinome canalaire infiltrant du sein gauche, "
        "mastectomie + curage en juin 2023 après chimiothérapie néoadjuvante.\n",
    ]
    cases = [anamnese.read(text, name) for text, name in zip(texts, ("ab"[first], "ab"[1 - first]), strict=True)]
    given = [course for tumour in history(cases).tumours for e in tumour.episodes for course in e.courses]
    assert [(course.kind, course.start.value) for course in given] == [
        ("chemotherapy", "2023-01-02"),
        ("surgery", "2023-07-06"),
    ]


def test_what_prepares_cell_therapy_is_no_line() -> None:
    case = read_text(
        "Lymphome diffus à grandes cellules B en février 2021. R-CHOP, 6 cures, du 03/03/2021 au 16/06/2021.\n"
        "07/12/2022 : R-DHAP x 2, progression à la TEP du 17/01/2023.\n"
        "Bridging par R-GEMOX le 13/02/2023. Lymphodéplétion du 09/03/2023 au 11/03/2023 : fludarabine et "
        "cyclophosphamide. CAR-T (axicabtagène ciloleucel) le 14/03/2023, réfractaire en 2ème ligne.\n"
    )
    given = [course for tumour in history([case]).tumours for e in tumour.episodes for course in e.courses]
    assert [(course.start.value, course.line) for course in given] == [
        ("2021-03-03", 1), ("2022-12-07", 2), ("2023-02-13", None), ("2023-03-09", None), ("2023-03-14", 3),
    ]  # fmt: skip


def test_what_is_planned_and_then_done_is_one_course() -> None:
    plan = read_text("RCP du 03/03/2020\nAdénocarcinome du rectum. Proposition : hépatectomie prévue.\n", "a")
    done = read_text("Compte rendu opératoire du 20/04/2020\nHépatectomie le 20/04/2020.\n", "b")
    courses = [course for course in all_courses(history([plan, done])) if course.kind == "surgery"]
    assert [(course.status, course.start.value) for course in courses] == [("affirmed", "2020-04-20")]
