"""What is known of a series goes with it, through selections and files, and is read from text once."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.series_facts import ListedBreak, SeriesFacts, calendar_of
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

FLOOD = ListedBreak("flood", "own", "2023-02-01", "2023-02-28", "flooded theatre", "", masked=True)
FACTS = SeriesFacts(
    FREQUENCIES["monthly"],
    "calendar",
    "population",
    "IMD 2019",
    (FLOOD,),
    (Finding("T16", count=1, table="series"),),
    (TableSource("series", "s.csv", "12ab"),),
)
STARTS = pd.date_range("2023-01-01", periods=4, freq="MS")


@pytest.fixture
def series():
    return FACTS.keep_with(xr.Dataset({"masked": ("period", STARTS.month == 2)}, {"period": STARTS}))


def test_facts_come_back_as_they_were_kept(series):
    assert SeriesFacts.of(series) == FACTS


def test_facts_go_with_selections_and_are_the_same_value(series):
    for changed in (series.isel(period=[0, 1]), series.sel(period="2023-02"), series.assign(more=series["masked"])):
        assert SeriesFacts.of(changed) is SeriesFacts.of(series)


def test_facts_go_into_files(series, tmp_path):
    series.to_netcdf(tmp_path / "series.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "series.nc", engine="h5netcdf") as stored:
        assert SeriesFacts.of(stored) == FACTS


def test_breaks_have_the_form_that_provenance_always_had():
    assert FACTS.written_breaks == (
        '[{"id": "flood", "kind": "own", "start": "2023-02-01", "end": "2023-02-28", "states": "flooded theatre", '
        '"source": "", "masked": true}]'
    )


def test_a_series_without_a_frequency_is_refused():
    with pytest.raises(OptionError, match="no frequency"):
        SeriesFacts.of(xr.Dataset())


def test_the_calendar_has_periods_mask_and_frequency(series):
    calendar = calendar_of(series)
    assert (calendar.starts.tolist(), calendar.masked.tolist()) == (STARTS.tolist(), [False, True, False, False])
    assert calendar.frequency is FREQUENCIES["monthly"]
    assert calendar_of(series.drop_vars("masked")).masked.tolist() == [False] * 4
    assert calendar is calendar_of(series.copy(deep=True))


def test_the_calendar_of_a_part_is_another(series):
    assert calendar_of(series.isel(period=slice(1, None))) != calendar_of(series)
    assert calendar_of(series.assign(masked=~series["masked"])) != calendar_of(series)
    assert np.array_equal(calendar_of(series).ends, [*STARTS[1:], pd.Timestamp("2023-05-01")])
