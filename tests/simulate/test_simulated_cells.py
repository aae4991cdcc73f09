import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.numbers import parse_counts
from equitymodel.data.tables.suppression import HIGH, LOW, show, small_number_rule
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.simulate.simulated_cells import (
    LocalVariation,
    draw_counts,
    draw_ratio,
    hide_small_numbers,
    simulate_cells,
)

pytestmark = pytest.mark.unit

CELLS = ("ics", "deprivation", "procedure")
NOWHERE = LocalVariation(0.0, 0.0, 0.0, 0.0)


def many(mean, size=40_000):
    """Give the same true mean to many cells, spread over ICSs."""
    return xr.DataArray(np.full((size, 1, 1), float(mean)), dims=CELLS)


def draw_many_ratios(spreads, *, areas=4000, gradient=0.3):
    """Draw ratios for many ICSs of equal groups around one national gradient."""
    people = xr.DataArray(np.ones((areas, 5)), dims=CELLS[:2])
    flat = xr.DataArray(np.zeros((5, 2)), dims=CELLS[1:])
    line = xr.DataArray([gradient, 0.0], dims="procedure")
    return draw_ratio(line, flat, people, variation=spreads, rng=np.random.default_rng(3))


@pytest.mark.parametrize(("mean", "variation"), [(4.0, 0.5), (40.0, 0.2), (400.0, 0.05), (40.0, 0.0)])
def test_counts_have_the_mean_and_the_variance_that_are_stated(mean, variation):
    counts = draw_counts(many(mean), extra_variation=variation, rng=np.random.default_rng(1)).values.ravel()
    variance = mean + mean**2 * variation**2
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / counts.size))
    assert counts.var() == pytest.approx(variance, rel=0.05)


def test_the_strata_of_a_cell_share_its_extra_variation():
    mean = xr.DataArray(np.full((20_000, 1, 1, 2), 100.0), dims=(*CELLS, "sex"))
    counts = draw_counts(mean, extra_variation=0.3, rng=np.random.default_rng(2)).values.reshape(-1, 2)
    assert np.cov(counts.T)[0, 1] == pytest.approx(100**2 * 0.3**2, rel=0.05)
    assert counts.sum(axis=1).var() == pytest.approx(200 + 200**2 * 0.3**2, rel=0.05)


def test_counts_are_whole_and_keep_their_labels():
    mean = simulate_cells(areas=3, seed=1)[1].fitted
    counts = draw_counts(mean, extra_variation=0.1, rng=np.random.default_rng(4))
    assert counts.dtype.kind == "i"
    assert counts.dims == mean.dims
    assert bool((counts >= 0).all())


def test_without_spread_the_ratio_is_the_stated_gradient_and_departure():
    people = xr.DataArray([[30.0, 20, 20, 20, 10], [10, 20, 20, 20, 30]], dims=CELLS[:2])
    line, shape = xr.DataArray([0.4], dims="procedure"), xr.DataArray([[0.0], [0], [0.1], [0], [0]], dims=CELLS[1:])
    ratio = draw_ratio(line, shape, people, variation=NOWHERE, rng=np.random.default_rng(1))
    log_ratio = 0.4 * (np.array([0.1, 0.3, 0.5, 0.7, 0.9]) - 0.5) + np.array([0, 0, 0.1, 0, 0])
    np.testing.assert_allclose(np.log(ratio), [log_ratio[:, None]] * 2, atol=1e-12)


def test_places_differ_by_the_stated_standard_deviations():
    ratio = np.log(draw_many_ratios(LocalVariation(0.12, 0.10, 0.07)))
    level, gradient = ratio.mean("deprivation"), (ratio[:, -1] - ratio[:, 0]) / 0.8
    assert level.std("ics").values == pytest.approx([0.12, 0.12], rel=0.05)
    assert gradient.mean("ics").values == pytest.approx([0.3, 0.0], abs=0.01)
    assert gradient.std("ics").values == pytest.approx([np.hypot(0.10, 0.07)] * 2, rel=0.05)


def test_gradients_of_two_procedures_in_an_ics_share_its_own_part():
    ratio = np.log(draw_many_ratios(LocalVariation(0.12, 0.10, 0.07)))
    gradient = (ratio[:, -1] - ratio[:, 0]) / 0.8
    assert np.cov(gradient.values.T)[0, 1] == pytest.approx(0.10**2, rel=0.1)


def test_a_simulated_world_has_the_sizes_and_labels_asked_for():
    cells, truth = simulate_cells(areas=4, groups=3, procedures=2, seed=1)
    assert dict(cells["admissions"].sizes) == {"ics": 4, "deprivation": 3, "procedure": 2}
    assert cells["deprivation"].values.tolist() == [1, 2, 3]
    assert truth.fitted.dims == truth.ratio.dims == truth.need.dims == CELLS


def test_true_admissions_are_the_true_ratio_times_need():
    _, truth = simulate_cells(areas=4, seed=1)
    np.testing.assert_allclose(truth.fitted, truth.ratio * truth.need, rtol=1e-12)


def test_expected_admissions_add_up_to_the_admissions_of_each_procedure():
    cells, _ = simulate_cells(areas=4, seed=1)
    over = ["ics", "deprivation"]
    expected = cells["expected_admissions"].sel(adjustment="population").sum(over)
    np.testing.assert_allclose(expected, cells["admissions"].sum(over), rtol=1e-12)


def test_the_typical_cell_expects_as_many_admissions_as_asked():
    _, truth = simulate_cells(areas=10, expected=150.0, seed=1)
    np.testing.assert_allclose(truth.need.mean(["ics", "deprivation"]), 150.0, rtol=1e-12)


def test_the_national_gap_of_a_simulated_world_is_the_stated_gradient():
    cells, truth = simulate_cells(areas=30, gradient=0.4, variation=NOWHERE, seed=1)
    position = ridit(cells["population"].sum("ics"))
    length = float(position[-1] - position[0])
    gap = rate_ratio(pooled_ratio(truth.fitted, truth.need))
    np.testing.assert_allclose(gap, np.exp(-0.4 * length), rtol=1e-12)


def test_the_same_seed_gives_the_same_world_and_another_seed_another():
    one, same, other = (simulate_cells(areas=3, seed=seed)[0] for seed in (1, 1, 2))
    assert one.identical(same)
    assert not one["admissions"].equals(other["admissions"])


@pytest.mark.parametrize("rule", ["hes", "lt5", "1-9/10"])
def test_hidden_counts_are_what_reading_the_published_table_would_give(rule):
    cells, _ = simulate_cells(areas=4, expected=9.0, seed=2)
    exact = cells["admissions"].to_series()
    shown = parse_counts(show(exact.astype(int), small_number_rule(rule)).rename("admissions"), DataLog(),
                         small_numbers=rule)  # fmt: skip
    hidden = hide_small_numbers(cells, rule)
    for name in ("admissions", LOW, HIGH):
        np.testing.assert_array_equal(hidden[name].to_series().to_numpy(), shown[name].to_numpy())


def test_hiding_needs_a_rule_that_hides():
    cells, _ = simulate_cells(areas=2, seed=2)
    with pytest.raises(OptionError, match="not a rule that hides"):
        hide_small_numbers(cells, "exclude")
