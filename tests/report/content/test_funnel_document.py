import pytest

from equitymodel.monitoring.area_funnel import area_funnel
from equitymodel.report.content.funnel_document import funnel_document
from equitymodel.report.document.released import release_documents
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


def test_it_says_who_lies_beyond_and_how_many_would_by_chance():
    document = funnel_document(area_funnel(counted(shift=40), form="exact", last=12), RECORD)
    assert "1 of 6 areas lies beyond the 99.8 % limits (1 ▲ higher)" in document.blocks[0].text
    assert "0.3 and 0.01 on average" in document.blocks[1].text
    tables = {table.name: table for table in document.tables()}
    assert tables["beyond"].rows["area"].iloc[0] == "a5"
    assert len(tables["points"].rows) == 6


def test_it_can_be_released_and_small_counts_are_not_drawn():
    small = counted()
    small["observed"][0, 0] = 3
    document = funnel_document(area_funnel(small.isel(period=slice(0, 3)), form="exact", last=3), RECORD)
    assert release_documents([document]).release.safe
    first = small.isel(period=[0])
    few = funnel_document(area_funnel(first, form="exact"), RECORD)
    assert next(few.pictures()).observed
