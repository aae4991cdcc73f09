"""New values have the standard deviation, the sums and the tails of those they are like."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.effect_parts import parts_of
from equitymodel.inference.grouped.new_values import draw_new_values, sd_of_part
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit
CELLS = simulate_cells(areas=4, groups=5, procedures=2, seed=1)[0]
DRAWS = xr.Dataset({
    "ics_deviation_sd": (("chain", "draw"), np.full((1, 4000), 0.2)),
    "ics_deviation_share": (("chain", "draw"), np.full((1, 4000), 0.75)),
    "ics_by_procedure_gradient_sd": (("chain", "draw"), np.full((1, 4000), 0.1)),
})  # fmt: skip
SPEC = load_model()


def new(name, number):
    part, rng = parts_of(SPEC.effect(name))[number], np.random.default_rng(1)
    return part, draw_new_values(part, sd_of_part(part, DRAWS, rng), DRAWS, CELLS, rng)


@pytest.mark.parametrize(("number", "share"), [(0, 0.75), (1, 0.25)])
def test_a_part_has_its_share_of_the_variance(number, share):
    part, values = new("ics_deviation", number)
    factor = 3 / 4 if part.sum_to_zero else 1.0  # a sum to zero over four ICSs takes one degree of freedom
    assert float((values**2).sum("deprivation").mean()) == pytest.approx(3 * 0.2**2 * share * factor, rel=0.05)


def test_only_what_lasts_sums_to_zero():
    sums = [float(abs(new("ics_deviation", number)[1].sum("ics")).max()) for number in (0, 1)]
    assert sums[0] < 1e-12 < sums[1]


def test_heavy_tails_stay_heavy():
    _, values = new("ics_by_procedure_gradient", 0)
    quantiles = np.quantile(abs(values.values), [0.5, 0.99]) / 0.1
    np.testing.assert_allclose(quantiles, [0.816, 9.92], rtol=0.1)


def test_a_standard_deviation_that_was_not_estimated_comes_from_its_prior():
    part = parts_of(SPEC.effect("procedure_level_walk"))[0]
    sd = sd_of_part(part, DRAWS, np.random.default_rng(1))
    assert float(sd.mean()) == pytest.approx(0.05 * np.sqrt(2 / np.pi), rel=0.05)
