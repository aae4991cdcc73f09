"""A series and its interruption as arrays: counts, offsets, design matrix, and the terms that are identified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import SpecError
from equitymodel.inference.series.further_columns import COVARIATE, EFFECTS, further_columns, term_of
from equitymodel.inference.series.hyperparameters import Correlation, Hyper, Hypers, StandardDeviation
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.spec.terms import seasonal_harmonics
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

OWN = ("start", "trend", "slope", "second slope")
"""Features with a coefficient of its own in each series."""
FOURIER = ("sin", "cos")
"""How names of Fourier terms begin."""
LINE_GROUPS = 3
"""Fewest groups with which departures from a straight line are identified."""


class SeriesCounts(NamedTuple):
    """The counts of series; shape (time, series).

    Attributes
    ----------
    low, high
        What each count may be; 0 where it is not used.
    known
        Whether it is used: known, and outside breaks and wash-out.
    """

    low: np.ndarray
    high: np.ndarray
    known: np.ndarray

    @property
    def exact(self) -> bool:
        """Whether every count is known exactly."""
        return bool((self.low == self.high).all())

    def subset(self, series: np.ndarray) -> SeriesCounts:
        """Keep some series, by number."""
        return SeriesCounts(*(array[:, series] for array in self))


@dataclass(frozen=True)
class SeriesLayout:
    """Counts, offset, design and prior of a series as arrays: time first, then series (`SeriesLatent` transposes them).

    Attributes
    ----------
    counts
        What each count may be, and whether it is used.
    offset
        Log of exposure times days, at the crude rate of each series; shape (time, series).
    gap
        Periods between neighbours.
    features
        Columns over time of each series; shape (time, series, feature). Those of the effect are zero
        before the start of that series, and always in a control.
    feature_names
        What they are called.
    own
        Which features have a coefficient in each series: the first ones.
    own_sd
        Their prior standard deviations.
    shared_features
        The other features.
    shared
        Loadings: how the coefficient of each other feature in each series is made of shared
        coefficients; shape (feature, series, coefficient).
    shared_sd
        Prior standard deviations of shared coefficients; missing where they are a hyperparameter.
    sd_index
        Which standard deviation of effects each shared coefficient has; -1 where its prior is fixed.
    common
        Whether the series share noise.
    hypers
        The hyperparameters: ``sd, rho``, standard deviations of effects, ``variation``, those of shared noise.
    names
        Names of shared coefficients.
    cells
        The series of the dataset, stacked over ``cell``, in the order used here.
    """

    counts: SeriesCounts
    offset: np.ndarray
    gap: np.ndarray
    features: np.ndarray
    feature_names: tuple[str, ...]
    own: tuple[int, ...]
    own_sd: np.ndarray
    shared_features: tuple[int, ...]
    shared: np.ndarray
    shared_sd: np.ndarray
    sd_index: np.ndarray
    common: bool
    hypers: Hypers
    names: tuple[str, ...]
    cells: xr.Dataset = field(repr=False)

    @property
    def hyper(self) -> tuple[str, ...]:
        """Names of the hyperparameters."""
        return self.hypers.names

    @property
    def effect(self) -> tuple[int, ...]:
        """Features that are the effect of the interruption."""
        return tuple(k for k, name in enumerate(self.feature_names) if name in EFFECTS)

    def subset(self, series: np.ndarray) -> SeriesLayout:
        """Keep some series, by number, and every hyperparameter and shared coefficient."""
        return replace(
            self, counts=self.counts.subset(series), offset=self.offset[:, series], features=self.features[:, series],
            shared=self.shared[:, series], cells=self.cells.isel(cell=series),
        )  # fmt: skip


def lay_out_series(series: xr.Dataset, plan: Interruption, model: SeriesModel) -> SeriesLayout:
    """Lay a series out as arrays, with the terms that it identifies.

    Parameters
    ----------
    series, plan
        From `read_series`, and the interruption.
    model
        From `load_series_model`.

    Returns
    -------
    SeriesLayout
        Arrays over time and series.

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or no cell has a known count.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.spec.library import load_series_model
    >>> series, truth = simulate_series(Sizes(groups=5), seed=1)
    >>> lay_out_series(series, truth.plan, load_series_model()).hyper
    ('sd', 'rho', 'deprivation spread', 'common sd', 'common rho')
    """
    observed = _observe(series, plan)
    cells = observed.cells
    names, features = _features(series, observed, plan, model)
    if plan.controlled:
        begun = sorted({str(plan.start_of(str(label))) for label in cells[ICS].values[cells["exposed"].values]})
        alone = [replace(plan, date=day, exposed=None, starts=None) for day in begun]
        if "ended" in observed.design:
            alone, begun = [*alone, replace(plan.after_end, exposed=None)], [*begun, str(plan.ended_on)]
        designs = [each.design(series) for each in alone]
        names, features = _add_common_change(designs, begun, model, names, features)
    own, own_sd, shared_features = _split(names, model)
    shared, sd, pooled_sds, sd_index, coefficients = _shared(cells, names, shared_features, model)
    common = model.has("common") and cells.sizes["cell"] > 1
    hypers = _hypers(model, pooled_sds, common=common)
    gap = np.diff(series["elapsed"].values.astype(float))
    return SeriesLayout(
        observed.counts, observed.offset, gap, features, names, own, own_sd,
        shared_features, shared, sd, sd_index, common, hypers, coefficients, cells,
    )  # fmt: skip


class _Observed(NamedTuple):
    """The series with a known count: cells, design of the interruption, counts, and offset."""

    cells: xr.Dataset
    design: xr.Dataset
    counts: SeriesCounts
    offset: np.ndarray


def _observe(series: xr.Dataset, plan: Interruption) -> _Observed:
    """Stack cells, keep those with a known count outside breaks and wash-out, and compute their offset."""
    cells = series.transpose(PERIOD, ...).stack(cell=CELL_DIMS)
    design = plan.design(series).broadcast_like(series["exposure"]).stack(cell=CELL_DIMS).transpose(PERIOD, "cell")
    low, high = (bound.values for bound in count_bounds(cells))
    exposure = cells["exposure"].values
    used = (~np.isnan(low)) & (~np.isnan(high)) & (exposure > 0)
    used &= ~(series["masked"].values[:, None] | design["washout"].values)
    kept = used.any(axis=0)
    if not kept.any():
        raise SpecError("no period of this series has a known count outside the breaks and the wash-out")
    cells, design, low, high, exposure, used = (
        cells.isel(cell=kept), design.isel(cell=kept), low[:, kept], high[:, kept], exposure[:, kept], used[:, kept],
    )  # fmt: skip
    low, high = np.where(used, low, 0.0), np.where(used, high, 0.0)
    days = period_days(series)
    offset = np.log(np.where(exposure > 0, exposure, 1.0)) + np.log(days / days.mean()).values[:, None]
    crude = (low + high).sum(axis=0) / 2 + 0.5
    offset = offset + np.log(crude / (np.exp(offset) * used).sum(axis=0))
    cells = cells.assign_coords(exposed=("cell", design["exposed"].values[0]))
    _refuse_one_side(cells, plan)
    return _Observed(cells, design, SeriesCounts(low, high, used), offset)


def _refuse_one_side(cells: xr.Dataset, plan: Interruption) -> None:
    """Refuse a design without a known count among the exposed, or among controls."""
    for name, part in (("exposed cell", cells["exposed"]), ("control", ~cells["exposed"])):
        if plan.exposed and not part.any():
            raise SpecError(f"no {name} has a known count outside the breaks and the wash-out")


def _hypers(model: SeriesModel, pooled_sds: tuple[StandardDeviation, ...], *, common: bool) -> Hypers:
    """List the hyperparameters."""
    hypers: list[Hyper] = [
        StandardDeviation("sd", model.sd("own")),
        Correlation("rho", *model.correlation("own")),
        *pooled_sds,
    ]
    if model.has("variation"):
        hypers.append(StandardDeviation("variation", model.sd("variation")))
    if common:
        hypers += [
            StandardDeviation("common sd", model.sd("common")),
            Correlation("common rho", *model.correlation("common")),
        ]
    return Hypers(tuple(hypers))


def _features(
    series: xr.Dataset, observed: _Observed, plan: Interruption, model: SeriesModel
) -> tuple[tuple[str, ...], np.ndarray]:
    """Give columns over time of each series; years count from the middle."""
    design = observed.design
    frequency = SeriesFacts.of(series).frequency
    years = series["elapsed"].values[:, None] / frequency.per_year
    columns = {"start": np.ones_like(years)}
    if model.has("trend"):
        columns["trend"] = years - years.mean()
    if model.has("slope") and plan.may_slope:
        columns["slope"] = design["slope"].values
    columns["level"] = design["level"].values
    columns |= seasonal_harmonics(years, frequency, model.harmonics)
    columns |= {each.name: each.values for each in further_columns(series, observed.cells, design, plan, model)}
    own_first = sorted(columns, key=lambda name: name not in OWN)
    columns = {name: columns[name] for name in own_first if np.ptp(columns[name]) > 0 or name == "start"}
    shape = design["level"].shape
    return tuple(columns), np.stack([np.broadcast_to(column, shape) for column in columns.values()], axis=-1)


def _add_common_change(
    designs: list[xr.Dataset], days: list[str], model: SeriesModel, names: tuple[str, ...], features: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray]:
    """Add the change common to exposed and controls at each start, in the shape of the effect."""
    wanted = [kind for kind in ("level", "slope") if model.has(f"common_{kind}") and kind in names]
    for design, day in zip(designs, days, strict=True):
        for kind in wanted:
            column = np.broadcast_to(design[kind].values[:, None, None], (*features.shape[:2], 1))
            names, features = (*names, f"common {kind} {day}"), np.concatenate([features, column], axis=-1)
    return names, features


def _split(names: tuple[str, ...], model: SeriesModel) -> tuple[tuple[int, ...], np.ndarray, tuple[int, ...]]:
    own = tuple(k for k, name in enumerate(names) if name in OWN)
    others = tuple(k for k in range(len(names)) if k not in own)
    return own, np.array([model.sd(term_of(names[k])) for k in own]), others


@dataclass(frozen=True)
class _SharedCoefficient:
    """A shared coefficient: the feature it belongs to, its loading in each series, and its prior."""

    name: str
    feature: str
    loading: np.ndarray
    sd: float = np.nan
    pooled: StandardDeviation | None = None


def _shared(
    cells: xr.Dataset, names: tuple[str, ...], features: tuple[int, ...], model: SeriesModel
) -> tuple[np.ndarray, np.ndarray, tuple[StandardDeviation, ...], np.ndarray, tuple[str, ...]]:
    """Lay out the loadings of seasons, common changes and level changes on shared coefficients, with their priors."""
    columns: list[_SharedCoefficient] = []
    by_procedure = _labels(cells, (PROCEDURE, "exposed") if not cells["exposed"].all() else (PROCEDURE,))
    for name in (names[k] for k in features if names[k].startswith(FOURIER)):
        columns += [
            _SharedCoefficient(f"{name} {label}", name, mine, model.sd("season")) for label, mine in by_procedure
        ]
    for name in (names[k] for k in features if names[k].startswith("common")):
        columns += _common_columns(cells, name, model)
    for name in (names[k] for k in features if names[k].startswith(COVARIATE)):
        columns.append(_SharedCoefficient(name, name, np.ones(cells.sizes["cell"]), model.sd(COVARIATE)))
    for name in (names[k] for k in features if term_of(names[k]) == "level"):
        columns += _level_columns(cells, model, name)
    shared = np.zeros((len(features), cells.sizes["cell"], len(columns)))
    for at, column in enumerate(columns):
        shared[features.index(names.index(column.feature)), :, at] = column.loading
    pooled_sds = tuple(dict.fromkeys(column.pooled for column in columns if column.pooled))
    sd_index = np.array([pooled_sds.index(column.pooled) if column.pooled else -1 for column in columns])
    return shared, np.array([column.sd for column in columns]), pooled_sds, sd_index, tuple(c.name for c in columns)


def _common_columns(cells: xr.Dataset, name: str, model: SeriesModel) -> list[_SharedCoefficient]:
    """Lay out the change common to exposed and controls: on average, and along deprivation."""
    columns = [_SharedCoefficient(name, name, np.ones(cells.sizes["cell"]), model.sd("_".join(name.split()[:2])))]
    if name.startswith("common level") and model.has("common_kappa") and _count(cells, DEPRIVATION) > 1:
        along = cells["position"].values - 0.5
        columns.append(_SharedCoefficient(name.replace("level", "kappa"), name, along, model.sd("common_kappa")))
    return columns


def _level_columns(cells: xr.Dataset, model: SeriesModel, feature: str) -> list[_SharedCoefficient]:
    """Lay out a change of level: on average, along deprivation, and pooled by group, ICS and procedure."""
    exposed = cells.isel(cell=cells["exposed"].values)
    columns = [_SharedCoefficient(feature, feature, np.ones(cells.sizes["cell"]), model.sd("level"))]
    groups = _count(exposed, DEPRIVATION)
    if groups > 1 and model.has("kappa"):
        columns.append(
            _SharedCoefficient(
                feature.replace("level", "kappa"), feature, cells["position"].values - 0.5, model.sd("kappa")
            )
        )
    wanted: list[tuple[str, tuple[str, ...], bool]] = [
        ("deprivation", (DEPRIVATION,), groups >= LINE_GROUPS),
        ("ics", (ICS,), _count(exposed, ICS) > 1),
        ("ics_by_procedure", (ICS, PROCEDURE), _count(exposed, PROCEDURE) > 1),
    ]
    for term, dims, there in wanted:
        if there and model.has(term):
            pooled = StandardDeviation(f"{term.replace('_', ' ')} spread", model.sd(term))
            columns += [
                _SharedCoefficient(f"{feature} {label}", feature, mine, pooled=pooled)
                for label, mine in _labels(cells, dims)
                if (mine * cells["exposed"].values).any()
            ]
    return columns


def _count(cells: xr.Dataset, dim: str) -> int:
    return len(set(cells[dim].values))


def _labels(cells: xr.Dataset, dims: tuple[str, ...]) -> list[tuple[str, np.ndarray]]:
    """Make an indicator variable for each label, or pair of labels."""
    keys = list(zip(*(cells[dim].values.tolist() for dim in dims), strict=True))
    number = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    which = np.array([number[key] for key in keys])
    return [(", ".join(map(str, key)), (which == at).astype(float)) for key, at in number.items()]
