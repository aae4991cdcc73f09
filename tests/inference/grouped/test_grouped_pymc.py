from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.grouped_pymc import build_pymc
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.inference.grouped.need_feedback import with_true_need
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.spec.read_spec import read_spec
from tests.inference.laplace.worlds import POWERS, need_world

pytestmark = pytest.mark.mcmc

POISSON = """
format = 1
name = "poisson"
question = "A small Poisson model?"
likelihood = "poisson"
[[effect]]
name = "procedure_level"
over = ["procedure"]
kind = "level"
meaning = "level"
prior = { family = "normal", mean = 0.1, sd = 0.5 }
[[effect]]
name = "ics_level"
over = ["ics"]
kind = "level"
meaning = "pooled, not summing to zero"
spread = { family = "half_normal", sd = 0.3 }
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("need_adjusted", 4.0),
        ("need_adjusted", 400.0),
        ("gap_by_procedure", 40.0),
        ("group_by_procedure", 40.0),
        ("shared_variation", 40.0),
        ("poisson", 40.0),
    ],
)
def test_the_compiled_density_is_that_of_the_pymc_model(name, expected):
    """Same posterior, two implementations: differences of log density, and gradients, agree."""
    cells, _ = simulate_cells(areas=5, procedures=3, expected=expected, seed=2)
    compare_densities(_spec(name), cells)


@pytest.mark.parametrize("kind", ["classical", "berkson", "powers"])
def test_the_compiled_density_is_that_of_the_pymc_model_with_need(kind):
    cells, spec = need_world(), load_model("gap_by_procedure")
    if kind == "powers":
        compare_densities(replace(spec, effects=(*spec.effects, *POWERS)), cells)
    else:
        compare_densities(with_true_need(spec, NeedError(kind)), cells)


@pytest.mark.parametrize("hidden", ["some", "all"])
@pytest.mark.parametrize("name", ["need_adjusted", "shared_variation", "poisson"])
def test_the_compiled_density_is_that_of_the_pymc_model_with_hidden_counts(name, hidden, hide):
    cells, _ = simulate_cells(areas=4, procedures=2, expected=12.0, seed=2)
    cells["admissions"][0, 0, 0] = np.nan
    cells = hide(cells, below=10 if hidden == "some" else 1000)
    if hidden == "all":
        counts = cells["admissions"]
        cells = cells.assign(admissions=counts * np.nan, admissions_high=cells["admissions_low"] + 6)
    compare_densities(_spec(name), cells)


def compare_densities(spec, cells):
    layout, model = lay_out_cells(spec, cells), build_pymc(spec, cells)
    order = _pymc_order(layout)
    value = model.compile_logp(mode="FAST_COMPILE")
    slope = model.compile_dlogp(mode="FAST_COMPILE")
    at = [layout.start(seed) for seed in (1, 2, 3)]
    ours = [layout.density(theta) for theta in at]
    points = [_point(model, theta[order]) for theta in at]
    theirs = [float(value(point)) for point in points]
    assert np.diff([density for density, _ in ours]) == pytest.approx(np.diff(theirs), rel=1e-8, abs=1e-6)
    for (_, gradient), point in zip(ours, points, strict=True):
        assert gradient[order] == pytest.approx(slope(point), rel=1e-6, abs=1e-6)


def _spec(name):
    return {
        "poisson": lambda: read_spec(POISSON),
        "shared_variation": lambda: replace(load_model("gap_by_procedure"), overdispersion_over=()),
    }.get(name, lambda: load_model(name))()


def _pymc_order(layout) -> np.ndarray:
    """Where each of PyMC's free values lies among ours: effects in the order of the file."""
    order = []
    for block in layout.blocks:
        sds, free = block.row[kernel.SDS], block.row[kernel.FREE]
        order += list(range(sds, sds + block.sds))
        width = block.row[kernel.WIDTH] - block.row[kernel.ZERO_SUM]
        order += list(range(free, free + block.row[kernel.GROUPS] * width))
    return np.array(order + list(range(layout.overdispersion_start, layout.parameters)))


def _point(model, values: np.ndarray) -> dict[str, np.ndarray]:
    point, taken = {}, 0
    for name, start in model.initial_point().items():
        size = start.size
        point[name] = values[taken : taken + size].reshape(start.shape)
        taken += size
    assert taken == len(values)
    return point


def test_the_pymc_model_has_named_dimensions():
    cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    model = build_pymc(load_model(), cells)
    assert model.named_vars_to_dims["ics_by_procedure_gradient_effect"] == ("ics", "procedure")
    assert model.coords["ics"] == tuple(cells["ics"].values)
    assert model.named_vars_to_dims["extra_variation"] == ("procedure",)
    shared = build_pymc(replace(load_model(), overdispersion_over=()), cells)
    assert not shared.named_vars_to_dims.get("extra_variation")
    assert shared["extra_variation"].ndim == 0


def test_exact_counts_are_observed_and_hidden_ones_are_a_potential(hide):
    cells = hide(simulate_cells(areas=4, procedures=2, expected=12.0, seed=1)[0])
    model = build_pymc(load_model(), cells)
    exact = int(cells["admissions"].notnull().sum())
    assert model.named_vars_to_dims["observed"] == ("exact_cell",)
    assert len(model.coords["exact_cell"]) == exact
    assert len(model.coords["cell"]) == cells["admissions"].size > exact
    assert [potential.name for potential in model.potentials] == ["hidden_admissions"]
    assert not build_pymc(load_model(), simulate_cells(areas=4, procedures=2, seed=1)[0]).potentials
