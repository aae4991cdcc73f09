"""Sample a PyMC model with the no-U-turn sampler, with progress, safely interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nutpie
import pymc as pm
import xarray as xr

Progress = Callable[[str, float], None]
POLL_SECONDS = 0.2


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
    cores
        Chains sampled at the same time; as many as there are processors by default.
    """

    draws: int = 1000
    tune: int = 800
    chains: int = 4
    target_accept: float = 0.9
    retry_accept: float = 0.99
    cores: int | None = None


def sample(model: pm.Model, *, sampling: Sampling, seed: int, progress: Progress | None = None) -> xr.DataTree:
    """Compile once and sample; with divergences, sample once more with smaller steps.

    Parameters
    ----------
    model
        From `build_pymc`.
    sampling
        How long and how carefully.
    seed
        Seed of the random numbers.
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

    Examples
    --------
    >>> Sampling().chains
    4
    """
    tell = progress or (lambda what, share: None)
    tell("compiling the model", 0.0)
    compiled = nutpie.compile_pymc_model(model)
    tree = _run(compiled, sampling, sampling.target_accept, seed, tell, "sampling")
    if divergences(tree) and sampling.retry_accept > sampling.target_accept:
        tree = _run(compiled, sampling, sampling.retry_accept, seed, tell, "sampling with smaller steps")
    return tree


def divergences(tree: xr.DataTree) -> int:
    """Count the transitions in which the sampler lost its way.

    Examples
    --------
    >>> divergences(xr.DataTree.from_dict({"/sample_stats": xr.Dataset({"diverging": ("draw", [0, 1, 0])})}))
    1
    """
    return int(tree["sample_stats"]["diverging"].sum())


def _run(compiled: Any, sampling: Sampling, accept: float, seed: int, tell: Progress, what: str) -> xr.DataTree:
    total = sampling.chains * (sampling.draws + sampling.tune)

    def report(chains: list[Any]) -> None:
        tell(what, sum(chain.finished_draws for chain in chains) / total)

    sampler = nutpie.sample(
        compiled,
        draws=sampling.draws,
        tune=sampling.tune,
        chains=sampling.chains,
        cores=sampling.cores,
        seed=seed,
        target_accept=accept,
        save_warmup=False,
        progress_bar=False,
        progress_callback=report,
        blocking=False,
    )
    try:
        while not sampler.is_finished:
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        sampler.cancel()
        raise
    tree: xr.DataTree = sampler.wait()
    tell(what, 1.0)
    tree["posterior"].attrs["target_accept"] = accept
    return tree
