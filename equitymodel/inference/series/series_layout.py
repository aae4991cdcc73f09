"""A series and its interruption as arrays: counts, offsets, design matrix, and the terms that are identified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import SpecError
from equitymodel.inference.series.hyperparameters import Correlation, Hyper, Hypers, StandardDeviation
from equitymodel.inference.series.shared_map import SharedMap
from equitymodel.inference.series.time_columns import OF_BREAK, OF_EFFECT, TimeColumn, time_columns
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import TERMS, SeriesModel
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

BY_PROCEDURE = ("season", "working_days")
"""Terms that are alike within a procedure, apart for exposed cells and controls."""
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
class CoefficientPrior:
    """Prior standard deviations of coefficients, fixed or learned.

    Attributes
    ----------
    fixed
        Those that are fixed; missing where they are a hyperparameter.
    learned
        Which hyperparameter it is, by name; empty where it is fixed.
    """

    fixed: np.ndarray
    learned: tuple[str, ...]

    @classmethod
    def of(cls, sds: list[tuple[float, StandardDeviation | None]]) -> CoefficientPrior:
        """Make the prior of coefficients, each with a fixed standard deviation or a learned one."""
        return cls(np.array([fixed for fixed, _ in sds]), tuple(sd.name if sd else "" for _, sd in sds))

    def precisions(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """Compute prior precisions; from hyperparameters by name, shape (point,), to (point, coefficient)."""
        points = len(next(iter(values.values())))
        sd = np.broadcast_to(self.fixed, (points, len(self.fixed))).copy()
        for at, name in enumerate(self.learned):
            if name:
                sd[:, at] = values[name]
        return 1.0 / sd**2


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
        Columns over time of each series, own ones first; shape (time, series, feature). Those of the effect are zero
        before the start of that series, and always in a control.
    feature_names, feature_terms
        What they are called, and the terms of the model whose prior they have.
    own_prior
        Of the features with a coefficient in each series: the first ones.
    map
        How the coefficient of each other feature in each series is made of shared coefficients: the loadings that are
        not zero.
    shared_prior
        Of shared coefficients.
    common
        Whether the series share noise.
    hypers
        The hyperparameters: ``sd, rho``, standard deviations of coefficients, ``variation``, those of shared noise.
    names
        Names of shared coefficients.
    drawn_anew_from
        The period from which the noise of a series may be part of the effect, so that without the interruption it is
        drawn anew; one past the last for a control. Empty where it is noise, with the interruption and without it.
    cells
        The series of the dataset, stacked over ``cell``, in the order used here.
    """

    counts: SeriesCounts
    offset: np.ndarray
    gap: np.ndarray
    features: np.ndarray
    feature_names: tuple[str, ...]
    feature_terms: tuple[str, ...]
    own_prior: CoefficientPrior
    map: SharedMap = field(repr=False)
    shared_prior: CoefficientPrior
    common: bool
    hypers: Hypers
    names: tuple[str, ...]
    drawn_anew_from: np.ndarray
    cells: xr.Dataset = field(repr=False)

    @property
    def hyper(self) -> tuple[str, ...]:
        """Names of the hyperparameters."""
        return self.hypers.names

    @property
    def own(self) -> int:
        """How many features have a coefficient in each series."""
        return len(self.own_prior.learned)

    @property
    def effect(self) -> list[int]:
        """Features that are the effect of the interruption."""
        return self._features_of(OF_EFFECT)

    @property
    def left_by_break(self) -> list[int]:
        """Features that are what a masked break left behind."""
        return self._features_of(OF_BREAK)

    def _features_of(self, terms: tuple[str, ...]) -> list[int]:
        return [at for at, term in enumerate(self.feature_terms) if term in terms]

    def subset(self, series: np.ndarray) -> SeriesLayout:
        """Keep some series, by number, and every hyperparameter and shared coefficient."""
        return replace(
            self, counts=self.counts.subset(series), offset=self.offset[:, series], features=self.features[:, series],
            map=self.map.subset(series), cells=self.cells.isel(cell=series),
            drawn_anew_from=self.drawn_anew_from[series] if self.drawn_anew_from.size else self.drawn_anew_from,
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
    ('sd', 'rho', 'bend sd', 'deprivation spread', 'common sd', 'common rho')
    """
    observed = _observe(series, plan)
    cells = observed.cells
    several = cells.sizes["cell"] > 1
    columns = time_columns(series, cells, observed.design, plan, model if several else model.alone)
    own, others = (tuple(column for column in columns if column.own is mine) for mine in (True, False))
    shared = _shared(cells, others, model)
    common = model.has("common") and several
    own_sds = [_learned(column.term, model) for column in own]
    pooled = tuple(dict.fromkeys(each for each in [*own_sds, *(one.pooled for one in shared)] if each))
    return SeriesLayout(
        counts=observed.counts,
        offset=observed.offset,
        gap=np.diff(series["elapsed"].values.astype(float)),
        features=np.stack([column.values for column in columns], axis=-1),
        feature_names=tuple(column.name for column in columns),
        feature_terms=tuple(column.term for column in columns),
        own_prior=CoefficientPrior.of([(np.nan if sd else model.sd(column.term), sd)
                                       for column, sd in zip(own, own_sds, strict=True)]),
        map=_loadings(others, shared, cells.sizes["cell"]),
        shared_prior=CoefficientPrior.of([(one.sd, one.pooled) for one in shared]),
        common=common,
        hypers=_hypers(model, pooled, common=common),
        names=tuple(one.name for one in shared),
        drawn_anew_from=_first_affected(observed.design) if plan.surges == "effect" else np.zeros(0, dtype=int),
        cells=cells,
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
    kept = _in_order_of_counts(cells, np.where(used, low + high, 0.0).sum(axis=0), used)
    if not len(kept):
        raise SpecError("no period of this series has a known count outside the breaks and the wash-out")
    cells, design, low, high, exposure, used = (
        cells.isel(cell=kept), design.isel(cell=kept), low[:, kept], high[:, kept], exposure[:, kept], used[:, kept],
    )  # fmt: skip
    low, high = np.where(used, low, 0.0), np.where(used, high, 0.0)
    days = period_days(series)
    offset = np.log(np.where(exposure > 0, exposure, 1.0)) + np.log(days / days.mean()).values[:, None]
    crude = (low + high).sum(axis=0) / 2 + 0.5
    offset = offset + np.log(crude / (np.exp(offset) * used).sum(axis=0))
    counts = SeriesCounts(low, high, used)
    sign, along = along_deprivation(cells, counts)
    cells = cells.assign_coords(exposed=("cell", design["exposed"].values[0]), along=("cell", along), along_sign=sign)
    _refuse_one_side(cells, plan)
    return _Observed(cells, design, counts, offset)


def _in_order_of_counts(cells: xr.Dataset, counts: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Give the numbers of cells with a known count by ICS, procedure and how many they count.

    Groups then come in an order that does not depend on which end is called deprived: reversed labels give the same
    random numbers, and a mirrored answer.
    """
    places = [np.unique(cells[dim].values, return_inverse=True)[1] for dim in (ICS, PROCEDURE)]
    order = np.lexsort((counts, places[1], places[0]))
    return order[used.any(axis=0)[order]]


def along_deprivation(cells: xr.Dataset, counts: SeriesCounts) -> tuple[float, np.ndarray]:
    """Give the sign of the scale along which groups are laid out, and the place of each cell on it, around 0.

    The scale runs from groups with fewer counts to groups with more, whichever end is deprived.
    """
    place = cells["position"].values - 0.5
    sign = float(np.sign((place * (counts.low + counts.high).sum(axis=0)).sum())) or 1.0
    return sign, sign * place


def _first_affected(design: xr.Dataset) -> np.ndarray:
    """Find the first period that an interruption can have reached, of each series; one past the last for controls."""
    reached = (design["after"] | design["washout"]).values
    return np.where(reached.any(axis=0), reached.argmax(axis=0), len(reached))


def _refuse_one_side(cells: xr.Dataset, plan: Interruption) -> None:
    """Refuse a design without a known count among the exposed, or among controls."""
    for name, part in (("exposed cell", cells["exposed"]), ("control", ~cells["exposed"])):
        if plan.exposed and not part.any():
            raise SpecError(f"no {name} has a known count outside the breaks and the wash-out")


def _hypers(model: SeriesModel, pooled: tuple[StandardDeviation, ...], *, common: bool) -> Hypers:
    """List the hyperparameters."""
    hypers: list[Hyper] = [
        StandardDeviation("sd", model.sd("own")),
        Correlation("rho", *model.correlation("own")),
        *pooled,
    ]
    if model.has("variation"):
        hypers.append(StandardDeviation("variation", model.sd("variation")))
    if common:
        hypers += [
            StandardDeviation("common sd", model.sd("common")),
            Correlation("common rho", *model.correlation("common")),
        ]
    return Hypers(tuple(hypers))


def _learned(term: str, model: SeriesModel) -> StandardDeviation | None:
    """Give the standard deviation of the coefficients of a term, where it is a hyperparameter."""
    pooled = TERMS[term][0] == "half_normal"
    return StandardDeviation(f"{term.replace('_', ' ')} sd", model.sd(term)) if pooled else None


@dataclass(frozen=True)
class _SharedCoefficient:
    """A shared coefficient: the feature it belongs to, its loading in each series, and its prior."""

    name: str
    feature: str
    loading: np.ndarray
    sd: float = np.nan
    pooled: StandardDeviation | None = None


def _shared(cells: xr.Dataset, columns: tuple[TimeColumn, ...], model: SeriesModel) -> list[_SharedCoefficient]:
    """Lay out the shared coefficients of columns over time, with their loadings and priors."""
    by_procedure = _labels(cells, (PROCEDURE, "exposed") if not cells["exposed"].all() else (PROCEDURE,))
    found: list[_SharedCoefficient] = []
    for column in columns:
        name = column.name
        if column.term == "level":
            found += _level_columns(cells, name, model)
        elif column.term in BY_PROCEDURE:
            found += [_SharedCoefficient(f"{name} {label}", name, mine, model.sd(column.term))
                      for label, mine in by_procedure]  # fmt: skip
        else:
            found += _common_columns(cells, column, model)
    return found


def _loadings(columns: tuple[TimeColumn, ...], shared: list[_SharedCoefficient], series: int) -> SharedMap:
    """Lay out how the coefficient of each shared column is made of shared coefficients; few of these reach a series."""
    place = {column.name: at for at, column in enumerate(columns)}
    return SharedMap.from_columns([place[one.feature] for one in shared], [one.loading for one in shared],
                                  (series, len(columns), len(shared)))  # fmt: skip


def _common_columns(cells: xr.Dataset, column: TimeColumn, model: SeriesModel) -> list[_SharedCoefficient]:
    """Lay out what all series share: on average and, for a change of level at a start, along deprivation."""
    everywhere, name, learned = np.ones(cells.sizes["cell"]), column.name, _learned(column.term, model)
    found = [_SharedCoefficient(name, name, everywhere, np.nan if learned else model.sd(column.term), learned)]
    if column.term == "common_level" and model.has("common_kappa") and _count(cells, DEPRIVATION) > 1:
        along = cells["along"].values
        found.append(_SharedCoefficient(name.replace("level", "kappa"), name, along, model.sd("common_kappa")))
    return found


def _level_columns(cells: xr.Dataset, feature: str, model: SeriesModel) -> list[_SharedCoefficient]:
    """Lay out a change of level: on average, along deprivation, and pooled by group, ICS and procedure."""
    exposed = cells.isel(cell=cells["exposed"].values)
    columns = [_SharedCoefficient(feature, feature, np.ones(cells.sizes["cell"]), model.sd("level"))]
    groups = _count(exposed, DEPRIVATION)
    if groups > 1 and model.has("kappa"):
        along = cells["along"].values
        columns.append(_SharedCoefficient(feature.replace("level", "kappa"), feature, along, model.sd("kappa")))
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
