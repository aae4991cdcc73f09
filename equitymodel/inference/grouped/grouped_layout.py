"""The free parameters of a specification: where each effect and hyperparameter lies in one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import xarray as xr

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.centring import centred_in_part
from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts, cell_design, value_basis
from equitymodel.inference.grouped.effect_shapes import fit_for, has_true_need, reported_need, value_dims
from equitymodel.inference.grouped.known_counts import known_counts
from equitymodel.inference.grouped.named_scales import NamedScales
from equitymodel.inference.grouped.number_scales import ScaleNumbering
from equitymodel.inference.grouped.scales import Scales
from equitymodel.inference.grouped.smooth_areas import mixing_of
from equitymodel.inference.grouped.student_scores import from_heavy
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec, refuse_passages
from equitymodel.spec.over_years import CONSTANT
from equitymodel.vocabulary import ICS, PERIOD, PROCEDURE, cell_dims, group_dim

SHAPE = "shape"
"""The dimension of the weights of an effect with several shapes over groups and years."""


@dataclass(frozen=True)
class EffectBlock:
    """The values of a part of an effect: groups of equal width, each with or without a sum-to-zero constraint.

    Attributes
    ----------
    part
        What they stand for.
    dims
        Dimensions of the values, the one that sums to zero last.
    shape
        Their sizes.
    basis
        From the weights of shapes to named values over groups and years; none where values are named themselves.
    row
        The integers that `kernel` reads.
    centred
        For each group, whether its values are sampled directly.
    mixing
        The map from its values, which are independent, to what neighbours have in common; none for others.
    """

    part: EffectPart
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    basis: np.ndarray | None
    row: tuple[int, ...]
    centred: np.ndarray
    mixing: np.ndarray | None = None

    @property
    def effect(self) -> Effect:
        """The effect it belongs to."""
        return self.part.effect

    @property
    def scale(self) -> np.ndarray:
        """Which scale each group of values has; -1 where the effect is not pooled."""
        groups, each = np.arange(self.row[kernel.GROUPS]), self.row[kernel.SD_EACH]
        if not self.effect.pooled:
            return np.full(len(groups), -1)
        return self.row[kernel.SDS] + (groups // each if each else 0 * groups)

    @property
    def free(self) -> slice:
        """Where its free parameters lie."""
        at, width = self.row[kernel.FREE], self.row[kernel.WIDTH] - self.row[kernel.ZERO_SUM]
        return slice(at, at + self.row[kernel.GROUPS] * width)

    def named(self, values: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
        """Turn its values, of any leading axes, into what has a name; years and groups, of some sizes, come last."""
        own = values.reshape((*values.shape[:-1], *self.shape))
        if self.mixing is not None:
            return np.asarray(own @ self.mixing)
        if self.basis is None:
            return own
        over = np.moveaxis(own, self.dims.index(SHAPE) - len(self.dims), -1) @ self.basis.T
        return over.reshape((*over.shape[:-1], *sizes))

    def weights(self, named: np.ndarray) -> np.ndarray:
        """Turn named values back into values, group by group: the inverse of `named`; shape (draw, group, width)."""
        draws = len(named)
        if self.mixing is not None:
            named = named @ np.linalg.pinv(self.mixing, hermitian=True)
        if self.basis is not None:
            flat = named.reshape(
                draws, *(size for dim, size in zip(self.dims, self.shape, strict=True) if dim != SHAPE), -1
            )
            named = np.moveaxis(flat @ np.linalg.pinv(self.basis).T, -1, self.dims.index(SHAPE) + 1)
        return named.reshape(draws, self.row[kernel.GROUPS], self.row[kernel.WIDTH])


@dataclass(frozen=True)
class GroupedLayout:
    """A specification and cells as the arrays that `kernel.log_density` reads."""

    spec: ModelSpec
    blocks: tuple[EffectBlock, ...]
    coords: Mapping[str, list[object]]
    hyperparameters: NamedScales
    parameters: int
    arrays: kernel.ScaleArrays = field(repr=False)
    effects: kernel.EffectTable = field(repr=False)
    cells: kernel.CellTable = field(repr=False)
    need: kernel.NeedTable = field(repr=False)

    @property
    def scales(self) -> Scales:
        """Standard deviations and overdispersions as functions of the hyperparameters, which come first."""
        return self.hyperparameters.scales

    def density(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Log posterior density of free parameters, up to a constant, and its gradient."""
        theta = np.asarray(theta, dtype=float)
        return kernel.log_density(theta, self._shares(theta), self.arrays, self.effects, self.cells, self.need)

    def _shares(self, theta: np.ndarray) -> np.ndarray:
        """Log of the square roots of each share that lasts and of the rest, and their slopes in its score."""
        scales = self.scales
        shares = np.empty((len(scales.shares), 4))
        for row, prior, score in zip(shares, scales.shares, theta[scales.totals : scales.count], strict=True):
            share, slope = prior.from_normal(score), prior.slope(score)
            row[:] = (0.5 * np.log(share), 0.5 * np.log1p(-share), 0.5 * slope / share, -0.5 * slope / (1.0 - share))
        return shares

    def start(self, seed: int) -> np.ndarray:
        """Draw initial values near the middle of the priors."""
        theta = np.random.default_rng(seed).normal(0.0, 0.1, self.parameters)
        theta[: self.scales.totals] += np.log(0.6744897501960817 * self.scales.prior_scale)
        return theta

    def hyper(self, theta: np.ndarray) -> np.ndarray:
        """Give the hyperparameters of `Scales`; those sampled are logs of totals in place of scores."""
        totals, scales = theta[:, : self.scales.totals], self.scales
        return np.concatenate([scales.score_of(totals), theta[:, scales.totals : scales.count]], axis=1)

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Compute the values of every part of every effect, one after the other."""
        values = np.empty(self.effects.size)
        log_scales = kernel.fill_log_scales(theta, self.arrays, self._shares(theta))
        kernel.fill_values(theta, log_scales, self.effects, values)
        return values

    def named(self, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Transform free parameters to named values, as they appear among the draws."""
        hyper = self.hyperparameters.named(self.hyper(theta[None]))
        named = {name: np.asarray(own[0]) for name, (_, own) in hyper.items()}
        values = self.values(theta)
        for block in self.blocks:
            at = block.row[kernel.VALUES]
            own = values[at : at + int(np.prod(block.shape))]
            named[block.part.variable] = block.named(own, self._tail_sizes(block.part))
        return named

    def free(self, draws: xr.Dataset) -> np.ndarray:
        """Transform named draws to free parameters: the inverse of `named`; shape (draw, parameter)."""
        count = draws.sizes["chain"] * draws.sizes["draw"]
        theta = np.empty((count, self.parameters))

        def flat(name: str) -> np.ndarray:
            values = draws[name].transpose("chain", "draw", *self.dims()[name]).values
            return values.reshape(count, *self.shape(name))

        hyper = self.hyperparameters.hyper({name: flat(name) for name in self.hyperparameters.dims()})
        hyper = np.broadcast_to(hyper, (count, self.scales.count))
        theta[:, : self.scales.totals] = self.scales.log_totals(hyper)
        theta[:, self.scales.totals : self.scales.count] = hyper[:, self.scales.totals :]
        sds = np.exp(self.scales.log_scales(hyper))
        for block in self.blocks:
            values = block.weights(flat(block.part.variable))
            if block.effect.pooled:
                values = np.where(block.centred[None, :, None], values, values / sds[:, block.scale, None])
            if block.effect.heavy_tails:
                values = from_heavy(values)
            if block.row[kernel.ZERO_SUM]:
                width = block.row[kernel.WIDTH]
                values = values[..., :-1] - values[..., -1:] * np.sqrt(width) / (np.sqrt(width) + width)
            theta[:, block.free] = values.reshape(count, -1)
        return theta

    def dims(self) -> dict[str, tuple[str, ...]]:
        """Name the dimensions of every variable among the draws."""
        return self._dims

    @cached_property
    def _dims(self) -> dict[str, tuple[str, ...]]:
        values = {
            block.part.variable: (*(dim for dim in block.dims if dim != SHAPE), *block.part.tail(self.coords))
            for block in self.blocks
        }
        return self.hyperparameters.dims() | values

    def _tail_sizes(self, part: EffectPart) -> tuple[int, ...]:
        return tuple(len(self.coords[dim]) for dim in part.tail(self.coords))

    def shape(self, variable: str) -> tuple[int, ...]:
        """Sizes of a variable among the draws."""
        return tuple(len(self.coords[dim]) for dim in self.dims()[variable])


