import numpy as np
import pandas as pd
import pytest
import robustness
import robustness_page
import xarray as xr
from robustness import options_of, plan, score, study, summed

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.simulate import WORLDS, CellSizes, simulate_years

pytestmark = pytest.mark.unit

TINY = CellSizes(areas=5, procedures=2)


def exact(world, *, off=0.0, sizes=TINY, sd=0.001):
    """Score draws around the truth, or around what is off it by so much of its log in every first group."""
    cells, truth = simulate_years(WORLDS[world], sizes, seed=1)
    noise = np.random.default_rng(2).normal(0, sd, (1, 200, *truth["fitted"].shape))
    away = xr.where(truth["deprivation"] == 1, off, 0.0)
    draws = truth["fitted"] * np.exp(away + xr.DataArray(noise, dims=("chain", "draw", *truth["fitted"].dims)))
    rows = pd.DataFrame(score(WORLDS[world], draws, headline_expected(cells), truth))
    return rows.set_index(["quantity", "cells"])["share"]


def test_draws_around_the_truth_hold_it_and_draws_around_something_else_do_not():
    assert (exact("model true") == 1).all()
    off = exact("model true", off=0.1)
    assert off["gap of an ICS", "all"] == off["shortfall of the most deprived", "all"] == off["zero_sum", "all"] == 0
    assert off["shortfall", "all"] == pytest.approx(0.75)
    assert off["fitted", "all"] == pytest.approx(0.8)
    assert off["national gap", "all"] == 0


def test_the_outlier_is_scored_apart():
    found = exact("outlier in one procedure")
    assert found["gap of an ICS", "outlier"] == 1
    assert found["estimate of the gap", "outlier"] == pytest.approx(0.23, abs=0.001)
    assert found["most deprived have more", "outlier"] == 1


def test_deviating_cells_are_scored_apart_and_misreported_ones_also_against_true_need():
    assert exact("lasting deviations 8 %")["zero_sum", "deviating"] == 1
    assert exact("overdispersion unlike by procedure", sizes=CellSizes(areas=5))["fitted", "deviating"] == 1
    assert exact("t(3) effects")["gap of an ICS", "tenth"] == 1
    found = exact("population misreported 3 %")
    assert found["gap of an ICS", "all"] == 1
    assert found["gap of an ICS", "true need"] < 0.5


def test_claims_are_counted_where_there_is_no_gap():
    assert exact("no gap anywhere")["claimed that they have fewer", "all"] < 0.3
    assert exact("no gap anywhere", off=-0.1)["claimed that they have fewer", "all"] == 1


def test_years_are_added_up_for_a_model_that_knows_none():
    cells, _ = simulate_years(WORLDS["model true"], CellSizes(areas=3, years=2), seed=1)
    one = summed(cells)
    assert "period" not in one.dims
    np.testing.assert_allclose(one["admissions"], cells["admissions"].sum("period"))
    np.testing.assert_allclose(headline_expected(one), headline_expected(cells).sum("period"))
    assert one["offered"].equals(cells["offered"])


@pytest.mark.parametrize(
    ("share", "error", "limit", "said"),
    [
        (0.90, 0.006, (0.91, 0.98), "ok"),
        (0.89, 0.006, (0.91, 0.98), "missed"),
        (0.99, 0.004, (0.91, 0.98), "missed"),
        (0.99, 0.006, (0.91, 0.98), "ok"),
        (0.5, 0.0, None, ""),
    ],
)
def test_a_limit_is_missed_beyond_two_errors_only(share, error, limit, said):
    assert robustness_page.verdict(share, error, limit) == said


