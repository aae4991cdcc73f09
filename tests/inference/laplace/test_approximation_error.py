"""The error of the Gaussian approximation is small with many counts and shows with few."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace import approximation_error
from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.laplace.worlds import MODELS, make_world, some_hyper

pytestmark = pytest.mark.unit


def error_of(expected):
    return error_at_cells(make_world(areas=4, groups=4, procedures=2, expected=expected))


def error_at_cells(cells):
    field = lay_out_latent(MODELS["straight_gradients"], cells)
    return error_at(find_modes(field, some_hyper(field, batches=1), field.zeros()))


def error_where_effects_vary(cells):
    """With standard deviations of 0.8, the same whatever they are of."""
    field = lay_out_latent(MODELS["straight_gradients"], cells)
    hyper = field.scales.score_of(np.log([[0.8] * field.sd_count + [0.2] * field.overdispersion_count]))
    return error_at(find_modes(field, hyper, field.zeros()))


def error_at(modes):
    return measure_approximation_error(modes, correct(modes))


def test_many_counts_leave_next_to_no_error():
    error = error_of(5000.0)
    assert error["largest_shift"] < 0.1
    assert error["small_cells"] == 0
    assert (error["pareto_k"] < 0.7).all()


def test_few_counts_shift_the_mean_and_are_counted_as_small():
    least, few, many = error_of(0.5), error_of(5.0), error_of(500.0)
    assert least["small_cells"] > 0.5
    assert few["largest_shift"] > 3 * many["largest_shift"]
    assert few["pareto_k"].max() > many["pareto_k"].max()


def test_pairs_are_labelled_and_no_seed_decides():
    one, same = error_of(5.0), error_of(5.0)
    assert set(one["pair_ics"].values) <= {str(label) for label in make_world(areas=4)["ics"].values}
    np.testing.assert_array_equal(one["pareto_k"], same["pareto_k"])


@pytest.fixture
def reordered():
    """The same few counts, with ICSs and procedures in another order and under other names."""
    cells = make_world(areas=6, groups=4, procedures=3, expected=1.5)
    order = {"ics": [4, 0, 5, 2, 1, 3], "procedure": [2, 0, 1]}
    other = cells.isel(order)
    names = {dim: [f"{chr(122 - at)} of {dim}" for at in range(len(places))] for dim, places in order.items()}
    return cells, other.assign_coords(names), order, names


def test_the_order_and_names_of_labels_decide_neither_k_nor_the_verdict(reordered, monkeypatch):
    monkeypatch.setattr("equitymodel.inference.grouped.grouped_mode.NEWTON_TOLERANCE", 1e-16)
    cells, other, order, names = reordered
    first, again = (error_where_effects_vary(each) for each in (cells, other))
    assert first["pareto_k"].max() > 0.3
    np.testing.assert_allclose(np.sort(again["pareto_k"]), np.sort(first["pareto_k"]), rtol=1e-5)
    np.testing.assert_allclose(again["largest_shift"], first["largest_shift"], rtol=1e-6)
    worst = [each.isel(pair=int(each["pareto_k"].argmax())) for each in (first, again)]
    for dim, places in order.items():
        at = names[dim].index(worst[1][f"pair_{dim}"].item())
        assert worst[0][f"pair_{dim}"].item() == str(cells[dim].values[places[at]])
    done = {"optimum_found": True, "effective_points": 200.0, "points_agreement": 1.0}
    verdicts = [[(check.verdict, round(check.value, 4)) for check in check_laplace(each.assign(done))]
                for each in (first, again)]  # fmt: skip
    assert verdicts[0] == verdicts[1]


def series_of(expected):
    series, truth = simulate_series(Sizes(areas=4, groups=5, periods=36, before=22), usual=Usual(expected), seed=2)
    return lay_out_series(series, truth.plan, load_series_model())


def error_of_series(layout):
    field = SeriesLatent(layout)
    return error_at(field.find_modes(*field.initial()))


def test_the_order_of_series_does_not_decide_k():
    layout, order = series_of(3.0), np.random.default_rng(1).permutation(20)
    first, again = error_of_series(layout), error_of_series(layout.subset(order))
    assert first["pareto_k"].max() > 0.1
    np.testing.assert_allclose(np.sort(again["pareto_k"]), np.sort(first["pareto_k"]), rtol=1e-5)
    np.testing.assert_allclose(again["largest_shift"], first["largest_shift"], rtol=1e-6)


def test_few_counts_of_series_shift_the_mean_and_are_counted_as_small():
    few, many = error_of_series(series_of(0.1)), error_of_series(series_of(500.0))
    assert few["largest_shift"] > 3 * many["largest_shift"]
    assert few["small_cells"] > 0.5 > many["small_cells"] == 0
    assert many["pareto_k"].max() < 0.3 < few["pareto_k"].max()


def test_the_error_of_k_falls_where_blocks_are_drawn_again(monkeypatch):
    """Doubtful blocks, and no others, are drawn more often; their k is then known better."""
    monkeypatch.setattr(approximation_error, "DOUBTFUL", np.inf)
    cells = make_world(areas=4, groups=4, procedures=2, expected=1.5)
    once = error_where_effects_vary(cells)
    monkeypatch.setattr(approximation_error, "DOUBTFUL", -np.inf)
    again = error_where_effects_vary(cells)
    doubtful = once["pareto_k"].argsort()[-approximation_error.EXAMINED_AGAIN :]
    positive = doubtful[(once["pareto_k"][doubtful] > 0).values]
    assert (again["pareto_k_error"][positive] < 0.6 * once["pareto_k_error"][positive]).all()
    assert (once["pareto_k_error"][positive] > 0).all()
