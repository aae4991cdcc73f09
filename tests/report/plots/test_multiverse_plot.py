import itertools

import pandas as pd
import pytest

from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.report.plots.multiverse_plot import plot_multiverse

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table():
    choices = itertools.product(("one", "other"), ("M0", "M1"), ("least_deprived", "national"))
    rows = [
        {"procedure": "hip", "data": data, "model": model, "reference": reference, "estimate": 0.7 + 0.02 * number,
         "lower": 0.6 + 0.02 * number, "upper": 0.8 + 0.02 * number}
        for number, (data, model, reference) in enumerate(choices)
    ]  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1, random_state=1)


def test_the_curve_shows_every_combination_in_order_and_names_every_choice(table):
    top, below = plot_multiverse(table, "hip").axes
    estimates = top.lines[0].get_ydata()
    assert len(estimates) == 8
    assert (estimates[1:] > estimates[:-1]).all()
    named = {label.get_text() for label in below.get_yticklabels()}
    assert named == {
        "reference: national", "reference: least deprived", "model: M1", "model: M0", "data: one", "data: other",
    }  # fmt: skip
    assert top.get_yscale() == "log"


def test_a_procedure_that_is_not_there_is_refused(table):
    with pytest.raises(OptionError, match=r"no procedure 'hips'.*Did you mean 'hip'"):
        plot_multiverse(table, "hips")


def test_fits_that_failed_are_counted_and_not_drawn(table):
    failed = table["model"] == "M1"
    some = table.assign(**{name: table[name].mask(failed) for name in ("estimate", "lower", "upper")})
    top, _ = plot_multiverse(some, "hip").axes
    assert len(top.lines[0].get_ydata()) == 4
    assert top.get_title(loc="left") == "Hip: the gap under 4 combinations of choices (4 more failed)"
    with pytest.raises(DiagnosisError, match="every fit of hip failed its diagnosis"):
        plot_multiverse(table.assign(estimate=float("nan")), "hip")
