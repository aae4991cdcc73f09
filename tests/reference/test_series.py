"""The Sicilian smoking ban by R (glm, MASS, sandwich, prais, nlme), and working days as NHS England counts them.

Monthly acute coronary events, 2002 to 2006, before and after the ban of January 2005; the exposure is
the age-standardised population (Lopez Bernal et al. 2017). Through `read_series` and `segmented_models`
come: Poisson, quasi-Poisson, harmonic quasi-Poisson and negative binomial, with intervals from the normal
distribution. Newey-West, Prais-Winsten and generalised least squares in R are of the *rate* per 100,000,
where ours are of its logarithm; the same functions are therefore called here with the rate.

Definitions that differ:

- With a slope change, R counts its months from 1 in the first month of the ban, ours from 0: their level is
  ours less one month of slope.
- `sicily_m3_neweywest` and `sicily_m3_sandwich` are sandwich errors of a Poisson model; ours are of least
  squares. The ARIMA rows with differencing are models we do not offer; `sicily_arima100_xreg` is the
  maximum likelihood AR(1) again.
- Standard errors of maximum likelihood have the variance over n - k, in R (nlme) as in ours.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.comparison import fit_negative_binomial, segmented_data, segmented_models
from equitymodel.comparison.autoregression import autoregressive, newey_west, prais_winsten
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.data.series.working_days import count_working_days
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.evaluate import evaluate

pytestmark = pytest.mark.unit

BAN = Interruption("2005-01")
TERMS = ("intercept", "smokban", "time", "sin1", "sin2", "cos1", "cos2")


@pytest.fixture(scope="module")
def rows(shared_data):
    return pd.read_csv(shared_data / "its_sicily_smoking_ban.csv")


@pytest.fixture(scope="module")
def sicily(rows):
    periods = [f"{year}-{month:02d}" for year, month in zip(rows["year"], rows["month"], strict=True)]
    return read_series(
        pd.DataFrame({"period": periods, "admissions": rows["aces"], "population": rows["stdpop"]}),
        periods=Periods(days="equal"),
    )


@pytest.fixture(scope="module")
def expected(numbers_from_r):
    return numbers_from_r("its_sicily.csv")


@pytest.fixture(scope="module")
def rate(rows):
    """The rate per 100,000, the terms in the order R has them, and time."""
    time = rows["time"].to_numpy(dtype=float)
    waves = [wave(2 * np.pi * k * time / 12) for wave in (np.sin, np.cos) for k in (1, 2)]
    design = np.column_stack([np.ones_like(time), rows["smokban"], time, *waves])
    return (1e5 * rows["aces"] / rows["stdpop"]).to_numpy(), design, time


def row(series, model, quantity="level", **options):
    table = segmented_models(series, BAN, **options)
    return table[(table["model"] == model) & (table["quantity"] == quantity)].iloc[0]


def test_the_published_rate_ratio(sicily):
    poisson = row(sicily, "poisson", harmonics=0, slope=False)
    assert poisson["estimate"] == pytest.approx(0.894376508018, rel=1e-10)
    assert (round(poisson["lower"], 6), round(poisson["upper"], 6)) == (0.864686, 0.925086)


def test_the_verdict_on_the_ban(sicily):
    found = evaluate(sicily, replace(BAN, shape="step"), seed=1)
    ours = found.impact.set_index("quantity").loc["average_rate_ratio", ["estimate", "lower", "upper"]]
    assert ours.astype(float).tolist() == pytest.approx([0.858, 0.804, 0.916], abs=0.006)
    without_trend = found.models.query("model == 'no trend before'")
    assert without_trend["estimate"].item() > 0.96, "without the trend that went on, the ban did next to nothing"
    straight = found.models.query("model == 'straight trend'")
    assert straight["estimate"].item() == pytest.approx(0.872, abs=0.02)
    assert found.verdict.verdict == "real change"


@pytest.mark.parametrize(("oracle", "model", "harmonics"), [
    ("sicily_m1_poisson", "poisson", 0), ("sicily_m2_quasipoisson", "quasi_poisson", 0),
    ("sicily_m3_quasi_harmonic2", "quasi_poisson", 2), ("sicily_negbin", "negative_binomial", 2),
])  # fmt: skip
def test_count_models_agree_with_r(oracle, model, harmonics, sicily, expected):
    ours = row(sicily, model, harmonics=harmonics, slope=False)
    theirs = expected[oracle][["smokban.ratio", "smokban.ratio_lo95", "smokban.ratio_hi95"]]
    assert ours["estimate"] == pytest.approx(theirs["smokban.ratio"], rel=1e-6 if oracle == "sicily_negbin" else 1e-9)
    accuracy = 1e-6 if oracle == "sicily_negbin" else 5e-8  # R takes errors from its last but one iteration
    np.testing.assert_allclose(ours[["estimate", "lower", "upper"]].astype(float), theirs, rtol=accuracy)


def test_dispersion_theta_and_autocorrelation_agree_with_r(sicily, expected):
    harmonic = row(sicily, "quasi_poisson", harmonics=2, slope=False)
    assert harmonic["note"] == f"dispersion {expected['sicily_m3_quasi_harmonic2']['dispersion_pearson']:.2f}"
    assert harmonic["rho"] == pytest.approx(expected["sicily_m3_quasi_harmonic2"]["acf1"], rel=1e-7)
    data = segmented_data(sicily, BAN, slope=False)
    assert fit_negative_binomial(data)[1] == pytest.approx(expected["sicily_negbin"]["theta"], rel=1e-3)


def test_events_averted_agree_with_r(sicily, expected):
    theirs = expected["sicily_m3_quasi_harmonic2"]
    average = row(sicily, "quasi_poisson", "average", harmonics=2, slope=False)["estimate"]
    assert average == pytest.approx(theirs["post_fitted_sum"] / theirs["post_counterfactual_sum"], rel=1e-9)


def test_a_slope_change_agrees_with_r_one_month_on(sicily, expected):
    theirs = expected["sicily_m4_quasi_harmonic2_slope"]
    ours = row(sicily, "quasi_poisson", harmonics=2, slope=True)["estimate"]
    assert np.log(ours) == pytest.approx(theirs["smokban.est"] + theirs["slope_change.est"], rel=1e-8)


@pytest.mark.parametrize("lags", [1, 2, 3])
def test_newey_west_agrees_with_sandwich(lags, rate, expected):
    error = np.sqrt(newey_west(*rate, lags=lags).covariance[1, 1])
    theirs = expected["sicily_lm_rate_neweywest"][f"smokban.se_lag{lags}_smallsample"]
    assert error == pytest.approx(theirs, rel=1e-11)


@pytest.mark.parametrize(("oracle", "fit", "accuracy"), [
    ("sicily_prais_winsten", prais_winsten, 1e-10),
    ("sicily_gls_ar1_reml", autoregressive, 1e-7),
    ("sicily_gls_ar1_ml", lambda *data: autoregressive(*data, restricted=False), 1e-7),
])  # fmt: skip
def test_autoregressive_models_agree_with_r(oracle, fit, accuracy, rate, expected):
    ours, theirs = fit(*rate), expected[oracle]
    np.testing.assert_allclose(ours.coefficients, theirs[[f"{term}.est" for term in TERMS]], rtol=accuracy)
    errors = np.sqrt(np.diag(ours.covariance))
    np.testing.assert_allclose(errors, theirs[[f"{term}.se" for term in TERMS]], rtol=accuracy)
    known = theirs.get("rho", theirs.get("phi"))
    assert ours.rho == pytest.approx(known, rel=max(accuracy, 2e-7))
    if "loglik" in theirs:
        assert ours.log_likelihood == pytest.approx(theirs["loglik"], rel=1e-11)


def test_working_days_are_those_nhs_england_counts(shared_data):
    published = pd.read_csv(shared_data / "rtt_england_monthly_2007_2023.csv").dropna(subset="workdays")
    starts = pd.DatetimeIndex(published["month"] + "-01")
    assert len(starts) > 80
    assert count_working_days(starts, starts + pd.DateOffset(months=1)).tolist() == published["workdays"].tolist()
