"""Draws of cells under the names and with the values that a sampler would give them."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.effect_parts import parts_of
from equitymodel.inference.grouped.grouped_draws import GroupedDraws
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from tests.inference.laplace.worlds import MODELS, flatten, from_named, make_world, some_hyper, unflatten

pytestmark = pytest.mark.unit


@pytest.fixture(params=MODELS)
def stored(request):
    """Six draws at two points, stored out of order."""
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2, holes=False))
    hyper, draws = some_hyper(field, batches=2), GroupedDraws(field, 6)
    size = flatten(field.zeros()).shape[2]
    latent = np.random.default_rng(1).standard_normal((6, size))
    for at, places in ((1, np.array([4, 5])), (0, np.array([0, 1, 2, 3]))):
        draws.store(places, hyper[at], unflatten(field, latent[None, places]))
    return field, hyper, latent, draws


def test_hyperparameters_are_where_they_were_put(stored):
    _, hyper, _, draws = stored
    np.testing.assert_array_equal(draws.hyper, hyper[[0, 0, 0, 0, 1, 1]])


def test_names_give_back_the_latent_field(stored):
    """Effects of a shape are stored by group; those values and the basis give the coefficients of every draw back."""
    field, _, latent, draws = stored
    named = draws.named(1)
    for number in range(6):
        one = {name: xr.DataArray(values[0, number], dims=dims[2:]) for name, (dims, values) in named.items()}
        np.testing.assert_allclose(flatten(from_named(field, one))[0, 0], latent[number], atol=1e-9)


def test_hyperparameters_are_named_on_their_own_scale(stored):
    field, hyper, _, draws = stored
    named = {name: (dims[2:], values[0, 0]) for name, (dims, values) in draws.named(1).items()}
    scales = np.exp(field.scales.log_scales(hyper))[0]
    for effect in (effect for effect in field.spec.effects if effect.pooled):
        dims, total = named[effect.spread_variable]
        assert dims == tuple(effect.spread_over)
        for part in parts_of(effect):
            share = 1.0
            if part.lasts is not None:
                lasting = named[effect.share_variable][1]
                share = lasting if part.lasts else 1.0 - lasting
            block = next(own for own, parts in zip(field.sd_index, field.blocks, strict=True)
                         if any(component.part == part for component in parts))  # fmt: skip
            components = next(parts for parts in field.blocks if any(component.part == part for component in parts))
            at = next(k for k, component in enumerate(components) if component.part == part)
            np.testing.assert_allclose(np.unique(scales[block[at]]), np.unique(total * np.sqrt(share)))
    if field.overdispersion_count:
        np.testing.assert_allclose(np.ravel(named["extra_variation"][1]), scales[field.sd_count :])


def test_draws_are_laid_out_in_chains_in_their_order(stored):
    draws = stored[3]
    for (dims, one), (_, two) in zip(draws.named(1).values(), draws.named(2).values(), strict=True):
        assert dims[:2] == ("chain", "draw")
        np.testing.assert_array_equal(two.reshape(one.shape), one)
        assert two.shape[:2] == (2, 3)
