"""A funnel whose limits are what a fitted model predicts of areas: over-dispersion is then part of the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtri

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.funnel_limits import LEVELS, Funnel, funnel_table
from equitymodel.vocabulary import ICS, SAMPLE_DIMS

FEWEST_DRAWS = 1000
"""Draws below which limits at 99.8 % rest on less than one draw beyond them."""


@refuses_other_types
def predictive_funnel(observed: xr.DataArray, predicted: xr.DataArray) -> Funnel:
    """Draw limits for areas from counts that a model predicts of an area like the others.

    Parameters
    ----------
    observed
        Counts by ``ics``.
    predicted
        Draws of counts in its place, dims ``chain, draw, ics``: of a fit to cells,
        ``equitymodel.inference.draw_another_ics`` summed over groups and procedures.

    Returns
    -------
    Funnel
        Limits of observed over the median of what is predicted, at 95 % and 99.8 %; the score is the normal deviate of
        the share of draws below what was observed (half of those equal to it).

    Raises
    ------
    OptionError
        When areas differ, or there are too few draws for limits at 99.8 %.

    Notes
    -----
    Limits of small areas are wide because counts are few, and those of all areas because areas differ: both are drawn.
    Where the model was fitted to the same counts, the comparison is a little too kind to each area. The centre is a
    median, as a gap that is drawn anew is a logarithm with tails: a few extreme draws would move a mean at will.

    References
    ----------
    Marshall EC, Spiegelhalter DJ (2007) Identifying outliers in Bayesian hierarchical models. Bayesian Analysis 2:409.

    Examples
    --------
    >>> draws = np.random.default_rng(1).poisson([[[50, 80]]], size=(2, 1000, 2)).astype(float)
    >>> names = {"ics": ["A", "B"]}
    >>> predicted = xr.DataArray(draws, names, ("chain", "draw", "ics"))
    >>> predictive_funnel(xr.DataArray([50.0, 130], names, "ics"), predicted).table["outside"].tolist()
    ['', '99.8 %']
    """
    if set(predicted.dims) != {*SAMPLE_DIMS, ICS} or list(predicted[ICS].values) != list(observed[ICS].values):
        raise OptionError("give draws over chain, draw and ics, of the same areas in the same order as observed")
    many = int(np.prod([predicted.sizes[dim] for dim in SAMPLE_DIMS]))
    if many < FEWEST_DRAWS:
        each = -(-FEWEST_DRAWS // predicted.sizes["chain"])
        raise OptionError(
            f"{many} draws are too few for limits at 99.8 %, which take {FEWEST_DRAWS}; "
            f"run it again with --draws {each} or more, of each chain"
        )
    expected = predicted.median(SAMPLE_DIMS)
    if not bool((expected > 0).all()):
        few = ", ".join(map(str, observed[ICS].values[~(expected > 0).values]))
        raise OptionError(f"half of the draws predict nothing in {few}; choose a procedure with more admissions")
    limits = {level: _limits(predicted, expected, level) for level in LEVELS}
    below = ((predicted < observed).mean(SAMPLE_DIMS) + (predicted <= observed).mean(SAMPLE_DIMS)) / 2
    names = pd.Index(observed[ICS].values, name=ICS)
    seen, hoped = (pd.Series(values.values, names) for values in (observed, expected))
    return Funnel(funnel_table(seen, hoped, limits, _deviates(below.values, many)), "predictive")


def _limits(predicted: xr.DataArray, expected: xr.DataArray, level: float) -> tuple[np.ndarray, np.ndarray]:
    ends = predicted.quantile([(1 - level) / 2, (1 + level) / 2], SAMPLE_DIMS) / expected
    return ends.isel(quantile=0).values, ends.isel(quantile=1).values


def _deviates(below: np.ndarray, draws: int) -> np.ndarray:
    """Turn shares into normal deviates, none beyond what so many draws can tell."""
    least = 1 / (2 * draws)
    found: np.ndarray = ndtri(np.clip(below, least, 1 - least))
    return found
