import inspect

import pytest

import equitymodel.errors
from equitymodel.errors import ComputationError, EquityDataError, EquityModelError, OptionError

pytestmark = pytest.mark.unit
ERRORS = [error for _, error in inspect.getmembers(equitymodel.errors, inspect.isclass) if issubclass(error, Exception)]


class Finding:
    def __init__(self, words):
        self.words = words

    def explain(self):
        return self.words


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_one_root_so_that_a_user_can_catch_them_all(error):
    assert issubclass(error, EquityModelError)


def test_an_argument_without_meaning_is_a_value_error_for_those_who_expect_one():
    assert issubclass(OptionError, ValueError)
    assert issubclass(ComputationError, ArithmeticError)


def test_each_broken_rule_is_explained_in_a_paragraph_of_its_own():
    error = EquityDataError([Finding("K01: a column is missing."), Finding("S03: bands overlap.")])
    assert str(error) == "The data break 2 rules of the contract.\n\nK01: a column is missing.\n\nS03: bands overlap."
    assert [finding.words for finding in error.findings] == ["K01: a column is missing.", "S03: bands overlap."]


def test_one_broken_rule_is_one_rule():
    assert str(EquityDataError([Finding("K01.")])).startswith("The data break 1 rule of the contract.")
