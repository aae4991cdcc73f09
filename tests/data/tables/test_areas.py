"""The 42 boards of 2023 to March 2026, and the checks on area codes."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.areas import (
    age_sex_profile,
    area_names,
    area_regions,
    check_areas,
    find_area,
    icb_residents,
)
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.strata import parse_age_bands
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

ENGLAND_2018 = 55_977_178  # ONS, mid-2018
REGIONS = {
    "East of England",
    "London",
    "Midlands",
    "North East and Yorkshire",
    "North West",
    "South East",
    "South West",
}


def checked(*codes, areas="icb2023"):
    log = DataLog()
    check_areas(pd.Series(codes), log, areas=areas)
    return log.findings


def test_there_are_42_boards_each_with_its_own_codes():
    table = icb_residents()
    assert len(table) == 42
    assert table.index.is_unique
    assert table["ods_code"].is_unique
    assert table["ics_name"].is_unique
    assert set(table["region"]) == REGIONS


def test_residents_are_those_of_england_in_about_equal_fifths():
    people = icb_residents().filter(like="quintile_")
    np.testing.assert_allclose(people.to_numpy().sum(), ENGLAND_2018, rtol=1e-4)
    np.testing.assert_allclose(people.sum() / people.to_numpy().sum(), 0.2, atol=0.01)


def test_the_age_profile_is_shares_of_each_fifth_over_all_ages():
    profile = age_sex_profile()
    log = DataLog()
    bands = parse_age_bands(profile["age_band"], log)
    assert log.findings == []
    assert bands.tolist() == profile["age_band"].tolist()
    np.testing.assert_allclose(profile.filter(like="quintile_").sum(), 10_000, atol=10)


def test_the_most_deprived_fifth_is_younger():
    profile = age_sex_profile()
    young = profile[profile["age_band"] == "00-14"].filter(like="quintile_").sum()
    assert young["quintile_1"] > young["quintile_5"]


def test_names_and_regions_come_by_either_code():
    names, regions = area_names(["E54000055", "QHL"]), area_regions(["E54000055", "QHL"])
    assert set(names.values()) == {"Birmingham and Solihull"}
    assert set(regions.values()) == {"Midlands"}


def test_an_area_not_known_keeps_its_code():
    assert area_names(["S37000001"]) == {"S37000001": "S37000001"}
    assert area_regions(["S37000001"]) == {"S37000001": "not known"}


@pytest.mark.parametrize(
    "codes", [("E54000055", "E54000057"), ("QHL", "QOP"), ("Birmingham", "Surrey"), ("S37000001", "S37000002")]
)
def test_codes_of_one_kind_are_accepted(codes):
    assert checked(*codes) == []


@pytest.mark.parametrize("codes", [("E54000055", "QHL"), ("E54000055", "Surrey"), ("QHL", "Surrey")])
def test_mixed_kinds_are_refused_with_an_example_of_each(codes):
    (finding,) = checked(*codes)
    assert finding.rule == "G01"
    assert all(repr(code) in " ".join(finding.rows) for code in codes)


def test_a_board_of_another_date_is_refused_with_the_nearest():
    (finding,) = checked("E54000055", "E54000052")
    assert finding.rule == "G02"
    assert "E54000052 is not one of the 42 ICBs" in finding.rows[0]
    assert "Did you mean 'E540000" in finding.rows[0]


def test_any_turns_both_checks_off():
    assert checked("E54000055", "QHL", "E54000052", areas="any") == []


def test_a_check_of_areas_that_there_is_not_is_refused():
    with pytest.raises(OptionError, match="Did you mean 'icb202"):
        check_areas(pd.Series(["E54000055"]), DataLog(), areas="icb2022")


PLACES = pd.DataFrame(
    {"ics": ["E54000055", "E54000008", "X1", "X2"],
     "ics_name": ["Birmingham and Solihull", "Cheshire and Merseyside", "Twin", "Twin"]}
)  # fmt: skip


@pytest.mark.parametrize("area", ["E54000055", " birmingham and SOLIHULL ", "e54000055"])
def test_an_area_is_found_by_its_code_or_its_name(area):
    assert find_area(area, PLACES) == "E54000055"


def test_all_areas_together_are_an_area():
    assert find_area("all icss", PLACES) == "All ICSs"


@pytest.mark.parametrize("name", ["NHS Birmingham and Solihull ICB", "Birmingham & Solihull Integrated Care Board"])
def test_the_official_name_of_a_board_is_its_place(name):
    assert find_area(name, PLACES) == "E54000055"


def test_cells_know_their_areas_too():
    cells = PLACES.set_index("ics").to_xarray().set_coords("ics_name")
    assert find_area("Cheshire and Merseyside", cells) == "E54000008"


def test_an_area_that_is_not_there_is_refused_with_the_nearest_names():
    with pytest.raises(OptionError, match=r"no ICS 'Birmingham'\. Did you mean 'Birmingham and Solihull'"):
        find_area("Birmingham", PLACES)
    with pytest.raises(OptionError, match="Give its code or its name"):
        find_area("??", PLACES)


def test_two_areas_of_one_name_are_told_apart_by_code():
    with pytest.raises(OptionError, match="2 ICSs are called 'Twin'; give one of the codes X1, X2"):
        find_area("Twin", PLACES)
    assert find_area("X2", PLACES) == "X2"


@pytest.mark.parametrize(
    ("code", "areas", "said"),
    [
        ("E54000028", "icb2026", "it became E54000071;"),
        ("E54000023", "icb2026", "it became E54000066 and E54000068;"),
        ("QMJ", "icb2026", "it became Z9B2Z;"),
        ("E54000071", "icb2023", "It is one of the 36 ICBs, April 2026"),
        ("E54000099", "icb2026", "Did you mean"),
    ],
)
def test_a_board_of_another_date_is_named_by_what_it_became_and_not_by_its_spelling(code, areas, said):
    (found,) = checked(code, areas=areas)
    assert found.rule == "G02"
    assert said in str(found.rows)
