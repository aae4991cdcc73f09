import numpy as np
import pytest
import xarray as xr

from equitymodel.monitoring.causes import causes_between, causes_table
from equitymodel.simulate.simulated_cells import simulate_cells

pytestmark = pytest.mark.unit


def test_nothing_is_different_from_itself(small_series):
    assert causes_between(small_series, small_series) == []


def test_a_revised_count_is_named_with_its_month_and_size(small_series):
    counts = small_series["admissions"].copy()
    counts[5] += 12
    (cause,) = causes_between(small_series, small_series.assign(admissions=counts))
    assert cause.why == "revision"
    assert "1 count of 2015-06-01: +12 in all" in cause.what
    assert "the largest by +12" in cause.what


def test_a_count_that_is_hidden_now_is_said(small_series):
    counts = small_series["admissions"].copy()
    counts[5] = np.nan
    (cause,) = causes_between(small_series, small_series.assign(admissions=counts))
    assert "1 of them hidden before or now" in cause.what


def test_need_and_population_of_cells_are_told_apart():
    cells, _ = simulate_cells(areas=3, seed=1)
    need = xr.ones_like(cells["admissions"])
    one, other = cells.assign(need_ratio=need), cells.assign(need_ratio=need * 1.1)
    assert [cause.why for cause in causes_between(one, other)] == ["need"]
    more = cells.assign(population=cells["population"] + 1)
    assert [cause.why for cause in causes_between(cells, more)] == ["population"]


def test_an_ics_more_is_new_data():
    cells, _ = simulate_cells(areas=3, seed=1)
    (cause,) = causes_between(cells.isel(ics=[0, 1]), cells)
    assert str(cause) == f"new data (1 ics more: {cells['ics'].values[2]})"


def test_another_version_is_code(small_series):
    (cause,) = causes_between(small_series, small_series, ({"numpy": "2.4"}, {"numpy": "2.5"}))
    assert str(cause) == "code version (numpy 2.4 to 2.5)"
    assert causes_table([cause]).values.tolist() == [["code version", "numpy 2.4 to 2.5"]]
