"""Block Gaussian elimination of the precision of the latent field, with sum-to-zero constraints met exactly.

The matrix is minus the Hessian of the log posterior, bordered by one Lagrange multiplier for every
sum-to-zero constraint. A multiplier acts as one more component of a block, with a slot of its own
beside the shapes over deprivation, so that no step needs a special case.

Matrices come last here, and batch, row and column first: then every step is a product of matrices, stacked or
flattened to one, and takes as long as its arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equitymodel.inference.grouped.grouped_latent import Component, GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector, with_batches
from equitymodel.inference.grouped.loadings import Loading
from equitymodel.inference.grouped.many_inverses import invert_small
from equitymodel.inference.grouped.row_effects import RowEffects

ARRAYS = ("pair_inverse", "pair_gain", "row_inverse", "row_gain", "dense_inverse", "log_determinant")
"""The arrays of an elimination; batches come first."""


@dataclass(frozen=True)
class Elimination:
    """The block factorisation of the constrained precision: solutions, log determinant, and parts of the inverse.

    Attributes
    ----------
    pair_inverse, pair_gain
        Inverse of the block of each pair, and its product with the coupling to the slots; shape
        (batch, row, column, component, component), and (batch, row, column, component, slot).
    rows
        The effects of rows as they are eliminated: themselves, or combinations of them.
    row_inverse, row_gain
        The same of each row, whose coupling is to the dense block; shape (batch, row, own, own), and
        (batch, row, own, dense).
    dense_inverse
        Shape (batch, dense, dense).
    log_determinant
        Of the precision within the constraints, up to a constant; shape (batch,).
    """

    field: GroupedLatent
    pair_inverse: np.ndarray
    pair_gain: np.ndarray
    rows: RowEffects
    row_inverse: np.ndarray
    row_gain: np.ndarray
    dense_inverse: np.ndarray
    log_determinant: np.ndarray

    def batch(self, at: int) -> Elimination:
        """Choose one batch."""
        arrays = {name: getattr(self, name)[at : at + 1] for name in ARRAYS}
        return Elimination(self.field, rows=self.rows.batch(at), **arrays)

    def replaced(self, places: np.ndarray, other: Elimination) -> Elimination:
        """Put the batches of another elimination in some places."""
        arrays = {name: with_batches(getattr(self, name), places, getattr(other, name)) for name in ARRAYS}
        return Elimination(self.field, rows=self.rows.replaced(places, other.rows), **arrays)

    def pair_variance(self, component: int) -> np.ndarray:
        """Variance of a component of each pair given all effects that it shares; shape (batch, 1, row, column)."""
        return self.pair_inverse[..., component, component][:, None]

    def solve(self, right: BlockVector) -> BlockVector:
        """Solve the constrained system for the latent field, many right-hand sides at once."""
        loadings, rows = self.field.slots.loadings, self.rows
        pair, of_rows, column, overall = (_components_last(values) for values in right)
        passed = self.pair_gain.swapaxes(-1, -2) @ pair
        by_row = passed.sum(axis=2)
        row = _add(-rows.from_slots(by_row), rows.gather(of_rows))
        column = _add(_mix_columns(self.field, -loadings.column.premultiply(passed.sum(axis=1))), column)
        overall = overall - loadings.overall.premultiply(by_row.sum(axis=1))
        dense = self._pack(column, overall) - _flat_rows(self.row_gain).swapaxes(1, 2) @ _flat_rows(row)
        dense[:, rows.first : rows.first + len(rows.held)] -= rows.held_back(of_rows)
        dense = self.dense_inverse @ dense
        row = self.row_inverse @ row - self.row_gain @ dense[:, None]
        column, overall = self._unpack(dense)
        upper = rows.to_slots(row)[:, :, None]
        upper = upper + loadings.column.premultiply_transposed(_mix_columns(self.field, column))[:, None]
        upper += loadings.overall.premultiply_transposed(overall)[:, None, None]
        pair = self.pair_inverse @ pair - self.pair_gain @ upper
        own = (pair, rows.effects(row, of_rows, dense), column[..., : len(right.column), :], overall)
        return BlockVector(*map(_components_first, own))

    def _pack(self, column: np.ndarray, overall: np.ndarray) -> np.ndarray:
        """Join column and overall effects to the dense block; shape (batch, dense, draw)."""
        batch, columns, parts, draws = column.shape
        packed = np.zeros((batch, self.dense_inverse.shape[-1], draws))
        packed[:, : parts * columns] = column.swapaxes(1, 2).reshape(batch, parts * columns, draws)
        packed[:, parts * columns : parts * columns + overall.shape[1]] = overall
        return packed

    def _unpack(self, dense: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts, columns = len(self.field.slots.loadings.column), self.field.sizes[1]
        column = dense[:, : parts * columns].reshape(len(dense), parts, columns, dense.shape[-1])
        overall = dense[:, parts * columns : parts * columns + len(self.field.slots.loadings.overall)]
        return column.swapaxes(1, 2), overall

    def covariance(self) -> tuple[BlockVector, np.ndarray]:
        """Compute the variance of every value, and the covariance of the coefficients of each pair.

        Returns
        -------
        tuple
            Variances with a draw axis of one; covariances of shape (batch, row, column, shape, shape).
        """
        variances, upper, pair_across, pair_own = self._covariances()
        own = self.field.loadings.pair.matrix
        across = own.T @ pair_across
        coefficients = upper - across - across.swapaxes(-1, -2)
        coefficients += own.T @ (pair_own @ own)
        return variances, coefficients

    def variances(self) -> tuple[BlockVector, np.ndarray]:
        """Compute the variance of every value, and of the log mean of every cell, as they are laid out."""
        if not self.field.curvature_is_diagonal:
            variances, covariance = self.covariance()
            return variances, self.field.variance_at_cells(covariance)
        variances, upper, pair_across, pair_own = self._covariances()
        own = self.field.loadings.pair.matrix
        of_pairs = pair_own @ own - 2.0 * pair_across
        of_pairs *= own
        by_pair = np.einsum("...ss->...s", upper) + of_pairs.sum(axis=-2)
        return variances, np.ascontiguousarray(np.moveaxis(by_pair, -1, 0))[:, :, None]

    def _covariances(self) -> tuple[BlockVector, np.ndarray, np.ndarray, np.ndarray]:
        """Variances; covariances of shapes without pair effects, minus those with pair effects, and of pair effects."""
        row_variance, upper = self._upper_covariance()
        shapes = self.field.shapes
        pair_across = self.pair_gain @ upper
        pair_own = pair_across @ self.pair_gain.swapaxes(-1, -2) + self.pair_inverse
        column, overall = self._unpack(np.einsum("bnn->bn", self.dense_inverse)[..., None])
        variances = (
            np.einsum("...aa->...a", pair_own)[..., None],
            row_variance[..., None],
            column[:, :, : len(self.field.blocks.column)],
            overall,
        )
        blocks = BlockVector(*map(_components_first, variances))
        return blocks, upper[..., :shapes, :shapes], pair_across[..., :shapes], pair_own

    def _upper_covariance(self) -> tuple[np.ndarray, np.ndarray]:
        """Variances of row effects, and the covariance of the slots of each pair without its pair effects."""
        loadings, (rows, columns), dense = self.field.slots.loadings, self.field.sizes, self.dense_inverse
        batch, own, most = len(dense), len(loadings.column), len(loadings.overall)
        shared, everywhere = own * columns, slice(own * columns, own * columns + most)
        across = self.row_gain @ dense[:, None]
        row_own = self.row_inverse + across @ self.row_gain.swapaxes(-1, -2)
        row_variance = self.rows.variances(row_own, across, dense)
        across, dense = _mix_dense(self.field, across), _mix_dense(self.field, dense, both=True)
        across = self.rows.to_slots(across)
        with_columns = across[..., :shared].reshape(batch, rows, across.shape[2], own, columns).transpose(0, 1, 4, 2, 3)
        with_overall = across[..., everywhere] @ loadings.overall.matrix
        at_columns = np.einsum("bcjdj->bjcd", dense[:, :shared, :shared].reshape(batch, own, columns, own, columns))
        columns_overall = dense[:, :shared, everywhere].reshape(batch, own, columns, most).swapaxes(1, 2)
        by_column = 0.5 * at_columns @ loadings.column.matrix + columns_overall @ loadings.overall.matrix
        by_column = loadings.column.premultiply_transposed(by_column)
        overall = 0.5 * loadings.overall.matrix.T @ dense[:, everywhere, everywhere] @ loadings.overall.matrix
        by_row = self.rows.at_slots(0.5 * row_own) - with_overall
        half = (by_row + overall[:, None])[:, :, None] + by_column[:, None]
        half -= loadings.column.give_last(with_columns)
        return row_variance, half + half.swapaxes(-1, -2)


def _components_last(values: np.ndarray) -> np.ndarray:
    """Lay a block out for products of matrices: from (component, batch, draw, ...) to (batch, ..., component, draw)."""
    return np.ascontiguousarray(values.transpose(1, *range(3, values.ndim), 0, 2))


def _components_first(values: np.ndarray) -> np.ndarray:
    """Lay a block out as block vectors are: the inverse of `_components_last`."""
    last = values.ndim - 1
    return np.ascontiguousarray(values.transpose(last - 1, 0, last, *range(1, last - 1)))


def _flat_rows(values: np.ndarray) -> np.ndarray:
    """Join the components of all rows; shape (batch, row x component, last)."""
    batch, rows, components, last = values.shape
    return values.reshape(batch, rows * components, last)


def _add(all_components: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Add to the first components; multipliers, which follow, stay as they are."""
    all_components[..., : first.shape[-2], :] += first
    return all_components


