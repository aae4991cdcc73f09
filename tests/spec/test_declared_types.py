"""A value of the wrong kind is refused with its name, whatever it is."""

import contextlib
import dataclasses
import datetime as dt

import pytest

from equitymodel.errors import EquityModelError, SpecError
from equitymodel.spec.declared_types import MEANT, refuse_other_types
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit

ODD = [3, None, [], {}, object(), 1.5, True, ("a",), dt.date(2020, 1, 1), {"ics": 3}, {3: ("a",)}, float("nan"), b"x"]
FIELDS = [field.name for field in dataclasses.fields(Interruption)]


@pytest.mark.parametrize("name", FIELDS)
def test_no_value_ends_in_an_error_that_is_not_ours(name):
    for value in ODD:
        with contextlib.suppress(EquityModelError):
            assert str(Interruption(**{"date": "2023-04", name: value}))


@pytest.mark.parametrize("name", MEANT)
def test_the_message_names_the_value_and_how_it_is_written(name):
    with pytest.raises(SpecError, match=rf"interruption: {name} is .*not b'x'"):
        refuse_other_types({name: b"x"})


def test_what_is_meant_passes():
    refuse_other_types({"shape": "step", "looks": 2.0, "exposed": {"ics": ("QE1",)}, "starts": None, "other": b"x"})
