"""What the numbers of a population count is one of two words."""

import pytest

from equitymodel.data.tables.people_units import MOST_ADMISSIONS, PeopleUnits
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def test_a_population_is_person_years_unless_said_otherwise():
    assert PeopleUnits() == PeopleUnits("person_years", MOST_ADMISSIONS)


def test_an_unknown_word_is_answered_with_the_nearest():
    with pytest.raises(OptionError, match="Did you mean 'residents'"):
        PeopleUnits("resident")


@pytest.mark.parametrize("most", [0.0, -1.0, float("nan")])
def test_some_admissions_must_be_possible(most):
    with pytest.raises(OptionError, match="above 0"):
        PeopleUnits("person_years", most)
