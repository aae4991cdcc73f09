"""Use that does not rise in proportion to need: an estimated elasticity, beside the normative 1.

An elasticity estimated from use absorbs part of the inequity it should reveal: where the deprived
need more and are served less, it comes out below 1, and the gap comes out narrower. It is a
sensitivity analysis; equal use for equal need, an elasticity of 1, stays the default.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.optimize import minimize_scalar

from equitymodel.data.bands import has_bands
from equitymodel.data.rate_error import RATE_ERROR
from equitymodel.errors import EquityModelError
from equitymodel.inference.fit import Fit, diagnose
from equitymodel.inference.laplace.engine import Laplace, sample_laplace
from equitymodel.inference.laplace.importance import share_out
from equitymodel.inference.need_error import NeedError, pool_fits, true_need, with_need_error
from equitymodel.inference.predict import NEED_ERROR
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import SAMPLE_DIMS

STEPS = (-2.25, -1.5, -0.75, 0.0, 0.75, 1.5, 2.25)
"""Where the elasticity is integrated over, in posterior standard deviations."""
BOUNDS = (0.02, 3.0)
STRIDE = 0.1
QUICK = Laplace(draws=25, points=16, enough_points=1)
"""Enough to know the evidence, which needs no draws."""


def fit_elasticity(
    spec: ModelSpec,
    cells: xr.Dataset,
    *,
    need_error: NeedError | None = None,
    prior_sd: float = 0.25,
    laplace: Laplace | None = None,
    seed: int,
    progress: Progress | None = None,
) -> Fit:
    r"""Fit a model in which use rises with need to an estimated power, the same for all procedures.

    .. math:: \log\mu_c = \log E_c + \theta \log n_c + \dots, \qquad \theta \sim N^+(1, 0.25^2)

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`, with need.
    need_error
        How stated and true need may differ. Classical error attenuates an elasticity: need is then
        replaced by its expectation given the need data (regression calibration).
    prior_sd
        Standard deviation of the prior of the elasticity, around 1.
    laplace
        How carefully to integrate and how much to draw.
    seed
        Seed of all random numbers.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    Fit
        By Laplace, with draws ``need_elasticity`` (1 = use in proportion to need); expected
        admissions follow it, draw by draw.

    Raises
    ------
    EquityModelError
        When the cells have no need, or `need_error` is given and standard errors are lacking;
        when they carry age bands or drawn rates, which an elasticity is not offered with.

    Notes
    -----
    The elasticity is integrated over a grid, each point weighted by its evidence times its prior.
    The uncertainty that is left in need is not carried on; the gap is. Always show the fit with
    an elasticity of 1 beside it.

    References
    ----------
    Gravelle H (2003) Measuring income related inequality in health: standardisation and the partial
    concentration index. Health Economics 12:803. doi:10.1002/hec.813

    Examples
    --------
    >>> from equitymodel.simulate.counts import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=8, procedures=1, seed=1)
    >>> need = np.exp(0.3 * (0.5 - cells["position"])) * xr.ones_like(cells["admissions"])
    >>> cells = cells.assign(need_ratio=need, expected_admissions=cells["expected_admissions"] * need)
    >>> fit = fit_elasticity(load_model("gap_by_procedure"), cells, seed=1)
    >>> fit.draws["posterior"]["need_elasticity"].dims
    ('chain', 'draw')
    """
    if has_bands(cells) or RATE_ERROR in cells:
        raise EquityModelError("an elasticity is not offered with age_bands or rate_error; read the cells without them")
    tell, settings = progress or silent, laplace or Laplace()
    log_need = true_need(cells, need_error, seed=seed)
    stated = np.log(cells["need_ratio"]).fillna(0.0)

    def fit(power: float, settings: Laplace) -> tuple[xr.DataTree, float]:
        tell(f"fitting with an elasticity of {power:.2f}", 0.0)
        own = with_need_error(cells, power * log_need - stated)
        tree = sample_laplace(spec, own, settings=settings, seed=seed)
        return tree, float(tree["sample_stats"]["log_evidence"]) - 0.5 * ((power - 1.0) / prior_sd) ** 2

    centre, sd = _peak(lambda power: fit(power, QUICK)[1])
    nodes = [float(power) for power in centre + sd * np.array(STEPS) if power > 0.0]
    found = [fit(power, settings) for power in nodes]
    weight = np.exp([log_weight - max(each for _, each in found) for _, log_weight in found])
    counts = share_out(weight / weight.sum(), settings.draws, np.random.default_rng([seed, 13]))
    kept = [(power, tree, int(count)) for power, (tree, _), count in zip(nodes, found, counts, strict=True) if count]
    trees = [_thin(tree, power, count) for power, tree, count in kept]
    away = [(power * log_need - stated).to_dataset(name=NEED_ERROR) for power, _, _ in kept]
    tree = pool_fits(trees, away, need="elasticity")
    return Fit(spec, cells, tree, diagnose(spec, cells, tree, seed=seed), seed)


def _peak(log_weight: Callable[[float], float]) -> tuple[float, float]:
    """Give the peak of a log density of the elasticity, and its width from the curvature there."""
    best = minimize_scalar(lambda power: -log_weight(float(power)), bounds=BOUNDS, method="bounded",
                           options={"xatol": 0.01})  # fmt: skip
    centre, height = float(best.x), -float(best.fun)
    drop = np.mean([height - log_weight(centre + step) for step in (-STRIDE, STRIDE)])
    return centre, float(STRIDE / np.sqrt(2.0 * max(drop, 1e-3)))


def _thin(tree: xr.DataTree, power: float, count: int) -> xr.DataTree:
    """Keep some draws, spread evenly over all, and label them with their elasticity."""
    posterior = tree["posterior"].to_dataset()
    at = np.linspace(0, posterior.sizes["draw"] - 1, count).round().astype(int)
    own = posterior.isel(draw=at)
    shape = [own.sizes[dim] for dim in SAMPLE_DIMS]
    own = own.assign(need_elasticity=(SAMPLE_DIMS, np.full(shape, power)))
    return xr.DataTree.from_dict({"/posterior": own, "/sample_stats": tree["sample_stats"].to_dataset()})
