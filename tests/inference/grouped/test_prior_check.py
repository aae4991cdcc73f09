from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.prior_check import check_prior, draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
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


def test_extra_variation_is_drawn_for_each_procedure_or_once_for_all():
    each, shared = (
        draw_prior(replace(load_model("straight_gradients"), overdispersion_over=over), CELLS, seed=1, draws=4000)[
            "extra_variation"
        ]
        for over in (("procedure",), ())
    )
    assert each.dims == ("chain", "draw", "procedure")
    assert each["procedure"].values.tolist() == CELLS["procedure"].values.tolist()
    assert shared.dims == ("chain", "draw")
    assert float(shared.quantile(0.5)) == pytest.approx(0.15 * 0.674, rel=0.05)


def test_absurd_priors_stop_a_fit_before_it_starts():
    wild = load_model().replace_prior("procedure_level", sd=5.0)
    with pytest.raises(DiagnosisError, match="make the priors of the specification narrower"):
        fit_model(wild, CELLS, seed=1)
