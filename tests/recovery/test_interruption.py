"""The engine for interrupted series against full sampling of the same model."""

import numpy as np
import pymc as pm
import pytest

from equitymodel.inference.interruption.fit import fit_interruption
from equitymodel.inference.interruption.layout import Choices
from equitymodel.inference.interruption.pymc_model import build_interruption_pymc
from equitymodel.simulate.series import simulate_series

pytestmark = pytest.mark.mcmc


def test_the_fast_engine_agrees_with_sampling():
    series, truth = simulate_series(effect=0.1, expected=200, periods=48, before=30, seed=11)
    fit = fit_interruption(series, truth.plan, seed=1)
    with build_interruption_pymc(series, truth.plan, Choices()) as model:
        level = list(model.coords["shared"]).index("level")
        trace = pm.sample(
            3000,
            tune=1000,
            chains=2,
            cores=1,
            target_accept=0.97,
            random_seed=1,
            progressbar=False,
            nuts_sampler="nutpie",
        )
    sampled = trace["posterior"]
    slope = list(model.coords["own"]).index("slope")
    pairs = {
        "level": (fit.draws["level"], sampled["shared_effect"].isel(shared=level)),
        "slope": (fit.draws["slope"], sampled["own_effect"].isel(series=0, own=slope)),
        "sd": (fit.draws["sd"], sampled["sd"]),
        "rho": (fit.draws["rho"], sampled["rho"]),
    }
    for name, (fast, full) in pairs.items():
        apart = abs(float(fast.mean()) - float(full.mean())) / float(full.std())
        print(name, round(apart, 3), round(float(fast.std() / full.std()), 3))
        assert apart < 0.1, name
        assert np.isclose(float(fast.std()), float(full.std()), rtol=0.1), name
