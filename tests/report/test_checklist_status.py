"""How items of a checklist stand."""

import pandas as pd
import pytest

from equitymodel.report.checklist_status import AUTO, NEEDS_USER, NOT_APPLICABLE, asks, checklist_summary, says

pytestmark = pytest.mark.unit


def test_it_is_complete_when_nothing_is_asked():
    assert checklist_summary(pd.DataFrame({"status": [AUTO, NOT_APPLICABLE]})) == "Complete."
    assert checklist_summary(pd.DataFrame({"status": [AUTO, NEEDS_USER]})) == "Not complete: 1 of 2 items need you."


def test_what_is_asked_and_what_is_said_are_alike_for_every_result():
    assert asks("Who paid?")(1) == (NEEDS_USER, "Who paid?")
    assert says("by hash")(1) == (AUTO, "by hash")
