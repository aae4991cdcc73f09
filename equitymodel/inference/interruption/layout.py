"""A series and its interruption, laid out for the engine: counts, offsets, and which terms can be told apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from equitymodel.data.series import series_frequency
from equitymodel.data.small_numbers import count_bounds
from equitymodel.data.timeline import period_days
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

LEVEL_SD, KAPPA_SD, SLOPE_SD, TREND_SD, START_SD, SEASON_SD = 0.5, 0.5, 0.2, 0.2, 3.0, 0.3
"""Standard deviations of the priors, on the log scale; slope and trend are a year."""
NOISE_SCALE, SPREAD_SCALE, VARIATION_SCALE = 0.3, 0.2, 0.15
"""Scales of the half-normal priors of standard deviations."""
RHO_RANGE = (-0.2, 0.98)
LINE_GROUPS = 3


@dataclass(frozen=True)
class Choices:
    """What can be chosen about the model; the defaults are those of the verdict.

    Attributes
    ----------
    harmonics
        How many waves a year's season has.
    slope
        Whether the trend may change as well as the level.
    trend
        Whether there is a trend before.
    variation
        Whether counts vary beyond Poisson noise from period to period as well. Off by default: in
        one series it can hardly be told from noise that lasts.
    """

    harmonics: int = 2
    slope: bool = True
    trend: bool = True
    variation: bool = False


@dataclass(frozen=True)
class Layout:
    """Everything the engine needs; time first, then series.

    Attributes
    ----------
    counts_low, counts_high, known
        What each count may be, and whether it is used; shape (time, series).
    offset
        Log of what counts are compared with, a day, at the crude rate; shape (time, series).
    gap
        Periods between neighbours.
    features
        Columns over time; shape (time, feature).
    own
        Which features have a coefficient in each series, and their prior standard deviations.
    shared
        For each other feature, how the shared coefficients make that of each series; shape
        (feature, series, coefficient).
    shared_sd
        Prior standard deviations of shared coefficients; missing where a spread is learned.
    spread_of
        Which spread each shared coefficient has; -1 where none is learned.
    hyper
        Names of the hyperparameters: ``sd, rho``, spreads, ``variation``.
    names
        Names of shared coefficients.
    cells
        The series of the dataset, stacked over ``cell``, in the order used here.
    effect
        Which features are the effect of the interruption.
    """

    counts_low: np.ndarray
    counts_high: np.ndarray
    known: np.ndarray
    offset: np.ndarray
    gap: np.ndarray
    features: np.ndarray
    feature_names: tuple[str, ...]
    own: tuple[int, ...]
    own_sd: np.ndarray
    shared_features: tuple[int, ...]
    shared: np.ndarray
    shared_sd: np.ndarray
    spread_of: np.ndarray
    hyper: tuple[str, ...]
    names: tuple[str, ...]
    cells: xr.Dataset = field(repr=False)

    @property
    def effect(self) -> tuple[int, ...]:
        """Features that are the effect of the interruption."""
        return tuple(k for k, name in enumerate(self.feature_names) if name in ("level", "slope"))


def lay_out(series: xr.Dataset, plan: Interruption, choices: Choices) -> Layout:
    """Lay a series out for the engine, with the terms that it can tell apart.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption.
    choices
        The model.

    Returns
    -------
    Layout
        Arrays over time and series.

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or no cell has a known count.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(groups=5, seed=1)
    >>> lay_out(series, truth.plan, Choices()).hyper
    ('sd', 'rho', 'deprivation spread')
    """
    design = plan.design(series)
    cells = series.transpose(PERIOD, ...).stack(cell=CELL_DIMS)
    low, high = (bound.values for bound in count_bounds(cells))
    exposure = cells["exposure"].values
    used = (~np.isnan(low)) & (~np.isnan(high)) & (exposure > 0)
    used &= ~(series["masked"].values | design["washout"].values)[:, None]
    kept = used.any(axis=0)
    if not kept.any():
        raise SpecError("no period of this series has a known count outside the breaks and the wash-out")
    cells, low, high, exposure, used = (
        cells.isel(cell=kept), low[:, kept], high[:, kept], exposure[:, kept], used[:, kept],
    )  # fmt: skip
    low, high = np.where(used, low, 0.0), np.where(used, high, 0.0)
    days = period_days(series)
    offset = np.log(np.where(exposure > 0, exposure, 1.0)) + np.log(days / days.mean()).values[:, None]
    crude = (low + high).sum(axis=0) / 2 + 0.5
    offset = offset + np.log(crude / (np.exp(offset) * used).sum(axis=0))
    names, features = _features(series, design, plan, choices)
    own, own_sd, shared_features = _split(names)
    shared, sd, spread_of, spreads, coefficients = _shared(cells, names, shared_features)
    hyper = ("sd", "rho", *spreads, *(("variation",) if choices.variation else ()))
    gap = np.diff(series["elapsed"].values.astype(float))
    return Layout(low, high, used, offset, gap, features, names, own, own_sd, shared_features, shared, sd, spread_of,
                  hyper, coefficients, cells)  # fmt: skip


def _features(
    series: xr.Dataset, design: xr.Dataset, plan: Interruption, choices: Choices
) -> tuple[tuple[str, ...], np.ndarray]:
    """Give columns over time; years count from the middle of the series."""
    frequency = series_frequency(series)
    years = series["elapsed"].values / frequency.per_year
    columns = {"start": np.ones_like(years)}
    if choices.trend:
        columns["trend"] = years - years.mean()
    if choices.slope and plan.shape != "pulse":
        columns["slope"] = design["slope"].values
    columns["level"] = design["level"].values
    for k in range(1, min(choices.harmonics, int(frequency.per_year // 2)) + 1):
        columns |= {f"sin {k}": np.sin(2 * np.pi * k * years), f"cos {k}": np.cos(2 * np.pi * k * years)}
    columns = {name: column for name, column in columns.items() if np.ptp(column) > 0 or name == "start"}
    return tuple(columns), np.column_stack(list(columns.values()))


def _split(names: tuple[str, ...]) -> tuple[tuple[int, ...], np.ndarray, tuple[int, ...]]:
    sds = {"start": START_SD, "trend": TREND_SD, "slope": SLOPE_SD}
    own = tuple(k for k, name in enumerate(names) if name in sds)
    others = tuple(k for k in range(len(names)) if k not in own)
    return own, np.array([sds[names[k]] for k in own]), others


def _shared(
    cells: xr.Dataset, names: tuple[str, ...], features: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Make level changes and seasons of series out of shared coefficients."""
    columns: list[tuple[str, str, np.ndarray, float, str]] = []
    for name in (names[k] for k in features if names[k] != "level"):
        columns += [(f"{name} {label}", name, mine, SEASON_SD, "") for label, mine in _labels(cells, (PROCEDURE,))]
    columns += _level_columns(cells)
    shared = np.zeros((len(features), cells.sizes["cell"], len(columns)))
    for at, (_, feature, mine, _, _) in enumerate(columns):
        shared[features.index(names.index(feature)), :, at] = mine
    spreads = tuple(dict.fromkeys(column[4] for column in columns if column[4]))
    spread_of = np.array([spreads.index(column[4]) if column[4] else -1 for column in columns])
    sd = np.array([column[3] for column in columns])
    return shared, sd, spread_of, spreads, tuple(column[0] for column in columns)


