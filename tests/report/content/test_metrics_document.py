"""Pages of several metrics: an area's page has them all, and the first page those that signal first."""

import pytest

from equitymodel.monitoring.several_metrics import SeveralMetrics
from equitymodel.report.content.metrics_document import metrics_area_document, metrics_document, said_of_metrics
from equitymodel.report.document.blocks import Paragraph, Section, within
from equitymodel.report.document.released import release_documents
from tests.monitoring.several import CALM, monitored, two_metrics

pytestmark = pytest.mark.unit
RECORD = {"inputs": {"measured": {"file": "a.csv"}}, "made": "today", "monitoring": {"rules": "mdc"}, "seed": 1,
          "versions": {"equitymodel": "0"}}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return two_metrics()


def test_the_first_page_is_by_metric_with_areas_that_signal_first(found):
    document = metrics_document(found, RECORD)
    assert document.blocks[0].text == "3 of 5 charts signal at their last point, in 2 of 3 areas."
    tables = {table.name: table for table in document.tables()}
    assert tables["areas"].texts[0] == ["B", "▲ signal: higher", "■ signal: concern", "2"]
    assert tables["areas"].texts[1][1] == "not in the table"
    assert list(tables["areas_dna_ratio"].rows["area"]) == ["B", "C", "A"]
    assert [picture.name for picture in document.pictures()] == ["areas_rate_ratio_1", "areas_dna_ratio_1"]
    titles = [block.title for block in within(document.blocks) if isinstance(block, Section)]
    assert titles[1:] == ["Need-adjusted rate ratio", "Did-not-attend ratio"]


def test_the_page_of_an_area_has_every_metric_that_it_has_with_its_own_false_alarms(found):
    both, one = (metrics_area_document(found, code, RECORD) for code in "BC")
    assert both.blocks[0].text.startswith("B: 2 of 2 metrics signal at their last charted point: Need-adjusted rate")
    assert one.blocks[0].text.startswith("C: 1 of 1 metrics")
    said = [block.text for block in within(both.blocks) if isinstance(block, Paragraph)]
    assert sum("Monte Carlo standard error" in text for text in said) == 2
    names = [block.name for block in (*both.tables(), *both.pictures())]
    assert len(set(names)) == len(names)
    assert len(release_documents([both, one]).documents) == 2


def test_false_alarms_are_printed_of_each_metric(found):
    assert len(said_of_metrics(found)) == 2
    assert all("When nothing changes" in text for text in said_of_metrics(found))
    alone = SeveralMetrics({name: monitored(name, A=CALM) for name in ("rate_ratio", "dna_ratio")})
    assert sum("Monte Carlo standard error" in text for text in said_of_metrics(alone)) == 2
