"""Funnels of a fit: of the most deprived against what its model predicts, or of counts against what is expected."""

from __future__ import annotations

from dataclasses import replace

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.another_ics import draw_another_ics
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.monitoring.area_funnel import AreaFunnel, fitted_funnel, names_of_areas, refuse_few
from equitymodel.monitoring.funnel_limits import funnel
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE


@refuses_other_types
def predicted_funnel(fit: CellFit, *, procedure: str | None = None, better: str = "neither") -> AreaFunnel:
    """Hold admissions of the most deprived of each ICS against what the model predicts of an ICS like the others.

    Parameters
    ----------
    fit
        Of one year.
    procedure
        One of several; all together by default.
    better
        Which way is better.

    Returns
    -------
    AreaFunnel
        The ICS keeps its population and its level; its gap is drawn anew, as large as gaps of ICSs are.

    Raises
    ------
    OptionError
        When groups are not those of deprivation, or counts are hidden.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, seed=1)
    >>> found = predicted_funnel(em.fit_model(em.load_model(), cells, engine="laplace", seed=1))
    >>> found.funnel.form, len(found.points)
    ('predictive', 6)
    """
    if DEPRIVATION not in fit.cells.dims:
        raise OptionError("a predictive funnel is of the most deprived group, and these groups are none of deprivation")
    drawn = draw_another_ics(fit.spec, fit.posterior, fit.cells, seed=fit.seed)
    observed, predicted = (_of_most_deprived(values, procedure) for values in (_counts(fit), drawn))
    found = fitted_funnel(observed, predicted, names=names_of_areas(fit.cells), period=_when(fit), better=better)
    return replace(found, counted="admissions of the most deprived", facts=CellFacts.of(fit.cells), seed=fit.seed)


@refuses_other_types
def counted_funnel(fit: CellFit, *, form: str, procedure: str | None = None, better: str = "neither") -> AreaFunnel:
    """Hold all admissions of each ICS against those expected from its age, sex and need.

    Parameters
    ----------
    fit, procedure, better
        As for `predicted_funnel`.
    form
        As for `funnel`.

    Returns
    -------
    AreaFunnel
        What the model fitted has no part in it.

    Raises
    ------
    OptionError
        As for `funnel`, or when there are fewer than five ICSs or counts are hidden.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, seed=1)
    >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
    >>> counted_funnel(fit, form="shmi").funnel.form
    'shmi'
    """
    observed, expected = (_chosen(values, procedure).sum([dim for dim in values.dims if dim != ICS])
                          for values in (_counts(fit), fit.expected))  # fmt: skip
    refuse_few(observed.sizes[ICS], "take the funnel of what the model predicts: leave --form out")
    made = funnel(observed.to_series(), expected.to_series(), form=form)
    return AreaFunnel(
        made, names_of_areas(fit.cells), _when(fit), "admissions", better, CellFacts.of(fit.cells), fit.seed
    )


def _counts(fit: CellFit) -> xr.DataArray:
    counts = fit.cells["admissions"]
    hidden = int((counts.isnull() & fit.expected.notnull()).sum())
    if hidden:
        raise OptionError(f"{hidden} counts are hidden or not known, and a funnel takes known counts; choose a "
                          "procedure with larger counts (--procedure)")  # fmt: skip
    return counts


def _chosen(values: xr.DataArray, procedure: str | None) -> xr.DataArray:
    if procedure is None:
        return values
    names = [str(name) for name in values[PROCEDURE].values]
    if procedure not in names:
        raise OptionError(f"no procedure is called '{procedure}'; there are {', '.join(names)}")
    return values.sel({PROCEDURE: [procedure]})


def _of_most_deprived(values: xr.DataArray, procedure: str | None) -> xr.DataArray:
    return _chosen(values, procedure).isel({DEPRIVATION: 0}, drop=True).sum(PROCEDURE).astype(float)


def _when(fit: CellFit) -> str:
    return CellFacts.of(fit.cells).when or "the year of the tables"
