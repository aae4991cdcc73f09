"""Partial pooling of published estimates: a normal model of areas, its spread integrated over a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import norm

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.published.read_estimates import PublishedEstimates, read_estimates
from equitymodel.data.tables.files import Source
from equitymodel.errors import OptionError
from equitymodel.inference.pooled_estimates import PooledEstimates
from equitymodel.vocabulary import INTERVAL_PROBABILITY

SPREAD_OF_RATIOS = 0.3
"""Default scale of the half-normal prior of the spread of logarithms: nearly all areas within a factor of 1.8."""
GRID = 2000
DRAWS = 4000
FARTHEST = 18.0
"""How far below its highest the log density of a spread may lie and still be on the grid."""
ANY_IN_TABLES = 0.05


@refuses_other_types
def pool_estimates(
    source: Source | PublishedEstimates, *, scale: str = "ratio", spread_prior: float | None = None,
    interval_probability: float = 0.95, seed: int,
) -> PooledEstimates:  # fmt: skip
    r"""Pool published estimates of areas, so that an uncertain one is drawn towards the mean of all.

    .. math:: y_i \sim N(\theta_i, s_i^2), \quad \theta_i \sim N(\mu, \tau^2), \quad \tau \sim N^+(0, c^2)

    with a flat prior of the mean. For published rates, ratios or slopes with intervals, where counts cannot be had;
    where they can, `fit_model` does better, as it knows what each estimate rests on.

    Parameters
    ----------
    source
        A table of `read_estimates`, or what it read.
    scale
        ``ratio`` (pooled as logarithms) or ``difference`` (as they are).
    spread_prior
        The scale c: 0.3 for ratios. Differences need one in their unit: about what areas are thought to differ by.
    interval_probability
        Of the published intervals.
    seed
        Of the draws.

    Returns
    -------
    PooledEstimates
        Prints as sentences with what must be known beside them.

    Raises
    ------
    EquityDataError
        When the table breaks a rule (E01 to E06).
    OptionError
        When differences come without a prior of their spread.

    References
    ----------
    Rubin DB (1981) Estimation in parallel randomized experiments. J Educ Stat 6:377-401. Gelman A et al. (2013)
    Bayesian Data Analysis, 3rd ed., section 5.4.

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["A", "B", "C"], "estimate": [1.0, 2.0, 6.0], "se": [1.0, 1.0, 1.0]})
    >>> pooled = pool_estimates(table, scale="difference", spread_prior=2.0, seed=1)
    >>> pooled.table["pooled"].round(2).tolist()
    [1.45, 2.22, 5.33]
    """
    read = source if isinstance(source, PublishedEstimates) else read_estimates(
        source, scale=scale, interval_probability=interval_probability)  # fmt: skip
    prior = SPREAD_OF_RATIOS if spread_prior is None and read.scale == "ratio" else spread_prior
    if prior is None or not 0 < prior < np.inf:
        raise OptionError(
            "say with --spread-prior about what areas are thought to differ by, in the published unit, above 0 and "
            f"finite; the published estimates have a standard deviation of {read.table['value'].std():.3g}, errors "
            "included"
        )
    posterior = _integrate(read.table, prior)
    draws = _draw(posterior, np.random.default_rng(seed), list(read.table.index))
    table = _table(read, posterior, draws, prior)
    return PooledEstimates(read, table, _overall(read, posterior, draws, seed), draws, float(prior),
                           _prior_moves(read, prior, table), seed)  # fmt: skip


@dataclass(frozen=True)
class _SpreadPosterior:
    """Spreads on a grid with their weights, and the normal distributions given each."""

    spread: np.ndarray
    weight: np.ndarray
    mean: np.ndarray
    mean_variance: np.ndarray
    own: np.ndarray
    """Shares of a pooled value that are its own; (area, spread)."""
    value: np.ndarray
    error: np.ndarray

    @property
    def centre(self) -> np.ndarray:
        """Mean of each area given each spread; (area, spread)."""
        centre: np.ndarray = self.own * self.value[:, None] + (1 - self.own) * self.mean
        return centre


def _integrate(table: pd.DataFrame, prior: float) -> _SpreadPosterior:
    """Integrate over the spread, on a grid as wide as its density."""
    value, error = table["value"].to_numpy(float), table["error"].to_numpy(float)
    coarse = np.geomspace(1e-4, 6.0, GRID) * prior
    high = _log_density(coarse, value, error, prior)
    last = coarse[high > high.max() - FARTHEST].max()
    spread = (np.arange(GRID) + 0.5) / GRID * last
    weight = np.exp((density := _log_density(spread, value, error, prior)) - density.max())
    precision = _precision(error, spread)
    total = precision.sum(0)
    return _SpreadPosterior(spread, weight / weight.sum(), (precision * value[:, None]).sum(0) / total, 1 / total,
                      spread**2 * precision, value, error)  # fmt: skip


def _log_density(spread: np.ndarray, value: np.ndarray, error: np.ndarray, prior: float) -> np.ndarray:
    """Give the log density of each spread, the mean integrated out."""
    precision = _precision(error, spread)
    density: np.ndarray = _marginal(precision, value - value.mean()) - 0.5 * (spread / prior) ** 2
    return density


def _precision(error: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Give the precision of each published estimate around the mean of areas, given each spread; (area, spread)."""
    precision: np.ndarray = 1 / (error[:, None] ** 2 + spread**2)
    return precision


