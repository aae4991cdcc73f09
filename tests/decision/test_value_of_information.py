"""Value of information: closed forms, laws, and pilots evaluated by an interrupted series."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import norm

from equitymodel.decision.value_of_information import (
    information_on,
    perfect_information,
    pilot_errors,
    pre_posterior_share,
    value_of_pilot,
    what_would_change_the_choice,
)
from equitymodel.errors import OptionError
from equitymodel.estimands.power import AutocorrelatedNoise, StudyDesign, minimum_detectable_effect

pytestmark = pytest.mark.unit
SIZE = 40_000


def drawn(values):
    return xr.DataArray(np.asarray(values).reshape(4, -1), dims=("chain", "draw"))


RANDOM = np.random.default_rng(1)
P1, P2 = drawn(RANDOM.normal(1, 1, SIZE)), drawn(RANDOM.normal(0, 2, SIZE))
CHOICE = xr.concat([0 * P1, P1 - P2], "option").assign_coords(option=["none", "do"])
"""The example of the R package voi: p1 - p2, with p1 ~ N(1, 1) and p2 ~ N(0, 2), against nothing."""


def closed(sd, mean=1.0):
    return sd * (norm.pdf(mean / sd) - mean / sd * norm.cdf(-mean / sd))


def three_errors(sd):
    """Three Monte Carlo standard errors of the mean of a gain max(0, N(1, sd)) less that of the choice made now."""
    gains = np.maximum(RANDOM.normal(1, sd, SIZE), 0)
    return 3 * gains.std() / np.sqrt(SIZE)


def test_closed_forms_are_those_that_are_printed():
    assert [closed(5**0.5), closed(1), closed(2)] == pytest.approx([0.4798107, 0.0833155, 0.3955931], abs=1e-7)
    sds = [2 * np.sqrt(n * 4 / (n * 4 + 4)) for n in (1, 4, 16)]
    assert [closed(sd) for sd in sds] == pytest.approx([0.1996412, 0.3223418, 0.3746502], abs=1e-7)


def test_perfect_information():
    assert perfect_information(CHOICE) == pytest.approx(0.4798107, abs=three_errors(5**0.5))


@pytest.mark.parametrize(("unknown", "expected", "sd"), [(P1, 0.0833155, 1), (P2, 0.3955931, 2)])
def test_information_on_one_unknown(unknown, expected, sd):
    assert information_on(CHOICE, {"p": unknown}) == pytest.approx(expected, abs=three_errors(sd))


def test_both_unknowns_are_everything():
    assert information_on(CHOICE, {"p1": P1, "p2": P2}) == pytest.approx(perfect_information(CHOICE), rel=1e-6)
    noise = drawn(np.random.default_rng(2).normal(size=SIZE))
    both = information_on(CHOICE, {"p1": P1, "p2": P2, "noise": noise})
    assert both == pytest.approx(perfect_information(CHOICE), rel=1e-6)


@pytest.mark.parametrize(("n", "expected"), [(1, 0.1996412), (4, 0.3223418), (16, 0.3746502)])
def test_a_study_of_p2_with_observations_of_standard_deviation_2(n, expected):
    share = pre_posterior_share(2.0, 2 / np.sqrt(n))
    found = information_on(CHOICE, {"p2": P2}, shrunk={"p2": share})
    assert found == pytest.approx(expected, abs=three_errors(2 * share))


def test_a_study_tends_to_perfect_information_on_its_unknown():
    share = pre_posterior_share(2.0, 2 / np.sqrt(1e6))
    assert information_on(CHOICE, {"p2": P2}, shrunk={"p2": share}) == pytest.approx(
        information_on(CHOICE, {"p2": P2}), rel=1e-3
    )
    assert information_on(CHOICE, {"p2": P2}, shrunk={"p2": 0.0}) == 0


@pytest.mark.parametrize("seed", range(5))
def test_no_unknown_is_worth_more_than_everything(seed):
    random = np.random.default_rng(seed)
    unknown = drawn(random.standard_t(3, 2000))
    values = xr.concat([drawn(random.exponential(1, 2000) ** 2) + k * unknown**2 for k in range(3)], "option")
    assert 0 <= information_on(values, {"unknown": unknown}) <= perfect_information(values)


def test_a_curve_is_learned_as_well_as_a_line():
    """E max(0, x^2 - 1) - max(0, 0) for x ~ N(0, 1) is 2 phi(1)."""
    x = drawn(np.random.default_rng(3).normal(size=SIZE))
    noise = drawn(np.random.default_rng(4).normal(size=SIZE))
    values = xr.concat([0 * x, x**2 - 1 + noise], "option")
    assert information_on(values, {"x": x}) == pytest.approx(2 * norm.pdf(1), abs=0.02)


def test_where_one_option_is_always_best_nothing_is_worth_knowing():
    values = xr.concat([0 * P1, 1 + abs(P1)], "option").assign_coords(option=["none", "do"])
    table = what_would_change_the_choice(values, {"p1": P1})
    assert perfect_information(values) == 0
    assert table.loc[0, ["value", "changes_to"]].tolist() == [0, ""]
    assert np.isnan(table.loc[0, "changes_at"])


def test_which_unknown_would_change_the_choice():
    table = what_would_change_the_choice(CHOICE, {"p1": P1, "p2": P2})
    assert table["unknown"].tolist() == ["p2", "p1"]
    assert table["chosen_now"].tolist() == ["do", "do"]
    assert table["changes_to"].tolist() == ["none", "none"]
    assert table["changes_beyond"].tolist() == ["above", "below"]
    assert table["changes_at"].tolist() == pytest.approx([1.0, 0.0], abs=0.05)


def test_errors_of_a_pilot_are_those_of_the_design():
    errors = pilot_errors([12, 24], before=36, admissions=300, noise=AutocorrelatedNoise(shared=0.5))
    for months, error in errors.to_numpy():
        found = minimum_detectable_effect(
            StudyDesign(36, int(months)), admissions=300, noise=AutocorrelatedNoise(shared=0.5), gap=True
        )
        assert found == pytest.approx(np.expm1((norm.ppf(0.975) + norm.ppf(0.8)) * error))


def test_judged_on_its_first_months_a_longer_pilot_tells_no_less():
    errors = pilot_errors([12, 24, 36], before=36, admissions=2000, gap=False, judged_on=12)["standard_error"]
    assert errors.is_monotonic_decreasing
    assert errors[0] == pilot_errors([12], before=36, admissions=2000, gap=False)["standard_error"][0]


def test_the_value_of_a_pilot_is_what_will_be_thought_when_it_is_known():
    errors = pd.DataFrame({"months": [0, 12, 24], "standard_error": [np.inf, 2.0, 0.5]})
    table = value_of_pilot(CHOICE, P2, errors, times=10, cost_per_month=0.1, fixed_cost=1.0)
    assert table["expected_sd"].tolist() == pytest.approx([0, 2 / 2**0.5, 2 * np.sqrt(4 / 4.25)], rel=0.02)
    assert table["value"].tolist() == pytest.approx([0, 0.1996412, 0.3746502], abs=0.02)
    assert table["net_value"].to_numpy() == pytest.approx(
        10 * table["value"].to_numpy() - 1 - 0.1 * table["months"].to_numpy()
    )


def test_what_is_known_exactly_is_worth_nothing_to_study():
    errors = pd.DataFrame({"months": [12, 24], "standard_error": [2.0, 0.0]})
    for number in (0.0, 0.3, -1e6):
        known = xr.full_like(P1, number) * (1 + 1e-16)
        table = value_of_pilot(CHOICE, known, errors, cost_per_month=0.1)
        assert table["expected_sd"].tolist() == [0, 0]
        assert table["value"].tolist() == pytest.approx([0, 0], abs=1e-9)
        assert table["net_value"].tolist() == pytest.approx([-1.2, -2.4])
        assert information_on(CHOICE, {"effect": known}) == pytest.approx(0.0, abs=1e-9)
    by_rounding = 0.3 * (1 + 1e-16 * np.sign(P1))
    assert information_on(CHOICE, {"effect": by_rounding}) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("made", "says"), [
    (lambda: perfect_information(CHOICE.isel(option=[0])), "two options or more"),
    (lambda: perfect_information(CHOICE.where(P1 > 0)), "missing in some draws"),
    (lambda: information_on(CHOICE, {}), "one unknown or more"),
    (lambda: information_on(CHOICE, {"p1": P1[:, :9]}), "'p1' and the net benefit do not have the same draws"),
    (lambda: information_on(CHOICE[..., :10], {"p1": P1[:, :10]}), "40 draws are too few for 1 unknowns"),
    (lambda: pre_posterior_share(0.0, 1.0), "sd above 0"),
    (lambda: pilot_errors([12], before=36, admissions=0.0), "above 0, not 0"),
])  # fmt: skip
def test_what_has_no_value_is_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
