"""Text becomes numbers only where it is plainly a number; suppressed is never zero."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.numbers import MARKED, parse_counts, parse_counts_by_period, parse_numbers
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule
from equitymodel.errors import EquityDataError
from tests.data.changes import BOUNDED, SUPPRESSED, again, count, fill, read

pytestmark = pytest.mark.unit


def column(*values):
    return pd.Series(list(values), name="admissions", index=[f"row {n}" for n in range(2, len(values) + 2)])


def rules(log):
    return [finding.rule for finding in log.findings]


def rules_broken_by(value, *, small_numbers):
    log = DataLog()
    parse_counts(column(value), log, small_numbers=small_numbers)
    return rules(log)


@pytest.mark.parametrize(
    ("text", "number", "logged"),
    [("12", 12, []), ("-3", -3, []), ("\u22123", -3, []), ("0.25", 0.25, []), ("1e3", 1000, []),
     ("1,204", 1204, ["F04"]), ("1 204", 1204, ["F04"]), ("1\u00a0204", 1204, ["F04"]),
     ("-1,204,000", -1204000, ["F04"]), ("1,204.00", 1204, ["F04"]), ("10,920.5", 10920.5, ["F04"])],
)  # fmt: skip
def test_a_number_is_read_however_it_is_spelt(text, number, logged):
    log = DataLog()
    assert parse_numbers(column(text), log).tolist() == [number]
    assert rules(log) == logged


@pytest.mark.parametrize("text", ["about 30", "1,20", "12,34,567", "12%", "1.2.3", "inf", "-inf", "1,2045", "£5"])
def test_what_is_not_a_number_is_refused(text):
    log = DataLog()
    parse_numbers(column(text), log)
    assert rules(log) == ["C04"]


@given(st.integers(-(10**9), 10**9), st.sampled_from([",", " ", "\u00a0", ""]))
def test_any_whole_number_survives_its_separators(number, separator):
    text = f"{number:,}".replace(",", separator)
    assert parse_numbers(column(text), DataLog()).tolist() == [number]


@pytest.mark.parametrize("values", [[1.0, np.inf], [-np.inf, 2.0]])
def test_infinite_numbers_in_a_data_frame_are_refused(values):
    log = DataLog()
    parse_numbers(column(*values), log)
    assert rules(log) == ["C04"]


@pytest.mark.parametrize("kind", ["int64", "Int64", "float64", "object", "string"])
def test_the_type_of_a_column_does_not_matter(kind):
    values = pd.Series(["3", "40"], name="admissions") if kind in {"object", "string"} else pd.Series([3, 40])
    assert parse_numbers(values.astype(kind), DataLog()).tolist() == [3, 40]


def test_a_suppressed_count_stops_the_work_unless_excluded():
    for choice, rule in (("error", "C05"), ("exclude", "C06")):
        log = DataLog()
        counts = parse_counts(column("*", "4"), log, small_numbers=choice)
        assert rules(log) == [rule]
        assert log.findings[0].rows == ("row 2: '*'",)
        assert counts.loc["row 2"].drop(MARKED).isna().all()
        assert counts.loc["row 3"].tolist() == [4, 4, 4, ""]


@pytest.mark.parametrize(
    ("value", "rule"),
    [("-1", "C01"), ("2.5", "C02"), ("", "C03"), ("many", "C20"), ("5 of 9", "C04"),
     (-1.0, "C01"), (2.5, "C02"), (np.nan, "C03"), (np.inf, "C04")],
)  # fmt: skip
def test_a_value_that_is_no_count_breaks_one_rule(value, rule):
    assert rules_broken_by(value, small_numbers="error") == [rule]


def test_zero_is_a_count():
    log = DataLog()
    counts = parse_counts(column("0", "0.0"), log, small_numbers="error")
    assert (counts.drop(columns=MARKED) == 0).all(axis=None)
    assert rules(log) == []


# Rules of suppression and rounding


@pytest.mark.parametrize(
    ("rule", "text", "low", "high"),
    [("hes", "*", 1, 7), ("hes", "10", 8, 12), ("hes", "1,205", 1203, 1207), ("hes", "0", 0, 0), ("lt5", "<5", 1, 4),
     ("lt6", "1-5", 1, 5), ("lt5", "5", 5, 5), ("1-9", "c", 1, 9), ("1-9/10", "20", 15, 25),
     (SmallNumberRule(1, 3), "*", 1, 3)],
)  # fmt: skip
def test_a_rule_reads_each_count_as_what_it_may_be(rule, text, low, high):
    log = DataLog()
    counts = parse_counts(column(text), log, small_numbers=rule)
    assert counts[[LOW, HIGH]].to_numpy().tolist() == [[low, high]]
    np.testing.assert_equal(counts["admissions"].item(), low if low == high else np.nan)
    assert ("C12" in rules(log)) == (not text[0].isdigit() or "-" in text)
    assert not {"C05", "C06", "C13", "C14"} & set(rules(log))


def test_a_marker_beside_counts_that_it_hides_is_named_by_its_row():
    column = pd.Series(["40", "40", "40", "<5", "3"], index=[f"row {line}" for line in range(2, 7)], name="admissions")
    log = DataLog()
    parse_counts(column, log, small_numbers="error")
    with pytest.raises(EquityDataError, match=r"<5 is 0 to 4 \(row 5: '<5'\)"):
        log.raise_errors()


def test_the_rule_is_said_where_it_was_used():
    log = DataLog()
    parse_counts(column("*", "10"), log, small_numbers="hes")
    hidden, rounded = log.findings
    assert (hidden.rule, hidden.rows) == ("C12", ("row 2: '*'",))
    assert "1 to 7" in hidden.detail
    assert (rounded.rule, rounded.count) == ("C15", 1)


@pytest.mark.parametrize(("rule", "marker"), [("lt5", "<6"), ("lt5", "1-7"), ("hes", "<5"), ("1-9", "<=5")])
def test_a_marker_that_contradicts_the_rule_is_refused(rule, marker):
    log = DataLog()
    parse_counts(column("12" if rule == "lt5" else "20", marker, "*"), log, small_numbers=rule)
    (finding,) = [finding for finding in log.findings if finding.rule == "C13"]
    assert finding.rows == (f"row 3: {marker!r}",)


@pytest.mark.parametrize(("rule", "text"), [("lt5", "4"), ("hes", "5"), ("hes", "12"), ("1-9/10", "15")])
def test_a_count_that_the_rule_would_have_hidden_or_rounded_is_refused(rule, text):
    for values in ((text, "0"), (float(text), 0.0)):
        log = DataLog()
        parse_counts(column(*values), log, small_numbers=rule)
        assert rules(log) == ["C14"]
        assert log.findings[0].rows == (f"row 2: {values[0]!r}",)


@pytest.mark.parametrize(("value", "number"), [("-1", "C01"), (-1.0, "C01"), ("", "C03"), (np.nan, "C03")])
def test_a_rule_does_not_excuse_what_is_no_count(value, number):
    assert rules_broken_by(value, small_numbers="lt5") == [number]


def test_numbers_of_a_data_frame_are_rounded_counts_too():
    log = DataLog()
    counts = parse_counts(column(0, 10, 25), log, small_numbers="hes")
    assert counts[LOW].tolist() == [0, 8, 23]
    assert counts[HIGH].tolist() == [0, 12, 27]
    assert rules(log) == ["C15"]


def test_suppressed_counts_point_to_the_option(tables, save):
    for option in ("hes", "exclude"):
        with pytest.raises(EquityDataError, match=f"--small-numbers {option}"):
            read(save(**count("*")(tables)))


@pytest.mark.parametrize("marker", [*SUPPRESSED, *BOUNDED])
def test_an_excluded_count_is_missing_and_not_zero(marker, tables, save):
    cells = read(save(**count(marker)(tables)), small_numbers="exclude")
    first = cells["admissions"].sel(ics="E54000025", deprivation=1, procedure="hip")
    assert np.isnan(first)
    assert int(cells["admissions"].isnull().sum()) == 1


def test_the_error_says_how_many_rows_more(tables, save):
    with pytest.raises(EquityDataError, match=r"C05 in admissions: .* \(120 rows\)") as error:
        read(save(**fill("admissions", "admissions", "*", "procedure == 'hip'")(tables)))
    assert "... and 115 more" in str(error.value)


def test_duplicates_name_every_copy_with_its_count(tables, save):
    copies = again("admissions", admissions="5")(count("7")(tables))
    with pytest.raises(EquityDataError) as error:
        read(save(**copies))
    (finding,) = error.value.findings
    assert finding.count == len(finding.rows) == 2
    assert [row.split(" (")[0] for row in finding.rows] == ["row 2", "row 242"]
    assert [row.split(": ")[-1] for row in finding.rows] == ["7; its rows sum to 12", "5; its rows sum to 12"]


def test_each_period_is_read_by_its_own_rule_and_rows_keep_their_places():
    counts = pd.Series(["3", "*", "12", "10"], index=[7, 3, 5, 1], name="admissions")
    periods = pd.Series(["2022", "2023", "2022", "2023"], index=counts.index)
    log = DataLog("admissions")
    found = parse_counts_by_period(counts, periods, log, small_numbers="2023=hes,others=exact")
    assert found[LOW].to_dict() == {7: 3.0, 3: 1.0, 5: 12.0, 1: 8.0}
    assert found[HIGH].to_dict() == {7: 3.0, 3: 7.0, 5: 12.0, 1: 12.0}
    assert [item.rule for item in log.findings] == ["C12", "C15"]


def test_a_table_without_periods_has_no_rule_by_period():
    with pytest.raises(EquityDataError, match="C32"):
        parse_counts_by_period(pd.Series(["3"]), None, DataLog(), small_numbers="2023=hes")
