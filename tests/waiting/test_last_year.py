import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.last_year import CHECKED, check_last_year, observed_measures
from equitymodel.waiting.learn_flows import Observed, learn_flows
from equitymodel.waiting.list_rules import first_come
from equitymodel.waiting.read_waiting import read_waiting
from equitymodel.waiting.stated_share import StatedShare
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def before():
    return learn_flows(read_waiting(list_rows(), small_numbers="exact"), observed=Observed(52),
                       removal=StatedShare(0.01, "a test", 0.007, 0.014), draws=100)  # fmt: skip


def today_of(before, *, draw=0, times=1.0):
    """The list that a draw becomes in a year, as a table of today."""
    course = run_rule(before.isel(draw=[draw]), first_come(), weeks=52, seed=99)
    rows = course["waits"].isel(draw=0).to_series().rename("waiting").reset_index()
    rows["waiting"] = (rows["waiting"] * times).round()
    rows["added"], rows["treated"] = np.where(rows["weeks_waited"] == 0, 5.0, 0.0), 1.0
    rows["weeks_waited"] = rows["weeks_waited"].astype(str)
    return read_waiting(rows, small_numbers="exact")


def test_intervals_hold_what_such_a_list_becomes(before):
    found = check_last_year(before, today_of(before), first_come())
    assert list(found.inside.index) == list(CHECKED)
    assert found.inside.mean() > 0.85
    assert found.words.startswith("Run from a year ago, 95% intervals hold")


def test_a_list_that_went_another_way_is_found_out(before):
    found = check_last_year(before, today_of(before, times=3.0), first_come())
    assert found.inside["on_list"] < 0.1
    assert not found.sound
    assert "scenario" in found.words


def test_measures_observed_are_those_of_the_table():
    rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 1, 5, 5], "procedure": "hip",
                         "weeks_waited": ["0-17", "18+"] * 2, "waiting": [90, 30, 80, 20], "added": [6, "", 5, ""],
                         "treated": 2})  # fmt: skip
    seen = observed_measures(read_waiting(rows))
    assert seen["on_list"].sel(deprivation=["1", "5"]).values.ravel() == pytest.approx([120, 100])
    assert seen["share_over_18"].sel(deprivation=["1", "All groups"]).values.ravel() == pytest.approx([0.25, 50 / 220])
    falling = (1 - 5 / 30) ** np.arange(52)
    beyond = 18 + (falling * np.arange(52)).sum() / falling.sum()
    by_hand = (90 * 8.5 + 30 * beyond) / 120 + 0.5
    assert float(seen["mean_wait"].sel(deprivation="1").squeeze()) == pytest.approx(by_hand, rel=0.03)


def test_waits_of_a_list_on_which_nobody_is_are_not_held(before):
    today = today_of(before)
    nobody = today.assign(
        {name: today[name].where(today["deprivation"] != 5, 0) for name in ("waiting_low", "waiting_high")}
    )
    found = check_last_year(before, nobody, first_come()).table
    assert set(found.loc[found["deprivation"] == "5", "quantity"]) == {"on_list"}
    assert float(observed_measures(nobody)["mean_wait"].sel(deprivation="5").max()) == 0


def test_two_tables_of_unlike_lists_are_refused(before):
    other = today_of(before).sel(procedure=["hip"])
    with pytest.raises(OptionError, match="not of the same procedure: knee"):
        check_last_year(before, other, first_come())
