import datetime as dt

import pytest

from equitymodel.decision.strategy_record import LegalEntry, PublishedEvidence, Register, Strategy
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
ONE = Strategy(19, "Escorts", "B", "company", ("targeted", "service"), "to being seen", marks={"name": "local"})


def test_evidence_without_a_number_says_so():
    found = PublishedEvidence("It helped.", "unknown", None, None, "d", "p", "s", "direct", "no", "excerpt")
    assert "Effect unknown." in str(found)
    found = PublishedEvidence("It helped.", "weeks", -6.0, None, "d", "p", "s", "direct", "no", "excerpt")
    assert "Weeks -6, interval unknown." in str(found)


def test_a_law_is_said_with_its_date_and_is_no_advice():
    entry = LegalEntry("An Act", "It says so.", (16,), dt.date(2026, 11, 9), "a summary")
    assert str(entry) == "An Act: It says so. Checked 9 November 2026 against a summary. This is not legal advice."
    other = Strategy(16, "Other", "D", "order", ("individual",), "to admission")
    register = Register((other, ONE), (entry,))
    assert register.law_of(ONE) == ()
    assert register.law_of(other) == (entry,)


def test_a_strategy_is_found_by_number_and_name_and_the_nearest_is_named():
    register = Register((ONE,))
    assert register.find(19) is register.find("19") is register.find(" escorts ") is ONE
    with pytest.raises(OptionError, match="Did you mean 'Escorts'"):
        register.find("Escrots")
    with pytest.raises(OptionError, match="numbers are 1 to 19"):
        register.find(20)


def test_parts_are_given_by_where_they_come_from():
    assert ONE.parts("local") == {"name": "Escorts"}
    assert ONE.said("acts_at") == "targeted, service"
    assert ONE.said("reach") == "unknown"


def test_a_part_of_a_name_finds_the_one_that_has_it_and_several_are_named():
    other = Strategy(20, "Escorts home", "E", "company", ("targeted",), "to admission")
    register = Register((ONE, other))
    assert register.find("home") is other
    assert register.find("escorts") is ONE
    with pytest.raises(OptionError, match="Did you mean 19, 'Escorts' or 20, 'Escorts home'"):
        register.find("scort")
