"""The fast engine against full sampling, where groups of deprivation are within other groups."""

import numpy as np
import pytest

from equitymodel.estimands.crossed_gaps import crossed_shortfall, gap_between, gap_within, standardised_margins
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.spec.library import CROSSED_MODEL, load_model
from equitymodel.vocabulary import ICS, SAMPLE_DIMS
from tests.crossed import crossed_cells

pytestmark = pytest.mark.mcmc


def test_gaps_of_both_engines_are_alike():
    """Means within 0.15 standard deviations, spreads within 15 %, of every gap of all ICSs together."""
    cells = crossed_cells(seed=7)
    spec = load_model(CROSSED_MODEL)
    fast = fit_model(spec, cells, engine="laplace", seed=1)
    full = fit_model(spec, cells, seed=1, sampling=Sampling(draws=1000, tune=1000))
    assert full.diagnosis.verdict != "FAIL"
    of_each = {
        "within": lambda fit: np.log(gap_within(fit.fitted.sum(ICS), fit.expected.sum(ICS))),
        "between": lambda fit: np.log(gap_between(fit.fitted.sum(ICS), fit.expected.sum(ICS))),
        "margins": lambda fit: np.log(standardised_margins(fit).by_main),
        "shortfalls": crossed_shortfall,
    }
    for name, measure in of_each.items():
        one, other = (measure(fit) for fit in (fast, full))
        spread = other.std(SAMPLE_DIMS).where(lambda sd: sd > 1e-9)
        apart = abs(one.mean(SAMPLE_DIMS) - other.mean(SAMPLE_DIMS)) / spread
        wide = one.std(SAMPLE_DIMS) / spread
        print(name, float(apart.max()), float(wide.min()), float(wide.max()))
        assert float(apart.max()) < 0.15, name
        assert 0.85 < float(wide.min()) < float(wide.max()) < 1.15, name
