"""Deprivation is compared from end to end, all other groups with the one that is named."""

import pytest

from equitymodel.data.tables.comparisons import ALONG_DEPRIVATION, LEAST_DEPRIVED, with_reference
from equitymodel.data.tables.groups import Group

pytestmark = pytest.mark.unit


def test_deprivation_has_ends_and_one_gap_an_ics():
    assert Group().comparison is ALONG_DEPRIVATION
    assert (ALONG_DEPRIVATION.variant, ALONG_DEPRIVATION.reference) == ("ends", LEAST_DEPRIVED)
    assert ALONG_DEPRIVATION.row_labels == ()
    assert ALONG_DEPRIVATION.own_reference == "least_deprived_ics"
    assert ALONG_DEPRIVATION.sign_convention.startswith("positive = the most deprived have fewer")


@pytest.mark.parametrize("label", ["White British", "F"])
def test_other_groups_have_a_reference_and_a_row_each(label):
    comparison = with_reference("ethnic group", label)
    assert (comparison.variant, comparison.reference, comparison.last) == ("to_reference", label, label)
    assert comparison.aim == f"the reference group ({label})"
    assert comparison.row_labels == ("group",)
    assert comparison.called == "ethnic group"
    assert Group("ethnic group", label).comparison == comparison
