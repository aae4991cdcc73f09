"""The posterior of the hyperparameters, with the latent field integrated out by Laplace's method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from equitymodel.inference.laplace.grouped_latent import Field
from equitymodel.inference.laplace.grouped_mode import Modes, find_modes, marginal_gradient
from equitymodel.inference.laplace.latent_blocks import Latent, join

CELLS_AT_ONCE = 30_000
"""Batches are cut so that the arrays of one stay in the processor's cache, whatever the number of workers."""
KEPT_VALUES = 80_000_000
"""Everything about the modes of a sample is kept if it has no more values than this."""
TANGENT_VALUES = 30_000_000
"""No prediction of modes when its table would have more values than this."""


@dataclass(frozen=True)
class Anchor:
    """A mode, and how modes move with the hyperparameters around it."""

    hyper: np.ndarray
    latent: Latent
    tangent: Latent | None

    def predict(self, hyper: np.ndarray) -> Latent:
        """Predict the modes at other hyperparameters, to first order."""
        return self.move(self.latent, hyper - self.hyper)

    def move(self, latent: Latent, change: np.ndarray) -> Latent:
        """Move modes along with a change of the hyperparameters; shape (batch, hyperparameter)."""
        if self.tangent is None:
            return latent.repeat(len(change))
        moved = [_along(tangent, change) for tangent in self.tangent]
        return Latent(*(part + along for part, along in zip(latent, moved, strict=True)))


def _along(tangent: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Combine tangents, laid out on the draw axis, for every batch."""
    parts, hyperparameters, rest = len(tangent), tangent.shape[2], tangent.shape[3:]
    flat = np.moveaxis(tangent[:, 0], 1, 0).reshape(hyperparameters, -1)
    return np.moveaxis((change @ flat).reshape(len(change), parts, *rest), 0, 1)[:, :, None]


def anchor_at(modes: Modes) -> Anchor:
    """Anchor predictions at the first of some modes."""
    field, here = modes.field, slice(0, 1)
    latent = modes.latent.batches(here)
    size = field.hyperparameters * sum(part.size for part in latent)
    if size > TANGENT_VALUES:
        return Anchor(modes.hyper[:1], latent, None)
    pull = field.centred(latent).times(modes.precision.batches(here))
    right = [np.zeros((len(part), 1, field.hyperparameters, *part.shape[3:])) for part in latent]
    for into, values, of in zip(right, pull, field.spread_of, strict=True):
        for number in range(field.spreads):
            into[:, 0, number] = np.where(of == number, 2.0 * values[:, 0, 0], 0.0)
    if field.variation_of is not None:
        score = modes.model.in_log_variation(modes.log_mean)[1][:, :1]
        for number in range(field.variations):
            own = field.to_latent(field.to_shapes(score * (field.variation_of == number)))
            for into, values in zip(right, own, strict=True):
                into[:, 0, field.spreads + number] = values[:, 0, 0]
    return Anchor(modes.hyper[:1], latent, modes.elimination.batch(0).solve(Latent(*right)))


class Target:
    """Log posterior density of the hyperparameters, evaluated many at a time.

    Parameters
    ----------
    field
        From `lay_out_field`.
    workers
        How many batches to work on at the same time.
    """

    def __init__(self, field: Field, workers: int):
        self.field = field
        self.workers = workers
        extra = field.spec.extra_variation
        self.scale = np.concatenate([field.spread_prior, np.full(field.variations, extra.sd if extra else 1.0)])
        self.batch = max(1, CELLS_AT_ONCE // field.known.size)

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Half-normal priors, with the Jacobian of the log scale; shape (batch,)."""
        return (hyper - 0.5 * (np.exp(hyper) / self.scale) ** 2).sum(axis=1)

    def density(self, modes: Modes) -> np.ndarray:
        """Log posterior density, up to a constant; -inf where no mode was found."""
        density = modes.log_marginal + self.log_prior(modes.hyper)
        return np.where(modes.found & np.isfinite(density), density, -np.inf)

    def gradient(self, modes: Modes) -> np.ndarray:
        """Gradient of the log posterior density."""
        return marginal_gradient(modes) + 1.0 - (np.exp(modes.hyper) / self.scale) ** 2

    def evaluate(self, hyper: np.ndarray, start: Latent, *, gradient: bool = False) -> Evaluation:
        """Evaluate the density, and its gradient if wanted, at many hyperparameters."""

        def one(modes: Modes, _first: int) -> Evaluation:
            slopes = self.gradient(modes) if gradient else None
            return Evaluation(self.density(modes), slopes, modes.latent)

        pieces = list(self.map(one, hyper, start))
        slopes = [piece.gradient for piece in pieces if piece.gradient is not None]
        return Evaluation(
            np.concatenate([piece.density for piece in pieces]),
            np.concatenate(slopes) if slopes else None,
            join([piece.latent for piece in pieces]),
        )

    def kept(self, points: int) -> bool:
        """Tell whether there is room to keep everything about so many modes."""
        field = self.field
        values = field.known.size * 3 + field.sizes[0] * field.sizes[1] * (len(field.leaf) + 1) * (len(field.leaf) + 8)
        return points * values < KEPT_VALUES

    def each[T](self, work: Callable[[Modes, int], T], modes: Sequence[Modes]) -> Iterator[T]:
        """Do some work at modes that were kept, batch by batch, in order."""
        firsts = np.cumsum([0, *(len(batch.hyper) for batch in modes)])
        yield from self._side_by_side(lambda batch: work(*batch), list(zip(modes, firsts.tolist(), strict=False)))

    def map[T](self, work: Callable[[Modes, int], T], hyper: np.ndarray, start: Latent) -> Iterator[T]:
        """Do some work at the modes of many hyperparameters, batch by batch, in order.

        The work is also told which of the hyperparameters is the first of its batch.
        """
        cuts = [slice(at, at + self.batch) for at in range(0, len(hyper), self.batch)]

        def one(cut: slice) -> T:
            return work(find_modes(self.field, hyper[cut], start.batches(cut)), cut.start)

        yield from self._side_by_side(one, cuts)

    def _side_by_side[B, T](self, work: Callable[[B], T], batches: Sequence[B]) -> Iterator[T]:
        if len(batches) == 1 or self.workers == 1:
            yield from map(work, batches)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(work, batches)


@dataclass(frozen=True)
class Evaluation:
    """Densities at many hyperparameters, their gradients if asked for, and the modes."""

    density: np.ndarray
    gradient: np.ndarray | None
    latent: Latent


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Keep linear algebra to one thread, since batches already run side by side."""
    with threadpool_limits(limits=1):
        yield
