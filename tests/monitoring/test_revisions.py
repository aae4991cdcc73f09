import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.revisions import new_periods, revision_triangle, revisions
from equitymodel.monitoring.vintages import Vintage, Vintages
from tests.monitoring.small_counts import rows

pytestmark = pytest.mark.unit


def test_only_what_moved_is_a_revision():
    found = revisions(rows([4, 5]), rows([4, 7, 9]))
    assert found[["period", "count_before", "count_after", "difference"]].values.tolist() == [["2026-02-01", 5, 7, 2]]


def test_a_count_that_is_hidden_now_is_a_revision():
    new = rows([4, 5])
    new.loc[1, ["count", "low", "high"]] = np.nan, 1.0, 7.0
    found = revisions(rows([4, 5]), new)
    assert len(found) == 1
    assert np.isnan(found["difference"].iloc[0])
    assert revisions(new, new).empty


def test_new_periods_are_named_in_order():
    assert new_periods(rows([1]), rows([1, 2, 3])) == ["2026-02-01", "2026-03-01"]


def test_a_triangle_adds_up_groups_and_counts_months():
    kept = Vintages((Vintage("2026-02-20", rows([4], groups=2)), Vintage("2026-04-01", rows([5, 1], groups=2))))
    found = revision_triangle(kept)
    assert found[["period", "months_since", "count"]].values.tolist() == [
        ["2026-01-01", 1, 8], ["2026-01-01", 3, 10], ["2026-02-01", 2, 2]]  # fmt: skip


def test_a_total_with_a_hidden_part_is_not_known():
    first = rows([4], groups=2)
    first.loc[0, "count"] = np.nan
    assert revision_triangle(Vintages((Vintage("2026-02-20", first),)))["count"].isna().all()


def test_years_have_no_triangle():
    with pytest.raises(OptionError, match="give a series"):
        revision_triangle(Vintages((Vintage("2026-02-20", rows([4]).assign(period="2022/23")),)))
