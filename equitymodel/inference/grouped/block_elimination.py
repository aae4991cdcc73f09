"""Block Gaussian elimination of the precision of the latent field, with sum-to-zero constraints met exactly.

The matrix is minus the Hessian of the log posterior, bordered by one Lagrange multiplier for every
sum-to-zero constraint. A multiplier acts as one more component of a block, with a slot of its own
beside the shapes over deprivation, so that no step needs a special case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.grouped_latent import Component, GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.loadings import Loading, sum_over_columns, sum_over_rows

SMALL = 12
"""Matrices of up to this size are inverted together, element by element; larger ones by LAPACK, one by one."""


def invert_small(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert many small symmetric matrices at once, with their log absolute determinants.

    Small ones without pivoting: none is needed for positive definite matrices, nor for those bordered by
    Lagrange multipliers, if the multipliers come last.

    Parameters
    ----------
    matrix
        Rows and columns first; shape (size, size, ...).

    Returns
    -------
    tuple
        Inverses, same shape, and log determinants, the shape without its first two axes.

    Examples
    --------
    >>> inverse, log_determinant = invert_small(np.diag([2.0, 4.0])[..., None])
    >>> inverse[..., 0].diagonal(), round(float(log_determinant[0]), 3)
    (array([0.5 , 0.25]), 2.079)
    """
    if len(matrix) > SMALL:
        last = np.moveaxis(matrix, (0, 1), (-2, -1))
        return np.moveaxis(np.linalg.inv(last), (-2, -1), (0, 1)), np.linalg.slogdet(last)[1]
    work = matrix.copy()
    log_determinant = np.zeros(matrix.shape[2:])
    for k in range(len(work)):
        pivot = work[k, k].copy()
        log_determinant += np.log(np.abs(pivot))
        down, across = work[:, k] / pivot, work[k].copy()
        work -= down[:, None] * across
        work[k] = across / pivot
        work[:, k] = -down
        work[k, k] = 1.0 / pivot
    return work, log_determinant


