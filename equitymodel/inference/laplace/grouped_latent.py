"""How the latent field of a specification falls into leaves and a border.

The effects of one ICS and one procedure touch only their own cells. Given everything else they
are independent: these are the leaves. Of the rest, the effects of one *row* (the grouping whose
effects are better eliminated early, mostly the procedure) are independent given those of the
*columns* (mostly the ICS) and those shared by all. So a linear system in the whole field is
solved tier by tier, in time and memory linear in cells; only the last, smallest tier is dense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.geometry import fit_for, known_cells, shape_bases
from equitymodel.inference.laplace.latent_blocks import Latent, over_pairs
from equitymodel.inference.laplace.need_measurement import NeedTold, lay_out_told, per_cell
from equitymodel.inference.likelihood.interval_censored import HiddenCounts, find_hidden
from equitymodel.spec.effect import COVARIATES, Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

ROW, COLUMN = "row", "column"


@dataclass(frozen=True)
class Part:
    """One shape of one effect, over deprivation.

    Attributes
    ----------
    effect
        What it belongs to.
    shape
        Which column of the design it multiplies.
    number
        Which of the effect's shapes it is; 0 unless the effect has several.
    zero
        The axis over which its values sum to zero: ``row``, ``column`` or none.
    """

    effect: Effect
    shape: int
    number: int
    zero: str | None


def spread_shapes(design: np.ndarray, covariates: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Turn coefficients of shapes into one number a cell; shape (deprivation, ...)."""
    fixed = design.shape[1]
    flat = design @ coefficients[:fixed].reshape(fixed, -1)
    cells = flat.reshape(len(design), *coefficients.shape[1:])
    for covariate, values in zip(covariates, coefficients[fixed:], strict=True):
        cells += covariate * values
    return cells


