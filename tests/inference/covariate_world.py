"""Cells whose use follows supply and distance, by coefficients that are known."""

from functools import cache

import numpy as np
import pandas as pd

from equitymodel.data.cells.area_covariates import standardised, with_covariates
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.covariate_effects import add_covariates
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.prior import Prior

BEDS, DISTANCE = 0.2, -0.15
OF_PROCEDURE = Effect("beds_of_procedure", ("procedure",), "covariate", "procedures follow beds unlike", covariate="beds",
                      spread=Prior("half_normal", sd=0.1))  # fmt: skip


@cache
def supplied_cells(areas=14, procedures=3, expected=150.0, seed=4):
    """Beds by area, more of them where few are deprived; distance by area and group, longer for the deprived."""
    cells, _ = simulate_cells(areas=areas, procedures=procedures, expected=expected, seed=seed)
    rng = np.random.default_rng(seed)
    beds, away = rng.normal(3.0, 0.8, areas), rng.normal(10.0, 2.0, (areas, 5)) - 1.5 * np.arange(5)
    rows = [(ics, group, name, value, unit) for i, ics in enumerate(cells["ics"].values)
            for g, group in enumerate(cells["deprivation"].values)
            for name, value, unit in (("beds", beds[i], "beds per 1,000"), ("distance", away[i, g], "km"))]  # fmt: skip
    table = pd.DataFrame(rows, columns=["ics", "deprivation", "name", "value", "unit"])
    cells = with_covariates(cells, table, areas="any")
    followed = BEDS * standardised(cells, "beds") + DISTANCE * standardised(cells, "distance")
    mean = (cells["admissions"] * np.exp(followed)).transpose(*cells["admissions"].dims)
    return cells.assign(admissions=mean.copy(data=rng.poisson(mean.values).astype(float)))


def supplied_model(name="gap_by_procedure", *, neutralise=True):
    """A model with both covariates."""
    return add_covariates(load_model(name), ["beds", "distance"], neutralise=neutralise)
