"""Nested Laplace approximation of any latent Gaussian model: mode, integration, draws, and its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xarray as xr

from equitymodel.inference.cores import available_cores, one_thread_of_linear_algebra
from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from equitymodel.inference.laplace.draw import draw_latent
from equitymodel.inference.laplace.integration import integrate
from equitymodel.inference.laplace.latent_gaussian import LatentGaussian
from equitymodel.inference.laplace.optimum import find_optimum
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.progress import Progress


@dataclass(frozen=True)
class Approximation:
    """Draws of a latent Gaussian model, and how good they are.

    Attributes
    ----------
    draws
        As the model keeps them.
    stats
        What `check_laplace` needs.
    """

    draws: Any
    stats: xr.Dataset


def approximate(field: LatentGaussian, settings: Laplace, *, seed: int, progress: Progress) -> Approximation:
    """Draw from the posterior of a latent Gaussian model by a nested Laplace approximation.

    The latent field is integrated out by a Laplace approximation at each setting of the hyperparameters,
    the settings are integrated over numerically, and the field is then drawn jointly.

    Parameters
    ----------
    field, settings
        The model, and how carefully to integrate and how much to draw.
    seed, progress
        Seed of the random numbers, and whom to tell how far it is.

    References
    ----------
    Rue H, Martino S, Chopin N (2009) Approximate Bayesian inference for latent Gaussian models by
    using integrated nested Laplace approximations. JRSS B 71:319.
    doi:10.1111/j.1467-9868.2008.00700.x
    """
    with one_thread_of_linear_algebra():
        progress("finding the mode of the hyperparameters", 0.0)
        target = Target(field, settings.cores or available_cores(), together=settings.most_hyperparameters)
        optimum = find_optimum(target)
        modes = field.find_modes(optimum.expansion.hyper, optimum.expansion.start)
        corrections = correct(modes)
        error = measure_approximation_error(modes, corrections)
        progress("integrating over the hyperparameters", 0.0)
        integration = integrate(target, optimum, settings, seed=seed, progress=progress)
        progress("drawing", 0.0)
        skewed = error["largest_shift"].item() > settings.correct_skew_above
        draws = draw_latent(target, integration.points, seed=seed, shift=None if skewed else corrections.shift)
        progress("drawing", 1.0)
    stats = error.assign(
        effective_points=integration.effective,
        points_agreement=integration.agreement,
        optimum_found=optimum.converged,
        skew_corrected=skewed,
        points=int((integration.points.counts > 0).sum()),
    ).assign_attrs(integration=integration.method)
    return Approximation(draws, stats)
