import pytest

from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.register_words import NO_EVIDENCE, strategy_words

pytestmark = pytest.mark.unit


def test_a_contested_strategy_says_so_with_what_the_panel_supported():
    register = read_strategies()
    said = strategy_words(register.find(16), register)
    assert "whether it is contested: yes" in said
    assert "less supported" in said
    assert said.index("Published") < said.index("Inferred") < said.index("Unknown") < said.index("Evidence")
    assert said.count("This is not legal advice.") == 4


def test_no_evidence_is_said_not_to_be_evidence_of_no_effect():
    register = read_strategies()
    assert NO_EVIDENCE in strategy_words(register.find(12), register)
    assert NO_EVIDENCE not in strategy_words(register.find(6), register)
