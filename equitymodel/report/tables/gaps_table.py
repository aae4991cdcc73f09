"""Every measure of the gap, by ICS and for all ICSs together, as one table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gap_records import PRESENT, few_groups, gap_measures, side_measures
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.null_records import WorldOfChance
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.rows import label_of_groups, lay_out, rows_of
from equitymodel.report.wording.measure_words import probability_words, variant_words
from equitymodel.vocabulary import ICS, PROCEDURE, SAMPLE_DIMS

FACTS = ["adjustment", "reference", "headline"]
"""Facts of the records that later tables and pictures read; they come last."""


def gaps_table(fit: CellFit, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
    """Lay out every measure of the gap, by ICS and for all ICSs together.

    Parameters
    ----------
    fit
        A diagnosed fit; of several years, the table is of the last.
    measures
        Its `gap_measures`, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: ``ics, ics_name, region, procedure, measure, variant``, the
        numbers, what the probability is of, and ``withheld``: why an estimate is not given.
        Then the facts: ``adjustment, reference, headline``. Where groups have no order, the
        column of the groups comes before ``procedure``.

    Examples
    --------
    >>> from equitymodel.inference.fit_model import fit_model
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> gaps = gaps_table(fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1))
    >>> gaps.loc[gaps["headline"], "measure"].unique().tolist()
    ['rate_ratio']
    """
    fit = year_of(fit)
    given, group = list(gap_measures(fit) if measures is None else measures), CellFacts.of(fit.cells).group
    parts = [_gap_rows(measure, group) for measure in given]
    beside = [_gap_rows(measure, group) for measure in side_measures(fit, given, chance_of(fit))]
    if not group.ordered:
        return _laid_out(fit, [*parts, *(rows.dropna(subset="estimate") for rows in beside)])
    gone = [_withheld(measure, group) for measure in given if measure.key != PRESENT]
    table = _laid_out(fit, [*parts, *gone, *beside])
    table.insert(table.columns.tolist().index(FACTS[0]), "withheld", _why_withheld(fit, table))
    return table


def _laid_out(fit: CellFit, parts: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True)
    return lay_out(fit, rows, [*label_of_groups(fit), PROCEDURE, "measure", "variant"]).join(rows[FACTS])


def chance_of(fit: CellFit) -> WorldOfChance:
    """Take from a fit how counts vary by chance alone."""
    posterior = fit.posterior
    variation = posterior["extra_variation"].mean(SAMPLE_DIMS) if "extra_variation" in posterior else 0.0
    return WorldOfChance(variation, fit.seed)


def _gap_rows(measure: Measure, group: Group) -> pd.DataFrame:
    return rows_of(measure).assign(**_facts(measure, group), probability_of=probability_words(measure, group))


def _facts(measure: Measure, group: Group) -> dict[str, str | bool]:
    return {
        "measure": measure.key,
        "variant": variant_words(measure, group),
        "adjustment": measure.adjustment,
        "reference": measure.reference,
        "headline": measure.headline,
    }


def _withheld(measure: Measure, group: Group) -> pd.DataFrame:
    """Give a row without numbers for every place in which a measure has no meaning."""
    gone = measure.draws.isnull().all(SAMPLE_DIMS).rename("gone").to_series()
    rows = gone[gone].index.to_frame(index=False)[list(gone.index.names)]
    empty: pd.DataFrame = rows.assign(estimate=float("nan"), unit=measure.unit, **_facts(measure, group))
    return empty


def _why_withheld(fit: CellFit, table: pd.DataFrame) -> pd.Series:
    """Say why an estimate is not given."""
    few = few_groups(fit)
    gone = table["estimate"].isna()
    lacks = table[ICS].isin(few[ICS].values[few.values])
    reason = pd.Series("", index=table.index, dtype=object)
    reason[gone] = "nobody lives in a group that is compared, or the procedure is not offered"
    reason[gone & lacks] = f"residents in fewer than three deprivation groups; see {PRESENT}"
    return reason
