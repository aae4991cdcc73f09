"""Models and fits of groups that have no order, next to those that have."""

import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.prior_check import check_prior
from equitymodel.spec.library import load_model
from equitymodel.studies.compare import compare_fits
from tests.report.conftest import QUICK

pytestmark = pytest.mark.unit


def test_a_model_with_a_gradient_is_refused_before_any_work(group_cells):
    for model in ("need_adjusted", "gap_by_procedure"):
        with pytest.raises(SpecError, match="groups of ethnicity have no order"):
            fit_model(load_model(model), group_cells, engine="laplace", seed=1)


def test_the_prior_gate_and_the_comparison_of_fits_know_such_groups(group_results, group_cells):
    spec = load_model("group_by_procedure")
    assert "a group against White British" in str(check_prior(spec, group_cells, seed=1))
    again = fit_model(spec, group_cells, engine="laplace", seed=2, laplace=QUICK)
    table = compare_fits(again, group_results.fit)
    assert isinstance(table, pd.DataFrame)
    assert table["mean"].abs().median() < 0.2