def eliminate(field: GroupedLatent, curvature: np.ndarray, precision: BlockVector) -> Elimination:
    """Factorise the precision of the latent field: minus the Hessian of the log posterior.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    curvature
        Minus the Hessian of the log likelihood in the coefficients of each pair; shape
        (batch, row, column, shape, shape).
    precision
        Prior precision of every value.

    Returns
    -------
    Elimination
        The block factorisation.

    References
    ----------
    Rue H, Held L (2005) Gaussian Markov Random Fields. Chapman & Hall, section 2.3.3.
    """
    pairs, rows = _eliminate_pairs(field, curvature, precision), RowEffects.of(field, precision)
    at_rows, at_both = pairs.at_slots(field, curvature)
    block = rows.block(at_rows)
    row_inverse, row_determinant = invert_small(block)
    coupling = _couple_rows(field, rows, at_rows, at_both)
    dense = _dense_block(field, at_rows.sum(axis=1), at_both.sum(axis=1), precision)
    rows.hold(coupling, dense)
    row_gain = row_inverse @ coupling
    _take_off(dense, _flat_rows(coupling), _flat_rows(row_gain))
    log_determinant = pairs.log_determinant.sum(axis=(1, 2)) + row_determinant.sum(axis=-1)
    log_determinant += rows.log_determinant(field.sizes[0]) + np.linalg.slogdet(dense)[1]
    return Elimination(
        field, pairs.inverse, pairs.gain, rows, row_inverse, row_gain, np.linalg.inv(dense), log_determinant
    )


