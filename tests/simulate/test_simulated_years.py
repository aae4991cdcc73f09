"""Simulated years have the moments that their world states."""

import numpy as np
import pytest

from equitymodel.data.tables.deprivation import ridit
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.rates import standardised_ratio
from equitymodel.simulate.cell_worlds import WORLDS, CellSizes, Deviations, Outlier, World
from equitymodel.simulate.simulated_cells import LocalVariation
from equitymodel.simulate.simulated_years import simulate_years

pytestmark = pytest.mark.unit

NOWHERE = LocalVariation(0.0, 0.0, 0.0, 0.0)
MANY = CellSizes(areas=3000, procedures=2, years=3)
CELLS = ("ics", "deprivation", "procedure")


def truth_of(sizes=MANY, **parts):
    """Give the truth of a world that has these parts alone."""
    return simulate_years(World(**{"gradient": 0.0, "variation": NOWHERE, **parts}), sizes, seed=1)[1]


def log_ratio(truth, quantity="fitted"):
    return np.log(truth[quantity] / truth["need"])


def correlation(one, other):
    return float(np.corrcoef(one.values.ravel(), other.values.ravel())[0, 1])


def test_years_come_last_with_their_middle_and_their_length():
    cells, truth = simulate_years(World(), CellSizes(areas=3, years=2), seed=1)
    for name in ("admissions", "expected_admissions", "population"):
        assert cells[name].dims[-1] == "period"
    assert cells["expected_admissions"].dims[0] == "adjustment"
    assert cells["period"].values.tolist() == ["2021/22", "2022/23"]
    assert cells["year"].values.tolist() == [2021.75, 2022.75]
    assert cells["period_years"].values.tolist() == [1.0, 1.0]
    assert "period" not in cells["offered"].dims + cells["position"].dims
    assert truth["fitted"].dims == truth["this_year"].dims == truth["need"].dims == (*CELLS, "period")
    assert truth["gradient"].dims == ("ics", "procedure")


def test_cells_of_one_year_have_no_period():
    cells, truth = simulate_years(World(), CellSizes(areas=3), seed=1)
    assert "period" not in cells.dims
    assert not {"period", "year", "period_years"} & set(cells.coords)
    assert cells["admissions"].dims == truth["fitted"].dims == CELLS


def test_expected_admissions_of_a_year_add_up_to_its_admissions():
    cells, _ = simulate_years(World(level_walk=0.2), CellSizes(areas=5, years=3), seed=1)
    expected = cells["expected_admissions"].isel(adjustment=0).sum(CELLS[:2])
    np.testing.assert_allclose(expected, cells["admissions"].sum(CELLS[:2]), rtol=1e-12)


def test_the_same_seed_gives_the_same_world_and_another_seed_another():
    one, same, other = (simulate_years(WORLDS["lasting deviations 8 %"], seed=seed)[0] for seed in (1, 1, 2))
    assert one.identical(same)
    assert not one["admissions"].equals(other["admissions"])


def test_worlds_of_one_seed_differ_only_in_what_they_say_differently():
    calm, shocked = (simulate_years(WORLDS[name], seed=1)[1] for name in ("model true", "shock of a year 8 %"))
    np.testing.assert_array_equal(calm["fitted"], shocked["fitted"])
    assert not calm["this_year"].equals(shocked["this_year"])


def test_cells_expect_the_mean_or_with_unequal_sizes_the_median():
    equal, unequal = (
        truth_of(CellSizes(areas=40, procedures=8, expected=20.0, unequal=unlike))["need"] for unlike in (False, True)
    )
    assert float(equal.mean()) == pytest.approx(20.0)
    assert float(unequal.median()) == pytest.approx(20.0)
    assert float(np.log(unequal.sum("deprivation")).std()) == pytest.approx(0.6 * np.sqrt(2), rel=0.3)


