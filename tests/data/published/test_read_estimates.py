import numpy as np
import pandas as pd
import pytest

from equitymodel.data.published.read_estimates import read_estimates
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
Z = 1.959964
GOOD = {"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "lower": [1.0, 1.1, 1.2], "upper": [1.44, 1.54, 2.13]}


def rules(found):
    return {finding.rule for finding in found.findings}


def test_standard_errors_of_ratios_are_of_their_logarithms():
    read = read_estimates(pd.DataFrame(GOOD))
    np.testing.assert_allclose(read.table["value"], np.log(GOOD["estimate"]))
    np.testing.assert_allclose(read.table.loc["A", "error"], (np.log(1.44) - np.log(1.0)) / (2 * Z), rtol=1e-6)
    assert rules(read) == set()


def test_intervals_of_998_in_a_thousand_are_wider_by_their_own_normal_deviate():
    at_95, at_998 = (read_estimates(pd.DataFrame(GOOD), interval_probability=p) for p in (0.95, 0.998))
    np.testing.assert_allclose(at_95.table["error"] / at_998.table["error"], 3.090232 / Z, rtol=1e-6)


def test_differences_are_read_as_they_are_and_a_standard_error_is_taken_before_an_interval():
    rows = {"area": ["A", "B", "C"], "estimate": [-1.0, 0, 2], "lower": [-2.0, -1, 1], "upper": [0.0, 1, 3],
            "se": [0.3, np.nan, 0.4]}  # fmt: skip
    read = read_estimates(pd.DataFrame(rows), scale="difference")
    np.testing.assert_allclose(read.table["error"], [0.3, 1 / Z, 0.4], rtol=1e-6)
    assert read.table["value"].tolist() == [-1, 0, 2]


def test_a_fingertips_export_is_read_by_its_own_names_and_a_hidden_area_is_left_out_and_named():
    sent = pd.DataFrame({"Area Name": ["A", "B", "C", "D"], "Value": ["120", "130", "160", "*"],
                         "Lower CI 95.0 limit": ["100", "110", "120", ""],
                         "Upper CI 95.0 limit": ["144", "153", "213", ""]})  # fmt: skip
    read = read_estimates(sent)
    assert list(read.table.index) == ["A", "B", "C"]
    assert [finding.rows for finding in read.findings if finding.rule == "E05"] == [("D",)]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("E01", {"area": ["A", "", "C"]}),
        ("E02", {"upper": [1.1, 1.54, 2.13]}),
        ("E02", {"estimate": [1.2, 1.6, 1.6]}),
        ("E02", {"lower": [1.2, 1.1, 1.2], "upper": [1.2, 1.54, 2.13]}),
        ("E03", {"lower": [0.0, 1.1, 1.2]}),
        ("E04", {"area": ["A", "A", "C"]}),
        ("C04", {"estimate": ["1.2", "about 1.3", "1.6"]}),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused_with_its_row(rule, change):
    with pytest.raises(EquityDataError, match=rule):
        read_estimates(pd.DataFrame({**GOOD, **change}))


@pytest.mark.parametrize("without", ["area", "estimate", "upper"])
def test_a_column_that_is_missing_is_named(without):
    with pytest.raises(EquityDataError, match=f"(?s)E01.*no column {without}"):
        read_estimates(pd.DataFrame(GOOD).drop(columns=without))


def test_intervals_made_on_the_other_scale_are_seen():
    rows = {**GOOD, "lower": [0.2, 1.1, 1.2], "upper": [2.2, 1.54, 2.13]}
    found = read_estimates(pd.DataFrame(rows))
    assert [finding.rows for finding in found.findings if finding.rule == "E06"] == [("A",)]
    assert rules(read_estimates(pd.DataFrame(rows), scale="difference")) == {"E06"}
    one = {"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "lower": [0.2, 0.3, 0.6], "upper": [2.2, 2.3, 2.6]}
    assert rules(read_estimates(pd.DataFrame(one), scale="difference")) == set()


def test_options_without_sense_are_refused():
    with pytest.raises(OptionError, match="ratio"):
        read_estimates(pd.DataFrame(GOOD), scale="ratios")
    with pytest.raises(OptionError, match=r"0\.95"):
        read_estimates(pd.DataFrame(GOOD), interval_probability=95.0)
    with pytest.raises(OptionError, match="2 of 2 areas"):
        read_estimates(pd.DataFrame(GOOD).head(2))


def test_the_way_out_of_a_ratio_of_0_is_to_pool_differences():
    rows = pd.DataFrame({"area": ["A", "B", "C"], "estimate": [-1.0, 0, 2], "se": [0.5, 0.5, 0.5]})
    with pytest.raises(EquityDataError, match=r"E03.*(?s:.*)--scale difference"):
        read_estimates(rows, scale="ratio")
    assert rules(read_estimates(rows, scale="difference")) == set()


def test_estimates_without_their_intervals_say_what_they_lack():
    rows = pd.DataFrame({"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "lower": [""] * 3, "upper": [""] * 3})
    with pytest.raises(OptionError, match="0 of 3 areas have an estimate with its interval"):
        read_estimates(rows)
