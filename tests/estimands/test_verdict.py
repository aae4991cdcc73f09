"""The verdict: which phrase the parts of the rule lead to, and what is said; for each part see `test_guards`."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from equitymodel.estimands.guards import MonthOutOfLine, Recovery
from equitymodel.estimands.verdict import Evidence, assess, summarise_log_ratio

pytestmark = pytest.mark.unit
RNG = np.random.default_rng(1)


REAL = Evidence(
    log_ratio=RNG.normal(0.2, 0.03, 4000), what="admissions", before=36, after=24, threshold=0.975, smallest_change=0.05,
    placebos=(0.6, -0.7, 0.9, 1.8, 0.5, 0.8, 0.6, 0.7), rho=RNG.uniform(-0.2, 0.6, 4000),
)  # fmt: skip
FAR_OFF = pd.DataFrame({"origin": ["2016-01-01"], "held": [True], "departure": [3.0], "scaled_error": [0.9]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"placebo_outcome": RNG.normal(0.0, 0.03, 4000)}, "did not show a change"),
        ({"forecasts": FAR_OFF.assign(departure=1.0)}, "off by at most 1.0"),
        ({"forecasts": FAR_OFF.iloc[:0]}, "too few months before the start to try forecasts"),
        ({"placebos": (*REAL.placebos, np.nan)}, "At 8 dates before the start"),
        ({"left_out": "Left out: the groups."}, "- Left out: the groups."),
        ({"notes": ("The months just before are left out.",)}, "- The months just before are left out."),
        ({"month": MonthOutOfLine("2016-05", 5.0, 0.99)}, "2016-05 is out of line by 5.0"),
        ({"trends": (1.0, 0.95, 1.05)}, "which holds 1"),
        ({"recovery": Recovery(np.full(100, 0.1))}, "Activity above the line"),
        ({"placebos": (0.5,)}, "At one date before the start"),
    ],
)
def test_what_holds_or_cannot_be_tried_does_not_stand_in_the_way(change, said):
    found = assess(replace(REAL, **change))
    assert found.verdict == "real change"
    assert said in str(found)


@pytest.mark.parametrize(
    ("change", "not_tried"),
    [
        ({"forecasts": FAR_OFF.iloc[:0]}, ("forecasts",)),
        ({"forecasts": FAR_OFF.assign(held=np.nan)}, ("forecasts",)),
        ({"forecasts": FAR_OFF.assign(departure=1.0), "month": MonthOutOfLine("2016-05", np.nan, 0.9)}, ("one_month",)),
        ({"forecasts": FAR_OFF.assign(departure=1.0)}, ()),
    ],
)
def test_what_could_not_be_tried_is_not_said_to_have_held(change, not_tried):
    found = assess(replace(REAL, **change))
    assert found.not_tried == not_tried == tuple(found.to_dict()["not_tried"])
    assert ("all held" in found.held) == (not not_tried)
    assert all(name.replace("_", " ") in found.held for name in not_tried)


def test_a_change_is_real_when_every_part_holds():
    found = assess(REAL)
    assert found.verdict == "real change"
    assert all(found.checks.values())
    assert "+22" in found.reasons[0]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("placebo", {"placebos": (0.5, 3.3)}),
        ("placebo", {"placebos": ()}),
        ("drift", {"rho": np.full(4000, 0.95)}),
        ("placebo_outcome", {"placebo_outcome": RNG.normal(0.1, 0.03, 4000)}),
        ("forecasts", {"forecasts": FAR_OFF}),
        ("one_month", {"month": MonthOutOfLine("2016-05", 5.0, 0.9)}),
        ("parallel_trends", {"trends": (1.067, 1.013, 1.123)}),
    ],
)
def test_one_part_that_fails_is_enough(part, change):
    found = assess(replace(REAL, **change))
    assert found.verdict == "change not established"
    assert [name for name, held in found.checks.items() if not held] == [part]


def test_a_change_that_recovery_alone_could_give_is_not_assessable():
    below = Recovery(np.full(100, -0.1), more_months=9)
    found = assess(replace(REAL, recovery=below))
    assert found.verdict == "not assessable"
    assert [name for name, held in found.checks.items() if not held] == ["recovery"]
    assert "9 more months before the start" in str(found)
    assert assess(replace(REAL, recovery=below, placebos=(4.0,))).verdict == "change not established"


def test_a_wide_interval_is_not_enough_information():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.05, 0.1, 4000)))
    assert found.verdict == "not enough information"
    assert found.smallest_detectable == pytest.approx(0.32, abs=0.02)


def test_a_narrow_interval_around_nothing_is_a_change_not_established_and_says_how_small():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.0, 0.01, 4000)))
    assert found.verdict == "change not established"
    assert "probably smaller than 5 %" in found.reasons[-1]


def test_a_sure_change_that_is_too_small_to_matter_is_not_called_real():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.04, 0.01, 4000)))
    assert found.verdict == "change not established"
    assert found.checks["interval"]
    assert not found.checks["matters"]


@pytest.mark.parametrize("change", [{"before": 23.0}, {"after": 11.0}, {"sound": False}])
def test_too_little_or_unsound_is_not_assessable(change):
    found = assess(replace(REAL, **change))
    assert found.verdict == "not assessable"
    assert found.checks == {}


def test_more_looks_ask_for_more():
    borderline = replace(REAL, log_ratio=RNG.normal(0.2, 0.2 / 2.1, 40_000), smallest_change=0.01)
    assert assess(borderline).checks["interval"]
    assert not assess(replace(borderline, threshold=0.9925)).checks["interval"]


@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.02, 0.3])
@pytest.mark.parametrize("sd", [0.005, 0.05, 0.5])
def test_no_evidence_is_never_no_change(mean, sd):
    text = str(assess(replace(REAL, log_ratio=RNG.normal(mean, sd, 2000)))).lower()
    assert text.splitlines()[0] in ("real change", "change not established", "not enough information")
    for phrase in ("did not change", "no effect", "nothing changed."):
        assert phrase not in text.replace("this is not evidence that nothing changed.", "")


def split(share, *, there=0.2, elsewhere=-0.2, draws=1000):
    """Draws of which exactly a share lies at one value, and the rest at another."""
    at = round(share * draws)
    assert at == pytest.approx(share * draws)
    return np.r_[np.full(at, there), np.full(draws - at, elsewhere)]


def test_the_interval_that_is_printed_is_that_of_the_threshold():
    assert "95 % credible interval" in assess(REAL).reasons[0]
    assert "97.2 % credible interval" in assess(replace(REAL, threshold=0.986)).reasons[0]
    even = replace(REAL, log_ratio=np.log1p(np.linspace(-1, 1, 2001)[1:-1] / 10 + 0.2))
    assert "(95 % credible interval +10.5 to +29.5)" in assess(even).reasons[0]


@pytest.mark.parametrize(("before", "after", "assessed"), [(24, 12, True), (23.9, 12, False), (24, 11.9, False)])
def test_a_verdict_needs_24_months_before_and_12_after(before, after, assessed):
    found = assess(replace(REAL, before=before, after=after))
    assert (found.verdict != "not assessable") == assessed


@pytest.mark.parametrize(("share", "said"), [(0.900, "Any change is probably smaller"), (0.899, "not evidence that")])
def test_a_change_is_called_small_when_nine_in_ten_draws_are(share, said):
    found = assess(replace(REAL, log_ratio=split(share, there=0.01, elsewhere=0.2)))
    assert said in found.reasons[-1]


@pytest.mark.parametrize("threshold", [0.975, 0.986])
def test_information_is_enough_where_the_smallest_relevant_change_is_found_in_80_per_cent_of_cases(threshold):
    error = np.log1p(0.05) / (norm.ppf(threshold) + norm.ppf(0.8))
    draws = np.r_[np.full(500, -1.0), np.full(500, 1.0)]
    for size, verdict in ((1.001, "not enough information"), (0.999, "change not established")):
        found = assess(replace(REAL, log_ratio=size * error * draws, threshold=threshold))
        assert found.verdict == verdict
        assert found.smallest_detectable == pytest.approx(0.05, rel=0.002)


def test_one_power_is_said_that_known_before_and_the_rule_stays_that_of_the_interval():
    wide = replace(REAL, log_ratio=RNG.normal(0.05, 0.1, 4000))
    for error, size, ending in ((0.06, 0.18, "could well have been missed"), (0.015, 0.04, "came out wider than")):
        found = assess(replace(wide, known_error=error))
        assert found.verdict == "not enough information"
        assert found.smallest_detectable == pytest.approx(size, abs=0.01)
        assert any(ending in reason and f"{100 * size:.0f} % or more" in reason for reason in found.reasons)
    narrow = replace(REAL, log_ratio=RNG.normal(0.0, 0.01, 4000), known_error=0.1)
    assert assess(narrow).verdict == "change not established"
    assert "the interval came out narrower" in str(assess(narrow))


def test_trends_of_a_gap_are_said_the_way_round_the_gap_is():
    gap = replace(REAL, what="the gap (most over least deprived)", way_round=-1, trends=(0.8, 0.7, 0.9))
    said = next(reason for reason in assess(gap).reasons if "among the controls" in reason)
    assert "trend of the gap (most over least deprived) among the exposed was 1.250 times" in said
    assert "1.111 to 1.429), which excludes 1" in said


def test_a_log_ratio_is_summarised_by_its_median_its_interval_and_its_likelier_direction():
    found = summarise_log_ratio(np.linspace(-0.2, 0.8, 1001))
    assert found == pytest.approx({"estimate": 0.3, "lower": -0.175, "upper": 0.775, "probability": 0.8}, abs=1e-3)


def test_a_verdict_is_plain_types_for_json():
    found = assess(REAL)
    assert found.to_dict() == {
        "verdict": "real change",
        "reasons": list(found.reasons),
        "checks": found.checks,
        "smallest_detectable_change": found.smallest_detectable,
        "not_tried": ["forecasts"],
    }
    assert list(found.checks) == ["interval", "matters", "placebo", "forecasts", "drift", "one_month"]
