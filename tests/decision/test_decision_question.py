import pytest

from equitymodel.decision.options_file import read_options
from tests.decision.test_options_file import EVERYTHING, WHOLE

pytestmark = pytest.mark.unit


def test_what_is_missing_comes_with_what_would_fill_it():
    missing = dict(read_options(WHOLE).missing)
    assert missing["years to equity by growth alone"] == "growth under [capacity], such as 0.02 a year"
    assert read_options(EVERYTHING).missing == ()


def test_life_expectancy_that_falls_from_the_most_deprived_is_doubted():
    assert read_options(EVERYTHING).doubt == read_options(WHOLE).doubt == ""
    turned = read_options(EVERYTHING.replace("1 = 63.2", "1 = 80.2"))
    assert "group 1, the most deprived, is above that of group 5" in turned.doubt


def test_an_option_with_a_route_keeps_it_whatever_strategy_it_names():
    assert read_options(WHOLE).by_strategies == ()
