"""The two ends of what one year leaves open: the more lasts, the further groups may lie from the model's lines."""

import numpy as np
import pytest

from equitymodel.inference.grouped.lasting_ends import fit_lasting_ends
from equitymodel.simulate import WORLDS, CellSizes, simulate_years
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit
SIZES = CellSizes(areas=4, groups=5, procedures=2, expected=400.0, years=1)


@pytest.fixture(scope="module")
def ends():
    cells, _ = simulate_years(WORLDS["lasting deviations 15 %"], SIZES, seed=1)
    return cells, fit_lasting_ends(load_model(), cells, seed=1)


def test_fitted_admissions_follow_the_counts_more_closely_the_more_lasts(ends):
    cells, (none, every) = ends
    away = [float(abs(np.log(cells["admissions"] / end.mean(("chain", "draw")))).mean()) for end in (none, every)]
    assert away[1] < 0.6 * away[0]


def test_several_years_and_models_without_a_share_have_no_ends(ends):
    cells, _ = ends
    assert fit_lasting_ends(load_model("straight_gradients"), cells, seed=1) is None
    two, _ = simulate_years(
        WORLDS["model true"], CellSizes(areas=4, groups=5, procedures=1, expected=50.0, years=2), seed=1
    )
    assert fit_lasting_ends(load_model(), two, seed=1) is None
