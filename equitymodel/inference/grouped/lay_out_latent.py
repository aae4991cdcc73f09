"""Lay a specification and cells out as a latent Gaussian model: design, blocks, standard deviations and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.effect_shapes import fit_for, known_cells, shape_bases, weight_in_cells
from equitymodel.inference.grouped.grouped_latent import COLUMN, ROW, BlockComponents, Component, GroupedLatent
from equitymodel.inference.grouped.need_measurement import lay_out_need_measurement, per_cell
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, cell_dims, group_dim


def lay_out_latent(spec: ModelSpec, cells: xr.Dataset) -> GroupedLatent:
    """Lay a specification and cells out as a latent Gaussian model in blocks.

    Parameters
    ----------
    spec, cells
        As for `lay_out_cells`.

    Returns
    -------
    GroupedLatent
        Design, blocks, priors and counts.

    Raises
    ------
    OptionError, SpecError
        As `lay_out_cells`.

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
    fixed, covariates = _kinds(spec, bases)
    kinds = fixed + covariates
    axes = _choose_axes(spec, cells, bases)
    order = (group_dim(cells.dims), *axes)
    blocks = _blocks(spec, axes, bases, kinds)
    sds = _SdNumbering(spec, cells, axes)
    low, high = count_bounds(cells)
    return GroupedLatent(
        spec=spec,
        axes=axes,
        coords={dim: cells[dim].values.tolist() for dim in cell_dims(cells.dims)},
        bases=bases,
        design=np.column_stack([bases[kind][:, number] for kind, number in fixed]),
        covariates=np.array(
            [per_cell(xr.where(used, weight_in_cells(KINDS[kind], cells), 0.0), order) for kind, _ in covariates]
        ),
        need=lay_out_need_measurement(spec, cells, order, kinds),
        low=per_cell(low.where(used, 0.0), order),
        high=per_cell(high.where(used, 0.0), order),
        log_expected=per_cell(np.log(headline_expected(cells).where(used, 1.0)), order),
        known=per_cell(used.astype(float), order),
        blocks=blocks,
        sd_index=tuple(sds.of(block, dims) for block, dims in zip(blocks, _dims(axes), strict=True)),
        sd_prior=np.array(sds.scales),
        fixed_log_sd=np.log(sds.fixed),
        degrees_of_freedom=sds.degrees_of_freedom(blocks, _dims(axes)),
        overdispersion_index=_overdispersion_index(spec, cells, axes),
    )


def _kinds(spec: ModelSpec, bases: Mapping[str, np.ndarray]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Name every column of the design once: those over the groups alone, and those that differ by cell."""
    every = dict.fromkeys(shape for effect in spec.effects for shape in _shapes(effect, bases))
    covariates = [shape for shape in every if KINDS[shape[0]].covariate is not None]
    return [shape for shape in every if shape not in covariates], covariates


def _dims(axes: tuple[str, str]) -> tuple[tuple[str, ...], ...]:
    """Name the dimensions of each block."""
    return axes, axes[:1], axes[1:], ()


def _blocks(
    spec: ModelSpec, axes: tuple[str, str], bases: Mapping[str, np.ndarray], kinds: list[tuple[str, int]]
) -> BlockComponents:
    """Put the components of every effect into the block of the groupings that it varies over."""
    blocks: dict[tuple[str, ...], list[Component]] = {dims: [] for dims in _dims(axes)}
    for effect in spec.effects:
        zero = None if effect.sum_to_zero is None else (ROW if effect.sum_to_zero == axes[0] else COLUMN)
        over = tuple(dim for dim in axes if dim in effect.over)
        blocks[over] += [Component(effect, kinds.index(shape), shape[1], zero) for shape in _shapes(effect, bases)]
    return BlockComponents(*map(tuple, blocks.values()))


def _shapes(effect: Effect, bases: Mapping[str, np.ndarray]) -> Iterator[tuple[str, int]]:
    """Name the design columns of an effect: its kind, and a number."""
    yield from ((effect.kind, j) for j in range(bases[effect.kind].shape[1]))


def _choose_axes(spec: ModelSpec, cells: xr.Dataset, bases: Mapping[str, np.ndarray]) -> tuple[str, str]:
    """Choose as columns the grouping that leaves the smaller dense block."""

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
    """Number the standard deviations of effects: hyperparameters first, then those of effects that are not pooled."""

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
        """Index of the standard deviation of every value of a block; shape (component, *dims)."""
        shape = tuple(self.sizes[dim] for dim in dims)
        numbers = np.zeros((len(block), *shape), dtype=np.int64)
        for k, component in enumerate(block):
            numbers[k] = self.start[component.effect.name]
            for axis, dim in enumerate(dims):
                if dim in component.effect.spread_over:
                    along = np.arange(self.sizes[dim]).reshape([-1 if i == axis else 1 for i in range(len(dims))])
                    numbers[k] += along
        return numbers

    def degrees_of_freedom(
        self, parts: tuple[tuple[Component, ...], ...], dims: tuple[tuple[str, ...], ...]
    ) -> np.ndarray:
        """Count the effects of each standard deviation, less one for each sum-to-zero constraint."""
        every = self.unknown + len(self.fixed)
        count = np.zeros(every)
        for block, over in zip(parts, dims, strict=True):
            numbers = self.of(block, over)
            count += np.bincount(numbers.ravel(), minlength=every)
            for component, own in zip(block, numbers, strict=True):
                if component.zero is not None:
                    axis = over.index(component.effect.sum_to_zero or "")
                    count -= np.bincount(np.take(own, 0, axis=axis).ravel(), minlength=every)
        return count
