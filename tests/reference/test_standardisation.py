"""Standardised rates, ratios and limits agree with PHEindicatormethods (dhsc-govuk, GPL-3).

Expected rows 12 to 15 of the indirect set come from upstream's test with a population of 0: they are
`testdata_big` without its residents aged 5 to 9 (Area1) and `testdata_small` (Area2). The data with
their own reference in each row (`phe_isr_ownref`) are checked upstream against rows 0 to 11, as here.
"""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.rate_limits import byar_limits, standardised_ratio_limits, wilson_limits
from equitymodel.data.cells.standardise import directly_standardised_rate, indirect_expected

pytestmark = pytest.mark.unit

EXACT = 1e-9
PER = {"dsr per 10000": 1e4, "dsr per 100000": 1e5}
LEVELS = {"95_0": 0.95, "99_8": 0.998}
RATIO = ("ratio", "lower", "upper")
AREAS = ["testdata_big", "testdata_small", "testdata_tiny"]


def grid(frame):
    """Lay a long table out by area and age band."""
    return frame.set_index(["area", "ageband"]).to_xarray()


@pytest.fixture(scope="module")
def people(oracles):
    """Counts and population of the three areas, with the European standard population."""
    return grid(pd.read_csv(oracles / "phe_dsr_multiarea.csv"))


@pytest.fixture(scope="module")
def repeats(oracles):
    """Areas where people have up to four events each."""
    return grid(pd.read_csv(oracles / "phe_dsr_nonindependent.csv"))


@pytest.fixture(scope="module")
def reference(oracles):
    """Rates of the reference population by age band."""
    table = pd.read_csv(oracles / "phe_isr_refdata.csv").set_index("ageband").to_xarray()
    return table["refcount"] / table["refpop"]


def standard(table, name="esp2013"):
    """Give the standard population, which is the same in every area."""
    return table[name].isel(area=0, drop=True)


def expected_rates(oracles, statistic, areas):
    table = pd.read_csv(oracles / "phe_dsr_expected.csv")
    return table[(table["statistic"] == statistic) & table["area"].isin(areas)].set_index("area")


def agree(result, table, level, *, names=("rate", "lower", "upper")):
    assert len(table)
    columns = dict(zip(names, ("value", f"lower{level}cl", f"upper{level}cl"), strict=True))
    for ours, theirs in columns.items():
        np.testing.assert_allclose(result[ours].sel(area=table.index), table[theirs], rtol=EXACT)


def size(unit, table):
    """Give what a ratio is multiplied by: a number, or the crude rate of the reference population."""
    return table["ref_rate"].iloc[0] if unit == "rate" else unit


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("statistic", PER)
def test_direct_rates_of_several_areas(statistic, level, people, oracles):
    result = directly_standardised_rate(
        people["count"].fillna(0), people["pop"], standard(people), per=PER[statistic], probability=LEVELS[level]
    )
    agree(result, expected_rates(oracles, statistic, AREAS), level)


@pytest.mark.parametrize("statistic", PER)
def test_direct_rates_with_the_standard_of_1976(statistic, oracles):
    table = pd.read_csv(oracles / "phe_dsr_1976.csv").assign(area="testdata_1976")
    areas = grid(table)
    result = directly_standardised_rate(areas["count"], areas["pop"], standard(areas, "esp1976"), per=PER[statistic])
    agree(result, expected_rates(oracles, statistic, ["testdata_1976"]), "95_0")


@pytest.mark.parametrize("level", LEVELS)
def test_direct_rates_of_events_that_repeat(level, repeats, oracles):
    squares = sum(repeats[f"f{times}"].fillna(0) * times**2 for times in (1, 2, 3, 4))
    result = directly_standardised_rate(
        repeats["count"], repeats["pop"], standard(repeats), probability=LEVELS[level], squared_events=squares
    )
    table = expected_rates(oracles, "dsr per 100000", repeats["area"].values)
    agree(result, table, level)


def test_rates_on_fewer_than_ten_events_are_withheld(people, repeats):
    for table in (people, repeats):
        result = directly_standardised_rate(table["count"].fillna(0), table["pop"], standard(table))
        few = table["count"].sum("ageband") < 10
        assert few.sum() == 1
        assert result["rate"].isnull().equals(few)
        assert result["upper"].isnull().equals(few)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("first", "unit"), [(0, "rate"), (3, "rate"), (6, 1), (9, 100)])
def test_indirect_ratios_and_rates_with_one_reference(first, unit, level, people, reference, oracles):
    table = pd.read_csv(oracles / "phe_isr_expected.csv").iloc[first : first + 3].set_index("area")
    observed = people["count"].sum("ageband")
    expected = indirect_expected(people["pop"], reference)
    np.testing.assert_allclose(expected.sel(area=table.index), table["expected"], rtol=EXACT)
    result = standardised_ratio_limits(observed, expected, probability=LEVELS[level])
    agree(result * size(unit, table), table, level, names=RATIO)


@pytest.mark.parametrize("level", LEVELS)
def test_indirect_ratios_with_a_reference_in_each_row(level, oracles):
    areas = grid(pd.read_csv(oracles / "phe_isr_ownref.csv"))
    rates = areas["refcount"] / areas["refpop"]
    expected = (areas["pop"] * rates).sum("ageband")
    result = standardised_ratio_limits(areas["count"].sum("ageband"), expected, probability=LEVELS[level])
    table = pd.read_csv(oracles / "phe_isr_expected.csv").iloc[6:9].set_index("area")
    agree(result, table, level, names=RATIO)


@pytest.mark.parametrize(("first", "unit"), [(12, "rate"), (14, 100)])
def test_indirect_ratios_where_an_age_band_has_no_residents(first, unit, people, reference, oracles):
    table = pd.read_csv(oracles / "phe_isr_expected.csv").iloc[first : first + 2].set_index("area")
    two = people.sel(area=["testdata_big", "testdata_small"]).assign_coords(area=["Area1", "Area2"])
    residents = two["pop"].where((two["area"] != "Area1") | (two["ageband"] != "5-9"), 0)
    expected = indirect_expected(residents, reference)
    np.testing.assert_allclose(expected, table["expected"], rtol=EXACT)
    result = standardised_ratio_limits(two["count"].sum("ageband"), expected)
    agree(result * size(unit, table), table, "95_0", names=RATIO)


def interval_rows(oracles, method):
    table = pd.read_csv(oracles / "phe_byars_wilson.csv").query("method == @method")
    for row in table.itertuples():
        probability = float(row.confidence.rstrip("%")) / 100
        yield xr.DataArray(row.x), xr.DataArray(row.n), probability, row.lowercl, row.uppercl


def test_byar_limits(oracles):
    for count, _, probability, lower, upper in interval_rows(oracles, "Byars"):
        limits = byar_limits(count, probability=probability)
        np.testing.assert_allclose(limits["upper"], upper, rtol=EXACT)
        if np.isfinite(lower):
            np.testing.assert_allclose(limits["lower"], lower, rtol=EXACT)


def test_wilson_limits(oracles):
    for count, total, probability, lower, upper in interval_rows(oracles, "Wilson"):
        limits = wilson_limits(count, total, probability=probability)
        np.testing.assert_allclose([limits["lower"], limits["upper"]], [lower, upper], rtol=EXACT)
