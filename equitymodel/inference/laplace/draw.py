"""Joint draws of the latent field: exact Gaussian draws at each integration point, then a correction for skew.

With small counts the posterior is skewed, and its mode is not its mean. A quadratic map takes the Gaussian
to a density with the right third derivatives: means and skewness are then right to second order, for every
joint quantity at once. With larger counts a shift from the mode to the mean does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from equitymodel.inference.laplace.latent_gaussian import LatentDraws, Modes
from equitymodel.inference.laplace.skew_correction import Corrections, correct, correct_skew
from equitymodel.inference.laplace.target import Target


@dataclass(frozen=True)
class DrawPoints:
    """Integration points to draw at.

    Attributes
    ----------
    hyper, start
        Hyperparameters of each point, and where the search for its latent mode begins.
    counts
        How many draws each point gets.
    modes
        The modes of all points, if they were kept; else they are found again.
    """

    hyper: np.ndarray
    start: Any
    counts: np.ndarray
    modes: Sequence[Modes] = ()


def draw_latent(target: Target, points: DrawPoints, *, seed: int, shift: Any | None) -> LatentDraws:
    """Draw the latent field jointly with the hyperparameters, so many times at each integration point.

    Parameters
    ----------
    target
        The density the points came from.
    points
        Where, and how many draws each.
    seed
        Seed of the random numbers. The result does not depend on the number of workers.
    shift
        Posterior mean less mode, the same for all points; none to correct every draw for skew instead.

    Returns
    -------
    LatentDraws
        As the model keeps them, in the order of the points.
    """
    field, counts = target.field, points.counts
    draws = field.new_draws(int(counts.sum()), seed)
    used = np.arange(len(counts)) if points.modes else np.flatnonzero(counts)
    ends = np.cumsum(counts[used])

    def work(modes: Modes, first: int) -> None:
        own = counts[used[first : first + len(modes.hyper)]]
        corrections = correct(modes) if shift is None and own.any() else None
        row, before = int(ends[first] - own[0]), (-1, 0)
        for piece in field.pieces(own):
            before = (piece[0], before[1] + 1) if piece[0] == before[0] else (piece[0], 0)
            rng = np.random.default_rng([seed, int(used[first + piece[0]]), before[1]])
            places = np.arange(row, row + len(piece))
            draws.store(places, modes.hyper[piece], _draw_piece(modes, piece, rng, corrections, shift))
            row += len(piece)

    batches = target.at_modes(work, points.modes) if points.modes else target.map(
        work, points.hyper[used], points.start.batches(used)
    )  # fmt: skip
    for _ in batches:
        pass
    return draws


def _draw_piece(
    modes: Modes, piece: np.ndarray, rng: np.random.Generator, corrections: Corrections | None, shift: Any | None
) -> Any:
    """Draw at the setting of each draw of a piece, moved to the mean or corrected for skew."""
    gaussian = modes.gaussian.for_draws(piece)
    away = gaussian.sample(rng)
    if corrections is not None:
        third, variance = (gaussian.take(values, piece) for values in (corrections.third, corrections.variance))
        away = correct_skew(gaussian, third, variance, away)
    if shift is not None:
        away = away.plus(shift)
    return away.plus(modes.latent.select(piece))
