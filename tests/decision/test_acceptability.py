"""Acceptability: closed forms, ties, what is not separated, and whether the option chosen is as often best as it says."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.acceptability import acceptability, dominance, ends_of, partial_values, why_not_separated
from equitymodel.decision.weight_space import WeightSpace, named
from equitymodel.errors import OptionError
from tests.decision.plans import sampled

pytestmark = pytest.mark.unit


def table(values):
    return xr.DataArray(
        np.asarray(values, float), {"option": [*"abcdef"[: len(values)]], "criterion": [*"xyz"[: len(values[0])]]}
    )


def test_three_options_each_best_by_one_criterion_come_first_in_a_third():
    found = acceptability(table(np.eye(3)), named("xyz").sample(40_000, seed=1), iterations=40_000)
    assert found["acceptability"].values == pytest.approx(1 / 3, abs=0.01)
    assert found["acceptability"].isel(rank=0).values == pytest.approx(1 / 3, abs=0.006)
    assert found["entropy"].item() == pytest.approx(np.log2(3), abs=0.001)
    assert found["acceptability"].sum("rank").values == pytest.approx(1)


def test_central_weights_of_two_opposites():
    found = acceptability(table(np.eye(2)), named("xy").sample(40_000, seed=2), iterations=40_000)
    assert found["central_weight"].values.ravel() == pytest.approx([0.75, 0.25, 0.25, 0.75], abs=0.005)
    assert found["confidence"].values.tolist() == [1.0, 1.0]


def test_an_option_first_for_all_weights_has_the_middle_of_an_order_as_its_central_weight():
    weights = WeightSpace((*"xyz",), order=(*"xyz",)).sample(40_000, seed=3)
    found = acceptability(table([[1, 1, 1], [0, 0, 0]]), weights, iterations=40_000)
    assert found["central_weight"].sel(option="a").values == pytest.approx([11 / 18, 5 / 18, 2 / 18], abs=0.005)
    assert np.isnan(found["central_weight"].sel(option="b").values).all()
    assert np.isnan(found["confidence"].sel(option="b").item())
    assert found["holistic"].values == pytest.approx([0.75, 0.25])
    assert why_not_separated(found) == ""


def test_confidence_is_the_chance_over_draws_alone_at_ones_own_weights():
    """a - b is normal(0.5, 1) by x and 0 by y: first at any weight of x with Phi(0.5) = 0.6915."""
    ahead = np.random.default_rng(4).normal(0.5, 1, 20_000)
    drawn = np.stack([np.stack([ahead, 0 * ahead], 1), np.zeros((20_000, 2))], 1)
    values = sampled(drawn, option=["a", "b"], criterion=["x", "y"])
    found = acceptability(values, named("xy").sample(20_000, seed=5), iterations=20_000)
    assert found["confidence"].values == pytest.approx([0.6915, 0.3085], abs=0.01)
    assert found["acceptability"].isel(rank=0).values == pytest.approx([0.6915, 0.3085], abs=0.01)
    assert found["beats"].values.ravel() == pytest.approx([0.5, 0.6915, 0.3085, 0.5], abs=0.01)
    assert found["draws"].item() == 20_000


def test_options_that_tie_share_their_ranks():
    found = acceptability(table([[1, 1], [1, 1], [0, 0]]), named("xy").sample(100, seed=1), iterations=100)
    assert found["acceptability"].values.round(9).tolist() == [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]


def test_eighteen_options_with_equal_priors_are_not_separated():
    drawn = np.random.default_rng(6).normal(size=(10_000, 18, 3))
    names = {"option": [f"strategy {n}" for n in range(18)], "criterion": [*"xyz"]}
    found = acceptability(sampled(drawn, **names), named("xyz").sample(10_000, seed=7))
    assert abs(found["acceptability"].isel(rank=0) - 1 / 18).max() < 0.01
    assert why_not_separated(found).startswith("The evidence does not separate these options")


@pytest.mark.parametrize(("first", "says"), [
    ([0.45, 0.3, 0.25], "none comes first in half of draws and weights (a in 45%)"),
    ([0.505, 0.495, 0.0], "a and b, are as close as chance makes them"),
    ([0.2, 0.8, 0.0], ""),
])  # fmt: skip
def test_what_is_not_separated_is_said(first, says):
    share = xr.DataArray(np.column_stack([first, 1 - np.array(first)]), {"option": [*"abc"], "rank": [1, 2]})
    said = why_not_separated(xr.Dataset({"acceptability": share, "draws": 4000}))
    assert says in said
    assert bool(says) == bool(said)


def test_the_option_chosen_is_best_as_often_as_its_acceptability_says():
    """Truth from the prior, data with noise, the posterior known exactly."""
    random, worlds, size, options = np.random.default_rng(8), 120, 300, 4
    truth = random.normal(size=(worlds, options, 2))
    seen = truth + random.normal(size=truth.shape)
    weights = WeightSpace(("x", "y"), {"x": (0.6, 0.6), "y": (0.4, 0.4)}).sample(size, seed=1)
    said, right = np.zeros(worlds), np.zeros(worlds)
    for world in range(worlds):
        drawn = seen[world] / 2 + np.sqrt(0.5) * random.normal(size=(size, options, 2))
        values = sampled(drawn, option=range(options), criterion=["x", "y"])
        first = acceptability(values, weights, iterations=size)["acceptability"].isel(rank=0).values
        said[world], best = first.max(), (truth[world] @ [0.6, 0.4]).argmax()
        right[world] = first.argmax() == best
    assert said.mean() == pytest.approx(right.mean(), abs=0.05)
    confident = said > np.median(said)
    assert right[confident].mean() > right[~confident].mean() + 0.1


def test_what_is_better_by_all_criteria_in_every_draw_dominates():
    drawn = np.array([[[1, 1], [0, 1], [0, 0]], [[1, 1], [0, 0], [0, 2]]], float)
    found = dominance(sampled(drawn, option=["a", "b", "c"], criterion=["x", "y"]))
    assert found.values.tolist() == [[0, 1, 0.5], [0, 0, 0.5], [0, 0.5, 0]]


def test_less_may_be_better_and_the_ends_come_from_intervals():
    criteria = sampled(
        np.linspace(0, 1, 1001)[:, None, None] * [[[1, 100], [2, 300]]], option=["a", "b"], criterion=["gap", "cost"]
    )
    worst, best = ends_of(criteria, {"gap": "more", "cost": "less"})
    assert best.sel(criterion="gap").item() == pytest.approx(1.95)
    assert worst.sel(criterion="cost").item() == pytest.approx(292.5)
    values = partial_values(criteria, worst, best)
    assert (values.sel(criterion="cost", option="a") >= values.sel(criterion="cost", option="b")).all()


@pytest.mark.parametrize(("made", "says"), [
    (lambda: acceptability(table([[1.0]]), named("x").sample(1, seed=1)), "two options or more"),
    (lambda: partial_values(table([[1.0]]), table([[1.0]])[0], table([[1.0]])[0]), "the same for x"),
    (lambda: acceptability(table(np.eye(2)), named("xz").sample(1, seed=1)), "has no criterion"),
])  # fmt: skip
def test_what_cannot_be_ranked_is_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
