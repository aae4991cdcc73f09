"""Lay a specification and cells out as a latent Gaussian model: design, blocks, standard deviations and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts, cell_design, value_basis
from equitymodel.inference.grouped.effect_shapes import fit_for, known_cells, weight_in_cells
from equitymodel.inference.grouped.grouped_latent import COLUMN, ROW, BlockComponents, Component, GroupedLatent
from equitymodel.inference.grouped.heavy_tails import HeavyTails
from equitymodel.inference.grouped.need_measurement import lay_out_need_measurement, per_cell
from equitymodel.inference.grouped.number_scales import ScaleNumbering
from equitymodel.inference.grouped.scales import Scales
from equitymodel.inference.grouped.smooth_areas import mixing_of
from equitymodel.inference.likelihood.binomial_model import BinomialModel, lay_out_binomial
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.model_spec import BINOMIAL, ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, cell_dims

BEFORE_LOW, BEFORE_HIGH = "before_low", "before_high"
"""What the count at the stage before may be, in cells of a passage."""


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
    (('ics', 'procedure'), [6, 8, 5, 1])
    """
    spec = fit_for(spec, cells)
    used, parts = known_cells(cells), all_parts(spec)
    columns = _DesignColumns.of(parts, cells)
    axes = _choose_axes(parts, cells, columns)
    dims = cell_dims(cells.dims)
    order = (*(dim for dim in dims if dim not in axes), *axes)
    blocks = _blocks(parts, axes, columns)
    block_dims = (axes, axes[:1], axes[1:], ())
    numbering = ScaleNumbering(spec, parts, {dim: int(cells.sizes[dim]) for dim in axes})
    low, high = count_bounds(cells)
    return GroupedLatent(
        spec=spec,
        axes=axes,
        coords={dim: cells[dim].values.tolist() for dim in dims},
        value_bases={part.variable: value_basis(part, cells) for part in parts},
        column_loadings=columns.loadings,
        design=columns.design,
        covariates=np.array(
            [per_cell(xr.where(used, weight_in_cells(form, cells), 0.0), order) for form in columns.by_cell]
        ),
        tails=_lay_out_tails(blocks.pair, numbering),
        need=lay_out_need_measurement(spec, cells, order, columns.places),
        low=per_cell(low.where(used, 0.0), order),
        high=per_cell(high.where(used, 0.0), order),
        log_expected=per_cell(np.log(headline_expected(cells).where(used, 1.0)), order),
        known=per_cell(used.astype(float), order),
        blocks=blocks,
        sd_index=tuple(numbering.index(block, own) for block, own in zip(blocks, block_dims, strict=True)),
        scales=Scales.of(numbering.table),
        first_scale=numbering.start,
        sd_count=numbering.sd_count,
        fixed_log_sd=np.log(numbering.fixed),
        degrees_of_freedom=numbering.degrees_of_freedom(blocks, block_dims),
        overdispersion_index=_overdispersion_index(spec, cells, axes),
        passages=_lay_out_passages(spec, cells, used, order),
        mixing={k: own for k, of in enumerate(blocks.column) if (own := mixing_of(of.part, cells)) is not None},
    )


def _lay_out_passages(
    spec: ModelSpec, cells: xr.Dataset, used: xr.DataArray, order: tuple[str, ...]
) -> BinomialModel | None:
    """Lay out counts that pass out of the counts before, where the model is of passages."""
    if spec.likelihood != BINOMIAL:
        return None
    low, high, least, most = (
        per_cell(bound.where(used, 0.0), order)
        for bound in (*count_bounds(cells), cells[BEFORE_LOW], cells[BEFORE_HIGH])
    )
    return lay_out_binomial(low, high, (least, most), per_cell(used.astype(float), order))


