"""Comparison methods in common use: ratios are those simulated, gaps in time stay gaps, and what is left out is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.comparison.segmented import (
    COLUMNS,
    CONTROLLED_LABELS,
    LABELS,
    segmented_models,
)
from equitymodel.comparison.segmented_data import segmented_data
from equitymodel.errors import OptionError, SpecError
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_cells import hide_small_numbers
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


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


def test_too_few_periods_are_refused_with_a_way_out():
    series, _ = simulate_series(Sizes(periods=9, before=6), seed=1)
    with pytest.raises(OptionError, match="use fewer harmonics"):
        segmented_models(series, Interruption(f"{series['period'].dt.strftime('%Y-%m').values[6]}"))


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


# Controls


@pytest.fixture(scope="module")
def controlled():
    series, truth = simulate_series(
        Sizes(areas=4, exposed_areas=2), change=Change(0.2), usual=Usual(400), noise=MonthlyNoise(0.03), seed=3
    )
    return series, truth.plan


@pytest.fixture(scope="module")
def controlled_table(controlled):
    return segmented_models(*controlled).set_index(["model", "quantity"])


def test_a_series_with_controls_gets_the_exposed_alone_and_beside_controls(controlled, controlled_table):
    names = controlled_table.index.get_level_values("model")
    assert list(dict.fromkeys(names)) == [*LABELS, *CONTROLLED_LABELS]
    series, plan = controlled
    alone = segmented_models(series.sel(ics=list(plan.exposed["ics"])), plan.for_all()).set_index(["model", "quantity"])
    pd.testing.assert_frame_equal(controlled_table.loc[alone.index], alone)


def test_the_change_beyond_that_of_controls_is_the_ratio_of_two_changes(controlled, controlled_table):
    series, plan = controlled
    exposed = series["ics"].isin(list(plan.exposed["ics"])).values
    level = [segmented_models(series.isel(ics=part), plan.for_all()).set_index(["model", "quantity"])
             .loc[("poisson", "level"), "estimate"] for part in (exposed, ~exposed)]  # fmt: skip
    for name in ("interaction_quasi_poisson", "interaction_newey_west"):
        assert controlled_table.loc[(name, "level"), "estimate"] == pytest.approx(level[0] / level[1], rel=1e-6)


def test_a_shock_to_all_leaves_the_controlled_methods_alone(controlled, controlled_table):
    series, plan = controlled
    design = plan.for_all().design(series)
    shocked = series.assign(admissions=(series["admissions"] * (1 + 0.5 * design["level"])).round())
    table = segmented_models(shocked, plan).set_index(["model", "quantity"])["estimate"]
    beside = list(CONTROLLED_LABELS)
    np.testing.assert_allclose(table.loc[beside], controlled_table.loc[beside, "estimate"], rtol=0.005)
    assert (table.loc[list(LABELS)] > 1.4 * controlled_table.loc[list(LABELS), "estimate"]).all()


def test_the_truth_lies_in_the_intervals_that_use_controls(controlled_table):
    rows = controlled_table.loc[list(CONTROLLED_LABELS)].xs("average", level="quantity")
    assert ((rows["lower"] < np.exp(0.2)) & (np.exp(0.2) < rows["upper"])).all()


def test_more_than_one_start_is_refused_with_a_way_out(controlled):
    series, plan = controlled
    first = plan.exposed["ics"][0]
    with pytest.raises(OptionError, match="one start only; choose the cells of one start"):
        segmented_models(series, replace(plan, starts={first: "2019-01"}))


# Not estimable


@pytest.mark.parametrize(("side", "said"), [("before", "before"), ("after", "after")])
def test_a_side_without_admissions_is_not_estimable_by_name(simulated, side, said):
    series, truth = simulated
    after = truth.plan.design(series)["after"]
    zeros = series.assign(admissions=series["admissions"].where(after if side == "before" else ~after, 0))
    table = segmented_models(zeros, truth.plan)
    assert table["model"].tolist() == [name for name in LABELS for _ in range(2)]
    assert table[["estimate", "lower", "upper", "p"]].isna().all(axis=None)
    assert table["note"].str.startswith(f"not estimable: every count {said} the start is 0").all()


def test_zeros_that_separate_leave_no_absurd_number(simulated):
    series, truth = simulated
    low = series.copy(deep=True)
    low["admissions"][36:] = 0.0
    low["admissions"][-1] = 5.0
    table = segmented_models(low, truth.plan)
    counts = table["model"].isin(["poisson", "quasi_poisson", "negative_binomial"])
    assert table.loc[counts, "note"].str.contains("not estimable: its search did not converge").all()
    assert table["estimate"].dropna().between(1e-6, 1e6).all()


def test_a_single_month_after_has_no_newey_west_error(simulated):
    series, truth = simulated
    table = segmented_models(series.isel(period=slice(0, 37)), truth.plan).set_index(["model", "quantity"])
    assert "fit the 1 periods after the start exactly" in table.loc[("newey_west", "level"), "note"]
    assert table["estimate"].drop("newey_west", level="model").notna().all()


def test_a_series_without_noise_has_no_error_to_speak_of(simulated):
    series, truth = simulated
    flat = series.assign(admissions=series["admissions"] * 0 + 7, exposure=series["exposure"] * 0 + 1)
    table = segmented_models(flat.assign_attrs(days="equal"), truth.plan).set_index("model")
    assert table.loc[["newey_west", "prais_winsten", "reml_ar1"], "note"].str.startswith("not estimable").all()


def test_a_change_of_trend_alone_has_an_average_and_no_level(simulated):
    series, truth = simulated
    table = segmented_models(series, Interruption(str(truth.plan.start), shape="slope"))
    assert set(table["quantity"]) == {"average"}
    assert table["estimate"].between(1.0, 1.4).all()


def test_the_average_of_one_that_ended_is_until_the_end(simulated):
    series, truth = simulated
    plan = Interruption(str(truth.plan.start), shape="step", ends="2018-10")
    design = plan.design(series)
    back = series.assign(admissions=(series["admissions"] * np.exp(-0.15 * design["second_level"])).round())
    table = segmented_models(back, plan, slope=False).query("quantity == 'average'")
    np.testing.assert_allclose(np.log(table["estimate"]), 0.15, atol=0.08)


def test_an_average_is_over_all_months_after_or_over_those_judged():
    series, truth = simulate_series(Sizes(periods=108, before=60), seed=1)
    plan = replace(truth.plan, shape="both")
    data = {judged: segmented_data(series, plan, judged=judged).after.sum() for judged in (True, False)}
    assert data == {True: 12, False: 48}
    tables = [segmented_models(series, plan, judged=judged).query("quantity == 'average'") for judged in (True, False)]
    assert (tables[0]["estimate"].values != tables[1]["estimate"].values).all()
