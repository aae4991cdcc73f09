"""The answer of every model, drawn: which are counted, and which are shown for comparison."""

from dataclasses import replace

import pytest

from equitymodel.report.plots.specifications_plot import plot_specifications
from equitymodel.studies.evaluation import MAIN_MODELS

pytestmark = pytest.mark.unit


def test_a_question_about_the_gap_shows_the_models_of_the_gap_alone(gap_evaluation):
    axes = plot_specifications(gap_evaluation).axes[0]
    assert len(axes.get_yticklabels()) == 6
    assert axes.get_xlabel() == "change of the gap (least over most deprived), ratio, first 12 months after"


def test_comparison_methods_are_shown_beside_a_question_about_admissions(units_evaluation):
    axes = plot_specifications(units_evaluation).axes[0]
    assert len(axes.get_yticklabels()) == len(units_evaluation.average_changes)
    assert axes.get_xlabel() == "average rate ratio, first 12 months after"


def test_models_without_a_vote_are_hollow(gap_evaluation):
    models = gap_evaluation.models.assign(counted=gap_evaluation.models["kind"] == MAIN_MODELS)
    models.loc[2, "counted"] = False
    axes = plot_specifications(replace(gap_evaluation, models=models)).axes[0]
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert [len(line.get_xdata()) for line in hollow] == [1]
