import pytest

from equitymodel.data.tables.rules import Rule
from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
RULE = Rule("R05", "error", "two records have one number", "give each its own")


def test_a_file_that_breaks_nothing_raises_nothing():
    FileLog("own.toml", by_id([RULE])).raise_errors()


def test_every_broken_rule_is_said_once_with_at_most_five_places():
    log = FileLog("own.toml", by_id([RULE]))
    for number in range(7):
        log.add("R05", f"number {number}")
    with pytest.raises(EquityDataError) as error:
        log.raise_errors()
    said = str(error.value)
    assert "R05 in own.toml: two records have one number (7 places)." in said
    assert "number 4" in said
    assert "number 5" not in said
    assert "... and 2 more" in said
    assert said.endswith("Way out: give each its own.")
