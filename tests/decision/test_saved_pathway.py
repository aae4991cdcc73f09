import json

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.saved_pathway import open_pathway
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.inference.saved_fit import write_tree
from equitymodel.simulate.made_up_pathway import made_up_pathway
from tests.saved_pathways import save_pathway

pytestmark = pytest.mark.unit


def test_a_pathway_is_opened_as_it_was_saved(tmp_path):
    made = made_up_pathway(draws=8)
    save_pathway(made, tmp_path)
    for place in (tmp_path, tmp_path / "posterior.nc"):
        opened = open_pathway(place)
        np.testing.assert_allclose(opened.log_passage, made.log_passage, rtol=1e-5)
        assert opened.log_passage.dtype == float
        assert opened.linked.values.tolist() == [True] * 4
        assert opened.linked["stage"].values.tolist() == made.linked["stage"].values.tolist()


def test_a_pathway_that_failed_its_diagnosis_is_not_opened_unless_it_was_forced(tmp_path):
    save_pathway(made_up_pathway(draws=8), tmp_path, verdict="FAIL")
    with pytest.raises(DiagnosisError, match=r"Way out: as equitymodel stages says"):
        open_pathway(tmp_path)
    save_pathway(made_up_pathway(draws=8), tmp_path, verdict="FAIL", forced=1)
    assert open_pathway(tmp_path).stamp
    save_pathway(made_up_pathway(draws=8), tmp_path)
    assert not open_pathway(tmp_path).stamp


def test_a_file_of_another_kind_is_refused(tmp_path):
    tree = xr.DataTree.from_dict({"/": xr.Dataset(attrs={"kind": "cells", "diagnosis": json.dumps({})})})
    write_tree(tree, tmp_path / "posterior.nc")
    with pytest.raises(OptionError, match="holds no pathway"):
        open_pathway(tmp_path)
