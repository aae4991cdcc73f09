"""Columns of a series model beside those that every series has: a second change, and covariates. New kinds go here."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.data.series.covariates import standardised_covariates
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import FIRST_KINDS, SECOND
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import CELL_DIMS, PERIOD

COVARIATE = "covariate"
"""The term whose prior covariates have; names of their columns begin with it."""
EFFECTS = ("level", "slope", *FIRST_KINDS)
"""Columns that are the effect of the interruption: without them is what would have been."""


class FurtherColumn(NamedTuple):
    """A column over time of each series, and the term of the model whose prior its coefficient has.

    Attributes
    ----------
    name, term
        What it is called, and the term.
    values
        Shape (time, series).
    """

    name: str
    term: str
    values: np.ndarray


def further_columns(
    series: xr.Dataset, cells: xr.Dataset, design: xr.Dataset, plan: Interruption, model: SeriesModel
) -> tuple[FurtherColumn, ...]:
    """Give the columns of a second change and of covariates, where the series and the plan have them.

    Parameters
    ----------
    series
        From `read_series`.
    cells, design
        Its cells with known counts and the design of the interruption, stacked over ``cell``.
    plan, model
        The interruption and the model.

    Returns
    -------
    tuple
        Columns in order; empty for an interruption that did not end, of a series without covariates.

    Raises
    ------
    SpecError
        When the series has covariates and the model knows no term for them.

    Examples
    --------
    >>> FurtherColumn("covariate temperature", "covariate", np.zeros((3, 1))).term
    'covariate'
    """
    changes = tuple(
        FurtherColumn(name, kind, design[f"second_{kind}"].values)
        for kind, name in SECOND.items()
        if f"second_{kind}" in design and (kind == "level" or (model.has("slope") and plan.may_slope))
    )
    wanted = standardised_covariates(series)
    if wanted and not model.knows(COVARIATE):
        raise SpecError(f"the series has covariates ({', '.join(wanted)}), and model '{model.name}' has no term "
                        "'covariate'; add it to the file, or read the series without them")  # fmt: skip
    wanted = wanted if model.has(COVARIATE) else {}
    return changes + tuple(
        FurtherColumn(f"{COVARIATE} {name}", COVARIATE, _over_cells(values, series, cells))
        for name, values in wanted.items()
    )


def term_of(name: str) -> str:
    """Name the term of the model whose prior the coefficient of a column has.

    Examples
    --------
    >>> term_of("second slope"), term_of("covariate temperature"), term_of("trend")
    ('slope', 'covariate', 'trend')
    """
    return FIRST_KINDS.get(name) or (COVARIATE if name.startswith(f"{COVARIATE} ") else name)


def _over_cells(values: xr.DataArray, series: xr.Dataset, cells: xr.Dataset) -> np.ndarray:
    whole = values.broadcast_like(series["exposure"].transpose(PERIOD, *CELL_DIMS)).transpose(PERIOD, *CELL_DIMS)
    stacked = whole.stack(cell=CELL_DIMS).sel(cell=cells["cell"])
    return np.asarray(stacked.transpose(PERIOD, "cell").values)
