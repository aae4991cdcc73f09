"""Counts of admissions drawn from a known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.suppression import SmallNumberRule, count_variables, small_number_rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE, cell_dims


@dataclass(frozen=True)
class Truth:
    """What the simulated world is really like.

    Attributes
    ----------
    ratio
        True rate relative to need; dims ``ics, deprivation, procedure``; 1 = as needed.
    fitted
        True mean number of admissions, same dims.
    need
        True need in each cell, same dims, in admissions at equal use for equal need.
    """

    ratio: xr.DataArray
    fitted: xr.DataArray
    need: xr.DataArray


@dataclass(frozen=True)
class LocalVariation:
    """How much places differ in a simulated world: standard deviations of log ratios."""

    ics_by_procedure_level: float = 0.12
    ics_gradient: float = 0.10
    ics_by_procedure_gradient: float = 0.07
    extra_variation: float = 0.05


def draw_ratio(
    gradient: xr.DataArray,
    departure: xr.DataArray,
    population: xr.DataArray,
    *,
    variation: LocalVariation,
    rng: np.random.Generator,
) -> xr.DataArray:
    """Draw a true ratio for each cell around national gradients.

    Parameters
    ----------
    gradient
        National log ratio of the least to the most deprived end, by procedure.
    departure
        National log departure from that line, by deprivation group and procedure.
    population
        People by ICS and deprivation group, which sets the national positions.
    variation
        How much ICSs differ.
    rng
        Source of randomness.

    Returns
    -------
    xarray.DataArray
        Ratios; dims ``ics, deprivation, procedure``; no unit.

    Examples
    --------
    >>> people = xr.DataArray(np.ones((3, 5)), dims=("ics", "deprivation"))
    >>> line = xr.DataArray([0.2], dims="procedure")
    >>> flat = xr.DataArray(np.zeros((5, 1)), dims=("deprivation", "procedure"))
    >>> draw_ratio(line, flat, people, variation=LocalVariation(), rng=np.random.default_rng(1)).shape
    (3, 5, 1)
    """
    position = ridit(population.sum(ICS)) - 0.5
    areas, procedures = population.sizes[ICS], gradient.sizes[PROCEDURE]
    level = xr.DataArray(rng.normal(0, variation.ics_by_procedure_level, (areas, procedures)), dims=(ICS, PROCEDURE))
    shared = xr.DataArray(rng.normal(0, variation.ics_gradient, areas), dims=ICS)
    own = xr.DataArray(rng.normal(0, variation.ics_by_procedure_gradient, (areas, procedures)), dims=(ICS, PROCEDURE))
    log_ratio = level + (gradient + shared + own) * position + departure
    return np.exp(log_ratio).transpose(*CELL_DIMS)


def draw_counts(fitted: xr.DataArray, *, extra_variation: float, rng: np.random.Generator) -> xr.DataArray:
    """Draw negative binomial counts: gamma noise shared by the strata of a cell, then Poisson.

    Parameters
    ----------
    fitted
        True means; cells over ``ics, deprivation, procedure``, and any strata within them.
    extra_variation
        Coefficient of variation beyond Poisson noise; 0 for Poisson counts.
    rng
        Source of randomness.

    Returns
    -------
    xarray.DataArray
        Whole numbers of admissions, dims of `fitted`.

    Examples
    --------
    >>> mean = xr.DataArray(np.full((2, 2, 1), 40.0), dims=("ics", "deprivation", "procedure"))
    >>> draw_counts(mean, extra_variation=0.1, rng=np.random.default_rng(1)).dtype.kind
    'i'
    """
    cells = fitted.isel({dim: 0 for dim in fitted.dims if dim not in cell_dims(fitted.dims)}, drop=True)
    noise = xr.ones_like(cells)
    if extra_variation > 0:
        shape = extra_variation**-2
        noise = cells.copy(data=rng.gamma(shape, 1 / shape, cells.shape))
    mean = fitted * noise
    return mean.copy(data=rng.poisson(mean.values))


@refuses_other_types
def simulate_cells(
    *,
    areas: int = 12,
    groups: int = 5,
    procedures: int = 3,
    expected: float = 200.0,
    gradient: float = 0.3,
    variation: LocalVariation | None = None,
    seed: int,
) -> tuple[xr.Dataset, Truth]:
    """Make a small set of cells with a known truth, ready to fit.

    Parameters
    ----------
    areas, groups, procedures
        Sizes.
    expected
        Typical expected admissions in a cell.
    gradient
        National log ratio of the least to the most deprived end, for every procedure.
    variation
        How much ICSs differ.
    seed
        Seed of the random numbers.

    Returns
    -------
    tuple
        Cells as from `read_cells`, and the truth behind them.

    Examples
    --------
    >>> cells, truth = simulate_cells(areas=3, seed=1)
    >>> cells.sizes["ics"], bool((truth.ratio > 0).all())
    (3, True)
    """
    rng = np.random.default_rng(seed)
    variation = variation or LocalVariation()
    coords = {
        ICS: [f"area {i + 1:02d}" for i in range(areas)],
        DEPRIVATION: list(range(1, groups + 1)),
        PROCEDURE: [f"procedure {p + 1:02d}" for p in range(procedures)],
    }
    share = rng.dirichlet(np.full(groups, 8.0), size=areas) * groups
    population = xr.DataArray(share * 100_000, coords={key: coords[key] for key in (ICS, DEPRIVATION)})
    need = (population / 100_000 * expected).expand_dims({PROCEDURE: coords[PROCEDURE]}).transpose(*CELL_DIMS)
    line = xr.DataArray(np.full(procedures, gradient), dims=PROCEDURE)
    flat = xr.DataArray(np.zeros((groups, procedures)), dims=(DEPRIVATION, PROCEDURE))
    ratio = draw_ratio(line, flat, population, variation=variation, rng=rng)
    fitted = (need * ratio).transpose(*CELL_DIMS)
    admissions = draw_counts(fitted, extra_variation=variation.extra_variation, rng=rng).astype(float)
    scale = admissions.sum(CELL_DIMS[:2]) / need.sum(CELL_DIMS[:2])
    cells = xr.Dataset(
        {
            "admissions": admissions,
            "expected_admissions": (need * scale).expand_dims(adjustment=["population"]),
            "population": population,
            "offered": xr.ones_like(admissions, dtype=bool),
        },
    ).assign_coords(position=ridit(population.sum(ICS)), ics_name=(ICS, coords[ICS]), region=(ICS, ["one"] * areas))
    facts = CellFacts(adjustment="population only", deprivation_index="simulated")
    return facts.keep_with(cells), Truth(ratio=ratio, fitted=fitted, need=need)


def hide_small_numbers(cells: xr.Dataset, rule: str | SmallNumberRule) -> xr.Dataset:
    """Hide and round exact counts as a publisher would, to see what that costs.

    Parameters
    ----------
    cells
        With exact counts.
    rule
        A rule for small numbers, by name or written, as for `read_cells`.

    Returns
    -------
    xarray.Dataset
        The cells as `read_cells` would give them from the published table: ``admissions`` only
        where the count can still be known, and what it may be in ``admissions_low`` and
        ``admissions_high``.

    Raises
    ------
    OptionError
        When there is no such rule, or it hides nothing.

    Examples
    --------
    >>> cells, _ = simulate_cells(areas=3, expected=8.0, seed=1)
    >>> hidden = hide_small_numbers(cells, "lt5")
    >>> bool((hidden["admissions"].isnull() == cells["admissions"].isin([1, 2, 3, 4])).all())
    True
    """
    hiding = small_number_rule(rule)
    if hiding is None:
        raise OptionError(f"'{rule}' is not a rule that hides counts")
    counts = cells["admissions"]
    suppressed = hiding.hides(counts.values)
    ends = (counts.copy(data=end).where(counts.notnull()) for end in hiding.bounds(hiding.rounded(counts.values)))
    low, high = (end.where(~suppressed, hidden) for end, hidden in zip(ends, (hiding.low, hiding.high), strict=True))
    return cells.assign(count_variables(low, high))
