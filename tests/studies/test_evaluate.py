"""From a series to a verdict: what is asked of which fit, and what the verdict rests on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.evaluate import _evidence, _Tried, evaluate
from equitymodel.studies.left_out import Attempt

pytestmark = pytest.mark.unit


def test_a_large_change_of_the_gap_is_found_and_said(gap_evaluation):
    assert gap_evaluation.verdict.verdict == "real change"
    assert gap_evaluation.probability_gap_narrowed > 0.99
    rows = gap_evaluation.gap_change.set_index("quantity")
    assert rows.loc["change in log_relative_index", "lower"] < -0.4 < rows.loc["change in log_relative_index", "upper"]


def test_the_gap_is_that_of_the_exposed_net_of_what_happened_to_all(controlled_evaluation):
    rows = controlled_evaluation.gap_change.set_index("quantity")
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
    assert found.placebos == tuple(gap_evaluation.placebos["probability"])


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


def test_a_gap_needs_groups():
    series, truth = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no deprivation groups"):
        evaluate(series, replace(truth.plan, outcome="gap"), seed=1)


def test_models_hold_the_main_one_its_variants_and_the_comparison_methods(gap_evaluation):
    kinds = gap_evaluation.models.groupby("kind")["model"].nunique()
    assert kinds.tolist() == [6, 6]
    assert isinstance(gap_evaluation.models, pd.DataFrame)
