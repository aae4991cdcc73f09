"""Tables of changes: each number with its unit and its probability, and units that are found together or not at all."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.read_series import add_up_series
from equitymodel.estimands.effect_measure import EVENTS, SCALES
from equitymodel.estimands.interrupted_series import counted_periods
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.library import load_series_model
from equitymodel.studies import impact
from equitymodel.studies.evaluation_fits import EvaluationFits
from equitymodel.studies.impact import (
    ANSWER,
    COLUMNS,
    FOUND,
    GAP_COLUMNS,
    MONTHS,
    gap_table,
    impact_table,
    judged_months,
    with_verdict,
    without_all_months,
)
from equitymodel.studies.one_answer import with_one_answer

pytestmark = pytest.mark.unit
LEVEL = load_series_model().leaving_out("slope").with_harmonics(1)


@pytest.mark.parametrize(("effect", "expected"), [(0.3, 6), (0.0, 0)])
def test_units_are_found_together_or_not_at_all(effect, expected):
    """Of a change of all units every unit is found; of none, none. The number tested is beside them."""
    series, truth = simulate_series(
        Sizes(areas=6), change=Change(level=effect), usual=Usual(expected=300), noise=MonthlyNoise(sd=0.03), seed=4
    )
    total = fit_interruption(add_up_series(series), truth.plan, LEVEL, seed=1, draws=400)
    parts = fit_interruption(series, truth.plan, LEVEL, seed=1, draws=400)
    table = impact_table(total, None, parts).dropna(subset=["tested"])
    assert table["tested"].tolist() == [6] * 6
    assert table["found_at_false_discovery_rate"].sum() == expected
    assert table["procedure"].unique().tolist() == ["All procedures"]


def test_published_columns_come_first_and_records_last(gap_evaluation):
    records = ["measure", "scale", "event"]
    assert gap_evaluation.impact.columns.tolist() == [*COLUMNS, *FOUND, *records, MONTHS, *ANSWER]
    assert gap_evaluation.gap_change.columns.tolist() == [*GAP_COLUMNS, *ANSWER]
    for table in (gap_evaluation.impact, gap_evaluation.gap_change):
        assert set(table["scale"]) <= set(SCALES)
        assert table["probability_of"].tolist() == [EVENTS[event] for event in table["event"]]


def test_quantities_of_the_gap_are_those_that_are_published(gap_evaluation):
    assert gap_evaluation.judged_gap.set_index("measure")["quantity"].to_dict() == {
        "change_in_log_relative_index": "change in log_relative_index",
        "change_in_log_rate_ratio": "change in log_rate_ratio",
        "change_in_slope_index": "change in slope_index",
        "change_in_shortfall_most": "change in shortfall_most",
        "change_in_shortfall": "change in shortfall",
        "narrowing": "narrowing",
        "narrowing_by_smallest_change": "narrowing by 5 %",
        "gap_before": "gap before",
        "gap_with": "gap after, with it",
        "gap_without": "gap after, without it",
    }


def test_each_probability_is_that_of_its_event(gap_evaluation):
    rows = gap_evaluation.judged_gap.set_index("measure")
    assert rows.loc["narrowing", "estimate"] < 0, "turned over, and wider the other way than it would have been"
    assert 0.1 > rows.loc["narrowing", "probability"] >= rows.loc["narrowing_by_smallest_change", "probability"]
    assert rows.loc["change_in_log_relative_index", "probability"] > 0.99, "a fall"
    assert rows.loc["gap_before", "probability"] > 0.9 > 0.1 > rows.loc["gap_with", "probability"]
    total = without_all_months(gap_evaluation.impact).set_index("measure").loc["level_ratio"]
    assert (total["probability"] > 0.5) == (total["estimate"] > 1)


def test_units_are_the_exposed_ones(units_evaluation):
    tested = units_evaluation.impact.dropna(subset=["tested"])
    assert set(tested["ics"]) == {"exposed", "area 01", "area 02"}
    assert tested.groupby("tested").size().to_dict() == {2.0: 4, 4.0: 4}
    assert (tested["probability_matters"] > 0.99).all()
    assert np.allclose(tested["estimate"], np.exp(0.3), rtol=0.1)


def test_the_verdict_is_on_every_row_and_says_which_rows_it_is_about(gap_evaluation, units_evaluation):
    for result in (gap_evaluation, units_evaluation):
        for table in (result.impact, result.gap_change):
            assert set(table["verdict"]) <= {result.verdict.verdict}
    assert not gap_evaluation.impact["judged"].any()
    judged = gap_evaluation.gap_change.query("judged")["measure"].tolist()
    assert judged == ["change_in_log_relative_index", "narrowing", "narrowing_by_smallest_change"]
    (row,) = units_evaluation.impact.query("judged").to_dict("records")
    assert (row["measure"], row["ics"], row["procedure"]) == ("average_rate_ratio", "exposed", "All procedures")


def test_a_number_over_other_months_is_not_what_the_verdict_is_about(gap_evaluation):
    """A table over all months beside those judged: the gap before stands once, and the verdict is on those judged."""
    table = gap_table(gap_evaluation.groups)
    twice = pd.concat([table, table.assign(months="all")], ignore_index=True)
    judged = with_verdict(twice, gap_evaluation.verdict, gap_evaluation.plan).query("judged")
    assert set(judged["months"]) == {"judged"}
    assert len(judged) == 3
    assert table.set_index("measure")["months"].isna().to_dict()["gap_before"]


def test_months_that_are_all_judged_stand_once(gap_evaluation, units_evaluation):
    fit = gap_evaluation.groups
    assert list(judged_months(fit)) == ["judged", "all"]
    assert list(judged_months(replace(fit, plan=replace(fit.plan, shape="step")))) == ["judged"]


def test_a_unit_that_is_the_whole_is_the_total_and_no_list_of_found_units():
    """Of one exposed ICS: its numbers are those of all exposed, and it is not tested against itself."""
    series, truth = simulate_series(Sizes(areas=2, exposed_areas=1, periods=40, before=26), seed=3)
    fits = [
        fit_interruption(*args, LEVEL, seed=1, draws=200)
        for args in ((add_up_arms(series, truth.plan)), (series, truth.plan))
    ]
    raked = with_one_answer(EvaluationFits(fits[0], parts=fits[1]))
    rows = impact_table(raked.total, None, raked.parts)
    rows = rows[rows["measure"] == "average_rate_ratio"].set_index("ics")
    assert np.allclose(rows.loc["exposed", ["estimate", "lower", "upper"]].astype(float),
                       rows.loc["area 01", ["estimate", "lower", "upper"]].astype(float), rtol=1e-9)  # fmt: skip
    assert rows["tested"].isna().all()


def test_months_judged_and_all_months_stand_side_by_side(units_evaluation, gap_evaluation, monkeypatch):
    """Where those judged are not all: two rows a quantity, one of what is not of months; units are tested once."""

    def first_half(fit):
        counted = counted_periods(fit.series, fit.plan)
        return {"judged": counted & (counted.cumsum("period") <= 6), "all": counted}

    monkeypatch.setattr(impact, "judged_months", first_half)
    table = impact_table(units_evaluation.total, None, units_evaluation.parts)
    twice = table[table["months"].notna()]
    assert twice.groupby(["quantity", "ics", "procedure"])["months"].agg(list).map(sorted).tolist() == [
        ["all", "judged"]
    ] * (len(twice) // 2)
    assert set(table.dropna(subset=["tested"])["months"]) == {"judged"}
    added = table[(table["measure"] == "admissions_added") & (table["ics"] == "exposed")]
    added = added[added["procedure"] == "All procedures"].set_index("months")["estimate"]
    assert 0.4 < added["judged"] / added["all"] < 0.6
    gap = gap_table(gap_evaluation.groups)
    assert gap["measure"].value_counts()["gap_before"] == 1
    assert without_all_months(gap)["measure"].is_unique
