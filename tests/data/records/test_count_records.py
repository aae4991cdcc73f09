from dataclasses import replace

import ibis
import pandas as pd
import pytest

from equitymodel.data.records.count_records import count_records
from equitymodel.data.records.record_engine import RecordEngine
from equitymodel.errors import EquityDataError
from tests.data.records.forty_records import COUNTED, LEFT_OUT, MONTHLY, TWO_YEARS, forty, small_areas, verdicts

pytestmark = pytest.mark.unit
STRATA = ["period", "ics", "deprivation", "procedure", "age_band", "sex"]
MONTHS = ["period", "ics", "deprivation", "procedure"]


def some(table, keys):
    """Give the rows that are not 0, in order, as tuples."""
    rows = table[table["admissions"] > 0]
    return sorted(rows[[*keys, "admissions"]].itertuples(index=False, name=None))


def test_there_are_forty_records_and_each_has_one_verdict():
    assert len(forty()) == len(verdicts()) == 40
    assert sum(verdict.startswith("20") for verdict in verdicts()) == sum(row[-1] for row in COUNTED) == 15
    assert {rule: verdicts().count(rule) for rule in LEFT_OUT} == LEFT_OUT


@pytest.mark.parametrize("parquet", [False, True])
def test_forty_records_make_the_tables_worked_out_by_hand(parquet, count):
    counted = count(parquet=parquet)
    assert some(counted.admissions, STRATA) == sorted(COUNTED)
    assert some(counted.series, MONTHS) == sorted(MONTHLY)


def test_what_is_left_out_is_counted_by_rule_and_adds_up(count):
    dropped = count().dropped.set_index("rule")["records"]
    assert dropped.drop(["read", "counted"]).to_dict() == LEFT_OUT
    assert dropped["read"] == 40
    assert dropped["counted"] == 15 == 40 - sum(LEFT_OUT.values())


@pytest.mark.parametrize("row", range(40))
def test_each_record_by_itself_has_its_verdict(row, count):
    """One that is a copy only beside another, and one that counts, alike count alone."""
    verdict = verdicts()[row]
    frame = forty().iloc[[row]]
    if verdict.startswith("20") or verdict == "R22":
        assert count(frame).admissions["admissions"].sum() == 1
    else:
        with pytest.raises(EquityDataError, match=f"1 under {verdict}: "):
            count(frame)


def test_numbers_that_a_program_kept_with_decimals_count_alike(count):
    frame = forty()
    numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in ("startage", "epiorder", "classpat")}
    counted = count(frame.assign(**numbers), parquet=True)
    assert some(counted.admissions, STRATA) == sorted(COUNTED)


def test_tables_hold_a_row_for_each_cell_of_none_too(count):
    counted = count()
    assert len(counted.admissions) == 2 * 4 * 5 * 18 * 2
    assert len(counted.series) == 24 * 4 * 5
    assert not counted.admissions.duplicated(STRATA).any()
    assert set(counted.admissions["deprivation_index"]) == {"IMD 2025"}


def test_groups_without_a_record_are_in_no_table_and_said(count):
    counted = count()
    assert "tonsillectomy" not in set(counted.series["procedure"])
    [said] = [finding for finding in counted.facts.findings if finding.rule == "R42"]
    assert "tonsillectomy" in said.detail


def test_day_cases_and_every_episode_count_as_asked(count):
    ordinary = count(selection=replace(TWO_YEARS, day_cases=False)).dropped.set_index("rule")["records"]
    assert ordinary["R13"] == forty()["classpat"].eq("2").sum()
    assert ordinary["counted"] == 6
    every = count(selection=replace(TWO_YEARS, every_episode=True)).dropped.set_index("rule")["records"]
    assert every["R12"] == 2
    assert every["counted"] == 16


def test_other_methods_of_admission_count_as_asked(count):
    counted = count(selection=replace(TWO_YEARS, methods=("2a",)))
    assert counted.dropped.set_index("rule").loc["counted", "records"] == 1


def test_dates_are_read_as_they_are_said_to_be_written(count):
    frame = forty().query("spell == '33'")
    with pytest.raises(EquityDataError, match=r"1 under R15"):
        count(frame)
    assert count(frame, selection=replace(TWO_YEARS, date_format="%d/%m/%Y")).series["admissions"].sum() == 1


