import datetime as dt
import decimal

import pandas as pd
import pyarrow as pa
import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.value_types import refuse_other_types_of
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("values", [
    [True, False], pd.array([True, None], dtype="boolean"), [1 + 2j, 3], [b"12", b"3"], ["12", b"3"], ["12", [1]],
    ["12", {"a": 1}], ["12", object()], pd.Categorical([True, False]), pd.Categorical(["a", b"b"]),
    pd.array([b"a", b"b"], dtype="binary[pyarrow]"), pd.array([True, False], dtype="bool[pyarrow]"),
    pd.to_timedelta([1, 2], unit="D"), [decimal.Decimal("sNaN"), decimal.Decimal(1)],
    pd.array([["a"], ["b"]], dtype=pd.ArrowDtype(pa.list_(pa.string()))),
])  # fmt: skip
def test_values_of_other_types_are_refused_with_their_rows(values):
    with pytest.raises(EquityDataError, match=r"F23 in admissions: .*column count"):
        refuse_other_types_of(pd.DataFrame({"count": values}, index=["row 2", "row 3"]), DataLog("admissions"))


@pytest.mark.parametrize("values", [
    ["a", None], [1, 2.5], [1, "x"], pd.array([1, None], dtype="Int64"), pd.Categorical(["a", "b"]), [2**70, 1],
    [decimal.Decimal(1), pd.NA], [dt.date(2020, 1, 1), pd.NaT], pd.to_datetime(["2020-01-01", None]),
    pd.period_range("2020-01", periods=2, freq="M"), pd.array([1, 2], dtype="int64[pyarrow]"), ["a", float("nan")],
])  # fmt: skip
def test_texts_numbers_and_dates_pass(values):
    refuse_other_types_of(pd.DataFrame({"count": values}), DataLog("admissions"))
