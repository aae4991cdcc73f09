"""OPTIONS.toml: read as it was written, and every mistake named with the way out."""

from pathlib import Path

import pytest

from equitymodel.decision.options_file import CapacityLimit, DeclaredOption, HealthGain, read_options, read_options_file
from equitymodel.errors import SpecError

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


def test_a_whole_file_is_read_as_it_was_written():
    read = read_options(WHOLE)
    assert read.options == (
        DeclaredOption("as now", cost_per_admission=0.0),
        DeclaredOption("level up by half", "level_up", "8", 0.5, 6500.0, 20000.0),
    )
    assert [(item.name, item.better, item.worst, item.best) for item in read.criteria] == [
        ("most_deprived", "more", 0.0, 200.0), ("cost", "less", None, None),
    ]  # fmt: skip
    assert read.weights.words == "most_deprived over cost; cost 0.1 to 0.4"
    assert read.weights_of == "panel"
    assert read.capacity == CapacityLimit(3090.0, "slots of theatre", {"1": 1.06})
    assert read.health == HealthGain(0.25, 15_000.0)
    assert read.left_out == ()


def test_the_file_of_the_guide_is_read(blocks):
    guide = Path(__file__).parents[2] / "docs" / "choosing.md"
    (example,) = blocks(guide.read_text(encoding="utf-8"), "toml")
    assert read_options(example).left_out == ()


def test_what_the_file_does_not_say_is_left_out_and_said():
    read = read_options(
        'format = 1\nquestion = "Which?"\n[[criterion]]\nname = "gap"\nbetter = "more"\n'
        '[[option]]\nname = "a"\n[[option]]\nname = "b"\nroute = "zero_sum"\n'
    )
    assert (read.capacity, read.health, read.weights_of, read.weights.words) == (None, None, "none", "any weights")
    assert [said.split(" is left out")[0].split(" are left out")[0] for said in read.left_out] == [
        "Net health benefit by group", "Costs", "The frontier under a capacity",
    ]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "says"), [
    ("format = 1", "format = 2", "format 2 is not known"),
    ("format = 1", "format = [", "not valid TOML"),
    ("question =", "qestion =", "Did you mean 'question'"),
    ('name = "cost"', 'name = "costs"', "Did you mean 'cost'"),
    ('better = "less"', 'better = "fewer"', "'more' or 'less', not 'fewer'"),
    ("worst = 0\n", "", "give worst and best, or neither"),
    ("best = 200", "best = -200", "so best is above worst"),
    ('of = "panel"', 'of = "pannel"', "Did you mean 'panel'"),
    ('order = ["most_deprived", "cost"]', 'order = "cost"', "the most important first"),
    ("cost = [0.1, 0.4]", "cost = 0.1", "the lowest and the highest weight"),
    ("cost = [0.1, 0.4]", "cost = [0.4, 0.1]", "from the lower to the higher"),
    ("cost = [0.1, 0.4]", "costs = [0.1, 0.4]", "no criterion 'costs'"),
    ("total = 3090", "total = -1", "'total' is a number from 0, not -1"),
    ("{ 1 = 1.06 }", "{ 1 = 0 }", "takes some capacity"),
    ("{ 1 = 1.06 }", "1.06", "under \\[per_admission\\]"),
    ('unit = "slots of theatre"', "", "lacks 'unit'"),
    ("threshold = 15_000", "threshold = 0", "is above 0"),
    ("closure = 0.5", "closure = 1.5", "from 0 to 1, not 1.5"),
    ("closure = 0.5", "closure = true", "not True"),
    ("closure = 0.5", "closure = nan", "not nan"),
    ('route = "level_up"', 'route = "levelup"', "Did you mean 'level_up'"),
    ('name = "level up by half"', 'name = "as now"', "each with a name of its own"),
    ("cost_per_admission = 6500\n", "", "each needs cost_per_admission"),
    ('currency = "GBP"', "", "costs need a currency"),
    ("[[option]]", "[option]", "TOML|under a \\[\\[option\\]\\] heading"),
])  # fmt: skip
def test_every_mistake_is_named_with_the_way_out(written, instead, says):
    assert written in WHOLE
    with pytest.raises(SpecError, match=says):
        read_options(WHOLE.replace(written, instead))


def test_a_file_is_named_where_it_is_wrong_or_absent(tmp_path):
    (tmp_path / "OPTIONS.toml").write_text(WHOLE.replace("format = 1", "format = 9"))
    with pytest.raises(SpecError, match=r"OPTIONS.toml: format 9 is not known"):
        read_options_file(tmp_path / "OPTIONS.toml")
    with pytest.raises(SpecError, match="cannot be read as a file of options"):
        read_options_file(tmp_path / "none.toml")
    (tmp_path / "OPTIONS.toml").write_text(WHOLE)
    assert read_options_file(tmp_path / "OPTIONS.toml") == read_options(WHOLE)
