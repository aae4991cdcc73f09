import numpy as np
import pandas as pd
import pytest

from equitymodel.vocabulary import ALL_GROUPS
from equitymodel.waiting.list_measures import IN_GAP, UNITS, list_measures, pooled
from equitymodel.waiting.list_rules import accumulating, first_come
from equitymodel.waiting.rule_rows import COLUMNS, PATHS, RuleCourse, path_rows
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import flows_of, small_course

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def courses():
    flows = flows_of(draws=20, removal=0.01)
    return [pooled(run_rule(flows, rule, weeks=20)) for rule in (first_come(), accumulating({"1": 2.0}))]


@pytest.fixture(scope="module")
def made(courses):
    return [RuleCourse.of(name, "All ICSs", course) for name, course in zip("ab", courses, strict=True)]


def rows_of(one, base=None):
    return dict(list(pd.concat(list(one.rows(base))).groupby("quantity", sort=False)))


def test_a_rule_has_a_row_a_measure_and_group_and_the_gap(made):
    found = rows_of(made[0])
    assert len(found) == len(UNITS) + len(IN_GAP) + 1
    assert found["treated"].columns.tolist() == list(COLUMNS)
    assert found["treated"]["deprivation"].tolist() == ["1", "2", "3", "4", "5", ALL_GROUPS]
    assert found["gap_mean_wait"]["deprivation"].tolist() == ["group 1 less group 5"]


def test_changes_are_draw_by_draw_and_narrower_than_what_they_are_between(made):
    found, before = rows_of(made[1], made[0]), rows_of(made[0])
    change = found["change_mean_wait"].iloc[0]
    draws = (made[1].measures["mean_wait"] - made[0].measures["mean_wait"]).sel(deprivation="1")
    assert change["estimate"] == pytest.approx(float(draws.mean()))
    assert change["upper"] == pytest.approx(np.quantile(draws, 0.975))
    width = before["mean_wait"].iloc[0]
    assert change["upper"] - change["lower"] < width["upper"] - width["lower"]
    assert change["probability"] == float((draws > 0).mean())
    assert change["probability_of"] == "more than under a"


def test_what_no_order_changes_is_no_change_and_no_probability_is_made_of_the_order_of_sums(made):
    found = rows_of(made[1], made[0])["change_treated"].iloc[-1]
    assert float(abs(made[1].measures["treated"] - made[0].measures["treated"]).isel(deprivation=-1).max()) < 1e-9
    assert found[["estimate", "lower", "upper", "probability"]].tolist() == [0, 0, 0, 0]


def test_the_level_and_kind_of_intervals_stand_in_every_row(made):
    for rows in made[0].rows(None):
        assert (rows["interval_probability"] == 0.95).all()
        assert (rows["interval_kind"] == "equal-tailed credible interval").all()


def test_weeks_until_the_gap_closes_may_be_infinite(made):
    row = rows_of(made[0])["weeks_until_closed"].iloc[0]
    assert row["probability"] == pytest.approx(float(np.isfinite(made[0].closed).mean()))
    assert row["estimate"] >= 1


def test_paths_go_week_by_week(courses):
    paths = path_rows("a", courses[0])
    assert set(paths["quantity"]) == set(PATHS)
    last = paths[(paths["week"] == 20) & (paths["quantity"] == "on_list") & (paths["deprivation"] == "1")]
    mean = courses[0]["on_list"].isel(week=-1).sel(deprivation="1").mean("draw")
    assert last["estimate"].item() == pytest.approx(float(mean))


def test_paths_end_with_the_measures_of_the_list_where_nobody_waits_too():
    paths = path_rows("a", small_course())
    last = paths[paths["week"] == 2].set_index(["quantity", "deprivation"])["estimate"]
    measures = list_measures(small_course())
    for name in ("on_list", "mean_wait", "share_over_52"):
        assert last[name][["1", "5", ALL_GROUPS]].tolist() == measures[name].values.tolist()
    first = paths[(paths["week"] == 1) & (paths["deprivation"] == "1")].set_index("quantity")["estimate"]
    assert first[["mean_wait", "share_over_52", "treated", "removed"]].tolist() == [11.75, 0.125, 2.0, 1.0]
