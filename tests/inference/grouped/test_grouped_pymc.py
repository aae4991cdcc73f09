from dataclasses import replace

import numpy as np
import pytest
from pytensor.compile.mode import Mode
from scipy import special

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.grouped_pymc import build_pymc
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.inference.grouped.need_feedback import with_true_need
from equitymodel.inference.grouped.student_scores import to_heavy
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.spec.read_spec import read_spec
from tests.inference.laplace.worlds import HEAVY, MODELS, POWERS, need_world, over_years

pytestmark = pytest.mark.mcmc
YEARS = ("shares", "contrasts_that_last", "walks_and_trends", "what_fades", "procedures_together")

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
        ("straight_gradients", 4.0),
        ("straight_gradients", 400.0),
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
@pytest.mark.parametrize("name", ["straight_gradients", "shared_variation", "poisson"])
def test_the_compiled_density_is_that_of_the_pymc_model_with_hidden_counts(name, hidden, hide):
    cells, _ = simulate_cells(areas=4, procedures=2, expected=12.0, seed=2)
    cells["admissions"][0, 0, 0] = np.nan
    cells = hide(cells, below=10 if hidden == "some" else 1000)
    if hidden == "all":
        counts = cells["admissions"]
        cells = cells.assign(admissions=counts * np.nan, admissions_high=cells["admissions_low"] + 6)
    compare_densities(_spec(name), cells)


@pytest.mark.parametrize("years", [1, 2])
@pytest.mark.parametrize("name", ["need_adjusted", *YEARS, *HEAVY])
def test_the_compiled_density_is_that_of_the_pymc_model_with_what_lasts(name, years):
    cells, _ = simulate_cells(areas=4, procedures=2, expected=40.0, seed=2)
    if years > 1:
        cells = over_years(cells, years=(2021.75, 2023.25))
    compare_densities((MODELS | HEAVY | {"need_adjusted": load_model()})[name], cells)


def test_the_compiled_density_is_that_of_the_pymc_model_with_every_family_of_spreads():
    cells, _ = simulate_cells(areas=5, procedures=3, expected=40.0, seed=2)
    spec = load_model("straight_gradients").replace_prior("ics_gradient", family="exponential", mean=0.1)
    spec = spec.replace_prior("procedure_gradient", family="half_student_t", sd=0.2, degrees_of_freedom=3)
    compare_densities(spec.replace_prior("extra_variation", family="pc", upper=0.3, chance=0.05), cells)


def compare_densities(spec, cells):
    layout, model = lay_out_cells(spec, cells), build_pymc(spec, cells)
    order, plain = _pymc_order(layout, model), _plain(layout)
    terms = [term.sum() for term in model.logp(sum=False)]  # together, there may be too many for a single sum
    each = model.compile_fn(terms, mode=Mode(linker="py", optimizer=None))
    at = [
        layout.start(seed) + 0.3 * np.random.default_rng(seed).standard_normal(layout.parameters) for seed in (1, 2, 3)
    ]
    ours = [layout.density(theta) for theta in at]
    points = [_point(model, _as_in_pymc(layout, theta)[order]) for theta in at]
    theirs = [float(sum(each(point))) + _stretched(layout, theta) for theta, point in zip(at, points, strict=True)]
    assert np.diff([density for density, _ in ours]) == pytest.approx(np.diff(theirs), rel=1e-8, abs=1e-6)
    slope = model.compile_dlogp(mode="FAST_COMPILE") if plain else None
    for (_, gradient), point in zip(ours, points, strict=True):
        assert slope is None or gradient[order] == pytest.approx(slope(point), rel=1e-6, abs=1e-6)


def _plain(layout) -> bool:
    """Whether PyMC has the same free parameters; it takes the log odds of shares, and heavy tails as they are."""
    return not layout.scales.shares and not any(block.effect.heavy_tails for block in layout.blocks)


def _as_in_pymc(layout, theta):
    """The free parameters that PyMC has at the same place."""
    moved, totals = theta.copy(), layout.scales.totals
    moved[totals : layout.scales.count] = special.logit(layout.scales.share_values(layout.hyper(theta[None]))[0])
    for block in layout.blocks:
        if block.effect.heavy_tails:
            moved[block.free] = [to_heavy(score)[0] for score in theta[block.free]]
    return moved


def _stretched(layout, theta) -> float:
    """The log of how much `_as_in_pymc` stretches volumes."""
    scores = theta[layout.scales.totals : layout.scales.count]
    total = 0.0
    for prior, score in zip(layout.scales.shares, scores, strict=True):
        share = prior.from_normal(score)
        total += np.log(prior.slope(score) / (share * (1.0 - share)))
    for block in layout.blocks:
        if block.effect.heavy_tails:
            total += sum(np.log(to_heavy(score)[1]) for score in theta[block.free])
    return float(total)


def _spec(name):
    return {
        "poisson": lambda: read_spec(POISSON),
        "shared_variation": lambda: replace(load_model("gap_by_procedure"), overdispersion_over=()),
    }.get(name, lambda: load_model(name))()


def _pymc_order(layout, model) -> np.ndarray:
    """Where each of PyMC's free values lies among ours."""
    ends = ("_effect", "_standard", "_weight")
    blocks = {block.part.variable.removesuffix("_effect") + end: block for block in layout.blocks for end in ends}
    order = []
    for name in (variable.name for variable in model.free_RVs):
        if name in blocks:
            order += range(layout.parameters)[blocks[name].free]
        else:
            order += layout.hyperparameters.places(name).tolist()
    return np.array(order)


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
    shared = build_pymc(replace(load_model("straight_gradients"), overdispersion_over=()), cells)
    assert not shared.named_vars_to_dims.get("extra_variation")
    years = build_pymc(load_model(), over_years(cells))
    assert years.named_vars_to_dims["ics_deviation_this_year_effect"] == ("ics", "deprivation", "period")
    assert years.named_vars_to_dims["procedure_level_walk_effect"] == ("procedure", "period")
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
