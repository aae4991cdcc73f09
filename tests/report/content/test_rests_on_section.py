"""What the gap rests on: each adjustment beside the tipping point."""

import pytest

from equitymodel.report.content.rests_on_section import rests_on_section
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_the_tipping_point_is_that_of_the_area(published):
    code = next(iter(published.areas))
    known = published.rows("sensitivity", code)
    known = known[known["question"] == "tipping_point"].set_index("procedure")["estimate"]
    rows = rests_on_section(published, code).blocks[1].rows.set_index("procedure")
    assert rows["tipping_estimate"].dropna().to_dict() == known.dropna().to_dict()


def test_each_adjustment_is_a_column_with_its_interval(published):
    table = rests_on_section(published, ALL_ICS).blocks[1]
    made = published.rows("adjustments", ALL_ICS).set_index("procedure")
    assert table.rows.set_index("procedure")["population_estimate"].to_dict() == made["population"].to_dict()
    assert any("population_lower" in column.fields for column in table.columns)


def test_it_says_whether_need_was_measured(published):
    assert "No need table was given" in rests_on_section(published, ALL_ICS).blocks[0].text


def test_groups_without_order_have_a_line_each(published_groups):
    rows = rests_on_section(published_groups, ALL_ICS).blocks[1].rows
    assert not rows.duplicated(["procedure", "ethnicity"]).any()
