"""Counts of a series beside what is expected of them, by area and period: for funnels and charts that remember."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import HIGH
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE

OBSERVED, EXPECTED = "observed", "expected"
PAIRS = (("numerator", "denominator"), ("admissions", "exposure"))
"""Columns of a measured series, and of a series of admissions."""
MOST_APART = 2.0
"""How far all that was observed may be from all that was expected: further apart, the denominator is something else."""


@refuses_other_types
def observed_expected(series: xr.Dataset, *, procedure: str | None = None) -> xr.Dataset:
    """Give counts and what is expected of them, groups of deprivation added up.

    Parameters
    ----------
    series
        From `read_measured` with numerator and denominator, or `read_series` with ``exposure="expected_admissions"``.
    procedure
        Which of several.

    Returns
    -------
    xarray.Dataset
        Over ``ics`` and ``period``: ``observed``, ``expected`` and ``doubtful``; over ``period``: ``masked``.

    Raises
    ------
    OptionError
        When it has values alone, counts that are hidden, a denominator that is no count of what is expected, or several
        procedures of which none is chosen.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": months, "numerator": [9, 12, 8], "denominator": 10})
    >>> observed_expected(read_measured(rows))["observed"].values.tolist()
    [[9.0, 12.0, 8.0]]
    """
    pair = next((pair for pair in PAIRS if set(pair) <= set(series)), None)
    if pair is None:
        raise OptionError(
            "such a chart holds counts against what is expected of them: give columns numerator (observed) and "
            "denominator (expected), or admissions and expected_admissions"
        )
    _refuse_hidden(series, pair[0])
    one = one_procedure(series, procedure) if PROCEDURE in series.dims else series
    found = xr.Dataset({OBSERVED: one[pair[0]], EXPECTED: one[pair[1]].broadcast_like(one[pair[0]])})
    _refuse_people(found)
    found = found.assign(doubtful=one.get("doubtful", xr.zeros_like(found[OBSERVED], dtype=bool)))
    if DEPRIVATION in found.dims:
        counts = found[[OBSERVED, EXPECTED]].sum(DEPRIVATION, skipna=False)
        found = counts.assign(doubtful=found["doubtful"].any(DEPRIVATION))
    named = {name: series[name] for name in ("ics_name",) if name in series.coords}
    found = found.assign(masked=series["masked"]).transpose(ICS, PERIOD).assign_coords(named)
    return replace(SeriesFacts.of(series), exposure="none").keep_with(found)


def _refuse_people(counts: xr.Dataset) -> None:
    """Refuse a denominator whose total is far from that of the counts: people, or days, of whom few are expected."""
    both = counts.where(counts[OBSERVED].notnull() & counts[EXPECTED].notnull())
    observed, expected = (float(both[name].sum()) for name in (OBSERVED, EXPECTED))
    ratio = observed / expected if expected > 0 else np.inf
    if not 1 / MOST_APART <= ratio <= MOST_APART:
        raise OptionError(
            f"the denominator adds up to {expected:,.0f} and the counts to {observed:,.0f}: it is not what is expected "
            f"of them. Way out: multiply it by the share of all together ({ratio:.4g}), or chart the share with "
            "--chart control"
        )


def _refuse_hidden(series: xr.Dataset, name: str) -> None:
    hidden = int((series[HIGH] > series[name].fillna(-1)).sum()) if HIGH in series else 0
    if hidden:
        raise OptionError(
            f"{hidden} counts are hidden, and such a chart takes counts that are known: chart longer periods, in which "
            "none is hidden"
        )


def one_procedure(series: xr.Dataset, procedure: str | None) -> xr.Dataset:
    """Choose a procedure; the only one where none is named.

    Raises
    ------
    OptionError
        Names them, where there are several.

    Examples
    --------
    >>> series = xr.Dataset({"admissions": ("procedure", [3.0, 4.0])}, {"procedure": ["hip", "knee"]})
    >>> one_procedure(series, "hip")["admissions"].item()
    3.0
    """
    names = [str(name) for name in series[PROCEDURE].values]
    chosen = names[0] if procedure is None and len(names) == 1 else procedure
    if chosen not in names:
        raise OptionError(f"choose a procedure: {', '.join(names)}")
    return series.sel({PROCEDURE: chosen}, drop=True)