@dataclass(frozen=True)
class Field:
    """A specification and cells, laid out for elimination.

    Attributes
    ----------
    axes
        Which grouping is the row and which is the column.
    design
        Shapes over deprivation; shape (deprivation, shape).
    covariates
        What further shapes are in every cell; shape (shape, deprivation, 1, 1, row, column).
    need
        What the need table tells of true need; none where need is taken as known.
    low, high, log_expected, known
        One value a cell; shape (deprivation, 1, 1, row, column); unknown cells weigh nothing.
    leaf, row, column, whole
        The parts of each tier.
    spread_of
        For every value, which spread it has; shapes of the tiers without batch and draw.
    prior_mean
        For every part, the mean of its prior.
    spreads, fixed_log_spread
        How many spreads are unknown; the known ones that follow them.
    spread_prior
        For each unknown spread, the scale of its half-normal prior.
    free_values
        For each spread, how many values it governs, less the sums that are held at zero.
    variation_of
        For each row and column, which extra variation its cells have; none for Poisson counts.
    """

    spec: ModelSpec
    axes: tuple[str, str]
    coords: dict[str, list[object]]
    bases: Mapping[str, np.ndarray]
    design: np.ndarray
    covariates: np.ndarray
    need: NeedTold | None
    low: np.ndarray
    high: np.ndarray
    log_expected: np.ndarray
    known: np.ndarray
    leaf: tuple[Part, ...]
    row: tuple[Part, ...]
    column: tuple[Part, ...]
    whole: tuple[Part, ...]
    spread_of: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    prior_mean: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    spreads: int
    spread_prior: np.ndarray
    fixed_log_spread: np.ndarray
    free_values: np.ndarray
    variation_of: np.ndarray | None

    @property
    def tiers(self) -> tuple[tuple[Part, ...], ...]:
        """All parts, tier by tier, in the order of `Latent`."""
        return self.leaf, self.row, self.column, self.whole

    @property
    def shapes(self) -> int:
        """How many shapes there are, those that differ by cell included."""
        return self.design.shape[1] + len(self.covariates)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.low.shape[-2], self.low.shape[-1]

    @cached_property
    def exact(self) -> np.ndarray:
        """1 where a count is known exactly, 0 elsewhere."""
        return self.known * (self.low == self.high)

    @cached_property
    def hidden(self) -> HiddenCounts | None:
        """The cells whose counts are known only within bounds."""
        return find_hidden(self.low, self.high, self.known)

    @property
    def variations(self) -> int:
        """How many extra variations are unknown."""
        return 0 if self.variation_of is None else int(self.variation_of.max()) + 1

    @property
    def hyperparameters(self) -> int:
        """How many hyperparameters there are, on the log scale: spreads, then extra variations."""
        return self.spreads + self.variations

    def zeros(self, batches: int = 1, draws: int = 1) -> Latent:
        """Give a field of prior means that respects every sum to zero."""
        rows, columns = self.sizes
        shapes = ((rows, columns), (rows,), (columns,), ())
        return Latent(
            *(np.broadcast_to(mean.reshape(-1, 1, 1, *(1,) * len(shape)), (len(mean), batches, draws, *shape)).copy()
              for mean, shape in zip(self.prior_mean, shapes, strict=True))
        )  # fmt: skip

    def coefficients(self, latent: Latent) -> np.ndarray:
        """Add up what each row and column has of each shape; shape (shape, batch, draw, row, column)."""
        shape = (self.shapes, *latent.whole.shape[1:], *self.sizes)
        row, column, whole = ([part.shape for part in tier] for tier in self.tiers[1:])
        total = over_pairs((row, column, whole), latent[1:], shape)
        for part, values in zip(self.leaf, latent.leaf, strict=True):
            total[part.shape] += values
        return total

    def at_cells(self, coefficients: np.ndarray) -> np.ndarray:
        """Turn coefficients of shapes into one number a cell; shape (deprivation, batch, draw, row, column)."""
        return spread_shapes(self.design, self.covariates, coefficients)

    def to_shapes(self, cells: np.ndarray) -> np.ndarray:
        """Add cells up with the weights of each shape: the transpose of `at_cells`."""
        flat = self.design.T @ cells.reshape(len(cells), -1)
        fixed = flat.reshape(self.design.shape[1], *cells.shape[1:])
        if not len(self.covariates):
            return fixed
        return np.concatenate([fixed, np.stack([(covariate * cells).sum(axis=0) for covariate in self.covariates])])

    @cached_property
    def products(self) -> np.ndarray:
        """Products of shapes two by two at each deprivation group; shape (shape x shape, deprivation)."""
        return np.einsum("ds,dt->std", self.design, self.design).reshape(-1, len(self.design))

    def curvature(self, weight: np.ndarray) -> np.ndarray:
        """Turn weights of cells into curvature in the coefficients of each pair, shapes by shapes first."""
        fixed = self.design.shape[1]
        own = self.products @ weight.reshape(len(weight), -1)
        curvature = own.reshape(fixed, fixed, *weight.shape[1:])
        if len(self.covariates):
            curvature = np.pad(curvature, [(0, len(self.covariates))] * 2 + [(0, 0)] * (weight.ndim - 1))
        for k, covariate in enumerate(self.covariates, start=fixed):
            curvature[k] = curvature[:, k] = self.to_shapes(covariate * weight)
        if self.need is not None:
            curvature[self.need.shapes, self.need.shapes] += self.need.precision
        return curvature

    def variance_at_cells(self, covariance: np.ndarray) -> np.ndarray:
        """Turn covariances of the coefficients of each pair into one variance a cell."""
        fixed = self.design.shape[1]
        own = covariance[:fixed, :fixed].reshape(len(self.products), -1)
        variance = (self.products.T @ own).reshape(len(self.design), *covariance.shape[2:])
        for k, covariate in enumerate(self.covariates, start=fixed):
            across = spread_shapes(self.design, self.covariates[:0], covariance[k, :fixed])
            variance += covariate * (across + self.at_cells(covariance[k]))
        return variance

    def to_latent(self, shapes: np.ndarray) -> Latent:
        """Add shapes up for every value of the field: the transpose of `coefficients`."""
        rows, columns = shapes.sum(axis=-1), shapes.sum(axis=-2)
        return Latent(
            shapes[[part.shape for part in self.leaf]],
            rows[[part.shape for part in self.row]],
            columns[[part.shape for part in self.column]],
            rows.sum(axis=-1)[[part.shape for part in self.whole]],
        )

    def all_log_spreads(self, hyper: np.ndarray) -> np.ndarray:
        """Give every log spread, known ones last; shape (batch, spread)."""
        fixed = np.broadcast_to(self.fixed_log_spread, (len(hyper), len(self.fixed_log_spread)))
        return np.concatenate([hyper[:, : self.spreads], fixed], axis=1)

    def precision(self, hyper: np.ndarray) -> Latent:
        """Give the prior precision of every value; a draw axis of one."""
        precision = np.exp(-2.0 * self.all_log_spreads(hyper))
        return Latent(*(np.moveaxis(precision[:, of], 0, 1)[:, :, None] for of in self.spread_of))

    def centred(self, latent: Latent) -> Latent:
        """Take the prior means away."""
        return Latent(
            *(values - mean.reshape(-1, *(1,) * (values.ndim - 1))
              for values, mean in zip(latent, self.prior_mean, strict=True))
        )  # fmt: skip

    def by_spread(self, latent: Latent) -> np.ndarray:
        """Add values up by the unknown spread that governs them; shape (batch, spread)."""
        batches, every = latent.whole.shape[1], self.spreads + len(self.fixed_log_spread)
        total = np.zeros((batches, every))
        for values, of in zip(latent, self.spread_of, strict=True):
            if of.size:
                flat = np.moveaxis(values[:, :, 0], 1, 0).reshape(batches, -1)
                for batch in range(batches):
                    total[batch] += np.bincount(of.ravel(), flat[batch], minlength=every)
        return total[:, : self.spreads]

    def at_pairs(self, hyper: np.ndarray) -> np.ndarray | None:
        """Lay the log extra variation out over rows and columns; shape (batch, 1, row, column), or none."""
        return None if self.variation_of is None else hyper[:, self.spreads + self.variation_of][:, None]


