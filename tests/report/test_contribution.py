"""What each adjustment did to the gap, against factors that are known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.sample_laplace import Laplace
from equitymodel.report.contribution import WITHOUT, WORTH, scale_of_adjustments
from equitymodel.report.tables import gap_measures, sensitivity_table
from equitymodel.simulate.example import example_cells
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import ALL_ICS, CELL_DIMS, SAMPLE_DIMS

pytestmark = pytest.mark.unit
AGES, NEEDS = 0.8, 1.3
"""By how much each raises what is expected of the most deprived, relative to the least."""


@pytest.fixture(scope="module")
def made():
    cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    base = cells["expected_admissions"].isel(adjustment=0, drop=True)
    share = 1.0 - (cells["deprivation"] - 1) / (cells.sizes["deprivation"] - 1)
    versions = [base, base * AGES**share, base * AGES**share * NEEDS**share]
    expected = xr.concat(versions, xr.Variable("adjustment", ["population", "age_sex", "need"]))
    cells = cells.drop_vars(["expected_admissions", "adjustment"]).assign(expected_admissions=expected)
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1,
                    laplace=Laplace(draws=100, points=32, enough_points=1.0, cores=1))  # fmt: skip
    measures = {item.name: item for item in gap_measures(fit)}
    return measures, sensitivity_table(fit, list(measures.values()))


@pytest.mark.parametrize(("name", "factor"), [("age and sex", AGES), ("need", NEEDS)])
def test_each_adjustment_is_worth_its_factor(made, name, factor):
    _, table = made
    worth = table[(table["question"] == WORTH) & (table["left_out"] == name)]
    areas = worth[worth["ics"] != ALL_ICS]
    assert len(worth) == 2 * 5
    assert areas[["estimate", "lower", "upper"]].to_numpy() == pytest.approx(factor, rel=1e-9)
    together = worth[worth["ics"] == ALL_ICS]
    assert together["estimate"].to_numpy() == pytest.approx(factor, rel=0.02)
    assert (together["lower"] <= together["upper"]).all()


def test_without_the_last_adjustment_the_gap_is_that_of_the_one_before(made):
    measures, table = made
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "need")].set_index(["ics", "procedure"])
    before = measures["rate_ratio_age_sex"].draws.median(["chain", "draw"]).to_series()
    assert rows["estimate"].sort_index().to_numpy() == pytest.approx(before.sort_index().to_numpy())


def test_reference_rates_that_are_drawn_stay_drawn_without_the_last_adjustment():
    cells = example_cells(procedures=["hip replacement"], seed=1)
    away = xr.DataArray(np.random.default_rng(1).normal(0, 0.1, (2, 50, 5)), dims=(*SAMPLE_DIMS, "deprivation"))
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1,
                    laplace=Laplace(draws=50, chains=2, points=32, enough_points=1.0, cores=1))  # fmt: skip
    posterior = fit.draws["posterior"].to_dataset()
    drawn = (
        (away + 0.0 * cells["offered"])
        .transpose(*SAMPLE_DIMS, *CELL_DIMS)
        .assign_coords({dim: posterior[dim] for dim in SAMPLE_DIMS})
    )
    tree = xr.DataTree.from_dict({"/posterior": posterior.assign({RATE_ERROR: drawn})})
    fit = replace(fit, draws=tree)
    measures = {item.name: item for item in gap_measures(fit)}
    table = sensitivity_table(fit, list(measures.values()))
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "need")].set_index(["ics", "procedure"])
    before = measures["rate_ratio_age_sex"].draws.quantile(0.975, SAMPLE_DIMS).to_series()
    assert rows["upper"].sort_index().to_numpy() == pytest.approx(before.sort_index().to_numpy())


def test_without_age_and_sex_need_is_kept(made):
    measures, table = made
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "age and sex")].set_index(["ics", "procedure"])
    full = measures["rate_ratio"].draws.median(["chain", "draw"]).to_series()
    areas = [label for label in rows.index if label[0] != ALL_ICS]
    assert (rows["estimate"][areas] / full[areas]).to_numpy() == pytest.approx(AGES)


def test_the_report_says_what_each_was_worth_with_its_interval(made):
    said = scale_of_adjustments(made[1])
    assert said.startswith("age and sex was worth a relative need of 0.")
    assert "and need was worth a relative need of 1." in said
    assert said.count("95 % intervals within") == 2
    assert said.endswith("in the most against the least deprived")


def test_where_nothing_was_adjusted_for_it_says_so():
    cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1,
                    laplace=Laplace(draws=50, points=32, enough_points=1.0, cores=1))  # fmt: skip
    table = sensitivity_table(fit, list(gap_measures(fit)))
    assert set(table["question"]) == {"tipping_point", "probability_gap_persists", "rate_ratio_with_private_care"}
    assert "nothing was adjusted for" in scale_of_adjustments(table)
    assert np.isfinite(table["estimate"]).all()