def test_months_of_no_whole_year_are_in_the_series_alone(count):
    counted = count(selection=replace(TWO_YEARS, last="2024-02"))
    assert counted.admissions["period"].unique().tolist() == ["2022/23"]
    assert counted.series["period"].nunique() == 23
    [said] = [finding for finding in counted.facts.findings if finding.rule == "R43"]
    assert said.detail.startswith("11 of 23 months")


def test_without_a_period_the_months_are_those_of_the_records(count):
    counted = count(selection=replace(TWO_YEARS, first=None, last=None))
    assert (counted.series["period"].min(), counted.series["period"].max()) == ("2022-03", "2024-04")
    assert counted.dropped.set_index("rule").loc["R17", "records"] == 0


def test_calendar_years_and_other_bands(count):
    asked = replace(TWO_YEARS, first="2022-01", last="2023-12", year_starts=1, age_bands=("0-64", "65+"))
    counted = count(selection=asked)
    assert set(counted.admissions["age_band"]) == {"00-64", "65+"}
    assert set(counted.admissions["period"]) == {"2022", "2023"}


def test_two_files_count_as_one_and_a_record_in_both_once(files):
    first, second = files(forty()[:25], name="a"), files(forty()[20:], name="b")
    counted = count_records([str(first.with_name("*.csv")), second], small_areas(), deprivation_index="IMD 2025",
                            selection=TWO_YEARS)  # fmt: skip
    assert some(counted.admissions, STRATA) == sorted(COUNTED)
    assert len(counted.facts.sources) == 4


def test_a_table_that_lies_in_a_database_is_counted_there_and_named_with_the_hash_of_its_counts():
    def there(frame):
        database = ibis.duckdb.connect()
        database.con.from_df(frame).create("hes")
        return count_records(database.table("hes"), small_areas(), deprivation_index="IMD 2025", selection=TWO_YEARS)

    counted = there(forty())
    assert some(counted.admissions, STRATA) == sorted(COUNTED)
    assert counted.dropped.set_index("rule")["records"].drop(["read", "counted"]).to_dict() == LEFT_OUT
    turned, fewer = there(forty()[::-1]), there(forty()[:35])
    source = counted.facts.sources[-1]
    assert (source.table, source.file) == ("records", "hes")
    assert turned.facts.sources[-1] == source != fewer.facts.sources[-1]


def test_columns_may_stand_in_another_order_in_each_file(files):
    first, second = files(forty()[:25], name="a"), files(forty()[25:][forty().columns[::-1]], name="b")
    counted = count_records([first, second], small_areas(), deprivation_index="IMD 2025", selection=TWO_YEARS)
    assert some(counted.admissions, STRATA) == sorted(COUNTED)


def test_codes_that_a_program_wrote_with_decimals_count_alike(count):
    frame = forty()
    written = {name: frame[name].where(~frame[name].str.isdigit(), frame[name] + ".0")
               for name in ("admimeth", "sex", "epiorder", "startage", "classpat")}  # fmt: skip
    counted = count(frame.assign(**written))
    assert some(counted.admissions, STRATA) == sorted(COUNTED)


def test_the_order_of_records_does_not_matter(count):
    turned = count(forty()[::-1], engine=RecordEngine(threads=2))
    assert some(turned.admissions, STRATA) == sorted(COUNTED)


def test_no_identifier_comes_into_the_result(count):
    counted = count(forty().assign(spell=lambda frame: "SPELL" + frame["spell"], nhs_number="9434765919"))
    seen = (
        counted.admissions.to_csv() + counted.series.to_csv() + counted.dropped.to_csv() + str(counted.facts.findings)
    )
    assert "SPELL" not in seen
    assert "9434765919" not in seen


def test_no_record_left_is_refused_with_what_became_of_them(count):
    with pytest.raises(EquityDataError, match="R41") as error:
        count(selection=replace(TWO_YEARS, first="2020-04", last="2021-03"))
    assert "under R17: records from outside the period" in str(error.value)
