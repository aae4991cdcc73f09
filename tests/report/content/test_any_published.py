"""Folders of results are opened by what they hold."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_published import open_results
from equitymodel.report.content.published import Published
from equitymodel.report.content.published_evaluation import PublishedEvaluation

pytestmark = pytest.mark.unit


def test_results_are_of_the_kind_that_wrote_them(folder, units_folder):
    assert isinstance(open_results(folder), Published)
    assert isinstance(open_results(units_folder), PublishedEvaluation)


def test_a_folder_of_neither_says_so(tmp_path):
    with pytest.raises(OptionError, match=r"no results of an evaluation .*, gaps and routes"):
        open_results(tmp_path)
