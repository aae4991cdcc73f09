import pytest
import xarray as xr

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.measures import Measure
from equitymodel.report.wording.year_words import (
    asked,
    share_probability_words,
    year_probability_words,
    year_variant_words,
)

pytestmark = pytest.mark.unit
WHITE = Group("ethnicity", "White British")


def ratio(added="", event="below_1", unit="ratio", reference="least_deprived", variant="ends"):
    facts = {"adjustment": "need", "reference": reference, "variant": variant, "unit": unit}
    return Measure(f"rate_ratio{added}", "rate_ratio", xr.DataArray(1.0), probability_of=event, **facts)


@pytest.mark.parametrize(
    ("added", "unit", "words"),
    [
        ("", "ratio", ""),
        ("_change", "ratio", "; later over earlier year"),
        ("_narrowing", "log ratio", "; how much closer to no gap, whoever had fewer"),
        ("_trend", "ratio a year", "; a year, straight line through logs"),
    ],
)
def test_the_definition_of_the_gap_comes_before_what_is_asked_of_it(added, unit, words):
    basis = "most against least deprived, adjusted for age, sex and need"
    assert year_variant_words(ratio(added, unit=unit), Group()) == f"{basis}{words}"
    assert asked(ratio(added)) == added


def test_differences_change_by_subtraction():
    slope = Measure("slope_index_change", "slope_index", xr.DataArray(1.0), variant="national_linear", unit="x")
    assert year_variant_words(slope, Group()).endswith("; later less earlier year")


def test_probabilities_are_of_gaining_of_narrowing_or_of_having_fewer():
    assert year_probability_words(ratio("_change", "above_1"), Group()) == "ratio above 1: the most deprived gained"
    assert year_probability_words(ratio("_trend", "above_1"), WHITE).endswith("the group gained on White British")
    assert year_probability_words(ratio("_narrowing", "above_0"), WHITE) == "above 0: the gap narrowed"
    assert year_probability_words(ratio(), Group()) == "ratio below 1: the most deprived have fewer"


def test_probabilities_of_shares():
    share = Measure("admissions_less_need", "admissions_less_need", xr.DataArray(0.0), probability_of="above_0")
    assert share_probability_words(share) == "above 0: a larger share than of need"
    assert share_probability_words(Measure("share_of_need", "share_of_need", xr.DataArray(0.0))) == ""
