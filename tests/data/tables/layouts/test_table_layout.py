import pandas as pd
import pytest

from equitymodel.data.tables.layouts.table_layout import AsContract, RawTable

pytestmark = pytest.mark.unit


def test_a_table_is_by_deprivation_unless_said_otherwise():
    assert RawTable(pd.DataFrame(), "admissions").group == "deprivation"


def test_a_table_that_is_read_lacks_nothing():
    assert AsContract(pd.DataFrame()).lacks == ()
