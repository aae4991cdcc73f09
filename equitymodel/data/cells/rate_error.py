"""Reference rates come from a finite number of admissions: what else they may be, and when it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.suppression import draw_within
from equitymodel.errors import OptionError
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PROCEDURE

RATE_ERROR = "rate_error"
RATE_DRAW = "rate_draw"
SETTLING, APART = 60, 5
"""Rounds of the chain before the first draw, and between draws."""
COVERAGE_LOST = 0.01
"""The alarm is raised where an interval that takes rates as known holds the truth this much less often than it says."""


@dataclass(frozen=True)
class RateError:
    """Whether reference rates by age and sex are drawn rather than taken as known.

    Attributes
    ----------
    seed
        Seed of the draws; recorded with the cells.
    draws
        How many draws of the rates to fit to.
    """

    seed: int
    draws: int = 20

    def __post_init__(self) -> None:
        """Check that there is something to fit to.

        Raises
        ------
        OptionError
            When there are no draws.
        """
        refuse_other_fields(self)
        if self.draws < 1:
            raise OptionError("draws of reference rates are at least 1")


@on_same_labels
def draw_reference_rates(
    low: xr.DataArray,
    high: xr.DataArray,
    population: xr.DataArray,
    *,
    cells: Sequence[str],
    draws: int,
    rng: np.random.Generator,
) -> xr.DataArray:
    r"""Draw reference rates by stratum from their posterior, with the cells held fixed.

    .. math:: Y_{ca} \sim \mathrm{Poisson}(N_{ca}\, r_a\, \theta_c), \qquad p(r, \theta) \propto
              \prod_a r_a^{-1} \prod_c \theta_c^{-1}

    Parameters
    ----------
    low, high
        What the count of each cell and stratum may be; missing where nothing is known.
    population
        Person-years by cell and stratum; dims may lack ``procedure``.
    cells
        The dimensions that make a cell.
    draws
        How many.
    rng
        Source of randomness.

    Returns
    -------
    xarray.DataArray
        Admissions a person-year; dims ``rate_draw``, the strata, and any dims beyond cells and strata. Their
        scale is arbitrary.

    Notes
    -----
    Cell ratios integrate out to leave the likelihood of how each cell's admissions divide among
    strata, given their total: nothing is learned from the totals that the model is fitted to.
    Strata without admissions keep a rate of zero, as in `reference_rates`. Hidden counts are drawn
    within their bounds in each round.

    References
    ----------
    Gelfand AE, Smith AFM (1990) Sampling-based approaches to calculating marginal densities.
    JASA 85:398. doi:10.1080/01621459.1990.10476213
    Rubin DB (1981) The Bayesian bootstrap. Annals of Statistics 9:130.

    Examples
    --------
    >>> people = xr.DataArray([[1000.0, 500], [500, 1000]], dims=("ics", "age_band"))
    >>> counts = xr.DataArray([[100.0, 200], [50, 400]], dims=("ics", "age_band"))
    >>> drawn = draw_reference_rates(counts, counts, people, cells=["ics"], draws=400, rng=np.random.default_rng(1))
    >>> ratio = drawn[:, 1] / drawn[:, 0]
    >>> ratio.median().round(1).item(), np.log(ratio).std().round(1).item()
    (4.0, 0.1)
    """
    strata = [dim for dim in population.dims if dim not in cells]
    known = low.notnull().all(strata)
    people, bottom, top = xr.broadcast((population * known).fillna(0.0), low.fillna(0.0), high.fillna(0.0))
    own, within = ([people.get_axis_num(dim) for dim in dims] for dims in (cells, strata))
    people, ends = people.where(known, 0.0), [end.where(known, 0.0).values for end in (bottom, top)]
    exposure, counts = people.values, sum(ends) / 2.0
    hidden = ends[0] < ends[1]

    def gamma(shape: np.ndarray, reached: np.ndarray) -> np.ndarray:
        return np.where(shape > 0, rng.gamma(shape) / np.where(shape > 0, reached, 1.0), 0.0)

    rate, ratio, kept = _total(counts, own) / np.maximum(_total(exposure, own), 1e-300), np.ones(()), []
    for number in range(SETTLING + APART * draws):
        ratio = gamma(_total(counts, within), _total(exposure * rate, within))
        rate = gamma(_total(counts, own), _total(exposure * ratio, own))
        if hidden.any():
            counts[hidden] = draw_within(ends[0][hidden], ends[1][hidden], (exposure * rate * ratio)[hidden], rng)
        if number >= SETTLING and (number - SETTLING) % APART == APART - 1:
            kept.append(rate)
    drawn = np.stack([each.squeeze(tuple(own)) for each in kept])
    dims = [dim for dim in people.dims if dim not in cells]
    return xr.DataArray(
        drawn, dims=(RATE_DRAW, *dims), coords={dim: people[dim] for dim in dims if dim in people.coords}
    )


def _total(values: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    total: np.ndarray = values.sum(axis=tuple(axes), keepdims=True)
    return total


@on_same_labels
def rate_error_share(counts: xr.DataArray, population: xr.DataArray, rates: xr.DataArray) -> xr.DataArray:
    r"""Give what error in reference rates adds to the variance of each group's ratio, against its own.

    .. math:: \frac{d_q^\top V d_q}{D / Y_q}, \qquad
              V^{-1} = \sum_c Y_c \left(\mathrm{diag}(p_c) - p_c p_c^\top\right), \qquad d_q = p_q - \bar p

    Parameters
    ----------
    counts
        Admissions by cell and stratum of one procedure; missing where not known.
    population
        Person-years by cell and stratum.
    rates
        Reference rates by stratum, from `reference_rates`.

    Returns
    -------
    xarray.DataArray
        Added over own variance, by deprivation group over all ICSs together, where intervals are
        narrowest; 0 = rates might as well be known.

    Notes
    -----
    *p* are shares of expected admissions by stratum, of a cell, a group and the nation. By the
    delta method; the own variance is that of counts with the dispersion *D* of cells around ICS
    and group. Under Poisson noise alone both shrink equally with the number of admissions, so that
    the share hangs on how unlike the ages are; few admissions matter because with many, ICSs differ
    by more than counting noise.

    Examples
    --------
    >>> people = xr.DataArray([[[900.0, 100], [100, 900]]] * 2, dims=("ics", "deprivation", "age_band"))
    >>> rates = xr.DataArray([0.01, 0.02], dims="age_band")
    >>> rate_error_share(people * rates, people, rates).round(2).values
    array([1.  , 0.58])
    """
    strata = [dim for dim in population.dims if dim not in CELL_DIMS]
    known = counts.notnull().all(strata)
    by = (ICS, DEPRIVATION, *strata)
    due = (population * rates).where(known, 0.0).transpose(*by)
    observed = counts.where(known, 0.0).sum(strata).transpose(ICS, DEPRIVATION)
    flat = due.values.reshape(*observed.shape, -1)
    share = flat / np.maximum(flat.sum(-1, keepdims=True), 1e-300)
    total = observed.values
    information = np.diag((total[..., None] * share).sum((0, 1))) - np.einsum("iq,iqa,iqb->ab", total, share, share)
    group = flat.sum(0) / np.maximum(flat.sum((0, 2))[:, None], 1e-300)
    away = group - flat.sum((0, 1)) / flat.sum()
    added = np.einsum("qa,ab,qb->q", away, np.linalg.pinv(information, hermitian=True), away)
    own = _dispersion(observed.values, flat.sum(-1)) / observed.sum(ICS)
    relative: xr.DataArray = added / own.where(observed.sum(ICS) > 0)
    return relative


def _dispersion(observed: np.ndarray, expected: np.ndarray) -> float:
    """Give the variance of counts by ICS and group around what these would give, over that of Poisson counts."""
    level = _per(observed.sum(1, keepdims=True), expected.sum(1, keepdims=True))
    mean = expected * level * _per(observed.sum(0), expected.sum(0)) * expected.sum() / observed.sum()
    freedom = max((observed.shape[0] - 1) * (observed.shape[1] - 1), 1)
    variance: float = float(_per((observed - mean) ** 2, mean).sum()) / freedom
    return max(variance, 1.0)


def _per(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Divide where there is something to divide by; 0 elsewhere."""
    there = other > 0
    return np.where(there, one / np.where(there, other, 1.0), 0.0)


def largest_share() -> float:
    """Give the share of variance from which leaving rates out costs an interval its stated coverage.

    Examples
    --------
    >>> round(largest_share(), 3)
    0.086
    """
    said, held = stats.norm.isf((1 - INTERVAL_PROBABILITY + np.array([0.0, COVERAGE_LOST])) / 2)
    return float((said / held) ** 2 - 1.0)


def name_shares(counts: xr.DataArray, population: xr.DataArray, rates: xr.DataArray, *, group: str) -> list[str]:
    """Name the procedures and groups whose intervals would be too narrow with reference rates taken as known."""
    rows = []
    for name in counts[PROCEDURE].values:
        own, rate = counts.sel({PROCEDURE: name}, drop=True), rates.sel({PROCEDURE: name}, drop=True)
        if not bool((own > 0).any() and (rate > 0).any()):
            continue
        share = rate_error_share(own, population, rate)
        rows += [
            f"{name}, {group} {label}: its standard error is {1 - 1 / np.sqrt(1 + value):.0%} too small"
            for label, value in share.to_series().items()
            if value > largest_share()
        ]
    return rows
