"""Joint draws of the latent field, exact for the Gaussian at the mode, then bent towards the truth.

A draw of the Gaussian is the solution of a linear system whose right-hand side is random noise
with the curvature as its covariance; sums held at zero are respected exactly. The posterior of
small counts is skewed, and its mode is not its mean. A quadratic map takes the Gaussian to a
density with the right third derivatives: means and skewness are then right to second order, for
every joint quantity at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equitymodel.inference.grouped.geometry import value_dims
from equitymodel.inference.laplace.block_elimination import Elimination
from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.grouped_mode import Corrections, GroupedModes, correct
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.laplace.target import Target
from equitymodel.vocabulary import DEPRIVATION, SAMPLE_DIMS

VALUES_AT_ONCE = 2_000_000
"""Draws are made in pieces of at most this many cells x draws."""


def lower_factor(matrix: np.ndarray) -> np.ndarray:
    """Give Cholesky factors of many small matrices, rows and columns first.

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
    """Draw departures from one mode, from the Gaussian with its curvature."""
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
    """Noise in the coefficients of each pair, with the curvature of its cells as covariance."""
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
    """Map Gaussian departures from the mode to departures with the right mean and skewness.

    Notes
    -----
    With T the third derivatives of minus the log density and H its curvature, the map
    x -> x - H^-1 (T[x, x] / 6 + T[H^-1] / 3) takes the Gaussian to exp(-x'Hx/2 - T[x, x, x]/6),
    to first order in T.
    """
    along = field.at_cells(field.coefficients(away))
    right = field.to_latent(field.to_shapes(third * (variance / 3.0 + along**2 / 6.0)))
    return away.plus(elimination.solve(right), -1.0)


class GroupedDraws:
    """Draws of every effect and hyperparameter, filled in point by point.

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
        """Put the draws of one point in their places."""
        self.hyper[places] = hyper
        for into, values in zip(self.blocks, latent, strict=True):
            for array, part in zip(into, values, strict=True):
                array[places] = part[0]

    def named(self, chains: int) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Give every variable by its name: dimensions and values, chains and draws first."""
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
                    named[effect.variable] = ((*order, DEPRIVATION), np.stack(laid, axis=-1) @ basis.T)
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


def draw_latent(
    target: Target,
    hyper: np.ndarray,
    start: BlockVector,
    counts: np.ndarray,
    *,
    seed: int,
    shift: BlockVector | None,
    modes: Sequence[GroupedModes] = (),
) -> GroupedDraws:
    """Draw the latent field at every point, as often as the point counts.

    Parameters
    ----------
    target
        The density the points came from.
    hyper, start
        Hyperparameters of each point, and its mode or a place near it.
    counts
        How many draws each point gets.
    seed
        Seed of the random numbers. The result does not depend on the number of workers.
    shift
        How far the mean lies from the mode, for all points alike; none to bend every draw instead.
    modes
        Everything about the mode of every point, if it was kept; else the modes are found again.

    Returns
    -------
    Draws
        In the order of the points, so that draws that share hyperparameters follow one another.
    """
    field = target.field
    draws = GroupedDraws(field, int(counts.sum()))
    used = np.arange(len(counts)) if modes else np.nonzero(counts)[0]
    places = np.split(np.arange(counts.sum()), np.cumsum(counts[used])[:-1])

    def work(modes: GroupedModes, first: int) -> None:
        found = correct(modes) if shift is None else None
        for at in range(len(modes.hyper)):
            number = first + at
            rng = np.random.default_rng([seed, int(used[number])])
            piece = max(1, VALUES_AT_ONCE // field.known.size)
            for cut in range(0, len(places[number]), piece):
                here = places[number][cut : cut + piece]
                draws.store(here, modes.hyper[at], _draw_point(modes, at, len(here), rng, found, shift))

    done = target.each(work, modes) if modes else target.map(work, hyper[used], start.batches(used))
    for _ in done:
        pass
    return draws


def _draw_point(
    modes: GroupedModes,
    at: int,
    draws: int,
    rng: np.random.Generator,
    found: Corrections | None,
    shift: BlockVector | None,
) -> BlockVector:
    here = slice(at, at + 1)
    away = draw_gaussian(modes, at, draws, rng)
    if found is not None:
        away = correct_skew(
            modes.field, modes.elimination.batch(at), found.third[:, here], found.cell_variance[:, here], away
        )
    if shift is not None:
        away = away.plus(shift)
    return away.plus(modes.latent.batches(here))
