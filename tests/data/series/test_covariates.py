"""Covariates of a series: one value a period or one a cell, checked, averaged by exposure, and standardised."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.covariates import (
    Covariate,
    add_up_covariates,
    choose_covariates,
    standardised_covariates,
)
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import add_up_series, read_series
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

MONTHS = [f"2018-{month:02d}" for month in range(1, 13)]
ROWS = pd.DataFrame({
    "period": MONTHS * 2, "ics": ["A"] * 12 + ["B"] * 12, "admissions": range(100, 124),
    "population": [100] * 12 + [300] * 12, "temperature": [float(month) for month in range(12)] * 2,
    "beds": [float(bed) for bed in range(24)],
})  # fmt: skip
BEDS = Covariate("beds", by_cell=True)


def read(rows=ROWS, covariates=("temperature",), **options):
    known = {"period", "ics", "admissions", "population", *(Covariate.of(each).name for each in covariates)}
    return read_series(rows[[name for name in rows if name in known]], areas="any", covariates=covariates, **options)


def test_a_covariate_has_one_value_a_period_with_its_centre_and_scale():
    series = read()
    assert series["covariates"].dims == ("covariate", "period")
    np.testing.assert_array_equal(series["covariates"].values, [np.arange(12.0)])
    assert float(series["covariate_centre"][0]) == 5.5
    assert float(series["covariate_scale"][0]) == pytest.approx(np.arange(12).std())


def test_one_that_differs_between_cells_is_averaged_by_exposure():
    series = read(covariates=("temperature", BEDS))
    assert series["covariates"].sizes["ics"] == 2
    whole = add_up_series(series)
    np.testing.assert_allclose(whole["covariates"].sel(covariate="beds").values.ravel(), np.arange(12) + 9.0)
    np.testing.assert_allclose(whole["covariates"].sel(covariate="temperature").values.ravel(), np.arange(12.0))
    assert whole["covariates"].dims == series["covariates"].dims
    np.testing.assert_array_equal(whole["covariate_scale"], series["covariate_scale"])
    assert add_up_covariates(series, []) is not None


def test_a_fit_gets_standard_deviations_from_the_mean():
    values = standardised_covariates(read())["temperature"].values
    assert values.mean() == pytest.approx(0)
    assert values.std() == pytest.approx(1)
    assert standardised_covariates(read(covariates=())) == {}


def test_masked_periods_need_no_value_and_do_not_count():
    rows = ROWS.assign(temperature=ROWS["temperature"].where(ROWS["period"] != "2018-12"))
    shut = pd.DataFrame({"id": ["shut"], "start": ["2018-12-01"], "end": ["2018-12-31"]})
    series = read(rows, periods=Periods(breaks=shut))
    assert float(series["covariate_centre"][0]) == 5.0
    assert standardised_covariates(series)["temperature"].values[-1] == 0


@pytest.mark.parametrize(
    ("rule", "change", "covariates"),
    [
        ("T31", lambda rows: rows.assign(temperature=rows["temperature"].where(rows["period"] != "2018-05")), None),
        ("T31", lambda rows: rows.assign(beds=rows["beds"].where(rows.index != 3)), (BEDS,)),
        ("T32", lambda rows: rows.assign(temperature=7.0), None),
        ("T33", lambda rows: rows, ("beds",)),
        ("C04", lambda rows: rows.assign(temperature=["warm", *rows["temperature"].astype(str)[1:]]), None),
        ("K01", lambda rows: rows, ("rain",)),
    ],
)
def test_a_covariate_that_cannot_be_used_is_refused(rule, change, covariates):
    with pytest.raises(EquityDataError, match=rule) as refused:
        read(change(ROWS), **({"covariates": covariates} if covariates else {}))
    if rule in ("T31", "T33"):
        assert "2018-0" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [(("population",), "meaning of its own"), (("rain", "rain"), "named twice"), ("rain", r"covariates=\('rain',\)")],
)
def test_names_that_cannot_be_covariates_are_refused(given, said):
    with pytest.raises(OptionError, match=said):
        choose_covariates(given, ["period", "population"])
