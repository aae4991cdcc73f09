"""A kind of effect that the package does not have: the most deprived group against all others."""

import numpy as np

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.library import load_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import group_dim

STEP = 0.4


def _basis(cells):
    return np.eye(cells.sizes[group_dim(cells.dims)])[:, :1]


MOST_DEPRIVED_STEP = EffectKind(
    name="most_deprived_step",
    statement="how the most deprived group stands apart from all others",
    compared="most deprived group against all others",
    basis=_basis,
    symbol=" x most deprived",
    ordered=True,
)


def step_model() -> ModelSpec:
    """A model with the step by procedure, and by ICS and procedure; only once the kind is registered."""
    plain = load_model("gap_by_procedure")
    step = Effect("step", ("procedure",), "most_deprived_step", "the step", prior=Prior("normal", sd=0.5))
    each = Effect("step_of_ics", ("ics", "procedure"), "most_deprived_step", "the step of an ICS",
                  spread=Prior("half_normal", sd=0.1), spread_over=("procedure",), sum_to_zero="ics")  # fmt: skip
    levels = tuple(effect for effect in plain.effects if effect.kind == "level")
    return ModelSpec("step", "A step?", plain.likelihood, (*levels, step, each), plain.overdispersion)


def step_cells(expected=200.0):
    """Cells whose most deprived group has more admissions by a step."""
    cells, _ = simulate_cells(areas=6, groups=4, procedures=2, expected=expected, seed=3)
    middle = cells["expected_admissions"].isel(adjustment=-1, drop=True)
    step = np.exp(STEP * (np.arange(4) == 0))[None, :, None]
    counts = np.random.default_rng(1).poisson(middle.transpose("ics", "deprivation", "procedure").values * step)
    return cells.assign(admissions=(("ics", "deprivation", "procedure"), counts.astype(float)))
