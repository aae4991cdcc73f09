"""Fit an interrupted time series by nested Laplace: draws of admissions with the interruption and without it."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.series.covariates import COVARIATE
from equitymodel.inference.jobs.memory import default_series_draws, estimate_series_memory, require_memory
from equitymodel.inference.laplace.approximate import approximate
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import silent
from equitymodel.inference.series.diagnose_series import diagnose_series
from equitymodel.inference.series.series_draws import SeriesDraws
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import SeriesLayout, lay_out_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import CELL_DIMS, PERIOD, SERIES_DIMS

FEW_COUNTS, MORE_POINTS = 300, 512
"""Up to so many counts of series that share no noise, more integration points cost little, and the ends of intervals
hang on few of them less; more than this changes nothing. With shared noise a point costs the cube of the periods."""
DRAWS_AT_ONCE = 64
"""Draws whose cells are put in another order at the same time."""


def fit_interruption(
    series: xr.Dataset, plan: Interruption, model: SeriesModel | None = None, *, seed: int, draws: int | None = None
) -> SeriesFit:
    r"""Fit the model for interrupted time series, quickly and without a sampler.

    .. math:: \log \mu_{st} = \log E_{st} + \log w_t + \alpha_s + \tau_s t + \text{season}_t
              + \delta_s h_{st} + \zeta_s z_{st} + \omega_{st} + c_t, \qquad
              \delta_s = \delta_0 + \kappa (x_q - 1/2) + d_q + d_i + d_{ip}

    with :math:`\omega, c` autoregressions of order one over the true time between periods, so that a
    year that is masked is a year; :math:`c` is the same for all series.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption, declared beforehand.
    model
        From `load_series_model`; if not given, ``interruption``.
    seed
        Seed of the random numbers.
    draws
        How many draws; 4,000 for one series, fewer where there are many.

    Returns
    -------
    SeriesFit
        Draws with the interruption and without it.

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or no count is known.
    MemoryShortageError
        When this machine has too little memory free.

    Notes
    -----
    Counts are Poisson around a mean with autocorrelated noise; ``including("variation")`` adds
    overdispersion (negative binomial). Terms that are not identified are left out: one series has a
    level and a slope, and shares no noise; groups add :math:`\kappa` and, from three groups on, a
    departure of each from the line; several ICSs and procedures add theirs. Controls have no effect:
    :math:`h` and :math:`z` are zero in them. With controls, all series share a change of level, of trend
    and along deprivation at each start, in the shape of the effect: a change common to exposed and
    controls is no effect. The computation is a nested Laplace approximation: exact Gaussian draws at each
    set of hyperparameters, moved to the posterior mean or, with small counts, corrected for skew (see
    ``docs/laplace.md``). Without :math:`c`
    the noise of different series is independent: shocks that groups share then make the interval of the
    gap too wide and that of the total too narrow.

    Examples
    --------
    >>> from equitymodel.simulate import Change, simulate_series
    >>> series, truth = simulate_series(change=Change(0.3), seed=1)
    >>> model = load_series_model("interruption").leaving_out("slope")
    >>> fit = fit_interruption(series, truth.plan, model, seed=1, draws=400)
    >>> bool(0.2 < fit.posterior["level"].mean() < 0.4), fit.verdict
    (True, 'PASS')
    """
    chosen = model or load_series_model()
    require_memory(estimate_series_memory(series, draws))
    layout = lay_out_series(series, plan, chosen)
    draws = draws or default_series_draws(layout.offset.size)
    settings = Laplace(draws=draws, chains=1, points=_integration_points(layout))
    found = approximate(SeriesLatent(layout), settings, seed=seed, progress=silent)
    tree = xr.DataTree.from_dict({"/posterior": _label(layout, found.draws, series), "/sample_stats": found.stats})
    return SeriesFit(series, plan, chosen, draws=tree, diagnosis=diagnose_series(found.stats), seed=seed)


def _integration_points(layout: SeriesLayout) -> int:
    """Give how many integration points a layout is fitted with: more than usual for few counts without shared noise."""
    few = layout.offset.size <= FEW_COUNTS and not layout.common
    return MORE_POINTS if few else Laplace.points


def _label(layout: SeriesLayout, draws: SeriesDraws, series: xr.Dataset) -> xr.Dataset:
    """Label the dimensions of draws; arrays over periods are copied only where a cell is missing."""
    there = np.where(layout.cells["exposure"].values.T > 0, 1.0, np.nan)
    values: dict[str, xr.Variable] = {}
    for name in ("fitted", "counterfactual", "without_break"):
        part = getattr(draws, name)
        if part.size:
            values[name] = _unstacked(np.multiply(part, there, out=part), layout, series)
    for name, effect in draws.effects.items():
        values[name.replace(" ", "_")] = _unstacked(effect * layout.cells["exposed"].values, layout, series)
    named = {name.replace(" ", "_"): column for name, column in draws.named_hyper.items()}
    for name in ("kappa", "second kappa"):
        if name in layout.names:
            along = float(layout.cells["along_sign"])
            named[name.replace(" ", "_")] = along * draws.shared[:, layout.names.index(name)]
    for name, column in named.items():
        values[name] = xr.Variable(("chain", "draw"), column[None])
    labels = xr.Dataset(coords={"cell": layout.cells["cell"], PERIOD: series[PERIOD]}).unstack("cell")
    data = labels.reindex({dim: series[dim] for dim in CELL_DIMS}).assign(values)
    if effects := _covariate_effects(layout, draws):
        stacked = np.stack(list(effects.values()), axis=-1)[None]
        data = data.assign(covariate_effect=(("chain", "draw", COVARIATE), stacked))
        data = data.assign_coords({COVARIATE: list(effects)})
    return data.assign_attrs(engine="laplace")


def _unstacked(values: np.ndarray, layout: SeriesLayout, series: xr.Dataset) -> xr.Variable:
    """Lay draws of cells out over the dimensions of a series; missing where a cell has none; periods come last."""
    sizes = tuple(series.sizes[dim] for dim in CELL_DIMS)
    placed = in_places(values, _places(layout, series), int(np.prod(sizes)))
    unstacked = placed.reshape(len(placed), *sizes, *placed.shape[2:])[None]
    if values.ndim == 2:
        return xr.Variable(("chain", "draw", *CELL_DIMS), unstacked)
    return xr.Variable(("chain", "draw", *SERIES_DIMS), np.moveaxis(unstacked, -1, 2))


def in_places(values: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """Move the values along the second axis to their places among so many; in the same memory where none is missing.

    Examples
    --------
    >>> in_places(np.array([[1.0, 2.0]]), np.array([2, 0]), 3)
    array([[ 2., nan,  1.]])
    """
    if len(place) < size:
        found = np.full((len(values), size, *values.shape[2:]), np.nan)
        found[:, place] = values
        return found
    if (np.diff(place) < 0).any():
        for at in range(0, len(values), DRAWS_AT_ONCE):
            some = values[at : at + DRAWS_AT_ONCE]
            some[:, place] = some.copy()
    return values


def _places(layout: SeriesLayout, series: xr.Dataset) -> np.ndarray:
    """Find the place of each cell of a layout among all cells of a series."""
    sizes = tuple(series.sizes[dim] for dim in CELL_DIMS)
    numbers = [series.indexes[dim].get_indexer(layout.cells[dim].values) for dim in CELL_DIMS]
    return np.ravel_multi_index(numbers, sizes)


def _covariate_effects(layout: SeriesLayout, draws: SeriesDraws) -> dict[str, np.ndarray]:
    """Give draws of the coefficient of each covariate, by its name: log ratio a standard deviation."""
    begin = f"{COVARIATE} "
    return {name.removeprefix(begin): draws.shared[:, at] for at, name in enumerate(layout.names)
            if name.startswith(begin)}  # fmt: skip
