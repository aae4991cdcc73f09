"""OPTIONS.toml: read as it was written, and every mistake named with the way out."""

from pathlib import Path

import pytest

from equitymodel.decision.decision_question import CapacityLimit, DeclaredOption, HealthGain, PilotPlan
from equitymodel.decision.options_file import RULES, read_options, read_options_file
from equitymodel.decision.read_effects import made_up_choice
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
WHOLE = """
format = 1
question = "What to do about hip replacement in Devon?"
currency = "GBP"

[[criterion]]
name = "most_deprived"
better = "more"
worst = 0
best = 200

[[criterion]]
name = "cost"
better = "less"

[weights]
of = "panel"
order = ["most_deprived", "cost"]
[weights.range]
cost = [0.1, 0.4]

[capacity]
total = 3090
unit = "slots of theatre"
per_admission = { 1 = 1.06 }

[health]
per_admission = 0.25
threshold = 15_000

[[option]]
name = "as now"
cost_per_admission = 0

[[option]]
name = "level up by half"
route = "level_up"
strategy = "8"
closure = 0.5
cost_per_admission = 6500
fixed_cost = 20000
"""

EVERYTHING = (
    WHOLE.replace("format = 1", 'format = 1\neffects = "effects.toml"').replace(
        'unit = "slots of theatre"', 'unit = "slots of theatre"\ngrowth = 0.02'
    )
    + """
[[option]]
name = "reminders"
strategy = 6
cost_per_admission = 6500

[[option]]
name = "both"
strategy = ["6", "1"]
cost_per_admission = 6500

[health.expectancy]
1 = 63.2
2 = 67.7
3 = 70.0
4 = 73.2
5 = 75.1
[health.people]
1 = 1000
2 = 1000
3 = 1000
4 = 1000
5 = 1000

[pilot]
option = "reminders"
months = [12, 24]
before = 36
admissions = 300
noise = 0.02
"""
)


def test_a_whole_file_is_read_as_it_was_written():
    read = read_options(WHOLE)
    assert read.options == (
        DeclaredOption("as now", cost_per_admission=0.0),
        DeclaredOption("level up by half", "level_up", ("8",), 0.5, 6500.0, 20000.0),
    )
    assert [(item.name, item.better, item.worst, item.best) for item in read.criteria] == [
        ("most_deprived", "more", 0.0, 200.0), ("cost", "less", None, None),
    ]  # fmt: skip
    assert read.weights.words == "most_deprived over cost; cost 0.1 to 0.4"
    assert read.weights_of == "panel"
    assert read.capacity == CapacityLimit(3090.0, "slots of theatre", {"1": 1.06})
    assert read.health == HealthGain(0.25, 15_000.0)
    assert [what for what, _ in read.missing] == [
        "equity weights and the equity impact plane", "years to equity by growth alone", "what a pilot is worth",
    ]  # fmt: skip


def test_a_file_that_says_all_leaves_nothing_out():
    read = read_options(EVERYTHING)
    assert read.left_out == ()
    assert (read.effects, read.capacity.growth) == ("effects.toml", 0.02)
    assert read.pilot == PilotPlan("reminders", (12, 24), 36, 300.0, 0.02)
    assert read.health.people == dict.fromkeys("12345", 1000.0)
    assert [(option.name, option.route, option.strategies) for option in read.by_strategies] == [
        ("reminders", None, ("6",)), ("both", None, ("6", "1")),
    ]  # fmt: skip


def test_the_file_of_the_guide_is_the_one_that_ships(blocks):
    guide = Path(__file__).parents[2] / "docs" / "choosing.md"
    (example,) = blocks(guide.read_text(encoding="utf-8"), "toml")
    assert example == made_up_choice()
    assert read_options(example).left_out == ()


def test_what_the_file_does_not_say_is_left_out_and_said():
    read = read_options(
        'format = 1\nquestion = "Which?"\n[[criterion]]\nname = "gap"\nbetter = "less"\n'
        '[[option]]\nname = "a"\n[[option]]\nname = "b"\nroute = "zero_sum"\n'
    )
    assert (read.capacity, read.health, read.weights_of, read.weights.words) == (None, None, "none", "any weights")
    assert [what for what, _ in read.missing] == [
        "net health benefit by group", "equity weights and the equity impact plane", "costs",
        "the frontier under a capacity", "years to equity by growth alone", "what a pilot is worth",
    ]  # fmt: skip
    assert read.left_out[2] == "Left out: costs. cost_per_admission of every option would fill it."


