import numpy as np
import pandas as pd
import pytest
from scipy import stats

from equitymodel.data.published.read_estimates import read_estimates
from equitymodel.errors import OptionError
from equitymodel.inference.pool_estimates import pool_estimates

pytestmark = pytest.mark.unit
# Rubin (1981), table 1: effects of coaching in eight schools
SCHOOLS = pd.DataFrame({"area": list("ABCDEFGH"), "estimate": [28.0, 8, -3, 7, -1, 1, 18, 12],
                        "se": [15.0, 10, 16, 11, 9, 11, 10, 18]})  # fmt: skip


@pytest.fixture(scope="module")
def pooled():
    return pool_estimates(SCHOOLS, scale="difference", spread_prior=1000.0, seed=1)


def by_brute_force(value, error, prior):
    """Posterior means over a grid of mean and spread, neither of them integrated out beforehand."""
    mean, spread = np.meshgrid(np.linspace(-60, 80, 351), (np.arange(1000) + 0.5) / 1000 * 150, indexing="ij")
    variance = error[:, None, None] ** 2 + spread**2
    density = (
        -0.5 * ((value[:, None, None] - mean) ** 2 / variance + np.log(variance)).sum(0) - spread**2 / prior**2 / 2
    )
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    own = spread**2 / variance
    means = ((own * value[:, None, None] + (1 - own) * mean) * weight).sum((1, 2))
    return means, (spread * weight).sum(), (own * weight).sum((1, 2))


def test_posterior_means_are_those_of_a_grid_over_mean_and_spread(pooled):
    means, spread, own = by_brute_force(SCHOOLS["estimate"].to_numpy(), SCHOOLS["se"].to_numpy(float), 1000.0)
    np.testing.assert_allclose(pooled.table["pooled"], means, rtol=5e-3)
    np.testing.assert_allclose(pooled.overall.loc["spread", "estimate"], spread, rtol=5e-3)
    np.testing.assert_allclose(pooled.table["own_weight"], own, rtol=5e-3)


def test_the_book_has_the_same_medians(pooled):
    # Gelman et al. (2013), table 5.3, medians of 200 draws
    printed = [10, 8, 7, 8, 5, 6, 10, 8]
    np.testing.assert_allclose(pooled.draws["value"].median(["chain", "draw"]), printed, atol=1.2)


def test_draws_have_the_means_of_the_grid_and_go_together(pooled):
    np.testing.assert_allclose(pooled.draws["value"].mean(["chain", "draw"]), pooled.table["pooled"], atol=0.35)
    mean, spread = pooled.draws["mean"].values[0], pooled.draws["spread"].values[0]
    narrow = spread < 2
    apart = pooled.draws["value"].sel(area="A").values[0] - mean
    assert apart[narrow].std() < 2 < apart[~narrow].std()


def test_areas_that_do_not_differ_are_given_their_common_mean():
    same = pool_estimates(SCHOOLS, scale="difference", spread_prior=1e-3, seed=1)
    weight = 1 / SCHOOLS["se"] ** 2
    expected = (weight * SCHOOLS["estimate"]).sum() / weight.sum()
    np.testing.assert_allclose(same.table["pooled"], expected, rtol=1e-4)
    half = 1.959964 / np.sqrt(weight.sum())
    np.testing.assert_allclose(
        same.overall.loc["mean", ["lower", "upper"]].astype(float), [expected - half, expected + half], atol=0.4
    )


def test_precise_estimates_are_kept():
    exact = pool_estimates(SCHOOLS.assign(se=0.01), scale="difference", spread_prior=20.0, seed=1)
    np.testing.assert_allclose(exact.table["pooled"], exact.table["published"], atol=1e-3)
    assert exact.table["own_weight"].min() > 0.999
    np.testing.assert_allclose(exact.table["upper"] - exact.table["lower"], 2 * 1.959964 * 0.01, rtol=0.05)


def test_without_errors_the_overall_answers_are_those_of_a_sample_from_a_normal_distribution():
    """Closed form, with a flat prior of the spread: Student t and chi-squared with n - 2 degrees of freedom."""
    overall = pool_estimates(SCHOOLS.assign(se=0.01), scale="difference", spread_prior=1000.0, seed=1).overall
    values, count = SCHOOLS["estimate"].to_numpy(), len(SCHOOLS)
    squares = ((values - values.mean()) ** 2).sum()
    sd = np.sqrt(squares / (count - 2))
    t = stats.t(count - 2).ppf(0.975)
    for quantity, half in (("mean", t * sd / np.sqrt(count)), ("another_area", t * sd * np.sqrt(1 + 1 / count))):
        found = overall.loc[quantity]
        np.testing.assert_allclose(found["upper"] - found["lower"], 2 * half, rtol=0.08)
        np.testing.assert_allclose(found["estimate"], values.mean(), rtol=1e-3)
    ends = np.sqrt(squares / stats.chi2(count - 2).ppf([0.975, 0.025]))
    np.testing.assert_allclose(overall.loc["spread", ["lower", "upper"]].astype(float), ends, rtol=0.02)


