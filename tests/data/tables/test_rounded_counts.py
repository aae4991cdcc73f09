"""Counts that look rounded are asked about; exact counts hardly ever are."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rounded_counts import check_rounding, rounding_of
from equitymodel.data.tables.suppression import PUBLISHERS

pytestmark = pytest.mark.unit


def counts(seed, mean=40, size=60):
    return pd.Series(np.random.default_rng(seed).poisson(mean, size).astype(float))


@pytest.mark.parametrize(
    ("rule", "says"), [("hes", "a multiple of 5"), ("opensafely", "a multiple of 5"), ("midpoint_6", "midpoint-6")]
)
def test_rounded_counts_are_noticed(rule, says):
    shown = pd.Series(PUBLISHERS[rule].rounded(counts(1).to_numpy()))
    assert says in rounding_of(shown)


def test_exact_counts_are_never_called_rounded():
    assert not any(rounding_of(counts(seed, mean)) for seed in range(500) for mean in (3, 40, 900))


def test_copies_of_a_row_are_no_evidence():
    assert rounding_of(pd.Series([20.0] * 1000)) == ""
    assert rounding_of(pd.Series([10.0, 20.0] * 50)) == ""


def test_few_counts_are_no_evidence():
    assert rounding_of(pd.Series([10.0, 20.0, 30.0, 45.0, 55.0, 100.0])) == ""
    assert rounding_of(pd.Series([3.0, 9.0] * 4)) != ""


def test_nothing_is_said_of_no_counts_or_of_what_is_no_count():
    assert (
        rounding_of(pd.Series([], dtype=float)) == rounding_of(pd.Series([0.0])) == rounding_of(pd.Series([2.5])) == ""
    )


@pytest.mark.parametrize(("excluded", "rule"), [(False, "C26"), (True, "C27")])
def test_the_finding_names_the_zeros_that_may_be_small_counts(excluded, rule):
    log = DataLog()
    check_rounding(pd.Series([0.0, *range(5, 200, 5)]), log, excluded=excluded)
    assert log.findings[0].rule == rule
    assert "a 0, of which there are 1" in log.findings[0].detail


def test_counts_met_several_times_weigh_as_often():
    rows = counts(1).round(-1)
    distinct = rows.value_counts()
    assert rounding_of(pd.Series(distinct.index), distinct.to_numpy()) == rounding_of(rows) != ""
    log = DataLog()
    check_rounding(pd.Series([0.0, 10.0, 20.0, 30.0]), log, excluded=False, times=np.array([4, 3, 3, 3]))
    assert log.findings[0].count == 9
    assert "there are 4" in log.findings[0].detail
