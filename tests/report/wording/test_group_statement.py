import pandas as pd
import pytest

from equitymodel.data.tables.groups import Group
from equitymodel.report.wording.group_statement import group_limits, group_words, kind_of_group, likelihood

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


def test_limits_name_the_groups_and_their_reference(group_results):
    said = group_limits(group_results.fit, Group("ethnicity", "White British"))
    assert said[0].startswith("No need table was given")
    assert any(line.startswith("White British is the group that others are compared with") for line in said)
    assert not any("{" in line for line in said)


def test_what_sources_record_alike_is_left_out_for_sex(sex_results, group_results):
    by_sex = group_limits(sex_results.fit, Group("sex", "F"))
    by_ethnicity = group_limits(group_results.fit, Group("ethnicity", "White British"))
    assert any(line.startswith("Groups are counted") for line in by_ethnicity)
    assert not any(line.startswith("Groups are counted") for line in by_sex)
