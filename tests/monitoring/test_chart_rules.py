"""Sets of rules differ by their flags, and refuse flags without meaning."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_rules import RULE_SETS, RUN, TWO_OF_THREE, ChartRules, chart_rules

pytestmark = pytest.mark.unit


def test_the_two_sets_of_the_nhs_differ_by_two_flags():
    mdc, dots = (vars(RULE_SETS[name]) for name in ("mdc", "plotthedots"))
    assert {name for name in mdc if mdc[name] != dots[name]} == {"name", "states", "screen", "near_counts_outside"}


def test_sustained_asks_for_runs_first_and_not_for_two_of_three():
    rules = chart_rules("sustained")
    assert rules.order[0] == RUN
    assert TWO_OF_THREE not in rules.order
    assert (rules.fix_after, rules.rebase_at_runs, rules.hold_back_days) == (20, True, 21)


def test_changed_flags_are_in_the_name():
    assert chart_rules("mdc", run_length=6).name == "mdc, run_length=6"


@pytest.mark.parametrize(
    "make",
    [
        lambda: chart_rules("mcd"),
        lambda: chart_rules("mdc", runlength=6),
        lambda: chart_rules("mdc", name="mine"),
        lambda: chart_rules("mdc", run_length=2),
        lambda: chart_rules("mdc", trend_length=2),
        lambda: chart_rules("mdc", fix_after=5),
        lambda: chart_rules("mdc", hold_back_days=-1),
        lambda: chart_rules("mdc", screen="yes"),
        lambda: ChartRules("own", "", order=("outside",)),
    ],
)
def test_what_has_no_meaning_is_refused(make):
    with pytest.raises(OptionError):
        make()
