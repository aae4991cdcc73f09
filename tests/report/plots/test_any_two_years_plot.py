import pandas as pd
import pytest

from equitymodel.report.plots.any_two_years_plot import plot_any_two_years

pytestmark = pytest.mark.unit


def test_each_pair_has_a_row_with_its_probability_in_words():
    pairs = pd.DataFrame({"period_from": ["2021", "2021"], "period_to": ["2022", "2023"], "estimate": [1.1, 1.3],
                          "lower": [1.0, 1.1], "upper": [1.2, 1.5], "narrowed": [0.97, 0.9999]})  # fmt: skip
    axes = plot_any_two_years(pairs, "The change").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["2021 to 2022", "2021 to 2023"]
    assert [text.get_text() for text in axes.texts] == ["narrowed: 97%", "narrowed: over 99%"]
