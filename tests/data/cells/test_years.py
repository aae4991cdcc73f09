"""Cells of several years: a slice of one year is what that year alone would have given."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.bands import Ages, by_band
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.cells.years import a_year, has_years, join_years, one_year
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import OptionError
from tests.data.changes import as_is, chain, needed, only, rated, read, unlike_ages

pytestmark = pytest.mark.unit

LABELS = ("2021/22", "2022/23", "2024/25")
CELL = ("ics", "deprivation", "procedure")


def one_of(number, tables):
    """Give the tables of one year: counts and people differ between years, in the ratio of groups and ages too."""
    counts, people = tables["admissions"], tables["population"]
    rng = np.random.default_rng(number)
    more = rng.integers(0, 9 * (number + 1), len(counts))
    grown = people["population"].astype(float) * (1 + 0.1 * number * (people["ics"] == "E54000055"))
    changed = {"admissions": counts.assign(admissions=counts["admissions"].astype(int) + more),
               "population": people.assign(population=grown)}  # fmt: skip
    if "need" in tables:
        factor = 1 + 0.05 * number * (tables["need"]["deprivation"] == "1")
        changed["need"] = tables["need"].assign(need_ratio=tables["need"]["need_ratio"].astype(float) * factor)
    return {**tables, **changed}


def together(tables, *names):
    each = [one_of(number, tables) for number in range(len(LABELS))]
    return {**tables, **{
        name: pd.concat([own[name].assign(period=label) for own, label in zip(each, LABELS, strict=True)])
        for name in names
    }}  # fmt: skip


BOTH = ("admissions", "population")
CHANGES = {
    "age and sex": (as_is, BOTH, {}),
    "need": (needed("1.1"), (*BOTH, "need"), {}),
    "age bands": (as_is, BOTH, {"ages": Ages(("0-64", "65+"))}),
    "given rates": (rated, BOTH, {}),
    "suppressed": (only("admissions", "admissions.astype('int') > 30"), BOTH,
                   {"small_numbers": SmallNumbers("1-30", absent="suppressed")}),
    "missing": (only("admissions", "index % 50 != 0"), BOTH, {"small_numbers": SmallNumbers(absent="missing")}),
    "by sex": (as_is, BOTH, {"groups": Group("sex", "M")}),
}  # fmt: skip


def by_sex(tables):
    """Leave deprivation out, so that sex are the groups."""
    out = {}
    for name in BOTH:
        keys = [key for key in tables[name].columns if key not in ("deprivation", name)]
        out[name] = tables[name].astype({name: float}).groupby(keys, as_index=False)[name].sum()
    return {**tables, **out}


@pytest.mark.parametrize("name", CHANGES)
def test_a_slice_of_one_year_is_what_its_tables_alone_give(name, tables):
    change, names, options = CHANGES[name]
    start = change(by_sex(tables) if name == "by sex" else tables)
    cells = read(together(start, *names), **options)
    assert has_years(cells)
    for number, label in enumerate(LABELS):
        alone, slice_ = read(one_of(number, start), **options), one_year(cells, label)
        assert set(slice_.data_vars) == set(alone.data_vars)
        assert set(slice_.coords) == set(alone.coords)
        for variable in set(alone.data_vars) - {"band_share"}:
            assert slice_[variable].dims == alone[variable].dims
            np.testing.assert_allclose(slice_[variable].astype(float), alone[variable].astype(float), rtol=1e-9)


@pytest.fixture(scope="module")
def cells(tables):
    return read(
        together(chain(unlike_ages, needed("1.1"))(tables), *BOTH),
        ages=Ages(("0-64", "65+"), rate_error=RateError(1, draws=3)),
    )


def test_periods_lie_last_along_all_that_differs_between_them(cells):
    for name in ("admissions", "expected_admissions", "population", "need_ratio", "rate_error", "band_admissions"):
        assert cells[name].dims[-1] == "period"
    assert cells["offered"].dims == CELL
    assert cells["position"].dims == ("deprivation",)
    assert cells["expected_admissions"].dims == ("adjustment", *CELL, "period")
    assert likelihood_cells(cells).dims == (*CELL, "period")
    assert by_band(cells)["admissions"].dims == (*CELL, "period")


def test_periods_are_in_time_order_with_their_middle_and_length(cells):
    assert cells["period"].values.tolist() == list(LABELS)
    assert cells["year"].values == pytest.approx([2021.75, 2022.75, 2024.75])
    assert cells["period_years"].values == pytest.approx([1.0, 1.0, 1.0])


def test_expected_admissions_of_each_year_add_up_to_what_was_observed_in_it(cells):
    observed = cells["admissions"].sum(["ics", "deprivation"])
    expected = cells["expected_admissions"].sum(["ics", "deprivation"])
    np.testing.assert_allclose(expected.isel(adjustment=-1), observed)


def test_positions_are_of_all_years_together(cells):
    np.testing.assert_allclose(cells["position"], ridit(cells["population"].sum(["ics", "period"])))


def test_drawn_rates_differ_between_years(cells):
    assert cells["rate_error"].sizes["rate_draw"] == 3
    assert not np.allclose(cells["rate_error"].isel(period=0), cells["rate_error"].isel(period=1))


def test_facts_name_the_periods_through_selections(cells):
    assert CellFacts.of(cells).periods == LABELS
    assert CellFacts.of(cells.isel(period=[0, 2])).periods == ("2021/22", "2024/25")
    assert CellFacts.of(one_year(cells)).periods == ("2024/25",)
    assert CellFacts.of(one_year(cells)).findings == CellFacts.of(cells).findings


def test_facts_and_periods_go_into_files(cells, tmp_path):
    cells.to_netcdf(tmp_path / "cells.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "cells.nc", engine="h5netcdf") as stored:
        assert CellFacts.of(stored) == CellFacts.of(cells)
        assert CellFacts.of(one_year(stored, "2021/22")).when == "2021/22"
        np.testing.assert_allclose(stored["year"], cells["year"])


def test_bands_have_one_age_structure_for_all_years(cells):
    assert cells["band_share"].dims == ("band", "procedure")
    np.testing.assert_allclose(cells["band_share"].sum("band"), 1.0)


def test_cells_without_years_are_given_as_they_are(clean):
    assert not has_years(clean)
    assert one_year(clean) is clean


def test_a_period_that_is_not_there_is_refused(cells):
    with pytest.raises(OptionError, match=r"2023/24.*Did you mean"):
        one_year(cells, "2023/24")


def test_a_group_without_people_in_a_year_is_not_offered_in_it(tables):
    years = together(tables, *BOTH)
    gone = "ics == 'E54000063' and deprivation == '1' and period == '2021/22'"
    for name in BOTH:
        years[name].loc[years[name].eval(gone), name] = 0
    cells, place = read(years), {"ics": "E54000063", "deprivation": 1}
    assert not one_year(cells, "2021/22")["offered"].sel(place).any()
    assert one_year(cells)["offered"].sel(place).all()
    assert cells["offered"].sel(place).all()
    assert not likelihood_cells(cells).sel({**place, "period": "2021/22"}).any()


def test_bounds_are_left_out_of_a_year_whose_counts_are_all_known():
    own = {}
    for label, high in (("2021", 4.0), ("2022", 1.0)):
        counts = {"admissions_low": ("ics", [1.0]), "admissions_high": ("ics", [high])}
        known = {"admissions": ("ics", [1.0 if high == 1 else np.nan]), "offered": ("ics", [True])}
        own[label] = xr.Dataset({**known, **counts, "population": ("ics", [9.0])})
    cells = join_years(own)
    assert cells["admissions_high"].dims == ("ics", "period")
    assert "admissions_low" in one_year(cells, "2021")
    assert "admissions_low" not in one_year(cells, "2022")


def test_admissions_of_a_quarter_are_given_a_year():
    counts = xr.DataArray([[10.0, 30.0]], dims=("ics", "period"))
    lengths = counts.assign_coords(period_years=("period", [0.25, 1.0]))
    np.testing.assert_array_equal(a_year(lengths), [[40.0, 30.0]])
    np.testing.assert_array_equal(a_year(counts), counts)
