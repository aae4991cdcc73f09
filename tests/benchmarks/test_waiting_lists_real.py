"""The scenario of groups on the page of England's lists: it begins from the waits that were published."""

import pytest
from waiting_lists_real import MONTHS, by_deprivation, late, split_list

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("month", MONTHS)
def test_a_scenario_begins_from_the_waits_by_deprivation_that_were_published(open_data, month):
    lists = split_list(month)
    people = (lists["waiting_low"] * lists["band_share"]).sum(["ics", "procedure", "priority", "band"])
    over_52 = people.isel(weeks_waited=slice(52, None)).sum("weeks_waited") / people.sum("weeks_waited")
    published = by_deprivation(month)
    assert over_52.values == pytest.approx((published[52] / published.sum(axis=1)).to_numpy(), rel=1e-6)
    assert float(lists["waiting_low"].sum()) > 7e6


def test_the_page_names_the_widest_published_gap(open_data):
    assert late(by_deprivation("2025-07", 1)) == "3.1 % of the most and 2.6 % of the least deprived"
