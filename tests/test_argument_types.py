"""A public call refuses arguments of other types than it declares, by name, before it does anything."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest

import equitymodel as em
from equitymodel.argument_types import refuse_other_fields, refuses_other_types
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

CALLS = [name for name in em.__all__ if inspect.isfunction(getattr(em, name))]
UNLIKE = type("Unlike", (), {"__repr__": lambda _: "something else"})()


@refuses_other_types
def call(
    source: str | Path | pd.DataFrame, *, how: Literal["a", "b"] = "a", columns: tuple[str, ...] = (), share: float = 0.5,
    number: int | None = None,
) -> str:  # fmt: skip
    return f"{how}{len(columns)}{share}{number}"


@pytest.mark.parametrize("name", CALLS)
def test_every_public_call_refuses_what_it_does_not_declare(name):
    public = getattr(em, name)
    needed = [parameter for parameter in inspect.signature(public).parameters.values()
              if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD]  # fmt: skip
    if not needed:
        return
    with pytest.raises(OptionError, match=r"is .* not something else"):
        public(**{parameter.name: UNLIKE for parameter in needed})


def test_what_is_declared_passes_and_so_do_numbers_of_numpy():
    assert call("a.csv", number=np.int64(3), share=np.float32(1)) == "a01.03"
    assert call(pd.DataFrame(), share=1, columns=["x", "y"]) == "a21None"


@pytest.mark.parametrize(("given", "says"), [
    ({"source": 3}, "source is a text, a path or a DataFrame, not 3"),
    ({"source": b"a.csv"}, "source is a text, a path or a DataFrame, not b'a.csv'"),
    ({"source": "a", "how": 3}, "how is one of 'a', 'b', not 3"),
    ({"source": "a", "columns": "trust"}, "columns is a list, each a text, not 'trust'"),
    ({"source": "a", "columns": (3,)}, r"columns is a list, each a text, not (3,)"),
    ({"source": "a", "share": True}, "share is a number, not True"),
    ({"source": "a", "share": float("nan")}, "share is a number, not nan"),
    ({"source": "a", "number": 2.5}, "number is a whole number or None, not 2.5"),
    ({"source": "a", "number": pd.DataFrame({"a": range(99)})}, "number is a whole number or None, not a DataFrame"),
])  # fmt: skip
def test_the_message_names_the_argument_what_it_is_and_what_was_given(given, says):
    with pytest.raises(OptionError) as refused:
        call(**given)
    assert str(refused.value) == says


def test_a_word_that_is_not_known_is_left_to_the_call():
    assert call("a", how="c") == "c00.5None"


def test_fields_of_a_value_are_refused_too():
    @dataclass(frozen=True)
    class Window:
        months: int

        def __post_init__(self):
            refuse_other_fields(self)

    assert Window(3).months == 3
    with pytest.raises(OptionError, match="months is a whole number, not '3'"):
        Window("3")
