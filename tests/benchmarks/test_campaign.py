"""The campaign: what counts as a miss, and the quick version, which can fail."""

import campaign
import pytest
from campaign_studies import STUDIES, Run, Study, holm
from claims import Claim, share
from evidence_page import claimed

NARROW = Claim("V2", "intervals", 0.60, 0.03, 20, 0.88, 0.92)
WIDE = Claim("V2", "intervals", 0.99, 0.005, 20, 0.88, 0.92)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("found", "error", "outcome"),
    [(0.90, 0.01, "pass"), (0.87, 0.01, "pass"), (0.85, 0.01, "miss"), (0.95, 0.02, "pass"), (0.95, 0.01, "miss")],
)
def test_a_limit_is_missed_only_beyond_it_by_more_than_two_errors(found, error, outcome):
    assert Claim("V2", "", found, error, 100, 0.88, 0.92).outcome() == outcome


@pytest.mark.unit
def test_errors_of_shares_are_over_replicates_and_never_none():
    assert share("V2", "", [0.8, 1.0, 0.8, 1.0]).error == pytest.approx(0.1155 / 2, abs=1e-3)
    assert share("V5", "", [0.0] * 20).error == pytest.approx((0.025 * 0.975 / 20) ** 0.5)


@pytest.mark.unit
def test_intervals_that_are_too_narrow_fail_the_quick_version_and_those_too_wide_do_not():
    assert campaign.too_far(NARROW)
    assert not campaign.too_far(WIDE)
    assert campaign.too_far(Claim("V5", "called", 0.5, 0.1, 20, high=0.05))
    assert WIDE.outcome() == "miss"
    assert claimed([NARROW, WIDE, WIDE]) == "not as it stands: 2 above and 1 below the limits"


@pytest.mark.unit
def test_holm_stops_at_the_first_that_is_not_rejected():
    tails = {("w", "a"): 0.001, ("w", "b"): 0.004, ("w", "c"): 0.02}
    assert holm(tails, 0.01) == {("w", "a"), ("w", "b")}
    assert holm({("w", "a"): 0.006, ("w", "b"): 0.001}, 0.01) == {("w", "a"), ("w", "b")}
    assert holm({("w", "a"): 0.006, ("w", "b"): 0.008}, 0.01) == set()


@pytest.mark.unit
def test_what_lies_far_beyond_its_limit_is_named_and_what_lies_near_is_not(monkeypatch):
    claims = [Claim("V1", "far", 0.5, 0.01, 20, low=0.9), Claim("V1", "near", 0.89, 0.01, 20, low=0.9)]
    monkeypatch.setitem(STUDIES, "made up", Study("V1", "Made up", "?", lambda _: claims, 20, "none"))
    (said,) = campaign.quick(["made up"])
    assert said.startswith("far: ")


@pytest.mark.mcmc
def test_nothing_lies_far_beyond_its_limit():
    assert campaign.quick(list(campaign.QUICKLY)) == []


@pytest.mark.mcmc
def test_an_engine_whose_intervals_are_too_narrow_is_found_out(monkeypatch, tmp_path):
    import robustness

    usual = robustness.quantities

    def narrow(fitted, need):
        found = usual(fitted, need)
        return {name: 0.3 * own + 0.7 * own.mean("draw") if "draw" in own.dims else own for name, own in found.items()}

    monkeypatch.setattr(robustness, "quantities", narrow)
    claims = STUDIES["intervals"].run(Run(5, tmp_path, quick=True))
    assert any(campaign.too_far(claim) for claim in claims)
