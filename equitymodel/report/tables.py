"""A fit to the tidy tables that are published: expected admissions, gaps and targets."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from equitymodel.data.tables.groups import Group, group_of
from equitymodel.estimands.benchmark import probability_worse, rank_of_ics
from equitymodel.estimands.gaps import rate_difference, rate_ratio
from equitymodel.estimands.gradients import (
    FEWEST_GROUPS,
    relative_gradient_index,
    relative_index,
    slope_index,
)
from equitymodel.estimands.group_measures import counts_under_equity, group_comparisons, group_measures, group_nulls
from equitymodel.estimands.inequality import (
    concentration_index,
    horizontal_inequity,
    share_to_move,
)
from equitymodel.estimands.measures import PER, RATE_UNIT, Measure, adjusted_for, share_of_draws, with_all
from equitymodel.estimands.rates import Reference, adjusted_rate, expected_at_reference, shortfall, standardised_ratio
from equitymodel.estimands.routes import Route, Scope, level_shortfall, level_up_under_no_gap, route_change
from equitymodel.estimands.summary import Centre, summarise
from equitymodel.estimands.tipping import (
    UNMEASURED,
    allow_for_private_care,
    probability_gap_persists,
    tipping_point,
)
from equitymodel.inference.diagnosis import REPORTED_DRAWS, Check, check_draws
from equitymodel.inference.fit import Fit
from equitymodel.report.contribution import left_out
from equitymodel.vocabulary import (
    ADJUSTMENTS,
    ALL_GROUPS,
    ALL_ICS,
    DEPRIVATION,
    ICS,
    PROCEDURE,
    SAMPLE_DIMS,
)

NUMBERS = ["estimate", "lower", "upper", "interval_probability", "interval_kind", "probability", "unit"]
PRESENT = "rate_of_most_deprived_present"
"""What is given for an ICS with residents in fewer than three groups, whose indices are withheld."""
UNMEASURED_NEED = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)
PRIVATE_SHARES = (0.05, 0.1, 0.2, 0.3)
CENTRES: dict[Route, Centre] = {"level_up": "median", "level_down": "median", "zero_sum": "mean"}


def expected_table(fit: Fit) -> pd.DataFrame:
    """Lay out expected and fitted admissions, ratios and shortfalls of every cell.

    Parameters
    ----------
    fit
        A diagnosed fit.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``quantity``, ``reference`` and the numbers. Admissions
        are a posterior mean, so that they add up; ratios a median.
    """
    fitted, expected = fit.fitted, fit.expected
    parts = [
        _rows(summarise(fitted, unit="admissions", centre="mean"), "fitted", ""),
        _rows(summarise(fit.ratio, unit="ratio", probability=share_of_draws(fit.ratio < 1, fit.ratio)),
              "standardised_ratio", "national", "ratio below 1"),
    ]  # fmt: skip
    last: Reference = "least_deprived_ics" if group_of(fit.cells).ordered else "reference_group_ics"
    references: tuple[Reference, ...] = ("national", last)
    for reference in references:
        target = expected_at_reference(fitted, expected, reference=reference)
        gap = shortfall(fitted, expected, reference=reference)
        parts.append(_rows(summarise(target, unit="admissions", centre="mean"), "expected_admissions", reference))
        parts.append(_rows(summarise(gap, unit="admissions", centre="mean", probability=share_of_draws(gap > 0, gap)),
                           "shortfall", reference, "shortfall above 0"))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return _order(fit, table, [DEPRIVATION, PROCEDURE, "quantity", "reference"])


def _rows(summary: pd.DataFrame, quantity: str, reference: str, means: str = "") -> pd.DataFrame:
    return summary.assign(quantity=quantity, reference=reference, probability_of=means)


def gap_measures(fit: Fit) -> Iterator[Measure]:
    """Give the draws behind every row of `gaps_table`, measure by measure."""
    yield from _ordered_measures(fit) if group_of(fit.cells).ordered else group_measures(fit)


def _ordered_measures(fit: Fit) -> Iterator[Measure]:
    """Give the measures of deprivation."""
    fitted = with_all(fit.fitted)
    people = with_all(fit.cells["population"].where(fit.cells["offered"]))
    expected = with_all(fit.expected)
    for adjustment in fit.cells["adjustment"].values:
        headline = adjustment == fit.cells["adjustment"].values[-1]
        basis = expected if headline else with_all(fit.expected_under(adjustment))
        gap = rate_ratio(standardised_ratio(fitted, basis))
        name = (
            "rate_ratio"
            if headline
            else f"rate_ratio_{'population_only' if adjustment == 'population' else adjustment}"
        )
        yield Measure(name, f"most against least deprived, adjusted for {ADJUSTMENTS[adjustment]}", "ratio", gap,
                      "ratio below 1: the most deprived have fewer", share_of_draws(gap < 1, gap))  # fmt: skip
    rate, few = adjusted_rate(fitted, expected, people) * PER, few_groups(fit)
    enough = ~rate[ICS].isin(few[ICS].values[few.values])
    gap = rate_difference(rate)
    yield _positive("rate_difference", "least less most deprived", RATE_UNIT, gap)
    yield _positive("slope_index", "national positions (AGI), linear", RATE_UNIT, slope_index(rate, people))
    yield _positive("slope_index", "local positions, linear", RATE_UNIT, slope_index(rate, people, position="local"))
    ends = relative_index(rate, people, loglinear=True)
    yield Measure("relative_index", "national positions, ratio of fitted ends, log-linear", "ratio", ends,
                  "ratio above 1: the most deprived have fewer", share_of_draws(ends > 1, ends))  # fmt: skip
    yield _positive("relative_index", "national positions, slope over mean, linear", "share of the mean rate",
                    relative_index(rate, people, variant="mean"))  # fmt: skip
    yield _positive("relative_gradient_index", "national slope over national mean (RGI)", "share of the national rate",
                    relative_gradient_index(rate, people))  # fmt: skip
    yield _positive(
        "concentration_index",
        "relative, need-adjusted rates",
        "index, -1 to 1",
        concentration_index(rate, people).where(enough),
    )
    yield _positive("horizontal_inequity", "concentration of use less that of need", "index",
                    horizontal_inequity(fitted, expected, people).where(enough))  # fmt: skip
    if bool(few.any()):
        yield Measure(PRESENT, "given where indices are withheld", RATE_UNIT, _most_deprived(rate).where(~enough))
    yield Measure(
        "share_to_move", "Hoover index, within the area", "share of admissions", share_to_move(fitted, expected)
    )


def _most_deprived(rate: xr.DataArray) -> xr.DataArray:
    """Give the rate of the most deprived group that has residents."""
    found = rate.isel({DEPRIVATION: -1}, drop=True)
    for group in rate[DEPRIVATION].values[::-1]:
        here = rate.sel({DEPRIVATION: group}, drop=True)
        found = here.where(here.notnull(), found)
    return found


def few_groups(fit: Fit) -> xr.DataArray:
    """Mark the ICSs with residents in fewer than three deprivation groups, where a gradient has no meaning."""
    present = (fit.cells["population"] > 0).sum(DEPRIVATION)
    return (present < FEWEST_GROUPS) & (fit.cells.sizes[DEPRIVATION] >= FEWEST_GROUPS)


def _positive(name: str, variant: str, unit: str, draws: xr.DataArray) -> Measure:
    return Measure(
        name, variant, unit, draws, "above 0: the most deprived have fewer", share_of_draws(draws > 0, draws)
    )


def gaps_table(fit: Fit, measures: list[Measure]) -> pd.DataFrame:
    """Lay out every measure of the gap, by ICS and for all ICSs together.

    Parameters
    ----------
    fit
        A diagnosed fit.
    measures
        From `gap_measures`.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: ``ics, ics_name, region, procedure, measure, variant``, the
        numbers, what the probability is of, and ``withheld``: why an estimate is not given.
        ``rate_ratio`` is the headline. Where groups have no
        order, the column of the groups comes before ``procedure``.
    """
    parts = [
        summarise(item.draws, unit=item.unit, probability=item.probability).assign(
            measure=item.name, variant=item.variant, probability_of=item.means
        )
        for item in measures
    ]
    gap = next(item.draws for item in measures if item.name == "rate_ratio")
    ordered = group_of(fit.cells).ordered
    if ordered:
        parts += [_withheld(item) for item in measures if item.name != PRESENT]
        parts += [_null_share(fit), *_comparisons(gap)]
    else:
        parts += [*group_nulls(fit), group_comparisons(gap)]
    table = _order(fit, pd.concat(parts, ignore_index=True), [*_by_group(fit), PROCEDURE, "measure", "variant"])
    return table.assign(withheld=_why_withheld(fit, table)) if ordered else table


def _withheld(item: Measure) -> pd.DataFrame:
    """Give a row without numbers for every place in which a measure has no meaning."""
    gone = item.draws.isnull().all(SAMPLE_DIMS).rename("gone").to_series()
    rows = gone[gone].index.to_frame(index=False)[list(gone.index.names)]
    empty: pd.DataFrame = rows.assign(estimate=float("nan"), measure=item.name, variant=item.variant, unit=item.unit)
    return empty


def _why_withheld(fit: Fit, table: pd.DataFrame) -> pd.Series:
    """Say why an estimate is not given."""
    few = few_groups(fit)
    gone = table["estimate"].isna()
    lacks = table[ICS].isin(few[ICS].values[few.values])
    reason = pd.Series("", index=table.index, dtype=object)
    reason[gone] = "nobody lives in a group that is compared, or the procedure is not offered"
    reason[gone & lacks] = "residents in fewer than three deprivation groups; see rate_of_most_deprived_present"
    return reason


def _by_group(fit: Fit) -> list[str]:
    """Name the column of the groups in tables that have it only where groups have no order."""
    return [] if group_of(fit.cells).ordered else [DEPRIVATION]


def column_of_groups(table: pd.DataFrame) -> list[str]:
    """Find the column of the groups in a published table, between the region and the procedure.

    Examples
    --------
    >>> column_of_groups(pd.DataFrame(columns=["ics", "ics_name", "region", "ethnicity", "procedure", "measure"]))
    ['ethnicity']
    """
    columns = [str(name) for name in table.columns]
    return columns[columns.index("region") + 1 : columns.index(PROCEDURE)]


def _null_share(fit: Fit) -> pd.DataFrame:
    null = share_to_move(*counts_under_equity(fit)).mean("year")
    table: pd.DataFrame = null.rename("estimate").to_series().reset_index()
    variant = "what counting noise alone shows in crude counts, at no gap"
    return table.assign(measure="share_to_move_null", variant=variant, unit="share of admissions", probability_of="")


def _comparisons(gap: xr.DataArray) -> list[pd.DataFrame]:
    areas, together = gap.drop_sel({ICS: ALL_ICS}), gap.sel({ICS: ALL_ICS}, drop=True)
    worse = probability_worse(areas, together).rename("estimate").to_series().reset_index()
    worse = worse.assign(measure="probability_worse_than_all", variant="rate ratio below that of all ICSs together",
                         unit="probability", probability_of="")  # fmt: skip
    rank = summarise(rank_of_ics(areas), unit="rank").assign(
        measure="rank", variant=f"1 = widest gap of {areas.sizes[ICS]}", probability_of=""
    )
    return [worse, rank]


def adjustments_table(gaps: pd.DataFrame) -> pd.DataFrame:
    """Lay the headline gap out by what it is adjusted for, side by side.

    Parameters
    ----------
    gaps
        From `gaps_table`.

    Returns
    -------
    pandas.DataFrame
        One row an ICS and procedure (and group, where they have no order); for each adjustment
        ``<adjustment>``, ``<adjustment>_lower`` and ``<adjustment>_upper``. Rate ratios, most against
        least deprived or against the reference group. Only the last compares people of equal
        measured need.
    """
    rows = gaps[gaps["measure"].str.startswith("rate_ratio") & gaps["variant"].str.contains("adjusted for")]
    kinds = adjusted_for(rows["variant"])
    names = adjustment_columns()
    wide = rows.assign(adjusted_for=kinds.map(names)).pivot_table(
        index=[ICS, "ics_name", "region", *column_of_groups(gaps), PROCEDURE],
        columns="adjusted_for",
        values=["estimate", "lower", "upper"],
    )
    order = [key for key in dict.fromkeys(names.values()) if key in set(kinds.map(names))]
    columns = {f"{key}{'' if end == 'estimate' else f'_{end}'}": wide[(end, key)]
               for key in order for end in ("estimate", "lower", "upper")}  # fmt: skip
    table: pd.DataFrame = (
        pd.DataFrame(columns).reset_index().sort_values([ICS, PROCEDURE, *column_of_groups(gaps)], kind="stable")
    )
    together = (table[ICS] == ALL_ICS).to_numpy()
    return pd.concat([table[together], table[~together]], ignore_index=True)


def adjustment_columns() -> dict[str, str]:
    """Map the words for what is adjusted for to the column that holds it, from the least to the most.

    Examples
    --------
    >>> adjustment_columns()["age and sex"], adjustment_columns()["age and need"]
    ('age_sex', 'need')
    """
    names = [Group(name).adjustments([key])[key] for key in ADJUSTMENTS for name in (DEPRIVATION, "sex", "age")]
    return {words: column for column, words in names}


def sensitivity_table(fit: Fit, measures: list[Measure]) -> pd.DataFrame:
    """Lay out what it would take to explain each headline gap away, what each adjustment did, and private care.

    Parameters
    ----------
    fit
        A diagnosed fit.
    measures
        From `gap_measures`.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``question``, ``left_out`` (the adjustment that is left out, if any),
        ``assumption`` (a ratio of need, or a share of private care in the least deprived group) and the
        numbers. The tipping point comes first; beside it ``need_measured_by_adjustment``, on its scale.
    """
    gap = next(item.draws for item in measures if item.name == "rate_ratio")
    parts = [summarise(tipping_point(gap), unit="ratio of need").assign(question="tipping_point"), *left_out(fit, gap)]
    persists = probability_gap_persists(gap, UNMEASURED_NEED).rename("estimate").to_series().reset_index()
    parts.append(persists.rename(columns={UNMEASURED: "assumption"}).assign(
        question="probability_gap_persists", unit="probability"))  # fmt: skip
    for share in PRIVATE_SHARES:
        whole = allow_for_private_care(gap, most=0.0, least=share)
        parts.append(summarise(whole, unit="ratio").assign(question="rate_ratio_with_private_care", assumption=share))
    table = pd.concat(parts, ignore_index=True)
    table = _order(fit, table, [*_by_group(fit), PROCEDURE, "question", "left_out", "assumption"])
    return table.drop(columns="probability")


def targets_table(fit: Fit) -> pd.DataFrame:
    """Lay out the additional or fewer admissions that each route takes, cell by cell.

    Parameters
    ----------
    fit
        A diagnosed fit.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``route, scope`` and the numbers. Estimates of ``zero_sum``
        are posterior means, which sum to 0; those of levelling are medians, because a mean of
        what is cut off at 0 is above 0 by noise alone. ``probability`` is that of more admissions.
    """
    parts = [
        summarise(_change(fit, "no_change", "ics"), unit="admissions", centre="mean").assign(
            route="no_change", scope="ics"
        )
    ]
    for route in CENTRES:
        for scope in scopes(fit):
            change = _change(fit, route, scope)
            summary = summarise(
                change, unit="admissions", centre=CENTRES[route], probability=share_of_draws(change > 0, change)
            )
            parts.append(summary.assign(route=route, scope=scope))
    table = pd.concat(parts, ignore_index=True).assign(probability_of="more admissions than now")
    return _order(fit, table, [DEPRIVATION, PROCEDURE, "route", "scope"])


def total_measures(fit: Fit) -> Iterator[Measure]:
    """Give draws of the totals of each route, by ICS and for all ICSs together."""
    for route in CENTRES:
        for scope in scopes(fit):
            change = _change(fit, route, scope)
            if route == "zero_sum":
                moved = with_all(0.5 * abs(change).sum(DEPRIVATION).where(change.notnull().any(DEPRIVATION)))
                yield Measure("admissions_to_move", f"{route}, {scope}", "admissions", moved)
            else:
                total = with_all(change.sum(DEPRIVATION).where(change.notnull().any(DEPRIVATION)))
                yield Measure("total_change", f"{route}, {scope}", "admissions", total)


def totals_table(fit: Fit, measures: list[Measure]) -> pd.DataFrame:
    """Lay out the total of each route over deprivation groups.

    Parameters
    ----------
    fit
        A diagnosed fit.
    measures
        From `total_measures`.

    Returns
    -------
    pandas.DataFrame
        ``total_change`` for levelling; ``admissions_to_move`` (half the sum of absolute
        changes) for ``zero_sum``; and, for ``level_up``, what uncertainty alone would show.
    """
    parts = [
        summarise(item.draws, unit=item.unit).assign(
            quantity=item.name, route=item.variant.split(", ")[0], scope=item.variant.split(", ")[1]
        )
        for item in measures
    ]
    for scope in scopes(fit):
        null = with_all(level_up_under_no_gap(fit.fitted, fit.expected, scope=scope).sum(DEPRIVATION))
        parts.append(null.rename("estimate").to_series().reset_index().assign(
            quantity="total_change_under_no_gap", route="level_up", scope=scope, unit="admissions"))  # fmt: skip
    table = pd.concat(parts, ignore_index=True).assign(deprivation=ALL_GROUPS)
    return _order(fit, table, [DEPRIVATION, PROCEDURE, "quantity", "route", "scope"])


def scopes(fit: Fit) -> list[Scope]:
    """List the scopes that mean something for these areas: regions only where they are known."""
    known = len(set(fit.cells["region"].values)) > 1
    return ["ics", "region", "england"] if known else ["ics", "england"]


def check_reported(fit: Fit, measures: list[Measure]) -> list[Check]:
    """Check convergence of the very draws behind the published gaps, totals and shortfalls.

    Draws by Laplace do not come from chains, and their checks are those of the engine.
    """
    if fit.engine == "laplace":
        return []
    reported = {f"{item.name} ({item.variant})": item.draws.rename(f"reported_{i}") for i, item in enumerate(measures)}
    group = group_of(fit.cells)
    last = "the least deprived" if group.ordered else group.reference
    away = {f"shortfall against {last} of the ICS": level_shortfall(fit.fitted, fit.expected)}
    return check_draws({**reported, **away}, label="reported gaps, totals and shortfalls", enough=REPORTED_DRAWS)


def _change(fit: Fit, route: Route, scope: Scope) -> xr.DataArray:
    fitted = fit.fitted.assign_coords(region=fit.cells["region"])
    expected = fit.expected.assign_coords(region=fit.cells["region"])
    return route_change(fitted, expected, route=route, scope=scope)


def _order(fit: Fit, table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Name the ICSs, put labels before numbers, and call the groups what the reader calls them."""
    codes = fit.cells[ICS].values
    names = dict(zip(codes, fit.cells["ics_name"].values, strict=True))
    regions = dict(zip(codes, fit.cells["region"].values, strict=True))
    table["ics_name"] = table[ICS].map(names).fillna(ALL_ICS)
    table["region"] = table[ICS].map(regions).fillna(ALL_ICS)
    after = [name for name in ("probability_of",) if name in table]
    if DEPRIVATION in labels and DEPRIVATION in table:
        table[DEPRIVATION] = table[DEPRIVATION].fillna(ALL_GROUPS)
    table = table.reindex(columns=[ICS, "ics_name", "region", *labels, *NUMBERS, *after])
    return table.rename(columns={DEPRIVATION: group_of(fit.cells).name})
