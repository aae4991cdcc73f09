import numpy as np
import pandas as pd
import pytest

from equitymodel.data.stages.stage_values import log_sd_of, read_lags, read_linked
from equitymodel.data.tables.findings import DataLog

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("word", ["yes", "YES", "true", "1", "linked"])
def test_yes_is_read_in_its_spellings(word):
    rows = pd.DataFrame({"stage": ["a", "b"], "linked": ["", word]})
    assert read_linked(rows, ["a", "b"], None, DataLog()) == [False, True]


def test_what_is_said_of_all_stages_comes_before_the_column_and_holds_for_all_but_the_first():
    rows = pd.DataFrame({"stage": ["a", "b"], "linked": ["no", "no"]})
    assert read_linked(rows, ["a", "b", "c"], True, DataLog()) == [False, True, True]


def test_without_a_word_stages_are_counted_apart_and_it_is_said():
    log = DataLog()
    assert read_linked(pd.DataFrame({"stage": ["a", "b"]}), ["a", "b"], None, log) == [False, False]
    assert [finding.rule for finding in log.findings] == ["W04"]


def test_lags_are_of_stages():
    log = DataLog()
    rows = pd.DataFrame({"stage": ["a", "b", "b"], "lag_months": [0.0, 3.0, 4.0]})
    assert read_lags(rows, ["a", "b"], log) == [0.0, 4.0]
    assert [finding.rule for finding in log.findings] == ["W03"]


def test_a_standard_error_of_nobody_is_none():
    np.testing.assert_array_equal(log_sd_of(np.array([5.0, 5.0]), np.array([50.0, 0.0])), [0.1, 0.0])
