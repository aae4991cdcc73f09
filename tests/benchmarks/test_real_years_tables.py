import numpy as np
import pandas as pd
import pytest
import xarray as xr
from real_years_tables import PLACE, SOURCES, HoldOut, RealYears, _pairs, boards, partnerships, summed, therapies, units

from equitymodel.data.tables.suppression import count_bounds

pytestmark = pytest.mark.unit


@pytest.fixture
def years():
    """Two areas, two groups, two years; one count of the second area is known only within bounds."""
    counts = xr.DataArray(
        [[[[10.0, 20.0]], [[30.0, 20.0]]], [[[10.0, 5.0]], [[10.0, 15.0]]]], dims=(*PLACE, "period"),
        coords={"ics": ["a", "b"], "deprivation": [1, 2], "procedure": ["p"], "period": ["2020/21", "2021/22"]},
    )  # fmt: skip
    hidden = xr.zeros_like(counts)
    hidden[1, 0, 0, 0] = 8
    standard = xr.ones_like(counts.isel(period=0, drop=True))
    population = standard.isel(procedure=0, drop=True) * 100
    return RealYears(counts, counts + hidden, standard, population, (), "made up")


ONE = HoldOut(("2020/21",), "2021/22", "one year to the next")


def test_a_count_within_wide_bounds_is_not_known_and_its_cell_is_left_out(years):
    cells = years.cells(ONE, bounds=False)
    assert years.scored(ONE, bounds=False).values.ravel().tolist() == [True, True, False, True]
    np.testing.assert_array_equal(cells["admissions"].values.ravel(), [10, 30, np.nan, 10])


def test_with_bounds_every_cell_counts_within_them(years):
    low, high = count_bounds(years.cells(ONE, bounds=True))
    assert years.scored(ONE, bounds=True).all()
    np.testing.assert_array_equal(low.values.ravel(), [10, 30, 10, 10])
    np.testing.assert_array_equal(high.values.ravel(), [10, 30, 18, 10])


def test_scored_cells_are_expected_to_have_as_many_as_they_had(years):
    scored = years.scored(ONE, bounds=False)
    expected = years.expected("2021/22", scored)
    np.testing.assert_allclose(expected.values.ravel(), (20 + 20 + 15) / 3)


def test_years_lie_in_the_middle_and_come_last(years):
    both = HoldOut(("2020/21", "2021/22"), "2021/22", "two or three years to the next")
    cells = years.cells(both, bounds=False)
    assert cells["admissions"].dims == (*PLACE, "period")
    assert cells["expected_admissions"].dims == ("adjustment", *PLACE, "period")
    assert cells["year"].values.tolist() == [2021.0, 2022.0]


def test_years_are_added_up_as_they_were(years):
    both = HoldOut(("2020/21", "2021/22"), "2021/22", "two or three years to the next")
    cells = summed(years.cells(both, bounds=False))
    assert "period" not in cells.dims
    np.testing.assert_array_equal(cells["admissions"].values.ravel(), [30, 50, np.nan, 25])
    np.testing.assert_array_equal(cells["population"].values.ravel(), [100] * 4)
    np.testing.assert_allclose(cells["expected_admissions"].values.ravel(), (50 + 55) / 3)


def test_hold_outs_are_read_as_written():
    assert _pairs([], [], ["2019 + 2021 > 2022"]) == (
        HoldOut(("2019", "2021"), "2022", "two or three years to the next"),
    )


def test_scottish_cells_with_51_weeks_in_both_years_are_79(open_data):
    scotland = partnerships(open_data)
    first, bounded = scotland.hold_outs[0], scotland.cells(scotland.hold_outs[0], bounds=True)
    assert int(scotland.scored(first, bounds=False).sum()) == 79
    assert int((count_bounds(bounded)[1].notnull()).sum()) == 149
    assert scotland.cells(scotland.hold_outs[4], bounds=False)["period_years"].values.tolist() == [2.0, 1.0]


def test_years_of_partnerships_are_those_of_the_weeks_published(open_data):
    weekly = pd.read_csv(open_data / "scot_hscp_simd_weekly_admissions_2020_2023.csv")
    own = weekly[(weekly["hscp_code"] == "S37000001") & (weekly["simd_quintile"] == 3)]
    own = own[(own["admission_type"] == "Planned") & own["week_ending"].between("2021-07-01", "2022-06-30")]
    place = {"ics": "S37000001", "deprivation": 3, "period": "2021/22"}
    assert float(partnerships(open_data).low.sel(place).sum()) == own["admissions"].sum()


@pytest.mark.parametrize(("read", "areas", "cells"), [(boards, 11, 110), (units, 8, 40), (therapies, 42, 417)])
def test_other_sources_have_so_many_cells(open_data, read, areas, cells):
    found = read(open_data)
    scored = found.scored(found.hold_outs[0], bounds=False)
    assert (found.low.sizes["ics"], int(scored.sum())) == (areas, cells)


def test_borders_can_be_left_out(open_data):
    assert SOURCES["boards without Borders"].read(open_data).low.sizes["ics"] == 10


def test_residents_of_working_age_are_those_of_the_census(open_data):
    ages = pd.read_csv(open_data / "lsoa21_pop_census2021_broad_age.csv")
    published = ages[["a15_24", "a25_44", "a45_64"]].to_numpy().sum()
    assert float(therapies(open_data).population.sum()) == pytest.approx(published, rel=1e-3)
