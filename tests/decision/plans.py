"""Worked examples that tests of plans share."""

import numpy as np
import xarray as xr


def by_group(values):
    return xr.DataArray(list(values), {"deprivation": range(1, len(values) + 1)}, "deprivation")


def sampled(values, **names):
    """Give an array of draws: `values` of shape (draw, ...) with labels by dim."""
    return xr.DataArray(np.asarray(values)[None], {**names}, ("chain", "draw", *names))


TWO = (by_group([100.0, 100.0]), by_group([1.25, 1.0]), 100.0)
FIVE = (by_group([1300.0, 1150, 1000, 900, 800]), by_group([1.06, 1, 1, 1, 1]), 3090.0)


FIFTHS = by_group([63.19885892, 67.67622058, 69.99007964, 73.18449964, 75.07027193])
"""Quality-adjusted life expectancy by fifth, the most deprived first (Love-Koh 2015, 10.1016/j.jval.2015.03.1784)."""
PEOPLE = by_group([10_698_746.0] * 5)
