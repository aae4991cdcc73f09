import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.panel_rows import SHOWN, gap_of_groups, summary_rows

pytestmark = pytest.mark.unit


def test_rows_say_what_their_interval_is_and_its_unit():
    draws = xr.DataArray(np.linspace(0, 1, 101)[None, :, None], {"option": ["a"]}, ("chain", "draw", "option"))
    (row,) = summary_rows(draws, "QALYs").to_dict("records")
    assert set(SHOWN) < set(row)
    assert (row["lower"], row["upper"], row["unit"]) == (pytest.approx(0.025), pytest.approx(0.975), "QALYs")
    assert row["interval_kind"] == "equal-tailed credible interval"


def test_what_is_not_finite_in_every_draw_has_no_row():
    draws = xr.DataArray([[[1.0, np.inf], [3.0, 2.0]]], {"option": ["a", "b"]}, ("chain", "draw", "option"))
    assert summary_rows(draws, "")["option"].tolist() == ["a"]


def test_a_gap_is_the_first_over_the_last_group():
    rates = xr.DataArray([50.0, 80.0, 100.0], {"deprivation": [1, 3, 5]}, "deprivation")
    assert gap_of_groups(rates, xr.full_like(rates, 10.0)).item() == 0.5
