"""The measures that mean something for groups without an order, and what noise alone would show of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.groups import group_of
from equitymodel.estimands.benchmark import probability_worse
from equitymodel.estimands.disparity import (
    AGAINST,
    Against,
    index_of_disparity,
    rate_difference_to_reference,
    rate_ratio_to_reference,
    theil_index,
    theil_within,
)
from equitymodel.estimands.inequality import null_counts, share_to_move
from equitymodel.estimands.measures import PER, RATE_UNIT, Measure, share_of_draws, with_all
from equitymodel.estimands.rates import adjusted_rate, standardised_ratio
from equitymodel.inference.fit import Fit
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, ICS, SAMPLE_DIMS

NULL_YEARS = 500
NULL_VARIANT = "what counting noise alone shows in crude counts, if groups were equal"
Statistic = Callable[[xr.DataArray, xr.DataArray], xr.DataArray]


def group_measures(fit: Fit) -> Iterator[Measure]:
    """Give draws of every measure for groups without an order: no gradients, no ridits.

    Parameters
    ----------
    fit
        A diagnosed fit to cells whose groups have no order.

    Returns
    -------
    iterator of Measure
        Ratios and differences to the reference group, one row a group; then, one row an ICS, the
        share to move, Theil's index and the index of disparity.
    """
    yield from _ratios(fit)
    fitted, expected = with_all(fit.fitted), with_all(fit.expected)
    people = with_all(fit.cells["population"].where(fit.cells["offered"]))
    reference = group_of(fit.cells).reference
    gap = _others(rate_difference_to_reference(adjusted_rate(fitted, expected, people) * PER))
    yield Measure("rate_difference", f"{reference} less the group", RATE_UNIT, gap,
                  f"above 0: fewer than {reference}", share_of_draws(gap > 0, gap))  # fmt: skip
    for name, variant, unit, statistic in _statistics(reference):
        yield Measure(name, variant, unit, statistic(fitted, expected))
    yield Measure("theil_within", "between ICSs within groups, Theil's T", "index, 0 = equal",
                  theil_within(fit.fitted, fit.expected).expand_dims({ICS: [ALL_ICS]}))  # fmt: skip


def _ratios(fit: Fit) -> Iterator[Measure]:
    """Compare every group with the reference group, under each adjustment; the fullest is the headline."""
    group, fitted = group_of(fit.cells), with_all(fit.fitted)
    keys = [str(key) for key in fit.cells["adjustment"].values]
    for key, (column, words) in group.adjustments(keys).items():
        headline = key == keys[-1]
        basis = with_all(fit.expected if headline else fit.expected_under(key))
        gap = gap_to_reference(standardised_ratio(fitted, basis))
        name = "rate_ratio" if headline else f"rate_ratio_{'population_only' if key == 'population' else column}"
        yield Measure(name, f"against {group.reference}, adjusted for {words}", "ratio", gap,
                      f"ratio below 1: fewer than {group.reference}", share_of_draws(gap < 1, gap))  # fmt: skip


def gap_to_reference(ratio: xr.DataArray) -> xr.DataArray:
    """Compare every other group with the reference group, which is the last."""
    return _others(rate_ratio_to_reference(ratio))


def _others(values: xr.DataArray) -> xr.DataArray:
    """Leave the reference group out, which is itself in every comparison."""
    return values.isel({DEPRIVATION: slice(0, -1)})


def _statistics(reference: str) -> Iterator[tuple[str, str, str, Statistic]]:
    """Name every measure over all groups of an area: its name, variant, unit and formula."""
    yield "share_to_move", "Hoover index, within the area", "share of admissions", share_to_move
    yield "theil_between", "between groups of the area, Theil's T", "index, 0 = equal", theil_index
    for against, words in AGAINST.items():
        variant = words.replace("the reference group", reference)
        yield "index_of_disparity", variant, "per cent", _disparity(against)  # type: ignore[arg-type]


def _disparity(against: Against) -> Statistic:
    return lambda fitted, expected: index_of_disparity(fitted, expected, against=against)


def group_nulls(fit: Fit) -> Iterator[pd.DataFrame]:
    """Give what each measure over all groups would show in crude counts if groups were equal.

    Parameters
    ----------
    fit
        A diagnosed fit.

    Returns
    -------
    iterator of pandas.DataFrame
        Rows as in `gaps_table`, with the measure's name and ``_null``.
    """
    together = counts_under_equity(fit)
    for name, variant, unit, statistic in _statistics(group_of(fit.cells).reference):
        null = statistic(*together).mean("year").rename("estimate").drop_vars("adjustment", errors="ignore")
        rows = null.to_series().dropna().reset_index()
        yield rows.assign(measure=f"{name}_null", variant=f"{variant}: {NULL_VARIANT}", unit=unit, probability_of="")


def counts_under_equity(fit: Fit) -> tuple[xr.DataArray, xr.DataArray]:
    """Draw years of counts as chance alone would give them, and what was expected; with all ICSs together."""
    posterior = fit.draws["posterior"].to_dataset()
    variation = posterior["extra_variation"].mean(SAMPLE_DIMS) if "extra_variation" in posterior else 0.0
    expected = headline_expected(fit.cells)
    counts = null_counts(expected, extra_variation=variation, seed=fit.seed, draws=NULL_YEARS)
    return with_all(counts), with_all(expected)


def group_comparisons(gap: xr.DataArray) -> pd.DataFrame:
    """Give the probability that a group's ratio in an ICS lies below its ratio in all ICSs together."""
    areas, together = gap.drop_sel({ICS: ALL_ICS}), gap.sel({ICS: ALL_ICS}, drop=True)
    below = probability_worse(areas, together).rename("estimate").to_series().dropna().reset_index()
    table: pd.DataFrame = below.assign(
        measure="probability_below_all", variant="rate ratio below that of all ICSs together",
        unit="probability", probability_of="",
    )  # fmt: skip
    return table
