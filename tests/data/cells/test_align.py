"""Admissions and population are brought to the ages, sexes and periods they share."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.align import align_strata
from equitymodel.data.cells.match_periods import TOGETHER, PeriodPlan
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.findings import DataLog
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


# Direct: rows in, rows out


NO_PERIODS = PeriodPlan()


def rows(**columns):
    frame = pd.DataFrame({"ics": "a", "deprivation": 1, **columns})
    if "admissions" in frame:
        counts = frame["admissions"].astype(float)
        frame = frame.assign(procedure="hip", admissions_low=counts, admissions_high=counts)
    return frame


def aligned(counts, people, rates=None, absent="error", between=(np.nan, np.nan), plan=NO_PERIODS):
    log = DataLog()
    both = align_strata(counts, people, rates, absent, between, plan, log)
    return *both, [finding.rule for finding in log.findings]


def test_people_are_added_up_over_what_admissions_do_not_have():
    people = rows(sex=["F", "M"], age_band=["00-64", "00-64"], population=[3.0, 4.0])
    counts, summed, rules = aligned(rows(age_band=["00-64"], admissions=[5]), people)
    assert summed[["age_band", "population"]].to_numpy().tolist() == [["00-64", 7.0]]
    assert counts["admissions_low"].tolist() == [5.0]
    assert rules == ["P04"]


@pytest.mark.parametrize(
    ("absent", "between", "low", "high"),
    [("zero", (0, 0), 5, 5), ("suppressed", (1, 4), 6, 9), ("missing", (np.nan, np.nan), np.nan, np.nan)],
)
def test_a_row_absent_in_one_of_two_periods_is_what_it_means(absent, between, low, high):
    counts = pd.concat([rows(period=["2022"], admissions=[5]),
                        rows(period=["2022", "2023"], admissions=[6, 7]).assign(deprivation=2)])  # fmt: skip
    people = pd.concat([rows(period=["2022", "2023"], population=[1.0, 2.0]).assign(deprivation=g) for g in (1, 2)])
    together = dict.fromkeys(("2022", "2023"), TOGETHER)
    plan = PeriodPlan(labels=("2022", "2023"), into={"admissions": together, "population": together})
    found, persons, rules = aligned(counts, people, absent=absent, between=between, plan=plan)
    np.testing.assert_equal(found[["admissions_low", "admissions_high"]].to_numpy().tolist(), [[low, high], [13, 13]])
    assert persons["population"].tolist() == [3.0, 3.0]
    assert set(rules) == {"S07", {"zero": "K07", "suppressed": "K09", "missing": "K08"}[absent]}


def test_reference_rates_say_which_strata_the_people_keep():
    people = rows(age_band=["00-64", "65+"], sex=["F", "F"], population=[3.0, 4.0])
    rates = pd.DataFrame({"age_band": ["00-64", "65+"]})
    _, kept, rules = aligned(rows(admissions=[5]), people, rates)
    assert kept["population"].tolist() == [3.0, 4.0]
    assert rules == ["P04"]