@dataclass(frozen=True)
class _DesignColumns:
    """The columns of the design, each once: those over groups and years alone, then those that differ by cell.

    Attributes
    ----------
    fixed
        Shape (group x year, column).
    by_cell
        The kinds of the columns that follow, each with its covariate.
    places
        For each part by its variable, the places of its columns.
    measured
        Whether some of them are true need, of which the need table holds a measurement.
    """

    fixed: np.ndarray
    by_cell: list[EffectKind]
    places: Mapping[str, Sequence[int]]
    measured: bool

    @property
    def saturated(self) -> bool:
        """Whether cells of a pair are the slots: there are more columns than cells, and need is not measured."""
        return not self.measured and self.fixed.shape[1] > len(self.fixed)

    @property
    def design(self) -> np.ndarray:
        """From slots to cells of a pair; shape (group x year, slot)."""
        return np.eye(len(self.fixed)) if self.saturated else self.fixed

    @property
    def loadings(self) -> np.ndarray:
        """How columns load on slots; those that differ by cell come last; shape (column, slot)."""
        own = self.fixed.T if self.saturated else np.eye(self.fixed.shape[1])
        more = len(self.by_cell)
        return np.block([[own, np.zeros((len(own), more))], [np.zeros((more, own.shape[1])), np.eye(more)]])

    @classmethod
    def of(cls, parts: Sequence[EffectPart], cells: xr.Dataset) -> _DesignColumns:
        """Lay columns out; parts with the same design share them, as all do that lie in a single year."""
        designs = {part.variable: cell_design(part, cells) for part in parts if part.effect.form.covariate is None}
        fixed: list[np.ndarray] = []
        seen: dict[bytes, int] = {}
        places: dict[str, list[int]] = {}
        for variable, design in designs.items():
            for column in design.T:
                if column.tobytes() not in seen:
                    seen[column.tobytes()] = len(fixed)
                    fixed.append(column)
                places.setdefault(variable, []).append(seen[column.tobytes()])
        by_cell = [part for part in parts if part.effect.form.covariate is not None]
        forms = {part.effect.key: part.effect.form for part in by_cell}
        for part in by_cell:
            places[part.variable] = [len(fixed) + list(forms).index(part.effect.key)]
        return cls(
            np.column_stack(fixed), list(forms.values()), places, any(part.effect.form.measured for part in parts)
        )


def _lay_out_tails(pair: Sequence[Component], numbering: ScaleNumbering) -> HeavyTails | None:
    """Lay out the effect with heavy tails; none where the model has none."""
    own = [k for k, component in enumerate(pair) if component.part.effect.heavy_tails]
    held = tuple(k for k, component in enumerate(pair) if component.zero is not None)
    return HeavyTails(own[0], numbering.start[pair[own[0]].part.variable], held) if own else None


def _blocks(parts: Sequence[EffectPart], axes: tuple[str, str], columns: _DesignColumns) -> BlockComponents:
    """Put the components of every part into the block of the groupings that its effect varies over."""
    blocks: dict[tuple[str, ...], list[Component]] = {dims: [] for dims in (axes, axes[:1], axes[1:], ())}
    for part in parts:
        zero = part.sum_to_zero and (ROW if part.sum_to_zero == axes[0] else COLUMN)
        over = tuple(dim for dim in axes if dim in part.effect.over)
        blocks[over] += [Component(part, at, j, zero) for j, at in enumerate(columns.places[part.variable])]
    return BlockComponents(*map(tuple, blocks.values()))


def _choose_axes(parts: Sequence[EffectPart], cells: xr.Dataset, columns: _DesignColumns) -> tuple[str, str]:
    """Choose as columns the grouping that leaves the smaller dense block; ICSs where neighbours share effects."""

    def dense(column: str) -> int:
        own = sum(len(columns.places[part.variable]) for part in parts if part.effect.over == (column,))
        constrained = sum(
            len(columns.places[part.variable])
            for part in parts
            if len(part.effect.over) == 2 and part.effect.sum_to_zero not in (None, column)
        )
        return int(cells.sizes[column]) * (own + constrained)

    smooth = any(part.smooth for part in parts)
    return (PROCEDURE, ICS) if smooth or dense(ICS) <= dense(PROCEDURE) else (ICS, PROCEDURE)


def _overdispersion_index(spec: ModelSpec, cells: xr.Dataset, axes: tuple[str, str]) -> np.ndarray | None:
    if spec.overdispersion is None:
        return None
    each = np.arange(cells.sizes[PROCEDURE]) if spec.overdispersion_over else np.zeros(cells.sizes[PROCEDURE], int)
    shape = (cells.sizes[axes[0]], cells.sizes[axes[1]])
    return np.broadcast_to(each[:, None] if axes[0] == PROCEDURE else each, shape)
