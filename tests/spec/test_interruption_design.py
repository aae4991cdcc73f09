"""An interruption is laid out once for a declaration and a calendar, and nobody can change what others get."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.series.series_facts import calendar_of
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.interruption_design import labels_of, lay_out_design

pytestmark = pytest.mark.unit

PLACES = np.array(["a", "b", "c"], dtype=object)
PLAN = Interruption("2023-01", exposed={"ics": ("a", "b")}, washout=2)


def months(masked=(), number=24):
    starts = pd.date_range("2022-01-01", periods=number, freq="MS")
    data = {"masked": ("period", np.isin(np.arange(number), masked))}
    return xr.Dataset(data, {"period": starts, "ics": PLACES, "procedure": ["hip"]}, {"frequency": "monthly"})


def designed(plan, series):
    return lay_out_design(plan, calendar_of(series), labels_of(series))


def test_the_same_declaration_over_the_same_periods_is_laid_out_once():
    once = designed(PLAN, months())
    assert designed(replace(PLAN, declared="later"), months().copy(deep=True)) is once


@pytest.mark.parametrize(
    ("plan", "series"),
    [
        (replace(PLAN, lag=1), months()),
        (replace(PLAN, exposed={"ics": ("a",)}), months()),
        (replace(PLAN, starts={"b": "2023-03"}), months()),
        (PLAN, months(masked=[3])),
        (PLAN, months(number=25)),
        (PLAN, months().assign_coords(ics=["a", "b", "d"])),
    ],
)
def test_what_differs_is_laid_out_anew(plan, series):
    assert not designed(plan, series).equals(designed(PLAN, months()))


def test_what_a_caller_adds_no_other_gets_and_no_array_can_be_written_to():
    first = PLAN.design(months())
    first["level"] = first["level"] * 0
    assert float(PLAN.design(months())["level"].sum()) == 24
    with pytest.raises(ValueError, match="read-only"):
        PLAN.design(months())["level"].values[0] = 5


def test_counted_and_earlier_leave_out_mask_washout_and_controls():
    design = PLAN.design(months(masked=[3, 20]))
    counted, earlier = design["counted"].sel(ics="a"), design["earlier"].sel(ics="a")
    assert counted.values.nonzero()[0].tolist() == [*range(14, 20), *range(21, 24)]
    assert earlier.values.nonzero()[0].tolist() == [0, 1, 2, *range(4, 12)]
    assert not design["counted"].sel(ics="c").any()
    assert not design["earlier"].sel(ics="c").any()


def test_labels_keep_their_type():
    assert [(known.dim, known.array.dtype.kind) for known in labels_of(months())] == [("ics", "O"), ("procedure", "U")]
