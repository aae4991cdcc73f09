"""The posterior density of the hyperparameters, with the latent field integrated out by a Laplace approximation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from equitymodel.inference.laplace.latent_gaussian import LatentGaussian, Modes
from equitymodel.inference.laplace.settings import Laplace

KEPT_VALUES = 80_000_000
"""The Gaussian approximations of a sample are kept if they have no more values than this."""
GRADIENT_STEP = 0.1
"""Step of finite differences for a gradient that is not known in closed form, in posterior standard deviations."""
WIDTH_STEP = 0.2
"""Step of finite differences for a first guess of posterior standard deviations."""
MOST_WIDTHS = 3
"""Most measurements of a width, each with the step that the one before asks for."""


@dataclass(frozen=True)
class TargetValues:
    """Log densities at many hyperparameters, their gradients if asked for, and starts of searches for the modes."""

    density: np.ndarray
    gradient: np.ndarray | None
    start: Any

    @property
    def best(self) -> Any:
        """Where searches nearby begin: the start of the largest density."""
        return self.start.batches(np.array([int(np.argmax(self.density))]))


@dataclass(frozen=True)
class ModeExpansion:
    """First-order expansion of the latent mode in the hyperparameters, to start searches for modes nearby.

    Attributes
    ----------
    hyper
        Hyperparameters; shape (1, hyperparameter).
    start
        Start of the search there.
    tangent
        Its derivative; none where it would take too much memory.
    """

    hyper: np.ndarray
    start: Any
    tangent: Any | None

    def predict(self, hyper: np.ndarray) -> Any:
        """Predict starts at other hyperparameters, to first order."""
        return self.move(self.start, hyper - self.hyper)

    def move(self, start: Any, change: np.ndarray) -> Any:
        """Update starts for a change of the hyperparameters; shape (batch, hyperparameter)."""
        return start.repeat(len(change)) if self.tangent is None else start.moved(self.tangent, change)


class Target:
    """The log posterior density of the hyperparameters, evaluated many at a time.

    Parameters
    ----------
    field
        The latent Gaussian model.
    workers
        How many batches to work on at the same time.
    together
        With more hyperparameters than this, those of one label each are explored for all labels at once.
    """

    def __init__(self, field: LatentGaussian, workers: int, *, together: int = Laplace.most_hyperparameters):
        self.field = field
        self.workers = workers
        self.own = field.own() if field.hyperparameters > together else None
        self.initial, self.start = field.initial()

    @cached_property
    def scale(self) -> np.ndarray:
        """Rough posterior standard deviations of the hyperparameters."""
        scale = self.field.scale()
        return self._measure_scale() if scale is None else scale

    def begin_at(self, hyper: np.ndarray, start: Any, scale: np.ndarray | None = None) -> None:
        """Begin again at other hyperparameters, with their rough posterior standard deviations if they are known."""
        self.initial, self.start = hyper, start
        vars(self).pop("scale", None)
        if scale is not None:
            self.scale = scale

    def density(self, modes: Modes) -> np.ndarray:
        """Log posterior density, up to a constant; -inf where the mode search did not converge."""
        return finite(self.log_marginal(modes) + self.field.log_prior(modes.hyper), instead=-np.inf)

    def log_marginal(self, modes: Modes) -> np.ndarray:
        """Log marginal likelihood, up to a constant; -inf where the mode search did not converge."""
        return np.where(modes.converged & np.isfinite(modes.log_marginal), modes.log_marginal, -np.inf)

    def evaluate(self, hyper: np.ndarray, start: Any, *, gradient: bool = False) -> TargetValues:
        """Evaluate the density, and its gradient if wanted, at many hyperparameters."""

        def one(modes: Modes, _first: int) -> tuple[np.ndarray, np.ndarray | None, Any]:
            return self.density(modes), self.field.gradient(modes) if gradient else None, modes.start

        densities, slopes, starts = zip(*self.map(one, hyper, start), strict=True)
        values = TargetValues(np.concatenate(densities), None, starts[0].joined(starts[1:]))
        if not gradient:
            return values
        known = [slope for slope in slopes if slope is not None]
        slope = np.concatenate(known) if known else self._difference(hyper, values.start)
        return TargetValues(values.density, slope, values.start)

    def _difference(self, hyper: np.ndarray, start: Any) -> np.ndarray:
        """Compute the gradient by central differences; shape (batch, hyperparameter)."""
        size = hyper.shape[1]
        steps = np.diag(self.scale) * GRADIENT_STEP
        around = (hyper[:, None] + np.concatenate([steps, -steps])).reshape(-1, size)
        density = self.evaluate(around, start.batches(np.repeat(np.arange(len(hyper)), 2 * size))).density
        up, down = np.split(density.reshape(len(hyper), 2 * size), 2, axis=1)
        return finite(up - down) / (2 * GRADIENT_STEP * self.scale)

    def _measure_scale(self) -> np.ndarray:
        """Estimate the width of the density along each hyperparameter, 1 at most, from its curvature at the start.

        Where the width is much smaller than the step that it was measured with, it is measured again.
        """
        size, width = self.initial.shape[1], np.ones(self.initial.shape[1])
        for _ in range(MOST_WIDTHS):
            step = WIDTH_STEP * width
            unit = np.diag(step)
            at = self.evaluate(self.initial + np.concatenate([np.zeros((1, size)), unit, -unit]),
                               self.start.repeat(2 * size + 1))  # fmt: skip
            self.start, before = at.best, width
            up, down = np.split(at.density[1:], 2)
            width = 1.0 / np.sqrt(np.maximum(finite((2 * at.density[0] - up - down) / step**2), 1.0))
            if (width > WIDTH_STEP * before).all():
                break
        return width

    def fits_in_memory(self, points: int) -> bool:
        """Whether so many Gaussian approximations may be kept in memory."""
        return points * self.field.values_a_mode < KEPT_VALUES

    def at_modes[T](self, work: Callable[[Any, int], T], modes: Sequence[Modes]) -> Iterator[T]:
        """Run `work` on modes that were kept, batch by batch, in order."""
        firsts = np.cumsum([0, *(len(batch.hyper) for batch in modes)])
        yield from self._in_parallel(lambda batch: work(*batch), list(zip(modes, firsts.tolist(), strict=False)))

    def map[T](self, work: Callable[[Any, int], T], hyper: np.ndarray, start: Any) -> Iterator[T]:
        """Find the modes at many hyperparameters and run `work` on them, batch by batch, in order.

        The second argument of `work` is the position of the first of its batch.
        """

        def one(cut: slice) -> T:
            return work(self.field.find_modes(hyper[cut], start.batches(cut)), cut.start)

        yield from self._in_parallel(one, self.field.batches(len(hyper)))

    def _in_parallel[B, T](self, work: Callable[[B], T], batches: Sequence[B]) -> Iterator[T]:
        if len(batches) == 1 or self.workers == 1:
            yield from map(work, batches)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(work, batches)


def finite(values: np.ndarray, *, instead: float = 0.0) -> np.ndarray:
    """Replace values that are not finite, where a search for a mode did not converge.

    Examples
    --------
    >>> finite(np.array([1.0, np.inf]))
    array([1., 0.])
    """
    return np.where(np.isfinite(values), values, instead)
