import pytest

from equitymodel.report.plots.alt_words import estimate_words, first_upper, listed

pytestmark = pytest.mark.unit


def test_numbers_are_rounded_and_thousands_parted():
    assert (
        estimate_words({"estimate": 1234.4, "lower": 1000.0, "upper": 1500.6}, 0)
        == "1,234 (95 % interval 1,000 to 1,501)"
    )
    assert estimate_words({"estimate": None or float("nan"), "lower": 1, "upper": 2}) == "not given"


def test_names_are_joined():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert first_upper("") == ""
