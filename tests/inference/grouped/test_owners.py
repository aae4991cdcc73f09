"""Which hyperparameters belong to one procedure, or one ICS, alone."""

import numpy as np
import pytest

from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.owners import find_own
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import HEAVY, MODELS, make_world, over_years

pytestmark = pytest.mark.unit


def laid_out(spec, **sizes):
    return lay_out_latent(spec, over_years(make_world(**sizes)))


@pytest.mark.parametrize("sizes", [{"areas": 7, "procedures": 3}, {"areas": 4, "procedures": 9}])
def test_the_default_has_two_of_each_procedure_whichever_is_the_row(sizes):
    field = laid_out(load_model("need_adjusted"), **sizes)
    own = find_own(field)
    assert own.own.shape == (sizes["procedures"], 2)
    names = field.scales.prior_scale[own.own]
    np.testing.assert_allclose(names, [[0.3, 0.15]] * sizes["procedures"])


@pytest.mark.parametrize("spec", [*MODELS.values(), *HEAVY.values()], ids=lambda spec: spec.name)
def test_moving_those_of_one_label_leaves_the_scales_of_others(spec):
    field = laid_out(spec)
    own = find_own(field)
    if own is None:
        return
    count, zero = field.scales.count, np.zeros((1, field.scales.count))
    moved = []
    for mine in own.own:
        hyper = zero.copy()
        hyper[0, mine] = 1.0
        moved.append(np.flatnonzero((field.scales.log_scales(hyper) != field.scales.log_scales(zero))[0]))
    assert len(np.unique(np.concatenate(moved))) == sum(map(len, moved))
    assert own.count == count
    assert len(own.own) in field.sizes


@pytest.mark.parametrize("name", ["no_sums", "no_pairs", "shares"])
def test_without_spreads_of_each_label_there_are_none(name):
    assert find_own(laid_out(MODELS[name])) is None
