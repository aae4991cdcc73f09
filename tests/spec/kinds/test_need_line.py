"""What an elasticity multiplies: `need_line` of the cells."""

import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.need_line import KIND

pytestmark = pytest.mark.unit


def test_its_value_multiplies_the_covariate_of_the_same_name_alike_in_every_group():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    cells = cells.assign(need_line=cells["admissions"] * 0.1)
    assert KIND.covariate(cells).identical(cells["need_line"])
    assert (KIND.basis(cells) == 1.0).all()
    assert (KIND.centrable, KIND.shaped, KIND.added_by) == (False, False, "fit_elasticity")
