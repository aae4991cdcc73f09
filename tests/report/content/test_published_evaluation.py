"""An evaluation opened from its folder: as it was written."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published_evaluation import open_evaluation

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def opened(gap_folder):
    return open_evaluation(gap_folder)


def test_it_comes_back_as_it_was(opened, gap_evaluation):
    assert opened.result.impact.equals(gap_evaluation.impact)
    assert opened.result.verdict == gap_evaluation.verdict
    assert opened.change_point.declared_probability == pytest.approx(0.8)
    assert opened.stamp == ""
    assert opened.lodged_plan == ("The plan was not lodged beforehand.", ["The plan was not lodged beforehand."])
    assert (opened.checklist["status"] == "NEEDS USER").any()


def test_a_folder_without_an_evaluation_says_what_is_not_there(tmp_path):
    with pytest.raises(OptionError, match=r"verdict.json, provenance.json, posterior.nc, checklist.csv is not there"):
        open_evaluation(tmp_path)
