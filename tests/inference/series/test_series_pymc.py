"""The model in PyMC against the layout of the engine: the same line for the same values, controls and shared noise included."""

import numpy as np
import pytest
from scipy.stats import poisson

from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.inference.series.series_pymc import build_interruption_pymc
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


def test_the_line_is_that_of_the_engine_with_noise_that_series_share():
    series, truth = simulate_series(Sizes(areas=2, exposed_areas=1, groups=3, periods=14, before=8), seed=1)
    model = load_series_model("controlled_interruption")
    layout, twin = lay_out_series(series, truth.plan, model), build_interruption_pymc(series, truth.plan, model)
    periods, cells = layout.offset.shape
    rng = np.random.default_rng(1)
    start = twin.initial_point()
    values = {name: rng.normal(scale=0.1, size=np.shape(value)) for name, value in start.items()}
    hyper = {name.removesuffix("_log__"): np.exp(value) for name, value in values.items() if name.endswith("_log__")}
    place = {name: 1 / (1 + np.exp(-value)) for name, value in values.items() if name.endswith("_interval__")}
    rho, common_rho = (-0.2 + 1.18 * place[f"{name}_interval__"] for name in ("rho", "common_rho"))
    at = np.arange(periods)
    inverse_factor, common_root = (np.linalg.cholesky(r ** np.abs(at[:, None] - at)) for r in (rho, common_rho))
    by_name = {name.replace("_", " "): np.array([value]) for name, value in hyper.items()}
    sd = layout.shared_prior.precisions(by_name)[0] ** -0.5
    own = layout.own_prior.precisions(by_name)[0] ** -0.5 * values["own_standard"]
    shared = np.einsum("fsm,m->sf", layout.map.dense, sd * values["shared_standard"])
    predictor = layout.offset + hyper["sd"] * inverse_factor @ values["noise_standard"]
    predictor = predictor + hyper["common_sd"] * (common_root @ values["common_standard"])[:, None]
    for cell in range(cells):
        features = layout.features[:, cell]
        predictor[:, cell] += features[:, : layout.own] @ own[cell]
        predictor[:, cell] += features[:, layout.own :] @ shared[cell]
    expected = poisson.logpmf(layout.counts.low, np.exp(predictor))[layout.counts.known].sum()
    found = twin.compile_logp(vars=[twin["admissions"]], mode="FAST_COMPILE")(values)
    assert float(found) == pytest.approx(expected, rel=1e-6)
