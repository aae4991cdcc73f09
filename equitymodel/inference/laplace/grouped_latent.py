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
from equitymodel.inference.laplace.latent_blocks import BlockVector, over_pairs
from equitymodel.inference.laplace.need_measurement import NeedMeasurement, lay_out_need_measurement, per_cell
from equitymodel.inference.likelihood.interval_censored import IntervalCensoredCounts, find_interval_censored
from equitymodel.spec.effect import COVARIATES, Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

ROW, COLUMN = "row", "column"


@dataclass(frozen=True)
class Component:
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


def evaluate_shapes(design: np.ndarray, covariates: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Turn coefficients of shapes into one number a cell; shape (deprivation, ...)."""
    fixed = design.shape[1]
    flat = design @ coefficients[:fixed].reshape(fixed, -1)
    cells = flat.reshape(len(design), *coefficients.shape[1:])
    for covariate, values in zip(covariates, coefficients[fixed:], strict=True):
        cells += covariate * values
    return cells


@dataclass(frozen=True)
class GroupedLatent:
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
    pair, row, column, overall
        The parts of each tier.
    sd_index
        For every value, which spread it has; shapes of the tiers without batch and draw.
    prior_mean
        For every part, the mean of its prior.
    sd_count, fixed_log_sd
        How many spreads are unknown; the known ones that follow them.
    sd_prior
        For each unknown spread, the scale of its half-normal prior.
    degrees_of_freedom
        For each spread, how many values it governs, less the sums that are held at zero.
    overdispersion_index
        For each row and column, which extra variation its cells have; none for Poisson counts.
    """

    spec: ModelSpec
    axes: tuple[str, str]
    coords: dict[str, list[object]]
    bases: Mapping[str, np.ndarray]
    design: np.ndarray
    covariates: np.ndarray
    need: NeedMeasurement | None
    low: np.ndarray
    high: np.ndarray
    log_expected: np.ndarray
    known: np.ndarray
    pair: tuple[Component, ...]
    row: tuple[Component, ...]
    column: tuple[Component, ...]
    overall: tuple[Component, ...]
    sd_index: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    prior_mean: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    sd_count: int
    sd_prior: np.ndarray
    fixed_log_sd: np.ndarray
    degrees_of_freedom: np.ndarray
    overdispersion_index: np.ndarray | None

    @property
    def blocks(self) -> tuple[tuple[Component, ...], ...]:
        """All parts, tier by tier, in the order of `BlockVector`."""
        return self.pair, self.row, self.column, self.overall

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
    def censored(self) -> IntervalCensoredCounts | None:
        """The cells whose counts are known only within bounds."""
        return find_interval_censored(self.low, self.high, self.known)

    @property
    def overdispersion_count(self) -> int:
        """How many extra variations are unknown."""
        return 0 if self.overdispersion_index is None else int(self.overdispersion_index.max()) + 1

    @property
    def hyperparameters(self) -> int:
        """How many hyperparameters there are, on the log scale: spreads, then extra variations."""
        return self.sd_count + self.overdispersion_count

    def zeros(self, batches: int = 1, draws: int = 1) -> BlockVector:
        """Give a field of prior means that respects every sum to zero."""
        rows, columns = self.sizes
        shapes = ((rows, columns), (rows,), (columns,), ())
        return BlockVector(
            *(np.broadcast_to(mean.reshape(-1, 1, 1, *(1,) * len(shape)), (len(mean), batches, draws, *shape)).copy()
              for mean, shape in zip(self.prior_mean, shapes, strict=True))
        )  # fmt: skip

    def coefficients(self, latent: BlockVector) -> np.ndarray:
        """Add up what each row and column has of each shape; shape (shape, batch, draw, row, column)."""
        shape = (self.shapes, *latent.overall.shape[1:], *self.sizes)
        row, column, overall = ([part.shape for part in block] for block in self.blocks[1:])
        total = over_pairs((row, column, overall), latent[1:], shape)
        for part, values in zip(self.pair, latent.pair, strict=True):
            total[part.shape] += values
        return total

    def at_cells(self, coefficients: np.ndarray) -> np.ndarray:
        """Turn coefficients of shapes into one number a cell; shape (deprivation, batch, draw, row, column)."""
        return evaluate_shapes(self.design, self.covariates, coefficients)

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
            across = evaluate_shapes(self.design, self.covariates[:0], covariance[k, :fixed])
            variance += covariate * (across + self.at_cells(covariance[k]))
        return variance

    def to_latent(self, shapes: np.ndarray) -> BlockVector:
        """Add shapes up for every value of the field: the transpose of `coefficients`."""
        rows, columns = shapes.sum(axis=-1), shapes.sum(axis=-2)
        return BlockVector(
            shapes[[part.shape for part in self.pair]],
            rows[[part.shape for part in self.row]],
            columns[[part.shape for part in self.column]],
            rows.sum(axis=-1)[[part.shape for part in self.overall]],
        )

    def log_sds(self, hyper: np.ndarray) -> np.ndarray:
        """Give every log spread, known ones last; shape (batch, spread)."""
        fixed = np.broadcast_to(self.fixed_log_sd, (len(hyper), len(self.fixed_log_sd)))
        return np.concatenate([hyper[:, : self.sd_count], fixed], axis=1)

    def precision(self, hyper: np.ndarray) -> BlockVector:
        """Give the prior precision of every value; a draw axis of one."""
        precision = np.exp(-2.0 * self.log_sds(hyper))
        return BlockVector(*(np.moveaxis(precision[:, of], 0, 1)[:, :, None] for of in self.sd_index))

    def centred(self, latent: BlockVector) -> BlockVector:
        """Take the prior means away."""
        return BlockVector(
            *(values - mean.reshape(-1, *(1,) * (values.ndim - 1))
              for values, mean in zip(latent, self.prior_mean, strict=True))
        )  # fmt: skip

    def sum_by_sd(self, latent: BlockVector) -> np.ndarray:
        """Add values up by the unknown spread that governs them; shape (batch, spread)."""
        batches, every = latent.overall.shape[1], self.sd_count + len(self.fixed_log_sd)
        total = np.zeros((batches, every))
        for values, of in zip(latent, self.sd_index, strict=True):
            if of.size:
                flat = np.moveaxis(values[:, :, 0], 1, 0).reshape(batches, -1)
                for batch in range(batches):
                    total[batch] += np.bincount(of.ravel(), flat[batch], minlength=every)
        return total[:, : self.sd_count]

    def log_overdispersion(self, hyper: np.ndarray) -> np.ndarray | None:
        """Lay the log extra variation out over rows and columns; shape (batch, 1, row, column), or none."""
        return (
            None if self.overdispersion_index is None else hyper[:, self.sd_count + self.overdispersion_index][:, None]
        )


def lay_out_latent(spec: ModelSpec, cells: xr.Dataset) -> GroupedLatent:
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
    >>> field = lay_out_latent(load_model(), simulate_cells(areas=5, seed=1)[0])
    >>> field.axes, [len(parts) for parts in field.blocks]
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
    blocks: dict[tuple[str, ...], list[Component]] = {axes: [], (axes[0],): [], (axes[1],): [], (): []}
    for effect in spec.effects:
        zero = None if effect.sum_to_zero is None else (ROW if effect.sum_to_zero == axes[0] else COLUMN)
        over = tuple(dim for dim in axes if dim in effect.over)
        blocks[over] += [Component(effect, kinds.index(shape), shape[1], zero) for shape in _shapes(effect, bases)]
    parts = tuple(tuple(block) for block in blocks.values())
    sd_count = _SdNumbering(spec, cells, axes)
    low, high = count_bounds(cells)
    return GroupedLatent(
        spec=spec,
        axes=axes,
        coords={dim: cells[dim].values.tolist() for dim in (ICS, DEPRIVATION, PROCEDURE)},
        bases=bases,
        design=np.column_stack([_column(shape, cells, bases) for shape in fixed]),
        covariates=np.array([per_cell(cells[kind].where(used, 0.0), order) for kind, _ in covariates]),
        need=lay_out_need_measurement(spec, cells, order, kinds),
        low=per_cell(low.where(used, 0.0), order),
        high=per_cell(high.where(used, 0.0), order),
        log_expected=per_cell(np.log(headline_expected(cells).where(used, 1.0)), order),
        known=per_cell(used.astype(float), order),
        pair=parts[0],
        row=parts[1],
        column=parts[2],
        overall=parts[3],
        sd_index=tuple(sd_count.of(block, dims) for block, dims in zip(parts, blocks, strict=True)),  # type: ignore[arg-type]
        prior_mean=tuple(np.array([_prior_mean(part.effect) for part in block]) for block in parts),  # type: ignore[arg-type]
        sd_count=sd_count.unknown,
        sd_prior=np.array(sd_count.scales),
        fixed_log_sd=np.log(sd_count.fixed),
        degrees_of_freedom=sd_count.degrees_of_freedom(parts, tuple(blocks)),
        overdispersion_index=_overdispersion_index(spec, cells, axes),
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
        constrained = sum(len(effect.over) == 2 and effect.sum_to_zero not in (None, column) for effect in spec.effects)
        return int(cells.sizes[column]) * (own + constrained)

    return (PROCEDURE, ICS) if dense(ICS) <= dense(PROCEDURE) else (ICS, PROCEDURE)


def _overdispersion_index(spec: ModelSpec, cells: xr.Dataset, axes: tuple[str, str]) -> np.ndarray | None:
    if spec.overdispersion is None:
        return None
    each = np.arange(cells.sizes[PROCEDURE]) if spec.overdispersion_over else np.zeros(cells.sizes[PROCEDURE], int)
    shape = (cells.sizes[axes[0]], cells.sizes[axes[1]])
    return np.broadcast_to(each[:, None] if axes[0] == PROCEDURE else each, shape)


class _SdNumbering:
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

    def of(self, block: tuple[Component, ...], dims: tuple[str, ...]) -> np.ndarray:
        """Tell which spread every value of a tier has; shape (part, *dims)."""
        shape = tuple(self.sizes[dim] for dim in dims)
        numbers = np.zeros((len(block), *shape), dtype=np.int64)
        for k, part in enumerate(block):
            numbers[k] = self.start[part.effect.name]
            for axis, dim in enumerate(dims):
                if dim in part.effect.spread_over:
                    along = np.arange(self.sizes[dim]).reshape([-1 if i == axis else 1 for i in range(len(dims))])
                    numbers[k] += along
        return numbers

    def degrees_of_freedom(
        self, parts: tuple[tuple[Component, ...], ...], dims: tuple[tuple[str, ...], ...]
    ) -> np.ndarray:
        """Count the values that each spread governs, less one for each sum held at zero."""
        every = self.unknown + len(self.fixed)
        count = np.zeros(every)
        for block, over in zip(parts, dims, strict=True):
            numbers = self.of(block, over)
            count += np.bincount(numbers.ravel(), minlength=every)
            for part, own in zip(block, numbers, strict=True):
                if part.zero is not None:
                    axis = over.index(part.effect.sum_to_zero or "")
                    count -= np.bincount(np.take(own, 0, axis=axis).ravel(), minlength=every)
        return count
