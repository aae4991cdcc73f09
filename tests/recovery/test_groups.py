"""Groups that have no order: intervals hold the truth the tables were drawn from."""

import pytest

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.disparity import rate_ratio_to_reference
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.simulate.simulated_groups import group_tables
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.mcmc


def test_ratios_to_the_reference_group_are_recovered():
    """By ICS, procedure and group: 95 % intervals hold what was stated about as often as they say."""
    tables = group_tables(areas=12, procedures=3, expected=800.0, seed=4)
    cells = read_cells(tables.admissions, tables.population, groups=Group("ethnicity", "White British"), areas="any")
    fit = fit_model(load_model("group_by_procedure"), cells, seed=1, sampling=Sampling(draws=500, tune=400))
    gap = rate_ratio_to_reference(fit.ratio).isel(group=slice(0, -1))
    true = rate_ratio_to_reference(tables.ratio, reference="White British").reindex_like(gap.isel(chain=0, draw=0))
    low, high = (gap.quantile(at, ["chain", "draw"]) for at in (0.025, 0.975))
    held = float(((true >= low) & (true <= high)).mean())
    assert held > 0.85
    assert float((gap.median(["chain", "draw"]) / true).mean()) == pytest.approx(1.0, abs=0.05)
    assert fit.diagnosis.verdict != "FAIL"
