"""A checklist as a section: what is open, whose items they are, and each of them."""

import pandas as pd
import pytest

from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.checklist_status import AUTO, NEEDS_USER
from equitymodel.report.content.checklist_section import checklist_section, checklist_table

pytestmark = pytest.mark.unit
ROW = {"section": "Data", "item": "Sources", "status": AUTO, "answer": "a.csv"}


def test_the_checklist_of_an_evaluation_is_whole(gap_evaluation):
    made = reporting_checklist(gap_evaluation)
    assert len(checklist_table(made).texts) == len(made)


def test_it_says_what_is_open_and_whose_items_these_are():
    said, table = checklist_section(pd.DataFrame([ROW, ROW | {"status": NEEDS_USER}]), ("GATHER", "BARG")).blocks
    assert said.text == "Not complete: 1 of 2 items need you. Items follow published recommendations: GATHER; BARG."
    assert table.texts[0] == ["Data", "Sources", AUTO, "a.csv"]
