from pathlib import Path

import pandas as pd
import pytest

from equitymodel.decision.read_register import RULES, read_register, read_strategies, register_text
from equitymodel.decision.strategy_record import MARKED, STAGES
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
EVALUATIONS = Path(__file__).parents[3] / "shared" / "data" / "published_equity_evaluations.csv"
MARKS = '[marks]\nlocal = ["name", "stage", "mechanism", "acts_at", "passage"]\n'
STRATEGY = """[[strategy]]
number = 19
name = "Escorts to appointments"
stage = "B"
mechanism = "company on the way"
acts_at = ["targeted"]
passage = "from referral to being seen"
"""
EVIDENCE = """[[strategy.evidence]]
claim = "More were seen."
measure = "risk ratio of being seen"
effect = 1.2
interval = [1.1, 1.3]
design = "before and after"
population = "one clinic"
source = "local audit, 2025"
directness = "direct"
by_deprivation = "no"
read = "local"
"""
LEGAL = """[[legal]]
law = "An Act"
says = "So."
bears_on = [6]
checked = 2026-01-31
checked_against = "the text"
"""
GOOD = f"format = 1\n{LEGAL}{MARKS}{STRATEGY}{EVIDENCE}"
BAD = {
    "R01": GOOD + "name = ",
    "R05": f"{GOOD}{STRATEGY}",
    "R02": GOOD.replace("passage =", "pasage ="),
    "R06": GOOD.replace("number = 19", "number = 6"),
    "R07": GOOD.replace('"passage"]', '"passage"]\ninferred = ["name"]'),
    "R08": GOOD.replace("local = [", "published = ["),
    "R03": GOOD.replace('mechanism = "company on the way"\n', ""),
    "R09": GOOD.replace("effect = 1.2", "effect = 1.4"),
    "R10": GOOD.replace('source = "local audit, 2025"', 'source = "unknown"'),
    "R04": f"{GOOD}".replace('stage = "B"', 'stage = "F"'),
    "R11": GOOD.replace("bears_on = [6]", "bears_on = [25]"),
}


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_file_that_breaks_a_rule_is_refused_by_that_rule_alone(rule, own):
    with pytest.raises(EquityDataError) as error:
        read_strategies(own(BAD[rule]))
    assert {finding.rule.id for finding in error.value.findings} - {"R03"} <= {rule}
    assert rule in str(error.value)
    assert "Way out: " in str(error.value)


def test_a_good_file_adds_its_strategy(own):
    register = read_strategies(own(GOOD))
    assert len(register) == 19
    assert register.find("escorts to appointments").local
    assert not register.find(6).local
    assert register.law_of(register.find(6))[-1].law == "An Act"
    assert register.law_of(register.find(19))[-1].law != "An Act"


def test_a_part_that_is_known_has_to_be_marked(own):
    with pytest.raises(EquityDataError, match="strategy 19: passage is known, and not marked"):
        read_strategies(own(GOOD.replace(', "passage"]', "]")))


def test_a_name_of_the_register_under_another_number_is_refused(own):
    with pytest.raises(EquityDataError, match="is a name of the register"):
        read_strategies(own(GOOD.replace("Escorts to appointments", "Carer support")))


def test_local_evidence_stands_beside_that_of_the_register(own):
    usual = read_strategies().find(6)
    text = GOOD.replace("number = 19", "number = 6").replace("Escorts to appointments", usual.name)
    amended = read_strategies(own(text)).find(6)
    assert amended.evidence[:-1] == usual.evidence
    assert amended.evidence[-1].local
    assert amended.local
    assert amended.mechanism == "company on the way"


def test_a_copy_of_the_register_changes_nothing(own):
    copied = read_strategies(own(register_text()))
    assert copied.strategies == read_strategies().strategies
    assert copied.legal == read_strategies().legal


def test_a_file_that_identifies_persons_is_refused(own):
    with pytest.raises(OptionError, match="'nhs_number' identifies persons"):
        read_strategies(own(GOOD + 'nhs_number = "9434765919"\n'))


def test_the_register_has_the_eighteen_strategies_in_their_stages():
    register = read_strategies()
    assert [one.number for one in register] == list(range(1, 19))
    assert "".join(one.stage for one in register) == "AAAAABBBBBCCCCDDEE"
    assert set(STAGES) == {one.stage for one in register}
    assert [one.number for one in register if one.contested == "yes"] == [16]


def test_all_that_a_record_says_is_marked_and_costs_and_effects_are_unknown():
    for one in read_strategies():
        assert set(one.marks) == set(MARKED)
        assert {one.marks[part] for part in ("reach", "months_to_effect", "unit_cost", "capacity", "health_gain")} == {
            "unknown"
        }
        assert one.marks["name"] == one.marks["stage"] == "published"
        assert one.marks["mechanism"] == one.marks["acts_at"] == "inferred"


def test_every_piece_of_evidence_names_its_source_and_how_it_was_read():
    found = [(one.number, piece) for one in read_strategies() for piece in one.evidence]
    assert len(found) == 14
    assert all(piece.source and piece.read and piece.design for _, piece in found)
    assert {number for number, _ in found} == {1, 4, 6, 11, 15, 16}


@pytest.mark.skipif(not EVALUATIONS.exists(), reason="open data are not here")
def test_published_effects_are_those_of_the_table_of_evaluations():
    table = pd.read_csv(EVALUATIONS)
    rows = set(zip(table["value"], table["lower95"], table["upper95"], strict=True))
    by_url = set(table["url"])
    checked = 0
    for one in read_strategies():
        for piece in one.evidence:
            if piece.url in by_url and piece.interval:
                assert (piece.effect, *piece.interval) in rows, piece.claim
                checked += 1
    assert checked == 4


def test_every_law_has_a_date_and_is_not_advice():
    assert all(entry.checked.year >= 2026 and "not legal advice" in str(entry) for entry in read_strategies().legal)


def test_the_text_of_a_register_is_held_against_its_own_numbers_alone():
    assert len(read_register(GOOD, file="x.toml", local=False)) == 1
