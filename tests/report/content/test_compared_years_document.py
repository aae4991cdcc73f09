import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.monitoring.any_two_years import gap_between_all_years
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.report.content.compared_years_document import compared_years_document, pair_rows
from equitymodel.report.content.monitor_pages import said_of
from equitymodel.report.tables.years_table import years_table
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


def test_every_pair_has_its_row_and_its_mark_in_a_picture(quick_fit):
    fit = with_years(quick_fit)
    found = ComparedYears(years_table(fit), gap_between_all_years(fit), CellFacts.of(fit.cells), 1)
    document = compared_years_document(found, "All ICSs", RECORD)
    rows = pair_rows(found, "All ICSs")
    chart = next(picture for picture in document.pictures() if picture.name == "any_two_years").chart
    assert len(chart.rows) == len(rows[["period_from", "period_to"]].drop_duplicates())
    assert rows["narrowed"].between(0, 1).all()
    assert "credible interval" in document.blocks[0].text
    assert said_of(found) == [document.blocks[0].text]
