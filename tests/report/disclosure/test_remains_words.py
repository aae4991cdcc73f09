from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
from equitymodel.report.disclosure.remains_words import remains_words

pytestmark = pytest.mark.unit
RULES = disclosure_rules("hes")
LOG = pd.DataFrame({"hidden_as": ["small", "further", "further"]})
SAFE = pd.DataFrame({"cell": ["ics A"], "known_to": ["anyone"], "min": [1.0], "max": [7.0], "safe": [True]})


def test_what_is_hidden_is_counted():
    words = remains_words(SAFE, LOG, RULES, compared=True)
    assert words[0].startswith("Under the rules 'hes', 1 count of 1 to 7 is hidden, and 2 more to protect it.")
    assert "nearest 5" in words[0]
    assert words[1].startswith("From all tables of this release together")
    assert words[2].startswith("What was released before is taken as known")


def test_what_can_be_worked_out_comes_with_a_way_out():
    leak = pd.concat([SAFE.assign(min=6.0, safe=False)] * 5)
    words = remains_words(leak, LOG, RULES, compared=False)
    assert words[1].startswith(
        "NOT FIT FOR RELEASE: 5 counts can still be narrowed to less than 3: ics A (6 to 7, by anyone)"
    )
    assert "and 2 more in the audit" in words[1]
    assert "merge groups or areas" in words[1]
    assert words[2].startswith("No earlier release was given")


def test_what_was_not_looked_at_is_said():
    words = remains_words(SAFE, LOG, replace(RULES, differencing=False, alone=False, rounded_to=1), compared=True)
    assert "were not looked at" in words[2]
    assert "what someone alone in a cell knows is not counted" in words[3]
    assert "rounded" not in words[0]
    only_rounded = remains_words(SAFE, LOG, replace(disclosure_rules("none"), rounded_to=10), compared=False)
    assert only_rounded == ("Nothing is hidden; counts are rounded to the nearest 10.",)
