"""The metrics that ship: each is whole, and can be found by its name."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.metric_series import OF_ADMISSIONS, OF_SHARES
from equitymodel.monitoring.metric_set import metric_named, metric_text, metric_words, metrics

pytestmark = pytest.mark.unit
WANTED = {"rate_ratio", "slope_index", "signed_shortfall", "worst_off_rate", "share_to_move", "stage_gap", "conversion_ratio",
          "over_18_weeks", "over_52_weeks", "over_65_weeks", "dna_ratio", "cancellations", "virtual_share"}  # fmt: skip


def test_the_metrics_of_the_set_are_there():
    assert set(metrics()) == WANTED


@pytest.mark.parametrize("metric", metrics().values(), ids=metrics().keys())
def test_every_metric_says_all_that_is_to_be_known_and_can_be_charted_and_worked_out(metric):
    said = (
        metric.title,
        metric.definition,
        metric.unit,
        metric.data,
        metric.frequency,
        metric.suppression,
        metric.published_by,
    )
    assert all(said)
    assert metric.lag_days > 0
    assert ChartPlan(kind=metric.kind, better=metric.better).kind == metric.kind
    assert metric.measure in {"admissions": OF_ADMISSIONS, "share": OF_SHARES}[metric.family]


def test_words_say_the_definition_and_which_way_is_better():
    said = metric_words(metric_named("dna_ratio"))
    assert "better: lower" in said
    assert metrics()["dna_ratio"].definition in said


@pytest.mark.parametrize("name", [name for name, metric in metrics().items() if metric.no_gap == 0.0])
def test_a_difference_says_which_end_is_taken_from_which(name):
    definition = metrics()[name].definition
    assert " less " in definition or name == "share_to_move"


def test_the_text_is_the_file_that_ships():
    assert metric_text().startswith("# Metrics that can be monitored")


def test_the_nearest_name_is_suggested():
    with pytest.raises(OptionError, match="over_52_weeks"):
        metric_named("over_52_week")
