import numpy as np
import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.report.results import make_results
from equitymodel.report.tables.covariates_table import covariates_table
from tests.inference.covariate_world import supplied_cells, supplied_model
from tests.report.conftest import QUICK

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def fit():
    made = fit_model(supplied_model(), supplied_cells(), engine="laplace", seed=1, laplace=QUICK)
    return made.require_sound(force=True)


def test_a_unit_is_the_share_of_a_standard_deviation_that_it_is(fit):
    table = covariates_table(fit).set_index(["covariate", "per"])
    for name in ("beds", "distance"):
        sd, unit = table.loc[(name, "standard deviation")], table.loc[(name, "unit")]
        for number in ("estimate", "lower", "upper"):
            assert np.log(sd[number]) == pytest.approx(np.log(unit[number]) * sd["standard_deviation"], rel=1e-6)
        coefficient = np.exp(fit.posterior[f"covariate_{name}_effect"]).median()
        assert sd["estimate"] == pytest.approx(float(coefficient), rel=1e-9)
    assert table["unit_of_covariate"].unique().tolist() == ["beds per 1,000", "km"]
    assert set(table["in_expected"]) == {"at its mean"}


def test_results_have_the_table_and_leave_each_covariate_out(fit):
    made = make_results(fit, force=True)
    assert "covariates" in made.tables
    sensitivity = made.tables["sensitivity"]
    assert {"beds", "distance"} <= set(sensitivity["left_out"])


def test_a_model_without_covariates_has_no_rows(quick_fit):
    assert covariates_table(quick_fit).empty
