"""Admissions and population are brought to the ages, sexes and periods they share."""

import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log
from equitymodel.errors import EquityDataError
from tests.data.changes import chain, only, read, recode, rules_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("shown", "meant"), [("04-May", "'4-5'"), ("09-May", "'5-9'"), ("Oct-14", "'10-14'")])
def test_a_mangled_age_band_says_what_it_was(shown, meant, tables, save):
    with pytest.raises(EquityDataError, match=f"{shown}' was probably {meant}"):
        read(save(**recode("admissions", "age_band", {"65-74": shown})(tables)))


def split_bands(tables):
    """Give the population of 75 and over as 75-84 and 85 and over."""
    people = tables["population"]
    oldest = people["age_band"] == "75+"
    halves = people["population"].astype(float) / 2
    parts = [people[oldest].assign(age_band=band, population=halves[oldest]) for band in ("75-84", "85+")]
    return {**tables, "population": pd.concat([people[~oldest], *parts])}


def test_finer_age_bands_are_added_up(clean, tables, save):
    fine = read(save(**split_bands(tables)))
    assert rules_of(fine) == {"P04"}
    assert fine.drop_attrs().identical(clean.drop_attrs())


def test_people_outside_the_ages_of_the_admissions_are_left_out_and_said(tables, save):
    older = only("admissions", "age_band != '00-64'")
    cells = read(save(**older(tables)))
    assert "people aged 00-64 are outside" in data_log(cells)["detail"].iloc[0]
    people = tables["population"].query("age_band != '00-64'")["population"]
    assert cells["population"].sum() == people.astype(float).sum()


def test_sex_in_other_codes_gives_the_same_cells(clean, tables, save):
    coded = chain(
        recode("admissions", "sex", {"F": "2", "M": "1"}),
        recode("population", "sex", {"F": "female", "M": "Male"}),
    )
    assert read(save(**coded(tables))).drop_attrs().identical(clean.drop_attrs())
