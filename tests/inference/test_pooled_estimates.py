import pandas as pd
import pytest

from equitymodel.inference.pool_estimates import pool_estimates

pytestmark = pytest.mark.unit


def test_the_words_are_those_of_the_numbers():
    rows = {
        "area": [f"area {i}" for i in range(9)],
        "estimate": [1.2, 1.3, 1.6, 1.1, 1.4, 1.2, 1.5, 1.3, 1.2],
        "se": [0.1] * 9,
    }
    pooled = pool_estimates(pd.DataFrame(rows), seed=1)
    mean = pooled.overall.loc["mean"]
    words = str(pooled)
    assert f"Mean of areas: {mean['estimate']:.3g} ({mean['lower']:.3g} to {mean['upper']:.3g})." in words
    assert "9 areas pooled (95% credible intervals, equal-tailed)." in words
    assert "standard deviation of the logarithm" in words
    assert "how many admissions an area lacks cannot be said" in words
    assert "With 9 areas" not in words
