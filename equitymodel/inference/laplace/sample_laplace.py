"""Nested Laplace approximation: mode, integration over hyperparameters, draws of the latent field, and its error."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.cores import available_cores
from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from equitymodel.inference.laplace.grouped_draw import DrawPoints, GroupedDraws, draw_latent
from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.grouped_mode import correct, find_modes
from equitymodel.inference.laplace.grouped_optimum import GroupedOptimum, find_grouped_optimum
from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.target import Target, single_threaded_linear_algebra
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.model_spec import ModelSpec

RETRY_FACTOR = 4
"""How many times as many points are tried before Hamiltonian Monte Carlo."""
PUBLISHED_SETTINGS = {"correct_skew_above": "bend_above"}
"""Settings that provenance records under another name than `Laplace` has."""


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
        Beyond this many, Hamiltonian Monte Carlo is used straight away.
    enough_points
        Effective points at which the importance sample is accepted; if not, more points are tried
        where that can help, and then Hamiltonian Monte Carlo.
    moving_chains, tune, moves
        Chains of Hamiltonian Monte Carlo, their trajectories to tune, and their trajectories kept.
    correct_skew_above
        Draws are corrected for skew, not only shifted to the mean, if the mean lies further than this
        from the mode anywhere, in posterior standard deviations.
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

    def published(self) -> dict[str, object]:
        """Lay the settings out as provenance records them."""
        return {PUBLISHED_SETTINGS.get(name, name): value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class _Integration:
    """The posterior of the hyperparameters, integrated: points to draw at, and how well they integrate."""

    points: DrawPoints
    effective: float
    agreement: float
    method: str


def sample_laplace(
    spec: ModelSpec,
    cells: xr.Dataset,
    *,
    settings: Laplace | None = None,
    seed: int,
    progress: Progress | None = None,
) -> xr.DataTree:
    """Draw from the posterior by a nested Laplace approximation.

    The latent field is integrated out by a Laplace approximation at each setting of the hyperparameters,
    the settings are integrated over numerically, and the field is then drawn jointly.

    Parameters
    ----------
    spec, cells
        As for `lay_out_cells`.
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
    EquityModelError
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
    settings, report = settings or Laplace(), progress or silent
    field = lay_out_latent(spec, cells)
    target = Target(field, settings.cores or available_cores())
    with single_threaded_linear_algebra():
        report("finding the mode of the hyperparameters", 0.0)
        optimum = find_grouped_optimum(target)
        modes = find_modes(field, optimum.expansion.hyper, optimum.expansion.latent)
        corrections = correct(modes)
        error = measure_approximation_error(modes, corrections, seed)
        report("integrating over the hyperparameters", 0.0)
        integration = _integrate(target, optimum, settings, seed, report)
        report("drawing", 0.0)
        skewed = error["largest_shift"].item() > settings.correct_skew_above
        drawn = draw_latent(target, integration.points, seed=seed, shift=None if skewed else corrections.shift)
        report("drawing", 1.0)
    stats = error.assign(
        effective_points=integration.effective,
        points_agreement=integration.agreement,
        optimum_found=optimum.converged,
        skew_corrected=skewed,
        points=int((integration.points.counts > 0).sum()),
        log_evidence=optimum.density + float(np.linalg.slogdet(optimum.root_covariance)[1]),
    ).assign_attrs(integration=integration.method)
    posterior = _posterior(field, drawn, settings.chains).assign_attrs(settings=json.dumps(settings.published()))
    return xr.DataTree.from_dict({"/posterior": posterior, "/sample_stats": stats})


def _posterior(field: GroupedLatent, drawn: GroupedDraws, chains: int) -> xr.Dataset:
    """Label draws as a sampler would: chains, draws and the dimensions of each variable."""
    posterior = xr.Dataset(drawn.named(chains))
    coords = {dim: values for dim, values in field.coords.items() if dim in posterior.dims}
    count = {"chain": np.arange(chains), "draw": np.arange(posterior.sizes["draw"])}
    return posterior.assign_coords(coords | count).assign_attrs(engine="laplace")


def _integrate(
    target: Target, optimum: GroupedOptimum, settings: Laplace, seed: int, progress: Progress
) -> _Integration:
    """Integrate by importance sampling where that is efficient; otherwise by Hamiltonian Monte Carlo."""
    total = settings.draws * settings.chains
    if not target.field.hyperparameters:
        points = DrawPoints(optimum.expansion.hyper, optimum.expansion.latent, np.array([total]))
        return _Integration(points, float(total), 1.0, "none needed")
    transform = normalise_axes(target, optimum)
    if target.field.hyperparameters <= settings.most_hyperparameters:
        for size in (settings.points, RETRY_FACTOR * settings.points):
            weighted = sample_importance(target, transform, points=size, seed=seed)
            if weighted.effective >= settings.enough_points:
                return _from_weights(weighted, total, seed)
            if weighted.effective * RETRY_FACTOR < settings.enough_points:
                break
    moves = Moves(settings.moving_chains, settings.tune, settings.moves)
    chains = sample_hamiltonian(target, transform, moves, seed=seed, progress=progress)
    hyper = chains.hyper.reshape(-1, chains.hyper.shape[-1])
    counts = allocate_draws(np.full(len(hyper), 1.0 / len(hyper)), total, np.random.default_rng([seed, 1]))
    return _Integration(DrawPoints(hyper, chains.latent, counts), chains.effective, chains.agreement, "chains")


def _from_weights(weighted: WeightedPoints, total: int, seed: int) -> _Integration:
    """Allocate draws to the points of an importance sample."""
    counts = allocate_draws(weighted.weight, total, np.random.default_rng([seed, 1]))
    points = DrawPoints(weighted.hyper, weighted.latent, counts, weighted.modes)
    return _Integration(points, weighted.effective, 1.0, "importance")
