import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.waiting.kept_rules import KeptRules, open_rules, save_rules
from tests.compared_lists import compared_rules

pytestmark = pytest.mark.unit


def kept(**more):
    found = compared_rules()
    facts = CellFacts(deprivation_index="IMD 2019", footprint="42 ICBs, April 2023 to March 2026")
    own = {"stated": ("a prior",), "stamp": "read as a scenario", **more}
    return KeptRules(found.treated, found.rules, facts, found.specialties, found.weeks, **own)


def test_what_is_opened_is_what_was_saved(tmp_path):
    made = kept()
    save_rules(made, tmp_path / "posterior.nc")
    back = open_rules(tmp_path)
    xr.testing.assert_allclose(back.treated, made.treated, rtol=1e-6)
    pd.testing.assert_frame_equal(back.rules, made.rules, check_dtype=False)
    assert (back.facts.deprivation_index, back.facts.footprint) == ("IMD 2019", "42 ICBs, April 2023 to March 2026")
    assert (back.specialties, back.weeks, back.stated, back.stamp) == (("hip",), 30, ("a prior",), "read as a scenario")


def test_a_folder_without_draws_and_a_file_of_something_else_are_refused(tmp_path):
    with pytest.raises(OptionError, match="make it again"):
        open_rules(tmp_path)
    from equitymodel.inference.saved_fit import write_tree

    other = xr.DataTree.from_dict({"/stages": xr.Dataset({"a": 1.0})})
    other.attrs = {"kind": "stages"}
    write_tree(other, tmp_path / "posterior.nc")
    with pytest.raises(OptionError, match="no rules of a list"):
        open_rules(tmp_path)


def test_a_file_that_was_altered_is_refused(tmp_path):
    save_rules(kept(), tmp_path / "posterior.nc")
    content = bytearray((tmp_path / "posterior.nc").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "posterior.nc").write_bytes(content)
    with pytest.raises(OptionError, match="altered"):
        open_rules(tmp_path)
