"""What tables of cells are held against, series are held against too."""

import pandas as pd
import pytest

from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import EquityDataError
from tests.data.series_changes import MONTHS, read, rules_of

pytestmark = pytest.mark.unit
AREAS = ("E54000025", "E54000055", "E54000057", "E54000063")


@pytest.fixture(scope="module")
def england():
    """Two years of four ICSs, whose people live where they do."""
    residents = icb_residents()
    rows = [(period, ics, group, round(residents.loc[ics, f"quintile_{group}"] / 1000) + 5,
             residents.loc[ics, f"quintile_{group}"]) for period in MONTHS for ics in AREAS
            for group in range(1, 6)]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"])


def test_groups_the_wrong_way_round_are_refused(england):
    assert rules_of(read(england)) == set()
    turned = england.assign(deprivation=6 - england["deprivation"])
    with pytest.raises(EquityDataError, match="D01 in series"):
        read(turned)
    assert rules_of(read(turned, groups=Deprivation("IMD 2019", 5))) == {"D05"}


def test_an_ics_without_any_admissions_is_refused_and_one_that_stops_is_named(england):
    surrey, later = england["ics"] == AREAS[3], england["period"] >= "2017-07"
    with pytest.raises(EquityDataError, match="T41 in series"):
        read(england.assign(admissions=england["admissions"].mask(surrey, 0)))
    assert rules_of(read(england.assign(admissions=england["admissions"].mask(surrey & later, 0)))) == {"T42"}


def test_more_admissions_than_people_are_named(england):
    assert "P02" in rules_of(read(england.assign(population=england["population"] / 1000)))


def test_a_series_of_no_area_and_no_group_is_held_against_nothing(england):
    total = england.groupby("period")[["admissions", "population"]].sum().reset_index()
    assert rules_of(read(total)) == set()
