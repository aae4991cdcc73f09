"""Models compared by cells that are left out: against ArviZ, on fits of the same and of other data."""

from dataclasses import replace

import arviz_stats as az
import numpy as np
import pytest

import equitymodel as em
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.grouped.compare_models import (
    ComparedModel,
    ModelComparison,
    compare_models,
    stacking_weights,
)

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def fits():
    cells, _ = em.simulate_cells(areas=10, procedures=3, expected=200.0, seed=4)
    names = ("gap_by_procedure", "straight_gradients")
    return {name: em.fit_model(name, cells, engine="laplace", seed=1) for name in names}


def test_it_agrees_with_arviz(fits):
    ours = compare_models(fits).frame()
    groups = {name: em.inference.with_arviz_groups(fit).draws for name, fit in fits.items()}  # integrates in every cell
    loo = {name: az.loo(draws, pointwise=True, reff=1.0) for name, draws in groups.items()}
    theirs = az.compare(loo, round_to="none")
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours["elpd"], theirs["elpd"], rtol=1e-9)
    np.testing.assert_allclose(ours["difference"], theirs["elpd_diff"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours["error"], theirs["dse"], rtol=0.01)
    np.testing.assert_allclose(ours["weight"], theirs["weight"], atol=0.01)


def test_gradients_of_ics_are_found_where_there_are_some(fits):
    found = compare_models(fits)
    assert found.best == "straight_gradients"
    assert found.not_apart == ("straight_gradients",)
    assert "'straight_gradients' predicts a count it has not seen better than the others" in str(found)
    assert "does not say which model is true" in str(found)


def test_a_model_is_not_told_from_itself_and_the_order_of_fits_does_not_matter(fits):
    same = compare_models({"a": fits["straight_gradients"], "b": fits["straight_gradients"]})
    assert same.not_apart == ("a", "b")
    assert "These cannot be told apart: a, b" in str(same)
    assert [one.weight for one in same.models] == pytest.approx([0.5, 0.5])
    turned = compare_models(dict(reversed(fits.items())))
    assert turned.frame().equals(compare_models(fits).frame())


@pytest.mark.parametrize(
    ("difference", "error", "apart"), [(-3.9, 0.5, False), (-4.1, 0.5, True), (-7.9, 4.0, False), (-8.1, 4.0, True)]
)
def test_small_and_unsure_differences_are_not_told_apart(difference, error, apart):
    one = ComparedModel("a", "a", elpd=-100.0, unreliable=0, difference=difference, error=error, weight=0.5)
    assert one.apart is apart
    assert ("told apart" in str(one)) is apart


def test_cells_that_cannot_be_left_out_are_said():
    models = (
        ComparedModel("a", "a", elpd=-1.0, unreliable=0, difference=0.0, error=0.0, weight=1.0),
        ComparedModel("b", "b", elpd=-9.0, unreliable=3, difference=-8.0, error=1.0, weight=0.0),
    )
    assert "could not be relied on in some cells: b (3)" in str(ModelComparison(models, 10))


def test_stacking_weighs_what_each_predicts_better():
    """Closed form: of 10 cells, 7 are twice as likely under one model and 3 under the other."""
    densities = np.array([[2.0, 1.0]] * 7 + [[1.0, 2.0]] * 3)
    # the derivative 7/(1 + w) = 3/(2 - w) vanishes at w = 1.1, beyond 1
    assert stacking_weights(np.log(densities)) == pytest.approx([1.0, 0.0], abs=1e-6)
    densities = np.array([[3.0, 1.0]] * 6 + [[1.0, 3.0]] * 4)  # 12/(1 + 2w) = 8/(3 - 2w): w = 0.7
    assert stacking_weights(np.log(densities)) == pytest.approx([0.7, 0.3], abs=1e-6)


def test_fits_of_other_data_alone_or_not_sound_are_refused(fits):
    one = fits["straight_gradients"]
    other = replace(one, cells=one.cells.assign(admissions=one.cells["admissions"] + 1))
    fewer = replace(one, cells=one.cells.isel(ics=slice(0, 9)))
    for wrong in (other, fewer):
        with pytest.raises(OptionError, match="'b' and 'a' are fits of different data"):
            compare_models({"a": one, "b": wrong})
    with pytest.raises(OptionError, match="give two fits or more"):
        compare_models({"a": one})
    failed = replace(one, diagnosis=Diagnosis((Check("made up", 9.0, "FAIL", "0"),)))
    with pytest.raises(DiagnosisError):
        compare_models({"a": one, "b": failed})
    uncertain = replace(one, draws=one.draws.copy())
    uncertain.draws["posterior"] = one.draws["posterior"].to_dataset().assign(need_error=0.0)
    with pytest.raises(OptionError, match="uncertain expected admissions"):
        compare_models({"a": one, "b": uncertain})