def _marginal(precision: np.ndarray, value: np.ndarray) -> np.ndarray:
    total, first = precision.sum(0), (precision * value[:, None]).sum(0)
    square = (precision * value[:, None] ** 2).sum(0) - first**2 / total
    log_density: np.ndarray = 0.5 * (np.log(precision).sum(0) - np.log(total) - square)
    return log_density


def _draw(posterior: _SpreadPosterior, random: np.random.Generator, areas: list[str]) -> xr.Dataset:
    """Draw spread, mean and values together."""
    at = np.searchsorted(posterior.weight.cumsum(), (np.arange(DRAWS) + random.random(DRAWS)) / DRAWS)
    at = random.permutation(at.clip(max=GRID - 1))
    mean = random.normal(posterior.mean[at], np.sqrt(posterior.mean_variance[at]))
    own = posterior.own[:, at].T
    given = own * posterior.value + (1 - own) * mean[:, None]
    value = random.normal(given, np.sqrt(own) * posterior.error)
    return xr.Dataset(
        {"value": (("chain", "draw", "area"), value[None]), "mean": (("chain", "draw"), mean[None]),
         "spread": (("chain", "draw"), posterior.spread[at][None])},
        {"chain": [0], "draw": range(DRAWS), "area": areas},
    )  # fmt: skip


def _table(read: PublishedEstimates, posterior: _SpreadPosterior, draws: xr.Dataset, prior: float) -> pd.DataFrame:
    unit = np.exp if read.scale == "ratio" else np.array
    lower, upper = _ends(draws["value"].values[0])
    tail = _tail_probability(posterior, prior)
    return pd.DataFrame(
        {"published": read.table["estimate"], "pooled": unit(posterior.centre @ posterior.weight), "lower": unit(lower),
         "upper": unit(upper), "own_weight": posterior.own @ posterior.weight, "tail_probability": tail,
         "unlike_the_rest": tail < 1 - (1 - ANY_IN_TABLES) ** (1 / len(tail))},
        index=read.table.index,
    )  # fmt: skip


def _overall(read: PublishedEstimates, posterior: _SpreadPosterior, draws: xr.Dataset, seed: int) -> pd.DataFrame:
    unit = np.exp if read.scale == "ratio" else np.array
    mean, spread = draws["mean"].values[0], draws["spread"].values[0]
    another = np.random.default_rng([seed, 1]).normal(mean, spread)
    centre = float(posterior.mean @ posterior.weight)
    rows = [
        ("mean", unit(centre), *unit(_ends(mean))),
        ("spread", posterior.spread @ posterior.weight, *_ends(spread)),
        ("another_area", unit(centre), *unit(_ends(another))),
    ]
    return pd.DataFrame(rows, columns=["quantity", "estimate", "lower", "upper"]).astype(
        dict.fromkeys(("estimate", "lower", "upper"), float)).set_index("quantity")  # fmt: skip


def _ends(draws: np.ndarray) -> np.ndarray:
    aside = (1 - INTERVAL_PROBABILITY) / 2
    ends: np.ndarray = np.quantile(draws, [aside, 1 - aside], axis=0)
    return ends


def _tail_probability(posterior: _SpreadPosterior, prior: float) -> np.ndarray:
    """Say how probable an estimate as far out is, given those of all other areas; two-sided."""
    value, error, spread = posterior.value, posterior.error, posterior.spread
    precision = _precision(error, spread)
    found = []
    for area in range(len(value)):
        others = np.arange(len(value)) != area
        density = _log_density(spread, value[others], error[others], prior)
        weight = np.exp(density - density.max())
        total = precision[others].sum(0)
        centre = (precision[others] * value[others, None]).sum(0) / total
        below = norm.cdf(value[area], centre, np.sqrt(1 / total + spread**2 + error[area] ** 2))
        share = float(below @ weight / weight.sum())
        found.append(2 * min(share, 1 - share))
    return np.array(found)


def _prior_moves(read: PublishedEstimates, prior: float, table: pd.DataFrame) -> float:
    """Say how far any estimate goes at half and at twice the prior, in half widths of its interval."""
    scaled = np.log if read.scale == "ratio" else np.array
    half = (scaled(table["upper"]) - scaled(table["lower"])) / 2
    ways = [_integrate(read.table, prior * by) for by in (0.5, 2.0)]
    moved = [np.abs(way.centre @ way.weight - scaled(table["pooled"])) / half for way in ways]
    return float(np.max(moved))
