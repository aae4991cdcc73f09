"""Shapes of effects, reported need, and what a model needs of its cells."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.inference.grouped.effect_shapes import (
    LEAST_LOG_SE,
    fit_for,
    has_true_need,
    known_cells,
    refuse_need_of_years,
    reported_need,
    value_dims,
)
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.inference.grouped.need_feedback import with_true_need
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.unit
CELLS, _ = simulate_cells(areas=4, seed=1)


def test_what_sums_to_zero_comes_last():
    for effect in load_model().effects:
        dims = value_dims(effect)
        assert set(dims) == set(effect.over)
        assert effect.sum_to_zero in (None, dims[-1] if dims else None)


def test_departures_are_orthogonal_to_level_and_gradient():
    basis = KINDS["departure"].basis(CELLS)
    line = np.column_stack([np.ones(5), CELLS["position"].values])
    np.testing.assert_allclose(line.T @ basis, 0, atol=1e-9)


def test_reported_need_has_the_precision_of_its_standard_error_and_none_where_it_is_missing():
    need = CELLS["admissions"] * 0 + 1.5
    need[0, 0, 0] = np.nan
    reported, precision = reported_need(CELLS.assign(need_ratio=need, need_ratio_se=need * 0.1))
    assert reported.values[1, 1, 1] == pytest.approx(np.log(1.5))
    assert precision.values[1, 1, 1] == pytest.approx(100.0)
    assert (float(reported[0, 0, 0]), float(precision[0, 0, 0])) == (0.0, 0.0)
    exact = reported_need(CELLS.assign(need_ratio=need, need_ratio_se=need * 0.0))[1]
    assert float(exact.max()) == pytest.approx(LEAST_LOG_SE**-2)


def test_true_need_is_latent_only_where_it_was_asked_for():
    assert not has_true_need(load_model())
    assert has_true_need(with_true_need(load_model(), NeedError("classical")))


def test_cells_without_any_known_count_are_refused():
    with pytest.raises(OptionError, match="no cell has a known count"):
        known_cells(CELLS.assign(admissions=CELLS["admissions"] * np.nan))


def test_true_need_of_several_years_is_refused_with_a_way_out():
    refuse_need_of_years(CELLS)
    spec = with_true_need(load_model(), NeedError("classical"))
    for refused in (lambda: refuse_need_of_years(over_years(CELLS)), lambda: fit_for(spec, over_years(CELLS))):
        with pytest.raises(OptionError, match="take the need error without feedback"):
            refused()
