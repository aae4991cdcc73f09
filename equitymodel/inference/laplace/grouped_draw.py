"""Joint draws of the latent field: exact Gaussian draws at the mode, then a skew correction.

A Gaussian draw solves a linear system whose right-hand side is random noise with the precision as its
covariance; sum-to-zero constraints are met exactly. With small counts the posterior is skewed, and its
mode is not its mean. A quadratic map takes the Gaussian to a density with the right third derivatives:
means and skewness are then right to second order, for every joint quantity at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.inference.laplace.block_elimination import Elimination
from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.grouped_mode import Corrections, GroupedModes, correct
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.laplace.target import Target
from equitymodel.vocabulary import SAMPLE_DIMS, group_dim

VALUES_AT_ONCE = 2_000_000
"""Draws are made in pieces of at most this many cells x draws."""


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


def draw_gaussian(modes: GroupedModes, at: int, draws: int, rng: np.random.Generator) -> BlockVector:
    """Draw departures from one mode from the Gaussian approximation N(0, H^-1)."""
    field, here = modes.field, slice(at, at + 1)
    noise = _curvature_noise(field, modes.weight[:, here], draws, rng)
    prior = modes.precision.batches(here)
    right = field.to_latent(noise)
    scaled = [
        values + np.sqrt(precision) * rng.standard_normal(values.shape)
        for values, precision in zip(right, prior, strict=True)
    ]
    return modes.elimination.batch(at).solve(BlockVector(*scaled))


def _curvature_noise(field: GroupedLatent, weight: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw from N(0, D'WD) for the coefficients of each pair."""
    groups, shapes = len(field.design), field.shapes
    size = (draws, *weight.shape[3:])
    if shapes >= groups:
        noise = field.to_shapes(np.sqrt(weight) * rng.standard_normal((groups, 1, *size)))
        if field.need is not None:
            noise[field.need.shapes] += np.sqrt(field.need.precision) * rng.standard_normal((groups, 1, *size))
        return noise
    factor = lower_factor(field.curvature(weight))
    plain = rng.standard_normal((shapes, 1, *size))
    return np.stack([sum((factor[i, j] * plain[j] for j in range(i + 1)), start=np.zeros(1)) for i in range(shapes)])


def correct_skew(
    field: GroupedLatent, elimination: Elimination, third: np.ndarray, variance: np.ndarray, away: BlockVector
) -> BlockVector:
    """Skew correction: map Gaussian departures from the mode to departures with the right mean and skewness.

    Notes
    -----
    With H and T the second and third derivatives of minus the log density, the map
    x -> x - H^-1 (T[x, x] / 6 + T[H^-1] / 3) takes the Gaussian to exp(-x'Hx/2 - T[x, x, x]/6),
    to first order in T.
    """
    along = field.at_cells(field.coefficients(away))
    right = field.to_latent(field.to_shapes(third * (variance / 3.0 + along**2 / 6.0)))
    return away.plus(elimination.solve(right), -1.0)


