"""Columns over time of each series, and whose prior their coefficients have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from equitymodel.data.series.covariates import standardised_covariates
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import period_days
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import SECOND, has_second_change
from equitymodel.spec.series_model import SeriesModel
from equitymodel.spec.terms import bending_trend, months_since_breaks, recovery_after, seasonal_harmonics
from equitymodel.vocabulary import CELL_DIMS, ICS, PERIOD

OWN = ("start", "trend", "bend", "reentry", "recovery", "bump", "slope")
"""Terms with a coefficient of its own in each series."""
OF_EFFECT = ("level", "slope")
"""Terms that are the effect of the interruption."""
OF_BREAK = ("reentry", "recovery", "common_reentry", "common_recovery")
"""Terms that are what a masked break left behind."""


@dataclass(frozen=True)
class TimeColumn:
    """A column over time, with a coefficient in each series or one that series share.

    Attributes
    ----------
    name
        What it is called: that of its term, with a number where a term has several columns.
    term
        The term of the model whose prior its coefficient has.
    values
        Shape (time, series).
    """

    name: str
    term: str
    values: np.ndarray

    @property
    def own(self) -> bool:
        """Whether each series has a coefficient of its own."""
        return self.term in OWN


def time_columns(
    series: xr.Dataset, cells: xr.Dataset, design: xr.Dataset, plan: Interruption, model: SeriesModel
) -> tuple[TimeColumn, ...]:
    """Lay out the columns of a model over time; those with own coefficients come first, constant ones are left out.

    Parameters
    ----------
    series
        From `read_series`.
    cells, design
        Its cells and the interruption, stacked over ``cell``.
    plan, model
        The interruption and the model.

    Returns
    -------
    tuple
        Columns of which each series has at least one that is not zero; years count from the middle.

    Raises
    ------
    SpecError
        When the series has covariates and the model no term for them.
    """
    shape = design["level"].shape
    found = [
        replace(column, values=np.broadcast_to(column.values, shape))
        for column in [
            *_columns(series, design, plan, model),
            *_common_changes(series, cells, plan, model),
            *_covariates(series, cells, model),
        ]
        if np.ptp(column.values) > 0 or column.term == "start"
    ]
    return tuple(sorted(found, key=lambda column: not column.own))


def _columns(series: xr.Dataset, design: xr.Dataset, plan: Interruption, model: SeriesModel) -> Iterator[TimeColumn]:
    """Give the columns of all terms but the change common to exposed and controls; shape (time, 1 or series)."""
    frequency = SeriesFacts.of(series).frequency
    years = series["elapsed"].values / frequency.per_year
    yield TimeColumn("start", "start", np.ones((len(years), 1)))
    if model.has("trend"):
        yield TimeColumn("trend", "trend", (years - years.mean())[:, None])
    yield from _several(model, ("bend", "common_bend"), bending_trend(years))
    for months in months_since_breaks(series):
        yield from _several(model, ("reentry", "common_reentry"), (months >= 0)[:, None].astype(float))
        yield from _several(model, ("recovery", "common_recovery"), recovery_after(months))
    if model.has("bump"):
        yield TimeColumn("bump", "bump", design["anticipation"].values.astype(float))
    if model.has("slope") and plan.may_slope:
        yield TimeColumn("slope", "slope", design["slope"].values)
    yield TimeColumn("level", "level", design["level"].values)
    for kind, name in SECOND.items():
        if f"second_{kind}" in design and (kind == "level" or (model.has(kind) and plan.may_slope)):
            yield TimeColumn(name, kind, design[f"second_{kind}"].values)
    if model.has("working_days"):
        days = np.log(period_days(series).values)
        yield TimeColumn("working days", "working_days", (days - days.mean())[:, None])
    for name, wave in seasonal_harmonics(years, frequency, model.harmonics).items():
        yield TimeColumn(name, "season", wave[:, None])


def _several(model: SeriesModel, terms: tuple[str, str], columns: np.ndarray) -> Iterator[TimeColumn]:
    """Give the columns of a term that each series has, and of one that all share, where the model has them."""
    for term in terms:
        if model.has(term):
            for at, column in enumerate(columns.T, start=1):
                yield TimeColumn(f"{term.replace('_', ' ')} {at}", term, column[:, None])


def _common_changes(
    series: xr.Dataset, cells: xr.Dataset, plan: Interruption, model: SeriesModel
) -> Iterator[TimeColumn]:
    """Give the change common to exposed and controls at each start and at the end, in the shape of the effect."""
    if not plan.controlled:
        return
    days = sorted({str(plan.start_of(str(label))) for label in cells[ICS].values[cells["exposed"].values]})
    wanted = ("level", *(("slope",) if plan.may_slope and model.has("slope") else ()))
    changes = {day: replace(plan, date=day, exposed=None, starts=None) for day in days}
    if has_second_change(series, plan):
        changes[str(plan.ended_on)] = replace(plan.after_end, exposed=None)
    for day, change in changes.items():
        design = change.design(series)
        for kind in wanted:
            if model.has(f"common_{kind}"):
                yield TimeColumn(f"common {kind} {day}", f"common_{kind}", design[kind].values[:, None])


def _covariates(series: xr.Dataset, cells: xr.Dataset, model: SeriesModel) -> Iterator[TimeColumn]:
    """Give the covariates of a series, standardised; shape (time, series)."""
    found = standardised_covariates(series)
    if found and not model.knows("covariate"):
        raise SpecError(f"the series has covariates ({', '.join(found)}), and model '{model.name}' has no term "
                        "'covariate'; add it to the file, or read the series without them")  # fmt: skip
    for name, values in found.items() if model.has("covariate") else ():
        whole = values.broadcast_like(series["exposure"]).transpose(PERIOD, *CELL_DIMS)
        stacked = whole.stack(cell=CELL_DIMS).sel(cell=cells["cell"]).transpose(PERIOD, "cell")
        yield TimeColumn(f"covariate {name}", "covariate", np.asarray(stacked.values))
