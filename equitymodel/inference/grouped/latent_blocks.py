"""Values of the latent field in four blocks, for many hyperparameters and many draws at once.

The latent field is a two-way layout: rows are one grouping (mostly the procedures), columns the other
(mostly the ICSs), and a pair is one row and one column. Every array ends in axes ``batch, draw`` and
those of its block: a batch is one setting of the hyperparameters. Components come first, so that
arithmetic runs along long contiguous axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class BlockVector(NamedTuple):
    """A vector of the latent field, by block.

    Attributes
    ----------
    pair
        Effects of pairs (interactions); shape (component, batch, draw, row, column).
    row
        Row effects; shape (component, batch, draw, row).
    column
        Column effects; shape (component, batch, draw, column).
    overall
        Overall effects; shape (component, batch, draw).
    """

    pair: np.ndarray
    row: np.ndarray
    column: np.ndarray
    overall: np.ndarray

    def plus(self, other: BlockVector, step: np.ndarray | float = 1.0) -> BlockVector:
        """Add a multiple of another vector; each batch may have its own step."""
        step = np.asarray(step)
        return BlockVector(*(mine + _align(step, mine) * yours for mine, yours in zip(self, other, strict=True)))

    def times(self, other: BlockVector) -> BlockVector:
        """Multiply value by value."""
        return BlockVector(*(mine * yours for mine, yours in zip(self, other, strict=True)))

    def total(self) -> np.ndarray:
        """Sum of all values of each batch and draw."""
        return sum((part.sum(axis=(0, *range(3, part.ndim))) for part in self), start=np.zeros(1))

    def repeat(self, batches: int) -> BlockVector:
        """Repeat one batch, unless there are as many already."""
        if self.overall.shape[1] == batches:
            return self
        return BlockVector(*(np.repeat(part, batches, axis=1) for part in self))

    def batches(self, which: slice | np.ndarray) -> BlockVector:
        """Choose some batches."""
        return BlockVector(*(part[:, which] for part in self))

    def select(self, index: np.ndarray) -> BlockVector:
        """Choose the one batch of some draws."""
        return self.batches(index[:1])

    def moved(self, tangent: BlockVector, change: np.ndarray) -> BlockVector:
        """Move along a tangent, laid out on its draw axis, for a change of the hyperparameters."""
        along = (_along(part, change) for part in tangent)
        return BlockVector(*(part + move for part, move in zip(self, along, strict=True)))

    def choose(self, taken: np.ndarray, other: BlockVector) -> BlockVector:
        """Keep the batches that are taken, and those of another vector in place of the rest."""
        return BlockVector(
            *(np.where(_align(taken, mine), mine, yours) for mine, yours in zip(self, other, strict=True))
        )

    def replaced(self, places: np.ndarray, other: BlockVector) -> BlockVector:
        """Put the batches of another vector in some places."""
        return BlockVector(*(with_batches(mine, places, own, axis=1) for mine, own in zip(self, other, strict=True)))

    def joined(self, others: Sequence[BlockVector]) -> BlockVector:
        """Append the batches of others."""
        return BlockVector(*(np.concatenate(parts, axis=1) for parts in zip(self, *others, strict=True)))

    def tangent(self, steps: np.ndarray) -> BlockVector:
        """Make a tangent of batches one step up each hyperparameter, then one step down; `steps` are between them."""
        size = len(steps)
        slopes = ((part[:, :size] - part[:, size : 2 * size]) / _align(steps, part) for part in self)
        return BlockVector(*(np.moveaxis(slope, 1, 2) for slope in slopes))


def with_batches(values: np.ndarray, places: np.ndarray, others: np.ndarray, axis: int = 0) -> np.ndarray:
    """Put other batches in some places of an array.

    Examples
    --------
    >>> with_batches(np.array([1.0, 2.0]), np.array([1]), np.array([5.0]))
    array([1., 5.])
    """
    changed = np.array(values)
    changed[(slice(None),) * axis + (places,)] = others
    return changed


def _align(step: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Reshape one number a batch to broadcast against a block."""
    return step if step.ndim == 0 else step.reshape(-1, *(1,) * (part.ndim - 2))


def _along(tangent: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Multiply a tangent, laid out on the draw axis, by the change of each batch."""
    parts, hyperparameters, rest = len(tangent), tangent.shape[2], tangent.shape[3:]
    flat = np.moveaxis(tangent[:, 0], 1, 0).reshape(hyperparameters, -1)
    return np.moveaxis((change @ flat).reshape(len(change), parts, *rest), 0, 1)[:, :, None]
