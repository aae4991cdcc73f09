"""A series to regress: cells are added up, what is not used is left out, and controls stand beside or below."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.comparison.segmented_data import against_controls, beside_controls, segmented_data
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import OptionError
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


def test_cells_are_added_up_or_taken_one_by_one(simulated):
    series, truth = simulated
    whole = segmented_data(series, truth.plan)
    parts = [segmented_data(series.sel(deprivation=[group]), truth.plan) for group in series["deprivation"].values]
    np.testing.assert_allclose(whole.counts, sum(part.counts for part in parts))
    one = segmented_data(series.isel(ics=0, deprivation=2, procedure=0), truth.plan)
    np.testing.assert_allclose(one.counts, parts[2].counts)


def test_a_washout_and_masks_are_left_out_and_said(simulated):
    series, truth = simulated
    plan = Interruption(str(truth.plan.start), washout=2)
    data = segmented_data(series, plan)
    assert len(data.counts) == 58
    assert "2 periods left out" in data.note
    assert data.after.sum() == 22


def test_a_period_with_an_unknown_part_is_left_out(simulated):
    series, truth = simulated
    unknown = series.copy(deep=True)
    unknown["admissions"][5, 0, 1, 0] = np.nan
    assert 5 not in segmented_data(unknown, truth.plan).time


def test_quarters_have_as_many_waves_as_they_can():
    rng = np.random.default_rng(1)
    labels = [f"{year}-Q{quarter}" for year in range(2008, 2019) for quarter in range(1, 5)]
    rows = pd.DataFrame({"period": labels, "admissions": rng.poisson(300, len(labels)), "population": 1.0})
    data = segmented_data(read_series(rows), Interruption("2016-01"), harmonics=3)
    assert data.terms == ("level", "slope", "constant", "trend", "sin 1", "cos 1", "cos 2")


def test_exposed_stand_above_controls_and_count_alone(arms):
    both = beside_controls(*arms)
    rows, columns = arms[0].design.shape
    assert both.design.shape == (2 * rows, 2 * columns)
    assert not both.design[rows:, :columns].any()
    assert both.after.sum() == arms[0].after.sum()
    assert both.freedom == rows - columns
    assert both.terms[columns:] == tuple(f"controls {term}" for term in both.terms[:columns])


def test_log_rates_against_controls_are_differences(arms):
    one, other = arms
    against = against_controls(one, other)
    rates = [np.log(each.counts) - each.offset for each in arms]
    np.testing.assert_allclose(np.log(against.counts) - against.offset, rates[0] - rates[1])


def test_periods_unknown_in_one_are_left_out_of_both(arms):
    one, other = arms
    both = beside_controls(one.at(one.time[one.time != 7]), other)
    assert 7 not in both.time
    assert len(both.counts) == 2 * (len(one.counts) - 1)


def test_too_few_periods_in_common_are_refused(arms):
    one, other = arms
    with pytest.raises(OptionError, match="have a known count of exposed and controls, too few"):
        against_controls(one.at(one.time[:30]), other.at(other.time[25:]))
