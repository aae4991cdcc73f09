"""Joint posterior draws of a series model: coefficients, and mean admissions with the interruption and without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equitymodel.inference.series.ar1 import draw_anew
from equitymodel.inference.series.gaussian_approximation import SeriesVector, weigh
from equitymodel.spec.second_change import SECOND

if TYPE_CHECKING:
    from equitymodel.inference.series.series_latent import SeriesLatent

PUBLISHED = ("level", "slope", *SECOND.values(), "bump")
"""Features whose coefficients are published."""


@dataclass(frozen=True)
class SeriesDraws:
    """Joint posterior draws, the draw first.

    Attributes
    ----------
    field
        The model.
    order
        The row of each draw: they are kept in random order.
    seed
        Seed of the random numbers.
    hyper
        Standardised hyperparameters; shape (draw, hyperparameter).
    shared
        Shared coefficients, then shared noise; shape (draw, coefficient).
    effects
        Coefficients of what is published of each series, by name; shape (draw, series) each.
    fitted, counterfactual, without_break
        Mean admissions with the interruption, without it, and with neither it nor what a masked break left behind; the
        same noise in all, unless what happens after the start counts as part of the effect; shape
        (draw, series, time). The last is empty where there is no such break.
    """

    order: np.ndarray
    seed: int
    hyper: np.ndarray
    shared: np.ndarray
    effects: dict[str, np.ndarray]
    fitted: np.ndarray
    field: SeriesLatent
    counterfactual: np.ndarray
    without_break: np.ndarray

    @classmethod
    def allocate(cls, field: SeriesLatent, draws: int, seed: int) -> SeriesDraws:
        """Allocate the arrays of all draws, in random order."""
        order = np.random.default_rng(seed).permutation(draws)
        series, periods, _ = field.design.features.shape
        shared = field.design.map.shape[2] + (periods if field.design.common else 0)
        paths = [(series, periods), (series, periods), (series, periods if field.layout.left_by_break else 0)]
        hyper, common = np.empty((draws, field.hyperparameters)), np.empty((draws, shared))
        names = field.layout.feature_names
        effects = {name: np.empty((draws, series)) for name in PUBLISHED if name in names}
        fitted, *others = (np.empty((draws, *size)) for size in paths)
        return cls(order, seed, hyper, common, effects, fitted, field, *others)

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: SeriesVector) -> None:
        """Store draws of the latent field, and the mean admissions they make."""
        design, layout, rows = self.field.design, self.field.layout, self.order[places]
        predictor, beta = design.predictor(latent) + self.field.offset, design.beta(latent.own, latent.shared)
        without = predictor - _part(design.features, beta, layout.effect)
        if layout.drawn_anew_from.size:
            without = without + self._noise_anew(places, hyper, latent.noise) - latent.noise
        self.hyper[rows], self.shared[rows] = hyper, latent.shared
        for name, effect in self.effects.items():
            effect[rows] = beta[..., layout.feature_names.index(name)]
        self.fitted[rows], self.counterfactual[rows] = np.exp(predictor), np.exp(without)
        if layout.left_by_break:
            self.without_break[rows] = np.exp(without - _part(design.features, beta, layout.left_by_break))

    def _noise_anew(self, places: np.ndarray, hyper: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Draw noise after the start as it might have been: what then happened is part of the effect."""
        values, layout = self.field.values(hyper), self.field.layout
        rng = np.random.default_rng([self.seed, int(places[0])])
        return draw_anew(noise, layout.drawn_anew_from, layout.gap, (values["sd"], values["rho"]), rng)

    @property
    def named_hyper(self) -> dict[str, np.ndarray]:
        """Hyperparameters on their own scales, by name; shape (draw,) each."""
        return self.field.values(self.hyper)


def _part(features: np.ndarray, beta: np.ndarray, which: list[int]) -> np.ndarray:
    """Give the part of linear predictors that some features make; shape (draw, series, time)."""
    return weigh(features[..., which], beta[..., which])
