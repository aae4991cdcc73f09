import numpy as np
import pandas as pd
import pytest
from real_years_page import PREDICTIVE, clustered, left_in_residuals, relative_width, verdict

pytestmark = pytest.mark.unit


def rows(**columns):
    table = pd.DataFrame(columns)
    constant = {"source": "boards", "seen": "1", "following": "2", "kind": "one year to the next", "model": "straight_gradients",
                "quantity": "counts", "predictive": PREDICTIVE, "verdict": "PASS"}  # fmt: skip
    return table.assign(**{name: value for name, value in constant.items() if name not in table})


def test_cells_of_an_area_are_one_cluster():
    table = rows(area=["a"] * 4 + ["b"] * 4, inside=[1.0] * 4 + [0.0] * 4)
    share, error = clustered(table, "inside")
    assert share == 0.5
    assert error == pytest.approx(0.5)  # two areas, all or nothing: the error of a mean of two


def test_independent_cells_have_the_binomial_error():
    rng = np.random.default_rng(1)
    table = rows(area=[str(number) for number in range(4000)], inside=(rng.random(4000) < 0.9).astype(float))
    assert clustered(table, "inside")[1] == pytest.approx(np.sqrt(0.9 * 0.1 / 4000), rel=0.05)


@pytest.mark.parametrize(("share", "said"), [(0.85, "yes"), (0.83, "too few"), (0.97, "too many")])
def test_a_share_is_as_stated_within_two_standard_errors(share, said):
    assert verdict(share, 0.03) == said


def test_widths_are_held_against_those_of_before_place_by_place():
    before = rows(place=["a", "b"], **{"width 90": [1.0, 10.0]})
    own = rows(place=["a", "b"], **{"width 90": [2.0, 5.0]}).assign(model="other")
    assert relative_width(own, pd.concat([before, own])) == "1.00"
    assert relative_width(own.iloc[:1], pd.concat([before, own])) == "2.00"


def test_what_is_left_shows_as_a_correlation():
    table = rows(place=list("abc"), area=list("abc"), before=[1.0, 2, 3], after=[2.0, 4, 6]).assign(
        **{"fitted gap": np.nan}
    )
    assert "| +1.00 |" in left_in_residuals(table)[2]
