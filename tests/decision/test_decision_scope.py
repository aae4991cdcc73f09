import pytest
import xarray as xr

from equitymodel.decision.decision_scope import in_scope, place_named
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
VALUES = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], {"ics": ["Devon", "Kent"], "procedure": ["hip", "eye"]})


def test_a_scope_keeps_its_dims_and_may_be_taken_twice():
    once = in_scope(VALUES, "Kent", "eye")
    assert once.values.tolist() == [[4.0]]
    assert in_scope(once, "Kent").equals(once)
    assert in_scope(VALUES, procedure="hip").sizes["ics"] == 2


CELLS = xr.Dataset(coords={"ics": ["E1", "E2"], "ics_name": ("ics", ["Devon", "E2"])})


@pytest.mark.parametrize(("asked", "label", "heading"), [
    ("Devon", "E1", "Devon (E1)"), ("E1", "E1", "Devon (E1)"), ("E2", "E2", "E2"), ("all icss", "", "All ICSs"),
])  # fmt: skip
def test_a_place_is_found_by_its_code_or_name_and_headed_by_both(asked, label, heading):
    assert place_named(asked, CELLS) == (label, heading)


def test_without_names_a_place_is_found_by_its_code():
    assert place_named("E2", CELLS.drop_vars("ics_name")) == ("E2", "E2")
    with pytest.raises(OptionError, match=r"no ICS 'Devn'\. Did you mean 'Devon'"):
        place_named("Devn", CELLS)


@pytest.mark.parametrize(("asked", "says"), [
    ({}, "choose one procedure: hip, eye"),
    ({"procedure": "knee"}, "no procedure is called 'knee'"),
    ({"procedure": "hip", "area": "Dorset"}, "no ics is called 'Dorset'; the results have Devon, Kent"),
])  # fmt: skip
def test_what_is_not_there_is_refused_by_name(asked, says):
    with pytest.raises(OptionError, match=says):
        in_scope(VALUES, **asked)
