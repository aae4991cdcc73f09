import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from scipy import stats

from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.inequality import share_to_move
from equitymodel.estimands.reading import Reading
from equitymodel.estimands.summary import probability_above, share_of_draws, stated_probability, summarise
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY
from tests.estimands.strategies import label, made_fit, worlds

pytestmark = pytest.mark.unit

EVEN = xr.DataArray(np.arange(101.0).reshape(1, 101), dims=("chain", "draw"))
COLUMNS = ["estimate", "lower", "upper", "interval_probability", "interval_kind", "probability", "unit"]


def test_a_row_states_estimate_interval_level_kind_and_unit():
    table = summarise(EVEN, unit="admissions")
    assert table.columns.tolist() == COLUMNS
    row = table.loc[0]
    assert row[["estimate", "lower", "upper", "interval_probability"]].tolist() == pytest.approx([50, 2.5, 97.5, 0.95])
    assert (row["interval_kind"], row["unit"]) == ("equal-tailed credible interval", "admissions")
    assert np.isnan(row["probability"])


def test_the_interval_of_the_package_is_the_one_that_is_always_printed():
    assert (INTERVAL_PROBABILITY, INTERVAL_KIND) == (0.95, "equal-tailed credible interval")


def test_the_interval_of_a_normal_posterior_is_196_standard_deviations_either_side():
    draws = xr.DataArray(stats.norm.ppf((np.arange(8000) + 0.5) / 8000).reshape(4, 2000), dims=("chain", "draw"))
    row = summarise(draws).loc[0]
    assert row[["estimate", "lower", "upper"]].tolist() == pytest.approx([0, -1.96, 1.96], abs=0.01)


def test_another_level_gives_another_interval_and_says_so():
    row = summarise(EVEN, interval_probability=0.8).loc[0]
    assert row[["lower", "upper", "interval_probability"]].tolist() == pytest.approx([10, 90, 0.8])


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_is_not_between_0_and_1_is_refused(level):
    with pytest.raises(OptionError, match="level lies between 0 and 1"):
        summarise(EVEN, interval_probability=level)


def test_the_centre_is_a_median_or_for_admissions_that_add_up_a_mean():
    skewed = xr.DataArray([[0.0, 0, 0, 8]], dims=("chain", "draw"))
    assert summarise(skewed).loc[0, "estimate"] == 0
    assert summarise(skewed, centre="mean").loc[0, "estimate"] == 2


@given(worlds(draws=5))
def test_every_row_is_the_summary_of_its_own_cell(world):
    draws, probability = world[0].transpose("ics", "draw", "procedure", "chain", "deprivation"), world[1] / 500
    table = summarise(draws, probability=probability)
    assert len(table) == 3 * 5 * 2
    for row in table.sample(3, random_state=1).itertuples():
        cell = {"ics": row.ics, "deprivation": row.deprivation, "procedure": row.procedure}
        lower, median, upper = np.quantile(draws.sel(cell).values.ravel(), [0.025, 0.5, 0.975])
        assert (row.lower, row.estimate, row.upper) == pytest.approx((lower, median, upper))
        assert row.probability == pytest.approx(float(probability.sel(cell)))


@given(worlds(draws=5))
def test_posterior_means_add_up_over_groups(world):
    table = summarise(world[0], centre="mean")
    total = summarise(world[0].sum("deprivation"), centre="mean")
    added = table.groupby(["ics", "procedure"])["estimate"].sum()
    pd.testing.assert_series_equal(added, total.set_index(["ics", "procedure"])["estimate"])


def test_labels_that_are_not_dimensions_are_left_out():
    draws = label(np.ones((1, 2, 3)), ("chain", "draw", "ics"))
    assert "region" not in summarise(draws).columns


def test_cells_that_do_not_exist_have_no_row():
    draws = label(np.ones((1, 4, 3)), ("chain", "draw", "ics"))
    table = summarise(draws.where(draws["ics"] != "Dorset"), probability=draws.isel(chain=0, draw=0))
    assert table["ics"].tolist() == ["Avon", "Tyne"]
    assert table.index.tolist() == [0, 1]


def test_the_probability_above_a_threshold_counts_draws_strictly_above_it():
    draws = xr.DataArray([[-1.0, 0.0], [2.0, 3.0]], dims=("chain", "draw"))
    assert float(probability_above(draws)) == 0.5
    assert float(probability_above(draws, 2.5)) == 0.25


def test_the_probability_is_missing_where_the_draws_are():
    draws = label(np.ones((1, 4, 3)), ("chain", "draw", "ics"))
    some = probability_above(draws.where(draws["ics"] != "Tyne"))
    np.testing.assert_array_equal(some, [1, 1, np.nan])


def test_the_share_of_draws_is_missing_where_any_draw_is():
    draws = xr.DataArray([[[0.5, 0.5], [0.5, np.nan]]], dims=("chain", "draw", "ics"))
    np.testing.assert_array_equal(share_of_draws(draws < 1, draws), [1.0, np.nan])


def test_a_measure_of_a_fit_fills_its_unit_and_its_probability():
    fit = made_fit()
    gap = rate_ratio(fit)
    table = summarise(gap)
    assert set(table["unit"]) == {"ratio"}
    assert set(table["probability_of"]) == {"ratio below 1: the most deprived have fewer"}
    np.testing.assert_allclose(table["probability"], (gap < 1).mean(["chain", "draw"]).values.ravel())


def test_what_is_given_wins_over_what_the_measure_says():
    table = summarise(rate_ratio(made_fit()), unit="times", probability=xr.zeros_like(made_fit().ratio[0, 0, :, 0]))
    assert set(table["unit"]) == {"times"}
    assert set(table["probability"]) == {0.0}
    assert "probability_of" not in table


def test_a_measure_that_only_has_a_size_states_no_probability():
    table = summarise(share_to_move(made_fit()))
    assert set(table["unit"]) == {"share of admissions"}
    assert table["probability"].isna().all()
    assert "probability_of" not in table


def test_the_log_of_a_ratio_is_not_read_as_a_ratio():
    table = summarise(np.log(rate_ratio(made_fit())))
    assert table["probability"].isna().all()
    assert set(table["unit"]) == {""}


def test_a_stated_probability_is_of_its_own_side():
    draws = xr.DataArray([[-1.0, 2.0, 3.0, 4.0]], dims=("chain", "draw"))
    assert float(stated_probability(draws, Reading("", 0, stated="above"))) == 0.75
    assert float(stated_probability(draws, Reading("", 0, stated="below"))) == 0.25
    assert stated_probability(draws, Reading("")) is None
