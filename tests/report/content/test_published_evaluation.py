"""An evaluation opened from its folder: as it was written."""

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published_evaluation import open_evaluation
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.studies.change_point import ChangePoint

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def opened(gap_evaluation, tmp_path_factory):
    starts = pd.DataFrame({"start": ["2018-10-01", "2018-11-01"], "probability": [0.2, 0.8], "log_evidence": [-1.4, 0.0],
                           "declared": [False, True]})  # fmt: skip
    out = tmp_path_factory.mktemp("evaluation") / "out"
    return open_evaluation(write_evaluation(gap_evaluation, out, change_point=ChangePoint(gap_evaluation.plan, starts)))


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