def refusal(text, written, instead):
    """Read a text with one thing written otherwise, which is refused, and give the words."""
    assert written in text
    with pytest.raises(EquityDataError) as refused:
        read_options(text.replace(written, instead))
    return str(refused.value)


@pytest.mark.parametrize(("written", "instead", "rule", "says"), [
    ("format = 1", "format = 2", "O04", "format is 2; this version reads format = 1"),
    ("format = 1", "format = [", "O01", "Way out: mend the line that is named"),
    ("question =", "qestion =", "O02", "Did you mean 'question'"),
    ('name = "cost"', 'name = "costs"', "O04", "criterion 2: name is one of most_deprived, total, gap, cost, health, not 'costs'"),
    ('better = "less"', 'better = "fewer"', "O04", "one of more, less, not 'fewer'"),
    ("worst = 0\n", "", "O07", "criterion 1: one of worst and best is not there"),
    ('name = "cost"\nbetter = "less"', 'name = "gap"\nbetter = "more"', "O13", "criterion 2: gap with better = 'more'"),
    ('better = "less"', 'better = "more"', "O13", "criterion 2: cost with better = 'more'"),
    ('name = "cost"\nbetter = "less"', 'name = "gap"\nbetter = "less"\nworst = 1\nbest = 0.6', "O07", "worst 1 and best 0.6"),
    ('name = "cost"\nbetter = "less"', 'name = "gap"\nbetter = "less"\nworst = 0\nbest = 1', "O07", "rate ratios, above 0"),
    ("best = 200", "best = -200", "O07", "best is above worst where more is better"),
    ('of = "panel"', 'of = "pannel"', "O04", "one of board, panel, public, none"),
    ('order = ["most_deprived", "cost"]', "order = 1", "O04", "order is a list of texts"),
    ("cost = [0.1, 0.4]", "cost = 0.1", "O06", "the lowest and the highest weight"),
    ("cost = [0.1, 0.4]", "cost = [0.4, 0.1]", "O06", "from the lower to the higher"),
    ("cost = [0.1, 0.4]", "costs = [0.1, 0.4]", "O06", "no criterion 'costs'"),
    ("total = 3090", "total = -1", "O04", "total is a number, 0 or more, not -1"),
    ("total = 3090", "total = 0", "O09", "capacity: total"),
    ('name = "as now"', 'name = "Today"', "O15", "option 'Today': on the frontier under a capacity"),
    ('name = "level up by half"', 'name = "As  now"', "O05", "as now, As  now"),
    ('better = "less"', 'better = "less"\nworst = 5\nbest = 5', "O07", "better is 'less', worst 5 and best 5"),
    ("{ 1 = 1.06 }", "{ 1 = 0 }", "O09", "capacity: per_admission of 1"),
    ('strategy = "8"', 'strategy = ["8", 8]', "O04", "names each strategy once"),
    ("{ 1 = 1.06 }", "1.06", "O04", "per_admission is a table of words"),
    ('unit = "slots of theatre"', "", "O03", "capacity: unit"),
    ("threshold = 15_000", "threshold = 0", "O09", "health: threshold"),
    ("closure = 0.5", "closure = 1.5", "O04", "a number from 0 to 1, not 1.5"),
    ("closure = 0.5", "closure = true", "O04", "not True"),
    ("closure = 0.5", "closure = nan", "O04", "not nan"),
    ('route = "level_up"', 'route = "levelup"', "O04", "one of no_change, level_up"),
    ('name = "level up by half"', 'name = "as now"', "O05", "each with a name of its own"),
    ("cost_per_admission = 6500\n", "", "O11", "cost_per_admission of 'level up by half'"),
    ('currency = "GBP"', "", "O11", "the file: currency"),
])  # fmt: skip
def test_every_mistake_is_named_with_its_rule_and_the_way_out(written, instead, rule, says):
    words = refusal(WHOLE, written, instead)
    assert f"{rule} in the options" in words
    assert says in words
    assert "Way out: " in words


def test_names_that_differ_only_in_how_an_accent_is_stored_are_alike_and_today_is_free_without_a_capacity():
    composed, apart = "caf\u00e9", "cafe\u0301"
    text = WHOLE.replace('name = "as now"', f'name = "{composed}"')
    assert "O05" in refusal(text, 'name = "level up by half"', f'name = "{apart}"')
    free = WHOLE.replace('name = "as now"', 'name = "today"')
    without = free[: free.index("[capacity]")] + free[free.index("[health]") :]
    assert read_options(without).options[0].name == "today"


