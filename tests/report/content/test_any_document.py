"""Results of any kind are opened and made into documents."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_document import EVERY, areas_asked, document_of
from equitymodel.report.content.any_published import open_results
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_results_of_gaps_are_opened_and_have_a_document_an_area(folder):
    opened = open_results(folder)
    assert areas_asked(opened, EVERY) == {name: code for code, name in opened.areas.items()}
    code, name = next(iter(opened.areas.items()))
    assert areas_asked(opened, name) == {"": code}
    assert document_of(opened, code).subtitle.startswith(name)


def test_an_evaluation_is_opened_and_has_one_document(units_folder):
    opened = open_results(units_folder)
    assert isinstance(opened, PublishedEvaluation)
    assert areas_asked(opened, ALL_ICS) == {"": ALL_ICS}
    assert document_of(opened).title.endswith("evaluated")
    with pytest.raises(OptionError, match=r"none of 'Devon'; leave --area out"):
        areas_asked(opened, "Devon")
