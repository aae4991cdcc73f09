import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.estimands.gap_records import adjusted_ratios
from equitymodel.estimands.lasting_share import LASTS, LASTS_SHORT, lasting_share_measures
from equitymodel.estimands.sensitivity_records import WITHOUT, WORTH
from equitymodel.inference.fit_model import fit_model
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.simulate.example import example_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import ALL_ICS, CELL_DIMS, SAMPLE_DIMS
from tests.report.conftest import AGES, NEEDS, QUICK

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def made(need_fit):
    measures = {item.key: item for item in adjusted_ratios(need_fit)}
    return measures, sensitivity_table(need_fit, measures.values())


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


def test_the_ends_of_what_could_last_are_assumptions(need_fit):
    lasting = lasting_share_measures(need_fit.fitted, need_fit.fitted * 2, need_fit.expected)
    table = sensitivity_table(need_fit, lasting=lasting)
    rows = table[table["question"] == LASTS]
    assert sorted(set(rows["assumption"])) == [0.0, 1.0]
    assert not table.duplicated(["ics", "procedure", "question", "left_out", "assumption"]).any()
    short = table[table["question"] == LASTS_SHORT].set_index(["assumption", "ics", "procedure"])["estimate"]
    assert (2 * short.loc[0.0]).to_numpy() == pytest.approx(short.loc[1.0].to_numpy())


def test_without_the_last_adjustment_the_gap_is_that_of_the_one_before(made):
    measures, table = made
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "need")].set_index(["ics", "procedure"])
    before = measures["rate_ratio_age_sex"].draws.median(["chain", "draw"]).to_series()
    assert rows["estimate"].sort_index().to_numpy() == pytest.approx(before.sort_index().to_numpy())


def test_without_age_and_sex_need_is_kept(made):
    measures, table = made
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "age and sex")].set_index(["ics", "procedure"])
    full = measures["rate_ratio"].draws.median(["chain", "draw"]).to_series()
    areas = [label for label in rows.index if label[0] != ALL_ICS]
    assert (rows["estimate"][areas] / full[areas]).to_numpy() == pytest.approx(AGES)


def test_reference_rates_that_are_drawn_stay_drawn_without_the_last_adjustment():
    cells = example_cells(procedures=["hip replacement"], seed=1).isel(ics=slice(0, 6))
    away = xr.DataArray(np.random.default_rng(1).normal(0, 0.1, (4, 100, 5)), dims=(*SAMPLE_DIMS, "deprivation"))
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1, laplace=QUICK)
    fit = fit.require_sound(force=True)
    posterior = fit.draws["posterior"].to_dataset()
    drawn = (
        (away + 0.0 * cells["offered"])
        .transpose(*SAMPLE_DIMS, *CELL_DIMS)
        .assign_coords({dim: posterior[dim] for dim in SAMPLE_DIMS})
    )
    fit.draws["posterior"] = xr.DataTree(posterior.assign({RATE_ERROR: drawn}))
    table = sensitivity_table(fit)
    measures = {item.key: item for item in adjusted_ratios(fit)}
    rows = table[(table["question"] == WITHOUT) & (table["left_out"] == "need")].set_index(["ics", "procedure"])
    before = measures["rate_ratio_age_sex"].draws.quantile(0.975, SAMPLE_DIMS).to_series()
    assert rows["upper"].sort_index().to_numpy() == pytest.approx(before.sort_index().to_numpy())


def test_the_gap_is_its_own_tipping_point_and_persists_less_as_need_falls(few_groups_fit):
    table = sensitivity_table(few_groups_fit)
    together = table[table["ics"] == ALL_ICS]
    gap = next(item for item in adjusted_ratios(few_groups_fit) if item.headline).draws.sel(ics=ALL_ICS)
    point = together[together["question"] == "tipping_point"]["estimate"].item()
    assert point == pytest.approx(float(gap.median()))
    curve = together[together["question"] == "probability_gap_persists"]
    assert (np.diff(curve.sort_values("assumption")["estimate"]) >= 0).all()
    assert len(curve) == 9


def test_where_nothing_was_adjusted_for_nothing_is_left_out(quick_fit):
    table = sensitivity_table(quick_fit)
    assert set(table["question"]) == {"tipping_point", "probability_gap_persists", "rate_ratio_with_private_care"}
    assert np.isfinite(table["estimate"]).all()
    assert "probability" not in table