class GroupedDraws:
    """Draws of every effect and hyperparameter, stored point by point.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    draws
        How many in all.
    """

    def __init__(self, field: GroupedLatent, draws: int):
        self.field = field
        self.hyper = np.empty((draws, field.hyperparameters))
        rows, columns = field.sizes
        shapes = ((rows, columns), (rows,), (columns,), ())
        self.blocks = [
            [np.empty((draws, *shape)) for _ in block] for block, shape in zip(field.blocks, shapes, strict=True)
        ]

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: BlockVector) -> None:
        """Store the draws of one integration point."""
        self.hyper[places] = hyper
        for into, values in zip(self.blocks, latent, strict=True):
            for array, part in zip(into, values, strict=True):
                array[places] = part[0]

    def named(self, chains: int) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Name every variable among the draws: dimensions and values, chains and draws first."""
        field = self.field
        named: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        axes = (field.axes, field.axes[:1], field.axes[1:], ())
        for effect in field.spec.effects:
            order = value_dims(effect)
            for block, arrays, dims in zip(field.blocks, self.blocks, axes, strict=True):
                own = [array for part, array in zip(block, arrays, strict=True) if part.effect is effect]
                if not own:
                    continue
                laid = [array.transpose(0, *(1 + dims.index(dim) for dim in order)) for array in own]
                if effect.shaped:
                    basis = field.bases[effect.kind]
                    named[effect.variable] = ((*order, group_dim(field.coords)), np.stack(laid, axis=-1) @ basis.T)
                else:
                    named[effect.variable] = (order, laid[0])
        named |= self._named_hyperparameters()
        split = {}
        for name, (dims, values) in named.items():
            split[name] = ((*SAMPLE_DIMS, *dims), values.reshape(chains, -1, *values.shape[1:]))
        return split

    def _named_hyperparameters(self) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        field, values = self.field, np.exp(self.hyper)
        named: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        at = 0
        for effect in (effect for effect in field.spec.effects if effect.pooled):
            dims = effect.spread_over
            shape = [len(field.coords[dim]) for dim in dims]
            count = int(np.prod(shape, dtype=int))
            named[effect.spread_variable] = (dims, values[:, at : at + count].reshape(-1, *shape))
            at += count
        if field.overdispersion_index is not None:
            dims = field.spec.overdispersion_over
            shape = [len(field.coords[dim]) for dim in dims]
            named["extra_variation"] = (dims, values[:, at:].reshape(-1, *shape))
        return named


@dataclass(frozen=True)
class DrawPoints:
    """Integration points to draw at.

    Attributes
    ----------
    hyper, latent
        Hyperparameters of each point, and its latent mode or a place near it.
    counts
        How many draws each point gets.
    modes
        The modes of all points, if they were kept; else they are found again.
    """

    hyper: np.ndarray
    latent: BlockVector
    counts: np.ndarray
    modes: Sequence[GroupedModes] = ()


def draw_latent(target: Target, points: DrawPoints, *, seed: int, shift: BlockVector | None) -> GroupedDraws:
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
    GroupedDraws
        In the order of the points, so that draws that share hyperparameters follow one another.
    """
    field, counts = target.field, points.counts
    draws = GroupedDraws(field, int(counts.sum()))
    used = np.arange(len(counts)) if points.modes else np.nonzero(counts)[0]
    places = np.split(np.arange(counts.sum()), np.cumsum(counts[used])[:-1])

    def work(modes: GroupedModes, first: int) -> None:
        corrections = correct(modes) if shift is None else None
        for at in range(len(modes.hyper)):
            number = first + at
            rng = np.random.default_rng([seed, int(used[number])])
            piece = max(1, VALUES_AT_ONCE // field.known.size)
            for cut in range(0, len(places[number]), piece):
                here = places[number][cut : cut + piece]
                draws.store(here, modes.hyper[at], _draw_point(modes, at, len(here), rng, corrections, shift))

    if points.modes:
        batches = target.at_modes(work, points.modes)
    else:
        batches = target.map(work, points.hyper[used], points.latent.batches(used))
    for _ in batches:
        pass
    return draws


def _draw_point(
    modes: GroupedModes,
    at: int,
    draws: int,
    rng: np.random.Generator,
    corrections: Corrections | None,
    shift: BlockVector | None,
) -> BlockVector:
    """Draw the latent field at one integration point, moved to the mean or corrected for skew."""
    here = slice(at, at + 1)
    away = draw_gaussian(modes, at, draws, rng)
    if corrections is not None:
        away = correct_skew(
            modes.field,
            modes.elimination.batch(at),
            corrections.third[:, here],
            corrections.cell_variance[:, here],
            away,
        )
    if shift is not None:
        away = away.plus(shift)
    return away.plus(modes.latent.batches(here))
