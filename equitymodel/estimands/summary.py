"""Draws to tidy rows: an estimate, its interval with level and kind, a probability, a unit."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.draw_quantiles import quantiles_over_first
from equitymodel.estimands.reading import Reading, reading_of, without_attrs
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY, SAMPLE_DIMS

Centre = Literal["median", "mean"]


@refuses_other_types
@on_same_labels
def summarise(
    draws: xr.DataArray,
    *,
    unit: str | None = None,
    centre: Centre = "median",
    probability: xr.DataArray | None = None,
    interval_probability: float = INTERVAL_PROBABILITY,
) -> pd.DataFrame:
    """Summarise draws as a tidy table, one row an estimate.

    Parameters
    ----------
    draws
        Dims ``chain, draw`` and those that label the rows.
    unit
        What the numbers count; by default what the measure says of itself.
    centre
        ``"median"``, or ``"mean"`` for admissions that must add up.
    probability
        A probability for each row; by default the one that the measure says is to be stated, if any.
    interval_probability
        The level of the interval.

    Returns
    -------
    pandas.DataFrame
        Label columns, then ``estimate, lower, upper, interval_probability, interval_kind,
        probability, unit``, and ``probability_of`` where the measure says what that is. Rows that do
        not exist are left out.

    Raises
    ------
    OptionError
        When the level is not between 0 and 1.

    Notes
    -----
    Equal-tailed intervals: as much probability below as above. A measure says how it is read; choosing some of
    its rows keeps that. After any arithmetic, such as the inverse of a ratio, nothing is claimed: give `unit`
    and `probability` then.

    Examples
    --------
    >>> draws = xr.DataArray(np.linspace(0, 1, 101)[None], dims=("chain", "draw"), name="share")
    >>> summarise(draws, unit="share")[["estimate", "lower", "upper"]].round(3).values.tolist()
    [[0.5, 0.025, 0.975]]
    """
    if not 0 < interval_probability < 1:
        raise OptionError(f"an interval's level lies between 0 and 1, not {interval_probability}")
    reading = reading_of(draws)
    tail = (1 - interval_probability) / 2
    ordered = draws.transpose(*SAMPLE_DIMS, ...)
    values = ordered.values.reshape(-1, *ordered.shape[2:])
    lower, median, upper = quantiles_over_first(values, [tail, 0.5, 1 - tail])
    label = ordered.isel(dict.fromkeys(SAMPLE_DIMS, 0), drop=True)
    label = label.drop_vars([name for name in label.coords if name not in label.dims])
    columns = {
        "estimate": median if centre == "median" else values.mean(axis=0),
        "lower": lower,
        "upper": upper,
    }
    table = pd.DataFrame({name: label.copy(data=column).rename(name).to_series() if label.dims else [float(column)]
                          for name, column in columns.items()})  # fmt: skip
    table["interval_probability"] = interval_probability
    table["interval_kind"] = INTERVAL_KIND
    stated = stated_probability(draws, reading) if probability is None else probability
    table["probability"] = np.nan if stated is None else _as_column(stated, label)
    table["unit"] = reading.unit if unit is None else unit
    if probability is None and reading.stated:
        table["probability_of"] = reading.words
    table = table.reset_index() if label.dims else table
    return table.dropna(subset=["estimate"]).reset_index(drop=True)


def stated_probability(draws: xr.DataArray, reading: Reading) -> xr.DataArray | None:
    """Give the probability that a measure says is to be stated, or none; without draws there is none.

    Examples
    --------
    >>> draws = xr.DataArray([[0.8, 0.9, 1.1, 0.7]], dims=("chain", "draw"))
    >>> stated_probability(draws, Reading("ratio", 1, stated="below")).item()
    0.75
    """
    if not reading.stated or not set(SAMPLE_DIMS) <= set(draws.dims):
        return None
    event = draws < reading.no_difference if reading.stated == "below" else draws > reading.no_difference
    return share_of_draws(event, draws)


@on_same_labels
def share_of_draws(event: xr.DataArray, draws: xr.DataArray) -> xr.DataArray:
    """Give the share of draws in which something is so; missing where the draws are.

    Parameters
    ----------
    event
        Whether it is so, draw by draw; dims ``chain, draw`` and any others.
    draws
        The draws it was read from, same dims.

    Returns
    -------
    xarray.DataArray
        Shares from 0 to 1, without ``chain`` and ``draw``.

    Examples
    --------
    >>> draws = xr.DataArray([[1.0, 2.0, 3.0, 4.0]], dims=("chain", "draw"))
    >>> float(share_of_draws(draws > 1.5, draws))
    0.75
    """
    share = event.mean(SAMPLE_DIMS).where(draws.notnull().all(SAMPLE_DIMS))
    return without_attrs(share)


def probability_above(draws: xr.DataArray, threshold: float = 0.0) -> xr.DataArray:
    """Give the probability that a quantity lies above a threshold.

    Parameters
    ----------
    draws
        Dims ``chain, draw`` and any others.
    threshold
        In the unit of `draws`.

    Returns
    -------
    xarray.DataArray
        Probabilities, without ``chain`` and ``draw``; missing where the draws are.

    Examples
    --------
    >>> float(probability_above(xr.DataArray([[-1.0, 1.0, 2.0, 3.0]], dims=("chain", "draw"))))
    0.75
    """
    return share_of_draws(draws > threshold, draws)


def _as_column(values: xr.DataArray, label: xr.DataArray) -> np.ndarray:
    return np.asarray(values.transpose(*label.dims).values).ravel()
