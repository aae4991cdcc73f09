import pandas as pd
import pytest

from equitymodel.report.content.waiting_tables import (
    changes_of_waits,
    gap_table_of,
    longer_by_group,
    rules_table,
    total_table,
    treated_by_group,
    waits_by_group,
)
from equitymodel.report.document.columns import NOT_APPLICABLE
from tests.compared_lists import FASTER, MORE, published_rules

pytestmark = pytest.mark.unit


def by_rule(table, rule):
    return dict(
        zip(
            [column.heading for column in table.columns], table.texts[list(table.rows["rule"]).index(rule)], strict=True
        )
    )


def test_the_gap_and_the_total_are_those_of_the_rows():
    published = published_rules()
    gap = published.rows("gap_mean_wait", rule=FASTER)["estimate"].item()
    assert by_rule(gap_table_of(published), FASTER)["gap in mean wait, weeks"].startswith(f"{gap:.1f} (")
    treated = published.rows("change_treated", rule=MORE, deprivation="All groups")["estimate"].item()
    assert by_rule(total_table(published), MORE)["treated"].startswith(f"{treated:,.0f} (")


def test_the_first_rule_has_no_change():
    assert by_rule(gap_table_of(published_rules()), "First come")["change of the gap, weeks"] == NOT_APPLICABLE
    assert "First come" not in set(longer_by_group(published_rules()).rows["rule"])


def test_tables_by_group_have_a_row_a_rule_and_group():
    for make in (waits_by_group, treated_by_group):
        assert len(make(published_rules()).rows) == 18
    assert len(changes_of_waits(published_rules())) == 12


def test_a_gap_that_stays_open_says_so():
    published = published_rules()
    rules = published.tables["waiting_rules"].copy()
    rules.loc[rules["quantity"] == "weeks_until_closed", ["estimate", "probability"]] = [float("inf"), 0.0]
    table = gap_table_of(type(published)({**published.tables, "waiting_rules": rules}, published.rules, ""))
    assert by_rule(table, FASTER)["closed from week"] == "not in these weeks"


def test_every_table_says_what_its_intervals_are_of():
    for make in (gap_table_of, total_table, waits_by_group, longer_by_group, treated_by_group):
        assert "95 % equal-tailed credible intervals" in make(published_rules()).note
    assert isinstance(rules_table(published_rules()).rows, pd.DataFrame)


def test_who_waits_longer_has_a_row_a_rule_and_a_column_a_group():
    published = published_rules()
    table = longer_by_group(published)
    assert len(table.rows) == 2
    change = published.rows("change_mean_wait", rule=FASTER, deprivation="1")["estimate"].item()
    assert by_rule(table, FASTER)["group 1"].startswith(f"{change:.1f} (")
    assert {"group 5", "all groups"} <= set(by_rule(table, MORE))
