"""Crude gaps and how far one lies from what others would show."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.crude_gap import crude_gap, probability_like_others

pytestmark = pytest.mark.unit


def test_a_crude_gap_is_the_ratio_of_ratios_with_half_an_admission_more():
    counts = xr.DataArray([[10.0, 0.0], [50.0, 20.0], [40.0, 30.0]], dims=("deprivation", "ics"))
    expected = xr.DataArray([[20.0, 5.0], [50.0, 20.0], [20.0, 30.0]], dims=("deprivation", "ics"))
    by_hand = [(10.5 / 20.5) / (40.5 / 20.5), (0.5 / 5.5) / 1.0]
    np.testing.assert_allclose(crude_gap(counts, expected, Group()).values, by_hand)


def test_the_probability_is_two_sided_and_ties_count_half():
    replicates = xr.DataArray([[1.0, 2.0, 3.0, 4.0]], dims=("chain", "draw"))
    observed = xr.DataArray([0.0, 1.0, 2.5, np.nan], dims="ics")
    found = probability_like_others(replicates, observed)
    np.testing.assert_allclose(found.values, [0.0, 0.25, 1.0, np.nan])
