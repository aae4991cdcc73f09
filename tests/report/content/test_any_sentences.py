"""One verb for fits, evaluations and opened results, which say the same."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_sentences import sentences

pytestmark = pytest.mark.unit


def test_a_fit_and_its_opened_results_say_the_same(quick_fit, published, folder):
    for area in ("All ICSs", "area 03"):
        said = sentences(quick_fit, ics=area)["text"].tolist()
        assert sentences(published, ics=area)["text"].tolist() == said
    assert sentences(str(folder))["text"].tolist() == sentences(quick_fit)["text"].tolist()


def test_of_several_years_counts_are_a_year_of_the_last(yearly_results, published_years):
    said = sentences(published_years)["text"].tolist()
    assert said == sentences(yearly_results.fit)["text"].tolist()
    assert all("a year, in 2022/23" in text for text in said)


def test_an_evaluation_is_said_from_its_folder_and_not_of_one_ics(units_evaluation, units_folder):
    assert sentences(units_folder)["text"].tolist() == sentences(units_evaluation)["text"].tolist()
    with pytest.raises(OptionError, match="leave ics out"):
        sentences(units_evaluation, ics="Devon")
