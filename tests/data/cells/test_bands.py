import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.bands import Ages, add_up_bands, by_band, choose_bands, has_bands, weigh_bands
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
FIVES = [f"{age:02d}-{age + 4:02d}" for age in range(0, 85, 5)] + ["85+"]
IMD = {"groups": Deprivation("IMD 2019")}


def test_four_broad_bands_are_chosen_from_five_year_groups():
    chosen = choose_bands(FIVES, True, DataLog())
    assert list(chosen) == ["00-44", "45-64", "65-74", "75+"]
    assert sorted(age for ages in chosen.values() for age in ages) == FIVES


@pytest.mark.parametrize(
    ("ages", "bands"),
    [(["00-39", "40-59", "60-79", "80+"], ["00-39", "40-59", "60-79", "80+"]),
     (["18-64", "65+"], ["18-64", "65+"]),
     (["00-17", "18-69", "70-74"], ["00-69", "70-74"]),
     (["00-44", "45-89"], ["00-44", "45-89"])],
)  # fmt: skip
def test_bands_begin_where_the_ages_of_the_data_let_them(ages, bands):
    assert list(choose_bands(ages, True, DataLog())) == bands


@pytest.mark.parametrize(
    ("wanted", "says"),
    [(("0-47", "48+"), "ages 45-49 do not lie within one band, but across the ends of 00-47 and 48+"),
     (("0-44", "45-84"), r"no band holds ages 85\+"),
     (("0-44", "45-87"), r"ages 85\+ do not lie within one band"),
     (("0-44", "40+"), "S03: .*: 00-44 and 40"),
     (("0-44", "50+"), "S04: .*: between 00-44 and 50"),
     (("0-120",), "ages 85"),
     (("0+",), "make fewer than two bands")],
)  # fmt: skip
def test_bands_that_do_not_fit_are_refused_by_name(wanted, says):
    with pytest.raises(EquityDataError, match=says):
        choose_bands(FIVES, wanted, DataLog())


@pytest.fixture(scope="module")
def banded(tables):
    return read_cells(**tables, **IMD, ages=Ages(("0-64", "65+")))


def test_cells_by_procedure_are_the_same_with_bands_as_without(banded, tables):
    plain = read_cells(**tables, **IMD)
    assert has_bands(banded)
    assert not has_bands(plain)
    xr.testing.assert_identical(banded[list(plain.data_vars)].drop_attrs(), plain.drop_attrs())
    xr.testing.assert_identical(by_band(plain), plain)


def test_bands_hold_the_admissions_and_people_of_their_ages(banded, tables):
    own = by_band(banded)
    frame = tables["admissions"].astype({"admissions": float})
    rows = frame.query("ics == 'E54000055' and deprivation == '2' and procedure == 'knee' and age_band != '00-64'")
    cell = own.sel(ics="E54000055", deprivation=2, procedure="knee, 65+")
    assert cell["admissions"] == rows["admissions"].sum()
    people = tables["population"].astype({"population": float})
    there = people.query("ics == 'E54000055' and deprivation == '2' and age_band != '00-64'")
    assert cell["population"] == there["population"].sum()
    xr.testing.assert_allclose(add_up_bands(own["admissions"], banded), banded["admissions"])


def test_the_age_structure_is_the_share_of_national_expected_admissions(banded):
    share = banded["band_share"]
    assert share.sum("band").values == pytest.approx(1.0)
    national = banded["admissions"].sum().item()
    knees = by_band(banded)["admissions"].sel(procedure=["knee, 00-64", "knee, 65+"]).sum(["ics", "deprivation"])
    assert share.sel(band=["knee, 00-64", "knee, 65+"], procedure="knee").values == pytest.approx(
        (knees / banded["admissions"].sel(procedure="knee").sum()).values
    )
    assert national == by_band(banded)["admissions"].sum()


def test_ratios_are_weighed_by_that_structure_and_not_by_who_lives_in_a_cell(banded):
    ratio = xr.where(by_band(banded)["procedure"].isin(["knee, 65+"]), 3.0, 1.0) * xr.ones_like(
        by_band(banded)["admissions"]
    )
    weight = banded["band_share"].sel(band="knee, 65+", procedure="knee").item()
    direct = weigh_bands(ratio, banded)
    assert direct.sel(procedure="knee").values == pytest.approx(1 + 2 * weight)
    assert direct.sel(procedure="hip").values == pytest.approx(1.0)


def test_hidden_counts_of_bands_stay_within_bounds(tables):
    frame = tables["admissions"]
    frame = frame.assign(admissions=frame["admissions"].astype(int).clip(lower=8).astype(str))
    first = (frame["procedure"] == "hip") & (frame["age_band"] == "00-64") & (frame["deprivation"] == "3")
    hidden = frame.assign(admissions=frame["admissions"].where(~(first & (frame["sex"] == "M")), "*"))
    cells = read_cells(hidden, tables["population"], **IMD, small_numbers="1-7", ages=Ages(("0-64", "65+")))
    low, high = count_bounds(by_band(cells).sel(procedure="hip, 00-64", deprivation=3))
    assert (high - low == 6).all()
    women = frame[first & (frame["sex"] == "F")].astype({"admissions": float})["admissions"].sum()
    assert low.sum() == women + 4 * 1
    old = count_bounds(by_band(cells).sel(procedure="hip, 65+"))
    assert (old[0] == old[1]).all()


def test_an_unknown_count_leaves_the_other_band_known(tables):
    frame = tables["admissions"].copy()
    frame.loc[0, "admissions"] = "*"
    cells = read_cells(frame, tables["population"], **IMD, small_numbers="exclude", ages=Ages(("0-64", "65+")))
    unknown = by_band(cells)["admissions"].isnull()
    assert int(unknown.sum()) == int(cells["admissions"].isnull().sum()) == 1
    assert str(unknown["procedure"].values[unknown.any(["ics", "deprivation"])].item()) == "hip, 00-64"


def test_sexes_can_be_apart_within_bands(tables):
    cells = read_cells(**tables, **IMD, ages=Ages(("0-64", "65+"), sexes_apart=True))
    assert {str(band) for band in cells["band"].values if band.startswith("hip")} == {
        "hip, 00-64, F", "hip, 00-64, M", "hip, 65+, F", "hip, 65+, M",
    }  # fmt: skip
    with pytest.raises(OptionError, match="sexes_apart goes with age bands"):
        Ages(sexes_apart=True)


def test_one_procedure_keeps_its_own_bands(banded):
    own = by_band(banded.sel(procedure=["knee"]))
    assert list(own["procedure"].values) == ["knee, 00-64", "knee, 65+"]
    assert "band" not in own.dims


def test_drawing_rates_needs_rates_that_are_estimated(tables):
    whole = tables["admissions"].astype({"admissions": int})
    whole = whole.groupby(["ics", "deprivation", "procedure"], as_index=False)["admissions"].sum()
    people = tables["population"].astype({"population": float})
    people = people.groupby(["ics", "deprivation"], as_index=False)["population"].sum()
    with pytest.raises(OptionError, match="leave rate_error out"):
        read_cells(pd.DataFrame(whole), people, **IMD, ages=Ages(rate_error=RateError(seed=1)))
