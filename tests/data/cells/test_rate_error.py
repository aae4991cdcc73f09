import numpy as np
import pytest
import xarray as xr
from scipy import stats

from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.rate_error import RateError, draw_reference_rates, largest_share, rate_error_share
from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.cells.reference_rates import reference_rates
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
AGES = np.linspace(0, 1, 6)
CELLS = ("ics", "deprivation")


def world(total, tilt, seed, areas=10, spread=0.0):
    """Counts of two groups, the second older by `tilt` and with half as many again for its ages."""
    rng = np.random.default_rng(seed)
    people = np.exp(np.array([-tilt, tilt])[:, None] * AGES)
    people = 1000 * people / people.sum(1, keepdims=True) * np.ones((areas, 1, 1))
    ratio = np.array([1.0, 1.5])[:, None] * np.exp(rng.normal(0, spread, (areas, 2, 1)))
    mean = people * np.exp(2 * AGES) * ratio
    dims = ("ics", "deprivation", "age_band")
    return xr.DataArray(rng.poisson(mean * total / mean.sum()).astype(float), dims=dims), xr.DataArray(
        people, dims=dims
    )


def test_few_admissions_and_unlike_ages_are_covered_only_if_rates_are_drawn():
    """Replicates stand in for procedures; given the rates, a ratio has its exact posterior."""
    replicates, rng = 400, np.random.default_rng(1)
    worlds = [world(80, 3.0, seed, areas=1) for seed in range(replicates)]
    counts, people = xr.concat([counts for counts, _ in worlds], "procedure"), worlds[0][1]
    known = reference_rates(counts, people, cells=CELLS).expand_dims(rate_draw=200)
    drawn = draw_reference_rates(counts, counts, people, cells=CELLS, draws=200, rng=rng)
    total, held = counts.sum(["ics", "age_band"]), {}
    for name, rates in (("known", known), ("drawn", drawn)):
        due = xr.dot(people, rates, dim="age_band").isel(ics=0).transpose("rate_draw", "procedure", "deprivation")
        ratio = np.log(due.copy(data=rng.gamma(np.broadcast_to(total.values, due.shape))) / due)
        low, high = (ratio.isel(deprivation=1) - ratio.isel(deprivation=0)).quantile([0.05, 0.95], "rate_draw")
        held[name] = int(((low <= np.log(1.5)) & (np.log(1.5) <= high)).sum())
    least, most = stats.binom.ppf([0.005, 0.995], replicates, 0.9)
    assert held["known"] < 0.85 * replicates
    assert least <= held["drawn"] <= most


def test_draws_centre_on_the_estimate_and_spread_as_the_likelihood_says():
    counts, people = world(5000, 1.0, 1)
    drawn = draw_reference_rates(counts, counts, people, cells=CELLS, draws=400, rng=np.random.default_rng(1))
    contrast = np.log(drawn.isel(age_band=-1) / drawn.isel(age_band=0))
    rates = reference_rates(counts, people, cells=CELLS)
    share = (people * rates) / (people * rates).sum("age_band")
    total = counts.sum("age_band").values.ravel()
    flat = share.values.reshape(-1, len(AGES))
    information = np.diag(total @ flat) - np.einsum("c,ca,cb->ab", total, flat, flat)
    variance = np.linalg.pinv(information)
    sd = np.sqrt(variance[-1, -1] + variance[0, 0] - 2 * variance[-1, 0])
    assert contrast.mean().item() == pytest.approx(np.log(rates[-1] / rates[0]).item(), abs=4 * sd / 20)
    assert contrast.std().item() == pytest.approx(sd, rel=0.12)


def test_hidden_counts_widen_the_draws_and_do_not_move_them():
    counts, people = world(2000, 1.0, 2)
    hidden = counts.where(counts > 7, 1.0), counts.where(counts > 7, 7.0)
    draws = [
        draw_reference_rates(low, high, people, cells=CELLS, draws=60, rng=np.random.default_rng(1))
        for low, high in ((counts, counts), hidden)
    ]
    exact, within = (np.log(each.isel(age_band=0) / each.isel(age_band=-1)) for each in draws)
    assert (hidden[0] < hidden[1]).sum() > 20
    assert within.mean().item() == pytest.approx(exact.mean().item(), abs=2 * within.std().item())
    assert within.std() > exact.std()


def test_an_age_without_admissions_keeps_a_rate_of_zero_and_unknown_cells_say_nothing():
    counts, people = world(500, 1.0, 3)
    counts = counts * (np.arange(6) > 0)
    counts[0, 0, 2] = np.nan
    drawn = draw_reference_rates(counts, counts, people, cells=CELLS, draws=5, rng=np.random.default_rng(1))
    assert (drawn.isel(age_band=0) == 0).all()
    assert bool((drawn.isel(age_band=slice(1, None)) > 0).all())
    other = counts.copy()
    other[0, 0, 3] = 99.0
    again = draw_reference_rates(other, other, people, cells=CELLS, draws=5, rng=np.random.default_rng(1))
    xr.testing.assert_identical(drawn, again)


def test_the_alarm_rests_on_what_an_interval_would_lose():
    assert 2 * stats.norm.cdf(stats.norm.isf(0.025) / np.sqrt(1 + largest_share())) - 1 == pytest.approx(0.94)


def test_the_share_grows_with_unlike_ages_and_falls_where_areas_differ_and_admissions_are_many():
    def share(total, tilt, spread=0.0):
        counts, people = world(total, tilt, 5, spread=spread)
        return rate_error_share(counts, people, reference_rates(counts, people, cells=CELLS)).max().item()

    assert share(100, 0.0) < 0.01
    assert share(100, 3.0) > 3 * largest_share()
    assert share(100_000, 3.0, spread=0.5) < largest_share()
    assert share(100, 3.0, spread=0.1) > largest_share()


def test_cells_carry_draws_that_keep_the_total_and_repeat_with_the_seed(tables):
    read = [
        read_cells(**tables, groups=Deprivation("IMD 2019"), ages=Ages(rate_error=RateError(seed=seed, draws=4)))
        for seed in (1, 1, 2)
    ]
    first, again, other = (cells["rate_error"] for cells in read)
    xr.testing.assert_identical(first, again)
    assert not first.equals(other)
    expected = read[0]["expected_admissions"].sel(adjustment="age_sex")
    total = (expected * np.exp(first)).sum(["ics", "deprivation"])
    assert (total / expected.sum(["ics", "deprivation"])).values == pytest.approx(1.0)
    assert 0 < abs(first).max() < 0.1


def test_there_is_at_least_one_draw():
    with pytest.raises(OptionError, match="at least 1"):
        RateError(seed=1, draws=0)
