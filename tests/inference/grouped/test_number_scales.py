"""Which scale each value has: standard deviations of pooled effects, overdispersions, and fixed ones."""

import numpy as np
import pytest

from equitymodel.inference.grouped.effect_parts import all_parts
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.number_scales import ScaleNumbering
from equitymodel.inference.grouped.scales import Scales
from equitymodel.simulate.simulated_cells import simulate_cells
from tests.inference.laplace.worlds import MODELS, densely, make_world

pytestmark = pytest.mark.unit
SIZES = {"ics": 4, "procedure": 3}


def number(name):
    cells = simulate_cells(areas=4, procedures=3, seed=1)[0]
    spec = MODELS[name].for_sizes(cells.sizes)
    numbering = ScaleNumbering(spec, all_parts(spec), SIZES)
    return spec, numbering, Scales.of(numbering.table)


def test_what_lasts_of_extra_variation_shares_its_totals():
    _, numbering, scales = number("need_adjusted")
    own = numbering.start["ics_by_procedure_deviation_effect"] + np.arange(3)
    rest = numbering.sd_count + np.arange(3)
    np.testing.assert_array_equal(scales.total[own], scales.total[rest])
    np.testing.assert_array_equal(scales.share[own], scales.share[rest])
    assert scales.lasts[own].all()
    assert not scales.lasts[rest].any()


def test_both_parts_of_an_effect_have_one_total_and_one_share():
    _, numbering, scales = number("need_adjusted")
    lasting, new = (numbering.start[f"ics_deviation{part}_effect"] for part in ("", "_this_year"))
    assert (scales.total[lasting], scales.share[lasting]) == (scales.total[new], scales.share[new])
    assert (scales.lasts[lasting], scales.lasts[new]) == (True, False)


def test_effects_that_are_not_pooled_have_fixed_ones_after_all_others():
    spec, numbering, _ = number("no_sums")
    fixed = [effect for effect in spec.effects if not effect.pooled]
    assert [numbering.start[effect.variable] for effect in fixed] == [numbering.sd_count, numbering.sd_count + 1]
    assert numbering.fixed == [effect.prior.sd for effect in fixed]


def test_overdispersion_that_is_one_for_all_has_one_total():
    _, numbering, scales = number("shares")
    assert len(scales.total) == numbering.sd_count + 1
    assert scales.total[-1] == scales.total[numbering.start["ip_deviation_effect"]]


@pytest.mark.parametrize("name", MODELS)
def test_degrees_of_freedom_are_values_less_sums_that_are_zero(name):
    field = lay_out_latent(MODELS[name], make_world())
    dense = densely(field)
    assert field.degrees_of_freedom.sum() == dense.cells.shape[1] - len(dense.sums)
