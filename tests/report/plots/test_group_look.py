"""Deprivation is drawn along a line and sorted by its gap; groups without an order are drawn apart."""

import pytest

from equitymodel.data.tables.groups import Group
from equitymodel.report.plots.group_look import look_of

pytestmark = pytest.mark.unit


def test_deprivation_is_joined_by_a_line_and_sorted_by_the_gap():
    look = look_of(Group())
    assert (look.line, look.rotation, look.sorted_by, look.one_tipping_picture) == ("--", 0, "estimate", True)
    assert look.axis == "deprivation group, 1 = most deprived"


def test_groups_without_an_order_stand_apart_under_turned_labels():
    look = look_of(Group("ethnic_group", "White"))
    assert (look.line, look.rotation, look.sorted_by, look.one_tipping_picture) == ("_", 60, "procedure", False)
    assert look.axis == "ethnic group"
