"""Cells whose levels and gradients in an ICS go together over procedures, drawn from the model itself."""

from functools import cache

from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

SPREAD = Prior("half_normal", sd=0.3)


def alike(kind, zero="ics"):
    """An effect of pairs of which the procedures of an ICS share a part."""
    return Effect(f"ics_{kind}", ("ics", "procedure"), kind, "procedures are alike", spread=SPREAD, sum_to_zero=zero,
                  share_of_procedures=ShareThatLasts(1.0, 1.0))  # fmt: skip


def together_model():
    """Levels and gradients of an ICS shared by its procedures."""
    spec = load_model("gap_by_procedure").drop_effect("ics_by_procedure_level")
    return spec.add_effect(alike("level")).add_effect(alike("gradient", zero=None))


@cache
def together_cells(areas=24, procedures=4, expected=60.0, seed=5):
    """Counts drawn from the model at spreads from its prior."""
    cells, _ = simulate_cells(areas=areas, procedures=procedures, expected=expected, seed=seed)
    spec = together_model()
    drawn = draw_prior(spec, cells, seed=seed, draws=1)
    fitted = draw_fitted(draw_ratios(spec, drawn, cells), draw_expected(cells, drawn))
    counts = draw_predicted(fitted, drawn, seed=seed).isel(chain=0, draw=0, drop=True)
    return cells.assign(admissions=counts.transpose(*cells["admissions"].dims).astype(float))
