"""The Gaussian approximation of the latent field of cells: solved and drawn from by block elimination.

A draw solves a linear system whose right-hand side is random noise with the precision as its covariance;
sum-to-zero constraints are met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.block_elimination import Elimination
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.heavy_tails import TailDrawing
from equitymodel.inference.grouped.latent_blocks import BlockVector


@dataclass(frozen=True)
class GroupedGaussian:
    """The Gaussian approximation N(0, H^-1) of departures from the modes.

    Attributes
    ----------
    field
        From `lay_out_latent`.
    elimination
        The factorised precision H.
    weight, precision
        Minus the second derivative of the log likelihood in every cell, and the prior precision of every value.
    tails
        How effects with heavy tails are drawn again; none where the model has none.
    draws
        How many draws to make at once, of a single batch.
    """

    field: GroupedLatent
    elimination: Elimination
    weight: np.ndarray
    precision: BlockVector
    tails: TailDrawing | None = None
    draws: int = 1

    def for_draws(self, index: np.ndarray) -> GroupedGaussian:
        """Choose the one batch of some draws."""
        here = slice(index[0], index[0] + 1)
        one = self.elimination.batch(index[0])
        tails = None if self.tails is None else self.tails.batch(index[0])
        own = (self.weight[:, here], self.precision.batches(here), tails)
        return GroupedGaussian(self.field, one, *own, len(index))

    def take(self, values: np.ndarray, index: np.ndarray) -> np.ndarray:
        """Choose the one batch of some draws."""
        return values[:, index[:1]]

    def sample(self, rng: np.random.Generator) -> BlockVector:
        """Draw from N(0, H^-1); effects with heavy tails are drawn again from what they follow given the rest."""
        right = self.field.to_latent(_curvature_noise(self.field, self.weight, self.draws, rng))
        away = self.elimination.solve(
            BlockVector(*(
                values + np.sqrt(precision) * rng.standard_normal(values.shape)
                for values, precision in zip(right, self.precision, strict=True)
            ))
        )  # fmt: skip
        if self.tails is None:
            return away
        upper = self.field.over_pairs(away)
        return self.tails.redraw(away, upper, self.elimination.pair_inverse, self.elimination.pair_gain, rng)

    def log_means(self, vector: BlockVector) -> np.ndarray:
        """Sum effects in every cell."""
        return self.field.at_cells(self.field.coefficients(vector))

    def solve(self, right: np.ndarray) -> BlockVector:
        """Solve H x = A'b, with A the map to log means."""
        return self.elimination.solve(self.field.to_latent(self.field.to_shapes(right)))

    def variance(self) -> np.ndarray:
        """Compute the variance of the log mean of every cell."""
        return self.elimination.variances()[1]


def lower_factor(matrix: np.ndarray) -> np.ndarray:
    """Cholesky factors of many small matrices at once, rows and columns first.

    Examples
    --------
    >>> lower_factor(np.array([[4.0, 2.0], [2.0, 5.0]])[..., None])[..., 0]
    array([[2., 0.],
           [1., 2.]])
    """
    factor = np.zeros_like(matrix)
    for j in range(len(matrix)):
        pivot = matrix[j, j] - (factor[j, :j] ** 2).sum(axis=0)
        factor[j, j] = np.sqrt(np.maximum(pivot, 0.0))
        safe = np.where(factor[j, j] > 0, factor[j, j], 1.0)
        for i in range(j + 1, len(matrix)):
            factor[i, j] = (matrix[i, j] - (factor[i, :j] * factor[j, :j]).sum(axis=0)) / safe
    return factor


def _curvature_noise(field: GroupedLatent, weight: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw from N(0, D'WD) for the coefficients of each pair."""
    groups, shapes = len(field.design), field.shapes
    size = (draws, *weight.shape[3:])
    if shapes >= groups:
        noise = field.to_shapes(np.sqrt(weight) * rng.standard_normal((groups, 1, *size)))
        if field.need is not None:
            noise[field.need.shapes] += np.sqrt(field.need.precision) * rng.standard_normal((groups, 1, *size))
        return noise
    factor = lower_factor(np.moveaxis(field.curvature(weight), (-2, -1), (0, 1))[:, :, :, None])
    plain = rng.standard_normal((shapes, 1, *size))
    return np.stack([sum((factor[i, j] * plain[j] for j in range(i + 1)), start=np.zeros(1)) for i in range(shapes)])
