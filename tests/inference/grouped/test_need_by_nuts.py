"""Need with feedback: the sampler and the fast engine draw the same."""

import numpy as np
import pytest

from equitymodel.estimands.gaps import rate_ratio
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.need_error import NEED_ERROR, NeedError
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import SAMPLE_DIMS
from tests.inference.grouped.test_need_error import with_need

pytestmark = pytest.mark.mcmc


def test_both_engines_draw_the_same_needs_and_gaps():
    cells, _, _ = with_need(areas=6, seed=4)
    once = Sampling(draws=400, tune=300, retry_accept=0.0, retry_draws=1)
    sampled, quick = (
        fit_model(load_model("gap_by_procedure"), cells, engine=engine, seed=1, sampling=once,
                  laplace=Laplace(draws=500), need_error=NeedError("classical", feedback=True))
        for engine in ("nuts", "laplace")
    )  # fmt: skip
    for measured in (lambda fit: np.log(rate_ratio(fit.ratio)), lambda fit: fit.draws["posterior"][NEED_ERROR]):
        mean, sd = measured(sampled).mean(SAMPLE_DIMS), measured(sampled).std(SAMPLE_DIMS)
        assert float((abs(measured(quick).mean(SAMPLE_DIMS) - mean) / sd).max()) < 0.25
        assert (measured(quick).std(SAMPLE_DIMS) / sd).values == pytest.approx(1.0, abs=0.2)
