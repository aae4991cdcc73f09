import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.diagnosis import Check, Diagnosis, check_draws, check_predictions, check_sampler

pytestmark = pytest.mark.unit
RNG = np.random.default_rng(3)


def draws_of(values):
    return xr.DataArray(values, dims=("chain", "draw", "ics"), name="x")


def verdicts(draws, **options):
    checks = check_draws({"x": draws}, label="x", enough=1000, **options)
    return {check.name.split(" of ")[0]: check.verdict for check in checks}


def test_good_draws_pass():
    assert set(verdicts(draws_of(RNG.normal(size=(4, 1000, 3)))).values()) == {"PASS"}


def test_chains_that_disagree_fail_r_hat():
    values = RNG.normal(size=(4, 1000, 3))
    values[0, :, 1] += 2
    checks = check_draws({"x": draws_of(values)}, label="x", enough=1000)
    assert checks[0].verdict == "FAIL"
    assert checks[0].detail == "worst: x 1"


def test_too_few_effective_draws_warn_then_fail():
    slow = np.repeat(RNG.normal(size=(4, 150, 1)), 10, axis=1)
    stuck = np.repeat(RNG.normal(size=(4, 10, 1)), 150, axis=1)
    assert verdicts(draws_of(slow))["effective draws"] == "WARN"
    assert verdicts(draws_of(stuck))["effective draws"] == "FAIL"


def test_the_bounds_of_an_unprinted_parameter_are_not_checked():
    assert len(verdicts(draws_of(RNG.normal(size=(4, 500, 1))), bounds_of=None)) == 3


def test_simulation_error_of_bounds_follows_its_formula():
    check = check_draws({"x": draws_of(RNG.normal(size=(4, 1000, 1)))}, label="x", enough=1000)[-1]
    assert check.value == pytest.approx(2.67 / np.sqrt(4000), rel=0.15)


def test_quantities_that_never_vary_or_do_not_exist_are_passed_over():
    values = RNG.normal(size=(4, 1000, 3))
    values[..., 0] = 0.0
    values[..., 2] = np.nan
    assert set(verdicts(draws_of(values)).values()) == {"PASS"}


def sampler(diverging, energy):
    stats = xr.Dataset({"diverging": (("chain", "draw"), diverging), "energy": (("chain", "draw"), energy)})
    return xr.DataTree.from_dict({"/sample_stats": stats})


def test_divergences_warn_then_fail():
    energy = RNG.normal(size=(4, 1000))
    for count, verdict in ((0, "PASS"), (3, "WARN"), (40, "FAIL")):
        lost = np.zeros((4, 1000), dtype=bool)
        lost[0, :count] = True
        assert check_sampler(sampler(lost, energy))[0].verdict == verdict


def test_sticky_energy_fails():
    walk = np.cumsum(RNG.normal(size=(4, 1000)), axis=1)
    assert check_sampler(sampler(np.zeros((4, 1000)), walk))[1].verdict == "FAIL"


def counts(cv):
    mean = xr.DataArray(np.full((30, 5, 1), 80.0), dims=("ics", "deprivation", "procedure"),
                        coords={"deprivation": [1, 2, 3, 4, 5]})  # fmt: skip
    noise = RNG.gamma(cv**-2, cv**2, mean.shape)
    fitted = mean.expand_dims(chain=1, draw=400)
    predicted = fitted.copy(data=RNG.poisson(fitted.values))
    return predicted, fitted, mean.copy(data=RNG.poisson(mean.values * noise).astype(float))


def test_predictions_of_the_right_spread_pass_and_of_the_wrong_spread_fail():
    right = check_predictions(*counts(cv=0.001))
    wrong = check_predictions(*counts(cv=0.5))
    named = {check.name: check.verdict for check in wrong}
    assert {check.verdict for check in right} == {"PASS"}
    assert named["predicted against observed, spread around the means"] == "FAIL"


def test_the_verdict_is_the_worst_and_is_printed_first():
    diagnosis = Diagnosis((Check("a", 1, "PASS", "x"), Check("b", 2, "WARN", "y")))
    assert diagnosis.verdict == "WARN"
    assert str(diagnosis).splitlines()[1].strip().startswith("WARN")
    assert diagnosis.extended([Check("c", 3, "FAIL", "z")]).verdict == "FAIL"
