import numpy as np
import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.fit import fit_model
from equitymodel.inference.prior_check import check_prior
from equitymodel.simulate.counts import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit
CELLS, _ = simulate_cells(areas=10, procedures=4, seed=1)


def test_the_default_priors_believe_what_the_documentation_says():
    check = check_prior(load_model(), CELLS, seed=1, draws=2000)
    low, high = check.rate_ratio
    assert 0.25 < low < 0.45
    assert 2.2 < high < 3.6
    assert not check.absurd
    assert "1/20" in str(check)


def test_the_most_deprived_are_as_likely_to_have_more_as_fewer():
    low, high = check_prior(load_model(), CELLS, seed=1, draws=4000).rate_ratio
    assert np.log(low) == pytest.approx(-np.log(high), rel=0.15)


def test_absurd_priors_stop_a_fit_before_it_starts():
    wild = load_model().replace_prior("procedure_level", sd=5.0)
    with pytest.raises(DiagnosisError, match="make the priors of the specification narrower"):
        fit_model(wild, CELLS, seed=1)
