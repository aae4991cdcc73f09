from dataclasses import replace

import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.diagnosis import Check, Diagnosis

pytestmark = pytest.mark.unit


def failed(profile):
    return replace(profile, diagnosis=Diagnosis((Check("seen: optimum", 0.0, "FAIL", "1", ""),)))


def test_a_profile_introduces_itself(pathway):
    assert repr(pathway[0]).startswith("<Profile of 4 stages, 4 ics x 3 deprivation x 2 procedure, seed 3: ")
    assert pathway[0].first == "start"


def test_one_that_failed_is_not_published_unless_forced_and_is_stamped_then(pathway):
    bad = failed(pathway[0])
    with pytest.raises(DiagnosisError, match="nothing is published"):
        bad.require_sound()
    forced = bad.require_sound(force=True)
    assert forced.require_sound() is forced
    assert "FAILED" in forced.stamp


def test_one_that_passed_goes_through_without_a_stamp(pathway):
    assert pathway[0].require_sound().stamp == ""