def lay_out_cells(spec: ModelSpec, cells: xr.Dataset) -> GroupedLayout:
    """Lay a specification and cells out for the compiled density.

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`.

    Returns
    -------
    GroupedLayout
        With `density` and its gradient, and names for its parameters.

    Raises
    ------
    OptionError
        When no cell has a known count.
    SpecError
        When an effect needs groups in order, and these have none.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> layout = lay_out_cells(load_model("gap_by_procedure"), simulate_cells(areas=3, seed=1)[0])
    >>> layout.dims()["procedure_gradient_effect"]
    ('procedure',)
    """
    refuse_passages(spec)
    spec = fit_for(spec, cells)
    known, dims, parts = known_counts(cells), cell_dims(cells.dims), all_parts(spec)
    coords: dict[str, list[object]] = {dim: cells[dim].values.tolist() for dim in dims}
    numbering = ScaleNumbering(spec, parts, {dim: int(cells.sizes[dim]) for dim in (ICS, PROCEDURE)})
    scales = Scales.of(numbering.table)
    blocks, parameters, size = _blocks(parts, cells, numbering, scales.count)
    place = _Places(cells, np.unravel_index(known.where, [cells.sizes[dim] for dim in dims]))
    terms = [term for block in blocks for term in _terms(block, place)]
    effects = kernel.EffectTable(
        rows=np.array([block.row for block in blocks], dtype=np.int64),
        centred=np.concatenate([block.centred for block in blocks]),
        priors=np.array([(block.effect.belief.mean, block.effect.belief.scale) for block in blocks]),
        size=size,
    )
    table = kernel.CellTable(
        places=np.array([term[0] for term in terms]),
        weights=np.array([term[1] for term in terms]),
        bounds=np.stack([known.low, known.high]),
        log_expected=known.log_expected,
        overdispersion_index=_overdispersion_index(spec, numbering.sd_count, place.at[PROCEDURE]),
    )
    return GroupedLayout(
        spec=spec,
        blocks=tuple(blocks),
        coords=coords,
        hyperparameters=NamedScales(spec, scales, numbering.start, numbering.sd_count, coords),
        parameters=parameters,
        arrays=kernel.ScaleArrays(scales.prior_scale, scales.prior_shape, scales.total, scales.share, scales.lasts),
        effects=effects,
        cells=table,
        need=_need_table(spec, blocks, cells),
    )


