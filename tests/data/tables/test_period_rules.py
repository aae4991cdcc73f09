import pytest

from equitymodel.data.tables.period_rules import of_period, rules_by_period
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def test_one_rule_for_all_is_no_rule_by_period():
    assert [rules_by_period(choice) for choice in ("hes", "1-7/5", "", None)] == [{}] * 4


def test_rules_are_by_the_label_of_the_period_and_all_others():
    rules = rules_by_period(" 2021/22 = exact ,2022/23=1-7/5, others=error")
    assert rules == {"2021/22": "exact", "2022/23": "1-7/5", "others": "error"}
    assert [of_period(rules, label) for label in ("2022/23", "2019/20")] == ["1-7/5", "error"]
    assert of_period({"2021/22": "exact"}, "2019/20") is None


@pytest.mark.parametrize("choice", ["2022=hes,lt5", "=hes", "2022=", "2022=hes,2022=lt5", "2022=hes=5", "2022=hes,"])
def test_what_is_written_otherwise_is_refused_with_an_example(choice):
    with pytest.raises(OptionError, match="such as 2022/23=hes,others=exact"):
        rules_by_period(choice)
