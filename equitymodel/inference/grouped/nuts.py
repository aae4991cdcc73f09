"""Sample a grouped model with the no-U-turn sampler, with progress, safely interrupted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import nutpie
import xarray as xr
from nutpie.compiled_pyfunc import from_pyfunc

from equitymodel.inference.cores import available_cores
from equitymodel.inference.grouped.grouped_layout import GroupedLayout
from equitymodel.inference.progress import Progress, silent

if TYPE_CHECKING:
    import pymc as pm


@dataclass(frozen=True)
class Sampling:
    """How long and how carefully to sample.

    Attributes
    ----------
    draws, tune, chains
        Draws kept a chain, draws spent on tuning, and independent chains.
    target_accept
        Higher means smaller steps.
    retry_accept
        The value of `target_accept` for one more attempt when there were divergences.
    retry_draws
        How many times as many draws to keep in one more attempt when chains have not settled.
    cores
        Chains sampled at the same time; as many as there are processors by default.
    """

    draws: int = 2000
    tune: int = 500
    chains: int = 4
    target_accept: float = 0.85
    retry_accept: float = 0.99
    retry_draws: int = 2
    cores: int | None = None


@dataclass(frozen=True)
class WarmStart:
    """Location and scale of the posterior: chains begin there, in standardised coordinates.

    Attributes
    ----------
    centre, width
        Approximate posterior means and standard deviations of the free parameters.
    """

    centre: np.ndarray
    width: np.ndarray

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standardised coordinates to free parameters."""
        return self.centre + self.width * standard


def start_from(layout: GroupedLayout, draws: xr.Dataset) -> WarmStart:
    """Compute location and scale of the posterior from draws of another engine.

    Parameters
    ----------
    layout
        From `lay_out_cells`.
    draws
        The posterior of the same specification and cells, for example by `sample_laplace`.

    Returns
    -------
    Start
        Means and standard deviations of the free parameters, on the scale they are sampled on.

    Examples
    --------
    >>> from equitymodel.inference.grouped.sample_laplace import sample_laplace
    >>> from equitymodel.inference.grouped.grouped_layout import lay_out_cells
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> spec, (cells, _) = load_model(), simulate_cells(areas=4, procedures=2, seed=1)
    >>> layout, quick = lay_out_cells(spec, cells), sample_laplace(spec, cells, seed=1)
    >>> start_from(layout, quick["posterior"].to_dataset()).width.shape == (layout.parameters,)
    True
    """
    theta = layout.free(draws)
    return WarmStart(theta.mean(axis=0), np.maximum(theta.std(axis=0), 1e-6))


def sample(
    model: GroupedLayout | pm.Model,
    *,
    sampling: Sampling,
    seed: int,
    start: WarmStart | None = None,
    progress: Progress | None = None,
) -> xr.DataTree:
    """Sample a posterior; with divergences, sample once more with smaller steps.

    Parameters
    ----------
    model
        From `lay_out_cells`, whose density is compiled already; or a PyMC model, which is compiled
        first and takes a minute or two longer. Both hold the same posterior.
    sampling
        How long and how carefully.
    seed
        Seed of the random numbers.
    start
        Where to begin, for a model from `lay_out_cells`; near the middle of the priors if not given.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior`` and ``sample_stats``, with ArviZ's names.

    Raises
    ------
    KeyboardInterrupt
        When interrupted; the unfinished draws are thrown away.

    References
    ----------
    Hoffman MD, Gelman A (2014) The no-U-turn sampler. JMLR 15:1593.

    Examples
    --------
    >>> Sampling().chains
    4
    """
    progress = progress or silent
    progress("preparing the model", 0.0)
    compiled = _compile_layout(model, start) if isinstance(model, GroupedLayout) else nutpie.compile_pymc_model(model)
    tree = _run(compiled, sampling, sampling.target_accept, seed, progress, "sampling")
    if divergences(tree) and sampling.retry_accept > sampling.target_accept:
        tree = _run(compiled, sampling, sampling.retry_accept, seed, progress, "sampling with smaller steps")
    return _relabel(tree, model.coords, sampling)


def _relabel(tree: xr.DataTree, coords: Mapping[str, Any], sampling: Sampling) -> xr.DataTree:
    """Restore the labels of dimensions, which the sampler keeps as text, and record its settings."""
    posterior = tree["posterior"].to_dataset().assign_attrs(engine="nuts", settings=json.dumps(asdict(sampling)))
    labels = {dim: list(values) for dim, values in coords.items() if dim in posterior.dims and values is not None}
    return xr.DataTree.from_dict(
        {"/posterior": posterior.assign_coords(labels), "/sample_stats": tree["sample_stats"].to_dataset()}
    )


def divergences(tree: xr.DataTree) -> int:
    """Count divergent transitions.

    Examples
    --------
    >>> divergences(xr.DataTree.from_dict({"/sample_stats": xr.Dataset({"diverging": ("draw", [0, 1, 0])})}))
    1
    """
    return int(tree["sample_stats"]["diverging"].sum())


def _compile_layout(layout: GroupedLayout, start: WarmStart | None) -> Any:
    dims = layout.dims()
    names = list(dims)
    layout.density(layout.start(0))  # compiles once, in this thread
    begin = start or WarmStart(np.zeros(layout.parameters), np.ones(layout.parameters))

    def density(standard: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = layout.density(begin.place(standard))
        return value, gradient * begin.width

    def named(standard: np.ndarray) -> dict[str, np.ndarray]:
        return layout.named(begin.place(standard))

    def first(seed: int) -> np.ndarray:
        return layout.start(seed) if start is None else np.random.default_rng(seed).normal(size=layout.parameters)

    return from_pyfunc(
        layout.parameters,
        lambda: density,
        lambda *_seeds: named,
        [np.dtype("float64")] * len(names),
        [layout.shape(name) for name in names],
        names,
        coords={key: [str(value) for value in values] for key, values in layout.coords.items()},
        dims=dims,
        make_initial_point_fn=first,
    )


def _run(compiled: Any, sampling: Sampling, accept: float, seed: int, progress: Progress, what: str) -> xr.DataTree:
    total = sampling.chains * (sampling.draws + sampling.tune)

    def report(chains: list[Any]) -> None:
        progress(what, sum(chain.finished_draws for chain in chains) / total)

    sampler = nutpie.sample(
        compiled,
        draws=sampling.draws,
        tune=sampling.tune,
        chains=sampling.chains,
        cores=sampling.cores or available_cores(),
        seed=seed,
        target_accept=accept,
        save_warmup=False,
        progress_bar=False,
        progress_callback=report,
        blocking=False,
    )
    try:
        tree: xr.DataTree = sampler.wait()
    except KeyboardInterrupt:
        sampler.cancel()
        raise
    progress(what, 1.0)
    tree["posterior"].attrs["target_accept"] = accept
    return tree
