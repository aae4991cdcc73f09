"""Values of a latent field, tier by tier, for many hyperparameters and many draws at once.

Every array ends in axes ``batch, draw`` and those of its tier: a batch is one setting of the
hyperparameters. Components come first, so that arithmetic runs along long contiguous axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class BlockVector(NamedTuple):
    """Values of the four tiers.

    Attributes
    ----------
    pair
        Effects of one row and one column; shape (part, batch, draw, row, column).
    row
        Effects of one row; shape (part, batch, draw, row).
    column
        Effects of one column; shape (part, batch, draw, column).
    overall
        Effects shared by all; shape (part, batch, draw).
    """

    pair: np.ndarray
    row: np.ndarray
    column: np.ndarray
    overall: np.ndarray

    def plus(self, other: BlockVector, step: np.ndarray | float = 1.0) -> BlockVector:
        """Move along another set of values, each batch by its own step."""
        step = np.asarray(step)
        return BlockVector(*(mine + _align(step, mine) * yours for mine, yours in zip(self, other, strict=True)))

    def times(self, other: BlockVector) -> BlockVector:
        """Multiply value by value."""
        return BlockVector(*(mine * yours for mine, yours in zip(self, other, strict=True)))

    def total(self) -> np.ndarray:
        """Add everything up within each batch and draw."""
        return sum((part.sum(axis=(0, *range(3, part.ndim))) for part in self), start=np.zeros(1))

    def repeat(self, batches: int) -> BlockVector:
        """Give one set of values to every batch, unless each has its own already."""
        if self.overall.shape[1] == batches:
            return self
        return BlockVector(*(np.repeat(part, batches, axis=1) for part in self))

    def batches(self, which: slice | np.ndarray) -> BlockVector:
        """Choose some batches."""
        return BlockVector(*(part[:, which] for part in self))


def _align(step: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Lay one number a batch out to multiply a part."""
    return step if step.ndim == 0 else step.reshape(-1, *(1,) * (part.ndim - 2))


def over_pairs(
    slots: tuple[Sequence[int], Sequence[int], Sequence[int]],
    values: tuple[np.ndarray, np.ndarray, np.ndarray],
    shape: tuple[int, ...],
) -> np.ndarray:
    """Add values of rows, columns and all up in the slot of each, for every pair.

    Parameters
    ----------
    slots
        The slot of each part, tier by tier.
    values
        Values of the rows, the columns and those shared by all, laid out as in `BlockVector`.
    shape
        Of the result: (slot, batch, draw, row, column).
    """
    total = np.zeros(shape)
    row, column, overall = values
    for laid, touched in (
        (row[..., None], slots[0]),
        (column[:, :, :, None], slots[1]),
        (overall[..., None, None], slots[2]),
    ):
        for slot, part in zip(touched, laid, strict=True):
            total[slot] += part
    return total


def join(pieces: list[BlockVector]) -> BlockVector:
    """Put batches one after another."""
    return BlockVector(*(np.concatenate(parts, axis=1) for parts in zip(*pieces, strict=True)))
