import pytest
from claims import Claim, mean, share

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("found", "error", "outcome"),
    [(0.90, 0.01, "pass"), (0.87, 0.01, "pass"), (0.85, 0.01, "miss"), (0.95, 0.02, "pass"), (0.95, 0.01, "miss")],
)
def test_a_limit_on_either_side_is_missed_only_beyond_two_errors(found, error, outcome):
    assert Claim("V2", "", found, error, 100, 0.88, 0.92).outcome() == outcome


def test_a_limit_is_missed_only_beyond_two_errors():
    assert Claim("V1", "", 0.879, 0.01, 10, low=0.9).outcome() == "miss"
    assert Claim("V1", "", 0.881, 0.01, 10, low=0.9).outcome() == "pass"
    assert Claim("V1", "", 0.879, 0.01, 10, low=0.9).outcome(4.0) == "pass"
    assert Claim("V1", "", 0.941, 0.01, 10, low=0.9, high=0.92).outcome() == "miss"
    assert Claim("V1", "", 0.5, 0.01, 10).outcome() == "no limit"


def test_errors_are_those_between_replicates():
    found = share("V1", "", [0.8, 0.9, 1.0, 0.9])
    assert (found.found, round(found.error, 6)) == (0.9, round((0.02 / 3 / 4) ** 0.5, 6))
    assert share("V2", "", [0.8, 1.0, 0.8, 1.0]).error == pytest.approx(0.1155 / 2, abs=1e-3)
    assert round(mean("V1", "", [1.0, 3.0]).error, 6) == 1.0


def test_how_far_beyond_is_told_from_the_nearest_limit_and_below_0_within_both():
    assert Claim("V2", "", 0.95, 0.01, 20, 0.88, 0.92).beyond() == pytest.approx(0.03)
    assert Claim("V2", "", 0.86, 0.01, 20, 0.88, 0.92).beyond() == pytest.approx(0.02)
    assert Claim("V2", "", 0.91, 0.01, 20, 0.88, 0.92).beyond() == pytest.approx(-0.01)


def test_replicates_that_are_alike_leave_an_error_also_where_their_mean_is_rounded():
    assert share("V1", "", [0.1] * 20, high=0.05).error == pytest.approx((0.1 * 0.9 / 20) ** 0.5)


def test_none_in_twenty_is_not_known_without_error():
    found = share("V1", "", [0.0] * 20, high=0.05)
    assert found.error == pytest.approx((0.025 * 0.975 / 20) ** 0.5)
    assert found.outcome() == "pass"


def test_figures_and_limits_are_written_with_their_unit():
    claim = Claim("V1", "", 0.912, 0.011, 20, low=0.88, high=0.92)
    assert (claim.figure, claim.limit) == ("91.2 % ± 1.1", "88 % to 92 %")
    assert Claim("V3", "", -0.04, 0.01, 20, high=0.8, per_cent=False).figure == "-0.040 ± 0.010"
