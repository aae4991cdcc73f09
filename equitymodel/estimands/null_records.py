"""What chance alone would show: measures of counts in a world without any gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.group_records import named, whole_statistics
from equitymodel.estimands.inequality import null_counts, share_to_move
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.reading import read_like

NULL_YEARS = 500


@dataclass(frozen=True)
class WorldOfChance:
    """How counts vary where no group differs from another.

    Attributes
    ----------
    extra_variation
        Coefficient of variation beyond Poisson noise, by procedure or alone.
    seed
        Seed of the random numbers.
    """

    extra_variation: xr.DataArray | float
    seed: int


def null_measures(fit: Fitted, chance: WorldOfChance) -> Iterator[Measure]:
    """Give what each measure over all groups would show in crude counts if groups were equal.

    Parameters
    ----------
    fit
        A fit, for its cells.
    chance
        How counts vary by chance alone.

    Returns
    -------
    iterator of Measure
        Means over simulated years, with ``_null`` after the key.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [measure.label for measure in null_measures(fit, WorldOfChance(0.1, seed=1))]
    ['share_to_move_null (at_no_gap)']
    """
    counts = _counts_under_equity(fit, chance)
    group = CellFacts.of(fit.cells).group
    if group.ordered:
        yield _null(share_to_move(*counts), "share_to_move", "at_no_gap", "")
        return
    for key, variant, statistic in whole_statistics():
        yield _null(statistic(*counts), key, variant, named(variant, group.reference))


def _null(statistic: xr.DataArray, key: str, variant: str, reference: str) -> Measure:
    mean = statistic.mean("year").drop_vars("adjustment", errors="ignore")
    return measured(read_like(mean, statistic), f"{key}_null", variant=variant, reference=reference)


def _counts_under_equity(fit: Fitted, chance: WorldOfChance) -> tuple[xr.DataArray, xr.DataArray]:
    """Draw years of counts as chance alone would give them, and what was expected; with all ICSs together."""
    expected = headline_expected(fit.cells)
    counts = null_counts(expected, extra_variation=chance.extra_variation, seed=chance.seed, draws=NULL_YEARS)
    return with_all(counts), with_all(expected)
