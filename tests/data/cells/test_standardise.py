"""Standardisation, direct and indirect, keeps its identities."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.rate_limits import byar_limits
from equitymodel.data.cells.standardise import (
    directly_standardised_rate,
    indirect_expected,
    standardisation_difference,
)
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

BANDS = {"age_band": ["00-64", "65-74", "75+"]}


def test_expected_admissions_keep_cells_and_procedures(people, rates):
    expected = indirect_expected(people, rates)
    assert set(expected.dims) == {"ics", "deprivation", "procedure"}
    hip = expected.sel(ics="a", deprivation=1, procedure="hip").item()
    assert hip == pytest.approx(900 * 0.01 + 60 * 0.2 + 40 * 0.3)


def test_expected_admissions_grow_with_people_and_with_rates(people, rates):
    np.testing.assert_allclose(indirect_expected(3 * people, 2 * rates), 6 * indirect_expected(people, rates))


# Direct standardisation


@pytest.fixture
def events(people, rates, ratio):
    """Counts by area and group, of one procedure."""
    return (people * rates * ratio).sel(procedure="hip", drop=True).round()


def test_a_population_standardised_by_itself_has_its_crude_rate(people, events):
    own, counts = people.isel(ics=0, deprivation=1), events.isel(ics=0, deprivation=1)
    result = directly_standardised_rate(counts, own, own, per=1000)
    assert result["rate"].item() == pytest.approx(1000 * counts.sum().item() / own.sum().item())
    np.testing.assert_allclose(result["upper"] / result["rate"], byar_limits(counts.sum())["upper"] / counts.sum())


def test_only_the_shape_of_the_standard_counts(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    once, hundred = (directly_standardised_rate(events, people, size * standard) for size in (1, 100))
    xr.testing.assert_allclose(once, hundred)


def test_equal_rates_are_equal_whatever_the_ages(people):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    result = directly_standardised_rate(people * 0.04, people, standard, per=1000)
    np.testing.assert_allclose(result["rate"], 40)


def test_events_that_repeat_widen_the_limits(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    single = directly_standardised_rate(events, people, standard)
    same = directly_standardised_rate(events, people, standard, squared_events=events)
    double = directly_standardised_rate(events, people, standard, squared_events=4 * events)
    xr.testing.assert_allclose(single, same)
    np.testing.assert_allclose(double["upper"] - double["rate"], 2 * (single["upper"] - single["rate"]))


def test_rates_on_few_or_unknown_events_are_withheld(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    counts = events.copy()
    counts[{"ics": 0, "deprivation": 0}] = [3, 3, 3]
    counts[{"ics": 1, "deprivation": 0}] = [300, np.nan, 300]
    result = directly_standardised_rate(counts, people, standard)
    rate = result["rate"].transpose("ics", "deprivation")
    assert rate.isnull().values.tolist() == [[True, False], [True, False]]


def test_both_standardisations_agree_where_age_acts_alike():
    people = xr.DataArray([[900.0, 100], [500, 600]], dims=("deprivation", "age_band"))
    rates = xr.DataArray([0.02, 0.3], dims="age_band")
    ratio = xr.DataArray([0.7, 1.1], dims="deprivation")
    found = standardisation_difference(people * rates * ratio, people, rates, group="deprivation", strata=["age_band"])
    assert found["difference"].item() == pytest.approx(0.0, abs=1e-12)
    assert found["gap"].item() == pytest.approx(np.log(0.7 / 1.1))


def test_the_difference_of_standardisations_is_within_its_noise_as_often_as_it_says():
    rng = np.random.default_rng(1)
    people = xr.DataArray([[9000.0, 1000], [5000, 6000]], dims=("deprivation", "age_band"))
    rates = xr.DataArray([0.02, 0.3], dims="age_band")
    counts = (people * rates).expand_dims(replicate=4000)
    counts = counts.copy(data=rng.poisson(counts))
    found = standardisation_difference(counts, people, rates, group="deprivation", strata=["age_band"])
    away = np.abs(found["difference"] / found["standard_error"])
    assert (away > 1.96).mean().item() == pytest.approx(0.05, abs=0.0105)


# What has no people, and what has no known population


STRATA = {"age_band": ["00-64", "65-74", "75+"]}


def three(*values):
    return xr.DataArray(list(map(float, values)), STRATA, "age_band")


def test_a_stratum_without_people_gives_its_weight_to_the_others():
    standard = three(5, 3, 2)
    whole = directly_standardised_rate(three(10, 30, 0), three(1000, 1000, 0), standard, per=1000)
    rest = directly_standardised_rate(three(10, 30, 0)[:2], three(1000, 1000, 0)[:2], standard[:2], per=1000)
    assert whole["rate"].item() == pytest.approx((5 * 10 + 3 * 30) / 8)
    assert whole["lower"].item() == pytest.approx(rest["lower"].item())
    assert whole["standard_share"].item() == pytest.approx(0.8)
    assert rest["standard_share"].item() == 1


def test_events_without_people_are_refused_by_name():
    with pytest.raises(OptionError, match="population is 0: age_band 75"):
        directly_standardised_rate(three(10, 30, 55), three(1000, 1000, 0), three(5, 3, 2))


def test_a_population_that_is_not_known_gives_no_rate():
    found = directly_standardised_rate(three(10, 30, 5), three(1000, 1000, np.nan), three(5, 3, 2))
    assert np.isnan(found["rate"].item())


def test_a_negative_population_is_refused():
    with pytest.raises(OptionError, match="below 0"):
        directly_standardised_rate(three(10, 30, 5), three(1000, 1000, -1), three(5, 3, 2))


def test_strata_under_another_name_are_refused():
    with pytest.raises(OptionError, match="no dimension 'age_band'"):
        directly_standardised_rate(three(10, 30, 5).rename(age_band="age"), three(10, 30, 5), three(5, 3, 2))
    with pytest.raises(OptionError, match="population has no dimension 'age_band'"):
        indirect_expected(three(10, 30, 5).rename(age_band="age"), three(5, 3, 2))


def test_a_stratum_in_which_a_group_has_nobody_compares_nothing():
    people = xr.DataArray(
        [[1000.0, 500, 0], [800, 900, 400]], {"deprivation": [1, 2], **STRATA}, ("deprivation", "age_band")
    )
    rates = three(0.01, 0.02, 0.05)
    found = standardisation_difference(people * rates * 0.8, people, rates, group="deprivation", strata=["age_band"])
    assert found["difference"].item() == pytest.approx(0, abs=1e-12)
