from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
from equitymodel.report.disclosure.in_disguise import InDisguise, counts_behind
from equitymodel.report.disclosure.protect import protect
from equitymodel.simulate.simulated_crossed import CrossedWorld, crossed_tables

pytestmark = pytest.mark.unit
FRAME = pd.DataFrame({"ics": list("ABC"), "n": [20, 30, 40]})


def table(frame=FRAME, **changed):
    return CountTable(**{"name": "t", "frame": frame, "dims": ("ics",), "count": "n", "margins": "all"} | changed)


def test_totals_are_from_true_counts_and_then_rounded():
    release = protect([table(FRAME.assign(n=[12, 12, 13]))])
    assert release.tables["t"]["n"].tolist() == [10, 10, 15, 35]
    release = protect([table(FRAME.assign(n=[12, 12, 12]))])
    assert release.tables["t"]["n"].tolist() == [10, 10, 10, 35]
    assert release.safe


def test_hidden_counts_are_missing_and_marked_and_zeros_stay():
    release = protect([table(FRAME.assign(n=[0, 3, 40]))])
    shown = release.tables["t"]
    assert shown["n"].isna().tolist() == [False, True, False, False]
    assert shown["n_shown"].tolist() == ["0", "*", "40", "45"]
    assert shown["ics"].tolist() == ["A", "B", "C", "All"]


def test_nothing_in_what_is_released_tells_a_small_count_from_a_further_one():
    release = protect([table(FRAME.assign(n=[12, 6, 0]))])
    hidden = release.tables["t"]["n_shown"] == "*"
    assert hidden.sum() == 2
    assert sorted(release.log["hidden_as"]) == ["further", "small"]
    assert not {"hidden_as", "what"} & set(release.tables["t"].columns)


def test_a_rate_follows_what_is_shown_and_is_hidden_with_it():
    frame = FRAME.assign(n=[3, 12, 41], people=[24_000, 50_000, 90_000], target=[9.0, 15.0, 40.0], median=[4, 30, 28])
    rate = InDisguise("rate", per="people", times=100_000, digits=1)
    less = InDisguise("additional", times=-1, less_from="target", digits=1)
    shown = protect([table(frame, in_disguise=(rate, less), beside=("median",))]).tables["t"]
    assert shown["rate"].isna().tolist() == [True, False, False, False]
    assert shown["additional"].tolist()[1:] == [5.0, 0.0, 9.0]
    assert shown["median"].isna().tolist() == [True, False, False, True]
    low, high = counts_behind(shown["rate"][1], per=50_000, times=100_000)
    assert low <= 10 <= high


def test_a_refresh_with_one_more_person_is_caught_and_then_is_not_to_be_found():
    first = protect([table()], "acro")
    assert first.tables["t"]["n_shown"].tolist() == ["20", "30", "40", "90"]
    later = [table(FRAME.assign(n=[20, 31, 40]))]
    unguarded = protect(later, replace(disclosure_rules("acro"), secondary=False), before=first.tables)
    assert not unguarded.safe
    assert unguarded.remains[1].startswith("NOT FIT FOR RELEASE")
    found = unguarded.audit[~unguarded.audit["safe"]]
    assert found[["cell", "what", "min", "max"]].to_numpy().tolist() == [
        ["ics B", "difference", 1.0, 1.0], ["all together", "difference", 1.0, 1.0],
    ]  # fmt: skip
    release = protect(later, "acro", before=first.tables)
    assert release.safe
    assert release.tables["t"]["n_shown"].tolist() == ["20", "[c]", "40", "[c]"]


def test_the_same_release_again_hides_nothing_more():
    first = protect([table()], "acro")
    assert protect([table()], "acro", before=first.tables).tables["t"].equals(first.tables["t"])


def test_counts_revised_downwards_are_no_contradiction():
    first = protect([table()], "acro")
    assert protect([table(FRAME.assign(n=[12, 30, 40]))], "acro", before=first.tables).audit["min"].notna().all()


def test_what_is_left_of_a_whole_without_a_part_is_a_count():
    part = pd.DataFrame({"ics": list("AABBCC"), "ethnicity": list("xyxyxy"), "n": [10, 9, 15, 15, 20, 20]})
    known = CountTable(
        "known", part, ("ics", "ethnicity"), "n", margins="all", unit="known ethnicity", part_of="everyone"
    )
    tables = [table(unit="everyone"), known]
    unguarded = protect(tables, replace(disclosure_rules("acro"), hides=(1, 4), secondary=False))
    assert set(unguarded.audit.loc[~unguarded.audit["safe"], "cell"]) == {"ics A", "all together"}
    assert protect(tables, replace(disclosure_rules("acro"), hides=(1, 4))).safe


@pytest.mark.parametrize(
    ("tables", "before", "says"),
    [
        ([table(), table()], None, "two tables have the name 't'"),
        ([table()], {"tt": FRAME}, "no table 'tt' follows.*Did you mean 't'|Known words"),
        ([table()], {"t": FRAME.rename(columns={"n": "m"})}, "as released before has no column 'n'"),
    ],
)
def test_what_cannot_be_meant_is_refused(tables, before, says):
    with pytest.raises(OptionError, match=says):
        protect(tables, before=before)


def test_rules_that_hide_nothing_say_so():
    release = protect([table()], "none")
    assert release.tables["t"]["n"].tolist() == [20, 30, 40, 90]
    assert "not for release" in release.remains[0]


def test_population_bounds_what_a_hidden_count_may_be():
    frame = FRAME.assign(n=[2, 30, 40], people=[4, 900, 900])
    release = protect([table(frame, population="people")])
    assert release.audit[["min", "max"]].to_numpy().tolist()[0] == [1.0, 4.0]
    assert np.isfinite(release.audit["max"]).all()


def test_counts_by_two_groupings_and_all_their_margins_give_no_small_count_away():
    """Whoever adds and subtracts along both groupings and ICSs finds no hidden count exactly."""
    counts = crossed_tables(CrossedWorld(areas=3, procedures=1, expected=200.0), seed=1).admissions
    dims = ["ics", "ethnicity", "deprivation"]
    release = protect([CountTable("t", counts, tuple(dims), margins="all")], "acro")
    shown = release.tables["t"].astype({"deprivation": str}).set_index(dims)["admissions"]
    place = {labels: number for number, labels in enumerate(shown.index[shown.isna()])}
    labels = shown.index[~shown.index.map(lambda one: "All" in one)]
    rows, sums = [], []
    for total, dim in ((total, dim) for total in shown.index for dim in range(3) if total[dim] == "All"):
        inner = sorted({one[dim] for one in labels})
        parts = {(*total[:dim], part, *total[dim + 1 :]): -1.0 for part in inner} | {total: 1.0}
        rows.append(np.bincount([place[one] for one in parts if one in place],
                                [sign for one, sign in parts.items() if one in place], len(place)))  # fmt: skip
        sums.append(-sum(sign * shown[one] for one, sign in parts.items() if one not in place))
    widths = [
        -sum(linprog(sign * np.eye(len(place))[cell], A_eq=np.array(rows), b_eq=sums, bounds=(0, None)).fun
            for sign in (1, -1)) for cell in place.values()
    ]  # fmt: skip
    assert len(place) > 10
    assert min(widths) > 0.99
    assert release.safe