def _overdispersion_index(spec: ModelSpec, sd_count: int, procedure: np.ndarray) -> np.ndarray:
    """Which scale is the overdispersion of each cell; -1 for Poisson counts."""
    if spec.overdispersion is None:
        return np.full(len(procedure), -1)
    return sd_count + (procedure if spec.overdispersion_over else np.zeros_like(procedure))


def _blocks(
    parts: Sequence[EffectPart], cells: xr.Dataset, numbering: ScaleNumbering, first: int
) -> tuple[list[EffectBlock], int, int]:
    """Place the values and free parameters of every part of every effect, one after the other."""
    blocks: list[EffectBlock] = []
    free_at, values_at, flags_at = first, 0, 0
    for part in parts:
        effect = part.effect
        plain = not effect.shaped and part.over_years == CONSTANT
        basis = None if plain else value_basis(part, cells)
        dims, shape, together = lay_out_values(effect, cells, basis)
        groups, width = (int(np.prod(sizes, dtype=int)) for sizes in (shape[:together], shape[together:]))
        zero = int(part.sum_to_zero is not None)
        spreads = int(np.prod([cells.sizes[dim] for dim in effect.spread_over], dtype=int))
        each = groups // spreads if effect.spread_over else 0
        centred = centred_in_part(part, cells) if plain else np.full(groups, not effect.pooled)
        row = (int(effect.pooled), zero, flags_at, groups, width, free_at, values_at, numbering.start[part.variable],
               each, int(effect.heavy_tails))  # fmt: skip
        blocks.append(EffectBlock(part, dims, shape, basis, row, centred, mixing_of(part, cells)))
        flags_at += groups
        free_at += groups * (width - zero)
        values_at += groups * width
    return blocks, free_at, values_at


