"""The quick version of the campaign: every study runs, and a limit that is missed by far is named."""

import campaign
import pytest
from campaign_studies import STUDIES, Study
from claims import Claim

QUICK = ("calibration", "intervals", "no_change", "change", "wrong_series", "hidden")
"""Studies that take less than a minute so; need and no_gap take longer, and routes and others are tests already."""
KNOWN = "zero_sum"
"""Intervals of the zero-sum change are too wide where nothing deviates ([robustness](../../docs/robustness.md))."""


@pytest.mark.mcmc
@pytest.mark.parametrize("name", QUICK)
def test_no_limit_is_missed_by_far(name):
    assert [said for said in campaign.quick([name], replicates=10) if KNOWN not in said] == []


@pytest.mark.unit
def test_what_lies_far_beyond_its_limit_is_named_and_what_lies_near_is_not(monkeypatch):
    claims = [Claim("V1", "far", 0.5, 0.01, 20, low=0.9), Claim("V1", "near", 0.89, 0.01, 20, low=0.9)]
    monkeypatch.setitem(STUDIES, "made up", Study("V1", "Made up", "?", lambda _: claims, 20, "none"))
    (said,) = campaign.quick(["made up"])
    assert said.startswith("far: ")
