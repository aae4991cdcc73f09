"""All procedures at a glance: the numbers that were published, and nothing that chance would show."""

import pytest

from equitymodel.report.content.summary_section import CHANCE, comes_to_table, summary_table
from equitymodel.report.results import make_results, published_of
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_gaps_are_those_published(published):
    code = next(iter(published.areas))
    gaps = published.rows("gaps", code)
    headline = gaps[gaps["headline"]].set_index("procedure")
    rows = summary_table(published, code).rows.set_index("procedure")
    for name in ("estimate", "lower", "upper", "probability"):
        assert rows[name].to_dict() == headline[name].to_dict()


def test_shortfall_and_levelling_up_are_within_ics(published):
    totals = published.rows("target_totals", ALL_ICS)
    within = totals[(totals["scope"] == "ics") & (totals["route"] == "level_up")].set_index("procedure")
    rows = summary_table(published, ALL_ICS).rows.set_index("procedure")
    short = within[within["quantity"] == "total_shortfall"]
    up = within[within["quantity"] == "total_change"]
    for name in rows.index:
        assert rows["short_estimate"][name] == short["estimate"][name]
        assert rows["up_estimate"][name] == (CHANCE if up["told_apart"][name] == "no" else up["estimate"][name])


def test_every_group_has_a_line_where_groups_have_no_order(published_groups):
    table = summary_table(published_groups, ALL_ICS)
    assert [column.heading for column in table.columns][:2] == ["procedure", "ethnicity"]
    assert not table.rows.duplicated(["procedure", "ethnicity"]).any()


def test_what_all_groups_come_to_has_a_table_of_its_own_and_no_line_without_a_number(published_groups, published):
    totals = published_groups.rows("target_totals", ALL_ICS)
    short = totals[(totals["scope"] == "ics") & (totals["quantity"] == "total_shortfall")].set_index("procedure")
    (table,) = comes_to_table(published_groups, ALL_ICS)
    rows = table.rows.set_index("procedure")
    assert rows["short_estimate"].to_dict() == short["estimate"].to_dict()
    assert rows.notna().all(axis=None)
    assert not [column for column in summary_table(published_groups, ALL_ICS).columns if "short of" in column.heading]
    assert comes_to_table(published, ALL_ICS) == ()


def test_two_groupings_are_named_in_words(crossed_fit):
    made = published_of(make_results(crossed_fit, force=True))
    assert [column.heading for column in summary_table(made, ALL_ICS).columns][1] == "ethnicity by deprivation"
