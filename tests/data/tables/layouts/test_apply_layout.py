import pandas as pd
import pytest

from equitymodel.data.tables.checked_table import columns_of
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.layouts.apply_layout import to_contract
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
WIDE = pd.DataFrame({"ICB code": ["QHL"], "Quintile 1": ["9"], "Quintile 2": ["7"], "Trust": ["R1"]}, dtype=str)


def read(frame, **said):
    log, ignore = DataLog("population"), said.pop("ignore", ())
    sent = SentTable("p.csv", **said)
    return to_contract(frame, log, sent, mark=",", known=columns_of("population"), ignore=ignore), [
        item.rule for item in log.findings
    ]


def test_a_table_of_the_contract_is_left_as_it_is():
    plain = pd.DataFrame({"ics": ["QHL"], "deprivation": ["1"], "population": ["9"]}, dtype=str)
    frame, rules = read(plain)
    assert frame.equals(plain)
    assert rules == []


def test_columns_that_are_left_out_go_before_the_layout_is_looked_for():
    frame, rules = read(WIDE, wide=True, ignore=("trust",))
    assert sorted(frame.columns) == ["deprivation", "ics", "population"]
    assert rules == ["F06", "F19", "F12"]


def test_a_layout_that_has_to_be_asked_for_is_named_with_its_option():
    with pytest.raises(EquityDataError, match=r"F20[\s\S]*--wide"):
        read(WIDE, ignore=("trust",))


def test_an_option_that_no_table_needs_changes_nothing():
    plain = pd.DataFrame({"ics": ["QHL"], "deprivation": ["1"], "population": ["9"]}, dtype=str)
    assert read(plain, wide=True)[0].equals(plain)
