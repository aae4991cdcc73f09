"""Metrics worked out of counts: by hand where counts are large, with intervals that hold, and refused by name."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import OptionError
from equitymodel.monitoring.metric_series import metric_series
from equitymodel.monitoring.metric_set import PLAIN, metric_named

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=4, freq="MS").strftime("%Y-%m")
RATES = {1: 0.8, 2: 0.9, 3: 1.0}
MANY = 40_003


def admissions(expected=MANY, **columns):
    rows = [{"period": month, "deprivation": group, "admissions": round(rate * expected), "expected_admissions": expected}
            for month in MONTHS for group, rate in RATES.items()]  # fmt: skip
    table = pd.DataFrame(rows).assign(**columns)
    return read_series(table, exposure="expected_admissions")


def shares(**columns):
    rows = [{"period": month, "deprivation": group, "numerator": 300 * (4 - group), "denominator": 10_000}
            for month in MONTHS for group in (1, 2, 3)]  # fmt: skip
    return read_measured(pd.DataFrame(rows).assign(**columns))


def values(series, name, **options):
    return metric_series(series, metric_named(name), **options)["value"].values[0]


@pytest.mark.parametrize(
    ("name", "by_hand", "within"),
    [("rate_ratio", 0.8, 0.01), ("worst_off_rate", 80.0, 1.0), ("signed_shortfall", 0.2 * MANY, 600),
     ("share_to_move", 0.1 / 2.7, 0.002), ("slope_index", 30.0, 2.0)],
)  # fmt: skip
def test_metrics_of_admissions_by_hand(name, by_hand, within):
    assert values(admissions(), name) == pytest.approx(by_hand, abs=within)


@pytest.mark.parametrize(("name", "by_hand"), [("dna_ratio", 3.0), ("over_52_weeks", 6.0)])
def test_metrics_of_shares_by_hand(name, by_hand):
    assert values(shares(), name) == pytest.approx(by_hand, rel=0.02)


def test_intervals_hold_what_was_drawn():
    rng = np.random.default_rng(5)
    held = []
    for _ in range(60):
        drawn = rng.poisson([rate * 53 for _ in MONTHS for rate in RATES.values()])
        found = metric_series(admissions(expected=53, admissions=drawn), metric_named("rate_ratio"))
        held.append((found["value_low"] <= 0.8) & (found["value_high"] >= 0.8))
    assert 0.91 < np.mean(held) < 0.99


def test_chance_alone_has_a_share_to_move():
    found = metric_series(admissions(expected=53), metric_named("share_to_move"))
    assert (found["value_null"] > 0.02).all()


def test_what_is_not_there_is_refused():
    grouped = read_measured(pd.DataFrame({"period": MONTHS, "value": 1.0}))
    two = shares().sel(deprivation=[1, 2])
    for series, metric in ((grouped, metric_named("dna_ratio")), (two, metric_named("rate_ratio")), (two, PLAIN)):
        with pytest.raises(OptionError):
            metric_series(series, metric)
    with pytest.raises(OptionError, match="three groups"):
        metric_series(admissions().sel(deprivation=[1, 2]), metric_named("slope_index"))
    with pytest.raises(OptionError, match="greater than its denominator"):
        values(shares(denominator=100), "dna_ratio")
    with pytest.raises(OptionError, match="choose a procedure"):
        values(admissions(), "rate_ratio", procedure="hip")


@pytest.mark.parametrize("name", ["rate_ratio", "slope_index", "signed_shortfall", "share_to_move"])
def test_a_month_is_what_it_was_when_later_months_and_another_area_come(name):
    rng = np.random.default_rng(2)
    rows = pd.DataFrame([{"ics": code, "period": month, "deprivation": group, "admissions": int(rng.poisson(300)),
                          "expected_admissions": 300 + 40 * at * group}
                         for code in "AB" for at, month in enumerate(MONTHS) for group in (1, 2, 3)])  # fmt: skip
    late, early = (read_series(table, exposure="expected_admissions", areas="any")
                   for table in (rows, rows[(rows["period"] < MONTHS[3]) & (rows["ics"] == "B")]))  # fmt: skip
    then = metric_series(late, metric_named(name))["value"].sel(ics="B").values[:3]
    assert then.tolist() == metric_series(early, metric_named(name))["value"].sel(ics="B").values.tolist()
