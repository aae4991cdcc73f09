"""How much memory a fit will take, estimated before it runs, and held against what the machine has free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import xarray as xr

from equitymodel.errors import MemoryShortageError
from equitymodel.inference.jobs.free_memory import free_memory
from equitymodel.vocabulary import PERIOD, cell_dims

if TYPE_CHECKING:
    from equitymodel.inference.grouped.nuts import Sampling
    from equitymodel.inference.laplace.settings import Laplace

NUMBER = 8
"""Bytes of a number."""
DRAWS_OF_CELLS, CELLS_ENGINE, CELLS_FIXED = 14.5, 17_000, 50_000_000
"""Arrays of draws x cells that a fit and its checks hold at once; bytes a cell of the engine; bytes of any fit."""
DRAWS_OF_SERIES, SERIES_ENGINE, SERIES_FIXED = 3.0, 1_000, 40_000_000
"""The same of series: arrays of draws x series x periods, one of them only where a break leaves something behind; bytes
a period of a series; bytes of any fit."""
MODES_OF_SERIES, MOST_MODES = 22_000, 640_000_000
"""Bytes a period of a series of approximations that are kept, and the most that all take: then none are kept."""
RESULTS_FIXED, PACKED = 2_000_000, 0.7
"""Bytes of tables and pages; what draws take on a disk, as a share of what they take in memory."""
WORKER = 400_000_000
"""Bytes of a process that has loaded what fits need, before it fits."""
CELLS_DRAWS = 4000
"""Draws of a fit to cells where nothing else is said."""


def kept_draws(*settings: Laplace | Sampling | None) -> int:
    """Count the draws that settings keep, over all chains; 4,000 where there are none.

    Examples
    --------
    >>> kept_draws(None)
    4000
    """
    for each in settings:
        if each is not None:
            return each.draws * each.chains
    return CELLS_DRAWS


def _cells_in(data: xr.Dataset) -> int:
    """Count cells, or the periods of all series."""
    return math.prod(data.sizes[dim] for dim in cell_dims(data.dims))


def estimate_cells_memory(cells: xr.Dataset, draws: int = CELLS_DRAWS) -> int:
    """Estimate how much memory a fit to cells takes at its peak, checks included.

    Parameters
    ----------
    cells
        What is fitted to.
    draws
        How many are kept, over all chains.

    Returns
    -------
    int
        Bytes beyond those of the process, on the safe side: `benchmarks/fit_memory.py` measures.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=8, seed=1)
    >>> estimate_cells_memory(cells) < 300_000_000
    True
    """
    size = _cells_in(cells)
    return int(CELLS_FIXED + size * (CELLS_ENGINE + DRAWS_OF_CELLS * NUMBER * draws))


def estimate_results_size(cells: xr.Dataset, draws: int = CELLS_DRAWS) -> int:
    """Estimate how large a folder of results is: its draws, which are most of it, and its tables and pages.

    Parameters
    ----------
    cells
        What is fitted to.
    draws
        How many are kept, over all chains.

    Returns
    -------
    int
        Bytes. Packed draws of a demo took seven tenths of what they take in memory.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=8, seed=1)
    >>> estimate_results_size(cells, 4000) > estimate_results_size(cells, 1000) > RESULTS_FIXED
    True
    """
    size = _cells_in(cells) // cells.sizes.get(PERIOD, 1)
    return int(RESULTS_FIXED + PACKED * NUMBER * size * draws)


def estimate_series_memory(series: xr.Dataset, draws: int | None = None) -> int:
    """Estimate how much memory a fit to series takes at its peak.

    Parameters
    ----------
    series
        What is fitted to.
    draws
        How many; by default as many as `fit_interruption` takes.

    Returns
    -------
    int
        Bytes beyond those of the process, on the safe side.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> estimate_series_memory(series) < 300_000_000
    True
    """
    size = _cells_in(series)
    drawn = draws or default_series_draws(size)
    modes = min(size * MODES_OF_SERIES, MOST_MODES)
    return int(SERIES_FIXED + modes + size * (SERIES_ENGINE + DRAWS_OF_SERIES * NUMBER * drawn))


MOST_DRAWS, FEWEST_DRAWS = 4000, 400
ROOM = 12_000_000
"""Most draws of means that are kept: fewer draws where there are many series."""


def default_series_draws(size: int) -> int:
    """Choose how many draws to keep of so many means: series x periods."""
    return max(FEWEST_DRAWS, min(MOST_DRAWS, ROOM // size))


def require_memory(needed: int, *, way_out: str = "ask for fewer draws, or fit fewer procedures at once") -> None:
    """Refuse a computation of so many bytes, as estimated, if less is free: `MemoryShortageError` says both."""
    free = free_memory()
    if free is not None and needed > free:
        raise MemoryShortageError(
            f"this needs about {in_gigabytes(needed)} of memory, and {in_gigabytes(free)} are free; {way_out}"
        )


def workers_in_memory(needed: Sequence[int], workers: int, *, processes: bool) -> int:
    """Say how many workers have memory enough: the largest jobs may run at once.

    Parameters
    ----------
    needed
        Bytes of each job; 0 where nobody knows.
    workers
        How many are asked for.
    processes
        Whether each is a process, which takes memory of its own.

    Returns
    -------
    int
        As many as asked for, or fewer.

    Raises
    ------
    MemoryShortageError
        When not even the largest job has enough.

    Examples
    --------
    >>> workers_in_memory([0, 0], 2, processes=False)
    2
    """
    if not any(needed):
        return workers
    free, own = free_memory(), WORKER if processes else 0
    largest = sorted(needed, reverse=True)
    require_memory(largest[0] + own, way_out="ask for fewer draws, or fit fewer procedures at once")
    while free is not None and workers > 1 and sum(largest[:workers]) + own * workers > free:
        workers -= 1
    return workers


def in_gigabytes(size: int) -> str:
    """Write bytes as gigabytes: ``3.4 GB``."""
    return f"{size / 1e9:,.1f} GB"
