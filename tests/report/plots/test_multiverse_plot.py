"""The specification curve: every estimate in order, and the choices that made it."""

import itertools

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.plots.multiverse_plot import plot_multiverse

pytestmark = pytest.mark.unit


@pytest.fixture
def table():
    choices = itertools.product(["hips"], ["one", "less need"], ["M0", "M1", "M2"], ["least_deprived", "national"])
    rows = pd.DataFrame(choices, columns=["procedure", "data", "model", "reference"])
    estimate = np.random.default_rng(1).permutation(np.linspace(0.6, 1.1, len(rows)))
    return rows.assign(estimate=estimate, lower=estimate * 0.9, upper=estimate * 1.1)


def test_the_curve_shows_every_combination_in_order_and_names_every_choice(table):
    top, below = plot_multiverse(table, "hips").axes
    assert top.lines[0].get_ydata().tolist() == sorted(table["estimate"])
    labels = [label.get_text() for label in below.get_yticklabels()]
    assert len(labels) == 2 + 3 + 2
    assert {"data: less need", "model: M0", "reference: least deprived"} <= set(labels)
    assert top.get_title(loc="left").startswith("Hips: the gap under 12 combinations")


def test_squares_mark_the_choices_of_each_estimate(table):
    _, below = plot_multiverse(table, "hips").axes
    squares = [line for line in below.lines if line.get_marker() == "s"]
    assert sorted(len(line.get_xdata()) for line in squares) == [4, 4, 4, 6, 6, 6, 6]


def test_a_procedure_that_is_not_there_is_refused(table):
    with pytest.raises(OptionError, match=r"no procedure 'hip' in the table\. Did you mean 'hips'"):
        plot_multiverse(table, "hip")
