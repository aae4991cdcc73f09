"""The mode, Laplace's marginal likelihood there, and its gradient."""

import numpy as np
import pytest
from scipy import special, stats

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.skew_correction import correct
from tests.inference.laplace.worlds import (
    MODELS,
    densely,
    fixed,
    flatten,
    make_world,
    model,
    one_cell,
    pooled,
    some_hyper,
)

pytestmark = pytest.mark.unit


@pytest.fixture(params=MODELS)
def field(request):
    return lay_out_latent(MODELS[request.param], make_world())


@pytest.fixture
def exact(monkeypatch):
    """Iterate until nothing is left to gain."""
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)


def modes_at(field, hyper):
    return find_modes(field, hyper, field.zeros())


def slope_within_sums(modes, batch):
    """The slope of the log posterior where the sums allow it, and what a Newton step would gain."""
    field, dense = modes.field, densely(modes.field)
    value, precision = (flatten(part)[batch, 0] for part in (modes.latent, modes.precision))
    mean = np.exp(field.log_expected.ravel() + dense.cells @ value)
    counts, known = field.low.ravel(), field.known.ravel()
    squared = 0.0
    if field.overdispersion_index is not None:
        own = np.exp(2 * field.log_overdispersion(modes.hyper)[batch, 0])
        squared = np.broadcast_to(own, field.low[:, 0, 0].shape).ravel()
    score = known * (counts - mean) / (1 + squared * mean)
    weight = known * mean * (1 + squared * counts) / (1 + squared * mean) ** 2
    free = dense.free
    slope = free.T @ (dense.cells.T @ score - precision * (value - dense.mean))
    return slope, slope @ np.linalg.solve(free.T @ dense.curvature(weight, precision) @ free, slope)


def test_the_slope_is_zero_at_the_mode(field):
    modes = modes_at(field, some_hyper(field))
    assert modes.converged.all()
    for batch in range(2):
        slope, gain = slope_within_sums(modes, batch)
        assert gain < 1e-9
        assert np.abs(slope).max() < 1e-2


def test_sums_held_at_zero_are_zero_at_the_mode(field):
    modes = modes_at(field, some_hyper(field))
    assert np.abs(flatten(modes.latent) @ densely(field).sums.T).max(initial=0.0) < 1e-10


def test_many_settings_at_once_give_what_each_gives_alone(field, exact):
    hyper = some_hyper(field, batches=4)
    together = modes_at(field, hyper)
    for batch in range(4):
        alone = modes_at(field, hyper[batch : batch + 1])
        np.testing.assert_allclose(flatten(alone.latent)[0], flatten(together.latent)[batch], atol=1e-8)
        assert alone.log_marginal[0] == pytest.approx(together.log_marginal[batch], rel=1e-11, abs=1e-7)


def test_where_the_search_starts_does_not_matter(field, exact):
    hyper = some_hyper(field)
    first = modes_at(field, hyper)
    again = find_modes(field, hyper, first.latent.batches(np.array([1, 0])))
    np.testing.assert_allclose(flatten(again.latent), flatten(first.latent), atol=1e-8)
    np.testing.assert_allclose(again.log_marginal, first.log_marginal, rtol=1e-11, atol=1e-7)


def test_a_settled_mode_is_as_good_as_one_iterated_to_the_end(field, monkeypatch):
    """To a hundredth of a standard deviation, and a thousandth in the log marginal."""
    hyper = some_hyper(field)
    usual = modes_at(field, hyper)
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    end = modes_at(field, hyper)
    sd = np.sqrt(flatten(end.elimination.covariance()[0]))
    assert np.abs((flatten(usual.latent) - flatten(end.latent)) / sd).max() < 1e-2
    assert np.abs(usual.log_marginal - end.log_marginal).max() < 1e-3


@pytest.mark.parametrize("count", [0.0, 5_000.0])
@pytest.mark.parametrize("name", MODELS)
def test_a_start_far_from_the_counts_still_settles(name, count):
    """Thousands of admissions where one was expected, and none where a thousand were."""
    cells = make_world()
    surprise = cells.assign(
        admissions=cells["admissions"] * 0 + count,
        expected_admissions=cells["expected_admissions"] * 0 + (1.0 if count else 1000.0),
    )
    field = lay_out_latent(MODELS[name], surprise)
    modes = modes_at(field, some_hyper(field))
    assert modes.converged.all()
    assert max(slope_within_sums(modes, batch)[1] for batch in range(2)) < 1e-7


