"""When the approximation is good enough, and what is said when it is not."""

import re

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.laplace.laplace_checks import check_laplace

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
