"""The cohort: what is observed of a case, survival against values computed by hand, swimmer rows, counts, tables."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anamnese.cohort.columns import FIELDS, Coded, Columns, row
from anamnese.cohort.distributions import DISTRIBUTIONS, Bar, Part, distribution
from anamnese.cohort.grouping import GROUPINGS, MOST_GROUPS, OTHERS, grouped
from anamnese.cohort.observation import Interval, Observation, main_tumour, observe, stage_at_diagnosis
from anamnese.cohort.survival import LogRank, Median, Point, Survival, survival, thinned
from anamnese.cohort.swimmer import Bar as Segment
from anamnese.cohort.swimmer import Mark, Swimmer, swim
from anamnese.cohort.tables import (
    curve_table,
    distribution_table,
    group_table,
    landmark_table,
    swimmer_table,
    to_csv,
)
from anamnese.history.calendar import first_day, last_day
from anamnese.history.durations import durations
from anamnese.record import (
    Course,
    DrugRecord,
    Episode,
    EpisodeKind,
    History,
    Measure,
    PatientRecord,
    StageRecord,
    TumourRecord,
    When,
)

UNKNOWN = When()


def on(value: str | None) -> When:
    return When(value, first_day(value), last_day(value)) if value else UNKNOWN


def patient(death: str | None = None, news: str | None = None, **other: object) -> PatientRecord:
    made = PatientRecord(
        "female", 60.0, UNKNOWN, None, None, "dead" if death else "alive", on(news), on(death), (), (), ()
    )
    return replace(made, **other)  # type: ignore[arg-type]


def course(kind: str, start: str | None, end: str | None = None, **other: object) -> Course:
    made = Course(
        kind, None, None, False, (), None, on(start), on(end), None, "affirmed", None, None, None, None, None, None,
        None, (), None, (),
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def episode(kind: EpisodeKind, when: str | None, *courses: Course, responses: tuple[Measure, ...] = ()) -> Episode:
    return Episode(kind, on(when), (), False, courses, responses, ())


def response(result: str, when: str) -> Measure:
    return Measure("response", None, result, None, on(when), ())


def stage(group: str | None, when: str | None, **other: object) -> StageRecord:
    return replace(StageRecord("stage", "clinical", None, None, None, None, group, on(when), ()), **other)  # type: ignore[arg-type]


def tumour(diagnosed: str | None, *episodes: Episode, **other: object) -> TumourRecord:
    made = TumourRecord("C50.9", "8500/3", None, None, "affirmed", on(diagnosed), "histology", (), (), episodes, ())
    return replace(made, **other)  # type: ignore[arg-type]


def story(person: PatientRecord, *tumours: TumourRecord) -> History:
    return History(person, tumours, (), (), durations(person, tumours), ())


def columns(*observations: Observation) -> Columns:
    return Columns.of([(number, *row(observed)) for number, observed in enumerate(observations)])


def observed(*months: tuple[float, bool], **other: object) -> list[Observation]:
    made = [Observation(overall_survival=Interval(month, month, event)) for month, event in months]
    return [replace(one, **other) for one in made]  # type: ignore[arg-type]


def overall(held: Columns, by: str = "none") -> Survival:
    return survival(held, "overall_survival", grouped(held, by))


class TestObservation:
    def test_survival_runs_from_diagnosis_to_death_with_the_bounds_of_imprecise_dates(self) -> None:
        seen = observe(story(patient(death="2012-07"), tumour("2010-01-01")))
        assert seen.overall_survival == Interval(30.0, 30.9, True)

    def test_the_last_news_censors(self) -> None:
        seen = observe(story(patient(news="2011-01-01"), tumour("2010-01-01")))
        assert seen.overall_survival == Interval(12.0, 12.0, False)

    def test_nothing_is_measured_without_a_date_of_diagnosis(self) -> None:
        assert observe(story(patient(news="2011-01-01"), tumour(None))).overall_survival is None

    def test_progression_free_survival_is_that_of_the_first_line(self) -> None:
        first = course("chemotherapy", "2010-02-01", line=1, regimen="FOLFOX")
        second = course("targeted", "2011-01-01", line=2)
        seen = observe(
            story(
                patient(death="2012-01-01"),
                tumour(
                    "2010-01-01", episode("initial", "2010-01-01", first), episode("progression", "2010-12-31", second)
                ),
            )
        )
        assert seen.progression_free_survival == Interval(10.9, 10.9, True)
        assert (seen.first_line, seen.first_regimen) == ("chemotherapy", "FOLFOX")

    def test_drugs_name_a_first_line_without_a_regimen(self) -> None:
        line = course("chemotherapy", "2010-02", line=1, drugs=(DrugRecord("cisplatine"), DrugRecord("étoposide")))
        seen = observe(story(patient(), tumour("2010-01", episode("initial", "2010-01", line))))
        assert seen.first_regimen == "cisplatine + étoposide"

    def test_a_relapse_ends_the_time_to_relapse(self) -> None:
        seen = observe(
            story(
                patient(death="2013-01-01"),
                tumour("2010-01-01", episode("initial", None), episode("relapse_local", "2011-01-01")),
            )
        )
        assert seen.time_to_relapse == Interval(12.0, 12.0, True)

    def test_death_without_relapse_censors_the_time_to_relapse(self) -> None:
        operated = episode("initial", "2010-01-01", course("surgery", "2010-02-01"))
        seen = observe(story(patient(death="2011-01-01"), tumour("2010-01-01", operated)))
        assert seen.time_to_relapse == Interval(12.0, 12.0, False)
        assert seen.overall_survival == Interval(12.0, 12.0, True)

    @pytest.mark.parametrize(
        "never_gone",
        [
            tumour(
                "2010-01-01", episode("initial", None, course("surgery", "2010-02")), stages=(stage("IV", "2010-01"),)
            ),
            tumour(
                "2010-01-01", episode("initial", None, course("surgery", "2010-02")), episode("progression", "2010-06")
            ),
            tumour("2010-01-01", episode("initial", None, course("chemotherapy", "2010-02"))),
            tumour("2010-01-01", episode("initial", None, course("radiotherapy", "2010-02", intent="palliative"))),
        ],
        ids=["metastatic", "progressing", "never treated locally", "palliative"],
    )
    def test_a_disease_that_was_never_gone_cannot_relapse(self, never_gone: TumourRecord) -> None:
        assert observe(story(patient(news="2011-01-01"), never_gone)).time_to_relapse is None

    def test_a_remission_can_relapse(self) -> None:
        gone = tumour(
            "2010-01-01",
            episode("initial", None, course("chemotherapy", "2010-02"), responses=(response("complete", "2010-06"),)),
        )
        assert observe(story(patient(news="2011-01-01"), gone)).time_to_relapse == Interval(12.0, 12.0, False)

    def test_age_is_that_at_diagnosis(self) -> None:
        person = patient(age_years=70.0, age_at=on("2020-06-15"), birth_date=None)
        assert observe(story(person, tumour("2010-06-15"))).age == 60.0
        born = patient(birth_date="1950-06-15")
        assert observe(story(born, tumour("2010-06-15"))).age == 60.0
        told = patient(age_years=55.0)
        assert observe(story(told, tumour("2010-06-15"))).age == 55.0

    def test_the_first_treatment_is_that_of_the_tumour(self) -> None:
        held = tumour(
            "2010-01-01",
            episode(
                "initial", None, course("hormone", "2010-09"), course("surgery", "2010-03"), course("other", "2001-01")
            ),
        )
        seen = observe(story(patient(), held))
        assert seen.first_treatment == "surgery"
        assert seen.treatments == ("hormone", "surgery", "other")

    def test_planned_courses_were_not_given(self) -> None:
        planned = episode("initial", None, course("surgery", "2010-03", status="planned"))
        assert observe(story(patient(), tumour("2010-01-01", planned))).treatments == ()

    def test_the_first_result_of_a_marker_counts(self) -> None:
        markers = tuple(
            Measure("HER2", None, result, None, on(day), ())
            for result, day in (("negative", "2010"), ("positive", "2014"))
        )
        assert observe(story(patient(), tumour("2010", biomarkers=markers))).markers == ("HER2=negative",)

    def test_a_patient_without_tumour_is_observed_too(self) -> None:
        assert observe(story(patient())) == Observation(sex="female")


class TestMainTumour:
    def test_malignant_before_benign_and_skin_last(self) -> None:
        benign, skin, organ = (
            tumour("2001", topography="C18.6", morphology="8211/0"),
            tumour("2002", topography="C44.3", morphology="8090/3"),
            tumour("2012", topography="C67.9", morphology="8131/3"),
        )
        assert main_tumour(story(patient(), benign, skin, organ)) == 2
        assert main_tumour(story(patient(), benign, skin)) == 1

    def test_melanoma_is_no_skin_to_pass_over(self) -> None:
        melanoma = tumour("2002", episode("initial", "2002"), topography="C44.3", morphology="8720/3")
        assert main_tumour(story(patient(), tumour("2012"), melanoma)) == 1

    def test_none_without_tumours(self) -> None:
        assert main_tumour(story(patient())) is None


class TestStage:
    @pytest.mark.parametrize(
        ("stages", "expected"),
        [
            ((stage("IIIA", "2010-02"),), "III"),
            ((stage("IVB", "2010-02"),), "IV"),
            ((stage("IC2", "2010-02", system="FIGO"),), "I"),
            ((stage("0", "2010-02"),), "0"),
            ((stage(None, "2010-02", system="TNM", t="2", n="1", m="1b"),), "IV"),
            ((stage(None, "2010-02", system="TNM", t="2", n="1", m="0"),), None),
            ((stage("4+4", "2010-02", system="Gleason"),), None),
            ((stage("II", "2010-02", basis="post_therapy"), stage("III", "2010-02")), "III"),
            ((stage("IV", "2012-06", basis="clinical"),), None),
            ((), None),
        ],
    )
    def test_the_group_at_diagnosis(self, stages: tuple[StageRecord, ...], expected: str | None) -> None:
        held = tumour("2010-01", episode("initial", "2010-01"), episode("relapse", "2012-06"), stages=stages)
        assert stage_at_diagnosis(held) == expected

    def test_m1_is_no_stage_four_in_the_testis(self) -> None:
        spread = stage(None, "2010-02", system="TNM", t="1", n="2", m="1a")
        assert stage_at_diagnosis(tumour("2010-01", stages=(spread,), topography="C62.9")) is None


class TestSwimmer:
    def test_courses_and_marks_in_months_from_the_diagnosis(self) -> None:
        held = tumour(
            "2010-01-01",
            episode("initial", "2010-01-01", course("surgery", "2010-01-31", procedure="mastectomie")),
            episode(
                "relapse_distant",
                "2012-01-01",
                course("chemotherapy", "2012-02-01", "2012-08-01", line=1, regimen="FEC"),
                responses=(response("partial", "2012-05-01"),),
            ),
        )  # fmt: skip
        assert swim(story(patient(death="2013-01-01"), held), 0) == Swimmer(
            36.0,
            (
                Segment("surgery", 1.0, 1.0, True, None, "mastectomie"),
                Segment("chemotherapy", 25.0, 31.0, True, 1, "FEC"),
            ),
            (Mark("relapse", 24.0), Mark("partial_response", 28.0), Mark("death", 36.0)),
        )

    def test_a_course_without_end_is_drawn_to_the_next_turn_and_says_so(self) -> None:
        held = tumour(
            "2010-01-01",
            episode("initial", None, course("hormone", "2010-02-01")),
            episode("progression", "2010-07-01", course("chemotherapy", "2010-08-01")),
        )
        drawn = swim(story(patient(news="2011-01-01"), held), 0)
        assert drawn is not None
        assert [(bar.kind, bar.start, bar.end, bar.ended) for bar in drawn.bars] == [
            ("hormone", 1.0, 5.9, False),
            ("chemotherapy", 7.0, 12.0, False),
        ]
        assert drawn.marks == (Mark("progression", 5.9), Mark("followed", 12.0))

    def test_no_row_without_the_dates_that_bound_it(self) -> None:
        assert swim(story(patient(), tumour("2010")), 0) is None
        assert swim(story(patient(news="2011"), tumour(None)), 0) is None

    def test_nothing_is_drawn_beyond_the_last_news(self) -> None:
        held = tumour("2010-01-01", episode("initial", None, course("chemotherapy", "2010-06-01", "2012-01-01")))
        drawn = swim(story(patient(news="2011-01-01"), held), 0)
        assert drawn is not None
        assert drawn.bars[0].end == drawn.end == 12.0

    def test_json_keeps_all(self) -> None:
        drawn = Swimmer(12.5, (Segment("surgery", 1.0, 1.0, True, None, "« été »"),), (Mark("death", 12.5),))
        assert Swimmer.from_json(drawn.to_json()) == drawn


class TestSurvival:
    def test_against_values_computed_by_hand(self) -> None:
        """Five patients, events at 1, 3 and 5 months, censored at 2 and 4: S is 4/5, then 4/5 × 2/3, then 0."""
        held = columns(*observed((1, True), (2, False), (3, True), (4, False), (5, True)))
        (curve,) = overall(held).curves
        steps = {point.month: point.survival for point in curve.points}
        assert steps == pytest.approx({0: 1, 1: 0.8, 2: 0.8, 3: 0.8 * 2 / 3, 4: 0.8 * 2 / 3, 5: 0})
        assert (curve.n, curve.events, curve.censored, curve.last) == (5, 3, (2.0, 4.0), 5.0)
        assert curve.median.months == 5
        assert [mark.at_risk for mark in curve.landmarks] == [5, 5, 4, 3, 2, 1]

    def test_the_band_is_greenwoods_on_the_log_log_scale(self) -> None:
        held = columns(*observed((1, True), (2, False), (3, True), (4, False), (5, True)))
        at = {point.month: point for point in overall(held).curves[0].points}
        for month, shown, variance in ((1, 0.8, 1 / 20), (3, 0.8 * 2 / 3, 1 / 20 + 1 / 6)):
            spread = 1.959964 * math.sqrt(variance) / abs(math.log(shown))
            assert at[month].low == pytest.approx(shown ** math.exp(spread), abs=1e-5)
            assert at[month].high == pytest.approx(shown ** math.exp(-spread), abs=1e-5)

    def test_the_log_rank_test_against_a_table_by_hand(self) -> None:
        """Events at 1 and 3 in one group, 2 and 4 in the other: 2 observed, 1/2 + 1/3 + 1/2 expected, variance
        1/4 + 2/9 + 1/4."""
        held = columns(*observed((1, True), (3, True), sex="male"), *observed((2, True), (4, True), sex="female"))
        test = overall(held, "sex").log_rank
        assert test is not None
        assert test.chi2 == pytest.approx((2 - 4 / 3) ** 2 / (13 / 18), abs=1e-4)
        assert test.degrees == 1
        assert test.p == pytest.approx(math.erfc(math.sqrt(test.chi2 / 2)), abs=1e-4)

    def test_bounds_count_at_their_midpoint_and_are_told(self) -> None:
        held = columns(Observation(overall_survival=Interval(4, 16, True)), *observed((20, False)))
        (curve,) = overall(held).curves
        assert [point.month for point in curve.points] == [0, 10, 20]
        assert curve.imprecise == 1

    def test_the_curve_stops_at_the_last_follow_up(self) -> None:
        held = columns(*observed((10, True), (50, False), sex="male"), *observed((8, False), (12, False), sex="female"))
        curves = {curve.group: curve for curve in overall(held, "sex").curves}
        assert curves["female"].points[-1].month == curves["female"].last == 12
        shown = {mark.month: mark.survival for mark in curves["female"].landmarks}
        assert shown[12] == 1
        assert shown[24] is None
        assert curves["male"].landmarks[-1].survival == 0.5

    def test_a_median_that_is_not_reached_is_none(self) -> None:
        (curve,) = overall(columns(*observed((5, True), (10, False), (10, False)))).curves
        assert curve.median == Median(None, 5.0, None)

    def test_the_follow_up_is_the_time_to_censoring(self) -> None:
        """Reverse Kaplan-Meier: of those censored at 4, 8 and 12 months, with a death at 2 that cuts one short."""
        held = columns(*observed((2, True), (4, False), (8, False), (12, False)))
        assert overall(held).follow_up.months == 8

    def test_the_interval_of_a_median_has_no_end_where_nobody_is_left_to_tell_it(self) -> None:
        assert overall(columns(*observed((5, True), (9, True)))).curves[0].median == Median(5.0, 5.0, None)
        assert overall(columns(*observed((4, False), (9, True)))).curves[0].median == Median(9.0, None, None)

    def test_nobody_dead_gives_a_flat_curve_and_no_test(self) -> None:
        held = columns(*observed((5, False), sex="male"), *observed((8, False), sex="female"))
        shown = overall(held, "sex")
        assert all(point.survival == 1 for curve in shown.curves for point in curve.points)
        assert shown.log_rank is None

    def test_those_without_measure_or_group_are_counted_apart(self) -> None:
        held = columns(*observed((5, True), sex="male"), *observed((8, True)), Observation(sex="male"))
        shown = overall(held, "sex")
        assert (shown.unobserved, shown.ungrouped) == (1, 1)
        assert [curve.n for curve in shown.curves] == [1]

    def test_small_groups_are_marked(self) -> None:
        few, many = observed(*[(1, True)] * 9, sex="male"), observed(*[(1, True)] * 10, sex="female")
        assert {c.group: c.few for c in overall(columns(*few, *many), "sex").curves} == {"male": True, "female": False}

    def test_an_empty_cohort_has_no_curves(self) -> None:
        assert overall(columns()) == Survival("overall_survival", (), (0,), None, Median(None, None, None), 0, 0)

    @given(st.lists(st.tuples(st.floats(0, 200), st.booleans()), min_size=1, max_size=60))
    def test_any_curve_falls_within_its_band(self, months: list[tuple[float, bool]]) -> None:
        (curve,) = overall(columns(*observed(*months))).curves
        shown = [point.survival for point in curve.points]
        assert shown == sorted(shown, reverse=True)
        assert all(p.low - 1e-9 <= p.survival <= p.high + 1e-9 for p in curve.points)
        assert not any(math.isnan(value) for point in curve.points for value in point)
        risks = [mark.at_risk for mark in curve.landmarks]
        assert risks[0] == curve.n
        assert risks == sorted(risks, reverse=True)

    def test_a_thinned_curve_stays_within_a_step(self) -> None:
        points = [Point(month, s := 1 - month / 5000, s - 0.01, min(1.0, s + 0.01)) for month in range(5000)]
        thin = thinned(points, 400)
        assert len(thin) <= 402
        assert (thin[0], thin[-1]) == (points[0], points[-1])
        months = np.array([point.month for point in thin])
        for point in points:
            held = thin[int(np.searchsorted(months, point.month, side="right")) - 1]
            assert abs(held.survival - point.survival) < 3 / 400


class TestColumns:
    def test_rows_are_flat_and_read_back(self) -> None:
        seen = Observation(
            "male", 61.5, "C34.1", "8140/3", "III", 2015, "surgery", "chemotherapy", "FOLFOX",
            Interval(1, 2, True), None, Interval(3, 3, False), ("EGFR=mutated",), ("surgery", "chemotherapy"),
        )  # fmt: skip
        flat = row(seen)
        assert len(flat) == len(FIELDS)
        held = columns(Observation(), seen)
        assert held.categories["site"].counts() == {"C34.1": 1}
        assert held.organs.counts() == {"C34": 1}
        assert held.sets["treatments"].counts() == {"surgery": 1, "chemotherapy": 1}
        assert held.intervals["overall_survival"].months[1] == 1.5
        assert held.intervals["overall_survival"].observed.tolist() == [False, True]
        assert np.isnan(held.numbers["age"][0])

    def test_only_some_cases(self) -> None:
        held = columns(
            *observed((1, True), markers=("A=positive",)),
            *observed((2, True)),
            *observed((3, True), markers=("B=negative", "A=positive")),
        )
        part = held.only([2, 1])
        assert part.cases.tolist() == [1, 2]
        assert part.sets["markers"].counts() == {"A=positive": 1, "B=negative": 1}
        assert part.intervals["overall_survival"].months.tolist() == [2, 3]

    @given(st.lists(st.sampled_from(["C50.9", "C50.1", "C34.0", None]), max_size=30), st.data())
    def test_a_part_counts_as_if_it_were_all(self, sites: list[str | None], data: st.DataObject) -> None:
        made = [Observation(site=site) for site in sites]
        kept = data.draw(st.lists(st.integers(0, max(0, len(made) - 1)), unique=True))
        chosen = [made[i] for i in range(len(made)) if i in kept]
        assert columns(*made).only(kept).organs.counts() == columns(*chosen).organs.counts()

    @given(st.data())
    def test_mended_columns_are_those_of_all_rows(self, data: st.DataObject) -> None:
        def some(minimum: int) -> list[tuple[Any, ...]]:
            cases = data.draw(st.lists(st.integers(0, 12), unique=True, min_size=minimum, max_size=9))
            return [
                (case, *row(Observation(
                    site=data.draw(st.sampled_from(["C50.9", "C34.0", None])),
                    age=data.draw(st.sampled_from([None, 50.0, 61.5])),
                    time_to_relapse=data.draw(st.sampled_from([None, Interval(1, 2, True)])),
                    markers=tuple(data.draw(st.lists(st.sampled_from("ABC"), unique=True))),
                )))
                for case in cases
            ]  # fmt: skip

        first, later = some(0), some(0)
        changed = {values[0] for values in later}
        whole = Columns.of([values for values in first if values[0] not in changed] + later)
        assert _told(Columns.of(first).replacing(later)) == _told(whole)


def _told(held: Columns) -> list[Any]:
    """What columns tell of each case, whatever the order of their tables of names."""
    named: dict[int, list[str]] = {}
    for place, code in zip(held.sets["markers"].rows, held.sets["markers"].codes, strict=True):
        named.setdefault(int(place), []).append(held.sets["markers"].names[code])
    site, relapse = held.categories["site"], held.intervals["time_to_relapse"]
    return [
        (
            int(case), site.names[site.codes[i]] if site.codes[i] >= 0 else None, str(held.numbers["age"][i]),
            str(relapse.low[i]), bool(relapse.event[i]), sorted(named.get(i, [])),
        )
        for i, case in enumerate(held.cases)
    ]  # fmt: skip


class TestGrouping:
    def test_stages_stand_in_their_order_and_others_by_size(self) -> None:
        held = columns(*[Observation(stage=name) for name in ("IV", "IV", "I", "III")])
        assert grouped(held, "stage").names == ("I", "III", "IV")
        held = columns(*[Observation(site=name) for name in ("C34.1", "C50.9", "C50.1")])
        assert grouped(held, "organ").names == ("C50", "C34")

    def test_the_smallest_of_many_are_together(self) -> None:
        sites = [f"C{organ}.0" for organ in range(10, 20) for _ in range(organ)]
        groups = grouped(columns(*[Observation(site=site) for site in sites]), "organ")
        assert len(groups.names) == MOST_GROUPS
        assert groups.names[0] == "C19"
        assert groups.names[-1] == OTHERS
        assert sum(groups.counts().values()) == len(sites)

    def test_a_marker_groups_by_its_result(self) -> None:
        held = columns(
            *[Observation(markers=told) for told in (("HER2=positive", "ER=negative"), ("HER2=negative",), ())]
        )
        assert grouped(held, "marker", "HER2").codes.tolist() == [0, 1, -1]
        assert grouped(held, "marker", "ALK").names == ()

    def test_ages_fall_into_bands(self) -> None:
        held = columns(*[Observation(age=age) for age in (49.9, 50, 64.9, 90, None)])
        assert grouped(held, "age").names == ("0-49", "50-64", "75+")
        assert grouped(held, "age").codes.tolist() == [0, 1, 1, 2, -1]

    @pytest.mark.parametrize("by", GROUPINGS)
    def test_all_work_on_an_empty_cohort(self, by: str) -> None:
        assert len(grouped(columns(), by, "HER2").codes) == 0

    def test_what_is_no_grouping_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no grouping 'moon'"):
            grouped(columns(), "moon")


class TestDistributions:
    @pytest.mark.parametrize("kind", DISTRIBUTIONS)
    def test_those_told_and_untold_are_all(self, kind: str) -> None:
        seen = Observation(
            site="C50.9",
            morphology="8500/3",
            stage="II",
            age=61,
            year=2014,
            markers=("ER=positive",),
            treatments=("surgery",),
        )
        shown = distribution(columns(seen, seen, Observation()), kind)
        assert (shown.told, shown.untold) == (2, 1)
        assert [bar.n for bar in shown.bars] == [2]
        empty = distribution(columns(), kind)
        assert (empty.bars, empty.told, empty.untold) == ((), 0, 0)

    def test_markers_are_split_by_result(self) -> None:
        held = columns(
            *[Observation(markers=(told,)) for told in ("ER=positive", "ER=positive", "ER=negative", "ALK=negative")]
        )
        assert distribution(held, "marker").bars == (
            Bar("ER", 3, (Part("positive", 2), Part("negative", 1))),
            Bar("ALK", 1, (Part("negative", 1),)),
        )

    def test_ages_and_years_have_no_gaps(self) -> None:
        held = columns(Observation(age=15, year=2010), Observation(age=42, year=2012))
        assert distribution(held, "age").bars == (Bar("10-19", 1), Bar("20-29", 0), Bar("30-39", 0), Bar("40-49", 1))
        assert [bar.name for bar in distribution(held, "year").bars] == ["2010", "2011", "2012"]

    def test_rare_values_are_said_to_be_left_out(self) -> None:
        held = columns(*[Observation(morphology=f"{8000 + i}/3") for i in range(20)])
        shown = distribution(held, "morphology")
        assert (len(shown.bars), shown.left_out, shown.told) == (15, 5, 20)


class TestTables:
    def rows(self, text: str) -> list[list[str]]:
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    def test_curves(self) -> None:
        shown = overall(columns(*observed((1, True), (2, False))))
        assert self.rows(to_csv(*curve_table(shown))) == [
            ["group", "month", "survival", "low", "high"],
            ["all", "0.0", "1.0", "1.0", "1.0"],
            ["all", "1.0", "0.5", "0.006", "0.9104"],
            ["all", "2.0", "0.5", "0.006", "0.9104"],
        ]
        assert group_table(shown).rows == (("all", 2, 1, 1, 0, 1.0, 1.0, None, 2.0),)
        assert [mark[:3] for mark in landmark_table(shown).rows] == [("all", 0, 2), ("all", 1, 2), ("all", 2, 1)]

    def test_distributions(self) -> None:
        held = columns(*[Observation(sex="male", markers=(told,)) for told in ("ER=positive", "ER=negative")])
        assert distribution_table(distribution(held, "marker")).rows == (
            ("ER", "positive", 1, 0.5),
            ("ER", "negative", 1, 0.5),
        )
        assert distribution_table(distribution(columns(Observation(stage="I")), "stage")).rows == (("I", 1, 1.0),)

    def test_swimmer_names_cannot_run_in_a_spreadsheet(self) -> None:
        drawn = Swimmer(3.0, (Segment("hormone", 0.0, 3.0, False, None, "=1+1"),), (Mark("followed", 3.0),))
        told = self.rows(to_csv(*swimmer_table([("@SUM(A1)", drawn)])))
        assert told[1] == ["'@SUM(A1)", "course", "hormone", "'=1+1", "", "0.0", "3.0", "FALSE"]
        assert told[2] == ["'@SUM(A1)", "mark", "followed", "", "", "3.0", "", ""]


def test_log_rank_is_a_plain_tuple() -> None:
    """The page puts it into JSON."""
    assert tuple(LogRank(1.0, 2, 0.5)) == (1.0, 2, 0.5)


def test_coded_counts_leave_out_what_is_not_told() -> None:
    sparse: Sequence[int] = [-1, 0, 0]
    assert Coded(np.array(sparse, np.int32), ("x", "y")).counts() == {"x": 2}
