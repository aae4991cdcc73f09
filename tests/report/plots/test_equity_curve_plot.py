import pandas as pd
import pytest

from equitymodel.decision.health_panels import curve_table
from equitymodel.report.plots.equity_curve_plot import plot_equity_curve, switch_words, worth_most
from tests.decision.judged import with_everything

pytestmark = pytest.mark.unit
SWITCH = pd.DataFrame([[2.5, "as now", "both"], [40.0, "both", "reminders"]],
                      columns=["aversion", "from_option", "to_option"])  # fmt: skip


def test_there_is_a_line_an_option_and_a_mark_where_the_choice_switches_within_the_picture():
    axes = plot_equity_curve(curve_table(with_everything()), SWITCH, "Devon").axes[0]
    assert axes.get_legend_handles_labels()[1] == ["as now", "level up by half", "reminders", "both"]
    assert [text.get_text() for text in axes.texts] == ["2.50"]


def test_every_switch_is_said_and_none_is_too():
    assert switch_words(SWITCH).count("from an aversion of") == 2
    best = worth_most(curve_table(with_everything()))
    assert f"{best} is worth most at any aversion" in switch_words(SWITCH.head(0), best)
    assert "one option is worth most at any aversion" in switch_words(SWITCH.head(0))
