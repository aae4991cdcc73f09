"""From records to rows: numbers first, then what every published table has in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.comparisons import LEAST_DEPRIVED
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.no_gap import WithoutGap
from equitymodel.estimands.summary import Centre, summarise
from equitymodel.report.wording.measure_words import probability_words
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, GROUP, ICS, PROCEDURE, group_dim

NO_GAP = ["no_gap_estimate", "no_gap_low", "no_gap_high", "told_apart"]
"""Columns that say what no gap would show, and whether an estimate can be told apart from that: yes or no."""
NUMBERS = ["estimate", "lower", "upper", "interval_probability", "interval_kind", "probability", "unit"]


def rows_of(measure: Measure) -> pd.DataFrame:
    """Lay out one record: labels and numbers, one row an estimate.

    Parameters
    ----------
    measure
        The record.

    Returns
    -------
    pandas.DataFrame
        As `summarise` gives it, with the columns `NO_GAP` where noise alone makes a quantity large; where
        there are no draws, labels, ``estimate`` and ``unit``, also where the estimate is missing.

    Examples
    --------
    >>> import xarray as xr
    >>> rows_of(Measure("rank", "rank", xr.DataArray([1.0], coords={"ics": ["a"]}), unit="rank")).values.tolist()
    [['a', 1.0, 'rank']]
    """
    if measure.sampled:
        table = summarise(measure.draws, unit=measure.unit, centre=measure.centre, probability=measure.probability)
        return table if measure.without_gap is None else _beside_no_gap(table, measure.without_gap, measure.centre)
    rows: pd.DataFrame = measure.draws.rename("estimate").to_series().reset_index().assign(unit=measure.unit)
    return rows


def rows_with(fit: Fitted, measures: Iterable[Measure], names: Sequence[str]) -> pd.DataFrame:
    """Lay out many records, one under the other, with some of their names and what their probabilities are of.

    Parameters
    ----------
    fit
        What they are of.
    measures
        Records.
    names
        Attributes of a record that become columns; `key` becomes ``quantity``.
    """
    words = partial(probability_words, group=CellFacts.of(fit.cells).group)
    parts = [
        rows_of(item).assign(
            **{"quantity" if name == "key" else name: getattr(item, name) for name in names}, probability_of=words(item)
        )
        for item in measures
    ]
    return pd.concat(parts, ignore_index=True)


def _beside_no_gap(table: pd.DataFrame, without: WithoutGap, centre: Centre) -> pd.DataFrame:
    """Set estimates beside what no gap would show, and say whether the two can be told apart, see `WithoutGap`.

    What no gap would show lies on one side of 0, so that its outer end is the point that `told_apart` names.
    """
    null = summarise(without.draws, unit="", centre=centre)
    labels = [str(dim) for dim in without.of_means.dims]
    null = null.rename(columns=dict(zip(NUMBERS, NO_GAP, strict=False)))[[*labels, *NO_GAP[:3]]]
    held = without.of_means.rename("of_means").reset_coords(drop=True).to_series().reset_index()
    null = null.merge(held, on=labels)
    apart = null.pop("of_means").abs() > null[NO_GAP[1:3]].abs().max(axis=1)
    null[NO_GAP[-1]] = apart.map({True: "yes", False: "no"})
    beside: pd.DataFrame = table.merge(null, on=labels, how="left")
    return beside


def lay_out(fit: Fitted, table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Name the ICSs, put labels before numbers, and call the groups what the reader calls them.

    Parameters
    ----------
    fit
        A fit.
    table
        Rows with the columns of `NUMBERS`.
    labels
        Columns between those of the ICS and the numbers.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, region``, the labels, the numbers, and and those of ``probability_of`` and `NO_GAP` there are.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis: no table is made of it.
    """
    fit.require_sound()
    names, regions = (dict(zip(fit.cells[ICS].values, fit.cells[name].values, strict=True))
                      for name in ("ics_name", "region"))  # fmt: skip
    table = table.assign(ics_name=table[ICS].map(names).fillna(ALL_ICS), region=table[ICS].map(regions).fillna(ALL_ICS))
    after = [name for name in ("probability_of", *NO_GAP) if name in table]
    if NO_GAP[-1] in table:
        table[NO_GAP[-1]] = table[NO_GAP[-1]].astype(object).fillna("")
    name = CellFacts.of(fit.cells).group.name
    table = table.rename(columns={group_dim(fit.cells.dims): name})
    labels = [name if label == GROUP else label for label in labels]
    if name in labels and name in table:
        table[name] = table[name].astype(object).fillna(ALL_GROUPS)
    return table.reindex(columns=[ICS, "ics_name", "region", *labels, *NUMBERS, *after])


def label_of_groups(fit: Fitted) -> list[str]:
    """Name the column of the groups in tables that have it only where groups have no order."""
    return list(CellFacts.of(fit.cells).group.comparison.row_labels)


def column_of_groups(table: pd.DataFrame) -> list[str]:
    """Find the column of the groups in a published table, between the region and the procedure.

    Examples
    --------
    >>> column_of_groups(pd.DataFrame(columns=["ics", "ics_name", "region", "ethnicity", "procedure", "measure"]))
    ['ethnicity']
    """
    columns = [str(name) for name in table.columns]
    return columns[columns.index("region") + 1 : columns.index(PROCEDURE)]


def groups_of_gaps(gaps: pd.DataFrame) -> Group:
    """Find what the groups of a table of gaps are.

    Examples
    --------
    >>> columns = ["ics", "ics_name", "region", "ethnicity", "procedure", "reference", "headline"]
    >>> groups_of_gaps(pd.DataFrame([["a", "A", "North", "Asian", "hip", "White", True]], columns=columns))
    Group(name='ethnicity', reference='White')
    """
    compared = str(gaps.loc[gaps["headline"], "reference"].iloc[0])
    return Group() if compared == LEAST_DEPRIVED else Group(column_of_groups(gaps)[0], compared)


def side_by_side(rows: pd.DataFrame, label: str, measures: Iterable[str]) -> pd.DataFrame:
    """Set the estimates of several measures beside one another.

    Parameters
    ----------
    rows
        With ``measure, estimate, lower, upper``.
    label
        The column that tells the rows of one measure apart.
    measures
        Which, in their order.

    Returns
    -------
    pandas.DataFrame
        Indexed by the label: ``total_estimate, total_lower, ...``, in the order in which labels are met.

    Examples
    --------
    >>> rows = [["today", "total", 9.0, 8.0, 10.0], ["today", "gap", 0.7, 0.6, 0.8]]
    >>> long = pd.DataFrame(rows, columns=["at", "measure", "estimate", "lower", "upper"])
    >>> side_by_side(long, "at", ["gap", "total"]).round(1).values.tolist()
    [[0.7, 0.6, 0.8, 9.0, 8.0, 10.0]]
    """
    numbers = rows.set_index(label)[["measure", "estimate", "lower", "upper"]]
    each = [numbers[numbers["measure"] == name].drop(columns="measure").add_prefix(f"{name}_") for name in measures]
    return pd.concat(each, axis=1).rename_axis(label)
