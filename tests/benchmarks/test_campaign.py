"""The campaign: its quick version, which can fail, and what is read from tests and from ranks."""

import campaign
import pytest
from campaign_studies import STUDIES, Run, Study, counted, holm
from claims import Claim
from evidence_page import claimed

NARROW = Claim("V2", "intervals", 0.60, 0.03, 20, 0.88, 0.92)
WIDE = Claim("V2", "intervals", 0.99, 0.005, 20, 0.88, 0.92)


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
@pytest.mark.parametrize(
    ("said", "passed", "failed"),
    [
        ("....\n99 passed in 62.10s (0:01:02)", 99, 0),
        ("1 failed, 28 passed, 1 skipped, 3 warnings in 3.2s", 28, 1),
        ("1 failed, 28 passed, 1 error in 3.2s", 28, 2),
        ("28 passed, 2 errors in 3.2s", 28, 2),
        ("no tests ran in 0.01s", 0, 0),
    ],
)
def test_tests_that_could_not_be_run_count_as_failed(said, passed, failed):
    assert counted(said) == (passed, failed)


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