def test_how_far_out_an_area_is_has_the_tail_of_student_t_where_errors_are_small():
    """Closed form, as above, from the other n - 1 areas: none is unlike the rest because all are precise."""
    table = pool_estimates(SCHOOLS.assign(se=0.01), scale="difference", spread_prior=1000.0, seed=1).table
    for area, value in SCHOOLS.set_index("area")["estimate"].items():
        others = SCHOOLS["estimate"][SCHOOLS["area"] != area]
        count = len(others)
        sd = np.sqrt(((others - others.mean()) ** 2).sum() / (count - 2) * (1 + 1 / count))
        expected = 2 * stats.t(count - 2).sf(abs(value - others.mean()) / sd)
        np.testing.assert_allclose(table.loc[area, "tail_probability"], expected, rtol=0.02)
    assert not table["unlike_the_rest"].any()


def test_how_far_out_an_area_is_has_the_tail_of_a_normal_where_areas_do_not_differ():
    """Closed form: the weighted mean of the others, with the errors of both."""
    table = pool_estimates(SCHOOLS, scale="difference", spread_prior=1e-3, seed=1).table
    for area, own in SCHOOLS.set_index("area").iterrows():
        others = SCHOOLS[SCHOOLS["area"] != area]
        weight = 1 / others["se"] ** 2
        away = own["estimate"] - (weight * others["estimate"]).sum() / weight.sum()
        expected = 2 * stats.norm.sf(abs(away) / np.sqrt(own["se"] ** 2 + 1 / weight.sum()))
        np.testing.assert_allclose(table.loc[area, "tail_probability"], expected, rtol=1e-3)


def test_what_the_prior_moves_is_what_half_and_twice_of_it_give():
    half, usual, twice = (
        pool_estimates(SCHOOLS, scale="difference", spread_prior=c, seed=1) for c in (5.0, 10.0, 20.0)
    )
    width = (usual.table["upper"] - usual.table["lower"]) / 2
    moved = [(abs(other.table["pooled"] - usual.table["pooled"]) / width).max() for other in (half, twice)]
    np.testing.assert_allclose(usual.prior_moves, max(moved), rtol=1e-9)


def test_reversed_and_rescaled_tables_give_reversed_and_rescaled_answers(pooled):
    other = pool_estimates(SCHOOLS.assign(estimate=-10 * SCHOOLS["estimate"], se=10 * SCHOOLS["se"]), scale="difference",
                           spread_prior=10_000.0, seed=1)  # fmt: skip
    np.testing.assert_allclose(other.table["pooled"], -10 * pooled.table["pooled"], rtol=1e-9)


def test_ratios_are_pooled_as_logarithms():
    logs = pd.DataFrame({"area": list("ABCD"), "estimate": [0.1, 0.3, -0.2, 0.6], "se": [0.1, 0.2, 0.1, 0.3]})
    ratios = pool_estimates(logs.assign(estimate=np.exp(logs["estimate"])), seed=1)
    plain = pool_estimates(logs, scale="difference", spread_prior=0.3, seed=1)
    np.testing.assert_allclose(np.log(ratios.table["pooled"]), plain.table["pooled"], rtol=1e-9)
    np.testing.assert_allclose(np.log(ratios.overall.loc["mean"]), plain.overall.loc["mean"], rtol=1e-9)
    np.testing.assert_allclose(ratios.overall.loc["spread"], plain.overall.loc["spread"], rtol=1e-9)


def test_intervals_hold_what_they_say_where_the_world_is_the_prior():
    random = np.random.default_rng(4)
    held = []
    for _ in range(60):
        truth = 2 + abs(random.normal(0, 0.5)) * random.normal(size=17)
        error = random.uniform(0.1, 0.8, 17)
        rows = pd.DataFrame(
            {"area": [f"area {i}" for i in range(17)], "estimate": random.normal(truth, error), "se": error}
        )
        table = pool_estimates(rows, scale="difference", spread_prior=0.5, seed=1).table
        held.append(((table["lower"] <= truth) & (truth <= table["upper"])).mean())
    assert abs(np.mean(held) - 0.95) < 0.025


def test_one_unlike_the_rest_is_named_and_an_ordinary_table_names_none(pooled):
    assert not pooled.table["unlike_the_rest"].any()
    far = pool_estimates(SCHOOLS.assign(estimate=[200.0, *SCHOOLS["estimate"][1:]]), scale="difference",
                         spread_prior=10.0, seed=1)  # fmt: skip
    assert list(far.table.index[far.table["unlike_the_rest"]]) == ["A"]
    assert any("Unlike the rest, and drawn towards them all the same: A." in line for line in far.warnings())


def test_few_areas_and_a_prior_that_moves_the_answer_are_said():
    few = pool_estimates(SCHOOLS.head(3), scale="difference", spread_prior=5.0, seed=1)
    assert few.warnings()[0].startswith("With 3 areas the prior has much to say")
    assert few.prior_moves > 0.05


def test_what_was_read_already_is_pooled_as_it_is(pooled):
    read = read_estimates(SCHOOLS, scale="difference")
    again = pool_estimates(read, spread_prior=1000.0, seed=1)
    pd.testing.assert_frame_equal(again.table, pooled.table)


@pytest.mark.parametrize("prior", [None, 0.0, -1.0, np.inf])
def test_differences_need_a_prior_above_none(prior):
    with pytest.raises(OptionError, match=r"--spread-prior.*standard deviation of 10"):
        pool_estimates(SCHOOLS, scale="difference", spread_prior=prior, seed=1)
