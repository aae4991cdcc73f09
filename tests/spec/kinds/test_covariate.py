"""The kind of effect that multiplies a named covariate."""

import pytest

from equitymodel.data.cells.area_covariates import standardised
from equitymodel.spec.kinds.covariate import KIND
from tests.inference.covariate_world import supplied_cells

pytestmark = pytest.mark.unit


def test_an_effect_is_of_the_covariate_that_it_names():
    cells = supplied_cells()
    for name in ("beds", "distance"):
        assert KIND.of(name).covariate(cells).identical(standardised(cells, name))


def test_it_shifts_every_group_alike_but_is_not_centred_as_levels_are():
    assert KIND.by_cell
    assert not KIND.centrable
    assert not KIND.of("beds").centrable
    assert KIND.of(None) is KIND