def test_levels_and_gradients_differ_by_the_stated_standard_deviations():
    truth = truth_of(gradient=0.3, variation=LocalVariation(0.12, 0.10, 0.07, 0.0))
    assert float(truth["gradient"].mean()) == pytest.approx(0.3, abs=0.01)
    assert float(truth["gradient"].std()) == pytest.approx(np.hypot(0.10, 0.07), rel=0.03)
    assert float(log_ratio(truth).isel(deprivation=2).std()) == pytest.approx(0.12, rel=0.03)
    assert np.cov(truth["gradient"].values.T)[0, 1] == pytest.approx(0.10**2, rel=0.1)


@pytest.mark.parametrize("part", ["levels", "gradients", "deviations"])
def test_tails_are_those_of_student_with_three_degrees_at_the_same_standard_deviation(part):
    """Half of all effects lie within 0.765 of such a t, whose standard deviation is the root of 3; 1 in 82 beyond 5."""
    if part == "deviations":
        effect = log_ratio(truth_of(deviations=(Deviations(1.0, common=0.0, tails="t3"),)))
    else:
        sds = LocalVariation(1.0, 0.0, 0.0, 0.0) if part == "levels" else LocalVariation(0.0, 0.0, 1.0, 0.0)
        truth = truth_of(variation=sds, tails="t3")
        effect = truth["gradient"] if part == "gradients" else log_ratio(truth).isel(deprivation=0)
    assert float(abs(effect).median()) == pytest.approx(0.765 / np.sqrt(3), rel=0.03)
    assert float((abs(effect) > 5 / np.sqrt(3)).mean()) == pytest.approx(0.0154, rel=0.3)


def test_what_lasts_has_the_stated_size_and_is_the_same_in_every_year():
    truth = truth_of(deviations=(Deviations(0.08),))
    ratio = log_ratio(truth)
    assert float(ratio.std()) == pytest.approx(0.08, rel=0.03)
    np.testing.assert_allclose(ratio.isel(period=0), ratio.isel(period=2), atol=1e-12)
    assert correlation(ratio.isel(procedure=0), ratio.isel(procedure=1)) == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(truth["deviation"], ratio, atol=1e-12)
    np.testing.assert_allclose(truth["this_year"], truth["fitted"], rtol=1e-12)


def test_what_lasts_may_fade_and_keeps_its_size():
    ratio = log_ratio(truth_of(deviations=(Deviations(0.08, correlation=0.9),)))
    assert [correlation(ratio.isel(period=0), ratio.isel(period=lag)) for lag in (1, 2)] == pytest.approx(
        [0.9, 0.81], abs=0.02
    )
    assert ratio.std(CELLS).values == pytest.approx([0.08] * 3, rel=0.03)


def test_a_shock_is_of_its_year_and_common_to_procedures():
    truth = truth_of(deviations=(Deviations(0.08, common=1.0, lasts=0.0),))
    assert float(abs(log_ratio(truth)).max()) < 1e-12
    shock = log_ratio(truth, "this_year")
    assert float(shock.std()) == pytest.approx(0.08, rel=0.03)
    np.testing.assert_allclose(shock.isel(procedure=0), shock.isel(procedure=1), atol=1e-12)
    assert correlation(shock.isel(period=0), shock.isel(period=1)) == pytest.approx(0, abs=0.03)


def test_a_share_of_the_deviations_lasts():
    truth = truth_of(deviations=(Deviations(0.08, lasts=0.75),))
    lasting, in_all = log_ratio(truth), log_ratio(truth, "this_year")
    assert float(lasting.std()) == pytest.approx(0.08 * np.sqrt(0.75), rel=0.03)
    assert float(in_all.std()) == pytest.approx(0.08, rel=0.03)
    assert correlation(in_all.isel(period=0), in_all.isel(period=1)) == pytest.approx(0.75, abs=0.02)


def test_a_share_from_a_beta_distribution_has_its_mean_over_worlds():
    world = World(gradient=0.0, variation=NOWHERE, deviations=(Deviations(0.1, common=1.0, lasts=(2.0, 1.0)),))
    sizes = CellSizes(areas=60, procedures=1)
    shares = [float(simulate_years(world, sizes, seed=seed)[1]["deviation"].var()) / 0.01 for seed in range(150)]
    assert np.mean(shares) == pytest.approx(2 / 3, abs=0.06)
    assert np.std(shares) == pytest.approx(np.sqrt(1 / 18), abs=0.06)


