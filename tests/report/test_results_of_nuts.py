"""Results of real sampling: the same tables, checked for convergence of what is reported."""

from dataclasses import asdict

import pytest

from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.report.results import make_results
from tests.fitted import ONCE

pytestmark = pytest.mark.mcmc


def test_results_of_sampling_say_so_and_check_what_is_reported(small_fit):
    made = make_results(small_fit[0], force=True)
    assert made.provenance["engine"] == "nuts"
    assert made.provenance["settings"] == asdict(Sampling(**ONCE))
    assert any("reported gaps, totals and shortfalls" in check.name for check in made.fit.diagnosis.checks)
    assert all("approximate" not in table for table in made.tables.values())
