import pytest

from equitymodel.errors import EquityDataError, OptionError
from equitymodel.waiting.rules_file import read_list_rules, read_rules_file

pytestmark = pytest.mark.unit
OPENING = 'format = 1\nquestion = "Which order?"\n'
FIRST = '[[rule]]\nname = "First come"\norder = "first_come"\n'


def rule(text, name="Other"):
    return f'{OPENING}{FIRST}[[rule]]\nname = "{name}"\n{text}'


def test_what_is_not_said_has_its_default():
    found = read_list_rules(OPENING + FIRST)
    assert (found.weeks, found.draws, found.seed, found.observed.weeks) == (104, 1000, 1, 4.0)
    assert found.removal is None
    assert found.rules[0].name == "First come"


def test_all_that_a_file_can_say_is_read(tmp_path):
    text = f"""{OPENING}weeks = 26
draws = 200
seed = 7
observed_weeks = 52
overdispersion = 3
[removal]
share = 0.008
lower = 0.004
upper = 0.016
source = "an assumption"
by_group = {{"1" = 1.3}}
[lost]
share = 0.05
source = "an audit"
{FIRST}
[[rule]]
name = "All at once"
order = "accumulating"
rates = {{"1" = 1.5}}
priority_rates = {{"1" = 4}}
reserved = {{"1" = 0.1}}
further_slots = 0.05
fewer_removals = {{"1" = 0.3}}
fewer_lost = {{"1" = 0.5}}
source = "an assumption"
"""
    (tmp_path / "rules.toml").write_text(text)
    found = read_rules_file(tmp_path / "rules.toml")
    assert (found.weeks, found.draws, found.seed, found.observed.overdispersion) == (26, 200, 7, 3)
    assert found.removal.by_group == {"1": 1.3}
    assert found.lost.kind == "scenario"
    other = found.rules[1]
    assert (other.name, other.slots, other.reserved, other.fewer_removals) == (
        "All at once",
        1.05,
        {"1": 0.1},
        {"1": 0.3},
    )
    assert other.score("1", 1, 2.0) == 12
    assert found.sources == {"All at once": "an assumption"}


@pytest.mark.parametrize("order", ["first_come", "clinical_priority", "as_now"])
def test_orders_without_further_words(order):
    assert len(read_list_rules(rule(f'order = "{order}"'), pattern=[1.0, 2.0]).rules) == 2


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("format = 1\nquestion =", "L01"),
        ("format = 2", "L04"),
        (OPENING, "L05"),
        (OPENING + FIRST + FIRST, "L05"),
        (OPENING + "week = 3\n" + FIRST, "L02"),
        (rule('order = "first_comes"'), "L04"),
        (rule('order = "first_come"\nbreach_weeks = 52'), "L06"),
        (rule('order = "longest_first"'), "L03"),
        (rule('order = "accumulating"'), "L03"),
        (rule('order = "first_come"\nfurther_slots = 0.05'), "L07"),
        (rule('order = "first_come"\nfurther_slots = 5\nsource = "a"'), "(?s)L04.*0.05 for 5 %"),
        (rule('order = "first_come"\nreserved = {"1" = 0.7, "2" = 0.7}'), "L04"),
        (rule('order = "first_come"\nfewer_lost = {"1" = 3}\nsource = "a"'), "L04"),
        (rule('order = "first_come"\nfewer_lost = {"1" = 0.3}\nsource = "a"'), "L08"),
        (OPENING + "[removal]\nshare = 0.01\n" + FIRST, "L03"),
        (OPENING + 'weeks = 0\n' + FIRST, "L04"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_rule_and_a_way_out(text, broken):
    with pytest.raises(EquityDataError, match=broken) as error:
        read_list_rules(text)
    assert "Way out" in str(error.value)


def test_a_priority_that_is_no_number_is_named():
    with pytest.raises(EquityDataError, match=r"(?s)L04.*'P1', 'urgent'") as error:
        read_list_rules(rule('order = "accumulating"\npriority_rates = {"P1" = 4, "urgent" = 2, "2" = 3}'))
    assert "'2'" not in str(error.value)


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("lower = 0.02\nupper = 0.01", r"removal: share is between lower and upper \(0.02 to 0.01\), not 0.015"),
        ("lower = 0.016\nupper = 0.02", r"removal: share is between lower and upper \(0.016 to 0.02\), not 0.015"),
        ("lower = 0.01", "removal: lower is one of two"),
        ("upper = 0.02", "removal: upper is one of two"),
    ],
)
def test_an_interval_that_is_none_is_named_with_its_place_beside_other_mistakes(ends, says):
    text = f'{OPENING}weeks = 0\n[removal]\nshare = 0.015\n{ends}\nsource = "a test"\n{FIRST}'
    with pytest.raises(EquityDataError, match=f"(?s)weeks is .*the file: {says}"):
        read_list_rules(text)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(EquityDataError) as error:
        read_list_rules(rule('order = "longest"\nfurther_slots = "x"\n') + "wrong = 1\n")
    assert {finding.rule.id for finding in error.value.findings} == {"L02", "L04", "L07"}


def test_a_file_that_asks_for_an_order_of_persons_is_refused():
    with pytest.raises(OptionError, match="persons"):
        read_list_rules(rule('order = "first_come"\npatient_score = 1'))
    with pytest.raises(OptionError, match="cannot be read"):
        read_rules_file("absent.toml")