@dataclass(frozen=True)
class Elimination:
    """The block factorisation of the constrained precision: solutions, log determinant, and parts of the inverse.

    Attributes
    ----------
    log_determinant
        Of the precision within the constraints, up to a constant; shape (batch,).
    """

    field: GroupedLatent
    pair_inverse: np.ndarray
    pair_gain: np.ndarray
    row_inverse: np.ndarray
    row_gain: np.ndarray
    dense_inverse: np.ndarray
    log_determinant: np.ndarray

    def batch(self, at: int) -> Elimination:
        """Choose one batch."""
        here = slice(at, at + 1)
        return Elimination(
            self.field, self.pair_inverse[:, :, here], self.pair_gain[:, :, here],
            self.row_inverse[:, :, here], self.row_gain[here], self.dense_inverse[here], self.log_determinant[here],
        )  # fmt: skip

    def solve(self, right: BlockVector) -> BlockVector:
        """Solve the constrained system for the latent field, many right-hand sides at once."""
        loadings, rows = self.field.slots.loadings, self.row_inverse.shape[-1]
        pair = np.einsum("ab...,b...->a...", self.pair_inverse, right.pair)
        passed = -np.einsum("as...,a...->s...", self.pair_gain, right.pair)
        by_row, by_column = sum_over_columns(passed), sum_over_rows(passed)
        row = loadings.row.take(by_row)
        row[: len(right.row)] += right.row
        column = loadings.column.take(by_column)
        column[: len(right.column)] += right.column
        overall = right.overall + loadings.overall.take(sum_over_columns(by_row))
        dense = self._pack(column, overall)
        flat = np.moveaxis(row, 0, 2).reshape(*row.shape[1:3], len(row) * rows)
        dense = (dense - flat @ self.row_gain) @ self.dense_inverse
        row = np.einsum("ab...,b...->a...", self.row_inverse, row)
        back = dense @ self.row_gain.swapaxes(1, 2)
        row -= np.moveaxis(back.reshape(*row.shape[1:3], len(row), rows), 2, 0)
        column, overall = self._unpack(dense)
        pair -= np.einsum("as...,s...->a...", self.pair_gain, loadings.over_pairs(row, column, overall))
        return BlockVector(pair, row[: len(right.row)], column[: len(right.column)], overall)

    def _pack(self, column: np.ndarray, overall: np.ndarray) -> np.ndarray:
        """Join column and overall effects to the dense block; shape (batch, draw, dense)."""
        batch, draw = overall.shape[1:]
        packed = np.zeros((batch, draw, self.dense_inverse.shape[-1]))
        flat = np.moveaxis(column, 0, 2).reshape(batch, draw, len(column) * self.field.sizes[1])
        packed[..., : flat.shape[-1]] = flat
        packed[..., flat.shape[-1] : flat.shape[-1] + len(overall)] = np.moveaxis(overall, 0, -1)
        return packed

    def _unpack(self, dense: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts, columns = len(self.field.slots.loadings.column), self.field.sizes[1]
        column = dense[..., : parts * columns].reshape(*dense.shape[:2], parts, columns)
        overall = dense[..., parts * columns : parts * columns + len(self.field.slots.loadings.overall)]
        return np.moveaxis(column, 2, 0), np.moveaxis(overall, -1, 0)

    def covariance(self) -> tuple[BlockVector, np.ndarray]:
        """Compute the variance of every value, and the covariance of the coefficients of each pair.

        Returns
        -------
        tuple
            Variances with a draw axis of one; covariances of shape (shape, shape, batch, 1, row, column).
        """
        row_own, upper = self._upper_covariance()
        shapes, own = self.field.shapes, self.field.slots.loadings.pair
        pair_across = np.einsum("as...,st...->at...", self.pair_gain, upper)
        pair_own = np.einsum("at...,bt...->ab...", pair_across, self.pair_gain) + self.pair_inverse
        across = own.give(pair_across)[:shapes, :shapes]
        coefficients = upper[:shapes, :shapes] - across - across.swapaxes(0, 1)
        coefficients += own.give_second(own.give(pair_own))[:shapes, :shapes]
        column, overall = self._unpack(np.einsum("bnn->bn", self.dense_inverse)[:, None])
        parts = (len(self.field.blocks.pair), len(self.field.blocks.row), len(self.field.blocks.column))
        variances = BlockVector(
            np.einsum("aa...->a...", pair_own)[: parts[0]],
            np.einsum("aa...->a...", row_own)[: parts[1]],
            column[: parts[2]],
            overall,
        )
        return variances, coefficients

    def _upper_covariance(self) -> tuple[np.ndarray, np.ndarray]:
        """Covariance of the row block, and of the slots of each pair without its pair effects."""
        loadings, (rows, columns) = self.field.slots.loadings, self.field.sizes
        batch, parts, own, most = len(self.dense_inverse), *map(len, loadings[1:])
        dense, shared = self.dense_inverse, own * columns
        everywhere = slice(shared, shared + most)
        across = (self.row_gain @ dense).reshape(batch, parts, rows, dense.shape[-1])
        response = self.row_gain.reshape(across.shape)
        row_own = self.row_inverse + np.einsum("baqn,bcqn->acbq", across, response, optimize=True)[:, :, :, None]
        with_columns = across[..., :shared].reshape(batch, parts, rows, own, columns).transpose(1, 3, 0, 2, 4)
        with_overall = np.moveaxis(across[..., everywhere], (1, 3), (0, 1))
        at_columns = np.einsum("bcjdj->cdbj", dense[:, :shared, :shared].reshape(batch, own, columns, own, columns))
        columns_overall = dense[:, :shared, everywhere].reshape(batch, own, columns, most).transpose(1, 3, 0, 2)
        overall = np.moveaxis(dense[:, everywhere, everywhere], 0, -1)
        one_way = -_between(loadings.row, loadings.column, with_columns)
        one_way -= _between(loadings.row, loadings.overall, with_overall)[..., None]
        one_way += _between(loadings.column, loadings.overall, columns_overall)[:, :, :, None]
        upper = one_way + one_way.swapaxes(0, 1)
        upper += _between(loadings.row, loadings.row, row_own[:, :, :, 0])[..., None]
        upper += _between(loadings.column, loadings.column, at_columns)[:, :, :, None]
        upper += _between(loadings.overall, loadings.overall, overall)[..., None, None]
        return row_own, upper[:, :, :, None]


def _between(one: Loading, other: Loading, values: np.ndarray) -> np.ndarray:
    """Take covariances of components to slots; components first, and so are slots."""
    return other.give_second(one.give(values))


def eliminate(field: GroupedLatent, curvature: np.ndarray, precision: BlockVector) -> Elimination:
    """Factorise the precision of the latent field: minus the Hessian of the log posterior.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    curvature
        Minus the Hessian of the log likelihood in the coefficients of each pair; shape
        (shape, shape, batch, 1, row, column).
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
    pair_inverse, pair_gain, reduced, log_determinant = _eliminate_pairs(field, curvature, precision)
    rows, loading = sum_over_columns(reduced), field.slots.loadings.row
    block = loading.take_second(loading.take(rows))[:, :, :, 0]
    _add_diagonal(block, [values[:, 0] for values in precision.row])
    row_inverse, row_determinant = invert_small(block)
    coupling = _couple_rows(field, reduced, rows)
    dense = _dense_block(field, reduced, precision)
    row_gain = np.einsum("acbq,bcqn->baqn", row_inverse, coupling, optimize=True)
    flat = (len(dense), len(loading) * field.sizes[0], dense.shape[-1])
    dense -= coupling.reshape(flat).swapaxes(1, 2) @ row_gain.reshape(flat)
    log_determinant = log_determinant.sum(axis=(1, 2, 3)) + row_determinant.sum(axis=-1)
    return Elimination(
        field,
        pair_inverse,
        pair_gain,
        row_inverse[:, :, :, None],
        row_gain.reshape(flat),
        np.linalg.inv(dense),
        log_determinant + np.linalg.slogdet(dense)[1],
    )


def _eliminate_pairs(
    field: GroupedLatent, curvature: np.ndarray, precision: BlockVector
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Eliminate the pair block: its inverse, its gain, the Schur complement for the other slots, log determinants."""
    shapes, slots, loading = len(curvature), field.slots, field.loadings.pair
    coupling = np.zeros((len(loading), slots.count, *curvature.shape[2:]))
    coupling[:, :shapes] = loading.take(curvature)
    pair = loading.take_second(coupling[:, :shapes]).copy()
    _add_diagonal(pair, list(precision.pair))
    for z, k in enumerate(slots.constrained):
        coupling[k, shapes + z] = 1.0
    inverse, log_determinant = invert_small(pair)
    gain = np.einsum("ab...,bs...->as...", inverse, coupling)
    reduced = -np.einsum("as...,at...->st...", coupling, gain)
    reduced[:shapes, :shapes] += curvature
    return inverse, gain, reduced, log_determinant


def _add_diagonal(matrix: np.ndarray, values: Sequence[np.ndarray]) -> None:
    for k, value in enumerate(values):
        matrix[k, k] += value


def _couple_rows(field: GroupedLatent, reduced: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Coupling of the row block to the dense block; shape (batch, component, row, dense)."""
    loadings, columns = field.slots.loadings, field.sizes[1]
    shared = len(loadings.column) * columns
    coupling = np.zeros((reduced.shape[2], len(loadings.row), field.sizes[0], _dense_size(field)))
    with_columns = loadings.column.take_second(loadings.row.take(reduced))[:, :, :, 0]
    coupling[..., :shared] = with_columns.transpose(2, 0, 3, 1, 4).reshape(*coupling.shape[:3], shared)
    with_overall = loadings.overall.take_second(loadings.row.take(rows))[:, :, :, 0]
    coupling[..., shared : shared + len(loadings.overall)] = with_overall.transpose(2, 0, 3, 1)
    for z, a in enumerate(_constrained(field.blocks.row)):
        coupling[:, a, :, shared + len(loadings.overall) + z] = 1.0
    return coupling


def _dense_block(field: GroupedLatent, reduced: np.ndarray, precision: BlockVector) -> np.ndarray:
    """Lay out the dense block, before the row block is eliminated; shape (batch, dense, dense)."""
    loadings, columns = field.slots.loadings, field.sizes[1]
    shared, overall = len(loadings.column) * columns, len(loadings.overall)
    by_column = sum_over_rows(reduced)[:, :, :, 0]
    own = loadings.column.take_second(loadings.column.take(by_column))
    with_overall = loadings.overall.take_second(loadings.column.take(by_column))
    among_overall = loadings.overall.take_second(loadings.overall.take(sum_over_columns(by_column)))
    size, along = _dense_size(field), np.arange(columns)
    dense = np.zeros((reduced.shape[2], size, size))
    for c in range(len(loadings.column)):
        for d in range(len(loadings.column)):
            dense[:, c * columns + along, d * columns + along] = own[c, d]
        for o in range(overall):
            dense[:, c * columns + along, shared + o] = with_overall[c, o]
            dense[:, shared + o, c * columns + along] = with_overall[c, o]
    dense[:, shared : shared + overall, shared : shared + overall] = np.moveaxis(among_overall, -1, 0)
    for o in range(overall):
        dense[:, shared + o, shared + o] += precision.overall[o, :, 0]
    for c, values in enumerate(precision.column):
        dense[:, c * columns + along, c * columns + along] += values[:, 0]
    first = shared + overall + len(_constrained(field.blocks.row))
    for z, c in enumerate(_constrained(field.blocks.column)):
        dense[:, c * columns + along, first + z] = 1.0
        dense[:, first + z, c * columns + along] = 1.0
    return dense


def _constrained(block: Sequence[Component]) -> list[int]:
    """Find the components of a block with a sum-to-zero constraint."""
    return [k for k, component in enumerate(block) if component.zero is not None]


def _dense_size(field: GroupedLatent) -> int:
    """Size of the dense block: column and overall effects, and the multipliers of rows and columns."""
    constrained = len(_constrained(field.blocks.row)) + len(_constrained(field.blocks.column))
    return len(field.slots.loadings.column) * field.sizes[1] + len(field.slots.loadings.overall) + constrained
