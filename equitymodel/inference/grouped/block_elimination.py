"""Block Gaussian elimination of the precision of the latent field, with sum-to-zero constraints met exactly.

The matrix is minus the Hessian of the log posterior, bordered by one Lagrange multiplier for every
sum-to-zero constraint. A multiplier acts as one more component of a block, with a slot of its own
beside the shapes over deprivation, so that no step needs a special case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.grouped_latent import COLUMN, ROW, Component, GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector, over_pairs


def invert_small(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert many small symmetric matrices at once, with their log absolute determinants.

    Without pivoting: none is needed for positive definite matrices, nor for those bordered by
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
class _Slots:
    """The slot of each component; slots are shapes, then one for each multiplier of a pair component."""

    constrained: list[int]
    pair: list[int]
    row: list[int]
    column: list[int]
    overall: list[int]
    count: int


def _slots(field: GroupedLatent) -> _Slots:
    """Lay slots out: shapes, then multipliers of the pair block, which act as components of the other grouping."""
    shapes = field.shapes
    constrained = _constrained(field.blocks.pair)
    multiplier = {k: shapes + z for z, k in enumerate(constrained)}
    return _Slots(
        constrained=constrained,
        pair=[component.shape for component in field.blocks.pair],
        row=[component.shape for component in field.blocks.row]
        + [multiplier[k] for k in constrained if field.blocks.pair[k].zero == COLUMN],
        column=[component.shape for component in field.blocks.column]
        + [multiplier[k] for k in constrained if field.blocks.pair[k].zero == ROW],
        overall=[component.shape for component in field.blocks.overall],
        count=shapes + len(constrained),
    )


@dataclass(frozen=True)
class Elimination:
    """The block factorisation of the constrained precision: solutions, log determinant, and parts of the inverse.

    Attributes
    ----------
    log_determinant
        Of the precision within the constraints, up to a constant; shape (batch,).
    """

    field: GroupedLatent
    slots: _Slots
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
            self.field, self.slots, self.pair_inverse[:, :, here], self.pair_gain[:, :, here],
            self.row_inverse[:, :, here], self.row_gain[here], self.dense_inverse[here], self.log_determinant[here],
        )  # fmt: skip

    def solve(self, right: BlockVector) -> BlockVector:
        """Solve the constrained system for the latent field, many right-hand sides at once."""
        slots, rows = self.slots, self.row_inverse.shape[-1]
        pair = np.einsum("ab...,b...->a...", self.pair_inverse, right.pair)
        passed = -np.einsum("as...,a...->s...", self.pair_gain, right.pair)
        by_row, by_column = passed.sum(axis=-1), passed.sum(axis=-2)
        row = by_row[slots.row]
        row[: len(right.row)] += right.row
        column = by_column[slots.column]
        column[: len(right.column)] += right.column
        overall = right.overall + by_row[slots.overall].sum(axis=-1)
        dense = self._pack(column, overall)
        flat = np.moveaxis(row, 0, 2).reshape(*row.shape[1:3], len(row) * rows)
        dense = (dense - flat @ self.row_gain) @ self.dense_inverse
        row = np.einsum("ab...,b...->a...", self.row_inverse, row)
        back = dense @ self.row_gain.swapaxes(1, 2)
        row -= np.moveaxis(back.reshape(*row.shape[1:3], len(row), rows), 2, 0)
        column, overall = self._unpack(dense)
        upper = over_pairs(
            (slots.row, slots.column, slots.overall),
            (row, column, overall),
            (slots.count, *row.shape[1:3], *self.field.sizes),
        )
        pair -= np.einsum("as...,s...->a...", self.pair_gain, upper)
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
        parts, columns = len(self.slots.column), self.field.sizes[1]
        column = dense[..., : parts * columns].reshape(*dense.shape[:2], parts, columns)
        overall = dense[..., parts * columns : parts * columns + len(self.slots.overall)]
        return np.moveaxis(column, 2, 0), np.moveaxis(overall, -1, 0)

    def covariance(self) -> tuple[BlockVector, np.ndarray]:
        """Compute the variance of every value, and the covariance of the coefficients of each pair.

        Returns
        -------
        tuple
            Variances with a draw axis of one; covariances of shape (shape, shape, batch, 1, row, column).
        """
        row_own, upper = self._upper_covariance()
        shapes = self.field.shapes
        pair_across = np.einsum("as...,st...->at...", self.pair_gain, upper)
        pair_own = np.einsum("at...,bt...->ab...", pair_across, self.pair_gain) + self.pair_inverse
        coefficients = upper[:shapes, :shapes].copy()
        for a, slot in enumerate(self.slots.pair):
            coefficients[slot] -= pair_across[a, :shapes]
            coefficients[:, slot] -= pair_across[a, :shapes]
        for a, one in enumerate(self.slots.pair):
            for b, other in enumerate(self.slots.pair):
                coefficients[one, other] += pair_own[a, b]
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
        slots, (rows, columns) = self.slots, self.field.sizes
        batch, parts, own = len(self.dense_inverse), len(slots.row), len(slots.column)
        across = (self.row_gain @ self.dense_inverse).reshape(batch, parts, rows, self.dense_inverse.shape[-1])
        response = self.row_gain.reshape(batch, parts, rows, self.dense_inverse.shape[-1])
        row_own = self.row_inverse + np.einsum("baqn,bcqn->acbq", across, response, optimize=True)[:, :, :, None]
        dense, shared = self.dense_inverse, own * columns
        at_columns = dense[:, :shared, :shared].reshape(batch, own, columns, own, columns)
        between: dict[tuple[str, str], Callable[[int, int], np.ndarray]] = {
            ("row", "row"): lambda a, b: row_own[a, b, :, 0, :, None],
            ("row", "column"): lambda a, c: -across[:, a, :, c * columns : (c + 1) * columns],
            ("row", "overall"): lambda a, o: -across[:, a, :, shared + o, None],
            ("column", "column"): lambda c, d: np.einsum("bjj->bj", at_columns[:, c, :, d])[:, None],
            ("column", "overall"): lambda c, o: dense[:, None, c * columns : (c + 1) * columns, shared + o],
            ("overall", "overall"): lambda o, p: dense[:, shared + o, shared + p, None, None],
        }
        every = [
            (kind, k, slot)
            for kind, touched in (("row", slots.row), ("column", slots.column), ("overall", slots.overall))
            for k, slot in enumerate(touched)
        ]
        upper = np.zeros((slots.count, slots.count, batch, 1, rows, columns))
        for i, (kind, k, one) in enumerate(every):
            for other_kind, m, other in every[i:]:
                values = between[kind, other_kind](k, m)
                upper[one, other, :, 0] += values
                if (kind, k) != (other_kind, m):
                    upper[other, one, :, 0] += values
        return row_own, upper


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
    slots = _slots(field)
    pair_inverse, pair_gain, reduced, log_determinant = _eliminate_pairs(slots, curvature, precision)
    rows = reduced.sum(axis=-1)
    block = rows[np.ix_(slots.row, slots.row)][:, :, :, 0]
    _add_diagonal(block, [values[:, 0] for values in precision.row])
    row_inverse, row_determinant = invert_small(block)
    coupling = _couple_rows(field, slots, reduced, rows)
    dense = _dense_block(field, slots, reduced, precision)
    row_gain = np.einsum("acbq,bcqn->baqn", row_inverse, coupling, optimize=True)
    flat = (len(dense), len(slots.row) * field.sizes[0], dense.shape[-1])
    dense -= coupling.reshape(flat).swapaxes(1, 2) @ row_gain.reshape(flat)
    log_determinant = log_determinant.sum(axis=(1, 2, 3)) + row_determinant.sum(axis=-1)
    return Elimination(
        field,
        slots,
        pair_inverse,
        pair_gain,
        row_inverse[:, :, :, None],
        row_gain.reshape(flat),
        np.linalg.inv(dense),
        log_determinant + np.linalg.slogdet(dense)[1],
    )


def _eliminate_pairs(
    slots: _Slots, curvature: np.ndarray, precision: BlockVector
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Eliminate the pair block: its inverse, its gain, the Schur complement for the other slots, log determinants."""
    shapes = len(curvature)
    pair = curvature[np.ix_(slots.pair, slots.pair)]
    _add_diagonal(pair, list(precision.pair))
    coupling = np.zeros((len(slots.pair), slots.count, *curvature.shape[2:]))
    coupling[:, :shapes] = curvature[slots.pair]
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


