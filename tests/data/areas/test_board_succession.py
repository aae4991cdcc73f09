from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.areas.board_succession import board_succession
from equitymodel.data.areas.carry_known import carry_people
from equitymodel.data.areas.small_area_shares import crosswalk_of_small_areas
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.footprints import FOOTPRINTS, boards_of
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
SHARED = Path(__file__).parents[4] / "shared" / "data"
FIFTHS = [1, 2, 3, 4, 5]
SUFFOLK, HERTS, FRIMLEY, ESSEX, THAMES = "E54000023", "E54000025", "E54000034", "E54000066", "E54000070"


@pytest.fixture(scope="module")
def walk():
    return board_succession("IMD 2019")


def test_42_become_36_and_three_are_split(walk):
    early, late = (set(boards_of(footprint)["ics"]) for footprint in FOOTPRINTS)
    assert (set(walk.table["from"]), set(walk.table["to"])) == (early, late)
    assert walk.split == (SUFFOLK, HERTS, FRIMLEY)
    assert len(walk.flagged) == 6
    assert walk.becomes("E54000042") == ("E54000067",)


def test_29_boards_stay_as_they_are(walk):
    same = [area for area in set(walk.table["from"]) if walk.becomes(area) == (area,)]
    assert len(same) == 29


def test_shares_are_those_published_by_fifth(walk):
    """Worked out in the source from residents of mid-2020; of all people 34.90 %, which misplaces the most deprived."""
    assert walk.shares(SUFFOLK, FIFTHS).loc[[1, 5], ESSEX].round(4).tolist() == [0.5534, 0.2648]
    assert walk.shares(HERTS, FIFTHS).loc[[1, 2, 5], ESSEX].round(4).tolist() == [0.1461, 0.3011, 0.1404]
    assert walk.shares(FRIMLEY, FIFTHS).loc[[1, 5], THAMES].round(4).tolist() == [0.6813, 0.4390]


def test_residents_are_conserved_and_other_areas_pass_through_unchanged(walk):
    people = xr.DataArray(icb_residents().filter(like="quintile_").to_numpy(float),
                          {"ics": icb_residents().index, "deprivation": FIFTHS}, ("ics", "deprivation"))  # fmt: skip
    carried = carry_people(people, walk)
    assert carried.sizes["ics"] == 36
    assert abs(float(carried.sum() - people.sum())) < 1e-9 * float(people.sum())
    same = [area for area in people["ics"].values if area in carried["ics"].values]
    assert len(same) == 29
    np.testing.assert_array_equal(carried.sel(ics=same), people.sel(ics=same))


def test_by_imd_2025_shares_differ(walk):
    other = board_succession("IMD 2025 (MHCLG)")
    assert other.split == walk.split
    assert other.shares(SUFFOLK, FIFTHS).loc[1, ESSEX] == pytest.approx(0.5505, abs=5e-5)


def test_shares_by_another_index_are_not_known():
    with pytest.raises(OptionError, match="not known by 'SIMD 2020'"):
        board_succession("SIMD 2020")


@pytest.mark.skipif(not SHARED.is_dir(), reason="open data are not here")
def test_shares_by_imd_2025_are_those_of_small_areas():
    small = pd.read_csv(SHARED / "lsoa21_imd2025_icb.csv").rename(columns={
        "icb24_code": "from", "icb26_code": "to", "imd2025_quintile": "deprivation", "census2021_residents": "people"})  # fmt: skip
    made, ships = crosswalk_of_small_areas(small), board_succession("IMD 2025")
    assert made.split == ships.split
    for area in made.split:
        np.testing.assert_allclose(made.shares(area, FIFTHS), ships.shares(area, FIFTHS), atol=1e-6)
        np.testing.assert_allclose(made.concentration(area, FIFTHS), ships.concentration(area, FIFTHS), rtol=0.01)


@pytest.mark.skipif(not SHARED.is_dir(), reason="open data are not here")
def test_who_became_what_is_as_in_the_open_table():
    rows = pd.read_csv(SHARED / "icb_2023_2024_to_2026.csv")
    table = board_succession("IMD 2025").table
    assert set(zip(rows["icb24_code"], rows["icb26_code"], strict=True)) == set(
        zip(table["from"], table["to"], strict=True)
    )
    essex = rows.query("icb24_code == @SUFFOLK and icb26_code == @ESSEX")["share_of_old"].item()
    assert essex == pytest.approx(0.346, abs=5e-4)


AGES = ["0-14", "15-24", "25-44", "45-64", "65-74", "75-84", "85+"]


@pytest.mark.parametrize("index", ["IMD 2019", "IMD 2025"])
def test_shares_of_all_ages_are_the_mean_of_those_by_age_weighted_by_people(index):
    succession = board_succession(index)
    for area in succession.split:
        rows = succession.table[(succession.table["from"] == area) & (succession.table["age_band"] != "all")]
        people = rows.groupby(["group", "age_band"])["people"].sum().unstack()
        by_age = sum(
            succession.shares(area, FIFTHS, age_band=band).mul(people[label].to_numpy(), axis=0)
            for band, label in zip(AGES, people.columns, strict=True)
        )
        mean = by_age.div(people.sum(axis=1).to_numpy(), axis=0)
        np.testing.assert_allclose(mean, succession.shares(area, FIFTHS), atol=1.5e-6)


def test_the_oldest_of_the_most_deprived_go_elsewhere_than_all_of_them(walk):
    """34.90 % of all people, 55.34 % of the most deprived fifth, and 62.38 % of its oldest."""
    people = walk.table[(walk.table["from"] == SUFFOLK) & (walk.table["age_band"] != "all")]
    of_all = people.groupby("to")["people"].sum()
    assert of_all[ESSEX] / of_all.sum() == pytest.approx(0.3490, abs=5e-5)
    assert walk.shares(SUFFOLK, FIFTHS).loc[1, ESSEX] == pytest.approx(0.5534, abs=5e-5)
    assert walk.shares(SUFFOLK, FIFTHS, age_band="85+").loc[1, ESSEX] == pytest.approx(0.6238, abs=5e-5)


def test_people_by_age_are_conserved_band_by_band(walk):
    labels = ["00-04", "05-17", "18-64", "65-74", "75-84", "85-89", "90+"]
    rng = np.random.default_rng(5)
    areas = sorted(set(walk.table["from"]))
    people = xr.DataArray(rng.uniform(1e3, 1e5, (42, 5, 7)), {"ics": areas, "deprivation": FIFTHS, "age_band": labels},
                          ("ics", "deprivation", "age_band"))  # fmt: skip
    carried = carry_people(people, walk)
    assert carried.sizes["ics"] == 36
    np.testing.assert_allclose(carried.sum("ics"), people.sum("ics"), rtol=1e-12)


@pytest.mark.skipif(not SHARED.is_dir(), reason="open data are not here")
def test_people_by_age_by_imd_2025_are_those_of_the_open_table():
    """Five-year bands of another table of the same census, 18 bands to 85+, added up to those that ship."""
    census = pd.read_csv(SHARED / "pop_icb_imd2025q_age_census2021.csv").query("icb24_code == @SUFFOLK")
    older = (
        census[census["age_band"].isin(["75-79", "80-84"])]
        .groupby(["imd2025_quintile", "icb26_code"])["residents"]
        .sum()
    )
    share = (older / older.groupby("imd2025_quintile").transform("sum")).unstack()[ESSEX]
    ours = board_succession("IMD 2025").shares(SUFFOLK, FIFTHS, age_band="75-84")[ESSEX]
    np.testing.assert_allclose(ours, share, atol=0.002)
