"""Small populations with known rates, for tests of standardisation."""

import pytest
import xarray as xr

BANDS = {"age_band": ["00-64", "65-74", "75+"]}


@pytest.fixture
def people():
    """Younger people where deprivation is greatest, in two areas."""
    young = xr.DataArray([[900.0, 60, 40], [700, 160, 140]], coords={"deprivation": [1, 2], **BANDS})
    return young * xr.DataArray([1.0, 2.5], dims="ics", coords={"ics": ["a", "b"]})


@pytest.fixture
def rates():
    """True rates by procedure and age band."""
    return xr.DataArray([[0.01, 0.2, 0.3], [0.02, 0.1, 0.05]], coords={"procedure": ["hip", "knee"], **BANDS})


@pytest.fixture
def ratio():
    """True ratios: the most deprived have fewer admissions than their age would give."""
    return xr.DataArray([[0.6, 1.1], [0.8, 1.4]], coords={"ics": ["a", "b"], "deprivation": [1, 2]})
