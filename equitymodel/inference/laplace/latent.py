"""Values of a latent field, tier by tier, for many hyperparameters and many draws at once.

Every array ends in axes ``batch, draw`` and those of its tier: a batch is one setting of the
hyperparameters. Components come first, so that arithmetic runs along long contiguous axes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Latent(NamedTuple):
    """Values of the four tiers.

    Attributes
    ----------
    leaf
        Effects of one row and one column; shape (part, batch, draw, row, column).
    row
        Effects of one row; shape (part, batch, draw, row).
    column
        Effects of one column; shape (part, batch, draw, column).
    whole
        Effects shared by all; shape (part, batch, draw).
    """

    leaf: np.ndarray
    row: np.ndarray
    column: np.ndarray
    whole: np.ndarray

    def plus(self, other: Latent, step: np.ndarray | float = 1.0) -> Latent:
        """Move along another set of values, each batch by its own step."""
        step = np.asarray(step)
        return Latent(*(mine + _align(step, mine) * yours for mine, yours in zip(self, other, strict=True)))

    def times(self, other: Latent) -> Latent:
        """Multiply value by value."""
        return Latent(*(mine * yours for mine, yours in zip(self, other, strict=True)))

    def total(self) -> np.ndarray:
        """Add everything up within each batch and draw."""
        return sum((part.sum(axis=(0, *range(3, part.ndim))) for part in self), start=np.zeros(1))

    def batches(self, which: slice | np.ndarray) -> Latent:
        """Choose some batches."""
        return Latent(*(part[:, which] for part in self))


def _align(step: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Lay one number a batch out to multiply a part."""
    return step if step.ndim == 0 else step.reshape(-1, *(1,) * (part.ndim - 2))


def join(pieces: list[Latent]) -> Latent:
    """Put batches one after another."""
    return Latent(*(np.concatenate(parts, axis=1) for parts in zip(*pieces, strict=True)))
