"""Every measure of a gap, as records: the rules behind the published table of gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.comparisons import LEAST_DEPRIVED, Variant
from equitymodel.estimands.benchmark import probability_worse, rank_of_ics
from equitymodel.estimands.core20 import core20_difference, core20_ratio, why_no_core20
from equitymodel.estimands.fitted import Fitted, as_fit, people_of
from equitymodel.estimands.gaps import gap_between, rate_difference
from equitymodel.estimands.gradients import FEWEST_GROUPS, relative_gradient_index, relative_index, slope_index
from equitymodel.estimands.group_records import group_measures
from equitymodel.estimands.inequality import concentration_index, horizontal_inequity, share_to_move
from equitymodel.estimands.measures import Measure, headline_of, measured, with_all
from equitymodel.estimands.null_records import WorldOfChance, null_measures
from equitymodel.estimands.rates import adjusted_rate, per_100_000, ratio_where_expected
from equitymodel.estimands.reading import read_like
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, GROUP, ICS

OTHERS = "all_others"
"""What the most deprived fifth is compared with."""
PRESENT = "rate_of_most_deprived_present"
"""What is given for an ICS with residents in fewer than three groups, whose indices are withheld."""


def gap_measures(fit: Fitted) -> Iterator[Measure]:
    """Give the draws behind every row of the table of gaps, measure by measure.

    Parameters
    ----------
    fit
        A fit, whose groups have an order or not.

    Returns
    -------
    iterator of Measure
        For each ICS and all ICSs together. The headline is the rate ratio with the fullest adjustment.
        Groups without an order have no gradients, and one row a group.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [measure.key for measure in gap_measures(fit)][:3]
    ['rate_ratio', 'rate_difference', 'slope_index']
    """
    yield from adjusted_ratios(fit)
    yield from BEYOND_RATIOS[CellFacts.of(fit.cells).group.comparison.variant](fit)


def adjusted_ratios(fit: Fitted) -> Iterator[Measure]:
    """Give the rate ratio under each adjustment; the fullest is the headline."""
    facts, fitted = CellFacts.of(as_fit(fit).cells), with_all(fit.fitted)
    group = facts.group
    for key, (column, _) in group.adjustments(facts.adjustments).items():
        headline = key == facts.fullest
        basis = with_all(fit.expected if headline else fit.expected_under(key))
        gap = gap_between(ratio_where_expected(fitted, basis), group)
        name = "rate_ratio" if headline else f"rate_ratio_{'population_only' if key == 'population' else column}"
        yield measured(
            gap, name, quantity="rate_ratio", variant=group.comparison.variant, adjustment=key,
            reference=group.comparison.reference, headline=headline,
        )  # fmt: skip


def _ordered_measures(fit: Fitted) -> Iterator[Measure]:
    """Give the measures of deprivation beyond the rate ratio."""
    fitted, expected, people = (with_all(values) for values in (fit.fitted, fit.expected, people_of(fit)))
    rate, few = per_100_000(adjusted_rate(fitted, expected, people)), few_groups(fit)
    enough = ~rate[ICS].isin(few[ICS].values[few.values])
    yield measured(rate_difference(rate), "rate_difference", variant="ends", reference=LEAST_DEPRIVED)
    yield measured(slope_index(rate, people), "slope_index", variant="national_linear")
    yield measured(slope_index(rate, people, position="local"), "slope_index", variant="local_linear")
    ends = relative_index(rate, people, loglinear=True)
    yield measured(ends, "relative_index", variant="national_ends_loglinear")
    mean = relative_index(rate, people, variant="mean")
    yield measured(mean, "relative_index", variant="national_mean_linear")
    yield measured(relative_gradient_index(rate, people), "relative_gradient_index", variant="national")
    index = concentration_index(rate, people)
    yield measured(read_like(index.where(enough), index), "concentration_index", variant="relative")
    inequity = horizontal_inequity(fitted, expected, people)
    yield measured(read_like(inequity.where(enough), inequity), "horizontal_inequity", variant="use_less_need")
    if bool(few.any()):
        yield measured(read_like(_most_deprived(rate).where(~enough), rate), PRESENT, variant="withheld")
    yield measured(share_to_move(fitted, expected), "share_to_move", variant="within_area")
    if not why_no_core20(fit.cells):
        yield from _core20_measures(fitted, expected, people)


def _core20_measures(fitted: xr.DataArray, expected: xr.DataArray, people: xr.DataArray) -> Iterator[Measure]:
    """Give the gap between the most deprived fifth and all others."""
    ratio, difference = core20_ratio(fitted, expected), core20_difference(fitted, expected, people)
    yield measured(ratio, "core20_ratio", variant="fifth_to_others", reference=OTHERS)
    yield measured(difference, "core20_difference", variant="fifth_to_others", reference=OTHERS)


def _most_deprived(rate: xr.DataArray) -> xr.DataArray:
    """Give the rate of the most deprived group that has residents."""
    found = rate.isel({DEPRIVATION: -1}, drop=True)
    for group in rate[DEPRIVATION].values[::-1]:
        here = rate.sel({DEPRIVATION: group}, drop=True)
        found = here.where(here.notnull(), found)
    return found


def few_groups(fit: Fitted) -> xr.DataArray:
    """Mark the ICSs with residents in fewer than three deprivation groups, where a gradient has no meaning."""
    present = (fit.cells["population"] > 0).sum(DEPRIVATION)
    return (present < FEWEST_GROUPS) & (fit.cells.sizes[DEPRIVATION] >= FEWEST_GROUPS)


def side_measures(fit: Fitted, measures: list[Measure], chance: WorldOfChance) -> Iterator[Measure]:
    """Give what is read beside the gaps: what chance alone would show, and how each ICS compares with all.

    Parameters
    ----------
    fit, measures
        A fit and its `gap_measures`.
    chance
        How counts vary by chance alone.

    Returns
    -------
    iterator of Measure
        In the order of the published table.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [measure.key for measure in side_measures(fit, list(gap_measures(fit)), WorldOfChance(0.1, seed=1))]
    ['share_to_move_null', 'probability_worse_than_all', 'rank']
    """
    yield from null_measures(fit, chance)
    yield from _comparisons(headline_of(measures).draws)


def _comparisons(gap: xr.DataArray) -> Iterator[Measure]:
    """Compare each ICS with all ICSs together, and rank them where there is one gap an ICS."""
    areas, together = gap.drop_sel({ICS: ALL_ICS}), gap.sel({ICS: ALL_ICS}, drop=True)
    several = GROUP in gap.dims
    key = "probability_below_all" if several else "probability_worse_than_all"
    yield measured(probability_worse(areas, together), key, variant="below_all")
    if not several:
        yield measured(rank_of_ics(areas), "rank", variant="widest_first")


BEYOND_RATIOS: dict[Variant, Callable[[Fitted], Iterator[Measure]]] = {
    "ends": _ordered_measures,
    "to_reference": group_measures,
}
"""The measures of a gap beyond rate ratios, by how groups are compared."""
