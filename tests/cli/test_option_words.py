"""Messages at the command line name options, and what they say can be typed."""

import pytest

from equitymodel.cli.option_words import for_command, in_options
from equitymodel.cli.options import options_of
from equitymodel.data.tables.rules import contract
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit

TYPED = [
    ("say week='starting' or week='ending'", "say --week starting or --week ending"),
    ("gaps='keep' leaves a gap", "--gaps keep leaves a gap"),
    ("day_first=True or day_first=False", "--day-first or --no-day-first"),
    ("leave it out with drop_last=1, or breaks=None", "leave it out with --drop-last 1, or --breaks none"),
    ("leave it out with drop_last, or delete", "leave it out with --drop-last, or delete"),
    ("a ramp needs ramp_months: it grows over ramp_months", "a ramp needs --ramp-months: it grows over --ramp-months"),
    ("washout='1w' or more", "--washout 1w or more"),
    ("frequency='annual' says so", "--frequency annual says so"),
    ("Say planned_months=30 or more", "Say --planned-months 30 or more"),
    ("column 'drop_last', ics=QE1 and other='x' stay", "column 'drop_last', ics=QE1 and other='x' stay"),
]


@pytest.mark.parametrize(("said", "typed"), TYPED)
def test_arguments_are_said_as_options(said, typed):
    assert in_options(said) == typed


def test_every_option_that_a_rule_names_is_one_of_the_command_that_reads_series():
    flags = {option.flag for option in options_of("interruption").values()} | {"--no-day-first"}
    for rule in contract().values():
        if rule.id.startswith("T"):
            named = {word.strip(".,;:") for word in in_options(rule.way_out).split() if word.startswith("--")}
            assert named <= flags, rule.id
            assert "='" not in in_options(rule.way_out)


def test_who_was_exposed_is_said_as_it_is_typed():
    with pytest.raises(SpecError) as refused:
        Interruption("2023-04", exposed={"ics": ("QE1",)}, starts={"QOP": "2023-07"})
    assert "--exposed ics=" in in_options(str(refused.value))


def test_a_way_out_by_an_option_that_the_command_declares_itself_is_said():
    said = "Missing.\nWay out: add them; gaps='keep' leaves a gap; --force goes on."
    assert for_command(said, "monitor") == "Missing.\nWay out: add them; --gaps keep leaves a gap."


def test_a_row_does_not_say_to_type_an_option_that_the_command_lacks():
    said = "K01 in series.\n  column 'expected_admissions'; there is 'population': say --exposure population to use it"
    assert for_command(said, "interruption") == said
    assert for_command(said, "monitor") == "K01 in series.\n  column 'expected_admissions'"
