"""Did the exposed and their controls move alike before the start? A known difference comes back."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.studies.trend_difference import TREND_COLUMNS, trend_difference
from tests.evaluated import controlled_series

pytestmark = pytest.mark.unit


def drifting(series, a_year):
    """Counts without noise, in which the exposed drift away, groups in proportion to their position."""
    years = series["elapsed"] / 12
    factor = np.exp(a_year * years * (series["ics"] != "area 03") * (1 + series["position"] - 0.5))
    return series.assign(admissions=series["exposure"] * series["working_days"] / 21 * factor)


def test_trends_that_differ_by_a_known_amount_are_found():
    series, truth = controlled_series()
    table = trend_difference(drifting(series, 0.05), truth.plan)
    found = table.set_index("quantity")
    assert table.columns.tolist() == TREND_COLUMNS
    assert found.loc["admissions", "estimate"] == pytest.approx(np.exp(0.05), abs=2e-3)
    assert found.loc["gap", "estimate"] == pytest.approx(np.exp(0.05 * 0.5), abs=2e-3)
    assert found.loc["admissions", "periods"] == 26


def test_trends_that_are_alike_are_not_told_apart():
    series, truth = controlled_series()
    row = trend_difference(series, truth.plan).iloc[0]
    assert row["lower"] < 1 < row["upper"]


def test_trends_before_need_controls_and_a_past():
    series, truth = controlled_series()
    with pytest.raises(SpecError, match="say who was exposed"):
        trend_difference(series, replace(truth.plan, exposed=None))
    with pytest.raises(SpecError, match="trends need 12"):
        trend_difference(series, replace(truth.plan, date=f"{series['period'].values[5]}"[:10]))
