"""Findings name the rows and the way out, and only errors stop the work."""

import pytest

from equitymodel.data.tables.findings import DataLog, Finding, findings_frame
from equitymodel.data.tables.read_tables import read_admissions, read_population
from equitymodel.data.tables.rules import contract
from equitymodel.errors import EquityDataError
from tests.data.changes import chain, count, put, read, recode

pytestmark = pytest.mark.unit


def test_a_finding_names_at_most_five_rows():
    log = DataLog("admissions")
    log.add("C01", rows=[f"row {number}" for number in range(2, 10)])
    (finding,) = log.findings
    assert finding.rows == ("row 2", "row 3", "row 4", "row 5", "row 6")
    assert "(8 rows)" in finding.explain()
    assert "... and 3 more" in finding.explain()


def test_only_errors_stop_the_work():
    log = DataLog("admissions")
    log.add("F01")
    log.add("C07")
    log.raise_errors()
    log.add("C01", rows=["row 2"])
    with pytest.raises(EquityDataError, match="break 1 rule of"):
        log.raise_errors()


def test_all_broken_rules_are_told_at_once(tables, save):
    broken = chain(count("-1"), put("admissions", "admissions", "2.5", row=1), put("admissions", "sex", "ff", row=2))
    with pytest.raises(EquityDataError) as error:
        read(save(**broken(tables)))
    assert {finding.rule for finding in error.value.findings} == {"C01", "C02", "S05"}


def test_findings_lie_in_a_table_with_their_way_out():
    frame = findings_frame([Finding("C01", rows=("row 2", "row 3"), count=2, table="admissions")])
    assert frame.iloc[0]["rows"] == "row 2; row 3"
    assert frame.iloc[0]["way_out"] == contract()["C01"].way_out


def test_one_table_keeps_its_own_log(tables, save):
    paths = save(**recode("admissions", "sex", {"F": "2", "M": "1"})(tables))
    assert read_admissions(paths["admissions"]).log["rule"].tolist() == ["S06"]
    assert read_population(paths["population"]).log.empty
