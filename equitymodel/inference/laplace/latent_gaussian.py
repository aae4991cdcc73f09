"""What the nested Laplace approximation needs of a model: a latent Gaussian field, its modes, the Gaussian there.

Two linear systems meet it: the blocks of cells (`grouped_latent`), and the AR(1) noise of series with an
arrowhead of coefficients (`series_latent`). Search, integration, skew correction, drawing and the measures
of error are written once, against these protocols. H is the precision of the Gaussian approximation, and A
the map from the latent field to log means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np

from equitymodel.inference.laplace.block_draws import BlockDraws
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters


class LatentVector(Protocol):
    """Values of the latent field, one batch for each setting of the hyperparameters or each draw."""

    def plus(self, other: Self, step: np.ndarray | float = 1.0) -> Self:
        """Add a multiple of another vector."""

    def select(self, index: np.ndarray) -> Self:
        """Choose the batch of each draw."""


class SearchStart(Protocol):
    """Where searches for latent modes begin, one batch for each setting of the hyperparameters."""

    def batches(self, which: slice | np.ndarray) -> Self:
        """Choose some batches."""

    def repeat(self, batches: int) -> Self:
        """Repeat one batch, unless there are as many already."""

    def moved(self, tangent: Self, change: np.ndarray) -> Self:
        """Move along a tangent for a change of the hyperparameters; shape (batch, hyperparameter)."""

    def choose(self, taken: np.ndarray, other: Self) -> Self:
        """Keep the batches that are taken, and those of another start in place of the rest."""

    def tangent(self, steps: np.ndarray) -> Self:
        """Make a tangent of batches one step up each hyperparameter, then one step down; `steps` are between them."""

    def joined(self, others: Sequence[Self]) -> Self:
        """Append the batches of others."""


class Gaussian(Protocol):
    """The Gaussian approximation N(0, H^-1) of departures from the mode."""

    def for_draws(self, index: np.ndarray) -> Self:
        """Choose the batch of each draw, to draw all of them at once."""

    def take(self, values: np.ndarray, index: np.ndarray) -> np.ndarray:
        """Choose those of the batch of each draw, from one number a batch and count."""

    def sample(self, rng: np.random.Generator) -> Any:
        """Draw a latent vector from N(0, H^-1)."""

    def log_means(self, vector: Any) -> np.ndarray:
        """Compute A x."""

    def solve(self, right: np.ndarray) -> Any:
        """Solve H x = A'b."""

    def variance(self) -> np.ndarray:
        """Compute diag(A H^-1 A'), the variance of each log mean."""


class Modes(Protocol):
    """Modes of the latent field at several settings of the hyperparameters, one a batch."""

    @property
    def hyper(self) -> np.ndarray:
        """Unbounded hyperparameters; shape (batch, hyperparameter)."""

    @property
    def latent(self) -> Any:
        """The modes, as a `LatentVector`."""

    @property
    def start(self) -> Any:
        """Where searches nearby begin, as a `SearchStart`."""

    @property
    def gaussian(self) -> Gaussian:
        """The Gaussian approximation at each mode."""

    @property
    def converged(self) -> np.ndarray:
        """Whether Newton's method converged; shape (batch,)."""

    @property
    def log_marginal(self) -> np.ndarray:
        """Laplace's log marginal likelihood of the hyperparameters; shape (batch,)."""

    def third(self) -> np.ndarray:
        """Minus the third derivative of the log probability of each count."""

    def largest_shift(self, corrections: Any) -> float:
        """Largest distance of mean and mode, in posterior standard deviations."""

    def small_share(self) -> float:
        """Share of counts, or of blocks of them, with few fitted admissions."""

    def skewness(self, corrections: Any) -> np.ndarray:
        """Measure the skewness of every block; blocks are independent given shared effects."""

    def draw_blocks(self, blocks: np.ndarray, draws: int, rng: np.random.Generator) -> BlockDraws:
        """Draw the log means of some blocks from the Gaussian approximation, each with the same random numbers."""

    def block_labels(self, blocks: np.ndarray) -> Mapping[str, list[str]]:
        """Labels of some blocks, by dimension."""


class LatentDraws(Protocol):
    """Where draws of the latent field are put."""

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: Any) -> None:
        """Store draws of the latent field with their hyperparameters."""


class LatentGaussian(Protocol):
    """A latent Gaussian model: everything that is a function of its hyperparameters."""

    @property
    def hyperparameters(self) -> int:
        """Number of hyperparameters."""

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Bounds of unbounded hyperparameters beyond which arithmetic would fail; none where it does not."""

    @property
    def least_curvature(self) -> float:
        """Least eigenvalue of the curvature, in scaled units, so that flat directions stay bounded."""

    @property
    def integrated_over(self) -> Mapping[int, int]:
        """Hyperparameters that are weakly identified given another one, with the one to integrate over."""

    @property
    def values_a_mode(self) -> int:
        """How many numbers a Gaussian approximation keeps."""

    def initial(self) -> tuple[np.ndarray, Any]:
        """Give hyperparameters to begin the search for their mode from; shape (1, hyperparameter); and a start."""

    def scale(self) -> np.ndarray | None:
        """Give rough posterior standard deviations of the hyperparameters; none where they must be measured."""

    def subset(self) -> tuple[LatentGaussian, float] | None:
        """Give a part of a very large model to search first, and its share; none where it is not worthwhile."""

    def own(self) -> OwnHyperparameters | None:
        """Say which hyperparameters belong to one label, such as a procedure, alone; none where labels own none."""

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Log prior density of unbounded hyperparameters, up to a constant; shape (batch,)."""

    def find_modes(self, hyper: np.ndarray, start: Any) -> Modes:
        """Find the modes of the latent field by Newton's method, all settings at once."""

    def gradient(self, modes: Any) -> np.ndarray | None:
        """Gradient of the log posterior density of the hyperparameters; none where it is not known in closed form."""

    def tangent(self, modes: Any) -> Any | None:
        """Differentiate the first start in the hyperparameters; none where it is not known in closed form."""

    def batches(self, size: int) -> list[slice]:
        """Cut settings of the hyperparameters into batches; the same for any number of workers."""

    def pieces(self, counts: np.ndarray) -> Iterator[np.ndarray]:
        """Cut the draws of a batch into pieces that are drawn at once: the setting of each draw, in order."""

    def new_draws(self, size: int, seed: int) -> LatentDraws:
        """Make room for draws."""
