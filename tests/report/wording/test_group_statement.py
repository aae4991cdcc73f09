import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.report.wording.group_statement import ReferenceWords, group_words, kind_of_group, likelihood

pytestmark = pytest.mark.unit
GROUP = Group("ethnicity", "White")


def test_characteristics_protected_by_law_are_told_apart():
    assert "Equality Act characteristic (race)" in kind_of_group(GROUP)
    assert "locally chosen group" in kind_of_group(Group("homeless", "no"))


def test_every_group_is_quoted_with_its_interval_and_how_sure_it_is():
    rows = pd.DataFrame(
        {"ethnicity": ["Asian", "Black"], "estimate": [0.8, 1.1], "lower": [0.7, 0.9], "upper": [0.9, 1.3],
         "probability": [0.99, 0.2]}
    )  # fmt: skip
    said = group_words(GROUP, rows, "for equal need")
    assert said.startswith("For equal need, admissions against those of White")
    assert "Asian 0.80 (0.70 to 0.90; fewer: 99 %, high confidence)" in said
    assert "Black 1.10 (0.90 to 1.30; more: 80 %, probable)" in said


@pytest.mark.parametrize(("probability", "words"), [(0.5, "fewer: 50 %"), (0.49, "more: 51 %"), (1.0, "over 99 %")])
def test_the_likelier_side_is_named(probability, words):
    assert words in likelihood({"probability": probability})


WHITE = CellFacts(Group("ethnicity", "White British"), ("population", "age_sex"))
FEMALE = CellFacts(Group("sex", "F"), ("population", "age_sex"))


def test_limits_name_the_groups_and_their_reference():
    said = ReferenceWords(WHITE).limits()
    assert said[0].startswith("No need table was given")
    assert any(line.startswith("White British is the group that others are compared with") for line in said)
    assert not any("{" in line for line in said)


def test_what_sources_record_alike_is_left_out_for_sex():
    by_sex, by_ethnicity = ReferenceWords(FEMALE).limits(), ReferenceWords(WHITE).limits()
    assert any(line.startswith("Groups are counted") for line in by_ethnicity)
    assert not any(line.startswith("Groups are counted") for line in by_sex)


def test_headings_and_records_name_the_kind_and_the_reference():
    assert ReferenceWords(WHITE).heading() == "Equality Act characteristic: race. Against White British"
    record = {"column": "ethnicity", "kind": "Equality Act characteristic: race", "reference_group": "White British"}
    assert ReferenceWords(WHITE).record() == {"group": record}
    assert ReferenceWords(WHITE).page()["compared"] == "each group against White British"
