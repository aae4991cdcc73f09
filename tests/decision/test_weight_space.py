"""Weights: drawn evenly, within ranges and in order, and refused where there are none."""

import itertools

import numpy as np
import pytest

from equitymodel.decision.weight_space import WeightSpace, centroid, named
from equitymodel.errors import ComputationError, OptionError

pytestmark = pytest.mark.unit
THREE = ("gap", "total", "cost")


def test_weights_in_order_have_the_centroid_as_their_mean():
    weights = WeightSpace(THREE, order=THREE).sample(40_000, seed=1)
    assert weights.mean("weighting").values == pytest.approx([11 / 18, 5 / 18, 2 / 18], abs=0.005)
    assert centroid(3) == pytest.approx([11 / 18, 5 / 18, 2 / 18])


@pytest.mark.parametrize("order", [(), ("cost", "gap"), ("cost", "gap", "total")])
@pytest.mark.parametrize(
    "ranges", [{}, {"gap": (0.1, 0.4)}, {"gap": (0.2, 0.2)}, {"cost": (0.35, 0.6), "gap": (0, 0.3)}]
)
def test_every_weight_agrees_with_what_was_said(order, ranges):
    space = WeightSpace(THREE, ranges, order)
    weights = space.sample(500, seed=2)
    assert weights.sum("criterion").values == pytest.approx(1)
    for name, (low, high) in ranges.items():
        assert ((weights.sel(criterion=name) >= low - 1e-9) & (weights.sel(criterion=name) <= high + 1e-9)).all()
    for more, less in itertools.pairwise(order):
        assert (weights.sel(criterion=more) >= weights.sel(criterion=less) - 1e-9).all()


def test_each_weight_is_as_likely_as_any_other_within_a_range():
    """Of two criteria a weight is uniform: a lower end moves it, and an upper end cuts it off."""
    weights = WeightSpace(("gap", "cost"), {"gap": (0.2, 0.6)}).sample(20_000, seed=3).sel(criterion="gap").values
    assert np.quantile(weights, [0.25, 0.5, 0.75]) == pytest.approx([0.3, 0.4, 0.5], abs=0.01)


def test_a_partial_order_is_drawn_as_by_leaving_out_what_breaks_it():
    every = named(THREE).sample(60_000, seed=4)
    kept = every[(every.sel(criterion="gap") >= every.sel(criterion="cost")).values]
    drawn = WeightSpace(THREE, order=("gap", "cost")).sample(30_000, seed=5)
    assert drawn.mean("weighting").values == pytest.approx(kept.mean("weighting").values, abs=0.006)


def test_weights_that_are_all_known_are_given_as_they_are():
    weights = WeightSpace(("gap", "cost"), {"gap": (0.7, 0.7), "cost": (0.3, 0.3)}).sample(2, seed=1)
    assert weights.values.tolist() == [[0.7, 0.3], [0.7, 0.3]]


@pytest.mark.parametrize(("made", "says"), [
    (lambda: WeightSpace(()), "one criterion or more"),
    (lambda: WeightSpace(("gap", "gap")), "each once"),
    (lambda: WeightSpace(THREE, {"costs": (0, 1)}), "Did you mean 'cost'"),
    (lambda: WeightSpace(THREE, order=("gap", "gap")), "each criterion once"),
    (lambda: WeightSpace(THREE, {"gap": (0.5, 0.2)}), "from the lower to the higher"),
    (lambda: WeightSpace(("gap", "cost"), {"gap": (0.7, 0.8), "cost": (0.5, 0.6)}), "these ranges give 1.2 to 1.4"),
    (lambda: WeightSpace(("gap", "cost"), {"gap": (0, 0.2), "cost": (0, 0.6)}), "give 0 to 0.8; widen them"),
    (lambda: centroid(0), "one rank or more"),
])  # fmt: skip
def test_what_no_weights_agree_with_is_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()


def test_an_order_against_the_ranges_is_refused_with_the_way_out():
    with pytest.raises(ComputationError, match=r"leave 0 of .* widen a range"):
        WeightSpace(("gap", "cost"), {"gap": (0, 0.4)}, ("gap", "cost")).sample(1000, seed=1)


def test_what_was_said_is_printed():
    assert WeightSpace(THREE, {"cost": (0.1, 0.2), "gap": (0.3, 0.3)}, ("gap", "total")).words == (
        "gap over total; cost 0.1 to 0.2; gap 0.3"
    )