def brute_force_marginal(field, hyper, *, width=9.0, nodes=401):
    """The marginal likelihood by adding up a grid over one or two free values."""
    modes, dense = modes_at(field, hyper), densely(field)
    free = dense.free
    precision = flatten(modes.precision)[0, 0]
    centre = free.T @ (flatten(modes.latent)[0, 0] - dense.mean)
    spread = np.sqrt(np.diag(np.linalg.inv(free.T @ dense.curvature(modes.weight, precision) @ free)))
    axes = [c + s * np.linspace(-width, width, nodes) for c, s in zip(centre, spread, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    away = grid @ free.T
    mean = np.exp(field.log_expected.ravel() + (dense.mean + away) @ dense.cells.T)
    counts = field.low.ravel()
    if field.overdispersion_count:
        size = np.exp(-2 * field.scales.log_scales(hyper)[0, field.sd_count])
        terms = stats.nbinom.logpmf(counts, size, size / (size + mean))
    else:
        terms = stats.poisson.logpmf(counts, mean)
    prior = stats.norm.logpdf(away, scale=precision**-0.5)
    prior = prior.sum(axis=1) + 0.5 * len(dense.sums) * np.log(2 * np.pi) - 0.5 * len(dense.sums) * np.log(precision[0])
    log_density = (terms + special.gammaln(counts + 1)).sum(axis=1) + prior
    step = np.prod([axis[1] - axis[0] for axis in axes])
    return special.logsumexp(log_density) + np.log(step), modes.log_marginal[0]


@pytest.mark.parametrize("poisson", [True, False])
@pytest.mark.parametrize("kinds", [("level",), ("level", "gradient")])
def test_with_many_counts_laplace_is_the_integral(poisson, kinds):
    """One or two values, and an error that falls as counts grow."""
    spec = model("tiny", *(fixed(kind, (), kind) for kind in kinds), poisson=poisson)
    errors = []
    for count in (400.0, 40_000.0):
        field = lay_out_latent(spec, one_cell(count=count, expected=count / 1.2, groups=3))
        hyper = field.scales.score_of(np.full((1, field.hyperparameters), np.log(0.05)))
        truth, found = brute_force_marginal(field, hyper)
        errors.append(abs(found - truth))
    assert errors[1] < 2e-5 if poisson else errors[1] < 5e-4
    assert errors[0] < 2e-3


def test_a_spread_and_its_sum_are_integrated_as_they_should():
    """Two ICSs whose levels sum to zero are one free value: differences over the spread are the integral's."""
    spec = model("tiny", pooled("i", ("ics",), "level", "ics"), poisson=True)
    cells = make_world(areas=2, groups=2, procedures=1, expected=20_000.0, holes=False)
    field = lay_out_latent(spec, cells)
    pairs = [brute_force_marginal(field, np.array([[np.log(spread)]])) for spread in (0.02, 0.1, 0.5)]
    truth, found = np.array(pairs).T
    assert np.diff(found) == pytest.approx(np.diff(truth), abs=1e-4)


def test_the_shift_takes_the_mode_to_the_mean():
    """One value, a mean count of 20: the mean of the posterior by numerical integration."""
    spec = model("tiny", fixed("p", ("procedure",), "level"), poisson=True)
    field = lay_out_latent(spec, one_cell(count=10, expected=9.0))
    modes = modes_at(field, np.zeros((1, 0)))
    found = correct(modes)
    at, shift, sd = (
        flatten(modes.latent).item(),
        flatten(found.shift).item(),
        flatten(modes.elimination.covariance()[0]).item() ** 0.5,
    )
    grid = at + sd * np.linspace(-9, 9, 4001)
    log_density = 20 * grid - 18 * np.exp(grid) - 0.5 * (grid / 0.5) ** 2
    weight = np.exp(log_density - log_density.max())
    mean = (weight * grid).sum() / weight.sum()
    assert shift == pytest.approx(mean - at, rel=0.1)
    assert abs(shift - (mean - at)) < 0.02 * sd


def test_a_mode_that_is_not_found_is_said_not_to_be(field):
    modes = modes_at(field, np.full((1, field.hyperparameters), np.nan))
    assert field.hyperparameters == 0 or not modes.converged.any()
