import pytest

from equitymodel.decision.options_file import read_options
from tests.decision.test_options_file import EVERYTHING, WHOLE

pytestmark = pytest.mark.unit


def test_what_is_missing_comes_with_what_would_fill_it():
    missing = dict(read_options(WHOLE).missing)
    assert missing["years to equity by growth alone"] == "growth under [capacity], such as 0.02 a year"
    assert read_options(EVERYTHING).missing == ()


def test_an_option_with_a_route_keeps_it_whatever_strategy_it_names():
    assert read_options(WHOLE).by_strategies == ()
