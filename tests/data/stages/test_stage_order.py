import pandas as pd
import pytest

from equitymodel.data.stages.stage_order import check_start, read_order, read_periods_of
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

ROWS = pd.DataFrame({"stage": ["seen", "referred", "seen", "admitted"]})


def test_the_order_is_that_of_the_file_unless_it_is_said():
    assert read_order(ROWS, [], "first_stage", DataLog()) == ["seen", "referred", "admitted"]
    asked = ["referred", "seen", "admitted"]
    assert read_order(ROWS, asked, "first_stage", DataLog()) == asked


def test_what_the_pathway_starts_from_comes_first_and_is_given_once():
    rows = pd.DataFrame({"stage": ["seen", "need"]})
    assert read_order(ROWS, [], "need", DataLog())[:2] == ["need", "seen"]
    with pytest.raises(EquityDataError, match="W15"):
        read_order(rows, [], "need", DataLog())


def test_a_single_stage_is_no_pathway_but_with_need_before_it():
    one = pd.DataFrame({"stage": ["admitted"]})
    assert read_order(one, [], "need", DataLog()) == ["need", "admitted"]
    with pytest.raises(EquityDataError, match="W05"):
        read_order(one, [], "first_stage", DataLog())


def test_a_start_that_has_no_meaning_is_refused():
    with pytest.raises(OptionError, match="cannot start from 'nede'"):
        check_start("nede", ["need"])
    with pytest.raises(OptionError, match="no column 'need'"):
        check_start("need", [])


def test_periods_that_begin_with_no_year_stay_in_the_order_of_the_file():
    assert read_periods_of(pd.DataFrame({"period": ["Apr-22", "Apr-21"]})) == ["Apr-22", "Apr-21"]
