"""Run the whole of nested Laplace: explore, integrate, draw, and measure how well it went."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from equitymodel.inference.laplace.grouped_draw import GroupedDraws, draw_latent
from equitymodel.inference.laplace.grouped_latent import GroupedLatent, lay_out_latent
from equitymodel.inference.laplace.grouped_mode import GroupedModes, correct, find_modes
from equitymodel.inference.laplace.grouped_optimum import GroupedOptimum, find_grouped_optimum
from equitymodel.inference.laplace.hamiltonian import sample_hamiltonian
from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.target import Target, single_threaded_linear_algebra
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.model_spec import ModelSpec

RETRY_FACTOR = 4
"""How many times as many points are tried before chains are used."""


@dataclass(frozen=True)
class Laplace:
    """How carefully to integrate and how much to draw.

    Attributes
    ----------
    draws, chains
        Draws kept a chain, and how many chains they are laid out in, as a sampler would.
    points
        Points of the importance sample over the hyperparameters.
    most_hyperparameters
        Beyond this many, chains are used straight away.
    enough_points
        Effective points at which the importance sample is accepted; if not, more points are tried
        where that can help, and then chains.
    moving_chains, tune, moves
        Chains that move in step, their moves to settle, and their moves kept.
    correct_skew_above
        Draws are bent, not only shifted, if the mean lies further than this from the mode
        anywhere, in posterior standard deviations.
    cores
        Batches worked on at the same time; as many as there are processors by default.
    """

    draws: int = 1000
    chains: int = 4
    points: int = 128
    most_hyperparameters: int = 40
    enough_points: float = 100.0
    moving_chains: int = 16
    tune: int = 30
    moves: int = 60
    correct_skew_above: float = 0.1
    cores: int | None = None


@dataclass(frozen=True)
class _Points:
    """Hyperparameters to draw at: how often each, the mode of each, and how well they integrate."""

    hyper: np.ndarray
    latent: BlockVector
    counts: np.ndarray
    effective: float
    agreement: float
    method: str
    modes: tuple[GroupedModes, ...] = ()


def sample_laplace(
    spec: ModelSpec,
    cells: xr.Dataset,
    *,
    settings: Laplace | None = None,
    seed: int,
    progress: Progress | None = None,
) -> xr.DataTree:
    """Draw from the posterior by nested Laplace.

    The latent field is integrated out at each setting of the hyperparameters, the settings are
    integrated over numerically, and the field is then drawn jointly.

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`.
    settings
        How carefully and how much.
    seed
        Seed of the random numbers.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior``, with the names and dimensions that `nuts.sample` gives, and
        ``sample_stats``, with what `check_laplace` needs and ``log_evidence`` up to a constant.
        The attribute ``engine`` is ``laplace``.

    Raises
    ------
    ValueError
        When no cell has a known count.

    References
    ----------
    Rue H, Martino S, Chopin N (2009) Approximate Bayesian inference for latent Gaussian models by
    using integrated nested Laplace approximations. JRSS B 71:319.
    doi:10.1111/j.1467-9868.2008.00700.x

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=6, seed=1)
    >>> tree = sample_laplace(load_model(), cells, seed=1)
    >>> tree["posterior"]["ics_gradient_effect"].dims
    ('chain', 'draw', 'ics')
    """
    settings, progress = settings or Laplace(), progress or silent
    field = lay_out_latent(spec, cells)
    target = Target(field, settings.cores or os.cpu_count() or 1)
    with single_threaded_linear_algebra():
        progress("finding the most probable spreads", 0.0)
        shape = find_grouped_optimum(target)
        optimum = find_modes(field, shape.expansion.hyper, shape.expansion.latent)
        found = correct(optimum)
        limits = measure_approximation_error(optimum, found, seed)
        progress("integrating over the spreads", 0.0)
        points = _integrate(target, shape, settings, seed, progress)
        progress("drawing", 0.0)
        skew_corrected = limits["largest_shift"].item() > settings.correct_skew_above
        shift = None if skew_corrected else found.shift
        drawn = draw_latent(
            target, points.hyper, points.latent, points.counts, seed=seed, shift=shift, modes=points.modes
        )
        progress("drawing", 1.0)
    stats = limits.assign(
        effective_points=points.effective,
        points_agreement=points.agreement,
        optimum_found=shape.converged,
        skew_corrected=skew_corrected,
        points=int((points.counts > 0).sum()),
        log_evidence=shape.density + float(np.linalg.slogdet(shape.root_covariance)[1]),
    ).assign_attrs(integration=points.method)
    posterior = _posterior(field, drawn, settings.chains).assign_attrs(settings=json.dumps(asdict(settings)))
    return xr.DataTree.from_dict({"/posterior": posterior, "/sample_stats": stats})


def _posterior(field: GroupedLatent, drawn: GroupedDraws, chains: int) -> xr.Dataset:
    posterior = xr.Dataset(drawn.named(chains))
    coords = {dim: values for dim, values in field.coords.items() if dim in posterior.dims}
    count = {"chain": np.arange(chains), "draw": np.arange(posterior.sizes["draw"])}
    return posterior.assign_coords(coords | count).assign_attrs(engine="laplace")


def _integrate(target: Target, shape: GroupedOptimum, settings: Laplace, seed: int, progress: Progress) -> _Points:
    """Integrate by importance sampling where that is efficient; by chains where it is not."""
    if not target.field.hyperparameters:
        total = settings.draws * settings.chains
        return _Points(
            shape.expansion.hyper, shape.expansion.latent, np.array([total]), float(total), 1.0, "none needed"
        )
    total, transform = settings.draws * settings.chains, normalise_axes(target, shape)
    if target.field.hyperparameters <= settings.most_hyperparameters:
        for size in (settings.points, RETRY_FACTOR * settings.points):
            weighted = sample_importance(target, transform, points=size, seed=seed)
            if weighted.effective >= settings.enough_points:
                return _from_weights(weighted, total, seed)
            if weighted.effective * RETRY_FACTOR < settings.enough_points:
                break
    chains = sample_hamiltonian(
        target,
        transform,
        chains=settings.moving_chains,
        tune=settings.tune,
        draws=settings.moves,
        seed=seed,
        progress=progress,
    )
    points = chains.hyper.reshape(-1, chains.hyper.shape[-1])
    counts = allocate_draws(np.full(len(points), 1.0 / len(points)), total, np.random.default_rng([seed, 1]))
    return _Points(points, chains.latent, counts, chains.effective, chains.agreement, "chains")


def _from_weights(weighted: WeightedPoints, total: int, seed: int) -> _Points:
    counts = allocate_draws(weighted.weight, total, np.random.default_rng([seed, 1]))
    return _Points(weighted.hyper, weighted.latent, counts, weighted.effective, 1.0, "importance", weighted.modes)