def _couple_rows(field: GroupedLatent, slots: _Slots, reduced: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Coupling of the row block to the dense block; shape (batch, component, row, dense)."""
    columns = field.sizes[1]
    shared = len(slots.column) * columns
    coupling = np.zeros((reduced.shape[2], len(slots.row), field.sizes[0], _dense_size(field, slots)))
    for a, one in enumerate(slots.row):
        for c, other in enumerate(slots.column):
            coupling[:, a, :, c * columns : (c + 1) * columns] = reduced[one, other, :, 0]
        for o, other in enumerate(slots.overall):
            coupling[:, a, :, shared + o] = rows[one, other, :, 0]
    for z, a in enumerate(_constrained(field.blocks.row)):
        coupling[:, a, :, shared + len(slots.overall) + z] = 1.0
    return coupling


def _dense_block(field: GroupedLatent, slots: _Slots, reduced: np.ndarray, precision: BlockVector) -> np.ndarray:
    """Lay out the dense block, before the row block is eliminated; shape (batch, dense, dense)."""
    by_column = reduced.sum(axis=-2)[:, :, :, 0]
    by_all = by_column.sum(axis=-1)
    columns, shared = field.sizes[1], len(slots.column) * field.sizes[1]
    size = _dense_size(field, slots)
    dense = np.zeros((reduced.shape[2], size, size))
    along = np.arange(columns)
    for c, one in enumerate(slots.column):
        for d, other in enumerate(slots.column):
            dense[:, c * columns + along, d * columns + along] = by_column[one, other]
        for o, other in enumerate(slots.overall):
            dense[:, c * columns + along, shared + o] = by_column[one, other]
            dense[:, shared + o, c * columns + along] = by_column[one, other]
    for o, one in enumerate(slots.overall):
        for p, other in enumerate(slots.overall):
            dense[:, shared + o, shared + p] = by_all[one, other]
        dense[:, shared + o, shared + o] += precision.overall[o, :, 0]
    for c, values in enumerate(precision.column):
        dense[:, c * columns + along, c * columns + along] += values[:, 0]
    first = shared + len(slots.overall) + len(_constrained(field.blocks.row))
    for z, c in enumerate(_constrained(field.blocks.column)):
        dense[:, c * columns + along, first + z] = 1.0
        dense[:, first + z, c * columns + along] = 1.0
    return dense


def _constrained(block: Sequence[Component]) -> list[int]:
    """Find the components of a block with a sum-to-zero constraint."""
    return [k for k, component in enumerate(block) if component.zero is not None]


def _dense_size(field: GroupedLatent, slots: _Slots) -> int:
    """Size of the dense block: column and overall effects, and the multipliers of rows and columns."""
    constrained = len(_constrained(field.blocks.row)) + len(_constrained(field.blocks.column))
    return len(slots.column) * field.sizes[1] + len(slots.overall) + constrained
