"""Hyperparameters by name, and back."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from tests.inference.laplace.worlds import MODELS, make_world, over_years

pytestmark = pytest.mark.unit


@pytest.fixture(params=["need_adjusted", "shares", "contrasts_that_last", "no_sums", "no_pairs"])
def names(request):
    return lay_out_cells(MODELS[request.param], over_years(make_world())).hyperparameters


def test_names_come_back(names):
    hyper = np.random.default_rng(1).normal(-1.0, 0.5, (5, names.scales.count))
    named = names.named(hyper)
    assert {name: dims for name, (dims, _) in named.items()} == names.dims()
    assert all(values.shape == (5, *names.shape(name)) for name, (_, values) in named.items())
    back = names.hyper({name: values for name, (_, values) in named.items()})
    np.testing.assert_allclose(back, hyper, rtol=1e-8)


def test_every_hyperparameter_has_a_place(names):
    places = np.concatenate([names.places(name) for name in names.dims()]) if names.dims() else np.zeros(0)
    assert set(places.tolist()) == set(range(names.scales.count))


def test_extra_variation_is_what_does_not_last_of_the_total():
    names = lay_out_cells(MODELS["need_adjusted"], make_world()).hyperparameters
    named = {name: values for name, (_, values) in names.named(np.full((1, names.scales.count), -1.0)).items()}
    total, share = named["ics_by_procedure_deviation_sd"], named["ics_by_procedure_deviation_share"]
    np.testing.assert_allclose(named["extra_variation"], total * np.sqrt(1.0 - share))
