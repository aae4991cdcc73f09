from pathlib import Path

import pandas as pd
import pytest

from equitymodel.data.records.small_areas import read_small_areas
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.records.forty_records import small_areas

pytestmark = pytest.mark.unit
OPEN = Path(__file__).parents[4] / "shared" / "data" / "lsoa21_imd2025_icb.csv"
OLD = ["E01000001", "E01033768"]


def read(frame, index="IMD 2025", **options):
    return read_small_areas(frame, DataLog("small areas"), deprivation_index=index, **options)


def old(codes=OLD, column="lsoa11"):
    return pd.DataFrame({column: codes, "ics": "QMF", "deprivation": [1 + number % 2 for number in range(len(codes))]})


def test_small_areas_have_an_ics_and_a_group():
    found = read(small_areas())
    assert (found.column, found.index) == ("lsoa21", "IMD 2025")
    assert found.table.iloc[2].tolist() == ["E01033769", "E54000030", 1]


@pytest.mark.parametrize(
    ("frame", "index", "rule"),
    [
        (small_areas(), "IMD 2019", "R34"),
        (old(), "IMD 2025", "R34"),
        (old(), "WIMD 2025", "R34"),
        (old(["S01006506", "S01006507"], "dz11"), "IMD 2019", "R34"),
        (old([*OLD, "E01033769"]), "IMD 2019", "R35"),
        (old(["E01000001", "e01000001"]), "IMD 2019", "R33"),
        (old(column="postcode"), "IMD 2019", "R36"),
        (old().assign(lsoa21=OLD), "IMD 2019", "R36"),
        (old().assign(deprivation_index="IMD 2015"), "IMD 2019", "D10"),
        (old().assign(deprivation=["1", "poor"]), "IMD 2019", "D07"),
        (old().assign(deprivation=9), "IMD 2019", "D03.*groups 9; index 0: '9' in 2 rows"),
        (old().assign(deprivation=[1, 3]), "IMD 2019", "D03"),
        (old().assign(ics=["QRV", "S1Y5D"]), "IMD 2019", "G02"),
        (old().drop(columns="ics"), "IMD 2019", "K01"),
    ],
)
def test_what_does_not_go_together_is_refused(frame, index, rule):
    with pytest.raises(EquityDataError, match=f"(?s){rule}"):
        read(frame, index)


def test_as_many_small_areas_as_there_were_in_2021_are_not_of_2011():
    codes = [f"E01{number:06d}" for number in range(1, 33_756)]
    with pytest.raises(EquityDataError, match="33,755 codes of England"):
        read(old(codes), "IMD 2019")


def test_other_indices_and_areas_are_read_as_they_are_called():
    found = read(old(["S01006506", "S01006507"], "dz11").assign(ics="S37000001"), "SIMD 2020", areas="any")
    assert (found.index, found.column) == ("SIMD 2020", "dz11")


def test_names_of_publishers_are_read():
    assert read(old().rename(columns={"lsoa11": "LSOA11CD"}), "IMD 2019").column == "lsoa11"


@pytest.mark.skipif(not OPEN.is_file(), reason="open data are not here")
def test_all_small_areas_of_england_are_read_by_their_own_index_and_refused_by_the_other():
    table = pd.read_csv(OPEN)[["lsoa21_code", "icb26_code", "imd2025_quintile"]]
    table = table.set_axis(["lsoa21", "ics", "deprivation"], axis=1)
    found = read(table).table
    assert len(found) == 33_755
    assert found["ics"].nunique() == 36
    with pytest.raises(EquityDataError, match="R34"):
        read(table, "IMD 2019")
    with pytest.raises(EquityDataError, match="33,755 codes of England"):
        read(table.rename(columns={"lsoa21": "lsoa11"}), "IMD 2019")
