"""Where chains begin, and what is kept of them; no sampling."""

import json

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, WarmStart, _relabel, divergences, start_from
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


def test_a_warm_start_has_the_mean_and_the_width_of_the_draws_it_is_made_of():
    spec, (cells, _) = load_model(), simulate_cells(areas=4, procedures=2, seed=1)
    layout, drawn = lay_out_cells(spec, cells), draw_prior(spec, cells, seed=1, draws=200)
    start = start_from(layout, drawn)
    theta = layout.free(drawn)
    np.testing.assert_allclose(start.centre, theta.mean(axis=0))
    np.testing.assert_allclose(start.place(np.ones(layout.parameters)), theta.mean(axis=0) + theta.std(axis=0))


def test_a_value_that_never_varies_still_has_a_width():
    assert WarmStart(np.zeros(2), np.ones(2)).place(np.array([1.0, -2.0])).tolist() == [1.0, -2.0]


def test_labels_come_back_and_settings_are_recorded():
    posterior = xr.Dataset({"x": (("chain", "draw", "ics"), np.zeros((1, 2, 2)))}, coords={"ics": ["1", "2"]})
    tree = xr.DataTree.from_dict(
        {"/posterior": posterior, "/sample_stats": xr.Dataset({"diverging": ("draw", [0, 1])})}
    )
    found = _relabel(tree, {"ics": [1, 2], "other": [3]}, Sampling(draws=7))
    assert found["posterior"]["ics"].values.tolist() == [1, 2]
    assert json.loads(found["posterior"].attrs["settings"])["draws"] == 7
    assert found["posterior"].attrs["engine"] == "nuts"
    assert divergences(found) == 1
