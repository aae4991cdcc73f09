from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import pytest

from equitymodel.errors import OptionError, SpecError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.studies.multiverse import fit_gaps, model_ladder, multiverse

pytestmark = pytest.mark.unit
QUICK = Laplace(draws=400, points=64, cores=1)
"""Few draws and points, and yet enough for fits to pass their diagnosis."""


@pytest.fixture(scope="module")
def cells():
    return simulate_cells(areas=6, procedures=1, seed=1)[0]


@pytest.fixture(scope="module")
def table(cells):
    less = cells.assign(expected_admissions=cells["expected_admissions"] * (0.5 + cells["position"]))
    return multiverse({"one": cells, "less need": less}, seed=1, laplace=QUICK, executor="serial")


def test_every_combination_has_one_row_with_numbers_unless_its_fit_failed(table):
    assert len(table) == 2 * 5 * 2
    assert not table.duplicated(["procedure", "data", "model", "reference"]).any()
    sound = table["verdict"] != "FAIL"
    assert sound.any()
    for name in ("estimate", "lower", "upper", "probability"):
        assert (table[name].notna() == sound).all()


def test_a_row_is_the_fit_it_names(cells, table):
    fit = fit_model(model_ladder()["M3"], cells, engine="laplace", laplace=QUICK, seed=1)
    gap = rate_ratio(pooled_ratio(fit.fitted, fit.expected)).median().item()
    row = table[(table["data"] == "one") & (table["model"] == "M3") & (table["reference"] == "least_deprived")]
    assert row["estimate"].item() == pytest.approx(gap)


def test_a_fit_that_failed_its_diagnosis_gives_no_number(cells, monkeypatch):
    def failing(*args, **options):
        fit = fit_model(*args, **options)
        return replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, "FAIL", "0")]))

    monkeypatch.setattr(import_module("equitymodel.studies.multiverse"), "fit_model", failing)
    rows = fit_gaps(model_ladder()["M0"], cells, seed=1, laplace=QUICK, references=["national"])
    assert rows["verdict"].tolist() == ["FAIL"]
    assert rows[["estimate", "lower", "upper", "probability"]].isna().all(axis=None)


def test_less_need_among_the_most_deprived_narrows_every_gap(table):
    means = table.groupby(["reference", "model", "data"])["estimate"].mean().unstack()
    assert (means["less need"] > means["one"]).all()


def test_each_step_of_the_ladder_adds_one_effect():
    spec = load_model("straight_gradients")
    ladder = list(model_ladder(spec).values())
    names = [{effect.name for effect in model.effects} for model in ladder]
    assert all(lower < upper and len(upper - lower) == 1 for lower, upper in pairwise(names))
    assert ladder[3].effects == spec.effects


def test_the_ladder_of_the_default_goes_from_what_all_icss_have_in_common_to_the_whole_model():
    ladder = list(model_ladder().values())
    names = [{effect.name for effect in model.effects} for model in ladder]
    assert not [effect.name for effect in ladder[0].effects if "ics" in effect.over]
    assert all(lower < upper for lower, upper in pairwise(names))
    assert [len(upper - lower) for lower, upper in pairwise(names)][:3] == [1, 1, 1]
    assert ladder[-1].effects == load_model().effects


def test_a_ladder_needs_the_effects_it_adds():
    with pytest.raises(SpecError, match="ics_gradient"):
        model_ladder(load_model("gap_by_procedure"))


def test_what_is_missing_or_unknown_is_refused(cells):
    with pytest.raises(OptionError, match="at least one"):
        multiverse({}, seed=1)
    with pytest.raises(OptionError, match="Did you mean 'national'"):
        multiverse({"one": cells}, references=["nationl"], seed=1)


def test_groups_without_an_order_are_refused_with_a_way_out():
    ethnic = simulate_cells(areas=3, procedures=1, seed=1)[0].assign_attrs(group="ethnicity", reference_group="5")
    with pytest.raises(OptionError, match="have no order; fit each choice by itself"):
        multiverse({"2022": ethnic}, seed=1)
