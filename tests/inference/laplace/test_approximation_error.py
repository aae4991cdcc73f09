"""The error of the Gaussian approximation is small with many counts and shows with few."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_mode import correct, find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from tests.inference.laplace.worlds import MODELS, make_world, some_hyper

pytestmark = pytest.mark.unit


def error_of(expected, seed=1):
    field = lay_out_latent(MODELS["need_adjusted"], make_world(areas=4, groups=4, procedures=2, expected=expected))
    modes = find_modes(field, some_hyper(field, batches=1), field.zeros())
    return measure_approximation_error(modes, correct(modes), seed)


def test_many_counts_leave_next_to_no_error():
    error = error_of(5000.0)
    assert error["largest_shift"] < 0.1
    assert error["small_cells"] == 0
    assert (error["pareto_k"] < 0.7).all()


def test_few_counts_shift_the_mean_and_are_counted_as_small():
    least, few, many = error_of(0.5), error_of(5.0), error_of(500.0)
    assert least["small_cells"] > 0.5
    assert few["largest_shift"] > 3 * many["largest_shift"]
    assert few["pareto_k"].max() > many["pareto_k"].max()


def test_pairs_are_labelled_and_the_seed_decides():
    one, same = error_of(5.0), error_of(5.0)
    assert set(one["pair_ics"].values) <= {str(label) for label in make_world(areas=4)["ics"].values}
    np.testing.assert_array_equal(one["pareto_k"], same["pareto_k"])
