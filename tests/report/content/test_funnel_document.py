import numpy as np
import pytest
import xarray as xr

from equitymodel.monitoring.area_funnel import area_funnel, fitted_funnel
from equitymodel.report.content.funnel_document import funnel_document
from equitymodel.report.document.released import release_documents
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit
COUNTS = xr.DataArray([50.0, 80.0], {"ics": ["A", "B"]}, "ics")
DRAWN = COUNTS.expand_dims(chain=2, draw=1000) + np.arange(1000).reshape(1, 1000, 1) % 9
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


def test_it_says_who_lies_beyond_and_how_many_would_by_chance():
    document = funnel_document(area_funnel(counted(shift=40), form="exact", last=12), RECORD)
    assert "1 of 6 areas lies beyond the 99.8 % limits (1 ▲ higher)" in document.blocks[0].text
    assert "0.3 and 0.01 on average" in document.blocks[1].text
    tables = {table.name: table for table in document.tables()}
    assert tables["beyond"].rows["area"].iloc[0] == "a5"
    assert len(tables["points"].rows) == 6


def test_a_seed_is_named_only_where_something_is_drawn():
    about = dict(funnel_document(area_funnel(counted(), form="exact"), RECORD).about)
    assert not [word for word in about if word.startswith("Seed")]
    predicted = fitted_funnel(COUNTS, DRAWN, names={}, period="2023/24")
    assert dict(funnel_document(predicted, RECORD).about)["Seed of the fit and its draws"] == "1"


def test_it_can_be_released_and_small_counts_are_not_drawn():
    small = counted()
    small["observed"][0, 0] = 3
    document = funnel_document(area_funnel(small.isel(period=slice(0, 3)), form="exact", last=3), RECORD)
    assert release_documents([document]).release.safe
    first = small.isel(period=[0])
    few = funnel_document(area_funnel(first, form="exact"), RECORD)
    assert next(few.pictures()).observed
