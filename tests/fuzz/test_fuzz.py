"""Whatever they send: a right result with its log, or our error with an id; never a silent change, never a traceback.

`uv run poe fuzz` tries 10,000 tables and 2,000 series; `check` tries 300. A seed that fails is named by the test.
"""

import contextlib
import tomllib
from importlib.resources import files

import numpy as np
import pytest

from equitymodel.cli.options import OPTIONS
from equitymodel.data.cells.bands import Ages
from equitymodel.data.series.periods import Periods
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import OptionError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_model, load_series_model, read_model
from tests.fuzz.good_tables import cells_of, good_series, good_tables, series_of
from tests.fuzz.mutations import OBJECTS, ODD
from tests.fuzz.one_change import one_series, one_table, read

FEW = 25
"""Seeds a test: in `check`, 150 tables and 150 series."""


@pytest.mark.unit
@pytest.mark.parametrize("seed", range(6))
def test_tables_are_read_right_or_refused(seed, tmp_path):
    for number in range(FEW):
        one_table(1_000_000 + 1000 * seed + number, tmp_path)


@pytest.mark.unit
@pytest.mark.parametrize("seed", range(6))
def test_series_are_read_right_or_refused(seed, tmp_path):
    for number in range(FEW):
        one_series(1_000_000 + 1000 * seed + number, tmp_path)


# Model files


def shipped_models():
    return sorted(item.name for item in files("equitymodel.models").iterdir() if item.name.endswith(".toml"))


def damaged_model(rng, text):
    """Change one line of a model file: drop it, write it twice, or give it another value."""
    lines = text.splitlines()
    at = int(rng.integers(len(lines)))
    value = str(
        rng.choice(["3", "-1", "true", '""', "[]", "{}", "1979-05-27", "inf", '"x"', "9" * 30, "[[", "\x00", "'"])
    )
    key = lines[at].partition("=")[0] if "=" in lines[at] else "another "
    change = int(rng.integers(3))
    lines[at : at + 1] = ([], [lines[at]] * 2, [f"{key}= {value}"])[change]
    return "\n".join(lines)


@pytest.mark.unit
@pytest.mark.parametrize("name", shipped_models())
def test_a_damaged_model_file_is_read_or_refused(name, tmp_path):
    rng, text = np.random.default_rng(1), files("equitymodel.models").joinpath(name).read_text(encoding="utf-8")
    load = load_series_model if tomllib.loads(text).get("kind") else load_model
    path = tmp_path / "model.toml"
    for _ in range(FEW):
        path.write_text(damaged_model(rng, text), encoding="utf-8")
        read(load, path)
        read(read_model, path.read_text(encoding="utf-8"))


# Options


VALUES = [(Periods, field) for field in ("frequency", "breaks", "gaps", "days", "drop_last", "week", "day_first")]
VALUES += [(SmallNumbers, field) for field in ("rule", "absent")]
VALUES += [(Deprivation, field) for field in ("index", "most_deprived")]
VALUES += [(Group, field) for field in ("name", "reference")]
VALUES += [(Ages, field) for field in ("bands", "sexes_apart", "rate_error", "rates")]
VALUES += [(Interruption, field) for field in ("date", "shape", "lag", "washout", "ramp_months", "outcome", "exposed",
                                               "smallest_change", "looks", "planned_months", "starts", "ends",
                                               "anticipation_months", "surges")]  # fmt: skip


@pytest.mark.unit
@pytest.mark.parametrize(("kind", "field"), VALUES, ids=[f"{kind.__name__}-{field}" for kind, field in VALUES])
def test_a_value_of_any_type_is_taken_or_refused(kind, field):
    given = {"date": "2016-06"} if kind is Interruption else {}
    for value in [*OBJECTS, *ODD]:
        read(kind, **{**given, field: value})


@pytest.mark.unit
@pytest.mark.parametrize("field", ["need", "not_offered", "groups", "small_numbers", "ages", "periods", "areas",
                                   "ignore_columns"])  # fmt: skip
def test_an_argument_of_any_type_is_taken_or_refused(field):
    for value in OBJECTS:
        read(cells_of, good_tables(), **{field: value})


@pytest.mark.unit
@pytest.mark.parametrize("field", ["exposure", "periods", "groups", "small_numbers", "areas", "ignore_columns",
                                   "covariates"])  # fmt: skip
def test_an_argument_of_a_series_of_any_type_is_taken_or_refused(field):
    for value in OBJECTS:
        read(series_of, good_series(), **{field: value})


@pytest.mark.unit
@pytest.mark.parametrize("option", OPTIONS, ids=[f"{option.name}-{option.commands[0]}" for option in OPTIONS])
def test_a_text_or_a_line_of_any_kind_is_an_option_or_refused(option):
    for value in [*ODD, *OBJECTS]:
        for way in (option.kind.from_text, option.kind.from_toml):
            with contextlib.suppress(OptionError):
                way([value] if option.kind.repeated else value)
