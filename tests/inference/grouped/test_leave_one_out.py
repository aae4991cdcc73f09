"""Leave-one-out with an extra variation shared by all procedures."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.grouped.leave_one_out import check_leave_one_out
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.unit


def test_one_extra_variation_for_all_counts_as_the_same_for_each_procedure():
    """Draws around nothing, with one count far off, so that its own effects are integrated out."""
    cells, _ = simulate_cells(areas=4, groups=3, procedures=2, expected=40.0, seed=1)
    cells["admissions"][1, 2, 0] *= 3
    spec = load_model("gap_by_procedure")
    narrow = draw_prior(spec, cells, seed=1, draws=400)
    narrow = narrow.map(lambda values: 0.2 * values if str(values.name).endswith("_effect") else values)
    variation = 0.1 + 0.1 * narrow["extra_variation"].isel(procedure=0, drop=True)
    each = narrow.assign(extra_variation=variation.expand_dims(procedure=cells["procedure"], axis=-1))
    shared = narrow.drop_vars("extra_variation").assign(extra_variation=variation)
    one = check_leave_one_out(replace(spec, overdispersion_over=()), cells, shared)[0]
    other = check_leave_one_out(spec, cells, each)[0]
    assert "own effects integrated out" in one.detail
    assert np.isfinite(one.value)
    assert one == other


@pytest.fixture
def narrow():
    """Cells of few admissions with one count far off, and draws around nothing."""
    cells, _ = simulate_cells(areas=4, groups=3, procedures=2, expected=15.0, seed=1)
    cells["admissions"][1, 2, 0] = 60.0
    spec = load_model("gap_by_procedure")
    drawn = draw_prior(spec, cells, seed=1, draws=400)
    drawn = drawn.map(lambda values: 0.2 * values if str(values.name).endswith("_effect") else values)
    return spec, cells, drawn.assign(extra_variation=0.1 + 0.1 * drawn["extra_variation"])


def test_bounds_that_are_equal_count_as_exact(narrow):
    spec, cells, draws = narrow
    same = cells.assign(admissions_low=cells["admissions"], admissions_high=cells["admissions"])
    assert check_leave_one_out(spec, same, draws) == check_leave_one_out(spec, cells, draws)


def test_hidden_counts_have_a_pareto_k_too(narrow, hide):
    spec, cells, draws = narrow
    hidden = hide(cells, below=16)
    assert (hidden["admissions_low"] < hidden["admissions_high"]).mean() > 0.4
    (check,) = check_leave_one_out(spec, hidden, draws)
    assert "own effects integrated out" in check.detail
    assert np.isfinite(check.value)


def test_a_count_known_to_be_anything_is_easily_left_out(narrow):
    """Its own effects need not be integrated out: it says nothing."""
    spec, cells, draws = narrow
    counts = cells["admissions"]
    odd = counts == counts.max()
    vague = cells.assign(
        admissions=counts.where(~odd),
        admissions_low=counts.where(~odd, 0.0),
        admissions_high=counts.where(~odd, 100.0),
    )
    exact, within = (check_leave_one_out(spec, world, draws)[0] for world in (cells, vague))
    assert within.value < exact.value


def test_years_and_parts_that_last_are_integrated_out_too():
    """The default model, three years, one count far off: what is left of its influence is on shared effects alone."""
    spec = load_model()
    cells = over_years(simulate_cells(areas=4, groups=3, procedures=2, expected=40.0, seed=1)[0])
    cells["admissions"][1, 2, 0, 1] *= 2
    drawn = draw_prior(spec, cells, seed=1, draws=400)
    drawn = drawn.map(lambda values: 0.2 * values if str(values.name).endswith("_effect") else values)
    drawn = drawn.assign(extra_variation=0.1 + 0.1 * drawn["extra_variation"])
    (check,) = check_leave_one_out(spec, cells, drawn)
    assert "own effects integrated out" in check.detail
    assert np.isfinite(check.value)
