"""Gaussian draws of the log means of some blocks of counts, to see how far their likelihood is from quadratic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.likelihood.binomial_model import BinomialModel
from equitymodel.inference.likelihood.count_model import CountModel


@dataclass(frozen=True)
class BlockDraws:
    """Gaussian draws of the log means of some blocks, each with the same random numbers.

    Attributes
    ----------
    model
        The count model of their counts; the axes of a count model are (count, 1, draw, 1, block).
    log_mean, weight
        At the mode: log mean, and minus the second derivative of the log likelihood.
    moved
        Departures of the log means from the mode.
    """

    model: CountModel | BinomialModel
    log_mean: np.ndarray
    weight: np.ndarray
    moved: np.ndarray

    def remainder(self) -> np.ndarray:
        """Compute what the log likelihood of each block has beyond its quadratic expansion; shape (block, draw)."""
        left = self.model.by_cell(self.log_mean + self.moved) - self.model.by_cell(self.log_mean)
        left += 0.5 * self.weight * self.moved**2 - self.model.slopes(self.log_mean)[0] * self.moved
        return np.asarray(left.sum(axis=0)[0, :, 0].T)
