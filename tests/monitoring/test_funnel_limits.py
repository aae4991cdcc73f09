"""Funnels: six areas as other software has them, exact limits, and what is refused."""

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.funnel_limits import funnel, over_dispersion

pytestmark = pytest.mark.unit
OBSERVED = pd.Series([100, 150, 180, 80, 120, 225], list("abcdef"))
EXPECTED = pd.Series([108, 112, 165, 95, 100, 220], list("abcdef"))


@pytest.mark.parametrize(
    ("form", "dispersion", "between", "upper"),
    [("shmi", 2.1490530991705, 0.012118491459177, 1.5711799638466),
     ("cqc", 2.3271782575941, 0.0034397801541863, 1.2344220536582)],
)  # fmt: skip
def test_six_areas_as_other_software_has_them(form, dispersion, between, upper):
    made = funnel(OBSERVED, EXPECTED, form=form, tails="winsorise")
    assert made.dispersion == pytest.approx(dispersion, abs=1e-12)
    assert made.between == pytest.approx(between, abs=1e-14)
    assert made.table["upper_998"].iloc[0] == pytest.approx(upper, abs=1e-7)  # theirs rounds 3.090232


def test_without_more_than_chance_there_is_nothing_between_areas():
    made = funnel(EXPECTED, EXPECTED)
    assert (made.dispersion, made.between) == (0.0, 0.0)


def test_exact_limits_of_fifteen():
    made = funnel(pd.Series([15.0], ["a"]), pd.Series([15.0], ["a"]), form="exact").table
    assert made[["lower_95", "upper_95"]].to_numpy()[0] == pytest.approx([0.5596924, 1.649348], abs=1e-6)


def test_an_area_is_beyond_the_widest_limits_that_it_passes():
    made = funnel(pd.Series([100.0, 130, 160], list("abc")), pd.Series(100.0, list("abc")), form="exact")
    assert made.table["outside"].tolist() == ["", "95 %", "99.8 %"]


def test_trimming_leaves_areas_out():
    scores, error = pd.Series([-9.0, *[0.1, -0.1] * 5, 9.0]).to_numpy(), pd.Series([0.1] * 12).to_numpy()
    assert over_dispersion(scores, error, "trim")[0] < 0.02
    assert over_dispersion(scores, error, "winsorise")[0] < over_dispersion(10 * scores, error, "winsorise")[0]


@pytest.mark.parametrize(
    ("observed", "expected", "options"),
    [(OBSERVED, EXPECTED, {"form": "smhi"}), (OBSERVED, EXPECTED, {"tails": "cut"}),
     (OBSERVED, EXPECTED.iloc[::-1], {}), (OBSERVED, EXPECTED * 0, {}), (OBSERVED * 0, EXPECTED, {})],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(observed, expected, options):
    with pytest.raises(OptionError):
        funnel(observed, expected, **options)
