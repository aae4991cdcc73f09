"""Worlds that cannot be are refused before anything is drawn."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.simulate.series_world import MonthlyNoise, Sizes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("options", [{"autocorrelation": 1.0}, {"autocorrelation": -1.0}, {"sd": -1}, {"shared": 2}])
def test_noise_that_cannot_be_is_refused(options):
    with pytest.raises(OptionError, match="autocorrelation lies between -1 and 1"):
        MonthlyNoise(**options)


@pytest.mark.parametrize("before", [0, 60, 61])
def test_there_are_months_on_both_sides(before):
    with pytest.raises(OptionError, match=f"after {before} of 60 months leaves none on one side"):
        Sizes(before=before)
    assert Sizes(before=59).periods == 60


@pytest.mark.parametrize("size", ["areas", "groups", "procedures"])
def test_there_is_at_least_one_of_everything(size):
    with pytest.raises(OptionError, match="at least one"):
        Sizes(**{size: 0})
