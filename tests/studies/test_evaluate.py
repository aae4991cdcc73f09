"""From a series to a verdict: what is asked of which fit, and what the verdict rests on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import DiagnosisError, SpecError
from equitymodel.inference.fit import STAMP
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.evaluate import _evidence, _Tried, _with_trends_before, evaluate
from equitymodel.studies.impact import ANSWER, GAP_COLUMNS
from equitymodel.studies.left_out import Attempt, left_out_sentence
from tests.evaluated import controlled_series, evaluate_short_unsound, unsound, with_fits

pytestmark = pytest.mark.unit


def test_a_large_change_of_the_gap_is_found_and_said(gap_evaluation):
    assert gap_evaluation.verdict.verdict == "real change"
    rows = gap_evaluation.judged_gap.set_index("quantity")
    assert rows.loc["gap after, without it", "estimate"] > 0.1 > -0.1 > rows.loc["gap after, with it", "estimate"]
    assert gap_evaluation.probability_gap_narrowed < 0.5, "it opens the other way, no smaller than it would have been"
    assert rows.loc["change in log_relative_index", "lower"] < -0.4 < rows.loc["change in log_relative_index", "upper"]


def test_the_gap_is_that_of_the_exposed_net_of_what_happened_to_all(controlled_evaluation):
    rows = controlled_evaluation.judged_gap.set_index("quantity")
    half = rows.loc["change in log_rate_ratio"]
    assert half["lower"] < -0.15 < half["upper"] < 0
    assert set(controlled_evaluation.gap_change["ics"]) == {"exposed"}


def test_tables_are_about_the_exposed_only(controlled_evaluation):
    assert set(controlled_evaluation.impact["ics"]) == {"exposed", "area 01", "area 02"}
    assert controlled_evaluation.impact["estimate"].notnull().all()


def test_the_verdict_rests_on_what_the_plan_declares(gap_evaluation):
    tables = (gap_evaluation.models, gap_evaluation.placebos, gap_evaluation.forecasts)
    tried, fits = _Tried(*map(Attempt, tables)), gap_evaluation.fits
    main, plan = gap_evaluation.main, gap_evaluation.plan
    found = _evidence(fits, plan, tried, "")
    assert (found.threshold, found.smallest_change) == (0.975, 0.05)
    assert (found.before, found.after) == (28, 14)
    assert found.what.startswith("the gap")
    often = _evidence(fits, replace(plan, looks=4, smallest_change=0.1), tried, "")
    assert (often.threshold, often.smallest_change) == (0.986, 0.1)
    np.testing.assert_array_equal(found.rho, main.posterior["rho"].values.ravel())
    assert found.placebos == tuple(gap_evaluation.placebos["departure"])
    assert (found.month, found.trends, found.recovery) == (None, None, None)


def test_trends_before_are_part_of_an_evaluation_with_controls(controlled_evaluation, gap_evaluation):
    assert controlled_evaluation.parallel_trends["arm"].unique().tolist() == ["exposed", "controls"]
    assert controlled_evaluation.trend_difference["quantity"].tolist() == ["admissions", "gap"]
    assert gap_evaluation.parallel_trends is None
    assert gap_evaluation.trend_difference is None


def test_a_short_series_is_described_and_not_assessed(short_evaluation):
    assert not len(short_evaluation.forecasts)
    assert not len(short_evaluation.placebos)
    assert short_evaluation.verdict.verdict == "not assessable"
    assert len(short_evaluation.impact)
    assert len(short_evaluation.trend_difference) == 0, "too few periods to compare trends"
    assert short_evaluation.probability_gap_narrowed is None


def test_trends_that_cannot_be_compared_are_said_not_to_be_asked(short_evaluation, controlled_evaluation):
    def said(result):
        return [reason for reason in result.verdict.reasons if "were parallel is not asked" in reason]

    assert "trends need 12" in said(short_evaluation)[0]
    assert said(controlled_evaluation) == []
    tried = _Tried(*[Attempt(pd.DataFrame())] * 3)
    series, plan = controlled_evaluation.series, controlled_evaluation.plan
    staggered = replace(plan, exposed=None, starts={"area 01": "2018-01"})
    (note,) = _with_trends_before(tried, series, staggered, early=False).notes
    assert "nobody is named as exposed" in note


def test_a_gap_needs_groups():
    series, truth = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no deprivation groups"):
        evaluate(series, replace(truth.plan, outcome="gap"), seed=1)


def test_models_hold_the_main_one_its_variants_and_the_comparison_methods(gap_evaluation):
    kinds = gap_evaluation.models.groupby("kind")["model"].nunique()
    assert kinds.tolist() == [6, 6]
    assert isinstance(gap_evaluation.models, pd.DataFrame)


def failed_parts(result):
    return [name for name, held in result.verdict.checks.items() if not held]


def test_a_surge_of_one_month_after_the_start_is_no_change_that_lasts():
    series, truth = simulate_series(Sizes(periods=60, before=40), usual=Usual(300), noise=MonthlyNoise(0.03), seed=2)
    surge = series["period"] == series["period"][45]
    series = series.assign(admissions=series["admissions"].where(~surge, 5 * series["admissions"]))
    assert evaluate(series, truth.plan, seed=1).verdict.verdict != "real change"


def test_unlike_trends_of_exposed_and_controls_are_part_of_the_verdict(small_model):
    series, truth = controlled_series(change=Change(0.3))
    years = series["elapsed"] / 12
    steeper = np.exp(0.15 * years) * xr.where(truth.plan.exposed_cells(series), 1.0, 0.0)
    steeper = steeper + xr.where(truth.plan.exposed_cells(series), 0.0, 1.0)
    unlike = series.assign(admissions=(series["admissions"] * steeper).round().transpose(*series["admissions"].dims))
    found = [evaluate(part, truth.plan, seed=1, model=small_model) for part in (series, unlike)]
    assert found[0].verdict.checks["parallel_trends"]
    assert "parallel_trends" in failed_parts(found[1])
    assert found[1].verdict.verdict != "real change"


def test_forecasts_worse_than_the_year_before_do_not_stop_a_right_model():
    """A step of a fifth in 100 admissions a month: one in three such series errs more than the year before."""
    series, truth = simulate_series(Sizes(periods=96, before=60), change=Change(np.log(1.2)), usual=Usual(100, season=0.0),
                                    noise=MonthlyNoise(0.02), seed=3)  # fmt: skip
    result = evaluate(series, replace(truth.plan, shape="step"), seed=1)
    assert "forecasts" not in failed_parts(result)
    assert "no vote" in str(result.verdict)


GONE = ["deprivation groups", "ICSs and procedures", "placebo outcome"]


def test_fits_that_failed_are_left_out_by_name_and_the_rest_is_given(failed_evaluation):
    result = failed_evaluation
    assert [item.part for item in result.left_out][:3] == GONE
    assert (result.groups, result.parts, result.placebo) == (None, None, None)
    assert {item.why for item in result.left_out} == {"made up: 9, limit 0"}
    assert set(result.impact["group"]) == {"All groups"}
    assert set(result.impact["ics"]) == {"exposed"}
    assert list(result.gap_change.columns) == [*GAP_COLUMNS, *ANSWER]
    assert not len(result.gap_change)
    assert result.probability_gap_narrowed is None
    assert result.impact["quantity"].tolist()[:2] == ["average_rate_ratio", "admissions_added"]


def test_the_verdict_names_what_is_left_out_and_counts_nothing_of_it(failed_evaluation):
    verdict = failed_evaluation.verdict
    (sentence,) = [reason for reason in verdict.reasons if reason.startswith("Left out")]
    assert sentence == left_out_sentence(failed_evaluation.left_out)
    assert "placebo_outcome" not in verdict.checks, "it changed as well, and would have spoken against the change"
    assert verdict.verdict == "real change"
    placebos = failed_evaluation.placebos
    assert int(placebos["estimate"].isna().sum()) == 4
    assert f"At {len(placebos) - 4} dates before the start" in " ".join(verdict.reasons)
    assert sentence in str(failed_evaluation)


def test_what_could_be_found_leaves_out_a_measure_by_name(failed_evaluation):
    known = failed_evaluation.known_before
    assert known.noise["measure"].tolist() == ["admissions"]
    assert [item.part for item in known.left_out] == [
        "what could be found before any result, of gap (least over most deprived)"
    ]
    assert str(known).endswith("(least over most deprived): the fit did not pass its diagnosis (made up: 9, limit 0).")


def test_a_forecast_from_a_fit_that_failed_has_no_numbers(failed_evaluation):
    table = failed_evaluation.forecasts
    first = table[table["origin"] == table["origin"].iloc[0]]
    assert len(first) == 1
    assert first["predicted"].isna().all()
    assert table["predicted"].notna().sum() == len(table) - 1 > 0


def test_a_main_fit_that_failed_ends_the_evaluation_before_anything_is_tried(small_model):
    with pytest.raises(DiagnosisError, match=r"(?s)nothing is published.*made up"):
        evaluate_short_unsound(small_model, force=False)


def test_one_that_is_forced_is_not_assessable_and_stamped(forced_evaluation):
    assert forced_evaluation.verdict.verdict == "not assessable"
    assert forced_evaluation.main.stamp == STAMP
    assert len(forced_evaluation.impact)
    assert "did not settle" in str(forced_evaluation)


def test_an_evaluation_whose_main_fit_failed_prints_nothing(short_evaluation):
    failed = with_fits(short_evaluation, total=unsound(short_evaluation.total))
    with pytest.raises(DiagnosisError):
        str(failed)


def test_months_left_out_before_the_start_take_no_placebo_date_away():
    """With 24 months before, of which three are left out of the fit, dates before the start are tried all the same."""
    series, truth = simulate_series(
        Sizes(periods=36, before=24), change=Change(0.4), usual=Usual(2000), noise=MonthlyNoise(0.02), seed=1
    )
    early = truth.plan.design(series)["anticipation"]
    held_back = series.assign(admissions=series["admissions"].where(~early, 0.75 * series["admissions"]).round())
    result = evaluate(held_back, truth.plan, seed=1)
    assert "left out of the fit" in str(result.verdict)
    assert len(result.placebos)
