import numpy as np
import pytest

from equitymodel.report.plots.gradient_plot import crude_ratios, gradient_alt_text, gradient_data, plot_gradient
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def test_crude_ratios_are_of_rounded_counts_and_small_ones_are_left_out():
    ratios = crude_ratios(boards.cells())
    assert np.isnan(ratios[:, 0, 0]).all()
    everyone = (102 * 4 + 7) / 5 / 1000
    assert ratios[3, 1, 0].item() == pytest.approx(100 / 1000 / everyone)
    assert ratios[3, 1, 1].item() == pytest.approx(100 / 102)


def test_hidden_counts_give_no_crude_ratio():
    cells = boards.cells()
    hidden = cells["admissions"] == 7
    cells = cells.assign(
        admissions=cells["admissions"].where(~hidden),
        admissions_low=cells["admissions"].where(~hidden, 1.0),
        admissions_high=cells["admissions"].where(~hidden, 15.0),
    )
    assert np.isnan(crude_ratios(cells)[:, 0, 0]).all()
    assert crude_ratios(cells)[0, 1, 0].item() == pytest.approx(0.1 / ((102 * 4 + 8) / 5 / 1000))


def test_crude_stands_beside_the_modelled_of_the_same_cell():
    data = gradient_data(boards.expected(), "Devon", cells=boards.cells(), peers="region")
    own = data[data["mark"] == "own"]
    missing = own[own["crude"].isna()]
    assert missing[["deprivation", "procedure"]].values.tolist() == [["1", "cataract"]]
    assert data.loc[data["mark"] == "peer", "crude"].isna().all()
    table = boards.expected()
    record = table[(table["ics_name"] == "Devon")].set_index(["deprivation", "procedure"])["estimate"]
    assert own.set_index(["deprivation", "procedure"])["estimate"].to_dict() == record.to_dict()


def test_a_fit_gives_both(quick_fit):
    data = gradient_data(quick_fit, "area 02")
    assert data["crude"].notna().any()
    assert np.corrcoef(np.log(data.dropna()["crude"]), np.log(data.dropna()["estimate"]))[0, 1] > 0.5


def test_what_is_drawn_equals_the_data():
    data = gradient_data(boards.expected(), "Devon", cells=boards.cells())
    axes = plot_gradient(boards.expected(), "Devon", cells=boards.cells()).axes[1]
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    rows = data[data["procedure"] == boards.PROCEDURES[1]]
    assert lines["crude"] == rows["crude"].tolist()
    assert lines["modelled, for equal need"] == rows["estimate"].tolist()


def test_the_widest_gradient_is_said():
    data = gradient_data(boards.expected(), "Devon", peers="region")
    own = data[data["mark"] == "own"]
    spread = own.groupby("procedure")["estimate"].agg(lambda values: values.max() / values.min())
    assert gradient_alt_text(data).startswith(f"Devon, {spread.idxmax()}: groups lie furthest apart")
    assert gradient_alt_text(data.assign(estimate=np.nan)) == "No ratio can be given."
