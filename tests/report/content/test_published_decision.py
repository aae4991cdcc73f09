"""What is published of judged options: every panel with its numbers, law as the register has it, and opened as written."""

import pandas as pd
import pytest

from equitymodel.decision.options_file import read_options
from equitymodel.decision.read_register import read_strategies
from equitymodel.errors import OptionError
from equitymodel.report.content.published_decision import (
    DECISIONS,
    NO_STRATEGY,
    NOT_SAID,
    TABLES,
    open_decision,
    options_table,
    published_decision,
)
from tests.decision.judged import with_everything, with_little
from tests.decision.test_judged_options import SHORT

pytestmark = pytest.mark.unit
REGISTER = read_strategies()


def test_every_panel_is_there_with_its_numbers_and_none_without():
    assert set(published_decision(with_everything(), {}, REGISTER).tables) == set(TABLES) - {DECISIONS}
    little = published_decision(with_little(), {}, REGISTER)
    assert set(little.tables) == {
        "rank_acceptability", "options_moved", "options_compared", "options", "value_of_information",
    }  # fmt: skip
    assert little.said("price") == ""
    assert ["costs", "cost_per_admission of every option"] in little.provenance["missing"]


def test_a_stamp_goes_with_every_table():
    stamped = published_decision(with_little(), {"stamp": "made up"}, REGISTER)
    assert all((table["stamp"] == "made up").all() for table in stamped.tables.values())


def test_law_and_legitimacy_come_from_the_register_with_the_two_laws_apart():
    question = read_options(SHORT.replace('name = "move"', 'name = "move"\nstrategy = ["16", "1"]'))
    table = options_table(question, REGISTER).set_index("option")
    assert table.loc["as now", "strategies"] == NO_STRATEGY
    assert table.loc["as now", "contested"] == NOT_SAID
    move = table.loc["move"]
    assert move["strategies"].startswith("16, ")
    assert move["contested"] == "yes; no"
    assert "section 14Z35" in move["have_regard"]
    assert "Equality" not in move["have_regard"]
    assert "a question for a lawyer" in move["equality_act"]
    assert move["does"] == "move the same total between groups until rates are equal"


def test_an_unknown_strategy_is_refused():
    with pytest.raises(OptionError, match="no strategy is called '99'"):
        options_table(read_options(SHORT.replace('name = "move"', 'name = "move"\nstrategy = "99"')), REGISTER)


def test_a_strategy_that_is_named_by_number_and_by_name_is_named_twice():
    name = REGISTER.find("6").name
    twice = SHORT.replace('name = "move"', f'name = "move"\nstrategy = ["6", "{name}"]')
    with pytest.raises(OptionError, match="names strategy 6 twice"):
        options_table(read_options(twice), REGISTER)


def test_decisions_are_added_to_what_was_published():
    log = pd.DataFrame({"choice": ["move"]})
    assert published_decision(with_little(), {}, REGISTER).deciding(log).tables[DECISIONS] is log


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(OptionError, match="holds no judged options"):
        open_decision(tmp_path)
