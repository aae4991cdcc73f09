"""A measured series: what is read, and every rule met by a table that breaks it."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.rules import contract
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=6, freq="MS").strftime("%Y-%m")
PLAIN = pd.DataFrame({"period": MONTHS, "value": np.arange(6.0)})
COUNTS = pd.DataFrame({"period": MONTHS, "numerator": range(10, 16), "denominator": 100})


def rules_of(series):
    return {finding.rule for finding in SeriesFacts.of(series).findings}


ERRORS = [
    ("M01", PLAIN.drop(columns="value")),
    ("M01", PLAIN.assign(numerator=1, denominator=2)),
    ("M01", COUNTS.drop(columns="denominator")),
    ("M02", COUNTS.assign(denominator=0)),
    ("M02", COUNTS.assign(numerator=-1)),
    ("M02", PLAIN.assign(value_se=-1.0)),
    ("M04", PLAIN.assign(quality="fair")),
    ("M05", PLAIN.assign(value="")),
    ("M06", PLAIN.assign(value=["1", "-", "3", "4", "5", "6"])),
    ("T01", PLAIN.drop(index=2)),
    ("T02", pd.concat([PLAIN, PLAIN.iloc[:1]])),
    ("K02", PLAIN.assign(trust="RF4")),
    ("T13", PLAIN.assign(period=pd.date_range("2049-01-01", periods=6, freq="MS").strftime("%Y-%m"))),
]


@pytest.mark.parametrize(("rule", "table"), ERRORS)
def test_a_broken_table_is_refused_with_its_rule_and_the_way_out(rule, table):
    with pytest.raises(EquityDataError) as error:
        read_measured(table)
    assert rule in str(error.value)
    assert contract()[rule].way_out in str(error.value)


def test_every_rule_of_a_measured_series_is_met():
    met = {rule for rule, _ in ERRORS} | rules_of(read_measured(PLAIN.assign(value=["1", "", "*", "4", "5", "6"])))
    assert {rule for rule in contract() if rule.startswith("M")} <= met


def test_a_good_table_leaves_no_finding():
    for table in (PLAIN, COUNTS):
        assert rules_of(read_measured(table, periods=Periods(days="equal", breaks=None))) == set()


def test_counts_become_shares():
    assert read_measured(COUNTS)["value"].values[0] == pytest.approx(np.arange(0.10, 0.16, 0.01))


def test_quality_is_read_and_groups_and_areas_are_dims():
    doubtful = read_measured(PLAIN.assign(quality=["good", "doubtful", "", "yes", "no", "GOOD"]))["doubtful"]
    assert doubtful.values[0].tolist() == [False, True, False, False, True, False]
    grouped = pd.concat([COUNTS.assign(deprivation=group) for group in (1, 2)])
    assert read_measured(grouped)["value"].dims == ("ics", "deprivation", "period")


def test_the_last_periods_are_left_out_as_asked():
    series = read_measured(PLAIN, periods=Periods(days="equal", drop_last=2))
    assert series.sizes["period"] == 4
    assert "T15" in rules_of(series)
