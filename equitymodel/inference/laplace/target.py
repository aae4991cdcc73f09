"""The posterior density of the hyperparameters, with the latent field integrated out by a Laplace approximation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.grouped_mode import GroupedModes, find_modes, marginal_gradient
from equitymodel.inference.laplace.latent_blocks import BlockVector, join

CELLS_AT_ONCE = 30_000
"""Cells x points of a batch, so that its arrays stay in the processor's cache, whatever the number of workers."""
KEPT_VALUES = 80_000_000
"""The Gaussian approximations of a sample are kept if they have no more values than this."""
TANGENT_VALUES = 30_000_000
"""Modes are predicted to first order only if the tangent has no more values than this."""


@dataclass(frozen=True)
class ModeExpansion:
    """First-order expansion of the latent mode in the hyperparameters, to start mode searches nearby."""

    hyper: np.ndarray
    latent: BlockVector
    tangent: BlockVector | None

    def predict(self, hyper: np.ndarray) -> BlockVector:
        """Predict latent modes at other hyperparameters, to first order."""
        return self.move(self.latent, hyper - self.hyper)

    def move(self, latent: BlockVector, change: np.ndarray) -> BlockVector:
        """Update latent modes for a change of the hyperparameters; shape (batch, hyperparameter)."""
        if self.tangent is None:
            return latent.repeat(len(change))
        moved = [_along(tangent, change) for tangent in self.tangent]
        return BlockVector(*(part + along for part, along in zip(latent, moved, strict=True)))


def _along(tangent: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Multiply the tangent, laid out on the draw axis, by the change of each batch."""
    parts, hyperparameters, rest = len(tangent), tangent.shape[2], tangent.shape[3:]
    flat = np.moveaxis(tangent[:, 0], 1, 0).reshape(hyperparameters, -1)
    return np.moveaxis((change @ flat).reshape(len(change), parts, *rest), 0, 1)[:, :, None]


def expand_mode(modes: GroupedModes) -> ModeExpansion:
    """Expand the latent mode around the first of some hyperparameters, by implicit differentiation."""
    field, here = modes.field, slice(0, 1)
    latent = modes.latent.batches(here)
    size = field.hyperparameters * sum(part.size for part in latent)
    if size > TANGENT_VALUES:
        return ModeExpansion(modes.hyper[:1], latent, None)
    pull = field.centred(latent).times(modes.precision.batches(here))
    right = [np.zeros((len(part), 1, field.hyperparameters, *part.shape[3:])) for part in latent]
    for into, values, of in zip(right, pull, field.sd_index, strict=True):
        for number in range(field.sd_count):
            into[:, 0, number] = np.where(of == number, 2.0 * values[:, 0, 0], 0.0)
    if field.overdispersion_index is not None:
        score = modes.model.in_log_overdispersion(modes.log_mean)[1][:, :1]
        for number in range(field.overdispersion_count):
            own = field.to_latent(field.to_shapes(score * (field.overdispersion_index == number)))
            for into, values in zip(right, own, strict=True):
                into[:, 0, field.sd_count + number] = values[:, 0, 0]
    return ModeExpansion(modes.hyper[:1], latent, modes.elimination.batch(0).solve(BlockVector(*right)))


class Target:
    """The log posterior density of the hyperparameters, evaluated many at a time.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    workers
        How many batches to work on at the same time.
    """

    def __init__(self, field: GroupedLatent, workers: int):
        self.field = field
        self.workers = workers
        extra = field.spec.overdispersion
        self.scale = np.concatenate([field.sd_prior, np.full(field.overdispersion_count, extra.sd if extra else 1.0)])
        self.batch = max(1, CELLS_AT_ONCE // field.known.size)

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Half-normal priors, with the Jacobian of the log scale; shape (batch,)."""
        return (hyper - 0.5 * (np.exp(hyper) / self.scale) ** 2).sum(axis=1)

    def density(self, modes: GroupedModes) -> np.ndarray:
        """Log posterior density, up to a constant; -inf where the mode search did not converge."""
        density = modes.log_marginal + self.log_prior(modes.hyper)
        return np.where(modes.converged & np.isfinite(density), density, -np.inf)

    def gradient(self, modes: GroupedModes) -> np.ndarray:
        """Gradient of the log posterior density; shape (batch, hyperparameter)."""
        return marginal_gradient(modes) + 1.0 - (np.exp(modes.hyper) / self.scale) ** 2

    def evaluate(self, hyper: np.ndarray, start: BlockVector, *, gradient: bool = False) -> TargetValues:
        """Evaluate the density, and its gradient if wanted, at many hyperparameters."""

        def one(modes: GroupedModes, _first: int) -> TargetValues:
            slopes = self.gradient(modes) if gradient else None
            return TargetValues(self.density(modes), slopes, modes.latent)

        pieces = list(self.map(one, hyper, start))
        slopes = [piece.gradient for piece in pieces if piece.gradient is not None]
        return TargetValues(
            np.concatenate([piece.density for piece in pieces]),
            np.concatenate(slopes) if slopes else None,
            join([piece.latent for piece in pieces]),
        )

    def fits_in_memory(self, points: int) -> bool:
        """Whether so many Gaussian approximations may be kept in memory."""
        field = self.field
        pairs = len(field.blocks.pair)
        values = field.known.size * 3 + field.sizes[0] * field.sizes[1] * (pairs + 1) * (pairs + 8)
        return points * values < KEPT_VALUES

    def at_modes[T](self, work: Callable[[GroupedModes, int], T], modes: Sequence[GroupedModes]) -> Iterator[T]:
        """Run `work` on modes that were kept, batch by batch, in order."""
        firsts = np.cumsum([0, *(len(batch.hyper) for batch in modes)])
        yield from self._in_parallel(lambda batch: work(*batch), list(zip(modes, firsts.tolist(), strict=False)))

    def map[T](self, work: Callable[[GroupedModes, int], T], hyper: np.ndarray, start: BlockVector) -> Iterator[T]:
        """Find the modes at many hyperparameters and run `work` on them, batch by batch, in order.

        The second argument of `work` is the position of the first of its batch.
        """
        cuts = [slice(at, at + self.batch) for at in range(0, len(hyper), self.batch)]

        def one(cut: slice) -> T:
            return work(find_modes(self.field, hyper[cut], start.batches(cut)), cut.start)

        yield from self._in_parallel(one, cuts)

    def _in_parallel[B, T](self, work: Callable[[B], T], batches: Sequence[B]) -> Iterator[T]:
        if len(batches) == 1 or self.workers == 1:
            yield from map(work, batches)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(work, batches)


@dataclass(frozen=True)
class TargetValues:
    """Log densities at many hyperparameters, their gradients if asked for, and the latent modes."""

    density: np.ndarray
    gradient: np.ndarray | None
    latent: BlockVector


@contextmanager
def single_threaded_linear_algebra() -> Iterator[None]:
    """Limit linear algebra to one thread, since batches run in parallel."""
    with threadpool_limits(limits=1):
        yield
