"""What it would take to explain the headline gap away, as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.gaps import gap_between
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.rates import ratio_where_expected
from equitymodel.estimands.tipping import (
    UNMEASURED,
    allow_for_private_care,
    expected_without,
    need_measured,
    probability_gap_persists,
    tipping_point,
)

UNMEASURED_NEED = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)
PRIVATE_SHARES = (0.05, 0.1, 0.2, 0.3)
WITHOUT, WORTH = "rate_ratio_without_adjustment", "need_measured_by_adjustment"
AT_EQUAL = "rate_ratio_at_equal_covariate"
PERSISTS, PRIVATE = "probability_gap_persists", "rate_ratio_with_private_care"


def sensitivity_measures(fit: Fitted, gap: xr.DataArray) -> Iterator[Measure]:
    """Give the tipping point, the gap without each adjustment, and the gap under assumptions.

    Parameters
    ----------
    fit
        A fit.
    gap
        Draws of the headline gap, fully adjusted, with all ICSs together.

    Returns
    -------
    iterator of Measure
        One a question and assumption: a ratio of need, or a share of private care in the least deprived
        group (or in the reference group).

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> gap = with_all(em.rate_ratio(fit.ratio))
    >>> next(sensitivity_measures(fit, gap)).key
    'tipping_point'
    """
    yield measured(tipping_point(gap), "tipping_point")
    yield from without_adjustments(fit, gap)
    yield from without_covariates(fit, gap)
    persists = probability_gap_persists(gap, UNMEASURED_NEED)
    for need in UNMEASURED_NEED:
        own = measured(persists.sel({UNMEASURED: need}, drop=True), PERSISTS)
        yield replace(own, assumption=need)
    for share in PRIVATE_SHARES:
        whole = measured(allow_for_private_care(gap, most=0.0, least=share), PRIVATE)
        yield replace(whole, assumption=share)


def without_adjustments(fit: Fitted, gap: xr.DataArray) -> Iterator[Measure]:
    """Leave each adjustment out in turn: what the gap then is, and what the adjustment was worth.

    Parameters
    ----------
    fit, gap
        As for `sensitivity_measures`.

    Returns
    -------
    iterator of Measure
        Two for each adjustment, which `adjustment` names.
    """
    group, fitted = CellFacts.of(fit.cells).group, with_all(fit.fitted)
    versions = {str(key): fit.expected_under(str(key)) for key in fit.cells["adjustment"].values}
    for key, expected in expected_without(versions).items():
        own = gap_between(ratio_where_expected(fitted, with_all(expected)), group)
        yield measured(own, WITHOUT, adjustment=key)
        yield measured(need_measured(gap, own), WORTH, adjustment=key)


def without_covariates(fit: Fitted, gap: xr.DataArray) -> Iterator[Measure]:
    """Leave each covariate of areas out in turn: the gap with it treated the other way, and what it is worth.

    Parameters
    ----------
    fit, gap
        As for `sensitivity_measures`.

    Returns
    -------
    iterator of Measure
        Two for each covariate, which `adjustment` names: of one that is neutralised the gap at equal values of it, of
        one that counts as need the gap without it; and, on the scale of the tipping point, the need that the covariate
        puts, or would put, into the most deprived group relative to the least.
    """
    group, fitted = CellFacts.of(fit.cells).group, with_all(fit.fitted)
    for name, term in fit.covariate_terms.items():
        counted = name in fit.counted_covariates
        moved = fit.expected * np.exp(-term if counted else term)
        own = gap_between(ratio_where_expected(fitted, with_all(moved)), group)
        yield measured(own, WITHOUT if counted else AT_EQUAL, adjustment=name)
        yield measured(need_measured(gap, own) if counted else need_measured(own, gap), WORTH, adjustment=name)
