"""The option that a message names, typed as it names it, changes the outcome: the tables are then read."""

from dataclasses import fields, is_dataclass

import pytest

from equitymodel.cli.option_words import FLAG
from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.cell_periods import CellTime
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.suppression import SmallNumbers
from tests.data.changes import IMD
from tests.data.small_tables import small_tables
from tests.data.ways_out import CELLS, SERIES, followed, two_years

pytestmark = pytest.mark.unit

CALLED = {
    (SmallNumbers, "rule"): "--small-numbers", (SmallNumbers, "absent"): "--incomplete",
    (SmallNumbers, "markers"): "--marker", (Deprivation, "index"): "--deprivation-index",
    (Group, "name"): "--group", (Group, "reference"): "--reference-group", (CellTime, "use"): "--periods",
    (Ages, "rate_error"): "--rate-error",
}  # fmt: skip
"""Options whose name is not that of the argument."""
PLAIN = {"small_numbers": SmallNumbers, "periods": CellTime}


def typed(options):
    """Type the options of Python as they are typed on the command line."""
    words = []
    for name, value in options.items():
        if name == "ignore_columns":
            words += [word for column in value for word in ("--ignore-column", column)]
        elif name == "covariates":
            words += [word for each in value for word in covariate(each)]
        elif isinstance(value, str) and name in PLAIN:
            words += typed_fields(PLAIN[name](value))
        elif is_dataclass(value):
            words += typed_fields(value)
        else:
            words += [flag_of(name), str(value)]
    return words


def covariate(each):
    by_cell = not isinstance(each, str)
    return ("--covariate-by-cell" if by_cell else "--covariate"), (each.name if by_cell else each)


def flag_of(name):
    return f"--{name.replace('_', '-')}"


def typed_fields(record):
    """Type what differs from what holds if nothing is said."""
    usual, words = type(record)() if not isinstance(record, Group) else Group("deprivation_"), []
    for name in (field.name for field in fields(record)):
        value = getattr(record, name)
        if isinstance(value, Deprivation):
            words += typed_fields(value) if record.crossed else []
        elif name == "name" and getattr(record, "crossed", False):
            words += ["--group", f"{record.main},deprivation"]
        elif value != getattr(usual, name):
            words += one(CALLED.get((type(record), name), flag_of(name)), value)
    return words


def one(flag, value):
    if isinstance(value, dict):
        return [word for marker, meaning in value.items() for word in (flag, f"{marker}={meaning}")]
    if isinstance(value, bool) or flag == "--rate-error":
        return [flag if value else f"--no-{flag.removeprefix('--')}"]
    return [flag, "none" if value is None else str(value)]


def once_a_rule(cases):
    """Keep the first case of each rule whose way out is an option."""
    kept = {}
    for case in cases:
        if case[4]:
            kept.setdefault(case[0], case)
    return list(kept.values())


def saved(folder, tables):
    """Save tables, and type their names."""
    words = []
    for name, frame in tables.items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        words += [flag_of(name), path]
    return words


def try_both(case, whole, folder, call, command, others):
    """Meet a rule, type what its message names, and have the tables read."""
    rule, change, options, follow, then = case
    broken = change(whole)
    refused = call(*command, *saved(folder, broken), *typed({**others, **options}))
    said = refused.errors + refused.out
    assert f"{rule} in " in said or f"{rule}:" in said
    better, now = followed(follow, broken, whole), typed({**others, **options, **then})
    named = {word for word in now if FLAG.fullmatch(str(word))} - {*typed({**others, **options})}
    assert all(flag in said or f"--{flag[5:]}" in said for flag in named), (named, said)
    answer = call(*command, *saved(folder, better), *now)
    assert answer.code == 0, answer.errors
    assert f"{rule} in " not in answer.out


@pytest.fixture(scope="module")
def tables():
    return small_tables()


@pytest.mark.parametrize("case", once_a_rule(CELLS), ids=lambda case: case[0])
def test_what_a_message_of_cells_names_is_typed_and_the_tables_are_read(case, tables, tmp_path, call):
    try_both(case, tables, tmp_path, call, ["check"], {"groups": Deprivation(IMD)})


@pytest.mark.parametrize("case", once_a_rule(SERIES), ids=lambda case: case[0])
def test_what_a_message_of_series_names_is_typed_and_the_series_is_read(case, tmp_path, call):
    rule, change, options, follow, then = case
    wrapped = (rule, lambda tables: {"series": change(tables["series"])}, options,
               lambda tables: {"series": followed(follow, tables["series"], two_years())}, then)  # fmt: skip
    command = ["interruption", "--date", "2017-01", "--write", tmp_path / "plan.toml", "--overwrite"]
    try_both(wrapped, {"series": two_years()}, tmp_path, call, command, {"groups": Deprivation(IMD)})