@pytest.mark.parametrize(("everywhere", "procedures"), [(False, 1), (True, 3)])
def test_the_outlier_has_its_own_gap_in_every_year_and_others_the_national_one(everywhere, procedures):
    sizes = CellSizes(areas=4, years=2)
    truth = truth_of(sizes, gradient=0.3, outlier=Outlier(0.23, everywhere=everywhere))
    gap = np.log(rate_ratio(standardised_ratio(truth["fitted"], truth["need"])))
    own = truth["outlying"].any("deprivation")
    assert int(own.isel(period=0).sum()) == procedures
    np.testing.assert_allclose(gap.values[own.values], 0.23, rtol=1e-9)
    assert (gap.values[~own.values] < -0.2).all()


def test_gradients_are_bent_by_ics_in_all_procedures_alike():
    ratio = log_ratio(truth_of(bend=0.08)).isel(period=0)
    assert float(np.sqrt((ratio**2).mean())) == pytest.approx(0.08, rel=0.05)
    np.testing.assert_allclose(ratio.isel(procedure=0), ratio.isel(procedure=1), atol=1e-12)
    bent = (ratio.isel(deprivation=2) * ratio.isel(deprivation=0)).isel(procedure=0)
    assert float(bent.max()) <= 0


def test_rates_peak_half_way_in_every_ics():
    ratio = log_ratio(truth_of(peak=0.2)).isel(period=0)
    np.testing.assert_allclose(ratio - ratio.isel(ics=0), 0, atol=1e-12)
    assert ratio.isel(ics=0, procedure=0).argmax("deprivation") == 2
    half_way = ratio.isel(ics=0, procedure=0, deprivation=2) - ratio.isel(ics=0, procedure=0, deprivation=[0, 4]).max()
    assert float(half_way) == pytest.approx(0.2, abs=0.01)


def test_overdispersion_is_that_of_each_procedure():
    truth = truth_of(CellSizes(areas=4000), overdispersion=(0.0, 0.05, 0.15))
    noise = truth["this_year"] / truth["fitted"]
    assert noise.mean(CELLS[:2]).values == pytest.approx([1.0] * 3, abs=0.005)
    assert noise.std(CELLS[:2]).values == pytest.approx([0.0, 0.05, 0.15], rel=0.03)


def test_misreported_population_moves_need_as_reported_and_not_the_true_one():
    cells, truth = simulate_years(World(misreported=0.03, gradient=0.0, variation=NOWHERE), MANY, seed=1)
    off = np.log(truth["need"] / truth["true_need"])
    assert float(off.std()) == pytest.approx(0.03, rel=0.05)
    np.testing.assert_allclose(off.isel(procedure=0, period=0), off.isel(procedure=1, period=2), atol=1e-12)
    np.testing.assert_allclose(truth["fitted"] / truth["true_need"], 1.0, rtol=1e-12)
    share = cells["population"] / truth["need"].isel(procedure=0)
    np.testing.assert_allclose(share, share[0, 0, 0], rtol=1e-9)


def test_levels_walk_from_year_to_year():
    level = log_ratio(truth_of(level_walk=0.05)).isel(deprivation=0)
    assert float(abs(level.isel(period=0)).max()) < 1e-12
    assert level.std(("ics", "procedure")).values[1:] == pytest.approx([0.05, 0.05 * np.sqrt(2)], rel=0.05)


def test_counts_vary_as_poisson_around_the_year_and_positions_are_of_the_population():
    cells, truth = simulate_years(World(gradient=0.0, variation=NOWHERE), CellSizes(areas=3000), seed=1)
    standard = (cells["admissions"] - truth["this_year"]) / np.sqrt(truth["this_year"])
    assert float(standard.mean()) == pytest.approx(0.0, abs=0.02)
    assert float(standard.std()) == pytest.approx(1.0, rel=0.02)
    np.testing.assert_allclose(cells["position"], ridit(cells["population"].sum("ics")))
