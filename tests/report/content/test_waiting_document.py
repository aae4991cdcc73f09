from dataclasses import replace

import pytest

from equitymodel.report.content.waiting_document import answer_of_rules, rule_sentences, waiting_document
from equitymodel.report.document.blocks import Bullets, Paragraph, Section, within
from equitymodel.vocabulary import ALL_GROUPS
from tests.compared_lists import FASTER, MORE, published_rules

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def document():
    return waiting_document(published_rules(), "Which order?")


def words(document):
    blocks = list(within(document.blocks))
    return " ".join([block.text for block in blocks if isinstance(block, Paragraph)]
                    + [point for block in blocks if isinstance(block, Bullets) for point in block.points])  # fmt: skip


def test_the_gap_and_the_total_come_first_and_side_by_side(document):
    sections = [block.title for block in document.blocks if isinstance(block, Section)]
    assert sections[0] == "The gap and the total"
    assert [table.name for table in document.tables()][:2] == ["gap", "total"]
    assert document.subtitle == "Which order?, All ICSs, 30 weeks"


def test_what_no_order_can_change_and_what_was_stated_stand_on_the_page(document):
    said = words(document)
    assert published_rules().conserved in said
    for text in published_rules().stated:
        assert text in said
    assert "no order of persons follows" in said


def test_a_contested_rule_carries_its_flag_and_what_the_panel_supported(document):
    (warning,) = [
        block for block in within(document.blocks) if isinstance(block, Paragraph) and block.role == "warning"
    ]
    assert warning.text.startswith(f"{FASTER}. Contested")
    assert "broadly supported targeting" in warning.text
    assert MORE not in warning.text


def test_sentences_say_the_numbers_of_the_tables():
    published = published_rules()
    faster, more = rule_sentences(published)
    change = published.rows("change_gap_mean_wait", rule=FASTER)["estimate"].item()
    assert faster.startswith(f"{FASTER}: the gap in mean wait changes by {change:.1f} (")
    assert "waits longer by" in faster
    assert "no group waits longer on average" in more
    assert "significant" not in " ".join(rule_sentences(published)) + answer_of_rules(published)


@pytest.mark.parametrize(
    ("changes", "says"),
    [((0.01, 0.02), "no group's mean wait changes by as much as 0.1 weeks"),
     ((19.0, 20.0), "every group waits longer, group"), ((-1.0, 0.0), "no group waits longer on average"),
     ((-1.0, 2.0), "more than any other")],
)  # fmt: skip
def test_sentences_do_not_name_one_group_where_all_change_alike(changes, says):
    published = published_rules()
    rules = published.tables["waiting_rules"]
    own = (rules["rule"] == FASTER) & (rules["quantity"] == "change_mean_wait") & (rules["deprivation"] != ALL_GROUPS)
    turn = own.groupby(rules["ics"]).cumsum() % 2
    changed = rules.assign(estimate=rules["estimate"].mask(own, turn.map(dict(enumerate(changes)))))
    assert says in rule_sentences(replace(published, tables={**published.tables, "waiting_rules": changed}))[0]


def test_pictures_say_in_words_what_they_show(document):
    pictures = {picture.name: picture for picture in document.pictures()}
    assert set(pictures) == {"who_waits", "waits_by_week"}
    assert "waits fall in group 1" in pictures["who_waits"].alt


def test_a_gap_the_other_way_round_is_not_said_to_be_closed():
    published = published_rules()
    rules = published.tables["waiting_rules"].copy()
    of_rule = (rules["rule"] == FASTER) & (rules["ics"] == "All ICSs")
    rules.loc[of_rule & (rules["quantity"] == "gap_mean_wait"), ["estimate", "lower", "upper"]] = [-3.0, -4.0, -2.0]
    rules.loc[of_rule & (rules["quantity"] == "weeks_until_closed"), "probability"] = 0.0
    said = answer_of_rules(replace(published, tables={**published.tables, "waiting_rules": rules}))
    assert f"It is turned round under '{FASTER}': group 1 then waits less long than group 5" in said
    assert "every rule" not in said
