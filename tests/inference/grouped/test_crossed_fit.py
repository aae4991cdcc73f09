"""Deprivation within ethnicity, fitted: densities, recovery of a known truth, shrinkage and mirror images."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.crossed_groups import MAIN, WITHIN
from equitymodel.errors import OptionError, SpecError
from equitymodel.estimands.crossed_gaps import gap_between, gap_within, groups_apart
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.effect_shapes import fit_for
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.simulate.simulated_cells import hide_small_numbers, simulate_cells
from equitymodel.simulate.simulated_crossed import MAIN_GROUPS, CrossedWorld, crossed_tables
from equitymodel.spec.library import CROSSED_MODEL, load_model
from equitymodel.vocabulary import GROUP, ICS, SAMPLE_DIMS
from tests.crossed import SMALL, cells_of, fit_crossed
from tests.inference.grouped.test_grouped_pymc import compare_densities

pytestmark = pytest.mark.unit
SPEC = load_model(CROSSED_MODEL)
LARGE = CrossedWorld(areas=6, procedures=2, expected=4000.0, ics_sd=0.0, extra_variation=0.0)
FEW = replace(MAIN_GROUPS["Black"], share=0.004)
RARE = replace(LARGE, groups=MAIN_GROUPS | {"Black": FEW}, expected=800.0)


@pytest.fixture(scope="module")
def large():
    tables = crossed_tables(LARGE, seed=3)
    return tables, fit_crossed(cells_of(tables))


def true_gap(tables):
    """The true ratio of each deprivation group to the least deprived, all ICSs together, as the world has it."""
    ratio = tables.ratio.isel({ICS: 0}, drop=True)
    return (ratio / ratio.isel({WITHIN: -1}, drop=True)).isel({WITHIN: slice(0, -1)})


def pooled(measure, fit):
    return measure(fit.fitted.sum(ICS), fit.expected.sum(ICS))


def ends(draws):
    return draws.quantile(0.025, SAMPLE_DIMS), draws.quantile(0.975, SAMPLE_DIMS)


def test_the_compiled_density_is_that_of_the_pymc_model():
    """With counts known and hidden, and a cell of both groupings that nobody is of."""
    tables = crossed_tables(SMALL, seed=2)
    nobody = tables.population.eval("ethnicity == 'Black' and deprivation == 5 and ics == 'area 02'")
    rows = tables.admissions.merge(tables.population[~nobody].drop(columns="population"))
    seen = cells_of(replace(tables, admissions=rows, population=tables.population[~nobody]))
    cells = hide_small_numbers(seen, "hes")
    assert not cells["offered"].all()
    assert (cells["admissions_low"] < cells["admissions_high"]).any()
    compare_densities(SPEC, cells)


def test_gradients_that_differ_by_main_group_are_recovered(large):
    tables, fit = large
    draws, true = pooled(gap_within, fit), true_gap(tables)
    low, high = ends(draws)
    held = ((true >= low) & (true <= high)).mean()
    assert float(held) > 0.85
    steepness = np.log(draws.sel({WITHIN: 1})).mean(SAMPLE_DIMS)
    assert bool((steepness.sel({MAIN: "Black"}) < steepness.sel({MAIN: "Asian"}) - 0.15).all())


def test_gaps_between_main_groups_of_equal_deprivation_are_recovered(large):
    tables, fit = large
    ratio = tables.ratio.isel({ICS: 0}, drop=True)
    true = (ratio / ratio.isel({MAIN: -1}, drop=True)).isel({MAIN: slice(0, -1)})
    low, high = ends(pooled(gap_between, fit))
    assert float(((true >= low) & (true <= high)).mean()) > 0.85


def test_an_interaction_that_is_not_there_is_found_to_be_small(large):
    interaction = large[1].posterior["procedure_interaction_effect"]
    assert float(np.sqrt((interaction**2).mean())) < 0.04


def test_a_small_main_group_is_drawn_to_the_gradient_of_all_and_its_intervals_stay_wide():
    """Ten admissions or so a cell in all ICSs: the gradient is near that of all, and less certain than that of others."""
    tables = crossed_tables(RARE, seed=4)
    fit = fit_crossed(cells_of(tables))
    draws = np.log(pooled(gap_within, fit)).sel({WITHIN: 1})
    spread, middle = draws.std(SAMPLE_DIMS), draws.mean(SAMPLE_DIMS)
    others = ["Asian", "White British"]
    assert bool((spread.sel({MAIN: "Black"}) > 1.5 * spread.sel({MAIN: others}).max(MAIN)).all())
    counts = groups_apart(fit.cells["admissions"].sum(ICS)).sel({MAIN: "Black", WITHIN: [1, 5]})
    crude = np.sqrt((1 / counts).sum(WITHIN))  # what these counts tell by themselves
    assert bool((spread.sel({MAIN: "Black"}) < crude).all())
    expected = groups_apart(fit.expected.sum(ICS)).sel({MAIN: "Black"})
    own = np.log((counts / expected.sel({WITHIN: [1, 5]})).sel({WITHIN: 1})) - np.log(
        (counts / expected.sel({WITHIN: [1, 5]})).sel({WITHIN: 5})
    )
    of_all = middle.sel({MAIN: "White British"})
    assert bool((abs(middle.sel({MAIN: "Black"}) - of_all) < abs(own - of_all) + 0.1).all())
    true = np.log(true_gap(tables)).sel({WITHIN: 1, MAIN: "Black"})
    low, high = ends(draws.sel({MAIN: "Black"}))
    assert bool(((true > low) & (true < high)).all())


def test_reversed_labels_of_deprivation_mirror_every_gap():
    tables = crossed_tables(SMALL, seed=6)
    turned = replace(tables, **{name: getattr(tables, name).assign(deprivation=6 - getattr(tables, name)["deprivation"])
                                for name in ("admissions", "population")})  # fmt: skip
    one, other = (np.log(pooled(gap_within, fit_crossed(cells_of(each))).sel({WITHIN: 1})) for each in (tables, turned))
    apart = abs(one.mean(SAMPLE_DIMS) + other.mean(SAMPLE_DIMS)) / one.std(SAMPLE_DIMS)
    assert float(apart.max()) < 0.2
    np.testing.assert_allclose(one.std(SAMPLE_DIMS), other.std(SAMPLE_DIMS), rtol=0.2)


def test_with_one_procedure_main_groups_still_differ_by_ics():
    kept = SPEC.for_sizes({"ics": 6, "group": 15, "procedure": 1})
    assert {"ics_main_contrast", "ics_gradient", "ics_by_procedure_contrast"} <= {each.name for each in kept.effects}


def test_predictions_for_a_new_ics_have_its_two_groupings(crossed_fit):
    expected = crossed_fit.expected
    new = xr.concat([expected, expected.isel({ICS: [0]}).assign_coords({ICS: ["new"]})], ICS)
    mean = crossed_fit.predict(new).mean
    assert mean.sizes[ICS] == expected.sizes[ICS] + 1
    assert bool((gap_between(mean, new.broadcast_like(mean)) > 0).all())


def test_models_of_one_grouping_and_of_two_are_not_mistaken(crossed_fit):
    with pytest.raises(SpecError, match="such as ethnicity,deprivation"):
        fit_for(SPEC, simulate_cells(areas=3, seed=1)[0])
    with pytest.raises(OptionError, match="leave need_error out"):
        fit_model(SPEC, crossed_fit.cells, engine="laplace", seed=1, need_error=NeedError("classical"))
    with pytest.raises(OptionError, match="gap_within, gap_between or standardised_margins"):
        rate_ratio(crossed_fit)
    assert GROUP in crossed_fit.fitted.dims


@pytest.mark.parametrize("name", ["need_adjusted", "procedures_together", "gap_by_procedure", "small_areas"])
def test_a_model_that_would_find_no_difference_of_main_groups_is_refused(name):
    """Such a model drew a true ratio of 0.74 to 0.99, with an interval from 0.94 to 1.01."""
    cells = cells_of(crossed_tables(SMALL, seed=2))
    with pytest.raises(SpecError, match=r"main groups differ in all ICSs together.*deprivation_within_groups"):
        fit_for(load_model(name), cells)
    with pytest.raises(SpecError, match="main groups differ"):
        fit_for(SPEC.drop_effect("procedure_main_contrast").drop_effect("ics_main_contrast"), cells)
    fit_for(load_model("group_by_procedure"), cells)
