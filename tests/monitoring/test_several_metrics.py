import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.several_metrics import SeveralMetrics
from tests.monitoring.several import two_metrics

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def found():
    return two_metrics()


def test_areas_with_most_metrics_that_signal_now_come_first(found):
    assert found.by_signal == ["B", "C", "A"]
    assert found.signalling("B") == ["rate_ratio", "dna_ratio"]
    assert found.signalling("A") == []


def test_points_of_each_metric_are_those_it_has_alone(found):
    points = found.points
    assert points.columns[0] == "metric"
    for name, one in found.metrics.items():
        own = points[points["metric"] == name].drop(columns="metric").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, one.points)


def test_what_was_found_in_any_table_is_kept_once(found):
    once = found.metrics["rate_ratio"].facts
    assert SeveralMetrics({"a": found.metrics["rate_ratio"], "b": found.metrics["rate_ratio"]}).facts == once
    assert len(found.facts.sources) == 2


def test_one_metric_is_not_several(found):
    with pytest.raises(OptionError, match="two or more"):
        SeveralMetrics({"rate_ratio": found.metrics["rate_ratio"]})
