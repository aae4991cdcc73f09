"""From a series and a declared interruption to draws of admissions with it and without it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from equitymodel.inference.interruption.draw import Draws, draw
from equitymodel.inference.interruption.explore import Points, integrate
from equitymodel.inference.interruption.layout import Choices, Layout, lay_out
from equitymodel.inference.interruption.mode import Field
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, PERIOD, SERIES_DIMS

MOST_DRAWS, FEWEST_DRAWS = 4000, 400
ROOM = 12_000_000
"""Draws of means that are kept: fewer draws where there are many series."""
ENOUGH_POINTS = 10.0


@dataclass(frozen=True)
class InterruptionFit:
    """A fitted interruption.

    Attributes
    ----------
    series, plan, choices, seed
        What was fitted, and how.
    draws
        ``fitted`` and ``counterfactual`` (mean admissions; dims ``chain, draw, period, ics,
        deprivation, procedure``), ``level`` and ``slope`` (log ratio, and log ratio a year; over
        cells), ``kappa`` where there are groups, and the hyperparameters.
    effective_points
        How many equally weighted sets of hyperparameters the draws rest on.
    converged
        Whether every mode was found.
    """

    series: xr.Dataset = field(repr=False)
    plan: Interruption
    choices: Choices
    seed: int
    draws: xr.Dataset = field(repr=False)
    effective_points: float
    converged: bool

    @property
    def sound(self) -> bool:
        """Whether the computation can be relied on."""
        return self.converged and (self.draws.attrs["method"] == "grid" or self.effective_points >= ENOUGH_POINTS)


def fit_interruption(
    series: xr.Dataset, plan: Interruption, choices: Choices | None = None, *, seed: int, draws: int | None = None
) -> InterruptionFit:
    r"""Fit the model for interrupted time series, quickly and without a sampler.

    .. math:: \log \mu_{st} = \log E_{st} + \log w_t + \alpha_s + \tau_s t + \text{season}_t
              + \delta_s h_t + \zeta_s z_t + \omega_{st}, \qquad
              \delta_s = \delta_0 + \kappa (x_q - 1/2) + d_q + d_i + d_{ip}

    with :math:`\omega` an autoregression of order one over the true time between periods, so that a
    year that is masked is a year.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption, declared beforehand.
    choices
        The model; the default has two harmonics, a trend, a change of level and of slope.
    seed
        Seed of the random numbers.
    draws
        How many draws; 4,000 for one series, fewer where there are many.

    Returns
    -------
    InterruptionFit
        Draws with the interruption and without it.

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or no count is known.

    Notes
    -----
    Counts are Poisson around a mean with noise that lasts; ``variation=True`` adds noise that does
    not (negative binomial). Terms that a series cannot tell apart are left out: one series has a
    level and a slope; groups add :math:`\kappa` and, from three groups on, a departure of each from
    the line; several ICSs and procedures add theirs. A nested Laplace approximation: exact Gaussian
    draws at each set of hyperparameters, moved from the mode to the mean to first order. The noise
    of different series is taken to be independent; shocks that groups share make the gap more
    certain than it says, and the total less: the total is therefore fitted as one series.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(effect=0.3, seed=1)
    >>> fit = fit_interruption(series, truth.plan, Choices(slope=False), seed=1, draws=400)
    >>> bool(0.2 < fit.draws["level"].mean() < 0.4), fit.converged
    (True, True)
    """
    chosen = choices or Choices()
    layout = lay_out(series, plan, chosen)
    model = Field(layout)
    points = integrate(model, seed=seed)
    size = draws or max(FEWEST_DRAWS, min(MOST_DRAWS, ROOM // layout.offset.size))
    found = draw(model, points, draws=size, seed=seed)
    return InterruptionFit(series, plan, chosen, seed, _label(layout, found, points, series), points.effective,
                           points.found)  # fmt: skip


def _label(layout: Layout, draws: Draws, points: Points, series: xr.Dataset) -> xr.Dataset:
    """Name the dimensions of draws, and lay cells out again."""
    cells = {"cell": layout.cells["cell"], PERIOD: series[PERIOD]}
    there = np.where(layout.cells["exposure"].values > 0, 1.0, np.nan)
    over = ("draw", PERIOD, "cell")
    values: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        name: (over, getattr(draws, name) * there) for name in ("fitted", "counterfactual")
    }
    for name in ("level", "slope"):
        if name in layout.feature_names:
            values[name] = (("draw", "cell"), draws.beta[:, :, layout.feature_names.index(name)])
    data = xr.Dataset(values, coords=cells).unstack("cell")
    data = data.reindex({dim: series[dim] for dim in CELL_DIMS}).expand_dims("chain")
    named = {name.replace(" ", "_"): column for name, column in draws.hyper.items()}
    if "kappa" in layout.names:
        named["kappa"] = draws.shared[:, layout.names.index("kappa")]
    for name, column in named.items():
        data[name] = (("chain", "draw"), column[None])
    order = [dim for dim in ("chain", "draw", *SERIES_DIMS) if dim in data.dims]
    return data.transpose(*order).assign_attrs(method=points.method, points=len(points.weight))
