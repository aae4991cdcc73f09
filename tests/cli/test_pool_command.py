import pandas as pd
import pytest

pytestmark = pytest.mark.unit


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "published.csv"
    pd.DataFrame({"area": ["A", "B", "C"], "estimate": [10.0, 20.0, 60.0], "se": [10.0, 10.0, 10.0]}).to_csv(
        file, index=False
    )
    return str(file)


def test_published_slopes_are_pooled_into_a_folder(table, tmp_path, call):
    answer = call("pool", table, "--scale", "difference", "--spread-prior", "20", "--out", str(tmp_path / "pooled"))
    assert answer.code == 0, answer.errors
    assert pd.read_csv(tmp_path / "pooled" / "pooled.csv")["pooled"].round(1).tolist() == [14.5, 22.2, 53.3]
    assert "3 areas pooled" in answer.words


def test_differences_without_a_prior_are_refused_with_the_option_that_helps(table, tmp_path, call):
    answer = call("pool", table, "--scale", "difference", "--out", str(tmp_path / "pooled"))
    assert (answer.code, "--spread-prior" in answer.errors) == (2, True)
    assert not (tmp_path / "pooled").exists()