def _take_off(dense: np.ndarray, coupling: np.ndarray, gain: np.ndarray) -> None:
    """Take off what rows leave of a symmetric block, in place: three of its four quarters are computed."""
    half = dense.shape[-1] // 2
    first, last = slice(0, half), slice(half, None)
    dense[:, first] -= coupling[..., first].swapaxes(1, 2) @ gain
    dense[:, last, last] -= coupling[..., last].swapaxes(1, 2) @ gain[..., last]
    dense[:, last, first] = dense[:, first, last].swapaxes(1, 2)


class _Pairs(NamedTuple):
    """The pair block, eliminated: its inverse, its coupling to the slots and the gain of that, log determinants."""

    inverse: np.ndarray
    coupling: np.ndarray
    gain: np.ndarray
    log_determinant: np.ndarray

    def at_slots(self, field: GroupedLatent, curvature: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give what is left of the curvature: summed to the slots of each row, and of each pair with its column's.

        Shapes (batch, row, slot, slot), and (batch, row, column, slot, component of the column).
        """
        shapes, loading = curvature.shape[-1], field.slots.loadings.column
        flat = (*self.gain.shape[:2], -1, field.slots.count)
        at_rows = self.coupling.reshape(flat).swapaxes(-1, -2) @ self.gain.reshape(flat)
        np.negative(at_rows, out=at_rows)
        at_rows[..., :shapes, :shapes] += curvature.sum(axis=2)
        at_both = self.coupling.swapaxes(-1, -2) @ loading.postmultiply(self.gain)
        np.negative(at_both, out=at_both)
        own = Loading(loading.matrix[:, :shapes]).premultiply_curvature(curvature, diagonal=field.curvature_is_diagonal)
        at_both[..., :shapes, :] += own.swapaxes(-1, -2)
        return at_rows, at_both


def _eliminate_pairs(field: GroupedLatent, curvature: np.ndarray, precision: BlockVector) -> _Pairs:
    """Eliminate the pair block."""
    shapes, slots, loading = curvature.shape[-1], field.slots, field.loadings.pair
    coupling = np.zeros((*curvature.shape[:3], len(loading), slots.count))
    own = loading.premultiply_curvature(curvature, diagonal=field.curvature_is_diagonal)
    coupling[..., :shapes], pair = own, loading.postmultiply(own)
    _add_diagonal(pair, precision.pair)
    for z, k in enumerate(slots.constrained):
        coupling[..., k, shapes + z] = 1.0
    inverse, log_determinant = invert_small(pair)
    return _Pairs(inverse, coupling, inverse @ coupling, log_determinant)


def _add_diagonal(matrix: np.ndarray, precision: np.ndarray) -> None:
    """Add prior precisions, components first, to the diagonals of matrices; multipliers have none."""
    for k, value in enumerate(precision):
        matrix[..., k, k] += value[:, 0]


def _couple_rows(field: GroupedLatent, rows: RowEffects, at_rows: np.ndarray, at_both: np.ndarray) -> np.ndarray:
    """Coupling of the row block to the dense block, but for sums held over rows; shape (batch, row, own, dense)."""
    loadings = field.slots.loadings
    shared = len(loadings.column) * field.sizes[1]
    with_columns = at_both.transpose(0, 1, 3, 4, 2).reshape(*at_rows.shape[:3], shared)
    at_slots = np.concatenate([with_columns, loadings.overall.postmultiply(at_rows)], axis=-1)
    own = rows.from_slots(at_slots)
    coupling = np.zeros((*own.shape[:-1], _dense_size(field)))
    coupling[..., : own.shape[-1]] = own
    return _mix_dense(field, coupling)


def _dense_block(
    field: GroupedLatent, at_all: np.ndarray, at_columns: np.ndarray, precision: BlockVector
) -> np.ndarray:
    """Lay out the dense block, before the row block is eliminated; shape (batch, dense, dense)."""
    loadings, columns, batch = field.slots.loadings, field.sizes[1], len(at_all)
    parts, overall, along = len(loadings.column), len(loadings.overall), np.arange(field.sizes[1])
    shared, everywhere = parts * columns, slice(parts * columns, parts * columns + overall)
    own = loadings.column.premultiply(at_columns)
    among_overall = loadings.overall.premultiply(loadings.overall.postmultiply(at_all))
    _add_diagonal(among_overall, precision.overall)
    dense = np.zeros((batch, _dense_size(field), _dense_size(field)))
    own_columns = np.zeros((batch, parts, columns, parts, columns))
    own_columns[:, :, along, :, along] = own.swapaxes(0, 1)
    dense[:, :shared, :shared] = own_columns.reshape(batch, shared, shared)
    with_overall = loadings.overall.premultiply(at_columns).transpose(0, 3, 1, 2).reshape(batch, shared, overall)
    dense[:, :shared, everywhere], dense[:, everywhere, :shared] = with_overall, with_overall.swapaxes(1, 2)
    dense[:, everywhere, everywhere] = among_overall
    dense = _mix_dense(field, dense, both=True)
    for c, value in enumerate(precision.column):
        dense[:, c * columns + along, c * columns + along] += value[:, 0]
    first = shared + overall + len(_constrained(field.blocks.row))
    for z, c in enumerate(_constrained(field.blocks.column)):
        dense[:, c * columns + along, first + z] = dense[:, first + z, c * columns + along] = 1.0
    return dense


def _mix_columns(field: GroupedLatent, column: np.ndarray) -> np.ndarray:
    """Mix the components of columns that neighbours share; shape (batch, column, component, draw)."""
    mixed = column.copy() if field.mixing else column
    for k, matrix in field.mixing.items():
        mixed[:, :, k] = matrix @ column[:, :, k]
    return mixed


def _mix_dense(field: GroupedLatent, dense: np.ndarray, *, both: bool = False) -> np.ndarray:
    """Mix what neighbours share along the last axis of the dense block, or along both of its axes."""
    columns = field.sizes[1]
    mixed = dense.copy() if field.mixing else dense
    for k, matrix in field.mixing.items():
        own = slice(k * columns, (k + 1) * columns)
        mixed[..., own] = mixed[..., own] @ matrix
        if both:
            mixed[..., own, :] = matrix @ mixed[..., own, :]
    return mixed


def _constrained(block: Sequence[Component]) -> list[int]:
    """Find the components of a block with a sum-to-zero constraint."""
    return [k for k, component in enumerate(block) if component.zero is not None]


def _dense_size(field: GroupedLatent) -> int:
    """Size of the dense block: column and overall effects, and the multipliers of rows and columns."""
    constrained = len(_constrained(field.blocks.row)) + len(_constrained(field.blocks.column))
    return len(field.slots.loadings.column) * field.sizes[1] + len(field.slots.loadings.overall) + constrained
