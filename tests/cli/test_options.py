from typing import get_args

import pytest

from equitymodel.cli.known_names import TO_2026
from equitymodel.cli.options import MOST_SHOWN, OPTIONS, SECTIONS, lines_of, option_named, options_of
from equitymodel.data.series.periods import DAYS, FrequencyName, Gaps, Week
from equitymodel.data.series.series_rows import Exposure
from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT
from equitymodel.data.tables.areas import AreaCheck
from equitymodel.spec.interim import PLANNED_MONTHS
from equitymodel.spec.interruption import OUTCOMES, SHAPES

pytestmark = pytest.mark.unit
COMMANDS = ("check", "run", "demo", "interruption", "backlog", "stages")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shape", SHAPES),
        ("outcome", OUTCOMES),
        ("exposure", get_args(Exposure)),
        ("days", DAYS),
        ("incomplete", tuple(RULE_OF_ABSENT)),
        ("gaps", get_args(Gaps)),
        ("frequency", get_args(FrequencyName)),
        ("week", get_args(Week)),
        ("areas", (*get_args(AreaCheck), TO_2026)),
    ],
)
def test_words_are_those_of_the_stage_that_acts_on_them(name, words):
    assert set(option_named("interruption", name).words) == set(words)


def test_engines_and_kinds_of_error_are_those_that_there_are():
    from equitymodel.inference.fit_model import ENGINES
    from equitymodel.inference.grouped.need_error import KINDS

    assert option_named("run", "engine").words == option_named("demo", "engine").words == ENGINES
    assert option_named("run", "need_error").words == KINDS


def test_looks_end_where_the_last_one_is_planned():
    assert option_named("interruption", "looks").most == PLANNED_MONTHS


def test_options_of_earlier_command_lines_are_all_there():
    earlier = {
        "check": "admissions population need rates not_offered group reference_group most_deprived deprivation_index "
                 "incomplete small_numbers age_bands sexes_apart areas ignore_column",
        "run": "admissions population out need rates not_offered group reference_group most_deprived deprivation_index "
               "incomplete small_numbers age_bands sexes_apart rate_error areas ignore_column model seed engine draws "
               "need_error under_recording_sd need_feedback force overwrite",
        "demo": "out seed engine draws overwrite",
        "interruption": "series date out plan_only placebo_series explore_start shape outcome lag washout ramp_months "
                        "smallest_change looks exposed start model slope harmonics exposure breaks days drop_last "
                        "most_deprived deprivation_index incomplete small_numbers areas ignore_column seed overwrite",
    }  # fmt: skip
    for command, names in earlier.items():
        assert set(names.split()) <= set(options_of(command))
    defaults = {"seed": 1, "engine": "nuts", "group": "deprivation", "incomplete": "error", "areas": "icb"}
    assert {name: option_named("run", name).default for name in defaults} == defaults
    assert option_named("demo", "engine").default == "laplace"
    assert option_named("interruption", "breaks").default == "england_pandemic"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_is_one_entry_and_one_line(command):
    entries = [option for option in OPTIONS if command in option.commands]
    assert len(entries) == len(options_of(command))
    assert all(option.section in SECTIONS or option.name == "write" for option in entries)
    assert set(lines_of(command)) == {option.name for option in entries} - {"write"}
    assert sum(command in option.shown for option in entries) < MOST_SHOWN


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: f"{option.name}-{option.commands[-1]}")
def test_each_entry_holds_together(option):
    assert option.meaning.endswith(".")
    assert set(option.shown) | set(option.required) <= set(option.commands) <= set(COMMANDS)
    words = option.words() if callable(option.words) else option.words
    assert option.default is None or not words or option.default in words
    for other in filter(None, (option.goes_with, option.apart_from)):
        assert all(other in options_of(command) for command in option.commands)


def test_check_takes_what_run_does_so_that_it_can_write_it():
    assert set(options_of("run")) <= set(options_of("check"))


def test_an_idea_has_one_word_and_one_kind_in_every_command():
    for name in {option.name for option in OPTIONS}:
        kinds = {option.kind for option in OPTIONS if option.name == name}
        sections = {option.section for option in OPTIONS if option.name == name}
        assert len(kinds) == len(sections) == 1, name
