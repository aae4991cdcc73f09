import numpy as np
import pytest

from equitymodel.decision.read_effects import RULES, read_effect_options
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
EFFECT = """[[effect]]
strategy = 6
stage = "seen"
source = "made up"
all_groups = { ratio = 1.14, interval = [1.03, 1.26] }
reach = 0.6
"""
WHOLE = (
    """format = 1
seed = 3
made_up = true
months_counted = 12
horizon_months = 24
health_unit = "QALYs"
period = "2023/24"

[[effect]]
strategy = "transport systems, support and costs"
stage = "seen"
source = "judgement of the programme board"
most_deprived = { log_effect = 0.10, sd = 0.05 }
least_deprived = { log_effect = 0.02, sd = 0.05 }
correlation = 0.8
reach = [0.3, 0.2, 0.1, 0.1, 0.0]
ics = ["QE1"]
procedures = ["hip replacement"]
months_to_effect = 6
fixed_cost = 1000
cost_per_person_reached = 12.5

[per_admission]
cost = { "hip replacement" = 7000 }
capacity = { "hip replacement" = 2 }
health_gain = { "hip replacement" = 0.25 }

[capacity]
unit = "theatre hours"
spare = 10
given_up_per_admission = 2

[[together]]
name = "both"
strategies = [6, 8]
"""
    + EFFECT
)
GOOD = f"format = 1\n{EFFECT}"
BAD = {
    "E08": GOOD + EFFECT,
    "E01": GOOD + "x = ",
    "E02": GOOD.replace("reach", "reached"),
    "E04": GOOD.replace('"made up"', "3"),
    "E03": f"{GOOD}".replace('source = "made up"\n', ""),
    "E05": GOOD.replace("strategy = 6", "strategy = 60"),
    "E06": GOOD.replace("all_groups", "most_deprived"),
    "E07": GOOD.replace("ratio = 1.14", "ratio = 1.40"),
    "E09": GOOD.replace("reach = 0.6", "reach = 60"),
    "E10": GOOD + '[[together]]\nname = "both"\nstrategies = [6, 8]\n',
    "E11": "horizon_months = 12\n" + GOOD,
}


@pytest.fixture
def read(tmp_path):
    def of(text):
        path = tmp_path / "options.toml"
        path.write_text(text, encoding="utf-8")
        return read_effect_options(path)

    return of


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_file_that_breaks_a_rule_is_refused_by_that_rule_alone(rule, read):
    with pytest.raises(EquityDataError) as error:
        read(BAD[rule])
    assert [finding.rule.id for finding in error.value.findings] == [rule]


def test_a_good_file_says_what_stands_in_it(read):
    options = read(WHOLE)
    transport, reminders = options.effects
    assert (transport.number, transport.prior.most, transport.prior.least, transport.prior.correlation) == (
        8,
        0.1,
        0.02,
        0.8,
    )
    assert transport.reach == (0.3, 0.2, 0.1, 0.1, 0.0)
    assert (transport.ics, transport.procedures) == (("QE1",), ("hip replacement",))
    assert (transport.months_to_effect, transport.fixed_cost, transport.cost_per_person_reached) == (6, 1000, 12.5)
    assert reminders.prior.most == reminders.prior.least == pytest.approx(np.log(1.14))
    assert (options.seed, options.made_up, options.months_counted, options.horizon_months) == (3, True, 12, 24)
    assert options.per_admission.health_gain == {"hip replacement": 0.25}
    assert (options.capacity.unit, options.capacity.spare, options.capacity.given_up_per_admission) == (
        "theatre hours",
        10,
        2,
    )
    assert options.together == {"both": (6, 8)}
    assert options.period == "2023/24"


def test_what_is_not_stated_is_none_and_a_difference_that_is_not_stated_has_mean_0(read):
    options = read(GOOD.replace("reach = 0.6\n", ""))
    (effect,) = options.effects
    assert effect.reach is effect.months_to_effect is effect.fixed_cost is effect.cost_per_person_reached is None
    assert options.capacity is options.months_counted is options.horizon_months is None
    assert (options.per_admission.cost, options.per_admission.capacity, options.per_admission.health_gain) == (
        {},
        {},
        {},
    )
    assert effect.prior.difference_mean == 0.0


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('source = "made up"', 'source = ""', "E04"),
        ("[1.03, 1.26]", "[1.03]", "E04"),
        ("[1.03, 1.26]", "[0.0, 1.26]", "E07"),
        ("ratio = 1.14, interval", "ratio = 1.14, sd", "E06"),
        ("ratio = 1.14, interval = [1.03, 1.26]", "", "E06"),
        ("reach = 0.6", "reach = 0.6\ncorrelation = 2", "E04"),
        ("reach = 0.6", "reach = 0.6\nfixed_cost = -1", "E04"),
        ("reach = 0.6", "reach = 0.6\n[per_admission]\ncost = 7000", "E04"),
        ("reach = 0.6", "reach = 0.6\n[per_admission]\nhealth_gain = { hip = 1 }", "E03"),
        ("reach = 0.6", 'reach = 0.6\n[capacity]\nunit = "beds"', "E03"),
        ("reach = 0.6", 'reach = 0.6\n[capacity]\nunit = "beds"\nspare = { A = "x" }', "E04"),
        ("reach = 0.6", "reach = 0.6\n[per_admission]\ncapacity = { hip = -1 }", "E04"),
        ("reach = 0.6", 'reach = 0.6\n[[together]]\nname = "As now"\nstrategies = [6]', "E10"),
        ("strategy = 6", "strategy = true", "E04"),
        ("strategy = 6\n", "", "E03"),
    ],
)
def test_what_has_no_meaning_is_refused(old, new, rule, read):
    with pytest.raises(EquityDataError) as error:
        read(GOOD.replace(old, new))
    assert [finding.rule.id for finding in error.value.findings] == [rule]


def test_one_strategy_may_act_on_one_passage_of_different_procedures(read):
    hip, knee = (EFFECT.replace("reach", f'procedures = ["{name}"]\nreach') for name in ("hip", "knee"))
    assert len(read(f"format = 1\n{hip}{knee}").effects) == 2
    with pytest.raises(EquityDataError, match="E08"):
        read(f"format = 1\n{hip}{EFFECT}")


def test_spare_capacity_may_differ_between_ics(read):
    text = GOOD + '[capacity]\nunit = "beds"\nspare = { QE1 = 3, QOP = 0 }\n'
    assert read(text).capacity.spare == {"QE1": 3.0, "QOP": 0.0}


def test_persons_are_refused(read):
    with pytest.raises(OptionError, match="'patient_id' identifies persons; strategies are weighed for groups"):
        read(GOOD + "patient_id = 1\n")
    with pytest.raises(OptionError, match="'rank_patients' asks for an order of persons"):
        read("rank_patients = true\n" + GOOD)
