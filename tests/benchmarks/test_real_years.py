from pathlib import Path

import pytest
import real_years
from real_years import jobs, present, read_share
from real_years_tables import SOURCES

from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
PAGE = Path(__file__).parents[2] / "docs" / "real_years.md"


@pytest.mark.parametrize(("words", "share"), [(None, None), (["other"], "other"), (["2.3", "0.8"], (2.3, 0.8))])
def test_a_share_is_two_numbers_or_that_of_the_other_family(words, share):
    assert read_share(words) == share


def test_one_number_is_no_share():
    with pytest.raises(OptionError, match="two numbers"):
        read_share(["2"])


def test_a_source_without_its_file_is_left_out(tmp_path):
    assert present(tmp_path, ["boards", "therapies"]) == ([], ["boards", "therapies"])


def test_there_is_a_job_for_each_hold_out_and_model(open_data):
    made = jobs(open_data, ["units"], ["straight_gradients", "need_adjusted"], "other", 14)
    assert len(made) == 2 * len(SOURCES["units"].read(open_data).hold_outs)
    assert {job.arguments["share"] for job in made} == {SOURCES["units"].other_share}


def test_the_page_names_every_source_and_how_it_is_made():
    text = PAGE.read_text(encoding="utf-8")
    assert "uv run python benchmarks/real_years.py ../shared/data" in text
    assert all(f"| {name} |" in text for name in SOURCES)
    for words in (real_years.HOW, real_years.COLUMNS, real_years.RESIDUALS, real_years.PRIOR):
        assert words in text