@pytest.mark.parametrize(
    ("of", "limit"),
    [
        ({}, (0.91, 0.98)),
        ({"cells": "deviating"}, (0.91, 0.98)),
        ({"cells": "tenth"}, None),
        ({"cells": "true need"}, None),
        ({"cells": "outlier"}, (0.8, 1.0)),
        ({"years": 1}, None),
        ({"years": 1, "cells": "outlier"}, (0.8, 1.0)),
        ({"years": 1, "world": "share that lasts from Beta(2, 1)"}, (0.91, 0.98)),
        ({"quantity": "national gap"}, None),
        ({"world": "no gap anywhere"}, None),
        ({"world": "no gap anywhere", "quantity": "claimed that they have fewer", "years": 1}, (0.0, 0.025)),
    ],
)
def test_limits_are_those_that_were_asked_for(of, limit):
    usual = {"years": 2, "cells": "all", "quantity": "zero_sum", "world": "lasting deviations 8 %"}
    assert robustness_page.limit_of(pd.Series(usual | of)) == limit


@pytest.mark.parametrize(("beyond", "learnt"), [(0.0, 0.4), (0.5, 0.4), (0.9, 0.4), (0.9, 0.8)])
def test_the_right_interval_holds_extreme_truths_as_often_as_simulation_says(beyond, learnt):
    rng = np.random.default_rng(1)
    truth = rng.normal(size=400_000)
    seen = learnt * (truth + rng.normal(size=truth.size) * np.sqrt((1 - learnt) / learnt))
    held = abs(seen - truth) < 1.96 * np.sqrt(1 - learnt)
    extreme = abs(truth) >= np.quantile(abs(truth), beyond)
    assert robustness_page.right_interval(beyond, learnt) == pytest.approx(held[extreme].mean(), abs=0.005)


def test_a_fit_that_failed_is_named_on_the_page_and_not_counted(monkeypatch):
    monkeypatch.setattr(robustness, "run_fits", lambda jobs, **_: [
        robustness.FailedJob(jobs[0].name, ValueError("no end")),
        [{"quantity": "fitted", "cells": "all", "share": 0.9, "width": 1.0, "verdict": "PASS"}],
    ])  # fmt: skip
    given = options_of(["--replicates", "2", "--years", "2", "--sizes", "12x5x3", "--worlds", "model true"])
    written = robustness_page.page(study(given), given)
    assert "failed: no end" in written
    assert "1 replicates a world" in written


def test_errors_are_between_replicates():
    rows = pd.DataFrame({"size": "s", "years": 2, "world": "w", "model": "m", "cells": "all", "quantity": "fitted",
                         "share": [0.8, 1.0, 0.9, 0.9]})  # fmt: skip
    found = robustness_page.shares(rows).iloc[0]
    assert (found["mean"], found["sem"]) == pytest.approx((0.9, np.std(rows["share"], ddof=1) / 2))


def test_worlds_of_a_share_have_one_year_only_and_worlds_of_years_have_several():
    given = options_of(["--replicates", "1", "--sizes", "12x5x3"])
    of = [each for each, _ in plan(given)]
    assert {each["years"] for each in of if each["world"].startswith("share")} == {1}
    assert {each["years"] for each in of if each["world"] == "model true"} == {1, 2, 3}
    assert {each["years"] for each in of if each["world"] == "levels that walk 5 %"} == {2, 3}


def test_every_world_is_told_in_words():
    assert set(robustness_page.WORDS) == set(WORLDS)


def test_a_tiny_study_makes_a_page(monkeypatch):
    monkeypatch.setitem(robustness.SIZES, "tiny", CellSizes(areas=4, procedures=1))
    given = options_of(["--replicates", "2", "--years", "1", "--workers", "1", "--models", "gap_by_procedure",
                        "--worlds", "model true", "outlier in one procedure"])  # fmt: skip
    given.sizes = ["tiny"]
    rows = study(given)
    assert rows.groupby(["world", "seed"]).ngroups == 4
    assert rows["share"].between(-1, 1).all()
    written = robustness_page.page(rows, given)
    for said in ("## tiny, 1 year", "outlier in one procedure", "shares have a limit", " ± "):
        assert said in written
