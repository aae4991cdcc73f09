"""The limits of the house. `uv run python benchmarks/house.py` prints every measure, and each offender by name."""

import statistics
import tomllib
from pathlib import Path

import house
import pytest
from repeated_lines import python_files, repeated

import equitymodel

pytestmark = pytest.mark.unit
FILES = house.sources()
BODIES = house.bodies(FILES)


def none(offenders):
    assert not offenders, f"{len(offenders)} to mend:\n" + "\n".join(offenders)


def test_half_of_all_bodies_have_five_lines_or_fewer():
    assert statistics.median(BODIES.values()) <= 5


def test_nine_in_ten_bodies_have_fifteen_lines_or_fewer():
    assert house.percentile(BODIES.values(), 0.9) <= 15


def test_no_file_has_more_than_four_hundred_lines():
    none([f"{file.name} ({file.lines})" for file in FILES if file.lines > 400])


def test_no_function_has_more_than_ten_parameters():
    none(house.many_parameters(FILES, 10))


def test_every_folder_of_code_is_in_the_wheel():
    settings = tomllib.loads((house.ROOT / "pyproject.toml").read_text())
    folders = {".".join(("equitymodel", *Path(file.name).parent.parts)) for file in FILES}
    assert set(settings["tool"]["setuptools"]["packages"]) == {*folders, "equitymodel.models"}


def test_every_file_has_a_test_of_its_name():
    none(house.without_test(FILES))


def test_no_two_classes_have_one_name():
    none(house.classes_twice(FILES))


def test_no_two_files_have_one_name():
    none(house.stems_twice(FILES))


def test_the_front_door_has_sixty_names_or_fewer():
    assert len(equitymodel.__all__) <= 60


def test_repeated_lines_are_a_third_of_those_before_this_house():
    """74 pairs of places before (`benchmarks/house_5746df8.json`); a pair shares six lines of one shape or more."""
    pairs = repeated(python_files(house.ROOT))
    assert len(pairs) <= 74 / 3, [f"{pair[0]}:{pair[1]} ~ {pair[2]}:{pair[3]}" for pair in pairs]


def test_only_errors_of_the_package_are_raised():
    none(house.foreign_raises(FILES))


def test_nothing_asks_a_checker_to_look_away():
    none([file.name for file in FILES if "# noqa" in file.text])
