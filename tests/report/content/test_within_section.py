"""Groups within groups: every number is a published one, and what has no meaning is not called unknown."""

from dataclasses import replace

import pytest

from equitymodel.report.content.within_section import COMPARED_WITH, within_section
from equitymodel.report.document.blocks import Document
from equitymodel.report.document.columns import NOT_APPLICABLE
from equitymodel.report.results import make_results, published_of
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def made(crossed_fit):
    return published_of(make_results(crossed_fit, force=True))


def tables(published, code):
    return {table.name: table for table in Document("t", "s", tuple(within_section(published, code))).tables()}


def test_gaps_are_those_of_the_table_and_a_reference_is_compared_with_nothing(made):
    rows = tables(made, ALL_ICS)["within_groups"].rows.set_index(["procedure", "ethnicity", "deprivation"])
    at = ("procedure 01", "Black", "1")
    known = made.rows("within_groups", ALL_ICS).set_index(["quantity", "procedure", "ethnicity", "deprivation"])
    for name in ("within", "between"):
        assert rows.loc[at, f"{name}_estimate"] == known.loc[(f"rate_ratio_{name}", *at), "estimate"]
    for at, name in ((("procedure 01", "Black", "5"), "within"), (("procedure 01", "White British", "1"), "between")):
        assert rows.loc[at, [f"{name}_estimate", f"{name}_lower"]].tolist() == [COMPARED_WITH, NOT_APPLICABLE]


def test_shortfalls_of_an_ics_are_given_with_their_total(made):
    rows = tables(made, "area 01")["within_shortfalls"].rows
    assert rows["ethnicity"].unique().tolist() == ["Asian", "Black", "White British", ALL_GROUPS]
    one = rows[rows["procedure"] == "procedure 01"].set_index("ethnicity")
    assert one["total_estimate"].drop(ALL_GROUPS).sum() == pytest.approx(one.loc[ALL_GROUPS, "total_estimate"])


def test_one_grouping_has_no_such_section(made):
    assert within_section(replace(made, tables={}), ALL_ICS) == []


def test_icss_that_the_sum_of_all_leaves_out_are_named(made):
    rows = made.tables["within_groups"]
    lost = rows["quantity"].str.startswith("shortfall") & (rows["ics"] == "area 01")
    lost &= rows["procedure"] == "procedure 01"
    partly = replace(made, tables=made.tables | {"within_groups": rows[~lost]})
    assert "procedure 01 without area 01, where nobody" in tables(partly, ALL_ICS)["within_shortfalls"].note
    for complete in (tables(made, ALL_ICS), tables(partly, "area 01")):
        assert "without" not in complete["within_shortfalls"].note
