"""Admissions of every unit of an evaluation by period: counted, with the intervention, and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.suppression import count_bounds
from equitymodel.estimands.interrupted_series import counted_periods
from equitymodel.inference.series.series_fit import COUNTERFACTUAL, FITTED, SeriesFit
from equitymodel.report.document.columns import decimals_of
from equitymodel.report.plots.interruption_plots import quantiles_by_period
from equitymodel.report.wording.evaluation_words import ALL_ADMISSIONS, names_of, whom_words
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

WHOLE, GROUP, AREA, TREATMENT = "whole", "group", "ics", "procedure"
WHOM, KIND, COUNT = "whom", "kind", "count"
DIMS = {GROUP: DEPRIVATION, AREA: ICS, TREATMENT: PROCEDURE}
"""The label by which each kind of unit is told apart."""
PATHS = {"with": FITTED, "without": COUNTERFACTUAL}
EVERYONE = {ICS: ALL_ICS, "group": ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}


@dataclass(frozen=True)
class Unit:
    """Whose admissions are added up.

    Attributes
    ----------
    name
        As `whom_words` names it.
    kind
        ``whole``, ``group``, ``ics`` or ``procedure``.
    label
        The group, ICS or procedure; nothing of the whole.
    """

    name: str
    kind: str = WHOLE
    label: object = None

    def own(self, values: xr.DataArray) -> xr.DataArray:
        """Take what is its own of values over cells."""
        dim = DIMS.get(self.kind)
        return values if dim is None or dim not in values.dims else values.sel({dim: [self.label]})


def units_of(result: Evaluation) -> Iterator[tuple[Unit, SeriesFit]]:
    """Give every unit that has a series, with the fit that says what became of it; the exposed alone.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> [unit.name for unit, _ in units_of(evaluate(series, truth.plan, seed=1))]
    ['all admissions of the question']
    """
    names = names_of(result.series)
    for kind, fit in ((WHOLE, result.total), (GROUP, result.groups), (AREA, result.parts), (TREATMENT, result.parts)):
        if fit is not None:
            yield from ((unit, fit) for unit in _of_kind(kind, fit, names))


def _of_kind(kind: str, fit: SeriesFit, names: dict[str, str]) -> Iterator[Unit]:
    """Name the units of a kind: where there is one alone, it is the whole."""
    if kind == WHOLE:
        yield Unit(ALL_ADMISSIONS)
        return
    after = counted_periods(fit.series, fit.plan).broadcast_like(fit.series["exposure"])
    some = after.any([name for name in (PERIOD, *CELL_DIMS) if name != DIMS[kind]])
    column = {GROUP: "group"}.get(kind, DIMS[kind])
    for label in fit.series[DIMS[kind]].values[some.values] if some.size > 1 else ():
        yield Unit(whom_words({**EVERYONE, column: str(label)}, names), kind, label)


def modelled_series(result: Evaluation) -> pd.DataFrame:
    """Give admissions of every unit by period as they were modelled, with the intervention and without it.

    Returns
    -------
    pandas.DataFrame
        ``whom, kind, period``; ``with_`` and ``without_`` each with ``estimate, lower, upper``, admissions a period
        with 95 % credible intervals; ``places``, the decimals that the intervals of the unit bear. Without it there are
        numbers from the first start on.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> found = modelled_series(evaluate(series, truth.plan, seed=1))
    >>> len(found), int(found["without_estimate"].notna().sum())
    (34, 14)
    """
    made = [_modelled(unit, fit) for unit, fit in units_of(result)]
    if not made:
        return pd.DataFrame()
    rows = pd.concat(made, ignore_index=True)
    before = rows[PERIOD] < pd.Timestamp(result.plan.first_start)
    ends = [f"without_{end}" for end in ("estimate", "lower", "upper")]
    rows[ends] = rows[ends].mask(before)
    return rows


def _modelled(unit: Unit, fit: SeriesFit) -> pd.DataFrame:
    exposed = unit.own(fit.plan.exposed_cells(fit.series))
    summed = {name: unit.own(fit.posterior[path]).where(exposed).sum(CELL_DIMS, min_count=1)
              for name, path in PATHS.items()}  # fmt: skip
    parts = [quantiles_by_period(values).add_prefix(f"{name}_") for name, values in summed.items()]
    rows = parts[0].join(parts[1]).reset_index()
    borne = decimals_of(rows["with_lower"], rows["with_upper"])
    return rows.assign(whom=unit.name, kind=unit.kind, places=int(np.median(borne)))


def counted_series(result: Evaluation) -> dict[str, pd.DataFrame]:
    """Give counts of admissions of every unit by period, kind by kind, for disclosure control.

    Returns
    -------
    dict
        By kind ``whom, label, period, count``: true counts, not yet hidden or rounded. A period in which the count of
        any exposed cell is not known exactly is left out of all, so that every kind adds up to the whole.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> counted_series(evaluate(series, truth.plan, seed=1))["whole"].columns.tolist()
    ['whom', 'label', 'period', 'count']
    """
    exposed = result.plan.exposed_cells(result.series)
    counts = _known_counts(result.series, exposed)
    kinds: dict[str, list[pd.DataFrame]] = {}
    for unit, _ in units_of(result):
        added_up = unit.own(counts).where(unit.own(exposed), 0.0).sum(CELL_DIMS)
        rows = pd.DataFrame({WHOM: unit.name, "label": str(unit.label), PERIOD: counts[PERIOD].values, COUNT: added_up})
        kinds.setdefault(unit.kind, []).append(rows)
    return {kind: pd.concat(parts, ignore_index=True) for kind, parts in kinds.items()}


def _known_counts(series: xr.Dataset, exposed: xr.DataArray) -> xr.DataArray:
    """Give counts in periods in which each of those exposed is known, and whole."""
    low, high = count_bounds(series)
    counted = exposed & (series["exposure"] > 0)
    known = (low == high) & (low % 1 == 0)
    return low.where(counted, 0.0).isel({PERIOD: (known | ~counted).all(CELL_DIMS).values})
