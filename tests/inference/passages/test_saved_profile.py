import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.inference.passages.saved_profile import open_profile, save_profile
from equitymodel.inference.saved_fit import load_fit

pytestmark = pytest.mark.unit


def test_what_is_opened_is_what_was_saved(pathway, tmp_path):
    profile = pathway[0]
    save_profile(profile, tmp_path / "posterior.nc")
    opened = open_profile(tmp_path)
    xr.testing.assert_identical(opened.log_passage, profile.log_passage)
    xr.testing.assert_allclose(opened.need, profile.need)
    assert opened.linked.equals(profile.linked)
    assert opened.linked.dtype == bool
    assert (opened.spec.name, opened.seed, opened.diagnosis) == (profile.spec.name, profile.seed, profile.diagnosis)
    assert CellFacts.of(opened.stages) == CellFacts.of(profile.stages)


def test_another_file_is_refused(pathway, tmp_path):
    path = tmp_path / "posterior.nc"
    with pytest.raises(OptionError, match="is not there"):
        open_profile(tmp_path)
    save_profile(pathway[0], path)
    with pytest.raises(OptionError, match="holds no single fit"):
        load_fit(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(OptionError, match="not a whole file"):
        open_profile(path)
