"""The bend of an elasticity differs from its line in the covariate and in words."""

import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.need_curve import KIND
from equitymodel.spec.kinds.need_line import KIND as LINE

pytestmark = pytest.mark.unit


def test_a_bend_multiplies_a_covariate_of_its_own():
    counts = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]["admissions"]
    cells = counts.to_dataset().assign(need_line=counts * 0.1, need_curve=counts * 0.2)
    assert KIND.covariate(cells).identical(cells["need_curve"])
    assert (KIND.added_by, KIND.centrable, KIND.basis) == (LINE.added_by, LINE.centrable, LINE.basis)
    assert KIND.statement != LINE.statement