def lay_out_field(spec: ModelSpec, cells: xr.Dataset) -> Field:
    """Lay a specification and cells out in tiers.

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`.

    Returns
    -------
    Field
        What the other functions of this package work on.

    Raises
    ------
    ValueError
        When no cell has a known count.
    SpecError
        When an effect needs groups in order, and these have none.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> field = lay_out_field(load_model(), simulate_cells(areas=5, seed=1)[0])
    >>> field.axes, [len(parts) for parts in field.tiers]
    (('procedure', 'ics'), [2, 5, 1, 1])
    """
    spec = fit_for(spec, cells)
    used = known_cells(cells)
    bases = shape_bases(spec, cells)
    every = dict.fromkeys(shape for effect in spec.effects for shape in _shapes(effect, bases))
    covariates = [shape for shape in every if shape[0] in COVARIATES]
    fixed = [shape for shape in every if shape not in covariates]
    kinds = fixed + covariates
    axes = _choose_axes(spec, cells, bases)
    order = (DEPRIVATION, *axes)
    tiers: dict[tuple[str, ...], list[Part]] = {axes: [], (axes[0],): [], (axes[1],): [], (): []}
    for effect in spec.effects:
        zero = None if effect.sum_to_zero is None else (ROW if effect.sum_to_zero == axes[0] else COLUMN)
        over = tuple(dim for dim in axes if dim in effect.over)
        tiers[over] += [Part(effect, kinds.index(shape), shape[1], zero) for shape in _shapes(effect, bases)]
    parts = tuple(tuple(tier) for tier in tiers.values())
    spreads = _Spreads(spec, cells, axes)
    low, high = count_bounds(cells)
    return Field(
        spec=spec,
        axes=axes,
        coords={dim: cells[dim].values.tolist() for dim in (ICS, DEPRIVATION, PROCEDURE)},
        bases=bases,
        design=np.column_stack([_column(shape, cells, bases) for shape in fixed]),
        covariates=np.array([per_cell(cells[kind].where(used, 0.0), order) for kind, _ in covariates]),
        need=lay_out_told(spec, cells, order, kinds),
        low=per_cell(low.where(used, 0.0), order),
        high=per_cell(high.where(used, 0.0), order),
        log_expected=per_cell(np.log(headline_expected(cells).where(used, 1.0)), order),
        known=per_cell(used.astype(float), order),
        leaf=parts[0],
        row=parts[1],
        column=parts[2],
        whole=parts[3],
        spread_of=tuple(spreads.of(tier, dims) for tier, dims in zip(parts, tiers, strict=True)),  # type: ignore[arg-type]
        prior_mean=tuple(np.array([_prior_mean(part.effect) for part in tier]) for tier in parts),  # type: ignore[arg-type]
        spreads=spreads.unknown,
        spread_prior=np.array(spreads.scales),
        fixed_log_spread=np.log(spreads.fixed),
        free_values=spreads.free_values(parts, tuple(tiers)),
        variation_of=_variation_of(spec, cells, axes),
    )


