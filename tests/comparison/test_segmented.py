"""Comparison methods in common use: ratios are those simulated, gaps in time stay gaps, and what is left out is said."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.optimize import approx_fprime

from equitymodel.comparison.segmented import (
    COLUMNS,
    LABELS,
    _average,
    fit_negative_binomial,
    segmented_data,
    segmented_models,
)
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import ComputationError, OptionError, SpecError
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_cells import hide_small_numbers
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def simulated():
    return simulate_series(Sizes(groups=5), change=Change(0.15), noise=MonthlyNoise(0.05, autocorrelation=0.4), seed=8)


def test_masked_counts_change_nothing(simulated):
    series, truth = simulated
    masked = series.assign(masked=series["masked"].copy(data=np.arange(60) // 13 == 1))
    nonsense = masked.assign(admissions=masked["admissions"].where(~masked["masked"], 1e6))
    absent = masked.isel(period=~masked["masked"].values)
    tables = [segmented_models(each.assign_attrs(days="equal"), truth.plan).drop(columns="note")
              for each in (masked, nonsense, absent)]  # fmt: skip
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])
    assert segmented_data(masked, truth.plan).time[[12, 13]].tolist() == [12, 26]


# Ratios


def test_the_table_has_two_rows_a_model_with_its_label(simulated):
    table = segmented_models(simulated[0], simulated[1].plan)
    assert table.columns.tolist() == list(COLUMNS)
    assert table["model"].tolist() == [name for name in LABELS for _ in range(2)]
    assert (table["lower"] < table["estimate"]).all()
    assert (table["estimate"] < table["upper"]).all()
    assert table.query("model in ('poisson', 'quasi_poisson')")["label"].str.contains("naive").all()


def test_every_method_finds_a_change_that_was_simulated():
    series, truth = simulate_series(
        Sizes(areas=30), change=Change(level=0.2), usual=Usual(expected=1000), noise=MonthlyNoise(sd=0.05), seed=1
    )
    tables = [segmented_models(series.isel(ics=[area]), truth.plan, harmonics=1) for area in range(30)]
    estimates = pd.concat([table.set_index(["model", "quantity"])["estimate"] for table in tables], axis=1)
    assert abs(np.log(estimates).mean(axis=1) - 0.2).max() < 0.02


def test_an_interval_that_allows_for_memory_covers_more_than_one_that_does_not():
    series, truth = simulate_series(
        Sizes(areas=60), noise=MonthlyNoise(autocorrelation=0.4), usual=Usual(1000, season=0), seed=1
    )
    tables = [segmented_models(series.isel(ics=[area]), truth.plan, harmonics=0) for area in range(60)]
    rows = pd.concat(tables).query("quantity == 'average'")
    covered = ((rows["lower"] < 1) & (rows["upper"] > 1)).groupby(rows["model"]).mean()
    assert covered["reml_ar1"] >= 0.87
    assert covered["poisson"] <= 0.75
    assert covered["poisson"] < covered["quasi_poisson"] <= covered["reml_ar1"]


def test_without_a_slope_the_average_is_the_level(simulated):
    table = segmented_models(simulated[0], simulated[1].plan, slope=False)
    pair = table.pivot(index="model", columns="quantity", values="estimate")
    np.testing.assert_allclose(pair["level"], pair["average"])


def test_the_gradient_of_the_average_is_that_of_its_value(simulated):
    series, truth = simulated
    plan = Interruption(str(truth.plan.start), shape="ramp", ramp_months=6)
    data = segmented_data(series, plan)
    value, gradient = _average(np.linspace(-0.2, 0.3, len(data.terms)), data)
    numeric = approx_fprime(np.linspace(-0.2, 0.3, len(data.terms)), lambda point: _average(point, data)[0], 1e-7)
    np.testing.assert_allclose(gradient, numeric, atol=1e-5)
    assert np.isfinite(value)


def test_cells_are_added_up_or_taken_one_by_one(simulated):
    series, truth = simulated
    whole = segmented_data(series, truth.plan)
    parts = [segmented_data(series.sel(deprivation=[group]), truth.plan) for group in series["deprivation"].values]
    np.testing.assert_allclose(whole.counts, sum(part.counts for part in parts))
    one = segmented_data(series.isel(ics=0, deprivation=2, procedure=0), truth.plan)
    np.testing.assert_allclose(one.counts, parts[2].counts)


def test_the_unit_of_exposure_does_not_count(simulated):
    series, truth = simulated
    scaled = series.assign(exposure=series["exposure"] / 100_000)
    one, other = (segmented_models(each, truth.plan) for each in (series, scaled))
    np.testing.assert_allclose(one["estimate"], other["estimate"], rtol=1e-6)
    np.testing.assert_allclose(one["upper"], other["upper"], rtol=1e-4)


def test_working_days_explain_what_they_should():
    series, truth = simulate_series(noise=MonthlyNoise(0), usual=Usual(5000, season=0), seed=2)
    tables = {days: segmented_models(series.assign_attrs(days=days), truth.plan) for days in ("working", "equal")}
    noise = {days: table.set_index("model")["note"]["quasi_poisson"].iloc[0] for days, table in tables.items()}
    dispersion = {days: float(note.split()[1].rstrip(";")) for days, note in noise.items()}
    assert dispersion["working"] < 2 < 5 < dispersion["equal"]


# What is left out, and said


def test_a_washout_and_masks_are_left_out_and_said(simulated):
    series, truth = simulated
    plan = Interruption(str(truth.plan.start), washout=2)
    data = segmented_data(series, plan)
    assert len(data.counts) == 58
    assert "2 periods left out" in data.note
    assert data.after.sum() == 22


def test_suppressed_counts_are_said_to_stand_at_the_middle(simulated):
    series, truth = simulate_series(Sizes(groups=5), usual=Usual(6), seed=1)
    hidden = hide_small_numbers(series, "lt5")
    assert "suppressed counts at the middle" in segmented_models(hidden, truth.plan)["note"].iloc[0]


def test_zeros_get_a_half_and_it_is_said():
    series, truth = simulate_series(usual=Usual(2), seed=1)
    assert (series["admissions"] == 0).any()
    notes = segmented_models(series, truth.plan).set_index("model")["note"]
    assert notes["newey_west"].str.contains("0.5 added").all()
    assert not notes["poisson"].str.contains("0.5 added").any()


def test_a_period_with_an_unknown_part_is_left_out(simulated):
    series, truth = simulated
    unknown = series.copy(deep=True)
    unknown["admissions"][5, 0, 1, 0] = np.nan
    assert 5 not in segmented_data(unknown, truth.plan).time


def test_too_few_periods_are_refused_with_a_way_out():
    series, _ = simulate_series(Sizes(periods=9, before=6), seed=1)
    with pytest.raises(OptionError, match="use fewer harmonics"):
        segmented_models(series, Interruption(f"{series['period'].dt.strftime('%Y-%m').values[6]}"))


def test_quarters_have_as_many_waves_as_they_can():
    rng = np.random.default_rng(1)
    labels = [f"{year}-Q{quarter}" for year in range(2008, 2019) for quarter in range(1, 5)]
    rows = pd.DataFrame({"period": labels, "admissions": rng.poisson(300, len(labels)), "population": 1.0})
    data = segmented_data(read_series(rows), Interruption("2016-01"), harmonics=3)
    assert data.terms == ("level", "slope", "constant", "trend", "sin 1", "cos 1", "cos 2")


def test_a_plan_outside_the_series_is_refused(simulated):
    with pytest.raises(SpecError, match="outside the series"):
        segmented_models(simulated[0], Interruption("2030-01"))


@pytest.mark.parametrize("options", [{"confidence": 1.0}, {"harmonics": -1}])
def test_options_out_of_range_are_refused(options, simulated):
    with pytest.raises(OptionError, match="harmonics are 0 or more"):
        segmented_models(simulated[0], simulated[1].plan, **options)


def test_a_dataset_of_one_series_needs_no_other_dimension(simulated):
    series, truth = simulated
    assert isinstance(series.squeeze(drop=True), xr.Dataset)
    squeezed = segmented_models(series.sum(["ics", "deprivation", "procedure"], keep_attrs=True).assign(
        series[["working_days", "masked"]]), truth.plan)  # fmt: skip
    pd.testing.assert_frame_equal(squeezed, segmented_models(series, truth.plan))


def test_a_model_without_a_solution_is_a_computation_that_failed(simulated, monkeypatch):
    def singular(_):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr("equitymodel.comparison.segmented._fit_log_rates", singular)
    with pytest.raises(ComputationError, match="no solution: Singular matrix"):
        segmented_models(simulated[0], simulated[1].plan)


def test_the_shape_of_a_negative_binomial_grows_as_its_extra_variation_falls():
    shapes = []
    for sd in (0.1, 0.2):
        series, truth = simulate_series(
            usual=Usual(expected=1000), noise=MonthlyNoise(sd=sd, autocorrelation=0), seed=1
        )
        shapes.append(fit_negative_binomial(segmented_data(series, truth.plan))[1])
    assert 50 < shapes[0] < 250
    assert 15 < shapes[1] < 60
