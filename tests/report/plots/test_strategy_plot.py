import pandas as pd
import pytest

from equitymodel.report.plots.canvas import title_of
from equitymodel.report.plots.strategy_plot import plot_strategies, strategies_alt_text

pytestmark = pytest.mark.unit
ROWS = [["Reminders", "most deprived", 12.0, 4.0, 20.0], ["Reminders", "least deprived", 15.0, 5.0, 25.0],
        ["A name so long that no axis of a picture could hold it", "most deprived", 30.0, -4.0, 60.0]]  # fmt: skip
DATA = pd.DataFrame(ROWS, columns=["strategy", "deprivation", "estimate", "lower", "upper"])


def test_each_strategy_has_a_line_and_each_end_a_mark_of_its_own():
    figure = plot_strategies(DATA, "Devon")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Reminders",
        "A name so long that no axis of a picture ...",
    ]
    marks = {
        line.get_label(): (line.get_marker(), line.get_color())
        for line in axes.lines
        if "deprived" in str(line.get_label())
    }
    assert len({mark for mark, _ in marks.values()}) == 2
    assert title_of(figure) == "Devon"


def test_the_words_say_the_finding():
    assert "would add most as stated: 30 (95 % interval -4 to 60)" in strategies_alt_text(DATA)
    assert strategies_alt_text(DATA[:0]) == "No strategy has an effect that was stated."