def lay_out_values(
    effect: Effect, cells: xr.Dataset, basis: np.ndarray | None
) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """Order the dimensions of the values of a part, with their sizes, and how many of them tell groups apart."""
    dims = value_dims(effect)
    last = len(dims) - (effect.sum_to_zero is not None)
    if basis is not None:
        dims = (*dims[:last], SHAPE, *dims[last:])
    sizes = {**cells.sizes} | ({} if basis is None else {SHAPE: basis.shape[1]})
    whole = basis is not None and effect.spread_over and effect.sum_to_zero is None
    together = len(effect.spread_over) if whole else max(len(dims) - 1, 0)
    return dims, tuple(int(sizes[dim]) for dim in dims), together


class _Places:
    """Where some cells lie: for each of their dimensions, the place of every one."""

    def __init__(self, cells: xr.Dataset, where: Sequence[np.ndarray]):
        self.cells = cells
        self.at = dict(zip(cell_dims(cells.dims), where, strict=True))

    @property
    def in_pair(self) -> np.ndarray:
        """The place of every cell among the groups and years of its pair of ICS and procedure."""
        group = self.at[group_dim(self.at)]
        return group * self.cells.sizes[PERIOD] + self.at[PERIOD] if PERIOD in self.at else group

    def covariate(self, effect: Effect) -> np.ndarray | float:
        """Look up the covariate of one effect in each cell."""
        if effect.form.covariate is None:
            return 1.0
        every = effect.form.covariate(self.cells).broadcast_like(self.cells["admissions"])
        return np.asarray(every.transpose(*self.at).values[tuple(self.at.values())])


def _terms(block: EffectBlock, place: _Places) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each cell, the values of the block that enter its log ratio, and their weights; no more than are not 0."""
    design, covariate, in_pair = cell_design(block.part, place.cells), place.covariate(block.effect), place.in_pair
    start = block.row[kernel.VALUES]
    if block.mixing is not None:
        shared, weight = block.mixing[place.at[ICS]].T, design[in_pair, 0] * covariate
        return [(np.full(len(in_pair), start + k), values * weight) for k, values in enumerate(shared)]
    own = np.zeros(len(in_pair), dtype=np.int64)
    strides = dict(zip(block.dims, np.cumprod([1, *block.shape[:0:-1]])[::-1], strict=False))
    for dim in (dim for dim in block.dims if dim != SHAPE):
        own += strides[dim] * place.at[dim]
    used = np.argsort(design == 0, axis=1, kind="stable")[:, : max(1, (design != 0).sum(axis=1).max(initial=0))]
    return [
        (start + own + strides.get(SHAPE, 0) * number[in_pair],
         design[np.arange(len(design)), number][in_pair] * covariate)
        for number in used.T
    ]  # fmt: skip


def _need_table(spec: ModelSpec, blocks: Sequence[EffectBlock], cells: xr.Dataset) -> kernel.NeedTable:
    """Lay out the measurement model of need, in every cell with a reported need; empty where need is known."""
    if not has_true_need(spec):
        return kernel.NeedTable(np.zeros((0, 0), np.int64), np.zeros(0), np.zeros(0))
    reported, precision = reported_need(cells)
    place = _Places(cells, np.nonzero(precision.values))
    at = tuple(place.at.values())
    places = [term[0] for block in blocks if block.effect.form.measured for term in _terms(block, place)]
    return kernel.NeedTable(np.array(places), reported.values[at], precision.values[at])
