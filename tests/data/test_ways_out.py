"""Following the way out that a message names changes the outcome: the rule is no longer met, and the tables are read."""

import pytest

from equitymodel.cli.option_words import FLAG, in_options
from equitymodel.data.tables.rules import contract
from equitymodel.errors import EquityDataError
from tests.data import changes, series_changes
from tests.data.ways_out import CELLS, SERIES, followed, two_years

pytestmark = pytest.mark.unit

TRIED_ELSEWHERE = {"S09", "S10", "T13", "F10", "F14", "F16", "F20", "W04", "W06", "W08", "W09", "W10", "W15",
                   "E03", "M06"}  # fmt: skip
"""Whose ways out are tried where bands, lengths and unfinished periods are, and in `tests/cli/test_sent_tables.py`,
`test_read_stages.py`, `test_read_estimates.py` and `test_measured_series.py`."""


def met(read, rules_of, source, options):
    """Give the rules that a table meets, whether it is refused or read, and those that refuse it."""
    try:
        return rules_of(read(source, **options)), set()
    except EquityDataError as error:
        found = {finding.rule for finding in error.findings}
        return found, found


@pytest.mark.parametrize(("rule", "change", "options", "follow", "then"), CELLS, ids=[case[0] for case in CELLS])
def test_following_the_way_out_of_a_rule_of_cells_changes_the_outcome(
    rule, change, options, follow, then, tables, save
):
    broken = change(tables)
    assert rule in met(changes.read, changes.rules_of, save(**broken), options)[0]
    better = followed(follow, broken, tables)
    found, refused = met(changes.read, changes.rules_of, save(**better), {**options, **then})
    assert rule not in found
    assert not refused


@pytest.fixture(scope="module")
def table():
    return two_years()


@pytest.mark.parametrize(("rule", "change", "options", "follow", "then"), SERIES, ids=[case[0] for case in SERIES])
def test_following_the_way_out_of_a_rule_of_series_changes_the_outcome(rule, change, options, follow, then, table):
    broken = change(table)
    assert rule in met(series_changes.read, series_changes.rules_of, broken, options)[0]
    better = followed(follow, broken, table)
    found, refused = met(series_changes.read, series_changes.rules_of, better, {**options, **then})
    assert rule not in found
    assert not refused


def test_every_rule_whose_way_out_is_an_option_is_tried():
    with_options = {rule.id for rule in contract().values() if FLAG.search(in_options(rule.way_out))}
    assert with_options - {case[0] for case in [*CELLS, *SERIES]} == TRIED_ELSEWHERE
