"""A count given its neighbours: the Gaussian approximation against a sum over a fine grid."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from scipy.special import logsumexp

from equitymodel.inference.grouped.conditional_on_ics import DrawnCells, log_given_ics
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.contrast import contrast_basis
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior

pytestmark = pytest.mark.unit
SPREAD = Prior("half_normal", sd=0.3)
EFFECTS = (
    Effect("i", ("ics",), "level", "as it says", spread=SPREAD),
    Effect("i_contrast", ("ics",), "contrast", "as it says", spread=SPREAD),
)
SPEC = ModelSpec("small", "A question?", "negative_binomial", EFFECTS, Prior("half_normal", sd=0.15))
LEVEL, CONTRAST, VARIATION = 0.1, -0.15, 0.12
SDS = {"i_sd": 0.25, "i_contrast_sd": 0.2}


def posterior_of(cells):
    """One draw, the same in every ICS."""
    basis = contrast_basis(cells.sizes["deprivation"])[:, 0]
    coords = {dim: cells[dim].values for dim in ("ics", "deprivation", "procedure")}
    drawn = {
        "i_effect": xr.DataArray([LEVEL] * cells.sizes["ics"], dims="ics"),
        "i_contrast_effect": xr.DataArray(np.tile(CONTRAST * basis, (cells.sizes["ics"], 1)), dims=("ics", "deprivation")),
        "extra_variation": xr.DataArray([VARIATION] * cells.sizes["procedure"], dims="procedure"),
        **{name: xr.DataArray(value) for name, value in SDS.items()},
    }  # fmt: skip
    return xr.Dataset(drawn).assign_coords(coords).expand_dims(chain=1, draw=1)


@pytest.mark.parametrize(
    ("expected", "procedures", "hidden"),
    [(8.0, 1, False), (8.0, 2, False), (300.0, 1, False), (300.0, 2, False), (8.0, 2, True), (300.0, 1, True)],
)
def test_it_is_the_sum_over_all_values_of_the_effects(expected, procedures, hidden):
    """Hidden counts, too: the middle of their bounds would be off by a tenth or more."""
    cells, _ = simulate_cells(areas=3, groups=2, procedures=procedures, expected=expected, seed=3)
    posterior = posterior_of(cells)
    mean = cells["expected_admissions"].isel(adjustment=0, drop=True)
    basis = xr.DataArray(contrast_basis(cells.sizes["deprivation"])[:, 0], dims="deprivation")
    fitted = (mean * np.exp(LEVEL + CONTRAST * basis)).expand_dims(chain=1, draw=1)
    fitted = fitted.transpose("chain", "draw", "ics", "deprivation", "procedure")
    label = {"ics": cells["ics"].values[1], "deprivation": 2, "procedure": cells["procedure"].values[0]}
    bounds = xr.Dataset({"low": cells["admissions"], "high": cells["admissions"]})
    if hidden:
        bounds = xr.Dataset({"low": (cells["admissions"] - 6).clip(min=0), "high": cells["admissions"] + 4})
    found = log_given_ics(DrawnCells(SPEC, cells, posterior, fitted, bounds), [label])
    assert found.dims == ("chain", "draw", "cell")
    by_hand = _over_a_grid(mean.isel(ics=1).values, bounds.isel(ics=1), basis.values)
    assert float(found.squeeze()) == pytest.approx(by_hand, abs=0.01)
    if hidden:
        middle = np.round((bounds["low"] + bounds["high"]) / 2)
        at_its_middle = bounds.assign(low=middle, high=middle)
        at_middle = log_given_ics(DrawnCells(SPEC, cells, posterior, fitted, at_its_middle), [label])
        assert abs(float(at_middle.squeeze()) - by_hand) > 0.1


def _over_a_grid(mean, bounds, basis):
    level, contrast = np.meshgrid(np.linspace(-1.5, 1.5, 401), np.linspace(-1.5, 1.5, 401), indexing="ij")
    prior = stats.norm.logpdf(level, 0, SDS["i_sd"]) + stats.norm.logpdf(contrast, 0, SDS["i_contrast_sd"])
    size = VARIATION**-2
    log = {}
    for group in range(2):
        for procedure in range(bounds.sizes["procedure"]):
            at = mean[group, procedure] * np.exp(level + contrast * basis[group])
            law = stats.nbinom(size, size / (size + at))
            low, high = (int(bounds[end].isel(deprivation=group, procedure=procedure)) for end in ("low", "high"))
            log[group, procedure] = logsumexp([law.logpmf(count) for count in range(low, high + 1)], axis=0)
    both = prior + sum(log.values())
    return logsumexp(both) - logsumexp(both - log[1, 0])
