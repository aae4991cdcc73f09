"""Which values are sampled directly: those that data identify."""

import numpy as np
import pytest

from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.simulate.simulated_cells import LocalVariation, simulate_cells
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import over_years

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
    effect = SPEC.effect("ics_by_procedure_level")
    np.testing.assert_array_equal(
        centred_groups(effect, cells), centred_groups(effect, cells.isel(ics=slice(None, None, -1)))
    )


def test_what_years_say_together_is_less_sure_of_the_last():
    """Levels that walk: what would be centred in one year is not in several, unless it differs by far more."""
    variation = LocalVariation(ics_by_procedure_level=0.2)
    cells, _ = simulate_cells(areas=12, expected=3000.0, variation=variation, seed=1)
    effect = SPEC.effect("ics_by_procedure_level")
    assert centred_groups(effect, cells).all()
    assert not centred_groups(effect, over_years(cells)).any()


@pytest.mark.parametrize("name", ["ics_gradient", "ics_by_procedure_gradient", "ics_level_walk", "ics_deviation"])
def test_parts_of_a_variance_heavy_tails_and_changes_over_years_are_not_centred(name):
    cells = over_years(simulate_cells(areas=12, expected=30_000.0, seed=1)[0])
    assert not centred_groups(SPEC.effect(name), cells).any()
