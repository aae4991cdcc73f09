"""All procedures at a glance: the numbers that were published, and nothing that chance would show."""

import pytest

from equitymodel.report.content.summary_section import CHANCE, summary_table
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
