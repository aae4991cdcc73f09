"""Joint posterior draws of a series model: coefficients, and mean admissions with the interruption and without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equitymodel.inference.series.gaussian_approximation import SeriesVector, weigh

if TYPE_CHECKING:
    from equitymodel.inference.series.series_latent import SeriesLatent


@dataclass(frozen=True)
class SeriesDraws:
    """Joint posterior draws, the draw first.

    Attributes
    ----------
    field
        The model.
    order
        The row of each draw: they are kept in random order.
    hyper
        Standardised hyperparameters; shape (draw, hyperparameter).
    shared
        Shared coefficients, then shared noise; shape (draw, coefficient).
    beta
        Coefficients of each feature in each series; shape (draw, series, feature).
    fitted, counterfactual
        Mean admissions with the interruption and without it, the same noise in both; shape
        (draw, series, time).
    """

    order: np.ndarray
    hyper: np.ndarray
    shared: np.ndarray
    field: SeriesLatent
    beta: np.ndarray
    fitted: np.ndarray
    counterfactual: np.ndarray

    @classmethod
    def allocate(cls, field: SeriesLatent, draws: int, order: np.ndarray) -> SeriesDraws:
        """Allocate the arrays of all draws."""
        series, periods, features = field.design.features.shape
        shared = field.design.map.shape[2] + (periods if field.design.common else 0)
        sizes = ((field.hyperparameters,), (shared,), (series, features), (series, periods), (series, periods))
        hyper, common, *means = (np.empty((draws, *size)) for size in sizes)
        return cls(order, hyper, common, field, *means)

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: SeriesVector) -> None:
        """Store draws of the latent field, and the mean admissions they make."""
        design, effect, rows = self.field.design, list(self.field.layout.effect), self.order[places]
        predictor, beta = design.predictor(latent) + self.field.offset, design.beta(latent.own, latent.shared)
        change = weigh(design.features[..., effect], beta[..., effect])
        self.hyper[rows], self.shared[rows], self.beta[rows] = hyper, latent.shared, beta
        self.fitted[rows], self.counterfactual[rows] = np.exp(predictor), np.exp(predictor - change)

    @property
    def named_hyper(self) -> dict[str, np.ndarray]:
        """Hyperparameters on their own scales, by name; shape (draw,) each."""
        return self.field.values(self.hyper)
