import pandas as pd
import pytest

from tests.waiting_lists import FIRST_COME, list_rows

pytestmark = pytest.mark.unit
RULES = f"""{FIRST_COME}[[rule]]
name = "As now"
order = "as_now"
[[rule]]
name = "Faster"
order = "accumulating"
rates = {{"1" = 1.5}}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    list_rows(procedures=("hip",)).to_csv(folder / "list.csv", index=False)
    (folder / "rules.toml").write_text(RULES)
    return folder


@pytest.fixture(scope="module")
def answer(files, call_once):
    return call_once("waiting", files / "list.csv", files / "rules.toml", "--out", files / "out", "--small-numbers", "exact",
                     "--last-year", files / "list.csv")  # fmt: skip


@pytest.fixture(scope="module")
def call_once():
    from tests.cli.conftest import answer_of

    return answer_of


def test_rules_are_compared_and_said(answer, files):
    assert answer.code == 0, answer.errors
    assert "Faster: the gap in mean wait changes by" in answer.words
    assert "Run from a year ago" in answer.words
    assert (files / "out" / "report.html").exists()
    table = pd.read_csv(files / "out" / "waiting_rules.csv")
    assert set(table["rule"]) == {"First come", "As now", "Faster"}


def test_groups_that_were_turned_round_are_so_in_the_rules_too_and_every_page_says_it(call, answer, files):
    from equitymodel.waiting.kept_rules import open_rules

    turned = list_rows(procedures=("hip",))
    turned.assign(deprivation=6 - turned["deprivation"]).to_csv(files / "turned.csv", index=False)
    said = call("waiting", files / "turned.csv", files / "rules.toml", "--out", files / "turned", "--small-numbers", "exact",
                "--most-deprived", "5")  # fmt: skip
    assert said.code == 0, said.errors
    first, second = (pd.read_csv(files / name / "waiting_rules.csv") for name in ("out", "turned"))
    faster = [table[(table["rule"] == "Faster") & (table["quantity"] == "gap_mean_wait")] for table in (first, second)]
    assert faster[0]["estimate"].to_numpy() == pytest.approx(faster[1]["estimate"].to_numpy(), abs=0.05)
    where = "Groups of the table were renumbered: 1 is the most deprived"
    assert where in (files / "turned" / "report.html").read_text(encoding="utf-8")
    assert any(where in text for text in open_rules(files / "turned").stated)
    assert where not in (files / "out" / "report.html").read_text(encoding="utf-8")


def test_bad_input_ends_with_its_rule_and_a_way_out(call, files):
    (files / "wrong.toml").write_text(RULES.replace("first_come", "first_comes"))
    answer = call(
        "waiting", files / "list.csv", files / "wrong.toml", "--out", files / "none", "--small-numbers", "exact"
    )
    assert answer.code == 2
    assert "L04" in answer.errors
    assert not (files / "none").exists()


def test_a_table_of_persons_is_refused_at_the_command_line_too(call, files):
    list_rows(nhs_number=1).to_csv(files / "persons.csv", index=False)
    answer = call("waiting", files / "persons.csv", files / "rules.toml", "--out", files / "none")
    assert answer.code == 2
    assert "never for persons" in answer.errors


def test_results_are_not_replaced_unasked(call, files, answer):
    again = call("waiting", files / "list.csv", files / "rules.toml", "--out", files / "out")
    assert again.code == 2
    assert "--overwrite" in again.errors