def _shapes(effect: Effect, bases: Mapping[str, np.ndarray]) -> Iterator[tuple[str, int]]:
    yield from ((effect.kind, j) for j in range(bases[effect.kind].shape[1] if effect.shaped else 1))


def _column(shape: tuple[str, int], cells: xr.Dataset, bases: Mapping[str, np.ndarray]) -> np.ndarray:
    """Give one shape over the groups."""
    kind, number = shape
    if kind in bases:
        return bases[kind][:, number]
    return np.ones(cells.sizes[DEPRIVATION]) if kind == "level" else np.asarray(cells["position"].values - 0.5)


def _prior_mean(effect: Effect) -> float:
    return effect.prior.mean if effect.prior is not None else 0.0


def _choose_axes(spec: ModelSpec, cells: xr.Dataset, bases: Mapping[str, np.ndarray]) -> tuple[str, str]:
    """Let the columns be the grouping that leaves the smaller dense tier."""

    def dense(column: str) -> int:
        parts = {effect.name: len(list(_shapes(effect, bases))) for effect in spec.effects}
        own = sum(parts[effect.name] for effect in spec.effects if effect.over == (column,))
        held = sum(len(effect.over) == 2 and effect.sum_to_zero not in (None, column) for effect in spec.effects)
        return int(cells.sizes[column]) * (own + held)

    return (PROCEDURE, ICS) if dense(ICS) <= dense(PROCEDURE) else (ICS, PROCEDURE)


def _variation_of(spec: ModelSpec, cells: xr.Dataset, axes: tuple[str, str]) -> np.ndarray | None:
    if spec.extra_variation is None:
        return None
    each = np.arange(cells.sizes[PROCEDURE]) if spec.extra_variation_over else np.zeros(cells.sizes[PROCEDURE], int)
    shape = (cells.sizes[axes[0]], cells.sizes[axes[1]])
    return np.broadcast_to(each[:, None] if axes[0] == PROCEDURE else each, shape)


class _Spreads:
    """Number the spreads: unknown ones first, then those of effects that are not pooled."""

    def __init__(self, spec: ModelSpec, cells: xr.Dataset, axes: tuple[str, str]):
        self.sizes = {dim: int(cells.sizes[dim]) for dim in axes}
        self.start: dict[str, int] = {}
        self.scales: list[float] = []
        self.fixed: list[float] = []
        for effect in (effect for effect in spec.effects if effect.pooled):
            self.start[effect.name] = len(self.scales)
            self.scales += [effect.belief.sd] * int(np.prod([self.sizes[dim] for dim in effect.spread_over], dtype=int))
        self.unknown = len(self.scales)
        for effect in (effect for effect in spec.effects if not effect.pooled):
            self.start[effect.name] = self.unknown + len(self.fixed)
            self.fixed.append(effect.belief.sd)

    def of(self, tier: tuple[Part, ...], dims: tuple[str, ...]) -> np.ndarray:
        """Tell which spread every value of a tier has; shape (part, *dims)."""
        shape = tuple(self.sizes[dim] for dim in dims)
        numbers = np.zeros((len(tier), *shape), dtype=np.int64)
        for k, part in enumerate(tier):
            numbers[k] = self.start[part.effect.name]
            for axis, dim in enumerate(dims):
                if dim in part.effect.spread_over:
                    along = np.arange(self.sizes[dim]).reshape([-1 if i == axis else 1 for i in range(len(dims))])
                    numbers[k] += along
        return numbers

    def free_values(self, parts: tuple[tuple[Part, ...], ...], dims: tuple[tuple[str, ...], ...]) -> np.ndarray:
        """Count the values that each spread governs, less one for each sum held at zero."""
        every = self.unknown + len(self.fixed)
        count = np.zeros(every)
        for tier, over in zip(parts, dims, strict=True):
            numbers = self.of(tier, over)
            count += np.bincount(numbers.ravel(), minlength=every)
            for part, own in zip(tier, numbers, strict=True):
                if part.zero is not None:
                    axis = over.index(part.effect.sum_to_zero or "")
                    count -= np.bincount(np.take(own, 0, axis=axis).ravel(), minlength=every)
        return count
