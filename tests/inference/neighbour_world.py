"""Areas on a grid whose levels are alike where they are neighbours."""

from functools import cache

import pandas as pd

from equitymodel.data.cells.area_neighbours import with_neighbours
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

SPREAD, MIXING = Prior("half_normal", sd=0.3), ShareThatLasts(1.0, 1.0)


def pairs_of_grid(codes, rows):
    """Write neighbours on a grid once each, right and down."""
    columns = len(codes) // rows
    at = {(k // columns, k % columns): code for k, code in enumerate(codes)}
    pairs = [(code, at[there]) for (r, c), code in at.items() for there in ((r + 1, c), (r, c + 1)) if there in at]
    return pd.DataFrame(pairs, columns=["area", "neighbour"])


def smooth_model(name="gap_by_procedure"):
    """Levels and gradients of areas shared by neighbours, beside those of procedures and of both."""
    plain = load_model(name)
    effects = [Effect(f"area_{kind}", ("ics",), kind, "neighbours are alike", spread=SPREAD, share_of_neighbours=MIXING)
               for kind in ("level", "gradient")]  # fmt: skip
    each = Effect(
        "of_both", ("ics", "procedure"), "level", "an area in a procedure", spread=Prior("half_normal", sd=0.2)
    )
    kept = tuple(effect for effect in plain.effects if "ics" not in effect.over)
    return ModelSpec("smooth", "Are neighbours alike?", plain.likelihood, (*kept, *effects, each), plain.overdispersion)


@cache
def grid_cells(rows=6, columns=6, procedures=2, expected=20.0, seed=3, island=False):
    """Cells of areas on a grid, with counts drawn from the model at fixed spreads."""
    cells, _ = simulate_cells(areas=rows * columns, procedures=procedures, expected=expected, seed=seed)
    codes = [str(code) for code in cells["ics"].values]
    cells = with_neighbours(cells, pairs_of_grid(codes[: -columns if island else None], rows - island))
    spec = smooth_model()
    drawn = draw_prior(spec, cells, seed=seed, draws=1)
    fitted = draw_fitted(draw_ratios(spec, drawn, cells), draw_expected(cells, drawn))
    counts = draw_predicted(fitted, drawn, seed=seed).isel(chain=0, draw=0, drop=True)
    return cells.assign(admissions=counts.transpose(*cells["admissions"].dims).astype(float))
