from dataclasses import replace

import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError
from equitymodel.estimands.crossed_records import crossed_measures
from equitymodel.estimands.gap_records import gap_measures, side_measures
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.null_records import WorldOfChance
from equitymodel.estimands.route_records import total_measures
from equitymodel.estimands.summary import summarise
from equitymodel.report.wording.measure_words import (
    VARIANTS,
    adjustment_words,
    comparison_words,
    left_out_words,
    probability_words,
    variant_words,
)
from tests.estimands.strategies import made_fit

pytestmark = pytest.mark.unit
ETHNICITY, SEX = Group("ethnicity", "White"), Group("sex", "F")
NO_WORDS = {("rate_of_most_deprived_present", "withheld")}
"""Given only where indices are withheld."""


def records(fit):
    gaps = list(gap_measures(fit))
    return [*gaps, *side_measures(fit, gaps, WorldOfChance(0.0, 1))]


def test_every_measure_has_words_and_there_are_no_words_without_a_measure(crossed_fit):
    used = {(item.quantity, item.variant) for item in crossed_measures(crossed_fit)}
    assert all(variant_words(item, CellFacts.of(crossed_fit.cells).group) for item in crossed_measures(crossed_fit))
    for group in ("deprivation", "ethnicity"):
        for item in records(made_fit(group=group)):
            assert variant_words(item, Group(group, "White"))
            used.add((item.quantity, item.variant))
    assert set(VARIANTS) == used | NO_WORDS


def test_a_measure_without_words_says_where_they_belong():
    with pytest.raises(OptionError, match="add them to VARIANTS in report/wording/measure_words"):
        variant_words(Measure("new", "new", xr.DataArray(1.0), variant="odd"), Group())


def test_no_word_of_deprivation_is_said_of_other_groups():
    for item in records(made_fit(group="ethnicity")):
        said = f"{variant_words(item, ETHNICITY)} {probability_words(item, ETHNICITY)}"
        assert "depriv" not in said
        assert "{" not in said


def test_totals_are_named_by_route_and_scope():
    said = [variant_words(item, Group()) for item in total_measures(made_fit())]
    assert said[:2] == ["level_up, ics", "level_up, region"]


def test_tables_and_summaries_say_the_same_about_a_probability():
    fit = made_fit()
    record = next(item for item in gap_measures(fit) if item.headline)
    assert set(summarise(rate_ratio(fit))["probability_of"]) == {probability_words(record, Group())}
    assert probability_words(replace(record, probability_of=""), Group()) == ""


def test_what_is_adjusted_for_is_said_without_what_groups_are_themselves():
    assert [adjustment_words(key, Group()) for key in ("population", "need", "")] == [
        "population only", "age, sex and need", "",
    ]  # fmt: skip
    assert adjustment_words("need", SEX) == "age and need"
    assert (left_out_words("age_sex", SEX), left_out_words("need", SEX), left_out_words("", SEX)) == ("age", "need", "")


def test_who_is_compared_with_whom():
    assert comparison_words("least_deprived") == "most against least deprived"
    assert comparison_words("White") == "against White"
