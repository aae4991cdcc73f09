"""Which values are sampled directly: those that data identify."""

import numpy as np
import pytest

from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit
SPEC = load_model()


@pytest.mark.parametrize(("expected", "centred"), [(2.0, False), (3000.0, True)])
def test_levels_are_centred_where_counts_are_plenty(expected, centred):
    cells, _ = simulate_cells(areas=12, expected=expected, seed=1)
    assert (centred_groups(SPEC.effect("ics_by_procedure_level"), cells) == centred).all()


def test_there_is_one_choice_for_each_standard_deviation():
    cells, _ = simulate_cells(areas=6, procedures=4, seed=1)
    assert centred_groups(SPEC.effect("ics_by_procedure_level"), cells).shape == (4,)


def test_effects_that_are_not_pooled_are_centred_and_shapes_are_not():
    cells, _ = simulate_cells(areas=6, seed=1)
    assert centred_groups(SPEC.effect("procedure_level"), cells).all()
    assert not centred_groups(SPEC.effect("procedure_departure"), cells).any()


def test_the_choice_does_not_depend_on_the_order_of_cells():
    cells, _ = simulate_cells(areas=6, expected=60.0, seed=1)
    effect = SPEC.effect("ics_gradient")
    np.testing.assert_array_equal(
        centred_groups(effect, cells), centred_groups(effect, cells.isel(ics=slice(None, None, -1)))
    )
