"""The free parameters of a specification: where each effect and hyperparameter lies in one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.inference.grouped.effect_shapes import (
    fit_for,
    has_true_need,
    reported_need,
    shape_bases,
    value_dims,
)
from equitymodel.inference.grouped.known_counts import known_counts
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import PROCEDURE, cell_dims, group_dim


@dataclass(frozen=True)
class EffectBlock:
    """The values of one effect: groups of equal width, each with or without a sum-to-zero constraint.

    Attributes
    ----------
    effect
        What they stand for.
    dims
        Dimensions of the values, the one that sums to zero last.
    shape
        Their sizes.
    row
        The integers that `kernel` reads.
    centred
        For each group, whether its values are sampled directly.
    """

    effect: Effect
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    row: tuple[int, ...]
    centred: np.ndarray

    @property
    def sds(self) -> int:
        """Number of standard deviations it has."""
        if not self.effect.pooled:
            return 0
        return self.row[kernel.GROUPS] if self.row[kernel.SD_EACH] else 1


@dataclass(frozen=True)
class GroupedLayout:
    """A specification and cells as the arrays that `kernel.log_density` reads."""

    spec: ModelSpec
    blocks: tuple[EffectBlock, ...]
    coords: Mapping[str, list[object]]
    bases: Mapping[str, np.ndarray]
    parameters: int
    overdispersion_start: int
    effects: kernel.EffectTable = field(repr=False)
    cells: kernel.CellTable = field(repr=False)
    need: kernel.NeedTable = field(repr=False)

    def density(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Log posterior density of free parameters, up to a constant, and its gradient."""
        return kernel.log_density(np.asarray(theta, dtype=float), self.effects, self.cells, self.need)

    def start(self, seed: int) -> np.ndarray:
        """Draw initial values near the middle of the priors."""
        rng = np.random.default_rng(seed)
        theta = rng.normal(0.0, 0.1, self.parameters)
        for block in self.blocks:
            if block.effect.spread is not None:
                at = block.row[kernel.SDS]
                theta[at : at + block.sds] += np.log(block.effect.spread.quantile(0.5))
        if self.spec.overdispersion is not None:
            theta[self.overdispersion_start :] += np.log(self.spec.overdispersion.quantile(0.5))
        return theta

    def named(self, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Transform free parameters to named values, as they appear among the draws."""
        values = np.empty(self.effects.size)
        kernel.fill_values(theta, self.effects, values)
        named: dict[str, np.ndarray] = {}
        for block in self.blocks:
            if block.sds:
                at = block.row[kernel.SDS]
                sd = np.exp(theta[at : at + block.sds])
                named[block.effect.spread_variable] = sd.reshape(self.shape(block.effect.spread_variable))
            out = block.row[kernel.VALUES]
            own = values[out : out + int(np.prod(block.shape))].reshape(block.shape)
            named[block.effect.variable] = own @ self.bases[block.effect.kind].T if block.effect.shaped else own
        if self.spec.overdispersion is not None:
            named["extra_variation"] = np.exp(theta[self.overdispersion_start :]).reshape(self.shape("extra_variation"))
        return named

    def free(self, draws: xr.Dataset) -> np.ndarray:
        """Transform named draws to free parameters: the inverse of `named`; shape (draw, parameter)."""
        count = draws.sizes["chain"] * draws.sizes["draw"]
        theta = np.empty((count, self.parameters))

        def flat(name: str) -> np.ndarray:
            values = draws[name].transpose("chain", "draw", *self.dims()[name]).values
            return values.reshape(count, *self.shape(name))

        for block in self.blocks:
            values = flat(block.effect.variable)
            if block.effect.shaped:
                values = values @ np.linalg.pinv(self.bases[block.effect.kind]).T
            values = values.reshape(count, block.row[kernel.GROUPS], block.row[kernel.WIDTH])
            if block.sds:
                at, sd = block.row[kernel.SDS], flat(block.effect.spread_variable).reshape(count, -1)
                theta[:, at : at + block.sds] = np.log(sd)
                values = np.where(block.centred[None, :, None], values, values / sd[:, :, None])
            if block.row[kernel.ZERO_SUM]:
                width = block.row[kernel.WIDTH]
                values = values[..., :-1] - values[..., -1:] * np.sqrt(width) / (np.sqrt(width) + width)
            at, size = block.row[kernel.FREE], values[0].size
            theta[:, at : at + size] = values.reshape(count, -1)
        if self.spec.overdispersion is not None:
            theta[:, self.overdispersion_start :] = np.log(flat("extra_variation").reshape(count, -1))
        return theta

    def dims(self) -> dict[str, tuple[str, ...]]:
        """Name the dimensions of every variable among the draws."""
        named: dict[str, tuple[str, ...]] = {}
        for block in self.blocks:
            if block.sds:
                each = tuple(dim for dim in block.dims if dim in block.effect.spread_over)
                named[block.effect.spread_variable] = each
            named[block.effect.variable] = (
                (*block.dims[:-1], group_dim(self.coords)) if block.effect.shaped else block.dims
            )
        if self.spec.overdispersion is not None:
            named["extra_variation"] = self.spec.overdispersion_over
        return named

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
    spec = fit_for(spec, cells)
    known, dims = known_counts(cells), cell_dims(cells.dims)
    bases = shape_bases(spec, cells)
    blocks, parameters, size = _blocks(spec, cells)
    place = dict(zip(dims, np.unravel_index(known.where, [cells.sizes[dim] for dim in dims]), strict=True))
    columns = [column for block in blocks for column in _columns(block, cells, place, bases)]
    prior, each = spec.overdispersion, bool(spec.overdispersion_over)
    effects = kernel.EffectTable(
        rows=np.array([block.row for block in blocks], dtype=np.int64),
        centred=np.concatenate([block.centred for block in blocks]),
        priors=np.array([(block.effect.belief.mean, block.effect.belief.sd) for block in blocks]),
        size=size,
    )
    table = kernel.CellTable(
        places=np.array([column[0] for column in columns]),
        weights=np.array([column[1] for column in columns]),
        low=known.low,
        high=known.high,
        log_expected=known.log_expected,
        overdispersion_index=parameters + (place[PROCEDURE] if each else np.zeros_like(place[PROCEDURE])),
        overdispersion_sd=prior.sd if prior else 0.0,
    )
    total = parameters + (0 if prior is None else cells.sizes[PROCEDURE] if each else 1)
    coords: dict[str, list[object]] = {dim: cells[dim].values.tolist() for dim in dims}
    need = _need_table(spec, blocks, cells)
    return GroupedLayout(spec, tuple(blocks), coords, bases, total, parameters, effects, table, need)


def _blocks(spec: ModelSpec, cells: xr.Dataset) -> tuple[list[EffectBlock], int, int]:
    """Place the values, free parameters and standard deviations of every effect, one after the other."""
    blocks: list[EffectBlock] = []
    free_at, values_at, flags_at = 0, 0, 0
    for effect in spec.effects:
        dims = value_dims(effect) + (("shape",) if effect.shaped else ())
        sizes = {**cells.sizes} | (
            {"shape": effect.form.count(cells.sizes[group_dim(cells.dims)])} if effect.shaped else {}
        )
        shape = tuple(sizes[dim] for dim in dims)
        together = len(effect.spread_over) if effect.shaped and effect.spread_over else len(shape) - 1
        groups = int(np.prod(shape[:together])) if shape else 1
        width = int(np.prod(shape[together:])) if shape else 1
        zero = int(effect.sum_to_zero is not None)
        each = int(bool(effect.spread_over))
        sds = (groups if each else 1) if effect.pooled else 0
        centred = np.full(groups, not effect.pooled) if effect.shaped else centred_groups(effect, cells)
        row = (int(effect.pooled), zero, flags_at, groups, width, free_at + sds, values_at, free_at, each)
        blocks.append(EffectBlock(effect, dims, shape, row, centred))
        flags_at += groups
        free_at += sds + groups * (width - zero)
        values_at += groups * width
    return blocks, free_at, values_at


def _columns(
    block: EffectBlock, cells: xr.Dataset, place: Mapping[str, Any], bases: Mapping[str, np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each cell, the value of the block that enters its log ratio, and its weight."""
    group = place[group_dim(place)]
    start = block.row[kernel.VALUES]
    own = np.zeros(len(group), dtype=np.int64)
    for dim in (dim for dim in block.dims if dim != "shape"):
        own = own * cells.sizes[dim] + place[dim]
    basis, covariate = bases[block.effect.kind], _covariate(block.effect, cells, place)
    shapes = basis.shape[1]
    if (np.count_nonzero(basis, axis=1) == 1).all():  # a value for each group, rather than weights of shapes
        only = np.argmax(basis != 0, axis=1)[group]
        return [(start + own * shapes + only, basis[group, only] * covariate)]
    return [(start + own * shapes + j, basis[group, j] * covariate) for j in range(shapes)]


def _covariate(effect: Effect, cells: xr.Dataset, place: Mapping[str, Any]) -> np.ndarray | float:
    """Look up the covariate of one effect in each cell."""
    if effect.form.covariate is None:
        return 1.0
    return np.asarray(effect.form.covariate(cells).transpose(*place).values[tuple(place.values())])


def _need_table(spec: ModelSpec, blocks: Sequence[EffectBlock], cells: xr.Dataset) -> kernel.NeedTable:
    """Lay out the measurement model of need, in every cell with a reported need; empty where need is known."""
    if not has_true_need(spec):
        return kernel.NeedTable(np.zeros((0, 0), np.int64), np.zeros(0), np.zeros(0))
    reported, precision = reported_need(cells)
    place = dict(zip(cell_dims(cells.dims), np.nonzero(precision.values), strict=True))
    at = tuple(place.values())
    own = [block for block in blocks if block.effect.form.measured]
    places = [column[0] for block in own for column in _columns(block, cells, place, shape_bases(spec, cells))]
    return kernel.NeedTable(np.array(places), reported.values[at], precision.values[at])
