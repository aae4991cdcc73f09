import ibis
import pandas as pd
import pytest

from equitymodel.data.records.judge_records import COPY, ORDER, RULES, RecordPlan, left_out
from equitymodel.data.records.record_selection import RecordSelection

pytestmark = pytest.mark.unit
NAMES = ["procode", "spell", "epiorder", "admimeth", "admidate", "startage", "sex", "opertn_01", "area", "classpat"]


def query(dialect="duckdb", **options):
    places = pd.DataFrame({"code": ["E01000001"], "place": [0]})
    procedures = pd.DataFrame({"opcs": ["W37", "W371"], "number": [0, 1], "length": [3, 4]})
    plan = RecordPlan({name: name for name in NAMES}, RecordSelection(**options), places, procedures, (1, 2, 18, 2))
    return ibis.to_sql(plan.counts(ibis.table(dict.fromkeys(NAMES, "string"), name="records")), dialect=dialect)


def test_each_rule_of_records_is_asked_in_order():
    assert [rule.id for rule in RULES] == [*ORDER, COPY]


def test_rules_that_were_not_asked_for_are_not_in_the_query():
    assert "'R13'" not in query()
    assert "'R13'" in query(day_cases=False)
    assert "BETWEEN 24267 AND" in query(first="2022-04")


def test_texts_are_quoted_so_that_none_becomes_a_command():
    assert "'1''); DROP'" in query(methods=("1'); drop",))


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "trino", "snowflake", "bigquery"])
def test_the_plan_is_written_for_warehouses_too(dialect):
    assert "COUNT(*)" in query(dialect)


def test_the_longest_beginning_of_a_code_decides(count):
    groups = pd.DataFrame({"procedure": ["any hip", "cemented hip"], "opcs": ["W3", "W371"]})
    sums = count(procedures=groups).admissions.groupby("procedure")["admissions"].sum()
    assert sums.to_dict() == {"any hip": 2, "cemented hip": 3}


def test_of_copies_that_differ_the_earliest_month_stands(count):
    frame = pd.DataFrame({
        "procode": "RAA", "spell": "1", "epiorder": "1", "admimeth": "11", "startage": ["10", "50", "90"],
        "admidate": ["2023-05-01", "2022-06-30", "2022-07-01"], "sex": "1", "opertn_01": "J18", "lsoa21": "E01000001",
    })  # fmt: skip
    rows = count(frame).admissions.query("admissions > 0")
    assert rows[["period", "age_band", "admissions"]].values.tolist() == [["2022/23", "50-54", 1]]


def test_all_that_is_left_out_is_counted_once():
    found = pd.DataFrame({"dropped": ["", "", "R18"], "cell": [1, 2, -1], "spells": [2, 1, 1], "records": [3, 2, 7]})
    counts = left_out(found)
    assert counts.sum() == 9
    assert counts["R22"] == 2
