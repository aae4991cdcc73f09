"""A funnel from draws: its limits are those of the draws, and wider than chance alone where areas differ."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.monitoring.predictive_funnel import predictive_funnel

pytestmark = pytest.mark.unit
NAMES = {"ics": ["A", "B", "C"]}
OBSERVED = xr.DataArray([100.0, 126.0, 150.0], NAMES, "ics")


def draws(sd=0.0, size=4000):
    rng = np.random.default_rng(3)
    mean = 100 * np.exp(rng.normal(0, sd, size=(2, size // 2, 3)))
    return xr.DataArray(rng.poisson(mean).astype(float), NAMES, ("chain", "draw", "ics"))


def test_chance_alone_has_the_limits_of_a_poisson_count():
    table = predictive_funnel(OBSERVED, draws()).table
    assert table["lower_95"].to_numpy() == pytest.approx(0.81, abs=0.02)
    assert table["upper_998"].to_numpy() == pytest.approx(1.32, abs=0.03)
    assert table["outside"].tolist() == ["", "95 %", "99.8 %"]


def test_areas_that_differ_widen_limits():
    assert predictive_funnel(OBSERVED, draws(sd=0.2)).table["outside"].tolist() == ["", "", ""]


def test_scores_are_normal_deviates_that_draws_can_tell():
    table = predictive_funnel(OBSERVED, draws()).table
    assert table["score"].iloc[0] == pytest.approx(0.0, abs=0.1)
    assert np.isfinite(table["score"]).all()


@pytest.mark.parametrize(
    "predicted",
    [draws(size=500), draws().isel(ics=[1, 0, 2]), draws().sum("ics"), draws() * 0],
)
def test_what_cannot_be_compared_is_refused(predicted):
    with pytest.raises(OptionError):
        predictive_funnel(OBSERVED, predicted)


def test_one_extreme_draw_moves_neither_the_centre_nor_the_ratio():
    draws = np.random.default_rng(1).poisson([[[50, 80]]], size=(2, 1000, 2)).astype(float)
    names = {"ics": ["A", "B"]}
    counts, wild = xr.DataArray([50.0, 80.0], names, "ics"), draws.copy()
    wild[0, 0] = 1e9
    calm, moved = (
        predictive_funnel(counts, xr.DataArray(each, names, ("chain", "draw", "ics"))) for each in (draws, wild)
    )
    assert moved.table["expected"].tolist() == calm.table["expected"].tolist() == [50, 80]
    assert moved.table["ratio"].tolist() == [1.0, 1.0]
