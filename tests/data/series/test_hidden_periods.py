"""A hidden count of a series that the periods on both sides make impossible raises an alarm; a break raises none."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

MONTHS = pd.period_range("2018-01", periods=48, freq="M").astype(str)


def table(**hidden):
    counts = pd.Series([str(300 + n % 7) for n in range(48)], index=MONTHS)
    for place, marker in hidden.items():
        counts.iloc[int(place[1:])] = marker
    return pd.DataFrame({"period": MONTHS, "admissions": counts.to_numpy(), "population": 1000})


def rules(rows, **options):
    return set(data_log(read_series(rows, **{"small_numbers": "1-7"} | options))["rule"])


def test_a_dip_that_cannot_be_is_an_error_with_what_is_due():
    with pytest.raises(EquityDataError, match=r"C28 .*the periods beside it say up to 30\d") as error:
        read_series(table(m10="*"), small_numbers="1-7")
    assert "period 2018-11" in str(error.value)


def test_the_way_out_works():
    assert "C28" not in rules(table(m10="[x]"))


def test_inside_a_declared_break_anything_may_happen():
    assert "C28" not in rules(table(m27="*", m28="*"))
    with pytest.raises(EquityDataError, match="C28"):
        read_series(table(m27="*"), small_numbers="1-7", periods=Periods(breaks=None))


def test_what_starts_or_stops_is_no_dip():
    ends = {f"m{n}": "*" for n in range(10)}
    assert not rules(table(**ends)) & {"C28"}


def test_the_last_period_alone_is_only_a_warning():
    assert "C29" in rules(table(m47="*"))


def test_small_series_raise_nothing():
    rng = np.random.default_rng(3)
    counts = rng.poisson(9, 48)
    rows = table().assign(admissions=[str(count) if count > 7 or count == 0 else "*" for count in counts])
    assert not rules(rows) & {"C28", "C29"}
