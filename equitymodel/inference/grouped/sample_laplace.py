"""Draws of a model of cells by nested Laplace, laid out as a sampler would."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.grouped_draws import GroupedDraws
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.approximate import approximate
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.model_spec import ModelSpec


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
        ``sample_stats``, with what `check_laplace` needs.
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
    settings = settings or Laplace()
    field = lay_out_latent(spec, cells)
    found = approximate(GroupedSystem(field), settings, seed=seed, progress=progress or silent)
    posterior = _posterior(field, found.draws, settings.chains).assign_attrs(settings=json.dumps(settings.published()))
    return xr.DataTree.from_dict({"/posterior": posterior, "/sample_stats": found.stats})


def _posterior(field: GroupedLatent, drawn: GroupedDraws, chains: int) -> xr.Dataset:
    """Label draws as a sampler would: chains, draws and the dimensions of each variable."""
    posterior = xr.Dataset(drawn.named(chains))
    coords = {dim: values for dim, values in field.coords.items() if dim in posterior.dims}
    count = {"chain": np.arange(chains), "draw": np.arange(posterior.sizes["draw"])}
    return posterior.assign_coords(coords | count).assign_attrs(engine="laplace")
