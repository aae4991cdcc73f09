import pytest

from equitymodel.decision.health_panels import curve_table
from equitymodel.report.plots.equity_plane_plot import plane_alt_text, plane_places, plot_equity_plane
from tests.decision.judged import with_everything

pytestmark = pytest.mark.unit


def test_every_option_stands_where_the_curve_has_it():
    curve = curve_table(with_everything())
    places = plane_places(curve)
    row = curve[(curve["option"] == "both") & (curve["aversion"] == 10.95) & (curve["measure"] == "equity")]
    assert places.loc["both", "equity_estimate"] == row["estimate"].item()
    figure = plot_equity_plane(curve, "Devon")
    assert figure.axes[0].get_legend_handles_labels()[1] == ["equity and total cancel, at an aversion of 10.95"]
    assert [text.get_text() for text in figure.axes[0].texts] == list(places.index)


def test_the_finding_is_the_option_worth_most():
    curve = curve_table(with_everything())
    best = curve[(curve["aversion"] == 10.95) & (curve["measure"] == "equivalent")].sort_values("estimate").iloc[-1]
    assert f"{best['option']} is worth most" in plane_alt_text(curve)