def test_all_mistakes_are_named_at_once():
    wrong = (
        WHOLE.replace("closure = 0.5", "closure = 2").replace("threshold =", "treshold =").replace("worst = 0\n", "")
    )
    with pytest.raises(EquityDataError) as refused:
        read_options(wrong)
    assert [line[:3] for line in str(refused.value).splitlines() if line.startswith("O")] == [
        "O07",
        "O04",
        "O02",
        "O03",
    ]


@pytest.mark.parametrize(("written", "instead", "rule", "says"), [
    ('effects = "effects.toml"', "", "O08", "option 'reminders' has a strategy and no route"),
    ("strategy = 6\n", "strategy = true\n", "O04", "a number or name of the register"),
    ("strategy = 6\n", "strategy = 6\nclosure = 0.5\n", "O08", "closure is how far a route is gone"),
    ("growth = 0.02", "growth = 0", "O09", "capacity: growth"),
    ("growth = 0.02", "growth = 2", "O14", "capacity: growth = 2, 200% a year"),
    ('name = "both"', 'name = "REMINDERS"', "O05", "reminders, REMINDERS"),
    ("[health.people]\n1 = 1000", "[health.people]\n9 = 1000", "O10", "expectancy and people differ in 1, 9"),
    ("5 = 75.1", "5 = 0", "O09", "expectancy of 5"),
    ('option = "reminders"', 'option = "remindres"', "O12", "Did you mean 'reminders'"),
    ('option = "reminders"', 'option = "as now"', "O12", "a strategy and no route"),
    ("months = [12, 24]", "months = []", "O04", "whole numbers from 1"),
    ("before = 36", "before = 0.5", "O04", "a whole number, 1 or more"),
    ("admissions = 300", "admissions = 0", "O09", "pilot: admissions"),
    ("noise = 0.02", "noise = -1", "O04", "noise is a number, 0 or more"),
])  # fmt: skip
def test_mistakes_in_strategies_growth_and_pilots_are_named_too(written, instead, rule, says):
    words = refusal(EVERYTHING, written, instead)
    assert words.count(f"{rule} in") == 1
    assert says in words


def test_a_file_of_effects_is_looked_for_beside_the_options(tmp_path):
    (tmp_path / "OPTIONS.toml").write_text(EVERYTHING)
    assert read_options_file(tmp_path / "OPTIONS.toml").effects == str(tmp_path / "effects.toml")


def test_a_file_is_named_where_it_is_wrong_or_absent(tmp_path):
    (tmp_path / "OPTIONS.toml").write_text(WHOLE.replace("format = 1", "format = 9"))
    with pytest.raises(EquityDataError, match=r"O04 in OPTIONS\.toml"):
        read_options_file(tmp_path / "OPTIONS.toml")
    with pytest.raises(OptionError, match=r"none\.toml cannot be read"):
        read_options_file(tmp_path / "none.toml")
    (tmp_path / "OPTIONS.toml").write_text(WHOLE)
    assert read_options_file(tmp_path / "OPTIONS.toml") == read_options(WHOLE)


def test_every_rule_is_on_the_page():
    guide = (Path(__file__).parents[2] / "docs" / "choosing.md").read_text(encoding="utf-8")
    assert [rule.id for rule in RULES if f"| {rule.id} | {rule.states} | {rule.way_out} |" not in guide] == []


@pytest.mark.parametrize(("lines", "says"), [
    ('rule = "Faster"\nroute = "level_up"', "both a route and a rule"),
    ('specialty = "orthopaedics"', "specialty names the list of a rule"),
])  # fmt: skip
def test_an_option_goes_a_route_or_follows_a_rule(lines, says):
    text = f'format = 1\nquestion = "Which?"\ncriterion = [{{name = "total", better = "more"}}]\n[[option]]\nname = "a"\n[[option]]\nname = "b"\n{lines}\n'
    with pytest.raises(EquityDataError, match=says):
        read_options(text)
    read = read_options(text.replace(lines, 'rule = "Faster"\nspecialty = "orthopaedics"\nstrategy = 16'))
    (own,) = read.by_rules
    assert (own.rule, own.specialty, own.route, own.strategies) == ("Faster", "orthopaedics", None, ("16",))
    assert read.by_strategies == ()
