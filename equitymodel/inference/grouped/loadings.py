"""How the components of a block load on the coefficients of a pair of ICS and procedure: the slots of its design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

FEW = 24
"""Up to this many along the last axis, sums are quicker as a product of matrices."""


class Loading:
    """Loadings of some components on slots: coefficients of a pair are the sum of components times loadings.

    Where each component is a slot of its own, as in most models, products are selections.

    Parameters
    ----------
    matrix
        Shape (component, slot).

    Examples
    --------
    >>> loading = Loading(np.array([[1.0, 2.0]]))
    >>> loading.take(np.array([[3.0], [4.0]])), loading.give(np.array([[5.0]])).tolist()
    (array([[11.]]), [[5.0], [10.0]])
    """

    def __init__(self, matrix: np.ndarray):
        self.matrix = matrix

    def __len__(self) -> int:
        """Count the components."""
        return len(self.matrix)

    @cached_property
    def slots(self) -> np.ndarray | None:
        """The slot of each component; none where a component loads on several."""
        single = ((self.matrix != 0).sum(axis=1) == 1) & (self.matrix.max(axis=1, initial=0.0) == 1.0)
        return np.argmax(self.matrix, axis=1) if single.all() and self.matrix.shape[1] else None

    def take(self, values: np.ndarray) -> np.ndarray:
        """Multiply slots, the first axis, by the loadings; shape (component, ...)."""
        if self.slots is not None:
            return values[self.slots]
        return _product(self.matrix, values)

    def premultiply(self, values: np.ndarray) -> np.ndarray:
        """Multiply slots along the last axis but one by the loadings; shape (..., component, last)."""
        if self.slots is not None:
            return values[..., self.slots, :]
        return self.matrix @ values

    def postmultiply(self, values: np.ndarray) -> np.ndarray:
        """Multiply slots along the last axis by the loadings; shape (..., component)."""
        if self.slots is not None:
            return values[..., self.slots]
        return _flat_product(values, self.matrix.T)

    def premultiply_curvature(self, curvature: np.ndarray, *, diagonal: bool) -> np.ndarray:
        """Multiply matrices of slots by the loadings, quicker where all are diagonal; shape (..., component, slot)."""
        if diagonal:
            return np.asarray(self.matrix * np.einsum("...ss->...s", curvature)[..., None, :])
        return self.premultiply(curvature)

    def premultiply_transposed(self, values: np.ndarray) -> np.ndarray:
        """Sum components along the last axis but one to slots: the adjoint of `premultiply`."""
        return self.matrix.T @ values

    def give_last(self, values: np.ndarray) -> np.ndarray:
        """Sum components along the last axis to slots: the adjoint of `postmultiply`; shape (..., slot)."""
        return _flat_product(values, self.matrix)

    def give(self, values: np.ndarray) -> np.ndarray:
        """Sum components, the first axis, to slots: the adjoint of `take`; shape (slot, ...)."""
        if self.slots is None:
            return _product(self.matrix.T, values)
        total = np.zeros((self.matrix.shape[1], *values.shape[1:]))
        for slot, own in zip(self.slots, values, strict=True):
            total[slot] += own
        return total

    def padded(self, slots: int) -> Loading:
        """Add slots that no component loads on."""
        return Loading(np.pad(self.matrix, ((0, 0), (0, slots - self.matrix.shape[1]))))


def _product(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Multiply a matrix by the first axis, all others flattened."""
    rest = values.shape[1:]
    return (matrix @ values.reshape(len(values), math.prod(rest))).reshape(len(matrix), *rest)


def _flat_product(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Multiply the last axis by a matrix, all others flattened: one large product is faster than many small ones."""
    flat = values.reshape(math.prod(values.shape[:-1]), values.shape[-1]) @ matrix
    return flat.reshape(*values.shape[:-1], matrix.shape[1])


class BlockLoadings(NamedTuple):
    """The loadings of the components of each block."""

    pair: Loading
    row: Loading
    column: Loading
    overall: Loading

    def over_pairs(self, row: np.ndarray, column: np.ndarray, overall: np.ndarray) -> np.ndarray:
        """Sum row, column and overall effects to the slots of every pair; shape (slot, batch, draw, row, column)."""
        total = self.row.give(row)[..., None] + self.column.give(column)[:, :, :, None]
        total += self.overall.give(overall)[..., None, None]
        return total


@dataclass(frozen=True)
class Slots:
    """How components load on slots when pairs are eliminated: those of the design, then one for each multiplier.

    Attributes
    ----------
    constrained
        The components of pairs whose sums are held at zero; each has a multiplier.
    loadings
        Of each block; a multiplier acts as a component of the other grouping.
    count
        Number of slots.
    """

    constrained: list[int]
    loadings: BlockLoadings
    count: int


def sum_over_columns(values: np.ndarray) -> np.ndarray:
    """Sum over the last axis, columns."""
    if values.shape[-1] > FEW:
        return np.asarray(values.sum(axis=-1))
    return values @ np.ones(values.shape[-1])


def sum_over_rows(values: np.ndarray) -> np.ndarray:
    """Sum over the last axis but one, rows."""
    rows, columns = values.shape[-2:]
    if columns > FEW:
        return np.asarray(values.sum(axis=-2))
    every = np.tile(np.eye(columns), (rows, 1))
    return (values.reshape(-1, rows * columns) @ every).reshape(*values.shape[:-2], columns)