def _level_columns(cells: xr.Dataset) -> list[tuple[str, str, np.ndarray, float, str]]:
    """Lay out the change of level: on average, along deprivation, and by group, ICS and procedure."""
    columns = [("level", "level", np.ones(cells.sizes["cell"]), LEVEL_SD, "")]
    groups = len(set(cells[DEPRIVATION].values))
    if groups > 1:
        columns.append(("kappa", "level", cells["position"].values - 0.5, KAPPA_SD, ""))
    wanted: list[tuple[str, tuple[str, ...], bool]] = [
        ("deprivation spread", (DEPRIVATION,), groups >= LINE_GROUPS),
        ("ics spread", (ICS,), _many(cells, ICS)),
        ("ics by procedure spread", (ICS, PROCEDURE), _many(cells, PROCEDURE)),
    ]
    for spread, dims, there in wanted:
        if there:
            columns += [(f"level {label}", "level", mine, np.nan, spread) for label, mine in _labels(cells, dims)]
    return columns


def _many(cells: xr.Dataset, dim: str) -> bool:
    return len(set(cells[dim].values)) > 1


def _labels(cells: xr.Dataset, dims: tuple[str, ...]) -> list[tuple[str, np.ndarray]]:
    """Give an indicator for each label, or pair of labels, that there is."""
    keys = list(zip(*(cells[dim].values.tolist() for dim in dims), strict=True))
    return [
        (", ".join(map(str, key)), np.array([float(other == key) for other in keys])) for key in dict.fromkeys(keys)
    ]
