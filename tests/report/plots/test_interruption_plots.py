"""Pictures of an interruption: tidy data, and what is drawn where."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.report.plots.interruption_plots import (
    _columns_of,
    cumulative_data,
    gap_over_time_data,
    interruption_data,
    plot_cumulative,
    plot_gap_over_time,
    plot_interruption,
)
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit


def test_there_is_a_path_for_all_and_for_each_group(gap_evaluation):
    assert set(interruption_data(gap_evaluation)["group"]) == {"All groups", "1", "2", "3"}
    assert len(cumulative_data(gap_evaluation)) == 14
    assert set(gap_over_time_data(gap_evaluation)["path"]) == {"with", "without", "observed"}


def test_exposed_and_controls_are_shown_apart(controlled_evaluation):
    data = interruption_data(controlled_evaluation)
    assert data["group"].unique().tolist() == ["All groups", "1", "2", "controls"]
    seen = controlled_evaluation.series["admissions"].sum(["deprivation", "procedure"])
    for group, areas in (("All groups", ["area 01", "area 02"]), ("controls", ["area 03"])):
        rows = data[data["group"] == group]
        np.testing.assert_allclose(rows["observed"], seen.sel(ics=areas).sum("ics"))
    controls = data[data["group"] == "controls"]
    np.testing.assert_allclose(controls["fitted"], controls["counterfactual"])
    assert len(cumulative_data(controlled_evaluation)) == 12
    before = gap_over_time_data(controlled_evaluation).query("path == 'with'")["estimate"].iloc[:26]
    assert before.mean() == pytest.approx(np.exp(0.1), rel=0.03)


def test_a_total_with_an_unknown_part_is_unknown(controlled_evaluation):
    fit = controlled_evaluation.total
    gone = fit.series.assign(admissions=fit.series["admissions"].where(fit.series["period"] != fit.series["period"][5]))
    data = interruption_data(with_fits(controlled_evaluation, total=replace(fit, series=gone)))
    whole = data[data["group"] == "All groups"]
    assert whole["observed"].isna().tolist() == [month == 5 for month in range(38)]


def test_cumulative_admissions_end_at_the_total(units_evaluation):
    last = cumulative_data(units_evaluation).iloc[-1]
    whole = units_evaluation.impact.set_index("measure").loc["admissions_added"].iloc[0]
    assert last["estimate"] == pytest.approx(whole["estimate"])
    axes = plot_cumulative(units_evaluation).axes[0]
    assert axes.get_ylabel() == "admissions added since the start"
    assert len(axes.lines[0].get_xdata()) == 12


def test_pictures_begin_at_the_first_start(units_evaluation):
    plan = units_evaluation.plan
    earlier = replace(plan, starts={"area 02": f"{units_evaluation.series['period'].values[20]}"[:7]})
    axes = plot_interruption(replace(units_evaluation, plan=earlier)).axes[0]
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(dashed) == 2
    counterfactual = next(line for line in axes.lines if line.get_label() == "without the intervention")
    assert len(counterfactual.get_xdata()) == 38 - 20


def test_breaks_are_shaded(units_evaluation):
    masked = units_evaluation.series["masked"].copy(data=np.arange(38) // 4 == 1)
    axes = plot_interruption(replace(units_evaluation, series=units_evaluation.series.assign(masked=masked))).axes[0]
    assert len(axes.patches) == 4


def test_the_gap_without_the_intervention_is_drawn_after_the_start_alone(gap_evaluation):
    axes = plot_gap_over_time(gap_evaluation).axes[0]
    paths = {line.get_label(): line.get_xdata() for line in axes.lines if not line.get_label().startswith("_")}
    assert {name: len(path) for name, path in paths.items()} == {
        "observed": 42,
        "as fitted": 42,
        "without the intervention": 14,
    }
    assert pd.Timestamp(paths["without the intervention"][0]) == pd.Timestamp(gap_evaluation.plan.first_start)


def test_a_gap_over_time_needs_groups(units_evaluation):
    with pytest.raises(OptionError, match="needs deprivation groups"):
        plot_gap_over_time(units_evaluation)


def test_a_fit_that_failed_has_no_panel_and_no_picture_of_its_own(gap_evaluation):
    without_total = with_fits(gap_evaluation, total=unsound(gap_evaluation.fits.total))
    assert interruption_data(without_total)["group"].unique().tolist() == ["1", "2", "3"]
    with pytest.raises(DiagnosisError, match="made up"):
        plot_cumulative(without_total)
    without_groups = with_fits(gap_evaluation, groups=unsound(gap_evaluation.fits.groups))
    for draw in (plot_interruption, plot_gap_over_time):
        with pytest.raises(DiagnosisError, match="made up"):
            draw(without_groups)


def test_a_question_about_the_gap_is_drawn_first(gap_evaluation, units_evaluation):
    panels = [axes.get_title(loc="left") for axes in plot_interruption(gap_evaluation).axes if axes.get_visible()]
    assert panels == ["gap, all", "all", "deprivation group 1", "deprivation group 2", "deprivation group 3"]
    level = [axes.get_title(loc="left") for axes in plot_interruption(units_evaluation).axes]
    assert level == ["all exposed", "controls"]


def test_the_gap_of_controls_stands_beside_on_the_same_scale(controlled_evaluation):
    exposed, controls = plot_gap_over_time(controlled_evaluation).axes
    assert exposed.get_ylim() == controls.get_ylim()
    assert "without the intervention" not in [line.get_label() for line in controls.lines]
    assert set(gap_over_time_data(controlled_evaluation)["arm"]) == {"exposed", "controls"}


def test_wash_out_is_grey(units_evaluation):
    washed = replace(units_evaluation, plan=replace(units_evaluation.plan, washout=3))
    assert len(plot_interruption(washed).axes[0].patches) == 3


def test_the_line_without_the_break_is_drawn_where_there_is_one(gap_evaluation):
    def with_line(fit):
        draws = fit.draws.copy()
        draws["posterior"] = xr.DataTree(fit.posterior.assign(without_break=1.1 * fit.posterior["counterfactual"]))
        return replace(fit, draws=draws)

    fits = {name: with_line(gap_evaluation.fits.all()[name]) for name in ("total", "groups")}
    result = with_fits(gap_evaluation, **fits)
    for axes in plot_interruption(result).axes[:2]:
        assert "without intervention and break" in [line.get_label() for line in axes.lines]
    data = interruption_data(result)
    np.testing.assert_allclose(data["without_break"], 1.1 * data["counterfactual"])


def test_a_legend_is_no_wider_than_its_picture():
    labels = ["observed", "as fitted", "without the intervention", "without intervention and break", "masked"]
    columns = [_columns_of(Figure(figsize=(width, 3)), labels) for width in (5.4, 13.8)]
    assert columns == [2, 5]
    assert _columns_of(Figure(figsize=(5.4, 3)), labels[:2]) == 2
