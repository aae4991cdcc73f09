"""What changed between years, from the rows of the table of years."""

import pytest

from equitymodel.report.content.years_content import years_content
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_one_year_has_no_such_section(published):
    assert years_content(published, ALL_ICS) is None


def test_the_first_and_the_last_year_stand_beside_their_change(published_years):
    section = years_content(published_years, ALL_ICS)
    own = published_years.rows("years", ALL_ICS)
    rows = section.blocks[1].rows.set_index("procedure")
    for name, part in own.groupby("procedure"):
        gaps = part[part["measure"] == "rate_ratio"].sort_values("period")["estimate"].tolist()
        assert (rows["first_estimate"][name], rows["last_estimate"][name]) == (gaps[0], gaps[-1])
        assert rows["change_estimate"][name] == pytest.approx(gaps[-1] / gaps[0], rel=0.1)
        assert 0 <= rows["narrowed_probability"][name] <= 1


def test_both_years_are_named(published_years):
    years = sorted(published_years.rows("years", ALL_ICS)["period"].replace("", None).dropna().unique())
    assert years_content(published_years, ALL_ICS).title == f"What changed from {years[0]} to {years[-1]}"
