"""Poisson mixed models by glmmTMB and lme4 (R), against the marginal likelihood of the Laplace engine.

There, fixed effects and log standard deviations are chosen to maximise the likelihood from which
random effects are integrated out by Laplace's method, with flat priors. Here the latent field holds
the random effects alone, over 42 areas: a level and, in one model, an independent gradient. Fixed
effects enter as part of the expected counts. Compared are: both fixed effects (absolute, 1e-5),
standard deviations of random effects (relative, 1e-5), the log likelihood with all its constants
(1e-5), standard errors of fixed effects from the curvature of the marginal likelihood (relative, 1e-5
for glmmTMB; 1e-3 for lme4, whose curvature is numerical and coarse), and every area's random effect
(1e-5), with its standard error given the standard deviations and fixed effects.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.optimize import minimize
from scipy.special import gammaln

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior

pytestmark = pytest.mark.unit

EXACT = 1e-5
SPREAD = Prior("half_normal", sd=1.0)
LEVEL = Effect("level", ("ics",), "level", "random intercept", spread=SPREAD)
GRADIENT = Effect("gradient", ("ics",), "gradient", "random slope", spread=SPREAD)
ORACLES = {
    "glmm_poisson_int_slope_laplace": (LEVEL, GRADIENT),
    "glmm_poisson_int_lme4_laplace": (LEVEL,),
    "glmm_poisson_int_glmmTMB": (LEVEL,),
}
LABELS = ("intercept", "x", "sd_intercept", "sd_slope")


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is greatest: fixed effects, then log standard deviations."""

    at: np.ndarray
    errors: np.ndarray
    log_likelihood: float
    modes: grouped_mode.GroupedModes


@pytest.fixture(scope="module")
def expected(numbers_from_r):
    return numbers_from_r("glmm_42x10.csv")


@pytest.fixture(scope="module")
def maxima(oracles):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
        cells = read_cells(oracles / "glmm_42x10.csv")
        return {effects: maximise(effects, cells) for effects in set(ORACLES.values())}


def read_cells(path):
    rows = pd.read_csv(path).set_index(["area", "decile"]).to_xarray().rename(area="ics", decile="deprivation")
    one = rows.expand_dims(procedure=["one"]).transpose("ics", "deprivation", "procedure")
    return xr.Dataset(
        {
            "admissions": one["y"].astype(float),
            "expected_admissions": one["expected"].expand_dims(adjustment=["population"]),
            "offered": xr.ones_like(one["y"], dtype=bool),
        }
    ).assign_coords(position=one["x"].isel(ics=0, procedure=0, drop=True) + 0.5)


def maximise(effects, cells):
    """From a rough maximum on by Newton's method, with differences of a likelihood exact to rounding."""
    field = lay_out_latent(ModelSpec("mixed", "A mixed model?", "poisson", effects), cells)
    x = (cells["position"].values - 0.5).reshape(-1, 1, 1, 1, 1)
    constant = -gammaln(field.low + 1).sum()
    found = [field.zeros()]

    def modes_at(at):
        shifted = replace(field, log_expected=field.log_expected + at[0] + at[1] * x)
        modes = find_modes(shifted, field.scales.score_of(at[None, 2:]), found[-1])
        found[:] = [modes.latent]
        return modes

    def log_likelihood(at):
        return modes_at(at).log_marginal[0] + constant

    start = np.array([0.0, 0.0, *(-2.0 for _ in effects)])
    at = minimize(lambda at: -log_likelihood(at), start, method="BFGS", options={"gtol": 0.1}).x
    for _ in range(6):
        slope, curvature = differences(log_likelihood, at)
        step = np.linalg.solve(curvature, -slope)
        at = at + step
        if np.abs(step).max() < 1e-7:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    return Maximum(at, errors, log_likelihood(at), modes_at(at))


def differences(function, at, size=2e-3):
    """Slope and curvature by central differences."""
    steps = size * np.eye(len(at))
    slope = np.array([(function(at + one) - function(at - one)) / (2 * size) for one in steps])
    curvature = np.array([
        [(function(at + one + other) - function(at + one - other) - function(at - one + other) + function(at - one - other))
         / (4 * size**2) for other in steps] for one in steps
    ])  # fmt: skip
    return slope, curvature


@pytest.fixture(params=ORACLES)
def compared(request, maxima, expected):
    return request.param, maxima[ORACLES[request.param]], expected[request.param]


def test_every_mixed_model_of_the_table_is_listed_here(expected):
    assert set(expected) == set(ORACLES)


def test_fixed_effects_are_those_of_r(compared):
    _, ours, theirs = compared
    assert ours.at[:2] == pytest.approx(theirs[["intercept.est", "x.est"]].to_numpy(), abs=EXACT)


def test_standard_deviations_are_those_of_r(compared):
    _, ours, theirs = compared
    sds = theirs[[name for name in LABELS[2:] if name in theirs]]
    assert np.exp(ours.at[2:]) == pytest.approx(sds.to_numpy(), rel=EXACT)


def test_the_log_likelihood_is_that_of_r(compared):
    _, ours, theirs = compared
    assert ours.log_likelihood == pytest.approx(theirs["loglik"], abs=EXACT)


def test_standard_errors_of_fixed_effects_are_those_of_r(compared):
    name, ours, theirs = compared
    within = 1e-3 if "lme4" in name else EXACT
    assert ours.errors[:2] == pytest.approx(theirs[["intercept.se", "x.se"]].to_numpy(), rel=within)


def test_random_effects_and_their_errors_are_those_of_r(maxima, oracles):
    """Of the model with a random intercept alone; errors given fixed effects and standard deviation."""
    theirs = pd.read_csv(oracles / "glmm_42x10_ranef_expected.csv")
    modes = maxima[(LEVEL,)].modes
    assert modes.field.coords["ics"] == theirs["area"].tolist()
    ours, variances = (np.concatenate([part.ravel() for part in latent])
                       for latent in (modes.latent, modes.elimination.covariance()[0]))  # fmt: skip
    assert ours == pytest.approx(theirs["re"].to_numpy(), abs=EXACT)
    assert np.sqrt(variances) == pytest.approx(theirs["sd"].to_numpy(), rel=EXACT)
