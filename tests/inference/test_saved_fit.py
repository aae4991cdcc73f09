"""Fits of both kinds saved and opened again: everything comes back, to the last digit."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.saved_fit import (
    FILE,
    diagnosis_from,
    fit_from_tree,
    fit_tree,
    load_fit,
    read_tree,
    save_fit,
    write_tree,
)
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def series_fit(small_series, small_model):
    plan = Interruption("2018-01", washout=1, smallest_change=0.1)
    return fit_interruption(small_series, plan, small_model.with_harmonics(0), seed=3, draws=40)


@pytest.fixture(params=["cells", "series"])
def pair(request, quick_fit, series_fit, tmp_path):
    """A fit, and the same from its file."""
    fit = quick_fit if request.param == "cells" else series_fit
    save_fit(fit, tmp_path / "fit.nc")
    return fit, load_fit(tmp_path / "fit.nc")


def test_a_fit_comes_back_from_netcdf_as_it_was(pair):
    fit, again = pair
    assert type(again) is type(fit)
    assert again.assumed == fit.assumed
    assert (again.diagnosis, again.seed, again.versions) == (fit.diagnosis, fit.seed, fit.versions)
    assert again.data.identical(fit.data)
    for group in ("posterior", "sample_stats"):
        assert again.draws[group].to_dataset().identical(fit.draws[group].to_dataset())
    assert repr(again) == repr(fit)


def test_what_is_computed_from_the_draws_is_the_same(pair):
    fit, again = pair
    np.testing.assert_array_equal(again.fitted, fit.fitted)


def test_times_and_truths_come_back_as_what_they_were(pair):
    kinds = [{name: part.dtype for name, part in one.data.variables.items() if part.dtype.kind not in "OU"}
             for one in pair]  # fmt: skip
    assert kinds[0] == kinds[1]
    assert {"b", "f"} <= {dtype.kind for dtype in kinds[0].values()}


def test_a_plan_comes_back_with_the_day_of_its_declaration(series_fit, tmp_path):
    save_fit(series_fit, tmp_path / "fit.nc")
    plan = load_fit(tmp_path / "fit.nc").plan
    assert plan == series_fit.plan
    assert (plan.declared, plan.sha256) == (series_fit.plan.declared, series_fit.plan.sha256)


def test_a_model_changed_in_python_comes_back_as_it_was_changed(quick_fit, tmp_path):
    name = next(effect.name for effect in quick_fit.spec.effects if effect.pooled)
    changed = replace(quick_fit, spec=quick_fit.spec.replace_prior(name, sd=0.123))
    save_fit(changed, tmp_path / "fit.nc")
    again = load_fit(tmp_path / "fit.nc")
    assert again.spec.effect(name).spread.sd == 0.123
    assert again.spec.sha256 == changed.spec.sha256 != quick_fit.spec.sha256


def test_that_a_failed_fit_was_forced_is_kept(quick_fit):
    failed = replace(quick_fit, diagnosis=Diagnosis((Check("made up", 9.0, "FAIL", "0"),)))
    for fit in (failed, failed.require_sound(force=True)):
        again = fit_from_tree(fit_tree(fit))
        assert (again.sound, again.forced) == (False, fit.forced)


def test_a_file_says_that_it_is_not_for_release(quick_fit):
    assert fit_tree(quick_fit).attrs["release"].startswith("not for release")


def test_files_without_a_fit_are_refused_with_a_way_out(tmp_path):
    with pytest.raises(OptionError, match="not there"):
        load_fit(tmp_path / "none.nc")
    write_tree(xr.DataTree(xr.Dataset({"x": 1.0})), tmp_path / "other.nc")
    with pytest.raises(OptionError, match="load_evaluation"):
        load_fit(tmp_path / "other.nc")
    with pytest.raises(OptionError, match="not there"):
        load_fit(tmp_path)


def test_trees_are_written_without_rounding(tmp_path):
    values = np.random.default_rng(1).normal(size=100)
    write_tree(xr.DataTree.from_dict({"/a/b": xr.Dataset({"x": ("draw", values)})}), tmp_path / "a.nc")
    np.testing.assert_array_equal(read_tree(tmp_path / "a.nc")["a/b"]["x"], values)


def test_a_diagnosis_comes_back_from_its_record():
    diagnosis = Diagnosis((Check("a", 1.5, "WARN", "1", "worst: x"), Check("b", 0.0, "PASS", "0")))
    assert diagnosis_from(diagnosis.to_dict()) == diagnosis


@pytest.fixture
def saved(quick_fit, tmp_path):
    save_fit(quick_fit, tmp_path / FILE)
    return tmp_path / FILE


def test_a_fit_is_opened_by_its_folder_as_well_and_by_other_readers(quick_fit, saved):
    assert repr(load_fit(saved.parent)) == repr(load_fit(str(saved))) == repr(quick_fit)
    with xr.open_datatree(saved) as tree:
        assert "posterior" in tree.children


@pytest.mark.parametrize("change", [
    lambda content: content[:0], lambda content: b"no fit" * len(content[:1]), lambda content: content[:100], lambda content: content[:-1],
    lambda content: content[:-73], lambda content: content + b" ", lambda content: content[:2000] + content[2001:],
    lambda content: content[: len(content) // 2] + b"\0" + content[len(content) // 2 + 1 :],
    lambda content: content[-73:], lambda content: content[:5000] + bytes(len(content) - 5000),
])  # fmt: skip
def test_what_is_not_the_whole_fit_as_it_was_saved_is_refused_with_a_way_out(saved, change):
    content = saved.read_bytes()
    assert change(content) != content
    saved.write_bytes(change(content))
    with pytest.raises(OptionError, match=r"run run\.toml"):
        load_fit(saved)


def test_a_fit_that_another_program_saved_anew_is_refused(saved):
    with xr.open_datatree(saved, engine="h5netcdf") as tree:
        changed = tree.load()
    changed.to_netcdf(saved, engine="h5netcdf")
    with pytest.raises(OptionError, match="its checksum is missing"):
        load_fit(saved)


def test_a_file_that_says_it_holds_far_more_than_it_can_is_refused_before_it_is_read(tmp_path):
    with h5py.File(tmp_path / FILE, "w") as file:
        file.create_group("posterior").create_dataset("x", shape=(10**11,), dtype="f8", chunks=(10**6,))
    with pytest.raises(OptionError, match=r"800\.0 GB in 0\.0 MB"):
        load_fit(tmp_path)


def test_a_fit_of_before_there_were_checksums_is_opened_with_a_warning(quick_fit, tmp_path):
    fit_tree(quick_fit).to_netcdf(tmp_path / FILE, engine="h5netcdf")
    with pytest.warns(UserWarning, match="whether it was altered cannot be told"):
        assert repr(load_fit(tmp_path)) == repr(quick_fit)


@pytest.mark.parametrize("lost", ["model", "diagnosis", "posterior", "seed"])
def test_a_fit_without_one_of_its_parts_is_refused(quick_fit, tmp_path, lost):
    tree = fit_tree(quick_fit)
    if lost in tree.attrs:
        del tree.attrs[lost]
    else:
        tree = tree.filter(lambda node: node.name != lost)
    write_tree(tree, tmp_path / FILE)
    with pytest.raises(OptionError, match="not a whole file"):
        load_fit(tmp_path)
