"""Pages of what is monitored: the answer first, no evidence claimed, and small counts kept back."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.metric_set import metric_named
from equitymodel.monitoring.monitored import monitor
from equitymodel.report.content.monitor_document import areas_document, monitor_document
from equitymodel.report.document.blocks import Paragraph, Section, within
from equitymodel.report.document.released import release_documents
from equitymodel.report.wording.monitor_words import NO_EVIDENCE
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
RECORD = {"inputs": {"measured": {"file": "a.csv"}}, "made": "today", "monitoring": {"rules": "mdc"}, "seed": 1,
          "versions": {"equitymodel": "0"}}  # fmt: skip
CALM = np.tile([50.0, 52.0], 12)
MONTHS = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")


def counted(numerator):
    return monitor(read_measured(pd.DataFrame({"period": MONTHS, "numerator": numerator, "denominator": 400})))


def paragraphs(document):
    return [block for block in within(document.blocks) if isinstance(block, Paragraph)]


def test_the_answer_stands_first_and_no_evidence_is_claimed():
    document = monitor_document(monitor(monthly(CALM)), "All ICSs", RECORD)
    said = paragraphs(document)
    assert said[0].role == "answer"
    assert NO_EVIDENCE in [each.text for each in said]
    assert any("Monte Carlo standard error" in each.text for each in said)


def test_signals_are_listed_on_the_page_and_all_points_in_the_workbook():
    stepped = np.r_[CALM, 90.0, CALM[:23]]
    document = monitor_document(monitor(monthly(stepped)), "All ICSs", RECORD)
    signals, points = document.tables()
    assert (signals.place, points.place) == ("everywhere", "workbook")
    assert len(points.rows) == 48 > len(signals.rows) > 0


def test_a_chart_that_draws_small_counts_is_left_out_of_what_leaves():
    small, large = ([document] for document in (monitor_document(counted(numerator), "All ICSs", RECORD)
                    for numerator in ([3, 20] * 12, [30, 40] * 12)))  # fmt: skip
    assert not list(release_documents(small).documents[0].pictures())
    assert len(list(release_documents(large).documents[0].pictures())) == 1
    table = list(release_documents(small).documents[0].tables())[1]
    assert table.rows["value"].tolist()[0] == "[c]"


def test_a_series_that_is_not_charted_has_no_section_of_false_alarms():
    document = monitor_document(monitor(monthly([1.0, 2.0, 3.0])), "All ICSs", RECORD)
    titles = [block.title for block in document.blocks if isinstance(block, Section)]
    assert titles == ["Points that signal", "What this chart rests on"]


def test_all_areas_together_say_how_many_signal_and_how_many_would_by_chance():
    rows = pd.concat([pd.DataFrame({"period": MONTHS, "ics": code, "value": CALM + 30 * (code == "B") * (np.arange(24) > 12)})
                      for code in "AB"])  # fmt: skip
    document = areas_document(monitor(read_measured(rows, areas="any")), RECORD)
    assert paragraphs(document)[0].text.startswith(
        "1 of 2 areas signal at their last charted point, 1 at some point. When nothing changes"
    )
    [table] = document.tables()
    assert table.rows["area"].tolist() == ["B", "A"]


def test_tables_say_their_unit():
    months = monthly(CALM)
    document = monitor_document(monitor(months, metric_named("over_52_weeks")), "All ICSs", RECORD)
    assert {table.title for table in document.tables()} == {
        "Points that signal, All ICSs (percentage points)",
        "Every point, All ICSs (percentage points)",
    }
    both = areas_document(monitor(months, metric_named("dna_ratio")), RECORD)
    assert [table.title for table in both.tables()] == ["Last point of every area (ratio)"]


def test_areas_that_are_only_shown_are_said_to_be():
    rows = pd.DataFrame({"period": [*MONTHS[:3]] * 2, "ics": ["A"] * 3 + ["B"] * 3, "value": range(6)})
    document = areas_document(monitor(read_measured(rows, areas="any")), RECORD)
    assert paragraphs(document)[0].text == "None of 2 areas has a chart: they are shown and not charted."
