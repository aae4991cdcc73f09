"""When the approximation is good enough, and what is said when it is not."""

import re

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.laplace.laplace_checks import CheckedModel, check_laplace

pytestmark = pytest.mark.unit

GOOD = {"optimum_found": True, "effective_points": 180.0, "points_agreement": 1.0, "largest_shift": 0.1,
        "small_cells": 0.0, "pareto_k": ("pair", [0.3, 0.5])}  # fmt: skip


def checks_of(labels=None, **changed):
    return check_laplace(xr.Dataset(GOOD | changed, coords=labels or {}))


def worst(checks):
    return next((check for check in checks if check.verdict != "PASS"), None)


def test_a_good_approximation_passes_and_says_nothing_more():
    checks = checks_of()
    assert {check.verdict for check in checks} == {"PASS"}
    assert not any("nuts" in check.detail for check in checks)


@pytest.mark.parametrize(
    ("name", "word", "strict"),
    [
        ("effective_points", "effective points", -50.0),
        ("points_agreement", "R-hat", 1.1),
        ("largest_shift", "distance of mean and mode", 1.0),
        ("pareto_k", "Pareto k", 1.0),
        ("small_cells", "below 1 admission", 0.75),
    ],
)
def test_each_limit_passes_warns_and_fails_where_it_says_and_names_nuts(name, word, strict):
    """The limit is read from the words that are printed; where it fails may be no laxer than given here."""
    words = next(check.limit for check in checks_of() if word in check.name)
    good, bad = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", words))
    worse = -1e-3 if "at least" in words else 1e-3
    assert bad * np.sign(worse) <= strict
    assert (bad - good) * worse > 0
    for value, verdict in ((good, "PASS"), (good + worse, "WARN"), (bad, "WARN"), (bad + worse, "FAIL")):
        checks = checks_of(**{name: ("pair", [-0.5, value]) if name == "pareto_k" else value})
        found = worst(checks)
        assert (found.verdict if found else "PASS") == verdict
        if found:
            assert word in found.name
            assert "engine='nuts'" in found.detail
            assert [check.verdict for check in checks].count("PASS") == len(checks) - 1


def test_an_optimum_that_was_not_found_fails():
    bad = worst(checks_of(optimum_found=False))
    assert bad.verdict == "FAIL"
    assert "engine='nuts'" in bad.detail


@pytest.mark.parametrize("name", ["effective_points", "points_agreement", "largest_shift", "small_cells"])
def test_what_could_not_be_measured_fails(name):
    assert worst(checks_of(**{name: np.nan})).verdict == "FAIL"


def test_the_worst_pair_is_named():
    labels = {"pair_ics": ("pair", ["Avon", "Tyne"]), "pair_procedure": ("pair", ["hip", "knee"])}
    bad = worst(checks_of(labels, pareto_k=("pair", [0.3, 0.9])))
    assert "Tyne" in bad.detail
    assert "knee" in bad.detail
    assert "Avon" not in bad.detail


def test_values_are_given_as_measured():
    values = {check.name.split(" ")[0] + " " + check.name.split(" ")[1]: check.value for check in checks_of()}
    assert 180.0 in values.values()
    assert 0.5 in values.values()


@pytest.mark.parametrize(
    ("k", "error", "verdict"),
    [(0.89, 0.1, "PASS"), (0.91, 0.1, "WARN"), (1.1, 0.0, "FAIL"), (1.1, 0.1, "WARN"), (1.19, 0.1, "WARN"),
     (1.21, 0.1, "FAIL"), (0.7, 0.0, "PASS"), (np.nan, 0.1, "FAIL")],
)  # fmt: skip
def test_a_limit_of_k_is_missed_only_beyond_two_of_its_monte_carlo_errors(k, error, verdict):
    checks = checks_of(pareto_k=("pair", [0.3, k]), pareto_k_error=("pair", [0.0, error]))
    found = next(check for check in checks if "Pareto" in check.name)
    assert found.verdict == verdict
    assert ("Monte Carlo" in found.limit) == (error > 0)


def test_the_worst_block_is_the_one_that_is_most_surely_bad():
    """A k of 1.2 that is known to 0.01 is worse than one of 1.3 that is known to 0.3."""
    labels = {"pair_ics": ("pair", ["Avon", "Tyne"])}
    bad = worst(checks_of(labels, pareto_k=("pair", [1.3, 1.2]), pareto_k_error=("pair", [0.3, 0.01])))
    assert (bad.value, bad.verdict) == (1.2, "FAIL")
    assert "Tyne" in bad.detail


def test_where_no_block_is_skewed_k_passes():
    checks = checks_of(pareto_k=("pair", []), pareto_k_error=("pair", []))
    assert {check.verdict for check in checks} == {"PASS"}


def test_checks_are_in_the_words_of_what_was_fitted():
    model = CheckedModel("shoe", "small shoes", "way out: larger shoes")
    checks = check_laplace(xr.Dataset(GOOD | {"effective_points": 3.0}), model)
    assert {"largest Pareto k of one shoe", "share of small shoes"} <= {check.name for check in checks}
    assert worst(checks).detail == "way out: larger shoes"
