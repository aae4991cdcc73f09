"""A kind registered here is fitted, predicted and checked by all that knows effects, and by nothing that was changed."""

import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.inference.grouped.effect_shapes import fit_for
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.leave_one_out import check_leave_one_out
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.prior_check import check_prior, draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.spec.kinds.registry import KINDS
from tests.inference.grouped.new_kind import MOST_DEPRIVED_STEP, STEP, step_cells, step_model
from tests.inference.grouped.test_grouped_pymc import compare_densities

pytestmark = pytest.mark.unit
CELLS = step_cells()


@pytest.fixture(scope="module", autouse=True)
def registered():
    """Register the kind for the tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, MOST_DEPRIVED_STEP.name, MOST_DEPRIVED_STEP)
        yield


@pytest.fixture(scope="module")
def posterior(registered):
    return sample_laplace(step_model(), CELLS, seed=1)["posterior"].to_dataset()


def test_the_fast_engine_finds_the_step(posterior):
    step = posterior["step_effect"]
    assert step.dims == ("chain", "draw", "procedure")
    np.testing.assert_allclose(step.mean(["chain", "draw"]), STEP, atol=4 * float(step.std(["chain", "draw"]).max()))
    assert abs(posterior["step_of_ics_effect"].sum("ics")).max() < 1e-9


def test_predictions_add_it_to_the_most_deprived_group_alone(posterior):
    spec = step_model()
    with_step = draw_ratios(spec, posterior, CELLS)
    none = {name: posterior[name] * 0.0 for name in ("step_effect", "step_of_ics_effect")}
    added = np.log(with_step / draw_ratios(spec, posterior.assign(none), CELLS))
    expected = (posterior["step_effect"] + posterior["step_of_ics_effect"]).transpose(*added.isel(deprivation=0).dims)
    np.testing.assert_allclose(added.isel(deprivation=0), expected, atol=1e-12)
    assert abs(added.isel(deprivation=slice(1, None))).max() < 1e-12


def test_the_engine_of_nuts_names_what_the_fast_one_does_and_turns_it_back(posterior):
    layout = lay_out_cells(step_model(), CELLS)
    theta = layout.free(posterior.isel(chain=[0], draw=[0]))[0]
    for name, values in layout.named(theta).items():
        one = posterior[name].isel(chain=0, draw=0).transpose(*layout.dims()[name])
        np.testing.assert_allclose(values, one, atol=1e-9)


def test_the_compiled_density_is_that_of_the_pymc_model():
    for cells in (CELLS, step_cells(expected=4.0)):
        compare_densities(step_model(), cells)


def test_its_values_are_centred_where_the_counts_tell_them_apart():
    """By ICS and procedure: what the procedures of an ICS share is for other effects."""
    factor = np.geomspace(0.2, 5.0, 6)[:, None] ** np.array([1.0, -1.0])
    apart = factor[:, None, :] ** (np.arange(4) == 0)[None, :, None]
    each = step_model().effect("step_of_ics")
    assert centred_groups(each, CELLS.assign(admissions=CELLS["admissions"] * apart)).all()
    assert not centred_groups(each, step_cells(expected=4.0)).any()


def test_its_prior_is_drawn_and_checked():
    drawn = draw_prior(step_model(), CELLS, seed=1, draws=2000)
    assert float(drawn["step_effect"].std()) == pytest.approx(0.5, rel=0.1)
    assert abs(drawn["step_of_ics_effect"].sum("ics")).max() < 1e-9
    low, high = check_prior(step_model(), CELLS, seed=1, draws=2000).rate_ratio
    assert low < np.exp(-0.8) < np.exp(0.8) < high


def test_leave_one_out_integrates_it_with_the_other_effects_of_its_cell(posterior):
    (check,) = check_leave_one_out(step_model(), CELLS, posterior)
    assert check.verdict == "PASS"


def test_it_says_itself_in_words_and_needs_an_order():
    said = str(step_model())
    assert "step[procedure] x most deprived" in said
    assert "95 % range of the most deprived group against all others: 0.38 to 2.66" in said
    cells = CELLS.assign_attrs(group="ethnicity", reference_group="White").rename(deprivation="group")
    with pytest.raises(SpecError, match="'step' is a most_deprived_step"):
        fit_for(step_model(), cells)
